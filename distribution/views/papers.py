"""The page of papers that wait for a person: orders, packing slips and labels alike."""

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.views.decorators.http import require_GET

from distribution.slips import KINDS, Finding, Findings
from eqms.pages import admin_page, answer_page
from sales.models import DocumentSegment
from sales.order_number_key import order_number_key_or_empty

A_PAGE = 100
Waiting = tuple[DocumentSegment, Finding | None]


@require_GET
@admin_page("sales.view_documentsegment")
def unmatched_papers(request):
    """List what nothing but a person can take further: newest first, filtered by state, found by file or number."""
    waiting = DocumentSegment.objects.waiting_for_a_person()
    counts = dict(waiting.order_by().values_list("status").annotate(Count("pk")))
    state = request.GET.get("state", "")
    searched = request.GET.get("q", "").strip()
    papers = waiting.filter(status=state) if state in counts else waiting
    if searched:
        number = order_number_key_or_empty(searched)
        by_number = Q(order_number_key=number) if number else Q()
        papers = papers.filter(Q(document__filename__icontains=searched) | by_number)
    papers = papers.select_related("document").order_by("-document_id", "position")
    page = Paginator(papers, A_PAGE).get_page(request.GET.get("page"))
    rows = with_findings(list(page))
    context = {
        "page": page,
        "rows": rows,
        "of_shipments": any(finding for _, finding in rows),
        "states": [(value, DocumentSegment.Status(value).label, counts[value]) for value in sorted(counts)],
        "state": state,
        "searched": searched,
        "all": sum(counts.values()),
    }
    return answer_page(request, "distribution/unmatched_papers.html", "Papers that wait for a person", **context)


def with_findings(papers: list[DocumentSegment]) -> list[Waiting]:
    """Return each paper, a slip or label with the shipment that fits or why none does. A fixed number of queries."""
    sure = [paper for paper in papers if paper.kind in KINDS and paper.status == DocumentSegment.Status.UNMATCHED]
    if not sure:
        return [(paper, None) for paper in papers]
    findings = Findings(sure)
    return [(paper, findings[paper] if paper in sure else None) for paper in papers]
