"""Tracing reports of the demo data: last month's, signed and final, and a draft of what waited in it."""

from datetime import date, timedelta

from distribution import reports
from distribution.models import TracingReport
from distribution.reports import Asked
from eqms.models import User
from eqms.signatures import Signer


def tell_reports(day: date) -> list[TracingReport]:
    """Make both, in runs of their own, once the demo data is written, and return them. Raises StorageTrouble."""
    month = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
    wanda, quentin = (User.objects.get(username=name) for name in ("wanda", "quentin"))
    final = reports.make_report(Asked(month), by=wanda, note="Monthly report of the distribution log.")
    reports.approve(final, by=Signer(quentin), note="Compared with the log line by line.")
    reports.finalise(final, by=quentin)
    draft = reports.make_report(Asked(month, state="waiting"), by=wanda, note="What still waits for its order.")
    return [final, draft]
