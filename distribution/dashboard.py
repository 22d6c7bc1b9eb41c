"""What the first page shows: figures, what waits for a person, sales, what was written lately."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib import admin
from django.db.models import Count, Model
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode

from customers.models import Customer
from distribution.models import Distribution, SkippedShipment
from distribution.sales_board import SalesBoard, sales_board
from eqms.models import AuditEntry, HealthResult, Job, OperationRun, SourceDocument, User
from eqms.operations.words import Column, as_change, columns_of
from inventory.models import StockCount, StoreFrontInventory
from sales.models import DocumentSegment, SalesOrder
from sales.papers import RECORDING

NOTHING_CHOSEN: Mapping[str, str] = {}
RECENT_RUNS = 8
DIAGNOSTICS = "/admin/diagnostics/"
OPEN_JOBS = (Job.State.QUEUED, Job.State.RUNNING, Job.State.FAILED)
STOCK_COUNTS_IN_WORDS = {
    StockCount.State.COUNTED: "Stock counts that wait to be settled",
    StockCount.State.OPEN: "Stock counts that are being written",
}
PAPERS_IN_WORDS = {
    DocumentSegment.Status.NEEDS_REVIEW: "Papers read in part: finish them beside the page",
    DocumentSegment.Status.UNMATCHED: "Papers that belong to no order yet",
    DocumentSegment.Status.UNREADABLE: "Papers that could not be read: enter them by hand",
}


@dataclass(frozen=True)
class Figure:
    """A number or a word with what it counts. ``waits`` marks what asks for a person."""

    value: int | str
    label: str
    address: str
    note: str = ""
    waits: bool = False

    @property
    def written(self) -> str:
        """The value as people write it: 1,200."""
        return f"{self.value:,}" if isinstance(self.value, int) else self.value


@dataclass(frozen=True)
class RecentRun:
    """One run in a sentence."""

    number: int
    words: str
    change: Column | None
    by: str
    at: datetime
    address: str
    refused: bool


@dataclass(frozen=True)
class Board:
    figures: list[Figure]
    attention: list[Figure]
    sales: SalesBoard | None
    runs: list[RecentRun]


class Counts:
    """What waits, counted once for the figures and the list below them; nothing where the user may not look."""

    def __init__(self, user: User):
        self.user = user
        self.papers = self.grouped(DocumentSegment.objects.waiting_for_a_person(), "status")
        self.jobs = self.grouped(Job.objects.filter(state__in=OPEN_JOBS), "state")
        self.stock_counts = self.grouped(StockCount.objects.filter(state__in=STOCK_COUNTS_IN_WORDS), "state")
        self.waiting = self.counted(Distribution.objects.waiting())
        self.left_out = self.counted(SkippedShipment.objects.left_out())
        self.spooled = self.counted(SourceDocument.objects.filter(stored_at__isnull=True))

    def may_see(self, model: type[Model]) -> bool:
        return self.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")

    def grouped(self, rows, column: str) -> dict[str, int]:
        if not self.may_see(rows.model):
            return {}
        return dict(rows.order_by().values_list(column).annotate(Count("pk")))

    def counted(self, rows) -> int:
        return rows.count() if self.may_see(rows.model) else 0


def board(user: User, chosen: Mapping[str, str] = NOTHING_CHOSEN) -> Board:
    """Return the first page for ``user``: only what they may see. 23 queries at most, however many rows there are.

    ``chosen`` may hold the window of sales: ``since`` and ``until``.
    """
    counts = Counts(user)
    return Board(
        figures=list(figures(counts)),
        attention=[item for item in attention(counts) if item.value],
        sales=sales_board(chosen) if counts.may_see(Distribution) else None,
        runs=list(recent_runs()) if counts.may_see(OperationRun) else [],
    )


def figures(counts: Counts) -> Iterator[Figure]:
    """Yield the large figures at the top."""
    if counts.may_see(SalesOrder):
        yield Figure(SalesOrder.objects.count(), "Orders", listed(SalesOrder))
    if counts.may_see(DocumentSegment):
        papers = sum(counts.papers.values())
        yield Figure(papers, "Papers waiting for a person", papers_page(), waits=papers > 0)
    if counts.may_see(Distribution):
        label = "Shipments waiting for their order"
        address = listed(Distribution, sales_order__isnull=True, voided_at__isnull=True)
        yield Figure(counts.waiting, label, address, waits=counts.waiting > 0)
    if counts.may_see(Customer):
        yield Figure(Customer.objects.active().count(), "Customers", listed(Customer))
    if counts.may_see(StoreFrontInventory):
        yield Figure(StoreFrontInventory.objects.count(), "Storefront rows", listed(StoreFrontInventory))
    if counts.may_see(Job):
        running, queued = counts.jobs.get(Job.State.RUNNING, 0), counts.jobs.get(Job.State.QUEUED, 0)
        yield Figure(running, "Jobs running", listed(Job), note=f"{queued} queued" if queued else "")
    yield storage()


def storage() -> Figure:
    """Return what the storage check last found. Never touches storage itself."""
    last = HealthResult.objects.filter(name="storage").first()
    if last is None:
        return Figure("not checked", "Storage", DIAGNOSTICS)
    checked = f"checked {timezone.localtime(last.at):%Y-%m-%d %H:%M}"
    return Figure("works" if last.is_well else "fails", "Storage", DIAGNOSTICS, checked, waits=not last.is_well)


def attention(counts: Counts) -> Iterator[Figure]:
    """Yield everything that may wait for a person; what counts nothing is left out by the caller."""
    for status in DocumentSegment.WAITING:
        yield Figure(counts.papers.get(status, 0), PAPERS_IN_WORDS[status], papers_page())
    address = listed(Distribution, sales_order__isnull=True, voided_at__isnull=True)
    yield Figure(counts.waiting, "Shipments whose order is not here yet", address)
    left_out = "Shipments left out of the log: what they carried counts nowhere until they are completed"
    yield Figure(counts.left_out, left_out, listed(SkippedShipment, state="open"))
    for state, words in STOCK_COUNTS_IN_WORDS.items():
        yield Figure(counts.stock_counts.get(state, 0), words, listed(StockCount, state__exact=state))
    failed = counts.jobs.get(Job.State.FAILED, 0)
    yield Figure(failed, "Jobs failed: read why, then retry or cancel", listed(Job, state__exact=Job.State.FAILED))
    yield broken_rules(counts)
    spooled = "Documents in the local spool: storage did not take them yet"
    yield Figure(counts.spooled, spooled, listed(SourceDocument) or DIAGNOSTICS)


def broken_rules(counts: Counts) -> Figure:
    """Return how many errors the last whole check of the data found, as it was kept."""
    last = HealthResult.objects.filter(name="data", is_well=False).first()
    if last is None or not counts.may_see(StoreFrontInventory):
        return Figure(0, "", "")
    label = f"Errors in the data, looked at {timezone.localtime(last.at):%Y-%m-%d %H:%M}"
    return Figure(last.message.partition(" ")[0], label, reverse("check_data"))


def listed(model: type[Model], **filters) -> str:
    """Return the address of the list of ``model``, "" where the admin has none."""
    if model not in admin.site._registry:
        return ""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{address}?{urlencode(filters)}" if filters else address


def papers_page() -> str:
    """Return the address of the page where people finish papers, "" where there is none."""
    try:
        return reverse("unmatched_papers")
    except NoReverseMatch:
        return ""


def recent_runs() -> Iterator[RecentRun]:
    """Yield the last runs that people decided, newest first, each with the first column it changed. Two queries."""
    runs = list(OperationRun.objects.exclude(operation=RECORDING).order_by("-pk")[:RECENT_RUNS])
    first = AuditEntry.objects.filter(run__in=[run.pk for run in runs], position=1, verb="update")
    changes = {entry.run_id: first_change(entry) for entry in first}
    for run in runs:
        address = reverse("admin:eqms_operationrun_change", args=[run.pk])
        refused = run.state == OperationRun.State.REFUSED
        yield RecentRun(run.pk, in_words(run), changes.get(run.pk), run.actor_name, run.at, address, refused)


def in_words(run: OperationRun) -> str:
    """Return what ``run`` did: "Merge customers: 2 updated, 1 deleted"."""
    done = {"added": run.created, "updated": run.updated, "deleted": run.deleted}
    counts = ", ".join(f"{number:,} {verb}" for verb, number in done.items() if number)
    return f"{run.title}: {counts}" if counts else run.title


def first_change(entry: AuditEntry) -> Column | None:
    """Return the first column that ``entry`` changed, in words; None where its model is gone since."""
    try:
        columns = columns_of(as_change(entry), {})
    except LookupError:
        return None
    return columns[0] if columns else None


def first_page(request: HttpRequest) -> HttpResponse:
    """Answer with the admin's index and the board on it."""
    return admin.site.index(request, {"board": board(request.user, request.GET)})
