"""Pages -> sheets -> papers: what belongs together, and what a person has to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from . import paper, shipments, sums, values
from .blocks import Block, text_of
from .fields import as_field, choose
from .items import ItemReader
from .kinds import OTHER
from .lot_rows import settled
from .paper import Field, Paper
from .parts import papers_on
from .phrases import Phrase, tokens_of, union
from .sheets import Sheet, place_of
from .tables import Item, add_rows

MOST_WORDS = 2_500  # the fullest sample page holds 373
_LABEL = (330.0, 500.0)  # points: a label has 4 by 6 inches
_SIDE_TEXT = 10  # fewer words in another direction are a note in the margin, no paper


def read_papers(pages: Iterable[Any], *, day_first: bool = False) -> list[Paper]:
    """Return the papers on the pages in order; every page belongs to at least one.

    ``day_first`` reads 03/04/2025 as 3 April. Pages that fit nothing come as kind "unknown" with a problem.
    """
    papers: list[Paper] = []
    group: list[Sheet] = []
    for page in pages:
        sheets = list(_sheets(page, day_first=day_first)) if len(page.words) <= MOST_WORDS else []
        if not sheets:
            papers += _finish(group)
            group = []
            papers.append(_without_text(page))
        for sheet in sheets:
            sheet.inherited = _columns_before(group, sheet)
            if group and _continues(group, sheet):
                sheet.continue_table()
                group.append(sheet)
                continue
            sheet.__dict__.pop("table", None)
            papers += _finish(group)
            group = [sheet]
        if page.problem and group:
            group[-1].problem = f"{page.problem[:1].upper()}{page.problem[1:].rstrip('.')}."
    return papers + _finish(group)


def _sheets(page: Any, *, day_first: bool) -> Iterator[Sheet]:
    directions = Counter(word.rotation for word in page.words)
    main = directions.most_common(1)[0][0] if directions else 0
    chosen = [r for r in sorted(directions) if r == main or directions[r] >= _SIDE_TEXT]
    parts = [(part, r) for r in chosen for part in papers_on(tokens_of(page, r))]
    small = min(page.width, page.height) <= _LABEL[0] and max(page.width, page.height) <= _LABEL[1]
    for part, rotation in parts:
        box = place_of(part) if len(parts) > 1 else None
        yield Sheet(page.number, part, box, turned=rotation != 0, label_sized=small, day_first=day_first)


def _without_text(page: Any) -> Paper:
    if page.problem:
        problem = f"{page.problem[:1].upper()}{page.problem[1:].rstrip('.')}."
    elif page.words:
        problem = f"Page {page.number} holds more than {MOST_WORDS:,} words: no order is printed as densely."
    elif page.has_images:
        problem = f"Page {page.number} has no text: it looks like a scan."
    else:
        problem = f"Page {page.number} is empty."
    return Paper(paper.UNKNOWN, [page.number], problems=[problem])


def _number_of(sheet: Sheet) -> str | None:
    found = order_number(sheet)[0]
    return _normal(found.value) if found else None


def _normal(number: str) -> str:
    return number.casefold().replace(" ", "").removeprefix("so")


def _columns_before(group: Sequence[Sheet], sheet: Sheet) -> list | None:
    """Return the columns of the sheet before, for a sheet that goes on without a heading."""
    if not group or sheet.heading or group[-1].page == sheet.page or not group[-1].table:
        return None
    return group[-1].table.columns


def _continues(group: Sequence[Sheet], sheet: Sheet) -> bool:
    """Tell whether a sheet is the next page of the paper before it."""
    before = group[-1]
    if before.page == sheet.page or before.turned != sheet.turned or group[0].kind == paper.UNKNOWN:
        return False
    if sheet.kind not in (paper.UNKNOWN, group[0].kind) or group[0].kind == paper.SHIPPING_LABEL:
        return False
    own, known = _number_of(sheet), _number_of(group[0])
    if own and known and own != known:
        return False
    printed, printed_before = sheet.page_number, before.page_number
    if printed and (printed[0] == 1 or (printed_before and printed[0] != printed_before[0] + 1)):
        return False
    if printed and printed_before:
        return True
    if own and own == known:
        return not (before.has_totals and sheet.blocks)
    return bool(sheet.table and sheet.table.items or sheet.has_totals) and not sheet.blocks and not before.has_totals


def _finish(group: Sequence[Sheet]) -> list[Paper]:
    """Return the paper made of these sheets, none where there are none."""
    if not group:
        return []
    first = group[0]
    found = Paper(first.kind, [sheet.page for sheet in group], first.box)
    _fill_fields(found, group)
    found.kind = _judged_kind(found, first)
    if found.kind == paper.UNKNOWN:
        found.fields, found.lines = {}, []
        found.problems = [f"Page {first.page}: no sales order could be recognised on it."]
    found.problems += [sheet.problem for sheet in group if sheet.problem]
    if found.kind in (paper.SALES_ORDER, paper.PACKING_SLIP):
        _fill_lines(found, group)
    if found.kind == paper.SALES_ORDER:
        _judge_order(found, group)
    elif found.kind in shipments.KINDS:
        shipments.complete(found, group)
        shipments.judge(found, group)
    return [found]


def _judged_kind(found: Paper, first: Sheet) -> str:
    """A title alone is not enough, and an order without a title is one if all the rest is there."""
    items = bool(first.table and first.table.items)
    numbered = "order_number" in found.fields
    addressed = any(f"{block}.name" in found.fields for block in paper.BLOCKS)
    if first.kind == paper.SALES_ORDER:
        return paper.SALES_ORDER if items or (numbered and addressed) else paper.UNKNOWN
    if first.kind == OTHER:
        return paper.UNKNOWN
    if first.kind == paper.UNKNOWN and numbered and items and addressed:
        return paper.SALES_ORDER
    return first.kind


def order_number(sheet: Sheet) -> tuple[Field | None, list[str]]:
    """Return the order number on a sheet and other numbers that its labels name."""
    candidates = sheet.found.get("order_number", [])
    found, others = choose(candidates, _normal)
    for title in sheet.titles:
        if title.number and title.kind == paper.SALES_ORDER and (number := values.order_number(title.number)):
            phrase = title.phrase
            titled = Field(number, phrase.text, phrase.page, phrase.place)
            if found is None:
                found = titled
            elif _normal(found.value) != _normal(number):
                others.append(number)
    return found, others


def _fill_fields(found: Paper, group: Sequence[Sheet]) -> None:
    first = group[0]
    number, others = order_number(first)
    if number:
        doubt = f'page {number.page} also names "{others[0]}"' if others else ""
        found.fields["order_number"] = Field(number.value, number.printed, number.page, number.box, doubt)
    for kind in ("order_date", "customer_number", "po_number", "ship_date", "rep", "tracking_number",
                 "contact_email", "contact_phone"):  # fmt: skip
        value, others = choose([c for sheet in group for c in sheet.found.get(kind, [])])
        if value and others and kind == "order_date":
            value = replace(value, doubt=f"another date on the paper is {others[0]}")
        if value:
            found.fields[kind] = value
    for kind in paper.MONEY_FIELDS:
        value, _ = choose([c for sheet in reversed(group) for c in sheet.found.get(kind, [])])
        if value:
            found.fields[kind] = value
    _take_total_before_charges(found, group)
    if "order_date" not in found.fields and first.kind != paper.SHIPPING_LABEL:
        _take_free_date(found, first)
    for kind in paper.BLOCKS:
        if block := first.block(kind):
            _fill_block(found, kind, block)
    if first.kind == paper.SHIPPING_LABEL and not first.block("ship_to") and (block := shipments.addressee(first)):
        _fill_block(found, "ship_to", block)
    _phone_under_address(found, first)


def _take_total_before_charges(found: Paper, group: Sequence[Sheet]) -> None:
    """Where "Total" and "Grand Total" differ and nothing is called subtotal, the first one is it."""
    grand = found.fields.get("total")
    if grand is None or "subtotal" in found.fields:
        return
    other = [c for sheet in group for c in sheet.found.get("total", []) if c.value != grand.value]
    if len(other) == 1 and abs(Decimal(other[0].value)) < abs(Decimal(grand.value)):
        found.fields["subtotal"] = as_field(other[0])


def _take_free_date(found: Paper, first: Sheet) -> None:
    """A date without label counts as the order's when it stands right under its number; else it is in doubt."""
    number = found.fields.get("order_number")
    dates = first.free_dates
    if not dates:
        return
    for date, segment in dates:
        place = segment.phrase.place
        if number and 0 < place[1] - number.box[1] < 3 * segment.phrase.size and _aligned(place, number.box):
            found.fields["order_date"] = Field(date, segment.text, segment.phrase.page, place)
            return
    if len({date for date, _ in dates}) == 1:
        date, segment = dates[0]
        doubt = "the only date on the paper, without a label"
        found.fields["order_date"] = Field(date, segment.text, segment.phrase.page, segment.phrase.place, doubt)


