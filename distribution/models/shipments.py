"""Shipments and their lines."""

from operator import attrgetter

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from eqms.models import Traced, User
from eqms.operations import Plan, Refused, act
from eqms.text_key import KEY_LENGTH, letters_and_digits
from inventory.code_key import code_key_or_empty
from inventory.models import Lot, Move, Product, StockBook, StockMovement, StoreFront, Warehouse
from sales.address_block import AddressBlock
from sales.models import SalesOrder
from sales.order_number_key import order_number_key_or_empty

BEGINS = ["varchar_pattern_ops"]
CONSIGNEE = tuple(f"consignee_{part}" for part in AddressBlock._fields)  # columns
consignee_columns = attrgetter(*CONSIGNEE)


class DistributionQuerySet(models.QuerySet):
    """``matched`` and ``waiting`` are the only two ways in which anything chooses shipments."""

    def matched(self):
        """Shipments of a known order that are not void: what statistics, dashboards and billing count."""
        return self.filter(sales_order__isnull=False, voided_at__isnull=True)

    def waiting(self):
        """Shipments whose order is not known yet and that are not void."""
        return self.filter(sales_order__isnull=True, voided_at__isnull=True)

    def with_line_counts(self):
        """Annotate ``line_count`` and ``units``: correlated, so a page costs its own rows only."""
        lines = DistributionLine.objects.filter(distribution=OuterRef("pk")).order_by().values("distribution")
        return self.annotate(
            line_count=Coalesce(Subquery(lines.annotate(n=Count("pk")).values("n")), 0),
            units=Coalesce(Subquery(lines.annotate(n=Sum("quantity")).values("n")), 0),
        )


class Distribution(Traced):
    """One shipment. A fact. It has no customer of its own: its customer is its order's."""

    class Source(models.TextChoices):
        MANUAL = "manual"
        SHIPSTATION = "shipstation", "ShipStation"
        CSV = "csv", "CSV"
        PDF = "pdf", "PDF"

    ship_date = models.DateField()
    order_number = models.CharField("order number as reported", max_length=60, blank=True)
    order_number_key = models.CharField(max_length=KEY_LENGTH, blank=True, editable=False)
    sales_order = models.ForeignKey(
        SalesOrder, models.PROTECT, null=True, blank=True, related_name="distributions", db_index=False
    )
    may_wait = models.BooleanField(default=True, help_text="may stand without its order until the order comes")
    source = models.CharField(max_length=12, choices=Source, default=Source.MANUAL)
    external_key = models.CharField(max_length=200, null=True, blank=True)
    consignee_name = models.CharField("facility as shipped", max_length=200, blank=True)
    consignee_address = models.TextField(blank=True)
    consignee_city = models.CharField("city", max_length=100, blank=True)
    consignee_state = models.CharField("state", max_length=50, blank=True)
    consignee_postal_code = models.CharField("postal code", max_length=20, blank=True)
    consignee_contact = models.CharField("contact as shipped", max_length=254, blank=True)
    consignee_key = models.CharField(max_length=KEY_LENGTH, blank=True, editable=False)
    carrier = models.CharField(max_length=60, blank=True)
    tracking_number = models.CharField(max_length=100, blank=True)
    tracking_key = models.CharField(max_length=100, blank=True, default="", editable=False)
    rep_name = models.CharField("rep as reported", max_length=100, blank=True)
    shipped_from_warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, null=True, blank=True, related_name="distributions"
    )
    shipped_from_storefront = models.ForeignKey(
        StoreFront, models.PROTECT, null=True, blank=True, related_name="distributions"
    )
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.TextField(blank=True)

    is_fact = True
    derived = {
        "order_number_key": lambda shipment: order_number_key_or_empty(shipment.order_number),
        "consignee_key": lambda shipment: shipment.consignee.key,
        "tracking_key": lambda shipment: letters_and_digits(shipment.tracking_number or "")[:100],
    }
    derived_from = frozenset(["order_number", "tracking_number", *CONSIGNEE])
    objects = DistributionQuerySet.as_manager()

    class Meta:
        verbose_name = "shipment"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_key"],
                name="distribution_external_key",
                violation_error_message="This shipment came from the same source already.",
            ),
            models.CheckConstraint(
                condition=Q(sales_order__isnull=False) | Q(may_wait=True),
                name="distribution_has_order",
                violation_error_message="This shipment may not wait: name its sales order.",
            ),
            models.CheckConstraint(
                condition=Q(shipped_from_warehouse__isnull=True) | Q(shipped_from_storefront__isnull=True),
                name="distribution_one_place",
                violation_error_message="A shipment leaves one place: a warehouse or a storefront.",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | ~Q(void_reason=""),
                name="distribution_void_reason",
                violation_error_message="Say why this shipment is void.",
            ),
            models.CheckConstraint(
                condition=~Q(external_key=""),
                name="distribution_external_key_filled",
                violation_error_message="Leave the external key empty where there is none.",
            ),
        ]
        indexes = [
            models.Index(fields=["-ship_date", "-id"], name="distribution_newest"),
            models.Index(fields=["sales_order", "-ship_date"], name="distribution_of_order"),
            models.Index(
                fields=["order_number_key"],
                condition=Q(sales_order__isnull=True, voided_at__isnull=True),
                name="distribution_waiting",
            ),
            models.Index(  # read alone where a name is looked for among those that wait
                fields=["id", "consignee_name"],
                condition=Q(sales_order__isnull=True, voided_at__isnull=True),
                name="distribution_waiting_names",
            ),
            models.Index(fields=["tracking_number"], name="distribution_tracking"),
            # A key and its beginnings are found by the same index.
            models.Index(fields=["consignee_key"], opclasses=BEGINS, name="distribution_consignee"),
            models.Index(fields=["tracking_key"], opclasses=BEGINS, name="distribution_tracking_key"),
            models.Index(fields=["order_number_key"], opclasses=BEGINS, name="distribution_order_number"),
        ]

    def __str__(self):
        return f"shipment of {self.ship_date}, order {self.order_number or '(no number)'}"

    @property
    def consignee(self) -> AddressBlock:
        """To whom it went, as it was shipped."""
        return AddressBlock._make(consignee_columns(self))

    @property
    def shipped_from(self) -> Warehouse | StoreFront | None:
        """The place that the goods left, None where nobody said (flagged)."""
        return self.shipped_from_warehouse or self.shipped_from_storefront

    def void(self, *, by: User | str, reason: str) -> Plan:
        """Say that this shipment was entered in error; its units go back to where the ledger took them from.

        It stays, struck through, and counts nowhere. A second time changes nothing. Raises Refused where
        units came back from it, or a returned unit's place is archived, and then has changed nothing.
        """
        return act("void shipment", lambda plan: self._plan_void(plan, by, reason.strip()), by=by, reason=reason)

    def _plan_void(self, plan: Plan, by: User | str, reason: str) -> None:
        shipment = plan.watch(self)
        if shipment.voided_at:
            return
        if not reason:
            raise Refused("Say why this shipment is void: the reason stands in the record.")
        if returned := shipment.returns.order_by("pk").first():
            raise Refused(
                f"Units of it came back ({returned}), so it was sent. Undo the return first if that is wrong."
            )
        plan.update(shipment, voided_at=plan.now, void_reason=reason, because=reason)
        shipment.plan_units_back(plan, by)

    def plan_units_back(self, plan: Plan, by: User | str) -> None:
        """Plan that the units which the ledger took for this shipment are where they were; unbooked ones never left."""
        lines = {str(line.pk): line for line in self.lines.order_by("pk")}
        dispatched = StockMovement.objects.filter(
            kind=StockMovement.Kind.DISPATCH, cause_model=DistributionLine._meta.label, cause_key__among=sorted(lines)
        )
        book = StockBook(plan, products=[line.product_id for line in lines.values()], by=by)
        places = ("from_warehouse", "from_storefront", "lot")
        for taken in dispatched.select_related(*places).order_by("pk"):
            move = Move(StockMovement.Kind.RETURN, taken.product_id, taken.lot, taken.quantity, destination=taken.left)
            because = "the shipment is void: it never left"
            book.move(move, cause=lines[taken.cause_key], because=because, reason=because)
        book.settle()


