"""Rows under an item that hold a lot and a count of its own: parts of the item's quantity, or lines of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from .paper import Field
from .tables import Item

Line = Mapping[str, Field]
Known = tuple[Item, Line]
_NAMING = ("sku", "item", "description")


def settled(items: Sequence[Item], lines: Sequence[Line]) -> list[Item]:
    """Return the items with such rows settled where the counts prove what they are; the others stay as they stand.

    ``lines`` is what was read from each item.
    """
    result: list[Item] = []
    for (whole, first), below in _groups(list(zip(items, lines, strict=True))):
        rows = [row for row, _ in below]
        counts = [line["quantity"].value for _, line in below]
        total = first["quantity"].value if "quantity" in first else None
        if rows and total == sum(counts) and "lots" not in first:
            result.append(_with_lots(whole, rows))
        elif rows and whole.cells.get("lots") and all(row.cells.get("lots") for row in rows) and total != sum(counts):
            result += [whole, *(_of_same_item(whole, row) for row in rows)]
        else:
            result += [whole, *rows]
    return result


def _groups(known: Sequence[Known]) -> Iterator[tuple[Known, list[Known]]]:
    """Yield each item with the rows under it that have a lot and a count, and no code."""
    groups: list[tuple[Known, list[Known]]] = []
    for item, line in known:
        if groups and "sku" not in line and {"lots", "quantity"} <= line.keys():
            groups[-1][1].append((item, line))
        else:
            groups.append(((item, line), []))
    yield from groups


def _with_lots(whole: Item, rows: Sequence[Item]) -> Item:
    cells = {kind: list(lines) for kind, lines in whole.cells.items()}
    for row in rows:
        for kind in ("lots", *_NAMING):
            if row.cells.get(kind):
                cells.setdefault(kind, []).extend(row.cells[kind])
    return replace(whole, cells=cells)


def _of_same_item(whole: Item, row: Item) -> Item:
    named = {kind: lines for kind, lines in whole.cells.items() if kind in _NAMING}
    return replace(row, cells={**named, **row.cells})
