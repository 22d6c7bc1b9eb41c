"""Damage to stock that no reconciliation mends: named, with its likely cause, for a person to settle."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from django.db.models import Model

from eqms import audit
from eqms.data_rules import SqlRows

from .effective import Products, of_products
from .models import Product, StockProduct, sources
from .rules import balances, ledger, transfers

PIECE = 2000
SHELVES = ("from_storefront_id", "to_storefront_id", "row_from_storefront_id", "row_to_storefront_id")
NOBODY_KNOWS = "which of the two is right stands on the paper only"


class Damage(NamedTuple):
    """A row that is damaged, and what is wrong in words. ``contests`` are products whose shelves it puts in doubt."""

    row: Model
    words: str
    contests: frozenset[UUID] = frozenset()


def contradictions(products: Products) -> Iterator[Damage]:
    """Yield ledger lines of ``products`` (None: all) that say something else than the row that caused them.

    A line of a row that moved nothing is one of them.
    """
    for source in sources:
        if source.moved:
            for lines in pieces(ledger.differing_from(source, products)):
                for line, words in zip(lines, ledger.differences(lines), strict=True):
                    yield Damage(line, f"{words}; {NOBODY_KNOWS}", contested_by(line))
    for row in of_products(ledger.moved_too_early(), "product", products).iterator(PIECE):
        yield Damage(row, f"{ledger.too_early(row)}; {NOBODY_KNOWS}", frozenset([row.product_id]))


def contested_products(products: Products) -> set[UUID]:
    """Return the products of whose shelves nobody knows what is right, since the ledger contradicts its rows."""
    return {product for damage in contradictions(products) for product in damage.contests}


def contested_by(line) -> frozenset[UUID]:
    """Return the products of whose shelves nobody knows what is right: none where only a warehouse is in doubt."""
    if all(getattr(line, name) is None for name in SHELVES):
        return frozenset()
    return frozenset([line.product_id, ledger.value_of(line, "product_id")])


def beyond_repair(products: Products) -> Iterator[Damage]:
    """Yield the rest: more fulfilled than came in, warehouses below zero, ledger lines whose cause is gone."""
    named = set()
    too_many = of_products(transfers.fulfilled_over_intake(), "pk", products).iterator(PIECE)
    while piece := list(islice(too_many, PIECE)):
        changed = changed_intakes(piece)
        for product in piece:
            named.add(product.pk)
            yield Damage(product, transfers.fulfilled_too_often(product, *changed.get(product.pk, [])))
    for short in pieces(balances.below_zero("warehouse", balances.WAREHOUSE, products)):
        for product in short:
            if product.pk not in named:
                yield Damage(product, balances.short(product))
    for line in of_products(ledger.orphaned(), "product", products).iterator(PIECE):
        yield Damage(line, f"{ledger.gone(line)}; it does not count")


def changed_intakes(products: list[Product]) -> dict[UUID, list[str]]:
    """Return, by product, in words the intakes of ``products`` that are not as the record left them. Four queries."""
    intakes = StockProduct.objects.filter(product__pk__among=[product.pk for product in products]).order_by("pk")
    rows = {intake.pk: intake for intake in intakes}
    found: dict[UUID, list[str]] = {}
    for key, said in audit.outside_changes(list(rows.values())).items():
        if said.startswith("changed"):
            found.setdefault(rows[key].product_id, []).append(f"intake {key} was {said}")
    return found


def pieces(rows: SqlRows) -> Iterator[list]:
    """Yield ``rows`` in lists of at most PIECE."""
    start = 0
    while piece := rows[start : start + PIECE]:
        yield piece
        if len(piece) < PIECE:
            return
        start += PIECE
