"""Everything about a recall in one file: the page, the notices and the shipped lines, kept under its hash."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from distribution.models import Recall, RecallNotice, RecallPacket
from distribution.recalling import Consignee, lines_now
from distribution.tracing import LotTrace
from distribution.tracing.export import HEAD, cells, cells_left_out, rows_of
from distribution.tracing.left_out import LeftOutLine
from eqms.csv_cells import csv_lines
from eqms.models import User
from eqms.operations import Plan, act
from eqms.signatures import signatures_of
from eqms.storage import store

NOTICE_HEAD = ["Consignee", "Address", "City", "State", "Zip", "Contact", "E-mail", "Units Shipped", "Units Waiting"]
NOTICE_HEAD += ["Units Back", "State of Notice", "Told At", "Told By", "How", "Told Note"]
NOTICE_HEAD += ["Answered At", "Who Answered", "Destroyed", "Used", "Returning", "Answer Note"]
FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)  # of every file in the archive: the same content is the same bytes


def everything_of(recall: Recall) -> dict[str, Any]:
    """Return what page and packet say about ``recall``. As many statements as ``traces_of``, and some."""
    traces, consignees = lines_now(recall)
    notices = list(recall.notices.select_related("told_by", "answer_recorded_by"))
    empty = Consignee("", [])
    return {
        "recall": recall,
        "traces": traces,
        "left_out": left_out_of(traces),
        "notices": [(notice, consignees.get(notice.consignee_key, empty)) for notice in notices],
        "missing": [c for key, c in consignees.items() if key not in {n.consignee_key for n in notices}],
        "effectiveness": recall.notices.effectiveness(),
        "signatures": signatures_of(recall),
    }


def left_out_of(traces: Iterable[LotTrace]) -> list[LeftOutLine]:
    """Return what was reported and stands in no log, so that no notice is drafted for it, each line once."""
    return list(dict.fromkeys(line for trace in traces for line in trace.left_out))


def lines_csv(traces: Iterable[LotTrace]) -> Iterator[str]:
    """Yield the CSV of every shipped line of the lots: void ones and corrections too, at last what was left out."""
    traces = list(traces)
    rows = (cells(*row) for trace in traces for row in rows_of(trace))
    return csv_lines([HEAD, *rows, *map(cells_left_out, left_out_of(traces))])


def notices_csv(notices: Iterable[RecallNotice]) -> Iterator[str]:
    """Yield the CSV of the notices: who was told when and how, who answered what."""
    return csv_lines([NOTICE_HEAD, *map(notice_cells, notices)])


def notice_cells(notice: RecallNotice) -> list[Any]:
    """Return the cells of one notice."""
    street = ", ".join(line.strip() for line in notice.consignee_address.splitlines() if line.strip())
    place = [notice.consignee_city, notice.consignee_state, notice.consignee_postal_code]
    who = [notice.consignee_name, street, *place, notice.consignee_contact, notice.email]
    units = [notice.units_shipped, notice.units_waiting, notice.units_back, notice.status]
    told = [moment(notice.told_at), str(notice.told_by or ""), notice.get_told_how_display(), notice.told_note]
    answered = [moment(notice.answered_at), notice.answered_name]
    parts = [notice.units_destroyed, notice.units_used, notice.units_returning]
    return [*who, *units, *told, *answered, *("" if part is None else part for part in parts), notice.answer_note]


def moment(at) -> str:
    """Return a moment as people write it, "" where there is none."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def packet_bytes(recall: Recall) -> bytes:
    """Return the archive: the printable page, the notices, the lines. The same rows are the same bytes."""
    content = everything_of(recall)
    files = {
        "recall.html": render_to_string("distribution/recall_packet_file.html", content),
        "notices.csv": "".join(notices_csv(notice for notice, _ in content["notices"])),
        "shipments.csv": "".join(lines_csv(content["traces"])),
    }
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(zipfile.ZipInfo(name, FIRST_MOMENT), text, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def keep_packet(recall: Recall, *, by: User) -> RecallPacket:
    """Keep everything about ``recall`` as it stands now; unchanged since the last packet, that one is returned.

    Call it outside of transactions. Raises StorageTrouble and Refused.
    """
    document = store(packet_bytes(recall), f"recall-{recall.pk}.zip", by=by)
    known = recall.packets.filter(document=document).first()
    if known is not None:
        return known

    def draft(plan: Plan) -> None:
        values = {"recall": recall, "document": document, "made_by": by}
        plan.create(RecallPacket, because=f"kept as {document.sha256[:12]}", **values)

    act("keep recall packet", draft, by=by)
    return recall.packets.get(document=document)
