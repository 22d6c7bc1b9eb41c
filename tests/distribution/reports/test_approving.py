"""A report is approved and made final; what is edited or copied afterwards shows (P47)."""

import re
from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.utils import timezone

from distribution import reports
from distribution.models import ReportApproval, ReportDecision, ReportedShipment, TracingReport
from distribution.reports.mail import date_trouble, read_mail
from distribution.reports.standing import problem_of
from eqms.data_rules import check, registry
from eqms.kept_heads import kept_heads
from eqms.models import AuditEntry, AuditHead, ElectronicSignature, OperationRun, SourceDocument, User
from eqms.operations import Refused
from eqms.signatures import Signer
from eqms.storage import DamagedDocument, StorageTrouble, store
from eqms.storage.places import storage_place

from .reported import MAIL, Month, edit, past_the_application


@pytest.fixture
def month(demo):
    return Month(demo)


@pytest.fixture
def report(month):
    return month.approved()


@pytest.fixture
def final(month, report):
    reports.finalise(report, by=month.ada)
    return TracingReport.objects.get(pk=report.pk)


def by_mail(month, report, data=MAIL):
    return reports.approve_by_mail(report, read_mail(data), "mail.eml", by=month.ada)


def found_by(name: str) -> list[str]:
    """Return in words what a rule of check_data finds."""
    return [found.words for found in check(registry[name], 10).found]


def test_a_signature_approves_the_report_as_it_is(month, report):
    approval = report.approvals.get()
    assert (approval.approver, approval.how, approval.by, approval.sha256) == (
        "ada",
        "signature",
        month.ada,
        report.sha256,
    )
    standing = reports.standing_of(report)
    assert [(one.approval, one.problem) for one in standing.approvals] == [(approval, "")]
    assert standing.in_words == ""


def test_each_person_approves_once(month, report):
    with pytest.raises(Refused, match="ada has approved tracing report .* already"):
        reports.approve(report, by=Signer(month.ada))
    reports.approve(report, by=Signer(User.objects.create_user("bob")))
    assert (report.approvals.count(), ElectronicSignature.objects.count()) == (2, 2)


def test_an_e_mail_approves_it_and_is_kept_with_its_headers(month):
    report = month.report()
    approval = by_mail(month, report)
    assert (approval.approver, approval.by) == ("quinn@example.org", month.ada)
    assert approval.headers == [
        ("From", "Quinn Adler <quinn@example.org>"),
        ("To", "quality@example.org"),
        ("Date", read_mail(MAIL).date),
        ("Subject", "Approved: tracing report of February"),
        ("Message-ID", "<1@example.org>"),
    ]
    assert not approval.names_file
    with pytest.raises(Refused, match="quinn@example.org has approved"):
        by_mail(month, report)


def test_an_e_mail_that_writes_the_sha256_is_told_from_one_that_does_not(month):
    report = month.report()
    assert by_mail(month, report, MAIL + report.sha256.upper().encode()).names_file


AGO, AHEAD = (format_datetime(timezone.now() + timedelta(days=days)) for days in (-30, 30))


@pytest.mark.parametrize(
    ("date", "why"),
    [(AGO, "before the report was made"), ("yesterday", "none that can be read"), (AHEAD, "in the future")],
    ids=["before", "yesterday", "future"],
)
def test_an_e_mail_whose_date_is_not_that_of_an_approval_is_refused_and_not_kept(month, date, why):
    report, stored = month.report(), SourceDocument.objects.count()
    with pytest.raises(Refused, match=f"its Date, “{re.escape(date)}”, is {why}"):
        by_mail(month, report, MAIL.replace(read_mail(MAIL).date.encode(), date.encode()))
    assert (report.approvals.count(), SourceDocument.objects.count()) == (0, stored)


@pytest.mark.parametrize("hours", [-5, 5])
def test_clocks_may_differ_by_some_hours(hours):
    now = timezone.now()
    assert date_trouble(format_datetime(now + timedelta(hours=hours)), now, now) == ""
    assert date_trouble(format_datetime(now + timedelta(hours=2 * hours)), now, now)


@pytest.mark.parametrize(
    "date", ["Mon, 1 Jan 0001 00:00:00 +1400", "1 Jan 99999", "1 Jan 2026 0:0:0 +99999999999", "("]
)
def test_a_date_that_no_calendar_holds_breaks_nothing(date):
    now = timezone.now()
    assert date_trouble(date, now, now)


def test_an_e_mail_that_was_kept_with_a_wrong_date_holds_no_longer(month):
    report = month.report()
    approval = by_mail(month, report)
    assert reports.standing_of(report).valid
    edit(report, made_at=timezone.now() + timedelta(days=2))
    report.refresh_from_db()
    assert "before the report was made" in problem_of(approval, report, [])


