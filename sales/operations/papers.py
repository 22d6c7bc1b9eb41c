"""Orders from papers that were read."""

from typing import Any

from django.db.models import QuerySet

from eqms.operations import Plan, operation
from sales.models import DocumentSegment, SalesOrder
from sales.printed_order import PrintedOrder

from .new_orders import NewOrders

Status = DocumentSegment.Status
MAKERS_OF_ORDERS = (Status.IMPORTED, Status.DUPLICATE)


@operation(model=DocumentSegment, permission="sales.add_salesorder", ceiling=10_000)
def import_orders(plan, papers):
    """Create the orders that read papers show, their lines, and the customers that they name."""
    waiting = papers.waiting_for_a_person() if not papers.query.where else papers.exclude(status=Status.READ)
    PaperImport(plan, list(in_reading_order(papers.filter(status=Status.READ)))).draft()
    for paper in in_reading_order(waiting).iterator(1000):
        plan.skip(paper, because=why_left(paper))


def in_reading_order(papers: QuerySet) -> QuerySet:
    """Return ``papers`` as they lie: document by document, from its first page on."""
    return papers.select_related("document", "order").order_by("document_id", "position")


def why_left(paper: DocumentSegment) -> str:
    """Return in words why an import leaves ``paper`` alone."""
    if paper.order_id and paper.status in MAKERS_OF_ORDERS:
        return f"order {paper.order.order_number} is there already"
    return paper.problem or paper.get_status_display()


class PaperImport:
    """One import of papers: what becomes of each."""

    def __init__(self, plan: Plan, papers: list[DocumentSegment]):
        self.plan = plan
        self.papers = [(paper, paper.printed) for paper in papers]
        self.orders = NewOrders(plan, SalesOrder.Source.PDF, [order for _, order in self.papers])

    def draft(self) -> None:
        """Plan all new rows first, then what became of each paper, so that they are written in large batches."""
        outcomes = [(paper, self.outcome(paper, order)) for paper, order in self.papers]
        self.orders.settle()
        for paper, (because, columns) in outcomes:
            self.plan.update(paper, because=because, **columns)

    def outcome(self, paper: DocumentSegment, order: PrintedOrder) -> tuple[str, dict[str, Any]]:
        """Plan the order of one paper where it is new; return what the paper's row becomes, and why."""
        if problems := order.problems or self.orders.doubts(order):
            return problems[0], {"status": Status.NEEDS_REVIEW, "problem": " ".join(problems)}
        if known := self.orders.known(order):
            return repeated(order, *known)
        row = self.orders.plan_order(order, because=f"{paper.document.filename}, {paper.pages}")
        return f"order {order.number} was read from it", {"status": Status.IMPORTED, "order": row, "problem": ""}


def repeated(order: PrintedOrder, row: SalesOrder, differences: list[str]) -> tuple[str, dict[str, Any]]:
    """Return the outcome of a paper whose number is taken: a duplicate, or a conflict for a person."""
    if not differences:
        because = f"the same order {order.number} is there already"
        return because, {"status": Status.DUPLICATE, "order": row, "problem": ""}
    what = "; ".join(differences[:5])
    problem = (
        f"Order {order.number} is there already with other content ({what}). Nothing was overwritten: "
        "compare both papers, then set this one aside or correct its number."
    )
    return "the order number is taken by another order", {"status": Status.NEEDS_REVIEW, "problem": problem}
