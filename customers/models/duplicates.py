"""Who may be the same customer: found by a job, and refused by a person."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from eqms.models import Traced

from .customer import Customer
from .customer_key import MOVE_UNLESS_SAME, CustomerKey


class CandidateQuerySet(models.QuerySet):
    def open(self):
        """Pairs that wait for a person: both customers are there and in use, and nobody said they are two."""
        pair = {"first": OuterRef("first_id"), "second": OuterRef("second_id")}
        turned = {"first": OuterRef("second_id"), "second": OuterRef("first_id")}
        refused = NotDuplicate.objects.filter(Q(**pair) | Q(**turned))
        return self.filter(*(Exists(there(name)) for name in ("first_id", "second_id"))).exclude(Exists(refused))

    def naming(self, keys: Iterable[int]):
        """Pairs of which at least one customer is among ``keys``."""
        keys = list(keys)
        return self.filter(Q(first_id__in=keys) | Q(second_id__in=keys))

    def with_customer(self, condition: Q):
        """Pairs of which at least one customer meets ``condition``."""
        return self.filter(
            Q(Exists(there("first_id").filter(condition))) | Exists(there("second_id").filter(condition))
        )

    def strongest_first(self):
        return self.order_by("-confidence", "-bits", "id")


def there(name: str):
    """Return the customer in use whose number stands in the column ``name`` of the outer row."""
    return Customer.objects.active().filter(pk=OuterRef(name))


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

    objects = CandidateQuerySet.as_manager()

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

    @property
    def pair(self) -> str:
        """The two customers as addresses name them: "12-34"."""
        return f"{self.first_id}-{self.second_id}"


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
