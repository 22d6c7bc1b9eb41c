"""The page of a customer in a browser: answers, notes, archive; tabs by keyboard; names of all scripts."""

from functools import partial

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from customers.models import Contact, Customer, CustomerAlias, CustomerRep, SalesRep
from eqms.operations import act
from sales.models import SalesOrder

LIST = "/admin/customers/customer/"
LONG = "Universitätsklinikum für Unfallchirurgie, Orthopädie und Wiederherstellungschirurgie Donaueschingen-Mitte " * 2
ARABIC = "مستشفى الملك فيصل التخصصي ومركز الأبحاث"


@pytest.fixture
def visit_as_ada(demo, client, visit):
    client.force_login(demo.ada)
    visit.sign_in_quietly(client)
    return visit


def change(row, values, plan):
    plan.update(plan.watch(row), because="changed in the admin", **values)


@pytest.fixture
def busy(demo):
    """North Clinic with everything that can hang on a customer, and customers with names of many scripts."""
    north = demo.north
    gone = SalesRep.objects.create(name="Carl Brandt", is_active=False)
    CustomerRep.objects.create(customer=north, rep=gone)
    Contact.objects.create(customer=north, name=ARABIC, title="Purchasing", phone="+966 11 464 7272")
    CustomerAlias.objects.create(customer=north, kind="number", value="old-4410")
    values = {"status": "onboarding", "primary_rep": demo.rep, "account_manager": demo.ada, "phone": "555"}
    sheet = {"leads_sheet_url": "https://sheets.example/secret/8000", "leads_sheet_label": "Leads North"}
    for changed in (values, {"phone": "556"}, sheet):
        draft = partial(change, north, changed)
        act("change customers.Customer", draft, by=demo.ada, reason="new contract" if "phone" in changed else "")
    for number in range(12):
        north.add_note(f"Note {number}. Receiving dock closes at 14:30.", by=demo.ada)
        order = demo.ordered(f"N-{number}", north, quantity=5)
        if number % 2:
            demo.shipped(5, sales_order=order)
    for name in (LONG.strip(), ARABIC, "東京大学医学部附属病院", "x" * 200):
        Customer.objects.create(facility_name=name[:200])
    demo.idle.archive(by=demo.ada, reason="closed for good")
    return north


def test_the_pages_of_customers_are_readable_in_light_and_dark(visit_as_ada, busy, demo):
    archived, empty = demo.idle, Customer.objects.get(facility_name="x" * 200)
    for theme in ("light", "dark"):
        visit_as_ada.theme(theme)
        visit_as_ada.look_at(f"{LIST}?tab=all", f"-{theme}")
        visit_as_ada.look_at(f"{LIST}{busy.pk}/change/", f"-{theme}")
    for row in (archived, empty, Customer.objects.get(facility_name=ARABIC)):
        visit_as_ada.look_at(f"{LIST}{row.pk}/change/")
    visit_as_ada.look_at(f"{LIST}{busy.pk}/timeline/")
    visit_as_ada.look_at(f"{LIST}{busy.pk}/history/")
    visit_as_ada.look_at(f"/admin/customers/salesrep/{demo.rep.pk}/change/")
    visit_as_ada.look_at(f"/admin/customers/salesrep/{SalesRep.objects.get(is_active=False).pk}/change/")


def test_tabs_are_reached_by_keyboard_and_on_a_phone(visit_as_ada, busy):
    page = visit_as_ada.page
    visit_as_ada.at("phone")
    visit_as_ada.open(LIST)
    tabs = page.get_by_role("navigation", name="Customers by status")
    tabs.get_by_role("link", name="all in use").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**tab=archived")
    assert tabs.locator("[aria-current=page]").inner_text().split() == ["archived", "1"]
    page.get_by_role("link", name="Idle One").wait_for()


def test_a_note_is_written_and_a_customer_archived_and_taken_back(visit_as_ada, demo):
    page = visit_as_ada.page
    visit_as_ada.open(f"{LIST}{demo.idle_two.pk}/change/")
    page.get_by_label("Write a note").fill("Ring twice.")
    page.get_by_role("button", name="Add note").click()
    page.get_by_text("The note about Idle Two is written.").wait_for()
    page.get_by_role("region", name="Notes").get_by_text("Ring twice.").wait_for()
    page.get_by_label("Why it is archived").fill("moved away")
    page.get_by_role("button", name="Archive this customer").click()
    page.get_by_text("Idle Two is archived").wait_for()
    visit_as_ada.look("an archived customer")
    page.get_by_label("Why it is used again").fill("they are back")
    page.get_by_role("button", name="Unarchive this customer").click()
    page.get_by_text("Idle Two is in use again.").wait_for()
    assert Customer.objects.get(pk=demo.idle_two.pk).archived_at is None


def test_an_archived_customer_and_a_rep_who_left_are_not_offered(visit_as_ada, busy):
    page = visit_as_ada.page
    visit_as_ada.open("/admin/sales/salesorder/add/")
    page.get_by_role("combobox", name="Customer").click()
    page.locator(".select2-search__field").fill("idle")
    page.get_by_role("option", name="Idle Two").wait_for()
    expect(page.get_by_role("option", name="Idle One")).to_have_count(0)


def test_an_order_that_owes_units_is_named_first(visit_as_ada, busy):
    SalesOrder.objects.filter(order_number="N-11").update(order_date=timezone.localdate())
    visit_as_ada.open(f"{LIST}{busy.pk}/change/")
    visit_as_ada.page.get_by_role("link", name="units still owed").click()
    assert visit_as_ada.page.url.endswith("#due")
