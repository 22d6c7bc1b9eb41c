"""Tracing reports: what left the house in a month as a file that never changes, who approved it, what became of it."""

from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from distribution.models.shipments import Distribution
from eqms.models import SourceDocument, Traced
from inventory.models import Lot, Product


def first_of_its_month(day: date) -> None:
    """Refuse a day that is not the first of its month: a month is written as its first day."""
    if day.day != 1:
        raise ValidationError(f"{day} is not the first day of a month.")


def person(name: str) -> models.ForeignKey:
    """Return a key to the user who did something about a report."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name=name)


class ReportQuerySet(models.QuerySet):
    def drafts(self):
        """Reports that nobody made final or discarded yet."""
        return self.filter(decision=None)

    def with_all(self):
        """Read what a page of reports shows with them, in the same query."""
        return self.select_related("decision__by", "product", "lot", "document", "made_by")


class TracingReport(Traced):
    """The lines that left the house in a month, as far as the filters ask for them, kept as a CSV under its hash.

    The database refuses every change of the row: signatures cover all of it. What becomes of it stands in
    its decision. The customer is named by the key it had: a merge may take that row away, an alias goes on.
    """

    class State(models.TextChoices):
        MATCHED = "matched", "matched with their order"
        WAITING = "waiting", "waiting for their order"

    month = models.DateField(help_text="written as its first day", validators=[first_of_its_month])
    customer_key = models.PositiveBigIntegerField("number of the customer's row", null=True, blank=True)
    customer_name = models.CharField("customer", max_length=200, blank=True)
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="tracing_reports")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="tracing_reports")
    lot_number = models.CharField("lot as asked for", max_length=60, blank=True)
    source = models.CharField(max_length=12, choices=Distribution.Source, blank=True)
    state = models.CharField("order", max_length=8, choices=State, blank=True)
    document = models.ForeignKey(SourceDocument, models.PROTECT, related_name="tracing_reports")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField("bytes")
    row_count = models.PositiveIntegerField("rows")
    shipment_count = models.PositiveIntegerField("shipments")
    consignee_count = models.PositiveIntegerField("consignees")
    units = models.PositiveIntegerField()
    units_waiting = models.PositiveIntegerField("units that wait for their order")
    units_returned = models.PositiveIntegerField("units that came back")
    note = models.TextField("what it is for", blank=True)
    made_by = person("tracing_reports")
    made_at = models.DateTimeField(default=timezone.now)

    is_fact = True
    named_by = ()
    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(lot__isnull=True) | (~Q(lot_number="") & Q(product__isnull=False)),
                name="report_lot",
                violation_error_message="A report of a lot names its number and its product.",
            ),
            models.CheckConstraint(
                condition=Q(customer_key__isnull=True, customer_name="")
                | (Q(customer_key__isnull=False) & ~Q(customer_name="")),
                name="report_customer",
                violation_error_message="A report of a customer says which one, and how it was called.",
            ),
            models.CheckConstraint(
                condition=Q(shipment_count__lte=F("row_count"), row_count__lte=F("units"))
                & Q(units_waiting__lte=F("units"), units_returned__lte=F("units")),
                name="report_counts",
                violation_error_message="The counts of the report contradict each other.",
            ),
        ]

    def __str__(self):
        return f"tracing report {self.pk}" if self.pk else "new tracing report"

    @property
    def status(self) -> str:
        """Return "draft", "final" or "discarded"."""
        decision = getattr(self, "decision", None)
        return decision.outcome if decision else "draft"

    @property
    def is_draft(self) -> bool:
        return self.status == "draft"

    @property
    def cut_short(self) -> str:
        """That its month was not over when it was made, in words; "" where it was."""
        next_month = (self.month.replace(day=28) + timedelta(days=4)).replace(day=1)
        if timezone.localdate(self.made_at) >= next_month:
            return ""
        return f"{self.month:%B %Y} was not over when this was made: later shipments are not in it."

    @property
    def scope(self) -> str:
        """What it holds, in words: the month and each filter."""
        said = [f"{self.month:%B %Y}", self.customer_name]
        if self.lot_number:
            said.append(f"lot {self.lot_number} of {self.product.sku}")
        elif self.product:
            said.append(f"product {self.product.sku}")
        said.append(f"source {self.get_source_display()}" if self.source else "")
        said.append(f"{self.get_state_display()} only" if self.state else "")
        return ", ".join(filter(None, said))


class ReportedShipment(models.Model):
    """A shipment that a report lists: it holds the shipment, as the log holds what a report says.

    Made with the report from the rows of its file, and counted in it; not traced for that.
    """

    report = models.ForeignKey(TracingReport, models.PROTECT, related_name="listed", db_index=False)
    shipment = models.ForeignKey(Distribution, models.PROTECT, related_name="tracing_reports")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "shipment"],
                name="reported_shipment_once",
                violation_error_message="The report lists this shipment already.",
            )
        ]

    def __str__(self):
        return f"shipment {self.shipment_id} in tracing report {self.report_id}"


class ReportApproval(Traced):
    """One person approved a report: with a signature, or by an e-mail that is kept here. Never changed, never gone."""

    class How(models.TextChoices):
        SIGNATURE = "signature", "electronic signature"
        MAIL = "mail", "e-mail"

    report = models.ForeignKey(TracingReport, models.PROTECT, related_name="approvals", db_index=False)
    how = models.CharField(max_length=9, choices=How)
    approver = models.CharField(max_length=254, help_text="user name, or the address that the e-mail came from")
    sha256 = models.CharField(max_length=64, help_text="of the file that was approved")
    by = person("report_approvals")  # who signed; of an e-mail who brought it here
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True)
    document = models.ForeignKey(SourceDocument, models.PROTECT, null=True, blank=True, related_name="report_approvals")
    mail_from = models.TextField("From", blank=True)
    mail_to = models.TextField("To", blank=True)
    mail_date = models.TextField("Date", blank=True)
    mail_subject = models.TextField("Subject", blank=True)
    mail_message_id = models.TextField("Message-ID", blank=True)
    names_file = models.BooleanField("writes the sha256", default=False)

    is_fact = True

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "approver"],
                name="report_approval_once",
                violation_error_message="This person has approved the report already.",
            ),
            models.CheckConstraint(
                condition=Q(how="signature", document__isnull=True)
                | (Q(how="mail", document__isnull=False) & ~Q(mail_from="")),
                name="report_approval_how",
                violation_error_message="An approval by e-mail keeps the e-mail, one by signature needs none.",
            ),
        ]

    def __str__(self):
        return f"approval by {self.approver}"

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers of the e-mail as people read them; none of a signature."""
        names = ("mail_from", "mail_to", "mail_date", "mail_subject", "mail_message_id")
        said = [(str(self._meta.get_field(name).verbose_name), getattr(self, name)) for name in names]
        return said if self.how == self.How.MAIL else []


class ReportDecision(Traced):
    """What became of a report: final or discarded, once and for ever."""

    class Outcome(models.TextChoices):
        FINAL = "final"
        DISCARDED = "discarded"

    report = models.OneToOneField(TracingReport, models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=9, choices=Outcome)
    by = person("report_decisions")
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True)

    is_fact = True

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="final") | ~Q(note=""),
                name="report_discarded_why",
                violation_error_message="Say why the draft is discarded.",
            )
        ]

    def __str__(self):
        return f"{self.outcome} since {self.at:%Y-%m-%d}"
