"""From stored bytes to recorded papers: a document is read once per reader version, in a limited child process."""

import json
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import transaction

from eqms.columns import canonical
from eqms.models import Reading, SourceDocument, User
from eqms.operations import Plan, act
from eqms.pdf import UnreadableDocument
from eqms.pdf.child import ReadingChild
from eqms.storage import StorageTrouble, read_bytes
from sales.models import DocumentSegment
from sales.order_pdf import READER_VERSION
from sales.printed_order import printed_order

Kind, Status = DocumentSegment.Kind, DocumentSegment.Status
SETTLED = (Status.IMPORTED, Status.DUPLICATE, Status.ATTACHED, Status.SET_ASIDE)
RECORDING = "record papers"  # the action's name: one run a document, of no interest to people
OF_SHIPMENTS = {
    Kind.PACKING_SLIP: "This is a packing slip: it belongs to a shipment and creates no order.",
    Kind.SHIPPING_LABEL: "This is a shipping label: it belongs to a shipment and creates no order.",
}


@dataclass
class ReadingTally:
    """What became of a batch of documents: every page and every paper is in one of the counts."""

    documents: int = 0
    pages: int = 0
    ready: int = 0
    waiting: int = 0
    settled: int = 0
    unread: int = 0  # storage did not give the bytes: they are read when it does

    def add(self, reading: Reading) -> None:
        """Count the papers of one more document. One query."""
        statuses = list(reading.document.segments.values_list("status", flat=True))
        self.documents += 1
        self.pages += reading.page_count
        self.ready += statuses.count(Status.READ)
        self.waiting += sum(status in DocumentSegment.WAITING for status in statuses)
        self.settled += sum(status in SETTLED for status in statuses)


def read_papers(
    documents: Iterable[SourceDocument],
    *,
    by: User | str,
    again: bool = False,
    progress: Callable[..., None] = lambda **_: None,
) -> ReadingTally:
    """Read and record each document; one that cannot be read does not hold up the others.

    ``again`` reads anew what could not be read before. ``progress`` is called with done, errors
    and message after each document.
    """
    tally = ReadingTally()
    with closing(ReadingChild("sales.order_pdf.read_document")) as child:
        for done, document in enumerate(documents, 1):
            try:
                reading = read_document(document, child, again=again)
                record(reading, by=by)
                tally.add(reading)
                message = f"{document.filename}: {reading.problem or f'{reading.page_count} pages'}"
            except StorageTrouble as trouble:
                tally.unread += 1
                message = str(trouble)
            progress(done=done, errors=tally.unread, message=message)
    return tally


def reader() -> str:
    """The name under which readings are kept: what it would read may differ with each part of it."""
    return f"orders {READER_VERSION} {settings.DATE_ORDER}"


def read_document(document: SourceDocument, child: ReadingChild, *, again: bool = False) -> Reading:
    """Return what this version of the reader saw in ``document``, from the database where it stands there."""
    known = document.readings.filter(reader=reader()).first()
    if known and not (again and known.problem):
        return known
    started = time.monotonic()
    content, problem = {}, ""
    try:
        content = child.call(read_bytes(document), settings.DATE_ORDER == "day_first")
    except UnreadableDocument as error:
        problem = str(error)
    values = {
        "seconds": round(time.monotonic() - started, 3),
        "page_count": len(content.get("pages", [])),
        "content": canonical(content),
        "problem": problem,
    }
    with transaction.atomic():
        return Reading.objects.update_or_create(document=document, reader=reader(), defaults=values)[0]


def record(reading: Reading, *, by: User | str) -> None:
    """Make a segment of every paper in ``reading``. Papers that were imported, decided or corrected stay."""
    act(RECORDING, partial(plan_papers, reading), by=by)


def plan_papers(reading: Reading, plan: Plan) -> None:
    """Plan the papers of ``reading`` in place of those read before, unless a person or an import touched one."""
    present = list(reading.document.segments.order_by("position"))
    if any(paper.status in SETTLED or paper.corrected_at for paper in present):
        return
    found = columns_of_papers(reading)
    if [paper.fields for paper in present] == [columns.get("fields", "{}") for columns in found]:
        return
    for paper in present:
        plan.delete(paper, because=f"read again by {reading.reader}")
    for position, columns in enumerate(found, 1):
        columns = {"document": reading.document, "reading": reading, "position": position, **columns}
        plan.create(DocumentSegment, because=f"{reading.document.filename} was read", **columns)


def columns_of_papers(reading: Reading) -> list[dict]:
    """Return the columns of one segment per paper; of a file without readable pages, of one without pages."""
    papers = json.loads(reading.content).get("papers", [])
    if papers:
        return [columns_of_paper(paper) for paper in papers]
    return [{"status": Status.UNREADABLE, "problem": reading.problem or "This file holds no pages."}]


def columns_of_paper(paper: dict) -> dict:
    """Return the columns of the segment of one paper as the reader gave it."""
    order = printed_order(paper)
    problems = paper["problems"] if paper["kind"] in OF_SHIPMENTS else [*paper["problems"], *order.problems]
    status, problem = status_of(paper, problems)
    number_field = DocumentSegment._meta.get_field("order_number")
    return {
        "kind": paper["kind"],
        "status": status,
        "problem": problem,
        "first_page": min(paper["pages"]),
        "last_page": max(paper["pages"]),
        "box": canonical(paper["box"]) if paper["box"] else "",
        "fields": canonical(paper),
        "order_number": order.number[: number_field.max_length],
    }


def status_of(paper: dict, problems: list[str]) -> tuple[str, str]:
    """Return the status of a paper just read, and why a person is needed."""
    if paper["kind"] in OF_SHIPMENTS and not problems:
        return Status.UNMATCHED, OF_SHIPMENTS[paper["kind"]]
    if paper["kind"] == Kind.UNKNOWN:
        return Status.UNMATCHED, " ".join(paper["problems"]) or "No sales order was recognised on this page."
    if problems:
        return Status.NEEDS_REVIEW, " ".join(dict.fromkeys(problems))
    return Status.READ, ""
