"""Tracing reports in the admin: made, handed out, approved, made final, discarded."""

import hashlib
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from distribution import reports
from distribution.models import ReportApproval, ReportedShipment, TracingReport
from distribution.reports import Asked
from eqms import roles
from eqms.models import ElectronicSignature, SourceDocument, User
from eqms.storage.places import storage_place

from .reported import MAIL, Month, edit

NEW = "/admin/tracing-reports/new"
LIST = "/admin/distribution/tracingreport/"


@pytest.fixture
def month(demo):
    return Month(demo)


def page_of(report) -> str:
    return f"{LIST}{report.pk}/change/"


def text_of(answer) -> str:
    return unescape(answer.content.decode())


def step(client, report, name, **said) -> str:
    return text_of(client.post(reverse(name, args=[report.pk]), said, follow=True))


def test_what_it_would_hold_is_shown_before_it_is_made(as_ada, month):
    shown = text_of(as_ada.get(f"{NEW}?month=2026-02"))
    assert "Make a draft of 2 rows" in shown and "Klinik Müller" in shown and "⚠ waiting" in shown
    assert not TracingReport.objects.exists()
    made = text_of(as_ada.post(NEW, {"month": "2026-02", "note": "for the audit"}, follow=True))
    assert "is made, as a draft: 2 rows." in made and "February 2026. Made" in made and "for the audit" in made


def test_without_a_month_the_last_one_is_meant(as_ada, month):
    day = timezone.localdate().replace(day=1) - timedelta(days=1)
    month.journey.ship(9, ship_date=day, booked=False)
    shown = text_of(as_ada.get(f"{NEW}?lot=L-7&product=A-2"))
    assert "Make a draft of 1 row" in shown and f'value="{day:%Y-%m}"' in shown
    assert f'value="{day:%Y-%m}"' in text_of(as_ada.get(NEW))


def test_void_shipments_left_out_are_counted(as_ada, month):
    month.waiting.void(by=month.ada, reason="never sent")
    assert "1 void of the month, left out" in text_of(as_ada.get(f"{NEW}?month=2026-02"))


def test_the_same_again_leads_to_the_report_that_is_there(as_ada, month):
    month.report()
    again = text_of(as_ada.post(NEW, {"month": "2026-02"}, follow=True))
    assert "says exactly this already. No second one was made." in again
    assert TracingReport.objects.count() == 1


def test_a_month_that_is_not_over_is_made_with_a_warning(as_ada, month):
    assert "The month is not over" in text_of(as_ada.get(f"{NEW}?month={timezone.localdate():%Y-%m}"))


def test_a_report_of_a_month_that_was_not_over_says_so_on_its_page_and_where_it_is_approved(as_ada, month):
    today = timezone.localdate()
    early = reports.make_report(Asked(today.replace(day=1)), by=month.ada)
    words = f"{today:%B %Y} was not over when this was made: later shipments are not in it."
    assert text_of(as_ada.get(page_of(early))).count(words) == 3
    assert "was not over" not in text_of(as_ada.get(page_of(month.report())))


