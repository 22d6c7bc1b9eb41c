"""Recall notices by mail: sent first, then recorded, so a record of a mail means that the server took it."""

import smtplib
from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string

from distribution import recalling
from distribution.models import Recall, RecallNotice
from distribution.recalling import Consignee
from distribution.tracing import LotTrace
from eqms.models import User
from eqms.operations import Refused

AT_ONCE = 25  # a person waits for them


class Sent(NamedTuple):
    """How many notices went out, and which did not, in words."""

    count: int
    problems: list[str]


def send(
    recall: Recall,
    notices: Iterable[RecallNotice],
    traces: list[LotTrace],
    consignees: dict[str, Consignee],
    *,
    by: User,
) -> Sent:
    """Mail ``notices`` and record each as told. Call it outside of transactions. Refused where mail is not set up."""
    if settings.MAIL_PROBLEM:
        raise Refused(settings.MAIL_PROBLEM)
    count, problems = 0, []
    connection = get_connection()
    for notice in notices:
        try:
            message(recall, notice, traces, consignees, connection).send()
        except (smtplib.SMTPException, OSError) as error:
            problems.append(f"{notice} ({notice.email}): {error}")
            continue
        recalling.tell([notice], by=by, how=RecallNotice.How.MAIL, note=notice.email)
        count += 1
    return Sent(count, problems)


def message(recall, notice, traces, consignees, connection) -> EmailMessage:
    """Return the letter to one consignee as a mail."""
    consignee = consignees.get(notice.consignee_key)
    context = {"recall": recall, "notice": notice, "traces": traces, "lines": consignee.lines if consignee else []}
    lots = ", ".join(f"{trace.product.sku} lot {trace.number}" for trace in traces)
    subject = " ".join(f"Recall {recall.pk}: {lots}".split())[:200]
    text = render_to_string("distribution/recall_letter.txt", context)
    return EmailMessage(subject, text, to=[notice.email], connection=connection)
