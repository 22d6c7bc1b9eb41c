"""Shipments from a CSV file: rows of one day, order, facility and tracking number are one shipment."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from distribution.forms.shipment_files import ImportDistributionsOptions
from distribution.models import Distribution
from distribution.shipment_file import SHIPMENT_FILE
from distribution.shipping import NewLine, NewShipment, Outcome, Shipping, Trouble, facility_key, tracking_key
from eqms.csv_rows import Problem, Row
from eqms.models import SourceDocument
from eqms.operations import Plan, operation
from eqms.row_files.work import FileWork, in_one_line
from eqms.text_key import letters_and_digits
from inventory.models import Place, StoreFront, Warehouse
from inventory.place_key import plain_name
from sales.address_block import AddressBlock
from sales.order_number_key import order_number_key_or_empty

HEADINGS = SHIPMENT_FILE.headings | {"lot_number": SHIPMENT_FILE.headings["lot"]}
ALIKE = ("address", "city", "state", "postal_code", "source", "place")  # columns in which one shipment has one value
SOMETIME = date(2000, 1, 1)  # stands in for a day that cannot be read, while the other cells are looked at
CREATED, DUPLICATE, LEFT_OUT, REJECTED = "new", "duplicate", "left out", "rejected"


class Judged(NamedTuple):
    """What becomes of a row: one of the four words, and why in words."""

    row: Row
    outcome: str
    words: str
    problems: list[Problem]


@operation(model=Distribution, permission="distribution.add_distribution", form=ImportDistributionsOptions)
def import_distributions(plan, shipments, *, document: SourceDocument, good_rows_only=False, goods_left=False):
    """Write the shipments that the rows of a stored CSV file say, with their ledger lines."""
    ShipmentImport(plan, document, goods_left=goods_left).take_in(good_rows_only=good_rows_only)


class ShipmentImport(FileWork):
    """One import: its rows put together to shipments, judged by ``Shipping``, and what becomes of each row."""

    kind = SHIPMENT_FILE

    def __init__(self, plan: Plan, document: SourceDocument, *, goods_left: bool = False):
        super().__init__(plan, document)
        table = self.table
        self.says_tracking = any("tracking_number" in row.values for row in table.rows[:100])
        self.places = places_by_name()
        self.noted: dict[int, list[Problem]] = {row.number: list(row.problems) for row in table.rows}
        self.shipments: list[tuple[NewShipment, list[Row]]] = []
        if not table.problems:  # with them none of the rows may be used, and some lack values
            self._gather()
        self.shipping = Shipping(plan, [new for new, _ in self.shipments], by="", goods_left=goods_left)
        self.judged = sorted(self._judge(), key=lambda judged: judged.row.number)

    def draft(self) -> None:
        """Plan what is new of good rows; the others stay, each with its reason."""
        for judged in self.judged:
            if judged.outcome in (DUPLICATE, REJECTED):
                self.plan.skip(self.document, because=judged.words)
        for outcome in self.shipping.outcomes:
            bad = {place for place, row in enumerate(self._rows_of(outcome)) if self.noted[row.number]}
            outcome.fresh = [(place, line) for place, line in outcome.fresh if place not in bad]
        self.shipping.draft()
        self._say_counts()

    def _say_counts(self) -> None:
        counts = self.counts
        told = ", ".join(f"{counts[word]:,} {word}" for word in (CREATED, DUPLICATE, LEFT_OUT, REJECTED))
        self.plan.note(f"{len(self.table.rows):,} rows: {told}.")
        flags = Counter(kind_of(flag) for outcome in self.shipping.outcomes if outcome.row for flag in outcome.flags)
        for words, number in flags.most_common():
            self.plan.warn(f"{number:,} shipment{'' if number == 1 else 's'}: {words}.")
        self.plan.button = f"Write {counts[CREATED]:,} row{'' if counts[CREATED] == 1 else 's'}"

    @cached_property
    def counts(self) -> Counter:
        """How many rows are new, duplicate, left out and rejected: together all of them."""
        return Counter(judged.outcome for judged in self.judged)

    @cached_property
    def errors(self) -> dict[int, list[Problem]]:
        """What is wrong, by the number of the row."""
        return {judged.row.number: judged.problems for judged in self.judged if judged.problems}

    @property
    def ready(self) -> int:
        return self.counts[CREATED] + self.counts[LEFT_OUT]

    @property
    def duplicates(self) -> int:
        return self.counts[DUPLICATE]

    # -- rows to shipments -------------------------------------------------------------------------

    def _gather(self) -> None:
        """Put rows together; a row with errors is looked at alone, so that all that is wrong with it is found."""
        groups: dict[tuple, list[Row]] = defaultdict(list)
        for row in self.table.rows:
            if row.values.get("place"):
                self._place_of(row)
            groups[("bad", row.number) if self.noted[row.number] else self._identity(row)].append(row)
        for rows in groups.values():
            self._note_contradictions(rows)
            self.shipments.append((self._shipment_of(rows), rows))

    def _identity(self, row: Row) -> tuple:
        """Return what rows of one shipment share."""
        values = row.values
        order = values.get("order_number", "")
        order = order_number_key_or_empty(order) or letters_and_digits(order)
        tracking = tracking_key(values.get("tracking_number", ""))
        return values["ship_date"], order, facility_key(values["facility"]), tracking, values.get("external_key", "")

    def _note_contradictions(self, rows: list[Row]) -> None:
        """Note on each of ``rows``, which are one shipment, in which column they say different things."""
        for name in ALIKE if len(rows) > 1 else ():
            told = {letters_and_digits(text): text for row in rows if (text := row.values.get(name))}
            if len(told) < 2:
                continue
            values = " and ".join(f'"{text}"' for text in sorted(told.values())[:3])
            reason = f"says {values} within one shipment"
            remedy = "Write the same in each of its rows, or give each parcel its tracking number."
            for row in rows:
                self._note(row, name, row.values.get(name, ""), reason, remedy)

    def _shipment_of(self, rows: list[Row]) -> NewShipment:
        """Return the shipment that ``rows`` are; what one of them leaves empty another may say."""
        first, bad, told = rows[0], bool(self.noted[rows[0].number]), told_by(rows)
        day = told.get("ship_date")
        parts = (told.get(name) or "" for name in ("facility", "address", "city", "state", "postal_code"))
        numbers = f"row{'' if len(rows) == 1 else 's'} {', '.join(str(row.number) for row in rows[:10])}"
        return NewShipment(
            source=told.get("source") or Distribution.Source.CSV,
            ship_date=date.fromisoformat(day) if day else SOMETIME,
            lines=tuple(self._line_of(row) for row in rows),
            because=f"{numbers}{'' if len(rows) <= 10 else ', ...'} of {self.document.filename}",
            order_number=first.values.get("order_number", ""),
            external_key=f"row {first.number} of document {self.document.pk}"
            if bad
            else told.get("external_key") or "",
            consignee=AddressBlock(*parts),
            carrier=told.get("carrier") or "",
            tracking_number=first.values.get("tracking_number", "") if self.says_tracking else None,
            rep_name=told.get("rep") or "",
            place=self._place_of(first),
            is_whole=False,
        )

    def _line_of(self, row: Row) -> NewLine:
        values = row.values
        because = f"row {row.number} of {self.document.filename}"
        return NewLine(values.get("sku", ""), values.get("quantity") or 1, values.get("lot", ""), because=because)

    def _place_of(self, row: Row) -> Place | None:
        """Return the place that a row names; note where it names none or several."""
        if not (name := row.values.get("place")):
            return None
        several = self.places.get(plain_name(name), [])
        if len(several) == 1:
            return several[0]
        reason, remedy = "is no warehouse or storefront", "Correct it, or leave the cell empty."
        if several:
            reason, remedy = "names several places", "Give them different names, or leave the cell empty."
        self._note(row, "place", name, reason, remedy)
        return None

    # -- what becomes of each row ------------------------------------------------------------------

    def _rows_of(self, outcome: Outcome) -> list[Row]:
        return self._rows[id(outcome)]

    @cached_property
    def _rows(self) -> dict[int, list[Row]]:
        pairs = zip(self.shipping.outcomes, self.shipments, strict=True)
        return {id(outcome): rows for outcome, (_, rows) in pairs}

    def _judge(self) -> Iterator[Judged]:
        for outcome in self.shipping.outcomes:
            rows = self._rows_of(outcome)
            for trouble in outcome.troubles:
                for row in rows if trouble.line is None else [rows[trouble.line]]:
                    self._note_trouble(row, trouble)
            here = dict(outcome.repeated)
            for place, row in enumerate(rows):
                yield self._judge_row(row, outcome, here.get(place, row))

    def _judge_row(self, row: Row, outcome: Outcome, here) -> Judged:
        problems = SHIPMENT_FILE.in_order(self.noted[row.number])
        if problems:
            return Judged(row, REJECTED, in_one_line(problems), problems)
        if here is not row:
            words = f"row {row.number}: duplicate, {f'here already as {here}' if here else 'stands here already'}"
            return Judged(row, DUPLICATE, words, [])
        return Judged(row, LEFT_OUT if outcome.is_left_out else CREATED, "", [])

    def _note_trouble(self, row: Row, trouble: Trouble) -> None:
        name = "place" if trouble.field == "place" else trouble.field
        heading = HEADINGS.get(name, "")
        noted = any(problem.column == heading for problem in row.problems)
        if row.values and not noted:  # without values its cells could not be told apart
            self._note(row, name, trouble.value, trouble.reason, trouble.remedy)

    def _note(self, row: Row, name: str, value: str, reason: str, remedy: str) -> None:
        problem = Problem(row.number, HEADINGS.get(name, ""), value, reason, remedy)
        if problem not in self.noted[row.number]:
            self.noted[row.number].append(problem)


def told_by(rows: list[Row]) -> Mapping[str, Any]:
    """Return by column what ``rows`` of one shipment say of it; what one of them leaves empty another may say."""
    if len(rows) == 1:
        return rows[0].values
    texts = ("ship_date", "facility", *ALIKE, "external_key", "carrier", "rep")
    return {name: min((text for row in rows if (text := row.values.get(name))), default="") for name in texts}


def kind_of(flag: str) -> str:
    """Return what flags of one kind have in common, for counting them."""
    if flag.startswith("no order"):
        return "waiting for the order"
    if flag.startswith("not booked"):
        return "left though the units are not there: not booked, see check_data"
    return "a lot that is not known, kept as reported" if "is not known" in flag else flag


def places_by_name() -> dict[str, list[Place]]:
    """Return warehouses and storefronts by their plain names. Two queries."""
    found: dict[str, list[Place]] = {}
    for model in (Warehouse, StoreFront):
        for place in model.objects.all():
            found.setdefault(plain_name(place.name), []).append(place)
    return found
