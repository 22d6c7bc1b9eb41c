"""Who may be the same customer: found by a job, and refused by a person."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from eqms.models import Traced

from .customer_key import MOVE_UNLESS_SAME, CustomerKey


class DuplicateCandidate(models.Model):
    """A pair that a job holds for one customer, with its evidence. Made anew by each search, so not traced.

    It names customers by number, not by a foreign key: a suggestion must keep nobody from
    being merged or cleaned up. A pair whose customer is gone means nothing any more.
    """

    class Band(models.TextChoices):
        AUTOMATIC = "automatic"
        LIKELY = "likely"
        REVIEW = "review"

    first_id = models.BigIntegerField()
    second_id = models.BigIntegerField()
    confidence = models.FloatField(help_text="0 to 1")
    bits = models.FloatField(default=0, help_text="evidence")
    band = models.CharField(max_length=10, choices=Band)
    reasons = models.TextField(blank=True)
    version = models.CharField(max_length=60, help_text="of the matcher")
    found_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["first_id", "second_id"], name="candidate_once", violation_error_message="Listed already."
            ),
            models.CheckConstraint(
                condition=Q(first_id__lt=F("second_id")),
                name="candidate_in_order",
                violation_error_message="The lower id stands first.",
            ),
        ]
        indexes = [
            models.Index(fields=["-confidence", "id"], name="candidate_confidence"),
            models.Index(fields=["second_id"], name="candidate_second"),
        ]

    def __str__(self):
        return f"customers {self.first_id} and {self.second_id}"


class NotDuplicate(Traced):
    """A person's "no": these two are different customers, whatever a matcher says."""

    first = CustomerKey(on_merge=MOVE_UNLESS_SAME("pair"), related_name="not_duplicates")
    second = CustomerKey(on_merge=MOVE_UNLESS_SAME("pair"), related_name="not_duplicates_of")
    pair = models.CharField(max_length=60, editable=False)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="not_duplicates"
    )
    decided_at = models.DateTimeField(default=timezone.now, editable=False)

    derived = {"pair": lambda row: "-".join(map(str, sorted([row.first_id or 0, row.second_id or 0])))}

    class Meta:
        verbose_name = "distinct pair"
        verbose_name_plural = "distinct pairs"
        constraints = [
            models.UniqueConstraint(
                fields=["pair"],
                name="not_duplicate_once",
                violation_error_message="It is noted already that these two are different customers.",
            ),
            models.CheckConstraint(
                condition=~Q(first=F("second")),
                name="not_duplicate_of_itself",
                violation_error_message="Choose two customers.",
            ),
        ]

    def __str__(self):
        return f"{self.first_id} is not {self.second_id}"
