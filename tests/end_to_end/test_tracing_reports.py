"""Tracing reports in a browser: made, signed, final, and then broken by an edit."""

import pytest
from playwright.sync_api import expect

from distribution.models import TracingReport
from tests.distribution.reports.reported import MAIL, Month, edit


@pytest.fixture
def visit_as_ada(demo, client, visit):
    client.force_login(demo.ada)
    visit.sign_in_quietly(client)
    return visit


def test_a_report_is_signed_and_then_broken_by_an_edit(visit_as_ada, demo, tmp_path):
    month, page = Month(demo), visit_as_ada.page
    month.journey.ship(4, lot="L-8", corrected=None, tracking_number="1Z-88")
    visit_as_ada.open("/admin/")
    page.get_by_role("link", name="Tracing reports").first.click()
    visit_as_ada.look("no tracing reports")
    page.get_by_role("link", name="New tracing report").click()
    page.get_by_label("Month").fill("2026-02")
    page.get_by_label("Customer").fill("nobody")
    page.get_by_role("button", name="Show what it would hold").click()
    page.get_by_text("No customer is known by “nobody”").wait_for()
    assert page.get_by_label("Month").input_value() == "2026-02"
    visit_as_ada.look("a tracing report that cannot be asked for")
    page.get_by_label("Customer").fill("")
    page.get_by_role("button", name="Show what it would hold").click()
    page.get_by_label("What it is for").fill("For the audit in March")
    visit_as_ada.look("what a tracing report would hold")
    page.get_by_role("button", name="Make a draft of 3 rows").click()
    page.get_by_text("is made, as a draft").wait_for()
    visit_as_ada.look("a draft of a tracing report")

    page.get_by_label("Your password, to sign").fill("pw")
    page.get_by_role("button", name="Approve and sign").click()
    page.get_by_text("You approved and signed").wait_for()
    mail = tmp_path / "approval.eml"
    mail.write_bytes(MAIL)
    page.get_by_label("E-mail (.eml)").set_input_files(str(mail))
    page.get_by_role("button", name="Keep the e-mail as an approval").click()
    page.get_by_text("The e-mail of quinn@example.org is kept").wait_for()
    visit_as_ada.look("an approved tracing report")
    page.get_by_role("button", name="Make tracing report").click()
    page.get_by_text("is final. Nothing about it changes any more.").wait_for()

    month.waiting.void(by=demo.ada, reason="Entered in error: never sent")
    page.reload()
    page.get_by_text("The log has changed since: 1 row differs.").wait_for()
    visit_as_ada.look("a final tracing report after a change of the log")
    page.get_by_text("All that is signed").click()
    page.get_by_text("Made at:").wait_for()

    edit(TracingReport.objects.get(), units=8)
    page.reload()
    page.get_by_text("This report does not stand as it was made.").wait_for()
    expect(page.get_by_text("no longer fits", exact=True)).to_have_count(2)
    visit_as_ada.look("a tracing report that was edited")
    visit_as_ada.open("/admin/tracing-reports")
    page.get_by_text("no longer fits").wait_for()
    visit_as_ada.look("the list of tracing reports")


def test_a_tracing_report_is_readable_in_the_dark_too(visit_as_ada, demo):
    report = Month(demo).approved()
    visit_as_ada.theme("dark")
    visit_as_ada.look_at(f"/admin/distribution/tracingreport/{report.pk}/change/", "-dark")
