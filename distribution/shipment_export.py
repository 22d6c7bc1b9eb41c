"""The log as a CSV file: streamed, formulas neutralised, and read by the import again.

The database neutralises the cells, and PostgreSQL writes the lines too (COPY): Python's part would cost as much as
the query, or twice.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Case, F, Func, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Coalesce

from distribution.models import Distribution, DistributionLine
from eqms.csv_cells import FORMULA_STARTS, text_of_neutral
from inventory.code_key import code_key_or_empty
from sales.order_number_key import order_number_key_or_empty

BLOCK = 64 * 1024  # bytes that leave together
TOGETHER = 2000  # rows that are read and written together, where Python writes
STARTS = ", ".join(str(ord(character)) for character in FORMULA_STARTS)


class Neutral(Func):
    """``csv_cells.neutral`` in the database, and NULL for an empty text, which COPY writes as nothing."""

    output_field = TextField()
    function = "ASCII"
    template = (
        "(CASE WHEN %(expressions)s = '' THEN NULL WHEN %(function)s(%(expressions)s) IN (" + STARTS + ", 39) AND"
        " %(function)s(LTRIM(%(expressions)s, '''')) IN (" + STARTS + ") THEN '''' || %(expressions)s"
        " ELSE %(expressions)s END)"
    )

    def as_sql(self, *args, **words):
        sql, params = super().as_sql(*args, **words)
        return sql, [*params] * self.template.count("%(expressions)s")

    def as_sqlite(self, *args, **words):
        return self.as_sql(*args, function="UNICODE", **words)


class Wanted(NamedTuple):
    """Which shipments: void ones never. None or "": all."""

    since: date | None = None
    until: date | None = None
    source: str = ""
    state: str = ""  # matched or waiting
    order: str = ""
    lot: str = ""

    def lines(self) -> QuerySet[DistributionLine]:
        """Return their lines, newest shipment first."""
        told = Q(distribution__voided_at__isnull=True)
        told &= Q(distribution__ship_date__gte=self.since) if self.since else Q()
        told &= Q(distribution__ship_date__lte=self.until) if self.until else Q()
        told &= Q(distribution__source=self.source) if self.source else Q()
        told &= Q(distribution__sales_order__isnull=self.state == "waiting") if self.state else Q()
        told &= Q(distribution__order_number_key=order_number_key_or_empty(self.order)) if self.order else Q()
        if self.lot:
            key = code_key_or_empty(self.lot)
            told &= Q(lot_number_key=key) | Q(lot__number_key=key)
        rows = DistributionLine.objects.filter(told)
        return rows.order_by("-distribution__ship_date", "-distribution_id", "line_number")


SOURCE = Case(
    *(When(distribution__source=s.value, then=Value(s.label)) for s in Distribution.Source), default=Value("")
)
TEXTS: dict[str, Any] = {
    "Order #": F("distribution__order_number"),
    "Facility": F("distribution__consignee_name"),
    "City": F("distribution__consignee_city"),
    "State": F("distribution__consignee_state"),
    "SKU": F("product__sku"),
    "Lot": Coalesce(F("lot__number"), F("lot_number")),
    "Rep": F("distribution__rep_name"),
    "Source": SOURCE,
}
MORE: dict[str, Any] = {
    "Address": F("distribution__consignee_address"),
    "Zip": F("distribution__consignee_postal_code"),
    "Tracking Number": F("distribution__tracking_number"),
    "Carrier": F("distribution__carrier"),
    "External Key": Coalesce(F("distribution__external_key"), Value("")),
    "Shipped From": Coalesce(
        F("distribution__shipped_from_warehouse__name"), F("distribution__shipped_from_storefront__name"), Value("")
    ),
}
PLAIN = ("Ship Date", "Order #", "Facility", "City", "State", "SKU", "Lot", "Quantity", "Rep", "Source")


def headings(*, whole: bool = False) -> list[str]:
    """Return the headings of the file; ``whole`` ones let the import make the very same shipments elsewhere."""
    return [*PLAIN, *MORE] if whole else list(PLAIN)


class Export:
    """The file, to be read once in blocks: of one moment, whoever writes meanwhile. ``count`` is how many lines it has.

    A line of the log is one row of the file, also where a text in it breaks.
    """

    def __init__(self, wanted: Wanted, *, whole: bool = False):
        self.wanted, self.whole = wanted, whole
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        names = headings(whole=self.whole)
        yield (",".join(names) + "\r\n").encode()
        rows = columns_of(self.wanted.lines(), names)
        yield from in_blocks(self.counted(copied(rows) if connection.vendor == "postgresql" else written(rows)))

    def counted(self, pieces: Iterator[tuple[int, bytes]]) -> Iterator[bytes]:
        """Yield the bytes of ``pieces`` and count their rows."""
        for count, text in pieces:
            self.count += count
            yield text


def columns_of(lines: QuerySet[DistributionLine], names: list[str]) -> QuerySet:
    """Return ``lines`` as values in the order of ``names``, safe for a spreadsheet."""
    texts = {name: text if text is SOURCE else Neutral(text) for name, text in {**TEXTS, **MORE}.items()}
    found = {"Ship Date": F("distribution__ship_date"), "Quantity": F("quantity"), **texts}
    made = {f"column_{place}": found[name] for place, name in enumerate(names)}
    return lines.annotate(**made).values_list(*made)


def copied(rows: QuerySet) -> Iterator[tuple[int, bytes]]:
    """Yield ``rows`` as PostgreSQL writes them, one by one."""
    sql, params = rows.query.sql_with_params()
    statement = f"COPY ({sql}) TO STDOUT (FORMAT csv)"
    with connection.cursor() as cursor, cursor.cursor.copy(statement, params) as copy:  # Django's takes no params
        yield from ((1, bytes(row)) for row in copy)


def written(rows: QuerySet) -> Iterator[tuple[int, bytes]]:
    """Yield ``rows`` as Python writes what SQLite holds, and how many: its days are ISO texts already."""
    with connection.cursor() as cursor:
        cursor.execute(*rows.query.sql_with_params())
        while some := cursor.fetchmany(TOGETHER):
            yield len(some), text_of_neutral(some).encode()


def in_blocks(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Yield ``lines`` together, a block at a time."""
    block = bytearray()
    for line in lines:
        block += line
        if len(block) >= BLOCK:
            yield bytes(block)
            block.clear()
    yield bytes(block)
