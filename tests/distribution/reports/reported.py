"""A month that is reported, for tests of tracing reports."""

from contextlib import contextmanager
from datetime import date
from email.utils import format_datetime

from django.utils import timezone

from distribution import reports
from distribution.models import TracingReport
from distribution.reports import Asked
from eqms import audit
from eqms.signatures import Signer
from tests.distribution.tracing.recalled import Journey

FEBRUARY = date(2026, 2, 1)
MAIL = f"""From: Quinn Adler <quinn@example.org>
To: quality@example.org
Date: {format_datetime(timezone.now())}
Subject: Approved: tracing report of February
Message-ID: <1@example.org>

I approve it.
""".encode()


class Month:
    """February 2026: 3 units of L-7 to North Clinic by order SO-1, 2 to Klinik Müller that wait. Ada reports it."""

    def __init__(self, demo):
        self.demo, self.ada = demo, demo.ada
        self.journey = Journey(demo)
        self.ordered = self.journey.ship(3, sales_order=demo.order, tracking_number="1Z-9")
        self.waiting = self.journey.ship(2, order_number="SO-404")

    def report(self, **asked) -> TracingReport:
        """Make a report of it, as far as ``asked``."""
        return reports.make_report(Asked(FEBRUARY, **asked), by=self.ada)

    def approved(self) -> TracingReport:
        """Make a report that Ada approved."""
        report = self.report()
        reports.approve(report, by=Signer(self.ada))
        return report


@contextmanager
def past_the_application():
    """Do what somebody does who rules the database: take the triggers down, edit, put them up again."""
    audit.remove()
    yield
    audit.install()


def edit(row, **values) -> None:
    """Change columns of ``row`` past the application."""
    with past_the_application():
        type(row)._base_manager.filter(pk=row.pk).update(**values)
