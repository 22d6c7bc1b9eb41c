"""The papers of a shipment as its page shows them: a picture of their place, and where they differ from the log."""

import json
from typing import NamedTuple

from distribution.models import Distribution, DistributionDocument
from distribution.slips import KINDS, Comparison
from sales.models import DocumentSegment, SalesOrder

MARGIN = 6.0  # points around the words of a paper that shares its page


class Picture(NamedTuple):
    """A page, and the part of it to show: left, top, width and height in points."""

    page: int
    width: float
    height: float
    part: tuple[float, float, float, float]

    @property
    def view_box(self) -> str:
        return " ".join(f"{edge:.1f}" for edge in self.part)


class AttachedPaper(NamedTuple):
    """A paper that lies with a shipment; ``differences`` is what it says otherwise, in words."""

    document: DistributionDocument
    picture: Picture | None
    differences: list[str]


def papers_of(shipment: Distribution) -> list[AttachedPaper]:
    """Return the papers of a shipment, the first first. A fixed number of queries."""
    rows = shipment.documents.select_related("segment__document", "segment__reading", "added_by")
    documents = list(rows.order_by("pk"))
    read = [document.segment for document in documents if document.segment.kind in KINDS]
    compared = Comparison(read, [shipment]) if read else None
    found = []
    for document in documents:
        printed = compared.printed.get(document.segment_id) if compared else None
        differences = compared.differences(printed, shipment) if compared and printed else []
        found.append(AttachedPaper(document, picture_of(document.segment), differences))
    return found


def papers_of_order(order: SalesOrder) -> list[DocumentSegment]:
    """Return the papers of an order and of its shipments, each once, the newest first. Two queries."""
    of_shipments = DocumentSegment.objects.filter(distribution_documents__distribution__sales_order=order)
    papers = [*order.papers.select_related("document"), *of_shipments.select_related("document")]
    return sorted({paper.pk: paper for paper in papers}.values(), key=lambda paper: -paper.pk)


def picture_of(paper: DocumentSegment) -> Picture | None:
    """Return the first page of a paper, cut to the place where it stands; None where no page can be shown."""
    pages = paper.pictures
    if not pages:
        return None
    page = pages[0]
    whole = (0.0, 0.0, page.width, page.height)
    return Picture(page.number, page.width, page.height, around(json.loads(paper.box), page) if paper.box else whole)


def around(box, page) -> tuple[float, float, float, float]:
    """Return the part of ``page`` around ``box`` as left, top, width and height."""
    left, top = max(box[0] - MARGIN, 0.0), max(box[1] - MARGIN, 0.0)
    right, bottom = min(box[2] + MARGIN, page.width), min(box[3] + MARGIN, page.height)
    return left, top, max(right - left, 1.0), max(bottom - top, 1.0)
