"""The rows that ledger lines follow from, as links to the pages on which people look at them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.contrib import admin
from django.urls import reverse

from inventory.models import Source, StockMovement, sources

NEWEST = 10  # ledger lines on the page of a row
ENDS = ("lot", "from_warehouse", "from_storefront", "to_warehouse", "to_storefront", "by")


class Cause(NamedTuple):
    """What a line follows from: in words, and the address of its page, "" where it has none."""

    words: str
    address: str


def causes_of(lines: Iterable[StockMovement]) -> dict[int, Cause]:
    """Return the cause of each of ``lines`` by its key. One query for each kind of cause among them."""
    by_label: defaultdict[str, list[StockMovement]] = defaultdict(list)
    for line in lines:
        if line.cause_key:
            by_label[line.cause_model].append(line)
    known = {source.label: source for source in sources}
    found = {}
    for label, named in by_label.items():
        pages = pages_of(known[label], named) if label in known else {}
        found |= {line.pk: pages.get(line.cause_key) or gone(line) for line in named}
    return found


def pages_of(source: Source, lines: list[StockMovement]) -> dict[str, Cause]:
    """Return causes by the text that names them in a line. One query."""
    keys = sorted(int(line.cause_key) for line in lines if line.cause_key.isascii() and line.cause_key.isdigit())
    model = source.model._meta.get_field(source.page).related_model if source.page else source.model
    place = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
    has_page = admin.site.is_registered(model)
    rows = source.model._base_manager.filter(pk__among=keys).values_list(
        "pk", f"{source.page}_id" if source.page else "pk"
    )
    words = model._meta.verbose_name
    return {str(key): Cause(f"{words} {row}", reverse(place, args=[row]) if has_page else "") for key, row in rows}


def gone(line: StockMovement) -> Cause:
    """Return what a line says of a cause that is no longer there."""
    return Cause(f"{line.follows_from}, which is gone", "")