NEXT = timezone.localdate() + timedelta(days=40)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("month=soon", "“soon” is no month. Write it like 2026-01."),
        ("month=2026-13", "“2026-13” is no month"),
        (f"month={NEXT:%Y-%m}", "This month has not begun"),
        ("month=2026-02&customer=nobody", "No customer is known by “nobody”"),
        ("month=2026-02&product=nothing", "No product is known by “nothing”"),
        ("month=2026-02&lot=nowhere", "No lot and no shipment is known by the number nowhere."),
        ("month=2026-02&state=x", "Select a valid choice"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_the_form(as_ada, month, query, words):
    shown = text_of(as_ada.get(f"{NEW}?{query}"))
    assert words in shown and "Make a draft" not in shown


def test_a_lot_number_of_two_products_asks_for_the_product(as_ada, month):
    month.journey.ship(1, product=month.journey.other_product, lot="L-7", corrected=None, booked=False)
    assert "name the product (A-2, B-9)" in text_of(as_ada.get(f"{NEW}?month=2026-02&lot=L-7"))
    assert "Make a draft of 2 rows" in text_of(as_ada.get(f"{NEW}?month=2026-02&lot=L-7&product=A-2"))


def test_it_is_asked_for_by_customer_and_lot(as_ada, month):
    query = f"month=2026-02&customer={month.demo.north.customer_number}&lot=l7X"
    as_ada.post(NEW, dict(pair.split("=") for pair in query.split("&")))
    report = TracingReport.objects.get()
    assert report.scope == "February 2026, North Clinic, lot L-7 of A-2"
    assert "customer=" in text_of(as_ada.get(page_of(report))) or report.units == 3


def test_the_file_is_handed_out_with_its_hash(as_ada, month):
    report = month.report()
    answer = as_ada.get(reverse("report_file", args=[report.pk]))
    assert hashlib.sha256(answer.content).hexdigest() == report.sha256
    assert "attachment" in answer["Content-Disposition"] and "2026-02.csv" in answer["Content-Disposition"]
    assert report.sha256 in text_of(as_ada.get(page_of(report)))


def test_a_damaged_file_is_said_on_the_page_and_not_handed_out(as_ada, month):
    report = month.report()
    storage_place().put(report.document.storage_key, b"other bytes")
    shown = text_of(as_ada.get(page_of(report)))
    assert "The file is damaged." in shown and "Approve and sign" not in shown
    assert as_ada.get(reverse("report_file", args=[report.pk])).status_code == 503
    assert "Nothing was written" in step(as_ada, report, "approve_report", password="pw")


def test_a_draft_is_signed_with_the_password_and_made_final(as_ada, month):
    report = month.report()
    assert "It needs an approval first." in text_of(as_ada.get(page_of(report)))
    assert "The password is not right" in step(as_ada, report, "approve_report", password="guess")
    assert not ElectronicSignature.objects.exists()
    signed = step(as_ada, report, "approve_report", password="pw", reason="checked line by line")
    assert "You approved and signed" in signed and "checked line by line" in signed
    assert "Approve and sign" not in signed  # each person approves once
    final = step(as_ada, report, "finalise_report")
    assert "is final. Nothing about it changes any more." in final
    assert "Discard this draft" not in final and "Approve and sign" not in final


def test_without_an_approval_it_does_not_become_final(as_ada, month):
    assert "No approval of tracing report" in step(as_ada, month.report(), "finalise_report")


def upload(client, report, data, name="approval.eml") -> str:
    return step(client, report, "approve_report_by_mail", file=SimpleUploadedFile(name, data))


def test_an_uploaded_e_mail_approves_it_and_its_headers_are_shown(as_ada, month):
    report = month.report()
    shown = upload(as_ada, report, MAIL)
    assert "The e-mail of quinn@example.org is kept" in shown
    for words in ("Quinn Adler <quinn@example.org>", "Approved: tracing report of February", "<1@example.org>"):
        assert words in shown
    assert "does not write the sha256" in shown
    kept = ReportApproval.objects.get().document
    assert hashlib.sha256(MAIL).hexdigest() == kept.sha256 and kept.sha256 in shown


def test_an_e_mail_does_not_read_valid_as_a_signature_does(as_ada, month):
    report = month.report()
    shown = upload(as_ada, report, MAIL)
    assert ">e-mail kept<" in shown and ">valid<" not in shown
    shown = upload(as_ada, report, MAIL.replace(b"quinn@", b"rosa@") + report.sha256.encode())
    assert ">names the file<" in shown and ">valid<" not in shown
    assert ">valid<" in step(as_ada, report, "approve_report", password="pw")


def test_markup_in_a_subject_is_text(as_ada, month):
    report = month.report()
    data = MAIL.replace(b"Subject: ", b"Subject: <script>alert(1)</script> ")
    answer = as_ada.post(
        reverse("approve_report_by_mail", args=[report.pk]), {"file": SimpleUploadedFile("a.eml", data)}, follow=True
    )
    assert b"&lt;script&gt;alert(1)" in answer.content and b"<script>alert" not in answer.content


def test_the_same_e_mail_twice_is_refused(as_ada, month):
    report = month.report()
    upload(as_ada, report, MAIL)
    assert "quinn@example.org has approved tracing report" in upload(as_ada, report, MAIL)
    assert ReportApproval.objects.count() == 1


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 x", b"hello", bytes(100)], ids=["empty", "pdf", "words", "zeros"])
def test_a_file_that_is_no_e_mail_is_refused_and_not_kept(as_ada, month, data):
    report = month.report()
    before = SourceDocument.objects.count()
    assert "This is no e-mail" in upload(as_ada, report, data)
    assert SourceDocument.objects.count() == before


def test_a_file_that_is_too_large_is_refused_by_name(as_ada, month, monkeypatch):
    monkeypatch.setattr("distribution.views.reports.LARGEST_MAIL", 1024 * 1024)
    said = upload(as_ada, month.report(), MAIL + b"x" * 1024 * 1024, "large.eml")
    assert "large.eml has 1.1 MB, more than the 1 MB of one file" in said
    assert not ReportApproval.objects.exists()


def test_no_file_is_said(as_ada, month):
    assert "Choose the e-mail." in step(as_ada, month.report(), "approve_report_by_mail")


def test_a_draft_is_discarded_with_its_reason_and_stays_in_the_list(as_ada, month):
    report = month.report()
    assert "Nothing was written" in step(as_ada, report, "discard_report", reason="")
    shown = step(as_ada, report, "discard_report", reason="wrong month")
    assert "is discarded. It stays here" in shown and "wrong month" in shown
    assert "February 2026" in text_of(as_ada.get(f"{LIST}?status=discarded"))
    assert "February 2026" not in text_of(as_ada.get(f"{LIST}?status=draft"))


def test_what_the_log_says_since_stands_on_the_page_in_words(as_ada, month):
    report = month.report()
    assert "The log still says exactly what this report says." in text_of(as_ada.get(page_of(report)))
    month.waiting.void(by=month.ada, reason="never sent")
    shown = text_of(as_ada.get(page_of(report)))
    assert "The log has changed since: 1 row differs." in shown
    assert "never sent" in shown and f"{NEW}?month=2026-02" in shown


def test_a_long_report_is_compared_when_a_person_asks(as_ada, month, monkeypatch):
    monkeypatch.setattr("distribution.admin.reports.COMPARED_AT_ONCE", 1)
    report = month.report()
    shown = text_of(as_ada.get(page_of(report)))
    assert "Compare it with the log as it is now" in shown and "still says exactly" not in shown
    assert "still says exactly" in text_of(as_ada.get(f"{page_of(report)}?compare"))


def test_shipments_taken_off_the_list_of_a_report_show_on_its_page(as_ada, month):
    report = month.report()
    ReportedShipment.objects.filter(report=report).first().delete()
    shown = text_of(as_ada.get(page_of(report)))
    assert "It holds 1 of the 2 shipments that it counts. See the record" in shown
    assert "It holds 1 of" not in text_of(as_ada.get(page_of(month.report(source="manual"))))
    assert "is not as it was made: it holds 1 of" in step(as_ada, report, "approve_report", password="pw")


def test_an_edit_past_the_application_shows_on_page_and_list(as_ada, month):
    report = month.approved()
    assert "no longer fits" not in text_of(as_ada.get(LIST))
    edit(report, units=9)
    shown = text_of(as_ada.get(page_of(report)))
    assert "This report does not stand as it was made." in shown
    assert "the approval by ada no longer fits" in shown and "Make tracing report" not in shown
    assert "no longer fits" in text_of(as_ada.get(LIST))


def test_the_units_of_the_lots_add_up_to_those_of_the_report(as_ada, month):
    month.journey.ship(4, lot="L-8", corrected=None, booked=False)
    goods = as_ada.get(page_of(month.report())).context["goods"]
    assert [(one.sku, one.lot, one.units, one.waiting) for one in goods] == [("A-2", "L-7", 5, 2), ("A-2", "L-8", 4, 4)]


def test_short_addresses_and_links_lead_here(as_ada, month):
    assert as_ada.get("/admin/tracing-reports")["Location"] == LIST
    assert LIST in text_of(as_ada.get("/admin/"))
    assert NEW in text_of(as_ada.get("/admin/distribution/distribution/"))
    assert f"{NEW}?lot=L-7" in text_of(as_ada.get(f"/admin/trace/?lot={month.journey.lot.pk}"))


def test_warehouse_drafts_quality_approves_and_others_look(client, month):
    roles.seed()
    may = {"quality": (200, True), "warehouse": (200, False), "sales": (403, False), "viewer": (403, False)}
    report = month.report()
    for role, (drafts, approves) in may.items():
        person = User.objects.create_user(role, password="pw", is_staff=True)
        person.groups.add(Group.objects.get(name=role))
        client.force_login(person)
        assert client.get(page_of(report)).status_code == 200
        assert client.get(reverse("report_file", args=[report.pk])).status_code == 200
        assert client.get(NEW).status_code == drafts
        expected = 302 if approves else 403
        for name in ("approve_report", "approve_report_by_mail", "finalise_report"):
            assert client.post(reverse(name, args=[report.pk]), {"password": "no"}).status_code == expected
        discarded = client.post(reverse("discard_report", args=[report.pk]), {"reason": ""})
        assert discarded.status_code == (302 if drafts == 200 else 403)
    assert reports.standing_of(report).in_words == ""
