"""A recall on its way: opened from lots, notices for every consignee as shipped, told, answered, closed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils import timezone

from distribution.models import Recall, RecallLot, RecallNotice, SkippedShipment
from distribution.tracing import LotTrace, ShippedLine, trace_lot
from distribution.tracing.left_out import every_line, of_lots
from distribution.tracing.lot import consignee_of
from eqms.models import User
from eqms.operations import Plan, Refused, act
from eqms.signatures import Signer, sign
from inventory.models import Lot
from sales.models import SalesOrder

HOW = RecallNotice.How
MOST_NAMED = 10  # shipments in one message


class Consignee(NamedTuple):
    """One consignee of the recalled lots, with all its lines, the oldest first."""

    key: str
    lines: list[ShippedLine]

    @property
    def columns(self) -> dict:
        """The columns of its notice that follow from shipments; the address is that of the last one."""
        last = self.lines[-1]
        return {
            "consignee_name": last.name,
            "consignee_address": last.address,
            "consignee_city": last.city,
            "consignee_state": last.state,
            "consignee_postal_code": last.postal_code,
            "consignee_contact": next((line.contact for line in reversed(self.lines) if line.contact), ""),
            **self.units,
        }

    @property
    def units(self) -> dict[str, int]:
        """The columns that may change while the recall is open."""
        waiting = sum(line.quantity for line in self.lines if line.sales_order_id is None)
        shipped, back = sum(line.quantity for line in self.lines), sum(line.returned for line in self.lines)
        return {"units_shipped": shipped, "units_back": back, "units_waiting": waiting}


def traces_of(lots: Iterable[Lot]) -> list[LotTrace]:
    """Return the trace of each lot. Six statements a lot, and one; ten where anything was left out of the log."""
    left_out = every_line()
    return [trace_lot(lot, left_out) for lot in lots]


def consignees_of(traces: Iterable[LotTrace]) -> list[Consignee]:
    """Return who got units of the traced lots, by matched and by waiting shipments."""
    found: dict[str, list[ShippedLine]] = {}
    for trace in traces:
        for line in trace.shipped:
            found.setdefault(consignee_of(line), []).append(line)
    oldest_first = (sorted(lines, key=lambda line: (line.ship_date, line.line_id)) for lines in found.values())
    return [Consignee(key, lines) for key, lines in zip(found, oldest_first, strict=True)]


# -- opening ---------------------------------------------------------------------------------------------


def open_recall(lots: Sequence[Lot], *, by: Signer, reason: str, instructions: str = "", risk: str = "") -> Recall:
    """Open a recall at once: the lots are recalled, every consignee has its notice, all of it is signed.

    Raises Refused where a lot is a part of another open recall.
    """
    made: list[Recall] = []

    def draft(plan: Plan) -> None:
        about = {"reason": reason.strip(), "instructions": instructions.strip(), "risk": risk, "opened_by": by.user}
        made[:] = [plan_recall(plan, lots, about)]

    def afterwards(run) -> None:
        keys = run.entries.filter(model=Recall._meta.label, verb="create").values_list("key", flat=True)
        made[:] = [Recall.objects.get(pk=keys.get())]
        sign(made[0], by, "opened the recall")
        for lot in lots:
            sign(lot, by, f"recalled the lot by {made[0]}")

    act("open recall", draft, by=by.user, reason=reason, afterwards=afterwards)
    return made[0]


def plan_recall(plan: Plan, lots: Sequence[Lot], about: dict) -> Recall:
    """Plan the recall of ``lots``. Whoever ships units of them waits, or is seen by the trace."""
    if not lots:
        raise Refused("Name at least one lot.")
    if not about["reason"]:
        raise Refused("Say why the lots are recalled: the reason stands in every letter.")
    lots = plan.watch_all(Lot.objects.filter(pk__in=[lot.pk for lot in lots]))
    refuse_recalled(lots)
    recall = plan.create(Recall, because=about["reason"], **about)
    for lot in lots:
        plan.create(RecallLot, because=about["reason"], recall=recall, lot=lot)
        lot.plan_status(plan, Lot.Status.RECALLED, reason=about["reason"])
    plan_notices(plan, recall, consignees_of(traces_of(lots)))
    return recall


def refuse_recalled(lots: Iterable[Lot]) -> None:
    """Raise Refused where one of ``lots`` is a part of an open recall."""
    taken = RecallLot.objects.filter(lot__in=lots, recall__state=Recall.State.OPEN).select_related("lot", "recall")
    if first := taken.order_by("pk").first():
        raise Refused(f"Lot {first.lot} is a part of {first.recall}, which is open. Work on that one.")


def keep_recalled(lot: Lot, status: str) -> None:
    """Refuse a lot of an open recall any other status."""
    if status != Lot.Status.RECALLED:
        refuse_recalled([lot])


# -- notices ---------------------------------------------------------------------------------------------


def refresh(recall: Recall, *, by: User | str) -> Plan:
    """Draft notices for consignees that appear since, and bring the units of the others up to date. Raises Refused."""

    def draft(plan: Plan) -> None:
        fresh = open_one(plan, recall)
        lots = plan.watch_all(Lot.objects.filter(recall_lots__recall=fresh))
        plan_notices(plan, fresh, consignees_of(traces_of(lots)))

    return act("refresh recall", draft, by=by)


def plan_notices(plan: Plan, recall: Recall, consignees: Sequence[Consignee]) -> None:
    """Plan a notice for each consignee that has none, and other units where they changed since."""
    known = {notice.consignee_key: notice for notice in recall.notices.all()} if recall.pk else {}
    new = [consignee for consignee in consignees if consignee.key not in known]
    emails = emails_of(new)
    for consignee in new:
        email = emails.get(consignee.key, "")
        values = {"consignee_key": consignee.key, "email": email, **consignee.columns}
        plan.create(RecallNotice, because="got units of a recalled lot", recall=recall, **values)
    present = {consignee.key: consignee.units for consignee in consignees}
    for key, notice in known.items():
        units = present.get(key, {"units_shipped": 0, "units_back": 0, "units_waiting": 0})
        plan.update(notice, because="its shipments changed since", **units)


def emails_of(consignees: Iterable[Consignee]) -> dict[str, str]:
    """Return by key where a consignee may be written to: as shipped, else as its orders say, else its customer. One
    query."""
    consignees = list(consignees)
    orders = {line.sales_order_id for consignee in consignees for line in consignee.lines if line.sales_order_id}
    rows = SalesOrder.objects.filter(pk__in=orders).values_list("pk", "contact_email", "customer__email")
    by_order = {pk: [contact, customer] for pk, contact, customer in rows}
    found = {}
    for consignee in consignees:
        newest_first = consignee.lines[::-1]
        written = [line.contact for line in newest_first]
        written += [email for line in newest_first for email in by_order.get(line.sales_order_id or 0, [])]
        found[consignee.key] = next((email for email in written if is_email(email)), "")
    return found


def is_email(text: str) -> bool:
    """Return whether mail can be sent to ``text``."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def tell(
    notices: Iterable[RecallNotice], *, by: User | str, how: str, note: str = "", at: datetime | None = None
) -> Plan:
    """Record that consignees were told, when and how; who knows already is left alone. Raises Refused."""
    keys = [notice.pk for notice in notices]

    def draft(plan: Plan) -> None:
        rows = plan.watch_all(RecallNotice.objects.filter(pk__in=keys, told_at__isnull=True))
        open_ones(plan, rows)
        for notice in rows:
            person = by if isinstance(by, User) else None
            told = {"told_at": at or plan.now, "told_by": person, "told_how": how, "told_note": note.strip()}
            plan.update(notice, because=f"told by {HOW(how).label}", **told)

    return act("tell consignee", draft, by=by)


