"""Tables of goods: headings, columns by overlap, and the quantity as anchor of each row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from . import values
from .columns import Column, heading_columns, heads_in, is_heading
from .labels import MONEY_KINDS
from .phrases import Phrase
from .rows import Row

_CONTINUED = re.compile(r"(?i)\W*(?:continued|continues|carried forward|more on next page)\b")
_COUNTS = ("ordered", "quantity", "shipped")
_NAMING = ("sku", "item", "description")
Placed = tuple[Row, dict[str, list[Phrase]]]


@dataclass
class Item:
    """The texts of one line of goods: column kind -> phrases per baseline, from top to bottom."""

    page: int
    room: float = 0.0
    cells: dict[str, list[list[Phrase]]] = field(default_factory=dict)

    def first(self, kind: str) -> Phrase | None:
        """Return the topmost phrase of a column."""
        lines = self.cells.get(kind)
        return lines[0][0] if lines else None


@dataclass
class Table:
    """A heading, its columns, the rows under it and the items they make."""

    columns: list[Column]
    rows: list[Row]
    items: list[Item] = field(default_factory=list)
    used: list[Row] = field(default_factory=list)
    lead: list[Placed] = field(default_factory=list)
    centred: bool = False


Heading = tuple[int, int, list[Column]]


def headings_of(rows: Sequence[Row]) -> Iterator[Heading]:
    """Yield first and end index of what may head goods, and its columns, from top to bottom."""
    bands: dict[tuple[int, int], tuple[list[Column], int]] = {}
    for index, row in enumerate(rows):
        if heads_in(row) < 2:
            continue
        for start in range(max(0, index - 2), index + 1):
            for end in range(index + 1, min(start + 3, len(rows)) + 1):
                if (start, end) not in bands and (found := _heading_at(rows[start:end])):
                    bands[start, end] = found
    done = 0
    while best := max(
        (band for band in bands if band[0] >= done and band[0] <= _first_end(bands, done)),
        key=lambda band: (bands[band][1], -band[0], band[0] - band[1]),
        default=None,
    ):
        done = best[1]
        yield *best, resolve(bands[best][0])


def _first_end(bands: dict, begin: int) -> int:
    """Return where the topmost band after ``begin`` ends: bands that begin before it compete with it."""
    return min((end - 1 for start, end in bands if start >= begin), default=-1)


def _heading_at(band: Sequence[Row]) -> tuple[list[Column], int] | None:
    for upper, lower in zip(band, band[1:], strict=False):
        if lower.bottom - upper.bottom > 1.7 * upper.size:
            return None
    columns, known, unknown = heading_columns(band)
    widest = max(len(row.phrases) for row in band)
    if not is_heading(columns) or unknown > max(1, known // 3) or (widest < 2 and len(columns) < 4):
        return None
    return columns, known - 2 * unknown


def resolve(columns: list[Column]) -> list[Column]:
    """Settle headings that mean different things beside others: "Item" is a code, a name, or a running number."""
    kinds = [column.kind for column in columns]
    if kinds.count("item") > 1 and not {"sku", "description"} & set(kinds):
        code, *names = (column for column in columns if column.kind == "item")
        code.kind = "sku"
        for column in names:
            column.kind = "description"
    for column in columns:
        if column.kind == "item" and "description" in kinds:
            column.kind = "sku" if "sku" not in kinds else "line"
        elif column.kind == "sku" and kinds.count("sku") > 1 and column.rank != _best_rank(columns, "sku"):
            column.kind = "other"
        elif column.kind == "item" and "sku" in kinds:
            column.kind = "description"
        elif (
            column.kind == "unit_price" and kinds.count("unit_price") > 1 and column.heading.casefold() == "price unit"
        ):
            column.kind = "uom"
        elif column.kind == "uom" and "unit_price" not in kinds and column.heading.casefold() == "unit":
            column.kind = "uom_or_price"
    if "description" in [c.kind for c in columns] and not {"sku", "item"} & {c.kind for c in columns}:
        for column in columns:
            column.kind = "item" if column.kind == "description" else column.kind
    for kind in ("sku", "lots", "description", "unit_price", "amount", "ordered", "quantity", "shipped"):
        _keep_best(columns, kind)
    return columns


def _best_rank(columns: list[Column], kind: str) -> int:
    return min(column.rank for column in columns if column.kind == kind)


def _keep_best(columns: list[Column], kind: str) -> None:
    """Of several columns of one kind the surest heading stays, the rest is "other"."""
    same = [column for column in columns if column.kind == kind]
    for column in sorted(same, key=lambda c: c.rank)[1:]:
        column.kind = "other"


def read_table(
    columns: list[Column], rows: list[Row], count_kinds: Sequence[str], *, continuing: bool = False
) -> Table:
    """Return the items under a heading; ``count_kinds`` says which quantity counts, the most wanted first.

    On a ``continuing`` page rows above the first item may belong to the last one of the page before: ``lead``.
    """
    table = Table(columns, rows)
    counting = next((kind for kind in count_kinds if any(c.kind == kind for c in columns)), None)
    placed, room = _place(columns, _body(rows))
    anchors = [n for n, (_, cells) in enumerate(placed) if _is_anchor(cells, counting, placed, n)]
    end = _end_of_body(placed, anchors)
    anchors = [n for n in anchors if n < end]
    above = placed[: anchors[0]] if anchors else []
    named_above = any(cells.get(kind) for _, cells in above for kind in _NAMING)
    table.centred = named_above and (not continuing or _between_baselines(placed, anchors))
    if above and not table.centred:
        table.lead = [place for place in above if not _is_note(place[0])]
        table.used += [row for row, _ in table.lead]
    for start, stop in _spans(placed, anchors, end, centred=table.centred):
        table.items.append(_item(placed[start:stop], room))
        table.used += [row for row, _ in placed[start:stop]]
    return table


def _place(columns: list[Column], body: list[Row]) -> tuple[list[Placed], float]:
    """Return the rows with their texts under columns, and how far a description has room at least."""
    heads = [(column.x0, column.x1) for column in columns]
    _widen(columns, body)
    placed: list[Placed] = []
    for row in body:
        placed.append((row, _cells(columns, row)))
        if _has_money_label(row) and not any(values.quantity(_text(placed[-1][1].get(kind))) for kind in _COUNTS):
            break
    room = 0.0
    for column in columns:
        if column.kind in ("item", "description"):
            edge = min((c.x0 for c in columns if c.x0 > column.x0), default=column.x1)
            room = column.x0 + 0.5 * (edge - column.x0)
    for column, (x0, x1) in zip(columns, heads, strict=True):
        column.x0, column.x1 = x0, x1
    return placed, room


def _between_baselines(placed: list[Placed], anchors: list[int]) -> bool:
    """Tell whether texts stand half a line off their quantity, as cells set in the middle of a row do."""
    for anchor in anchors:
        for number in (anchor - 1, anchor + 1):
            if 0 <= number < len(placed):
                step = abs(placed[number][0].bottom - placed[anchor][0].bottom)
                if step < 0.8 * placed[anchor][0].size:
                    return True
    return False


def _body(rows: list[Row]) -> list[Row]:
    """Return the rows before "continued" and before the row that follows the totals."""
    for number, row in enumerate(rows):
        if any(_CONTINUED.match(phrase.text) for phrase in row.phrases):
            return rows[:number]
    return rows


def _is_anchor(cells: dict[str, list[Phrase]], counting: str | None, placed: list, number: int) -> bool:
    """A row with a quantity begins an item; so does one with a code whose quantity cannot be read: it is not lost."""
    if _is_note(placed[number][0]):
        return False
    counted = counting and _text(cells.get(counting))
    if counted and values.quantity(counted) is not None:
        return bool(any(cells.get(kind) for kind in _NAMING)) or _named_nearby(placed, number)
    code = _text(cells.get("sku"))
    if not re.search(r"\d", code) or (number and _text(placed[number - 1][1].get("sku")).endswith("-")):
        return False
    priced = any(values.money(_text(cells.get(kind)) or "") for kind in ("unit_price", "amount"))
    return bool(priced or counted or cells.get("description"))


def _named_nearby(placed: list, number: int) -> bool:
    """Cells set in the middle of a row stand between the baselines of its description."""
    row = placed[number][0]
    for other, cells in placed[max(0, number - 2) : number + 3]:
        if abs(other.bottom - row.bottom) < 1.6 * row.size and any(cells.get(kind) for kind in _NAMING):
            return True
    return False


def _text(phrases: list[Phrase] | None) -> str:
    return " ".join(phrase.text for phrase in phrases) if phrases else ""


def _widen(columns: list[Column], body: Sequence[Row]) -> None:
    """Let every column reach as far as the texts that clearly stand under its heading."""
    heads = [(column.x0, column.x1) for column in columns]
    for row in body:
        if _has_money_label(row):
            break
        for phrase in row.phrases:
            under = [n for n, (x0, x1) in enumerate(heads) if phrase.x0 < x1 and phrase.x1 > x0]
            if len(under) == 1 and _fits(columns, under[0], phrase, heads):
                column = columns[under[0]]
                column.x0, column.x1 = min(column.x0, phrase.x0), max(column.x1, phrase.x1)


def _fits(columns: list[Column], number: int, phrase: Phrase, heads: list[tuple[float, float]]) -> bool:
    """A text that reaches near the next heading says nothing about where its own column ends."""
    if columns[number].kind in ("item", "description", "lots", "sku"):
        return True
    return phrase.x1 - phrase.x0 < 2.5 * (heads[number][1] - heads[number][0]) + 20


def _cells(columns: list[Column], row: Row) -> dict[str, list[Phrase]]:
    """Return the row's texts by kind of column; clear ones first, so that no long text takes from a filled column."""
    placed: list[tuple[Column, Phrase]] = []
    open_phrases = []
    for phrase in row.phrases:
        parts = _share(columns, phrase)
        if len(parts) == 1:
            placed += parts
        else:
            open_phrases.append((phrase, parts))
    filled = {id(column) for column, _ in placed}
    for phrase, parts in open_phrases:
        fitting = all(_plausible(column, part) and id(column) not in filled for column, part in parts)
        placed += parts if fitting else [(_home(columns, phrase), phrase)]
    cells: dict[str, list[Phrase]] = {}
    for column, part in sorted(placed, key=lambda place: place[1].x0):
        cells.setdefault(column.kind, []).append(part)
    return cells