def _aligned(one: paper.Box, other: paper.Box) -> bool:
    return abs(one[0] - other[0]) < 4 or abs(one[2] - other[2]) < 4 or abs(one[0] + one[2] - other[0] - other[2]) < 8


def _fill_block(found: Paper, kind: str, block: Block) -> None:
    name, *street = block.texts
    doubt = "" if block.city else "no line with city, state and postal code"
    found.fields[f"{kind}.name"] = _block_field(name, block.lines[:1], doubt)
    if street:
        lines = block.lines[1:-1] if block.city and len(block.lines) > 2 else block.lines[-1:]
        found.fields[f"{kind}.lines"] = _block_field(street, lines)
    for part, value in block.place.items():
        found.fields[f"{kind}.{part}"] = _block_field(value, block.lines[-1:])


def _block_field(value: str | list[str], lines: list[list[Phrase]], doubt: str = "") -> Field:
    printed = " / ".join(text_of(line) for line in lines)
    phrases = [phrase for line in lines for phrase in line]
    return Field(value, printed, phrases[0].page, union(phrase.place for phrase in phrases), doubt)


def _phone_under_address(found: Paper, first: Sheet) -> None:
    for kind in ("ship_to", "sold_to", "bill_to"):
        block = first.block(kind)
        for line in block.after if block else ():
            text = " ".join(phrase.text for phrase in line)
            for name, read in (("contact_phone", values.phone), ("contact_email", values.email)):
                if name not in found.fields and (value := read(text)):
                    found.fields[name] = Field(value, text, line[0].page, line[0].place)