class DistributionLineQuerySet(models.QuerySet):
    def matched(self):
        """Lines of matched shipments."""
        return self.filter(distribution__sales_order__isnull=False, distribution__voided_at__isnull=True)


class DistributionLine(Traced):
    """So many units of one product, of one lot, on a shipment. A fact."""

    distribution = models.ForeignKey(Distribution, models.PROTECT, related_name="lines", db_index=False)
    line_number = models.PositiveIntegerField(default=1)
    product = models.ForeignKey(Product, models.PROTECT, related_name="distribution_lines")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="distribution_lines")
    lot_number = models.CharField("lot as reported", max_length=60, blank=True)
    lot_number_key = models.CharField(max_length=KEY_LENGTH, blank=True, editable=False)
    serial_number = models.CharField(max_length=60, blank=True)
    quantity = models.PositiveIntegerField()

    is_fact = True
    derived = {"lot_number_key": lambda line: code_key_or_empty(line.lot_number)}
    derived_from = frozenset(["lot_number"])
    objects = DistributionLineQuerySet.as_manager()

    class Meta:
        verbose_name = "shipment line"
        ordering = ["distribution", "line_number"]
        constraints = [
            models.UniqueConstraint(
                fields=["distribution", "line_number"],
                name="distribution_line_number",
                violation_error_message="The shipment has a line with this number already.",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0),
                name="distribution_line_quantity",
                violation_error_message="A line ships at least one unit.",
            ),
        ]
        indexes = [
            models.Index(fields=["distribution"], include=["quantity"], name="distribution_line_units"),
            models.Index(fields=["lot_number_key"], opclasses=BEGINS, name="distribution_line_lot_number"),
            models.Index(fields=["serial_number"], condition=~Q(serial_number=""), name="distribution_line_serial"),
        ]

    def __str__(self):
        return f"line {self.line_number}"

    def clean(self):
        super().clean()
        if self.lot_id and self.product_id and self.lot.product_id != self.product_id:
            raise ValidationError({"lot": f"Lot {self.lot} is not a lot of {self.product.sku}."})
        if self.product_id and self.product.is_lot_tracked and not self.lot_id and not self.lot_number:
            raise ValidationError({"lot_number": f"{self.product.sku} is lot-tracked: write the lot as on the paper."})
