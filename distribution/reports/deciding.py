"""What becomes of a report: final, which asks for an approval that holds, or discarded."""

from distribution.models import ReportDecision, ReportedShipment, TracingReport
from distribution.reports.approving import draft_of
from distribution.reports.making import proved
from distribution.reports.standing import standing_of
from eqms.kept_heads import keep_head
from eqms.models import User
from eqms.operations import Plan, Refused, act
from eqms.storage import StorageTrouble

Outcome = ReportDecision.Outcome


def finalise(report: TracingReport, *, by: User, note: str = "") -> str:
    """Make a draft final; return why the head of the record could not be kept in storage, "" where it was.

    Raises Refused where no approval holds or one does not, StorageTrouble where the file is away or damaged.
    """
    proved(report)

    def draft(plan: Plan) -> None:
        fresh = draft_of(plan, report)
        standing = standing_of(fresh)
        if not standing.valid:
            raise Refused(f"No approval of {fresh} holds. Approve it first, by signature or with an e-mail.")
        if standing.broken:
            raise Refused(f"{str(fresh).capitalize()}: {standing.in_words}. Discard it and make a new one.")
        because = f"approved by {', '.join(one.approval.approver for one in standing.valid)}"
        values = {"outcome": Outcome.FINAL, "by": by, "note": note.strip()}
        plan.create(ReportDecision, because=because, report=fresh, **values)

    act("make tracing report final", draft, by=by, reason=note)
    try:
        keep_head()
    except StorageTrouble as trouble:
        return str(trouble)
    return ""


def discard(report: TracingReport, *, by: User, reason: str) -> None:
    """Discard a draft: it stays, struck through, and holds its shipments no longer. Raises Refused."""

    def draft(plan: Plan) -> None:
        fresh = plan.watch(report)
        if not fresh.is_draft:
            raise Refused(f"{str(fresh).capitalize()} is {fresh.status}. Nothing about it changes any more.")
        if not reason.strip():
            raise Refused("Say why the draft is discarded.")
        values = {"outcome": Outcome.DISCARDED, "by": by, "note": reason.strip()}
        plan.create(ReportDecision, because=reason.strip(), report=fresh, **values)

    def afterwards(run) -> None:
        ReportedShipment.objects.filter(report=report.pk).delete()

    act("discard tracing report", draft, by=by, reason=reason, afterwards=afterwards)
