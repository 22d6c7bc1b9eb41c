"""People around a customer: reps who sell, contacts who buy, and what was noted."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from eqms.models import Traced

from .customer_key import MOVE, MOVE_UNLESS_SAME, CustomerKey


class SalesRep(Traced):
    """Someone who sells. A rep does not sign in."""

    name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=50, blank=True)
    territory = models.CharField(max_length=100, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], name="rep_name", violation_error_message="A rep with this name exists already."
            )
        ]

    def __str__(self):
        return self.name


class CustomerRep(Traced):
    """A further rep of a customer. The primary one stands on the customer itself, so there is at most one."""

    customer = CustomerKey(on_merge=MOVE_UNLESS_SAME("rep"), related_name="rep_links")
    rep = models.ForeignKey(SalesRep, models.PROTECT, related_name="customer_links")

    class Meta:
        verbose_name = "further rep"
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "rep"],
                name="customer_rep_once",
                violation_error_message="This rep is listed for the customer already.",
            )
        ]

    def __str__(self):
        return f"further rep {self.pk}"


class Contact(Traced):
    """A person at a customer."""

    customer = CustomerKey(on_merge=MOVE_UNLESS_SAME("name", "email"), related_name="contacts")
    name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=50, blank=True)
    title = models.CharField(max_length=100, blank=True)
    notes = models.TextField(blank=True)
    is_primary = models.BooleanField("primary", default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-is_primary", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "name", "email"],
                name="contact_once",
                violation_error_message="This person is listed with the same e-mail already.",
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(is_primary=True),
                name="contact_one_primary",
                violation_error_message="A customer has one primary contact: take the mark off the other one first.",
            ),
        ]

    def __str__(self):
        return self.name


class CustomerNote(Traced):
    """What someone wrote down about a customer on a day."""

    customer = CustomerKey(on_merge=MOVE, related_name="notes")
    text = models.TextField()
    written_on = models.DateField(default=timezone.localdate)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="customer_notes")

    named_by = ("text",)

    class Meta:
        ordering = ["-written_on", "-id"]

    def __str__(self):
        return f"note of {self.written_on}"
