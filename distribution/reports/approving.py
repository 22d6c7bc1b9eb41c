"""People approve a report: with their password, or by an e-mail that is kept with it."""

from django.utils import timezone

from distribution.models import ReportApproval, TracingReport
from distribution.reports.mail import Mail, date_trouble
from distribution.reports.making import proved
from distribution.reports.standing import MEANING, standing_of
from eqms.models import User
from eqms.operations import Plan, Refused, act
from eqms.signatures import Signer, sign
from eqms.storage import store

How = ReportApproval.How


def approve(report: TracingReport, *, by: Signer, note: str = "") -> ReportApproval:
    """Approve a draft with a signature over all of it. Raises Refused, and StorageTrouble where its file is away."""
    about = {"how": How.SIGNATURE, "approver": by.user.get_username(), "note": note.strip()}
    return approved(report, about, by.user, signer=by)


def approve_by_mail(report: TracingReport, mail: Mail, name: str, *, by: User, note: str = "") -> ReportApproval:
    """Keep an e-mail, a file called ``name``, that approves a draft; ``by`` brought it here.

    Raises what ``approve`` raises; one whose Date says that it is about another file is not kept.
    """
    if trouble := date_trouble(mail.date, report.made_at, timezone.now()):
        raise Refused(f"This e-mail does not approve {report}: {trouble}. Ask for a new one.")
    document = store(mail.data, name, by=by)
    about = {"how": How.MAIL, "approver": mail.address, "document": document, "mail_from": mail.sender}
    about |= {f"mail_{name}": getattr(mail, name) for name in ("to", "date", "subject", "message_id")}
    about |= {"note": note.strip(), "names_file": mail.names(report.sha256)}
    return approved(report, about, by)


def approved(report: TracingReport, about: dict, by: User, signer: Signer | None = None) -> ReportApproval:
    """Write an approval, and sign the report where ``signer`` gave the password."""
    proved(report)

    def draft(plan: Plan) -> None:
        fresh = draft_of(plan, report)
        if fresh.approvals.filter(approver=about["approver"]).exists():
            raise Refused(f"{about['approver']} has approved {fresh} already: one approval a person.")
        because = f"{about['approver']} approved the file {fresh.sha256[:12]}"
        plan.create(ReportApproval, because=because, report=fresh, sha256=fresh.sha256, by=by, **about)

    def afterwards(run) -> None:
        if signer:
            sign(report, signer, MEANING)

    act("approve tracing report", draft, by=by, reason=about["note"], afterwards=afterwards)
    return report.approvals.get(approver=about["approver"])


def draft_of(plan: Plan, report: TracingReport) -> TracingReport:
    """Return ``report`` as it stands, locked; Refused where it is no draft any more, or was changed from outside."""
    fresh = plan.watch(report)
    if not fresh.is_draft:
        raise Refused(f"{str(fresh).capitalize()} is {fresh.status}. Nothing about it changes any more.")
    standing = standing_of(fresh)
    if problem := standing.problem or standing.listing:
        raise Refused(f"{str(fresh).capitalize()} is not as it was made: {problem}. Discard it and make a new one.")
    return fresh