def answer(notice: RecallNotice, *, by: User | str, name: str, note: str = "", **units: int | None) -> Plan:
    """Record what the consignee answered: ``units_destroyed``, ``units_used``, ``units_returning``. Raises Refused."""

    def draft(plan: Plan) -> None:
        fresh = plan.watch(notice)
        open_ones(plan, [fresh])
        if fresh.told_at is None:
            raise Refused(f"{fresh} was not told yet. Say first when and how it was told.")
        if not name.strip():
            raise Refused("Say who answered.")
        about = {"answered_name": name.strip(), "answer_note": note.strip(), **units}
        about["answer_recorded_by"] = by if isinstance(by, User) else None
        plan.update(fresh, because=f"answered by {name.strip()}", answered_at=fresh.answered_at or plan.now, **about)

    return act("record recall answer", draft, by=by)


def close(recall: Recall, *, by: Signer, note: str) -> Plan:
    """Close a recall, signed. Its lots stay recalled until somebody signs another status. Raises Refused."""

    def draft(plan: Plan) -> None:
        fresh = open_one(plan, recall)
        if not note.strip():
            raise Refused("Say what came of the recall before you close it.")
        refuse_left_out(fresh)
        refuse_without_notice(fresh)
        about = {"state": Recall.State.CLOSED, "closed_by": by.user, "closed_at": plan.now}
        plan.update(fresh, because=note.strip(), closing_note=note.strip(), **about)

    def afterwards(run) -> None:
        sign(recall, by, "closed the recall")

    return act("close recall", draft, by=by.user, reason=note, afterwards=afterwards)


