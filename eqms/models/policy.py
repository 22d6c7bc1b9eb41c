"""Settings that people change while the product runs."""

from django.db import models

from .traced import Traced


class Policy(Traced):
    """One rule of the house, such as ``distributions_may_wait``: traced like any other row."""

    name = models.CharField(max_length=60, unique=True)
    value = models.CharField(max_length=200, blank=True)
    explanation = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "policies"

    def __str__(self):
        return self.name
