"""What only packing slips and carriers' labels say: carrier, numbers without a label, an addressee without heading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from . import paper, values
from .blocks import Block, block_above
from .carriers import carrier_named, carrier_of, doubt_about, is_unmistakable, squeezed
from .fields import choose
from .paper import Field, Paper
from .phrases import Phrase
from .sheets import Sheet

KINDS = (paper.PACKING_SLIP, paper.SHIPPING_LABEL)
_IN_FOURS = re.compile(r"\d{4} \d{4} \d{4}")
_REFERENCES = ("ref", "reference", "inv", "invoice")


def complete(found: Paper, group: Sequence[Sheet]) -> None:
    """Add what a paper of a shipment says without the words of the grammar."""
    first = group[0]
    _take_tracking_number(found, group)
    _take_carrier(found, group)
    if found.kind == paper.SHIPPING_LABEL:
        _take_reference(found, first)


def judge(found: Paper, group: Sequence[Sheet]) -> None:
    """Write down why a person has to look. A number of no known carrier is only doubted: it may be a shipment's."""
    page = group[0].page
    if not {"order_number", "tracking_number"} & found.fields.keys():
        found.problems.append(f"Page {page}: neither an order number nor a tracking number could be read.")
    if not any(f"{block}.name" in found.fields for block in paper.BLOCKS):
        found.problems.append(f"Page {page}: no address could be read.")
    if found.kind == paper.PACKING_SLIP and not found.lines:
        found.problems.append(f"Page {page}: no lines with a quantity could be read.")
    for name in ("order_number", "ship_to.name"):
        field = found.fields.get(name)
        if field and field.doubt:
            label = name.replace("_", " ").replace(".", " ")
            found.problems.append(f'Page {field.page}: {label} "{field.printed}" is in doubt: {field.doubt}.')
    printed = group[0].page_number
    if printed and printed[0] > 1 and found.kind == paper.PACKING_SLIP:
        found.problems.append(f"Page {page} says it is page {printed[0]}: the pages of the slip before it are missing.")


def addressee(label: Sheet) -> Block | None:
    """Return the address in the largest type on a label that heads none; the sender's is printed smaller."""
    blocks = []
    for index, row in enumerate(label.rows):
        for phrase in row.phrases:
            if values.city_line(phrase.text):
                blocks.append(block_above(label.rows, index, phrase))
    blocks = sorted((block for block in blocks if block.texts), key=lambda block: -_size(block))
    if not blocks or (len(blocks) > 1 and _size(blocks[0]) < 1.15 * _size(blocks[1])):
        return None
    return blocks[0]


def _size(block: Block) -> float:
    return block.lines[-1][0].size


def _phrases(group: Sequence[Sheet]) -> Iterator[Phrase]:
    """Yield what stands outside of tables and addresses, in pieces between labels."""
    for sheet in group:
        for row in sheet.outside:
            for segment in row.segments:
                if id(segment.phrase.tokens[0]) not in sheet.closed:
                    yield segment.phrase


def _take_tracking_number(found: Paper, group: Sequence[Sheet]) -> None:
    """A number beside its label counts first; else the only one on the paper that a carrier would write."""
    labelled, others = choose([c for sheet in group for c in sheet.found.get("tracking_number", [])], squeezed)
    field = labelled or _only(list(_numbers(found.kind, group)))
    if field is None:
        found.fields.pop("tracking_number", None)
        return
    others += [part for part in re.split(r"[,;&]", field.printed)[1:] if values.tracking_number(part)]
    doubt = f'the paper also names "{others[0].strip()}"' if others else doubt_about(field.value)
    found.fields["tracking_number"] = replace(field, doubt=doubt)


def _numbers(kind: str, group: Sequence[Sheet]) -> Iterator[Field]:
    """Yield numbers without label; with a wrong check digit they count on a carrier's own paper only."""
    for phrase in _phrases(group):
        number = values.tracking_number(phrase.text)
        if number and (is_unmistakable(number) or (kind == paper.SHIPPING_LABEL and _usual(number))):
            yield Field(number, phrase.text, phrase.page, phrase.place)
            continue
        for token in phrase.tokens:
            if is_unmistakable(token.text):
                yield Field(token.text, token.text, token.page, token.place)


def _usual(number: str) -> bool:
    """Tell whether labels print such numbers under a bar code: UPS and post as they are, FedEx in fours."""
    return bool(re.fullmatch(r"1Z[A-Z0-9]{16}|9\d{19}(?:\d\d)?", squeezed(number)) or _IN_FOURS.fullmatch(number))


def _only(numbers: Sequence[Field]) -> Field | None:
    return numbers[0] if len({squeezed(number.value) for number in numbers}) == 1 else None


def _take_carrier(found: Paper, group: Sequence[Sheet]) -> None:
    """The carrier is the one beside "Ship via", or the only one named, or the only one with such numbers."""
    stated, _ = choose([c for sheet in group for c in sheet.found.get("carrier", [])])
    if stated:
        found.fields["carrier"] = stated
        return
    named = [(carrier_named(phrase.text), phrase) for phrase in _phrases(group)]
    names = {name for name, _ in named if name}
    if len(names) == 1:
        name, phrase = next((name, phrase) for name, phrase in named if name)
        found.fields["carrier"] = Field(name, phrase.text, phrase.page, phrase.place)
        return
    number = found.fields.get("tracking_number")
    if number and not names and (name := carrier_of(number.value)):
        found.fields["carrier"] = replace(number, value=name, doubt="")


def _take_reference(found: Paper, label: Sheet) -> None:
    """Beside "REF" senders print their order number, or anything: it helps a person to find the order, no more."""
    for candidate in label.found.get("other", []):
        words = candidate.label.text.casefold().strip(" :#.0123456789")
        number = values.order_number(candidate.text.text)
        if words in _REFERENCES and number:
            phrase = candidate.text.phrase
            found.fields["reference"] = Field(number, phrase.text, phrase.page, phrase.place)
            return
