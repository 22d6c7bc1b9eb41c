"""Packing slips and labels are laid with the shipments that they belong to."""

from collections.abc import Iterator
from itertools import islice

from django.db.models import QuerySet

from distribution.models.papers import DistributionDocument, plan_attachment
from distribution.slips import KINDS, Findings
from eqms.operations import operation
from sales.models import DocumentSegment
from sales.operations.papers import in_reading_order

Status = DocumentSegment.Status
PIECE = 500  # papers whose shipments are asked for together


@operation(model=DocumentSegment, permission="distribution.add_distributiondocument", ceiling=10_000)
def attach_papers(plan, papers):
    """Lay packing slips and labels with the one shipment that fits by tracking number, or by order number and lines."""
    waiting = papers.waiting_for_a_person().filter(kind__in=KINDS)
    for piece in pieces(in_reading_order(waiting)):
        sure = [paper for paper in piece if paper.status == Status.UNMATCHED]
        findings = Findings(sure, plan.watch_all)
        for paper in piece:
            if paper.status != Status.UNMATCHED:
                plan.skip(paper, because=paper.problem)
                continue
            shipment, because, likely = findings[paper]
            if shipment:
                plan_attachment(plan, paper, shipment, because=because)
            else:
                named = "; ".join(f"{row} {why}" for row, why in likely)
                plan.skip(paper, because=f"{because}; {named}" if named else because)
    laid = plan.by_model["create", DistributionDocument._meta.label]
    plan.button = f"Attach {laid:,} paper{'' if laid == 1 else 's'}"


def pieces(papers: QuerySet) -> Iterator[list[DocumentSegment]]:
    """Yield ``papers`` in lists of PIECE."""
    rows = papers.iterator(PIECE)
    while piece := list(islice(rows, PIECE)):
        yield piece
