"""The ledger: which units went where, and the rows that it follows from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import BigIntegerField, CharField, Exists, F, Func, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from eqms.models import Traced

from .places import StoreFront, Warehouse
from .products import Lot, Product
from .stock import StockProduct, refuse_missing_or_foreign_lot, units

Place = Warehouse | StoreFront


class RowKey(Func):
    """The number that a text names a row by; NULL or 0, which no row has, where it is no number."""

    arity = 1
    output_field = BigIntegerField()
    template = "CAST(%(expressions)s AS INTEGER)"

    def as_postgresql(self, compiler, connection):
        digits = "LENGTH(%(expressions)s) BETWEEN 1 AND 18 AND LTRIM(%(expressions)s, '0123456789') = ''"
        number = f"CASE WHEN {digits} THEN (%(expressions)s)::bigint END"  # a regular expression costs ten times that
        return self.as_sql(compiler, connection, template=number)


class MovementQuerySet(models.QuerySet):
    def caused_by(self, row: models.Model):
        """The ledger lines that follow from ``row``."""
        return self.filter(cause_model=row._meta.label, cause_key=str(row.pk))

    def orphaned(self):
        """Lines whose cause is named but gone. They are damage: reported, and not counted."""
        gone = ~Q(cause_key="") & ~Q(cause_model__in=[source.label for source in sources])
        for source in sources:
            gone |= Q(cause_model=source.label) & ~source.is_there()
        return self.filter(gone)

    def counted(self):
        """Lines that count: adjustments and those whose cause is there."""
        known = Q(cause_key="")
        for source in sources:
            known |= Q(cause_model=source.label) & source.is_there()
        return self.filter(known)


class StockMovement(Traced):
    """A line of the ledger: so many units left one place for another. A fact.

    Nothing in "from" means they came from outside, nothing in "to" that they left. The row that
    caused it is named by model and key: it may live in an app above, which this one must not know.
    """

    class Kind(models.TextChoices):
        INTAKE = "intake"
        TRANSFER = "transfer"
        DISPATCH = "dispatch"
        RETURN = "return"
        ADJUSTMENT = "adjustment"

    kind = models.CharField(max_length=10, choices=Kind)
    product = models.ForeignKey(Product, models.PROTECT, related_name="movements")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="movements")
    quantity = units()
    from_warehouse = models.ForeignKey(Warehouse, models.PROTECT, null=True, blank=True, related_name="movements_out")
    from_storefront = models.ForeignKey(StoreFront, models.PROTECT, null=True, blank=True, related_name="movements_out")
    to_warehouse = models.ForeignKey(Warehouse, models.PROTECT, null=True, blank=True, related_name="movements_in")
    to_storefront = models.ForeignKey(StoreFront, models.PROTECT, null=True, blank=True, related_name="movements_in")
    cause_model = models.CharField(max_length=60, blank=True, help_text="such as inventory.StockProduct")
    cause_key = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="stock_movements"
    )
    at = models.DateTimeField(default=timezone.now)
    reason = models.TextField(blank=True)

    is_fact = True
    objects = MovementQuerySet.as_manager()

    class Meta:
        verbose_name = "ledger line"
        permissions = [("adjust_stock", "Can adjust stock")]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0),
                name="movement_quantity",
                violation_error_message="A ledger line moves at least one unit; its direction stands in from and to.",
            ),
            models.CheckConstraint(
                condition=Q(from_warehouse__isnull=True) | Q(from_storefront__isnull=True),
                name="movement_one_from",
                violation_error_message="Units leave one place: a warehouse or a storefront.",
            ),
            models.CheckConstraint(
                condition=Q(to_warehouse__isnull=True) | Q(to_storefront__isnull=True),
                name="movement_one_to",
                violation_error_message="Units arrive at one place: a warehouse or a storefront.",
            ),
            models.CheckConstraint(
                condition=Q(from_warehouse__isnull=False)
                | Q(from_storefront__isnull=False)
                | Q(to_warehouse__isnull=False)
                | Q(to_storefront__isnull=False),
                name="movement_some_place",
                violation_error_message="A ledger line names the place that the units left or reached.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="adjustment") | ~Q(reason=""),
                name="movement_adjustment_reason",
                violation_error_message="An adjustment needs a reason, such as a count or a loss.",
            ),
            models.UniqueConstraint(
                fields=["cause_model", "cause_key", "kind"],
                condition=~Q(cause_key=""),
                name="movement_cause_once",
                violation_error_message="The ledger has the line of this row already.",
            ),
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="movement_newest")]

    def __str__(self):
        return f"{self.kind} of {self.quantity}"

    def clean(self):
        super().clean()
        refuse_missing_or_foreign_lot(self)

    @property
    def follows_from(self) -> str:
        """The row that it follows from, such as "transfer line 17", whether it is there or gone; "" for none."""
        known = next((source for source in sources if source.label == self.cause_model), None)
        return f"{known.model._meta.verbose_name if known else self.cause_model} {self.cause_key}".strip()

    @property
    def left(self) -> Place | None:
        """The place that the units left, None where they came from outside."""
        return self.from_warehouse or self.from_storefront

    @property
    def reached(self) -> Place | None:
        """The place that the units reached, None where they left the house."""
        return self.to_warehouse or self.to_storefront


@dataclass(frozen=True)
class Source:
    """A kind of row that the ledger follows from.

    ``moved`` gives the rows that did move units, ``columns`` says of a ledger line's columns where
    each comes from; what is not named stays empty. Without ``moved`` the rows cause lines
    that nothing but their own action writes, such as the adjustments of a count. ``page`` is the
    key to the row whose page shows such a row, "" where that is its own.
    """

    model: type[models.Model]
    kind: str
    moved: Callable[[], QuerySet] | None = None
    columns: dict[str, Any] | None = None
    page: str = ""

    @property
    def label(self) -> str:
        return self.model._meta.label

    def is_there(self) -> Exists:
        """The condition of a ledger line of this kind: its cause exists."""
        return Exists(self.model._base_manager.filter(pk=RowKey(OuterRef("cause_key"))))

    def unbooked(self) -> QuerySet:
        """Rows that moved units and that no ledger line names."""
        if self.moved is None:
            return self.model._base_manager.none()
        key = Cast(OuterRef("pk"), CharField())
        lines = StockMovement.objects.filter(cause_model=self.label, cause_key=key).exclude(cause_key="")
        return self.moved().filter(~Exists(lines))  # the index of causes holds no empty key

    def lines_of(self, rows: QuerySet) -> QuerySet:
        """Return ``rows`` as values of ledger lines, each column under ``line_`` and its name."""
        found = {name: F(path) if isinstance(path, str) else path for name, path in (self.columns or {}).items()}
        return rows.values("pk", **{f"line_{name}": value for name, value in found.items()})


sources: list[Source] = []  # apps above add theirs when they are ready


INTAKE_COLUMNS: dict[str, Any] = {
    "product_id": "product",
    "lot_id": "lot",
    "quantity": "quantity",
    "to_warehouse_id": "warehouse",
    "at": "received_on",
}
sources.append(Source(StockProduct, StockMovement.Kind.INTAKE, StockProduct.objects.all, INTAKE_COLUMNS))