def test_final_needs_an_approval(month):
    report = month.report()
    with pytest.raises(Refused, match="No approval of tracing report .* holds. Approve it first"):
        reports.finalise(report, by=month.ada)
    by_mail(month, report)
    reports.finalise(report, by=month.ada)
    assert TracingReport.objects.get(pk=report.pk).status == "final"


def test_making_it_final_breaks_no_signature_and_keeps_the_head_of_the_record(month, final):
    assert reports.standing_of(final).in_words == ""
    assert AuditHead.objects.get().hash in [head for _, head in kept_heads()]


def test_nothing_about_a_final_or_a_discarded_one_changes(month, final):
    bob, discarded = Signer(User.objects.create_user("bob")), month.report(state="waiting")
    reports.discard(discarded, by=month.ada, reason="a try")
    for report, status in ((final, "final"), (discarded, "discarded")):
        for step in (
            lambda one=report: reports.approve(one, by=bob),
            lambda one=report: by_mail(month, one),
            lambda one=report: reports.finalise(one, by=month.ada),
            lambda one=report: reports.discard(one, by=month.ada, reason="oops"),
        ):
            with pytest.raises(Refused, match=f"Tracing report {report.pk} is {status}. Nothing about it changes"):
                step()
    assert ReportDecision.objects.count() == 2


def test_a_draft_is_discarded_with_a_reason_and_stays(month, report):
    with pytest.raises(Refused, match="Say why the draft is discarded"):
        reports.discard(report, by=month.ada, reason=" ")
    reports.discard(report, by=month.ada, reason="wrong month")
    fresh = TracingReport.objects.get(pk=report.pk)
    assert (fresh.status, fresh.decision.note, fresh.approvals.count()) == ("discarded", "wrong month", 1)
    assert not ReportedShipment.objects.exists()


def test_every_step_is_a_run_of_the_record(final):
    runs = OperationRun.objects.filter(operation__contains="tracing report").order_by("pk")
    assert [run.operation for run in runs] == [
        "make tracing report",
        "approve tracing report",
        "make tracing report final",
    ]


# -- P47: edited or copied ---------------------------------------------------------------------------------