def _plausible(column: Column, part: Phrase) -> bool:
    if column.kind in _COUNTS:
        return values.quantity(part.text) is not None
    return column.kind not in ("unit_price", "amount") or values.money(part.text) is not None


def _home(columns: list[Column], phrase: Phrase) -> Column:
    """Return the column in which a long text begins, that of a name where several overlap there."""
    begins = [c for c in columns if c.x0 - 2 <= phrase.x0 < c.x1]
    names = [column for column in begins if column.kind in (*_NAMING, "lots")]
    return min(names or begins or [_nearest(columns, phrase)], key=lambda c: abs(c.x0 - phrase.x0))


def _share(columns: list[Column], phrase: Phrase) -> list[tuple[Column, Phrase]]:
    """Give a phrase to its column; one that covers several headings without a gap is shared among them."""
    under = [column for column in columns if phrase.x0 < column.x1 and phrase.x1 > column.x0]
    if len(under) < 2:
        return [(under[0] if under else _nearest(columns, phrase), phrase)]
    if len(phrase.tokens) == 1:
        return [(max(under, key=lambda column: _shared(column, phrase)), phrase)]
    groups: list[tuple[Column, list]] = []
    for token in phrase.tokens:
        column = max(under, key=lambda c: (min(c.x1, token.x1) - max(c.x0, token.x0), -abs(c.x0 - token.x0)))
        if groups and groups[-1][0] is column:
            groups[-1][1].append(token)
        else:
            groups.append((column, [token]))
    if len({id(column) for column, _ in groups}) < len(groups):
        return [(max(under, key=lambda column: _shared(column, phrase)), phrase)]
    return [(column, Phrase(tuple(tokens))) for column, tokens in groups]


