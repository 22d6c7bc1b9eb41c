"""What must hold for tracing reports."""

from django.db.models import QuerySet

from distribution.models import TracingReport
from distribution.reports.making import proved
from distribution.reports.standing import standings_of, wrongly_listed
from eqms.data_rules import Repair, Rule, Severity, each, register
from eqms.storage import DamagedDocument, StorageTrouble


def kept() -> QuerySet[TracingReport]:
    """Return the reports that are not discarded, in a fixed order."""
    return TracingReport.objects.with_all().exclude(decision__outcome="discarded").order_by("pk")


def not_standing() -> QuerySet[TracingReport]:
    """Return the reports that were changed from outside, or an approval of which no longer fits."""
    standings = standings_of(list(kept()))
    return kept().filter(pk__among=[key for key, standing in standings.items() if standing.problem or standing.broken])


def final_without_approval() -> QuerySet[TracingReport]:
    """Return the final reports of which no approval holds."""
    final = list(kept().filter(decision__outcome="final"))
    standings = standings_of(final)
    return kept().filter(pk__among=[key for key, standing in standings.items() if not standing.valid])


def damaged() -> QuerySet[TracingReport]:
    """Return the reports whose stored bytes are not those of their hash, or gone. Reads each file from storage."""
    return kept().filter(pk__among=[report.pk for report in kept() if damage_of(report)])


def damage_of(report: TracingReport) -> str:
    """Return why the file of ``report`` is none any more; "" also where storage is away: nobody knows then."""
    try:
        proved(report)
    except DamagedDocument as damage:
        return str(damage)
    except StorageTrouble as trouble:
        return str(trouble) if trouble.kind == "missing" else ""
    return ""


def listing_others() -> QuerySet[TracingReport]:
    """Return the reports that hold other shipments than they count."""
    return wrongly_listed(kept())


def words_of(reports) -> list[str]:
    """Return why each of ``reports`` does not stand."""
    standings = standings_of(list(reports))
    return [f"{report} ({report.scope}): {standings[report.pk].in_words}" for report in reports]


NEW = Repair("See the record for who and when; make a new report of the same, and have it approved.")
register(
    Rule(
        "reports-that-no-longer-fit",
        "Tracing reports that were changed, or whose approval no longer fits",
        Severity.ERROR,
        "A changed record invalidates its signature visibly.",
        TracingReport,
        not_standing,
        words_of,
        NEW,
    ),
    Rule(
        "final-reports-without-approval",
        "Final tracing reports of which no approval holds",
        Severity.ERROR,
        "A report is final with at least one approval that holds.",
        TracingReport,
        final_without_approval,
        each(lambda report: f"{report} ({report.scope}) is final, and no approval of it holds"),
        NEW,
    ),
    Rule(
        "reports-with-damaged-file",
        "Tracing reports whose file does not give its sha256",
        Severity.ERROR,
        "A stored file is never changed: its bytes give the sha256 that was approved.",
        TracingReport,
        damaged,
        each(lambda report: f"{report} ({report.scope}): {damage_of(report)}"),
        Repair("Restore the file from the backup of the storage: the sha256 says which one it is."),
    ),
    Rule(
        "reports-listing-other-shipments",
        "Tracing reports that hold other shipments than they count",
        Severity.ERROR,
        "What was reported stays in the log.",
        TracingReport,
        listing_others,
        each(lambda report: f"{report} counts {report.shipment_count:,} shipments and holds {report.listed_count:,}"),
        Repair("The file lists them in its column Shipment. See who changed the database, and make a new report."),
    ),
)
