"""Ten pairs are judged by the keyboard alone; the review at 1280 and 390 pixels; the form that asks first."""

import pytest
from playwright.sync_api import expect

from customers.duplicate_search import search
from customers.models import Customer, NotDuplicate
from eqms.models import OperationRun
from tests.customers.alike import alike

REVIEW = "/admin/customers/duplicates/"


@pytest.fixture
def visit_as_ada(demo, client, visit):
    client.force_login(demo.ada)
    visit.sign_in_quietly(client)
    return visit


@pytest.fixture
def ten(demo):
    """Nine couples that the search found, and the two North Clinics."""
    for nth in range(9):
        alike(nth)
    return search()


def focused(page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.tagName")


def heading(page) -> str:
    return page.locator("#pair-heading").inner_text()


def press_and_wait(page, key: str) -> None:
    """Press ``key`` and wait until another step is on the page."""
    page.evaluate("document.getElementById('main').dataset.seen = 'yes'")
    page.keyboard.press(key)
    expect(page.locator("#main[data-seen]")).to_have_count(0)


def test_ten_pairs_are_judged_by_the_keyboard_alone(ten, visit_as_ada):
    page = visit_as_ada.page
    visit_as_ada.open(REVIEW)
    expect(page.get_by_text("0 of 10 decided")).to_be_visible()
    put_off = heading(page)
    press_and_wait(page, "l")
    for decided in range(1, 6):
        before = heading(page)
        press_and_wait(page, "n")
        assert heading(page) != before
        assert focused(page) == "pair-heading"
        expect(page.get_by_text(f"{decided} of 10 decided")).to_be_visible()
    for decided in range(6, 11):
        press_and_wait(page, "s")
        press_and_wait(page, "m")
        assert focused(page) == "merge-reason"
        assert decided < 10 or heading(page) == put_off
        page.keyboard.type("the same house and phone")
        press_and_wait(page, "Enter")
        expect(page.get_by_text(f"{decided} of 10 decided")).to_be_visible()
    assert heading(page) == "No pair waits"
    assert NotDuplicate.objects.count() == 5
    assert OperationRun.objects.filter(operation="merge_customers", actor_name="ada").count() == 5


def test_a_plan_is_left_by_escape_and_letters_typed_in_a_field_are_no_keys(ten, visit_as_ada):
    page = visit_as_ada.page
    visit_as_ada.open(REVIEW)
    press_and_wait(page, "m")
    page.keyboard.type("nsl")
    assert page.locator("#merge-reason").input_value() == "nsl"
    press_and_wait(page, "Escape")
    page.locator("#refuse-reason").focus()
    page.keyboard.type("lmn")
    page.keyboard.press("Escape")
    assert page.locator("#refuse-reason").input_value() == "lmn"
    assert not NotDuplicate.objects.exists()


def test_the_keys_can_be_turned_off_and_stay_off(ten, visit_as_ada):
    page = visit_as_ada.page
    visit_as_ada.open(REVIEW)
    page.locator("#keys-on").uncheck()
    page.locator("#pair-heading").focus()
    page.keyboard.press("n")
    page.reload()
    assert not page.locator("#keys-on").is_checked()
    assert not NotDuplicate.objects.exists()


def test_every_step_of_the_review_is_quiet_narrow_and_without_barriers(ten, demo, visit_as_ada):
    visit, page = visit_as_ada, visit_as_ada.page
    first = Customer.objects.get(facility_name="St. Mary's Hospital")
    third = Customer.objects.create(facility_name="St Mary Hospital of Springfield Illinois", city="Springfield")
    demo.candidate(first, third, band="review", confidence=0.6)
    visit.look_at(REVIEW)
    press_and_wait(page, "m")
    visit.look("review with the plan of a merge")
    page.get_by_label("Reason").fill("one house")
    page.get_by_role("button", name="Merge 1 customer into").click()
    expect(page.locator(".messagelist").get_by_text("Merged into")).to_be_visible()
    visit.look("review after a merge")
    visit.look_at(f"{REVIEW}?state=ZZ&band=automatic")
    visit.look_at(f"{REVIEW}?pair={demo.idle.pk}-{demo.idle_two.pk}")


def test_the_review_works_without_script(ten, browser, client, demo, live_server):
    client.force_login(demo.ada)
    context = browser.new_context(java_script_enabled=False)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + REVIEW)
    page.get_by_role("button", name="Not a duplicate").click()
    expect(page.get_by_text("1 of 10 decided")).to_be_visible()
    page.get_by_role("link", name="Merge: show the plan").click()
    page.get_by_label("Reason").fill("one house")
    page.get_by_role("button", name="Merge 1 customer into").click()
    expect(page.locator(".messagelist").get_by_text("Merged into")).to_be_visible()
    page.get_by_role("button", name="Later").click()
    expect(page.get_by_text("2 of 10 decided")).to_be_visible()
    context.close()


def test_the_form_asks_before_it_saves_a_customer_that_looks_like_another(ten, visit_as_ada):
    visit, page = visit_as_ada, visit_as_ada.page
    visit.open("/admin/customers/customer/add/")
    page.get_by_label("Facility name").fill("Saint Mary's Hospital, Inc.")
    page.get_by_label("Address:", exact=True).fill("10 Willow St")
    page.get_by_label("City").fill("Springfield")
    page.get_by_label("State").fill("IL")
    page.locator("#id_phone").fill("210 505 1000")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="Open St. Mary's Hospital")).to_be_visible()
    visit.look("a customer that looks like another")
    assert page.get_by_label("Facility name").input_value() == "Saint Mary's Hospital, Inc."
    page.get_by_label("Facility name").press("Enter")  # asks again: Enter in a field does not save by itself
    page.get_by_label("It is another customer: save anyway").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
