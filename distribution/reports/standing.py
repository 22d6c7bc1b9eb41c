"""Whether a report and its approvals still stand as they were given, and in words why not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from distribution.models import ReportApproval, ReportDecision, ReportedShipment, TracingReport
from distribution.reports.mail import date_trouble
from eqms.audit import outside_changes
from eqms.signatures import Signed, key_of, signatures_on

MEANING = "approved the tracing report"


class ApprovalStanding(NamedTuple):
    """An approval, and why it holds no longer ("" where it does)."""

    approval: ReportApproval
    problem: str


@dataclass
class Standing:
    """How a report stands. ``problem`` is what happened to its row or its decision outside of the application."""

    problem: str = ""
    listing: str = ""  # how the shipments that it holds are not those that it counts
    approvals: list[ApprovalStanding] = field(default_factory=list)

    @property
    def valid(self) -> list[ApprovalStanding]:
        """The approvals that hold."""
        return [one for one in self.approvals if not one.problem]

    @property
    def broken(self) -> list[ApprovalStanding]:
        """The approvals that hold no longer."""
        return [one for one in self.approvals if one.problem]

    @property
    def in_words(self) -> str:
        """What is wrong, "" where nothing is."""
        said = [f"the {one.approval} no longer fits: {one.problem}" for one in self.broken]
        return "; ".join(filter(None, [self.problem, self.listing, *said]))


def standing_of(report: TracingReport) -> Standing:
    """Return how ``report`` stands. At most 13 statements."""
    return standings_of([report])[report.pk]


def standings_of(reports: Sequence[TracingReport]) -> dict[int, Standing]:
    """Return by key how each of ``reports`` stands. At most 13 statements, however many reports there are."""
    found = {report.pk: Standing() for report in reports}
    if not reports:
        return found
    approvals = list(ReportApproval.objects.filter(report__in=list(found)).select_related("by", "document"))
    signed, by_report = signatures_on(reports), {report.pk: report for report in reports}
    for pk, words in outside_changes(reports).items():
        found[pk].problem = f"the report was {words}"
    for pk, words in decided_outside(list(found)).items():
        found[pk].problem = "; ".join(filter(None, [found[pk].problem, f"what became of it was {words}"]))
    listing = wrongly_listed(TracingReport.objects.filter(pk__in=list(found)))
    for pk, listed, counted in listing.values_list("pk", "listed_count", "shipment_count"):
        found[pk].listing = f"it holds {listed:,} of the {counted:,} shipments that it counts"
    outside = outside_changes(approvals)
    for approval in approvals:
        report = by_report[approval.report_id]
        problem = outside.get(approval.pk) or problem_of(approval, report, signed[key_of(report)])
        standing = found[report.pk]
        standing.approvals.append(ApprovalStanding(approval, problem or standing.problem))
    return found


def decided_outside(reports: list[int]) -> dict[int, str]:
    """Return by report in words which decisions came or changed past the writer. At most four statements."""
    decisions = list(ReportDecision.objects.filter(report__in=reports))
    outside = outside_changes(decisions)
    return {row.report_id: outside[row.pk] for row in decisions if row.pk in outside}


def wrongly_listed(reports: QuerySet) -> QuerySet:
    """Return those of ``reports`` that hold other shipments than they count; a discarded one holds none."""
    listed = ReportedShipment.objects.filter(report=OuterRef("pk")).order_by().values("report")
    count = Coalesce(Subquery(listed.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)
    kept = reports.exclude(decision__outcome=ReportDecision.Outcome.DISCARDED)
    return kept.annotate(listed_count=count).exclude(listed_count=F("shipment_count"))


def problem_of(approval: ReportApproval, report: TracingReport, signed: list[Signed]) -> str:
    """Return why ``approval`` does not stand for ``report`` as it is now, "" where it does."""
    if approval.sha256 != report.sha256:
        return "it approved a file with another sha256"
    if approval.how == ReportApproval.How.MAIL:
        gone = "" if approval.document_id else "its e-mail is gone"
        return gone or date_trouble(approval.mail_date, report.made_at, approval.at)
    theirs = [one for one in signed if one.signature.user_id == approval.by_id and one.signature.meaning == MEANING]
    if not theirs:
        return "no signature stands behind it"
    return "" if any(one.is_valid for one in theirs) else "the report was changed after it was signed"