def refuse_left_out(recall: Recall) -> None:
    """Raise Refused while shipments that name a lot of ``recall`` are left out of the log: nobody was told of them."""
    lots = Lot.objects.filter(recall_lots__recall=recall)
    named = {line.skipped_id for line in of_lots(lots) if line.names_lot}
    if named:
        keys = SkippedShipment.objects.filter(pk__in=named).order_by("pk").values_list("external_key", flat=True)
        raise Refused(
            f"Shipments that name a recalled lot are left out of the log: {', '.join(keys[:MOST_NAMED])}. Complete "
            "each, or settle it where it was never sent; then look for new consignees and tell them."
        )


def refuse_without_notice(recall: Recall) -> None:
    """Raise Refused while a consignee of the recalled lots has no notice."""
    noted = set(recall.notices.values_list("consignee_key", flat=True))
    missing = [consignee for key, consignee in lines_now(recall)[1].items() if key not in noted]
    if missing:
        name = missing[0].lines[-1].name or "nobody named"
        words = f"{len(missing):,} consignees of its lots have no notice, such as {name}."
        raise Refused(f"{words} Look for new consignees, and tell them.")


def open_one(plan: Plan, recall: Recall) -> Recall:
    """Return ``recall`` as it stands, locked; Refused where it is closed."""
    fresh = plan.watch(recall)
    if not fresh.is_open:
        when = timezone.localtime(fresh.closed_at)
        raise Refused(f"{str(fresh).capitalize()} was closed on {when:%Y-%m-%d}. Nothing about it changes any more.")
    return fresh


def open_ones(plan: Plan, notices: Sequence[RecallNotice]) -> None:
    """Lock the recalls of ``notices``; Refused where one of them is closed."""
    for recall in Recall.objects.filter(pk__in={notice.recall_id for notice in notices}).order_by("pk"):
        open_one(plan, recall)


def lines_now(recall: Recall) -> tuple[list[LotTrace], dict[str, Consignee]]:
    """Return the traces of the lots as they stand now, and their consignees by key."""
    traces = traces_of(Lot.objects.filter(recall_lots__recall=recall).select_related("product").order_by("number"))
    return traces, {consignee.key: consignee for consignee in consignees_of(traces)}


def recalls_of(lot: Lot) -> QuerySet[Recall]:
    """Return the recalls that name ``lot``, newest first."""
    return Recall.objects.filter(recall_lots__lot=lot).order_by("-pk")
