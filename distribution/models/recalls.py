"""Recalls: which lots, who has to be told, who was told when and how, who answered."""

from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from eqms.models import SourceDocument, Traced
from eqms.text_key import KEY_LENGTH
from inventory.models import Lot
from inventory.models.stock import LARGEST_QUANTITY


def person(name: str) -> models.ForeignKey:
    """Return a key to the user who did something about a recall."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name=name)


def answered_units() -> models.PositiveIntegerField:
    """Return the column of a quantity that a consignee reported."""
    most = MaxValueValidator(LARGEST_QUANTITY, f"Write at most {LARGEST_QUANTITY:,}.")
    return models.PositiveIntegerField(null=True, blank=True, validators=[most])


class RecallQuerySet(models.QuerySet):
    def with_counts(self):
        """Annotate ``notice_count``, ``told_count``, ``answered_count``: correlated, so a page costs its own rows."""
        notices = RecallNotice.objects.filter(recall=OuterRef("pk"), units_shipped__gt=0).order_by().values("recall")
        counts = {"notice_count": Count("pk"), "told_count": Count("told_at"), "answered_count": Count("answered_at")}
        named = {name: Subquery(notices.annotate(n=count).values("n")) for name, count in counts.items()}
        return self.annotate(**{name: Coalesce(count, 0) for name, count in named.items()})


class Recall(Traced):
    """Lots that have to come back, or must not be used any more."""

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    class Risk(models.TextChoices):
        """The classes of 21 CFR 7.3(m)."""

        SERIOUS = "I", "Class I: serious harm or death is likely"
        TEMPORARY = "II", "Class II: temporary harm, or serious harm is unlikely"
        UNLIKELY = "III", "Class III: harm is unlikely"

    reason = models.TextField(help_text="what is wrong with the units; it stands in every letter")
    instructions = models.TextField(blank=True, help_text="what consignees shall do; it stands in every letter")
    risk = models.CharField("class", max_length=3, choices=Risk, blank=True)
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    opened_by = person("recalls_opened")
    opened_at = models.DateTimeField(default=timezone.now)
    closed_by = person("recalls_closed")
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_note = models.TextField(blank=True)

    named_by = ()
    objects = RecallQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="recall_reason", violation_error_message="Say why the lots are recalled."
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | (Q(closed_at__isnull=False) & ~Q(closing_note="")),
                name="recall_closed",
                violation_error_message="A closed recall says when and why.",
            ),
        ]

    def __str__(self):
        return f"recall {self.pk}" if self.pk else "new recall"

    @property
    def is_open(self) -> bool:
        return self.state == Recall.State.OPEN


class RecallLot(Traced):
    """One of the lots of a recall."""

    recall = models.ForeignKey(Recall, models.PROTECT, related_name="recall_lots", db_index=False)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="recall_lots")

    class Meta:
        verbose_name = "lot of a recall"
        verbose_name_plural = "lots of recalls"
        constraints = [
            models.UniqueConstraint(
                fields=["recall", "lot"],
                name="recall_lot_once",
                violation_error_message="This lot is a part of the recall already.",
            )
        ]

    def __str__(self):
        return f"lot {self.lot_id} of recall {self.recall_id}"


class Effectiveness(NamedTuple):
    """How far a recall is, over the consignees that got units of it."""

    consignees: int
    told: int
    answered: int
    units: int
    accounted: int  # came back, destroyed, used: never more than each consignee got

    @staticmethod
    def share(part: int, whole: int) -> str:
        """Return ``part`` in per cent of ``whole``, rounded down: 100 % means all."""
        return f"{100 * part // whole} %" if whole else "–"

    @property
    def told_share(self) -> str:
        return self.share(self.told, self.consignees)

    @property
    def answered_share(self) -> str:
        """The effectiveness of a recall: who answered, of all who had to."""
        return self.share(self.answered, self.consignees)

    @property
    def units_share(self) -> str:
        return self.share(self.accounted, self.units)


class RecallNoticeQuerySet(models.QuerySet):
    def to_tell(self):
        """Notices to consignees that got units and do not know yet."""
        return self.filter(told_at__isnull=True, units_shipped__gt=0)

    def effectiveness(self) -> Effectiveness:
        """Return how far these notices are. Two queries; consignees whose shipments became void count nowhere."""
        reached = self.filter(units_shipped__gt=0)
        units = Coalesce(Sum("units_shipped"), 0)
        counts = reached.aggregate(n=Count("pk"), told=Count("told_at"), answered=Count("answered_at"), units=units)
        parts = reached.values_list("units_shipped", "units_back", "units_destroyed", "units_used", "units_returning")
        return Effectiveness(
            counts["n"], counts["told"], counts["answered"], counts["units"], sum(map(accounted, parts))
        )


def accounted(parts: Iterable[int | None]) -> int:
    """Return the units of (shipped, back, destroyed, used, returning) that nobody has to look for any more.

    What the consignee says it returns and what came back are the same units.
    """
    shipped, back, destroyed, used, returning = (units or 0 for units in parts)
    return min(shipped, destroyed + used + max(back, returning))


class RecallNotice(Traced):
    """What one consignee has to be told, whether that happened, and what came of it."""

    class How(models.TextChoices):
        MAIL = "mail", "e-mail"
        LETTER = "letter"
        PHONE = "phone"
        VISIT = "visit"

    recall = models.ForeignKey(Recall, models.PROTECT, related_name="notices", db_index=False)
    consignee_key = models.CharField(max_length=KEY_LENGTH, editable=False)
    consignee_name = models.CharField("consignee as shipped", max_length=200, blank=True)
    consignee_address = models.TextField("address", blank=True)
    consignee_city = models.CharField("city", max_length=100, blank=True)
    consignee_state = models.CharField("state", max_length=50, blank=True)
    consignee_postal_code = models.CharField("postal code", max_length=20, blank=True)
    consignee_contact = models.CharField("contact", max_length=254, blank=True)
    email = models.CharField("e-mail", max_length=254, blank=True)
    units_shipped = models.PositiveIntegerField(default=0)
    units_back = models.PositiveIntegerField("units that came back", default=0)
    units_waiting = models.PositiveIntegerField("units on waiting shipments", default=0)
    drafted_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True)
    told_by = person("recall_notices_told")
    told_how = models.CharField(max_length=6, choices=How, blank=True)
    told_note = models.TextField(blank=True, help_text="to whom, by which letter or call")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_name = models.CharField("who answered", max_length=200, blank=True)
    answer_recorded_by = person("recall_answers_recorded")
    units_destroyed = answered_units()
    units_used = answered_units()
    units_returning = answered_units()
    answer_note = models.TextField(blank=True)

    named_by = ("consignee_name",)
    objects = RecallNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["recall", "consignee_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recall", "consignee_key"],
                name="recall_notice_once",
                violation_error_message="This consignee has a notice of the recall already.",
            ),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True) | ~Q(told_how=""),
                name="recall_notice_how",
                violation_error_message="Say how the consignee was told.",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | ~Q(answered_name=""),
                name="recall_notice_who",
                violation_error_message="Say who answered.",
            ),
            models.CheckConstraint(
                condition=Q(units_waiting__lte=F("units_shipped")),
                name="recall_notice_waiting",
                violation_error_message="Waiting units are a part of the shipped ones.",
            ),
        ]

    def __str__(self):
        return self.consignee_name or f"notice {self.pk or ''}".strip()

    @property
    def status(self) -> str:
        """How far it is: "to tell", "told", "answered"; "void" where its shipments became void."""
        if self.answered_at:
            return "answered"
        if self.told_at:
            return "told"
        return "to tell" if self.units_shipped else "void"

    @property
    def address_lines(self) -> list[str]:
        """The address as it stands on a letter."""
        town = " ".join(filter(None, [self.consignee_city, self.consignee_state, self.consignee_postal_code]))
        return [line.strip() for line in (*self.consignee_address.splitlines(), town) if line.strip()]


class RecallPacket(Traced):
    """Everything about a recall as it stood: a file that is kept under its hash. A fact."""

    recall = models.ForeignKey(Recall, models.PROTECT, related_name="packets")
    document = models.ForeignKey(SourceDocument, models.PROTECT, related_name="recall_packets")
    made_by = person("recall_packets_made")
    made_at = models.DateTimeField(default=timezone.now)

    is_fact = True

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return f"packet {self.pk}" if self.pk else "new packet"
