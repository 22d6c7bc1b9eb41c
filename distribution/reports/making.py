"""A report is made: its file from the log, kept under its hash, then its row and the shipments that it lists."""

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from distribution.models import Distribution, ReportedShipment, TracingReport
from distribution.reports.asked import Asked, all_lines
from distribution.tracing.export import HEAD, cells
from distribution.tracing.lot import consignee_of
from distribution.tracing.shipped_lines import WAITING, ShippedLine
from eqms.csv_cells import csv_lines, original
from eqms.models import User
from eqms.operations import Plan, Refused, act
from eqms.operations.database import append_rows
from eqms.storage import DamagedDocument, read_bytes, store

MARK = "\ufeff"  # lets spreadsheets read the file as UTF-8
MOST_ROWS = 250_000  # a file that people and their spreadsheets can still open


class Goods(NamedTuple):
    """Units of one product and lot in the file of a report."""

    sku: str
    lot: str
    units: int
    waiting: int
    returned: int


class Content(NamedTuple):
    """The file of a report, and what it counts."""

    data: bytes
    counts: dict[str, int]  # columns of the report
    shipments: list[int]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def content_of(asked: Asked) -> Content:
    """Return what the log answers now. Refused where nobody could open so long a file. At most six statements."""
    lines = all_lines(asked.lines())
    if len(lines) > MOST_ROWS:
        raise Refused(f"{len(lines):,} rows are more than the {MOST_ROWS:,} of one report. Ask for a part of them.")
    shipments = sorted({line.shipment_id for line in lines})
    return Content(as_file(lines), {**counts_of(lines), "shipment_count": len(shipments)}, shipments)


def counts_of(lines: Sequence[ShippedLine]) -> dict[str, int]:
    """Return what a report says of its lines in numbers."""
    return {
        "row_count": len(lines),
        "consignee_count": len({consignee_of(line) for line in lines}),
        "units": sum(line.quantity for line in lines),
        "units_waiting": sum(line.quantity for line in lines if line.status == WAITING),
        "units_returned": sum(line.returned for line in lines),
    }


def as_file(lines: Iterable[ShippedLine]) -> bytes:
    """Return the CSV of ``lines``, with the columns of a trace: the same lines are the same bytes."""
    rows = (cells(line.status, line, line.sku, line.lot_number or "") for line in lines)
    return (MARK + "".join(csv_lines([HEAD, *rows]))).encode()


def rows_of_file(data: bytes) -> list[dict[str, str]]:
    """Return the rows of a file that ``as_file`` made, by heading."""
    found = csv.DictReader(io.StringIO(data.decode().removeprefix(MARK), newline=""))
    return [{name: original(text) for name, text in row.items()} for row in found]


def goods_in(data: bytes) -> list[Goods]:
    """Return the units of a file that ``as_file`` made by product and lot; their sum is that of the report."""
    found = csv.reader(io.StringIO(data.decode().removeprefix(MARK), newline=""))
    place = {name: number for number, name in enumerate(next(found))}
    sku, lot, reported, status = (place[name] for name in ("SKU", "Lot", "Lot as Reported", "Status"))
    units, back = place["Quantity"], place["Returned"]
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in found:
        total, quantity = sums[row[sku], row[lot] or row[reported]], int(row[units])
        total[0] += quantity
        total[1] += quantity if row[status] == WAITING else 0
        total[2] += int(row[back])
    return [Goods(original(one), original(number), *total) for (one, number), total in sorted(sums.items())]


def make_report(asked: Asked, *, by: User, note: str = "") -> TracingReport:
    """Keep what the log answers now as a draft. Where a report says exactly this already, that one is returned.

    Call it outside of transactions. Raises StorageTrouble and Refused.
    """
    content = content_of(asked)
    if known := same_report(asked, content):
        return known
    document = store(content.data, f"tracing-report-{asked.month:%Y-%m}.csv", by=by)
    made: list[TracingReport] = []

    def draft(plan: Plan) -> None:
        there = Distribution.objects.filter(pk__among=content.shipments, voided_at__isnull=True).count()
        if there != len(content.shipments):
            raise Refused("The log changed while the report was made. Make it again.")
        values = {**asked._asdict(), **content.counts, "document": document, "sha256": document.sha256}
        values |= {"size": len(content.data), "note": note.strip(), "made_by": by}
        plan.create(TracingReport, because=f"the log as it stood: {document.sha256[:12]}", **values)

    def afterwards(run) -> None:
        made[:] = [TracingReport.objects.get(pk=run.entries.get().key)]
        listed = [(made[0].pk, key) for key in content.shipments]
        append_rows(ReportedShipment, ("report_id", "shipment_id"), listed)

    act("make tracing report", draft, by=by, reason=note, afterwards=afterwards)
    return made[0]


def same_report(asked: Asked, content: Content) -> TracingReport | None:
    """Return the report that says exactly this and was not discarded, None where there is none. One statement."""
    rows = TracingReport.objects.filter(sha256=content.sha256, **asked._asdict())
    return rows.exclude(decision__outcome="discarded").order_by("pk").last()


def proved(report: TracingReport) -> bytes:
    """Return the file of ``report``. Raises DamagedDocument where its bytes are not those of the report's hash.

    StorageTrouble where they cannot be had.
    """
    data = read_bytes(report.document)
    if hashlib.sha256(data).hexdigest() != report.sha256 or len(data) != report.size:
        words = f"The file of {report} does not give its sha256 {report.sha256[:12]}…: it is not what was reported."
        raise DamagedDocument("damaged", words)
    return data
