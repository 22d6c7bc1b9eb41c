"""Counts of what is really there: lines that are written down blind, and compared with the ledger afterwards."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from eqms.models import Traced, User
from eqms.operations import Plan, Refused, act

from .book import column, units_at
from .ledger import Place, Source, StockMovement, sources
from .places import StoreFront, Warehouse
from .products import Lot, Product
from .stock import LARGEST_QUANTITY, refuse_missing_or_foreign_lot
from .transfers import user_or_none

RECENT = timedelta(days=90)  # a lot that moved since then may still lie somewhere, though the ledger says it is used up
NOT_LESS = "Nobody counts less than nothing."
WRITE_A_NUMBER = "Write the units that you see, 0 where there are none."


def counter(name: str) -> models.ForeignKey:
    """Return a key to the user who opened or finished a count."""
    related = f"stock_counts_{name}"
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name=related)


class Written(NamedTuple):
    """What a person wrote beside a line, and what stood there when their sheet was made. None: an empty box."""

    units: int | None
    seen: int | None


class StockCount(Traced):
    """One place, counted by people who are not told what the ledger expects."""

    class State(models.TextChoices):
        OPEN = "open"
        COUNTED = "counted"
        SETTLED = "settled"
        CANCELLED = "cancelled"

    warehouse = models.ForeignKey(Warehouse, models.PROTECT, null=True, blank=True, related_name="stock_counts")
    storefront = models.ForeignKey(StoreFront, models.PROTECT, null=True, blank=True, related_name="stock_counts")
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    note = models.TextField(blank=True)
    opened_by = counter("opened")
    opened_at = models.DateTimeField(default=timezone.now)
    counted_by = counter("counted")
    counted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(warehouse__isnull=True, storefront__isnull=False)
                | Q(warehouse__isnull=False, storefront__isnull=True),
                name="stock_count_one_place",
                violation_error_message="A count has one place: a warehouse or a storefront.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["counted", "settled"]) | Q(counted_at__isnull=False),
                name="stock_count_counted_at",
                violation_error_message="A finished count says when it was counted.",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="stock_count_state")]

    def __str__(self):
        return f"stock count {self.pk}" if self.pk else "stock count"

    @property
    def place(self) -> Place:
        """What is counted."""
        return self.warehouse or self.storefront

    @property
    def is_open(self) -> bool:
        """True while numbers may be written down."""
        return self.state == self.State.OPEN

    def write_down(self, written: dict[int, Written], *, by: User | str, at: datetime | None = None) -> Plan:
        """Keep what people wrote beside the lines with these keys; lines that stay as they were seen are not touched.

        ``at`` is when they counted, None for now. Refused, naming each line, where somebody else wrote
        another number in the meantime: then nothing is kept.
        """
        return act("write down counted units", partial(self._plan_written, written, at), by=by)

    def add_line(self, product: Product, lot: Lot | None, *, by: User | str) -> Plan:
        """Put an article on the sheet that was found. One that stands there already changes nothing."""
        return act("add found article to stock count", partial(self._plan_line, product, lot), by=by)

    def finish(self, *, by: User | str) -> Plan:
        """Say that counting is over. A second time changes nothing."""
        return act("finish stock count", partial(self._plan_finish, by), by=by)

    def reopen(self, *, by: User | str) -> Plan:
        """Go on counting. A second time changes nothing."""
        return act("reopen stock count", self._plan_reopening, by=by)

    def cancel(self, *, by: User | str, reason: str) -> Plan:
        """End a count without adjusting anything. A second time changes nothing."""
        return act("cancel stock count", partial(self._plan_cancellation, reason.strip()), by=by, reason=reason)

    def _plan_written(self, written: dict[int, Written], at: datetime | None, plan: Plan) -> None:
        count = self._open_in(plan)
        if at and not count.opened_at.replace(second=0, microsecond=0) <= at <= plan.now:
            opened = timezone.localtime(count.opened_at)
            raise Refused(f"It was counted between {opened:%Y-%m-%d %H:%M}, when the count was opened, and now.")
        lines = plan.watch_all(
            count.lines.filter(pk__in=[key for key, one in written.items() if one.units != one.seen])
        )
        problems = []
        for line in lines:
            units, seen = written[line.pk]
            if line.counted_quantity not in (seen, units):
                there = "nothing" if line.counted_quantity is None else line.counted_quantity
                problems.append(f"{line.article}: somebody wrote {there} in the meantime. Look again, then write.")
            elif line.counted_quantity != units:
                values = {"counted_quantity": units, "counted_at": None if units is None else at or plan.now}
                plan.update(line, **values, because="taken back" if units is None else "counted")
        if problems:
            raise Refused("\n".join(problems))

    def _plan_line(self, product: Product, lot: Lot | None, plan: Plan) -> None:
        count = self._open_in(plan)
        if not count.lines.filter(product=product, lot=lot).exists():
            plan.create(StockCountLine, count=count, product=product, lot=lot, because="found, though not on the sheet")

    def _plan_finish(self, by: User | str, plan: Plan) -> None:
        count = plan.watch(self)
        if count.state == self.State.COUNTED:
            return
        self._refuse_over(count)
        if not count.lines.filter(counted_quantity__isnull=False).exists():
            raise Refused(f"{count} has no number yet. {WRITE_A_NUMBER}")
        values = {"counted_by": user_or_none(by), "counted_at": plan.now}
        plan.update(count, state=self.State.COUNTED, **values, because="counting is over")

    def _plan_reopening(self, plan: Plan) -> None:
        count = plan.watch(self)
        self._refuse_over(count)
        nobody = {"counted_by": None, "counted_at": None}
        plan.update(count, state=self.State.OPEN, **nobody, because="counting goes on")

    def _plan_cancellation(self, reason: str, plan: Plan) -> None:
        count = plan.watch(self)
        if count.state == self.State.CANCELLED:
            return
        self._refuse_over(count)
        if not reason:
            raise Refused(f"Say why {count} is cancelled: the reason stands in the record.")
        plan.update(count, state=self.State.CANCELLED, because=reason)

    def _open_in(self, plan: Plan) -> "StockCount":
        """Return this count, locked; Refused where counting is over."""
        count = plan.watch(self)
        if not count.is_open:
            raise Refused(f"{count} is {count.state}: nothing is written down any more.")
        return count

    def _refuse_over(self, count: "StockCount") -> None:
        if count.state in (self.State.SETTLED, self.State.CANCELLED):
            raise Refused(f"{count} is {count.state}: it stays as it is.")


class StockCountLine(Traced):
    """One product, or one lot of it, on the sheet of a count. Nothing counted is None, which is not 0."""

    count = models.ForeignKey(StockCount, models.PROTECT, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="stock_count_lines")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="stock_count_lines")
    counted_quantity = models.IntegerField(
        null=True,
        blank=True,
        validators=[
            MinValueValidator(0, NOT_LESS),
            MaxValueValidator(LARGEST_QUANTITY, f"Write at most {LARGEST_QUANTITY:,}."),
        ],
    )
    counted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "stock count line"
        constraints = [
            models.UniqueConstraint(
                fields=["count", "product", "lot"],
                name="stock_count_line_lot_once",
                violation_error_message="This lot stands on the sheet already.",
            ),
            models.UniqueConstraint(
                fields=["count", "product"],
                condition=Q(lot__isnull=True),
                name="stock_count_line_product_once",
                violation_error_message="This product stands on the sheet already.",
            ),
            models.CheckConstraint(
                condition=Q(counted_quantity__isnull=True) | Q(counted_quantity__gte=0),
                name="stock_count_line_quantity",
                violation_error_message=NOT_LESS,
            ),
            models.CheckConstraint(
                condition=Q(counted_quantity__isnull=True, counted_at__isnull=True)
                | Q(counted_quantity__isnull=False, counted_at__isnull=False),
                name="stock_count_line_counted_at",
                violation_error_message="A number says when it was counted, and without a number nothing was.",
            ),
        ]

    def __str__(self):
        return f"stock count line {self.pk}"

    def clean(self):
        super().clean()
        refuse_missing_or_foreign_lot(self)

    @property
    def article(self) -> str:
        """What is counted, as people call it."""
        return f"{self.product}, lot {self.lot}" if self.lot_id else str(self.product)


def open_count(place: Place, *, by: User | str, products: Iterable[Product] = (), note: str = "") -> StockCount:
    """Open a count of ``place``, of all that is or lately was there, or of ``products`` only."""
    chosen = {product.pk for product in products}
    plan = act("open stock count", partial(plan_count, place, chosen, note.strip(), user_or_none(by)), by=by)
    return StockCount.objects.get(pk=plan.new_keys[1])


def plan_count(place: Place, chosen: set, note: str, by: User | None, plan: Plan) -> None:
    """Plan a count of ``place`` with its lines; Refused where the place is archived."""
    place = plan.watch(place)
    if place.archived_at:
        raise Refused(f"{place} is archived: there is nothing to count. Adjust what is left there.")
    side = {"warehouse" if isinstance(place, Warehouse) else "storefront": place}
    count = plan.create(StockCount, **side, opened_by=by, note=note, because=f"to count {place}")
    articles = articles_in(place, chosen, plan.now)
    for product, lot in articles:
        plan.create(StockCountLine, count=count, product=product, lot=lot, because=f"is or was in {place}")


def articles_in(place: Place, chosen: set, now: datetime) -> list[tuple[Product, Lot | None]]:
    """Return what may lie in ``place``, by SKU and lot number: of ``chosen`` products, all where it is empty.

    That is what the ledger or a balance says is there, products that ever were, and lots that moved
    lately. Chosen products stand on the sheet in any case. Five queries.
    """
    lines = StockMovement.objects.filter(product__in=chosen) if chosen else StockMovement.objects.all()
    here = lines.filter(Q(**{column("from", place): place}) | Q(**{column("to", place): place})).order_by()
    lately = set(here.filter(at__gte=now - RECENT).values_list("product_id", "lot_id").distinct())
    there = {pile for pile, units in units_at(place, lines).items() if units or pile[1] is None} | lately
    if isinstance(place, StoreFront):
        balances = place.balances.filter(product__in=chosen) if chosen else place.balances.all()
        there |= {(key, None) for key in balances.values_list("product_id", flat=True)}
    there |= {(key, None) for key in chosen}
    products = Product.objects.in_bulk({product for product, _ in there})
    lots = Lot.objects.in_bulk({lot for _, lot in there if lot})
    found = [(products[product], lots.get(lot)) for product, lot in there]
    found = [(product, lot) for product, lot in found if lot or not product.is_lot_tracked]
    return sorted(found, key=lambda one: (one[0].sku, one[1].number if one[1] else ""))


sources.append(Source(StockCountLine, StockMovement.Kind.ADJUSTMENT, page="count"))
