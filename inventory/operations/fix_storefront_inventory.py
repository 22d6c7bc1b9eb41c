"""Storefront balances that are not what the ledger says, and ledger lines that source rows lack."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from eqms import audit
from eqms.operations import Plan, PlanChanged, operation
from inventory.damage import beyond_repair, contradictions
from inventory.effective import Difference, Parts, differences, parts, unbooked_lines
from inventory.forms.reconciling import FixOptions, products_called
from inventory.models import Product, Source, StockMovement, StoreFront, StoreFrontInventory

PIECE = 2000
BOOKED = "booked by reconciliation"


@operation(model=Product, permission="inventory.adjust_stock", form=FixOptions, ceiling=10_000)
def fix_storefront_inventory(plan, products, *, product_name="", product_id=None, **everything):
    """Add the ledger lines that source rows lack, and set storefront balances to the ledger's sum."""
    wanted = chosen(products, product_name, product_id)
    if plan.is_locking:
        watch_products(plan, wanted)
    for source, line in missing_lines(wanted):
        plan_line(plan, source, line)
    contested = skip_contradictions(plan, wanted)
    names = {place.pk: place_name(place) for place in StoreFront.objects.all()}
    for piece in pieces(differences(wanted)):
        plan_balances(plan, piece, names, contested)
    for damage in beyond_repair(wanted):
        plan.skip(damage.row, because=damage.words)


def chosen(products: QuerySet, name: str, key: Any) -> QuerySet | None:
    """Return the products that are meant, None for all of them."""
    if name:
        return products.filter(pk__in=products_called(name).order_by().values("pk"))
    if key:
        return products.filter(pk=key)
    return products if products.query.where else None


def watch_products(plan: Plan, products: QuerySet | None) -> None:
    """Lock the products with work, in the order of their keys: what is read after that does not move."""
    keys = {difference.product_id for difference in differences(products)}
    keys |= {line["line_product_id"] for _, line in missing_lines(products)}
    for piece in pieces(sorted(keys)):
        plan.watch_all(Product.objects.filter(pk__among=piece))


def pieces(rows: Iterable) -> Iterator[list]:
    """Yield lists of at most PIECE of ``rows``."""
    rest = iter(rows)
    while piece := list(islice(rest, PIECE)):
        yield piece


# -- the ledger ----------------------------------------------------------------------------------


def missing_lines(products: QuerySet | None) -> Iterator[tuple[Source, dict[str, Any]]]:
    """Yield (source, columns of a ledger line) for each row whose line is missing."""
    for source, rows in unbooked_lines(products):
        for line in source.lines_of(rows).order_by("pk").iterator(PIECE):
            yield source, line


def plan_line(plan: Plan, source: Source, line: dict[str, Any]) -> None:
    """Plan one ledger line as its row says it."""
    columns = {name.removeprefix("line_"): value for name, value in line.items() if value is not None}
    key, at = columns.pop("pk"), columns.pop("at", None)
    row = f"{source.model._meta.verbose_name} {key}"
    if at is not None:
        columns["at"] = moment(at)
    cause = {"cause_model": source.label, "cause_key": str(key), "reason": BOOKED}
    plan.create(StockMovement, because=f"the ledger lacks the line of {row}", kind=source.kind, **cause, **columns)


def moment(at) -> datetime:
    """Return a moment as it is; of a day its noon in the current time zone."""
    return at if isinstance(at, datetime) else timezone.make_aware(datetime.combine(at, time(12)))


# -- balances ------------------------------------------------------------------------------------


def skip_contradictions(plan: Plan, products: QuerySet | None) -> set[UUID]:
    """Name the ledger lines that contradict their rows; return the products whose shelves they put in doubt."""
    contested: set[UUID] = set()
    for damage in contradictions(products):
        plan.skip(damage.row, because=damage.words)
        contested |= damage.contests
    return contested


def plan_balances(plan: Plan, piece: list[Difference], names: dict[int, str], contested: set[UUID]) -> None:
    """Plan the balances of ``piece``, each with what explains it.

    Those of ``contested`` products stay. Six queries.
    """
    balances = StoreFrontInventory.objects.in_bulk([one.balance_id for one in piece if one.balance_id])
    outside = audit.outside_changes(list(balances.values()))
    keys = sorted({one.product_id for one in piece})
    products, made_of = Product.objects.filter(pk__among=keys).in_bulk(), parts(keys)
    for one in piece:
        balance, told = balances.get(one.balance_id), made_of.get(one[:2], Parts())
        if (balance and balance.quantity) != one.shown or told.total != one.correct:
            raise PlanChanged("Somebody moved units while the balances were being compared. Plan again.")
        because = f"{products[one.product_id].sku} in {names[one.storefront_id]}: {explained(one.correct, told)}"
        because += f"; {outside[one.balance_id]}" if one.balance_id in outside else ""
        if left := left_because(one, contested):
            plan.skip(balance or products[one.product_id], because=f"{because}. {left}")
        elif balance:
            plan.update(balance, quantity=one.correct, because=because)
        else:
            values = {"product_id": one.product_id, "storefront_id": one.storefront_id, "quantity": one.correct}
            plan.create(StoreFrontInventory, because=f"{because}; there was no balance", **values)


def left_because(one: Difference, contested: set[UUID]) -> str:
    """Return why a balance is left to a person, "" where the ledger's sum is safe to write."""
    if one.correct < 0:
        return "More left than came: count the shelf and look for what is missing"
    if one.product_id in contested:
        return "A ledger line of this product contradicts its row: settle that first"
    return ""


def explained(correct: int, made_of: Parts) -> str:
    """Return what makes the correct balance: "fulfilled transfers 10, dispatched 4, so 6 units"."""
    told = [
        (made_of.came, f"fulfilled transfers {made_of.came:,}"),
        (made_of.went, f"moved on {made_of.went:,}"),
        (made_of.dispatched, f"dispatched {made_of.dispatched:,}"),
        (made_of.returned, f"returned {made_of.returned:,}"),
        (made_of.adjusted, f"adjusted {made_of.adjusted:+,}"),
    ]
    words = ", ".join(text for units, text in told if units) or "nothing in the ledger"
    return f"{words}, so {correct:,} units"


def place_name(place: StoreFront) -> str:
    """Return the name of a storefront; one that is archived says so."""
    return f"{place} (archived)" if place.archived_at else str(place)