EDITS = {  # what is edited -> how, in columns that the database lets go together
    "month": lambda month: {"month": "2026-03-01"},
    "customer": lambda month: {"customer_key": month.demo.north.pk, "customer_name": "North Clinic"},
    "product": lambda month: {"product_id": month.journey.product.pk},
    "lot": lambda month: {
        "product_id": month.journey.product.pk,
        "lot_id": month.journey.lot.pk,
        "lot_number": "L-7",
    },
    "source": lambda month: {"source": "csv"},
    "state": lambda month: {"state": "waiting"},
    "document": lambda month: {"document_id": store(b"x", "x.csv", by=month.ada).pk},
    "hash": lambda month: {"sha256": "0" * 64},
    "size": lambda month: {"size": 1},
    "rows": lambda month: {"row_count": 3},
    "shipments": lambda month: {"shipment_count": 1},
    "consignees": lambda month: {"consignee_count": 9},
    "units": lambda month: {"units": 6},
    "waiting": lambda month: {"units_waiting": 0},
    "returned": lambda month: {"units_returned": 1},
    "note": lambda month: {"note": "x"},
    "maker": lambda month: {"made_by_id": None},
    "moment": lambda month: {"made_at": "2026-01-01T00:00:00Z"},
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_of_anything_makes_the_approval_fit_no_longer_and_the_way_back_fit_again(month, report, name):
    values = EDITS[name](month)
    before = {column: getattr(report, column) for column in values}
    edit(report, **values)
    standing = reports.standing_of(TracingReport.objects.get())
    assert standing.problem and standing.broken and not standing.valid
    edit(report, **before)
    assert reports.standing_of(TracingReport.objects.get()).in_words == ""


def test_every_column_of_a_report_is_edited_here(month):
    edited = {column for values in EDITS.values() for column in values(month)}
    assert edited == {field.attname for field in TracingReport._meta.concrete_fields if not field.primary_key}


def test_an_edit_that_forges_the_record_with_it_does_not_fit_the_signature(report):
    entry = AuditEntry.objects.get(model=TracingReport._meta.label)
    assert '"units":5,' in entry.after
    edit(entry, after=entry.after.replace('"units":5,', '"units":6,'))
    edit(report, units=6)
    standing = reports.standing_of(TracingReport.objects.get())
    assert standing.problem == "" and not standing.valid
    assert standing.broken[0].problem == "the report was changed after it was signed"


def test_an_edit_shows_in_the_check_of_the_data(month, final):
    assert found_by("reports-that-no-longer-fit") == found_by("final-reports-without-approval") == []
    edit(final, units=final.units + 1)
    (words,) = found_by("reports-that-no-longer-fit")
    assert "was changed outside the application" in words and "approval by ada no longer fits" in words
    assert len(found_by("final-reports-without-approval")) == 1


def test_a_copied_report_with_copied_approval_and_signature_has_none_that_fits(month, final):
    with past_the_application():
        signature, approval = ElectronicSignature.objects.get(), final.approvals.get()
        final.pk = None
        final._state.fields_cache.clear()
        final.save(force_insert=True)
        approval.pk, approval.report_id = None, final.pk
        approval.save(force_insert=True)
        signature.pk, signature.key = None, str(final.pk)
        signature.save(force_insert=True)
    standing = reports.standing_of(final)
    assert "written outside the application" in standing.problem
    assert not standing.valid
    assert len(found_by("reports-that-no-longer-fit")) == 1


@pytest.mark.parametrize("values", [{"approver": "bob"}, {"sha256": "0" * 64}, {"note": "x"}])
def test_an_edited_approval_does_not_hold(report, values):
    edit(report.approvals.get(), **values)
    assert not reports.standing_of(report).valid


def test_an_approval_without_signature_does_not_hold(month, report):
    with past_the_application():
        ElectronicSignature.objects.all()._raw_delete("default")
    assert reports.standing_of(report).broken[0].problem == "no signature stands behind it"


def test_a_signature_on_other_words_does_not_hold(report):
    edit(ElectronicSignature.objects.get(), meaning="looked at it")
    assert not reports.standing_of(report).valid


def test_a_decision_written_past_the_application_shows(month, report):
    with past_the_application():
        ReportDecision.objects.create(report=report, outcome="final")
    assert "what became of it was written outside" in reports.standing_of(report).problem


def test_an_edited_draft_is_neither_approved_nor_made_final(month, report):
    edit(report, units=99)
    for step in (
        lambda: reports.approve(report, by=Signer(User.objects.create_user("bob"))),
        lambda: reports.finalise(report, by=month.ada),
    ):
        with pytest.raises(Refused, match="is not as it was made: the report was changed outside"):
            step()


def test_a_broken_approval_beside_a_good_one_stops_the_way_to_final(month, report):
    by_mail(month, report)
    edit(report.approvals.get(how="mail"), note="forged")
    with pytest.raises(Refused, match="approval by quinn@example.org no longer fits"):
        reports.finalise(report, by=month.ada)


def test_how_reports_stand_costs_as_much_for_one_as_for_all(month, django_assert_max_num_queries):
    one = [month.approved()]
    many = [*one, *(month.report(state=state) for state in ("matched", "waiting"))]
    for some in (one, many):
        with django_assert_max_num_queries(12):
            reports.standings_of(some)


# -- the file ----------------------------------------------------------------------------------------------


def flip_a_byte(report):
    key = report.document.storage_key
    data = bytearray(storage_place().get(key))
    data[9] ^= 1
    storage_place().put(key, bytes(data))


def test_a_flipped_byte_stops_approval_final_and_download_and_is_found_by_the_check(month, report):
    assert found_by("reports-with-damaged-file") == []
    flip_a_byte(report)
    for step in (
        lambda: reports.approve(report, by=Signer(User.objects.create_user("bob"))),
        lambda: by_mail(month, report),
        lambda: reports.finalise(report, by=month.ada),
        lambda: reports.proved(report),
    ):
        with pytest.raises(DamagedDocument):
            step()
    assert ReportApproval.objects.count() == 1 and not ReportDecision.objects.exists()
    assert len(found_by("reports-with-damaged-file")) == 1


def test_a_file_that_is_gone_is_found_by_the_check_and_storage_that_is_away_is_not(month, report, monkeypatch):
    def away(document):
        raise StorageTrouble("unreachable", "Storage cannot be reached.")

    with monkeypatch.context() as patch:
        patch.setattr("distribution.reports.making.read_bytes", away)
        assert found_by("reports-with-damaged-file") == []
    storage_place().delete(report.document.storage_key)
    assert "Storage does not hold this file" in found_by("reports-with-damaged-file")[0]


def test_a_shipment_taken_off_the_list_of_a_report_is_found_by_the_check(report):
    assert found_by("reports-listing-other-shipments") == []
    ReportedShipment.objects.filter(report=report).first().delete()
    assert found_by("reports-listing-other-shipments") == [f"tracing report {report.pk} counts 2 shipments and holds 1"]
