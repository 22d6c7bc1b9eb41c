"""Who works here, and what they signed."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone


class User(AbstractUser):
    """A person who signs in. Roles are groups, seeded by ``manage.py release``."""


def user_and_name(by: User | str) -> tuple[User | None, str]:
    """Return who ``by`` is, None for a name alone, and the name that stays in the record."""
    return (by, by.get_username()) if isinstance(by, User) else (None, by)


class ElectronicSignature(models.Model):
    """Who signed what, when and with which meaning (21 CFR 11.50). Append-only.

    ``digest`` is the SHA-256 of what was signed, as it stood then: a signature on an
    edited or copied record no longer fits.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="signatures")
    user_name = models.CharField(max_length=150)
    meaning = models.CharField(max_length=100)
    model = models.CharField(max_length=100)
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["model", "key"], name="signature_row")]

    def __str__(self):
        return f"{self.meaning}, {self.user_name}, {self.at:%Y-%m-%d %H:%M}"