def _shared(column: Column, phrase: Phrase) -> float:
    return min(column.x1, phrase.x1) - max(column.x0, phrase.x0)


def _nearest(columns: list[Column], phrase: Phrase) -> Column:
    return min(columns, key=lambda column: max(column.x0 - phrase.x1, phrase.x0 - column.x1))


def _has_money_label(row: Row) -> bool:
    """Tell whether the row is one of the totals: a label of money with an amount after it."""
    for number, segment in enumerate(row.segments):
        if any(label.kind in MONEY_KINDS for label in segment.labels):
            after = row.segments[number + 1 : number + 2]
            return not after or values.money(after[0].text) is not None
    return False


def _end_of_body(placed: list, anchors: list[int]) -> int:
    """Return where the items end: at the totals, else after the lines that follow the last item closely."""
    for number, (row, _) in enumerate(placed):
        if number not in anchors and _has_money_label(row):
            anchors = [n for n in anchors if n < number]
            placed = placed[:number]
            break
    if not anchors:
        return 0
    end = anchors[-1] + 1
    while end < len(placed) and _follows(placed, end):
        end += 1
    return end


def _follows(placed: list, number: int) -> bool:
    before, (row, cells) = placed[number - 1][0], placed[number]
    if row.bottom - before.bottom > 1.75 * max(row.size, before.size):
        return False
    label = row.segments[0].labels
    if label and not any(known.kind in ("lots", "sku", "expiry") for known in label):
        return False
    return set(cells) <= {"sku", "item", "description", "lots", "expiry", "line", "other", "uom"}


def _spans(placed: list[Placed], anchors: list[int], end: int, *, centred: bool) -> list[tuple[int, int]]:
    """Return from where to where each item's rows reach."""
    if not anchors:
        return []
    begins = [0]
    for before, after in zip(anchors, anchors[1:], strict=False):
        begins.append(_cut(placed, before, after) if centred else after)
    if not centred:
        begins[0] = anchors[0]
    return list(zip(begins, [*begins[1:], end], strict=True))


def _cut(placed: list, before: int, after: int) -> int:
    """Return where the later item begins when cells are centred: after the widest gap, the latest of equals."""
    gaps = [placed[n][0].bottom - placed[n - 1][0].bottom for n in range(before + 1, after + 1)]
    widest = max(gaps)
    return max(before + 1 + n for n, gap in enumerate(gaps) if gap > widest - 0.6)


def _item(placed: list[Placed], room: float) -> Item:
    item = Item(placed[0][0].phrases[0].page, room)
    add_rows(item, placed)
    return item


def add_rows(item: Item, placed: list[Placed]) -> None:
    """Add the texts of further rows to an item; notes for the reader of the paper are left out."""
    for row, cells in placed:
        if _is_note(row):
            continue
        for kind, phrases in cells.items():
            item.cells.setdefault(kind, []).append(phrases)


def _is_note(row: Row) -> bool:
    labels = row.segments[0].labels
    return bool(labels) and row.segments[0].colon and labels[0].kind in ("other", "carrier", "page", "contact")