def _fill_lines(found: Paper, group: Sequence[Sheet]) -> None:
    items: list[Item] = []
    for sheet in group:
        if sheet.table:
            if items and sheet.continuing:
                add_rows(items[-1], sheet.table.lead)
            items += sheet.table.items
    reader = ItemReader(group[0].count_kinds)
    reader.learn(items)
    found.lines = [reader.read(item) for item in items]
    if not all("sku" in line for line in found.lines):
        again = settled(items, found.lines)
        reader = replace(reader, rank=0, problems=[])
        found.lines = [reader.read(item) for item in again]
    found.problems += reader.problems


def _judge_order(found: Paper, group: Sequence[Sheet]) -> None:
    """Write down why a person has to look at an order; without any reason it may be imported."""
    page = group[0].page
    missing = [name for name in ("order_number", "order_date") if name not in found.fields]
    found.problems += [f"Page {page}: the {name.replace('_', ' ')} could not be read." for name in missing]
    if not any(f"{block}.name" in found.fields for block in paper.BLOCKS):
        found.problems.append(f"Page {page}: no address of the customer could be read.")
    if not found.lines:
        found.problems.append(f"Page {page}: no lines with a quantity could be read.")
    for name, field in found.fields.items():
        if field.doubt:
            found.problems.append(
                f'Page {field.page}: {name.replace("_", " ")} "{field.printed}" is in doubt: {field.doubt}.'
            )
    printed = group[0].page_number
    if printed and printed[0] > 1:
        found.problems.append(
            f"Page {page} says it is page {printed[0]}: the pages of the order before it are missing."
        )
    titled = any(title.kind == paper.SALES_ORDER and not title.is_weak for title in group[0].titles)
    if not titled and not _names_money(found):
        found.problems.append(f"Page {page} has no title and no prices: it may be a packing slip as well as an order.")
    found.problems += sums.problems_of_lines(found.lines)
    other = [c.value for sheet in group for c in sheet.found.get("other_money", [])]
    found.problems += sums.problems_of_totals(found.fields, found.lines, other)


def _names_money(found: Paper) -> bool:
    return any(name in found.fields for name in paper.MONEY_FIELDS) or any("unit_price" in line for line in found.lines)


__all__ = ["as_field", "read_papers"]
