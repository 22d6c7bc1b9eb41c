"""The form of a customer: whom it looks like is said before it is saved, whom it is already is refused."""

from html import unescape

import pytest

from customers.models import Customer, CustomerAlias, NotDuplicate

from .alike import SAME_PLACE

ADD = "/admin/customers/customer/add/"
MARY = {"facility_name": "Saint Mary's Hospital, Inc.", "address1": "10 Willow St", "phone": "210 505 1000"}


def form(client, address=ADD, **values):
    """Return what the page of the form sends, with ``values`` typed in."""
    answer = client.get(address)
    sent = {}
    for part in [answer.context["adminform"].form, *(one.formset for one in answer.context["inline_admin_formsets"])]:
        forms = [part] if hasattr(part, "instance") and not hasattr(part, "forms") else [part.management_form, *part]
        for one in forms:
            sent |= {field.html_name: field.value() for field in one if field.value() is not None}
    return sent | values


def customer_page(customer):
    return f"/admin/customers/customer/{customer.pk}/change/"


@pytest.fixture
def mary(demo):
    street = {"address1": "10 Willow Street", "phone": "210-505-1000"}
    return Customer.objects.create(facility_name="St. Mary's Hospital", **street, **SAME_PLACE)


def test_a_near_match_is_shown_with_its_reasons_and_nothing_typed_is_lost(mary, as_ada):
    answer = as_ada.post(ADD, form(as_ada, **MARY, **SAME_PLACE, reason="called us", leads_sheet_label="X 26"))
    page = unescape(answer.content.decode())
    [one] = answer.context["adminform"].form.suggestions
    assert f'<a href="{customer_page(mary)}">Open St. Mary\'s Hospital</a>' in page
    assert one.reasons in page and "phone" in one.reasons
    assert "It is another customer: save anyway" in page
    assert all(text in page for text in ["Saint Mary's Hospital, Inc.", "called us", "X 26"])
    assert not Customer.objects.filter(facility_name=MARY["facility_name"]).exists()


def test_save_anyway_saves_it_as_another_customer(mary, as_ada):
    sent = form(as_ada, **MARY, **SAME_PLACE)
    seen = as_ada.post(ADD, sent).context["adminform"].form.seen
    answer = as_ada.post(ADD, {**sent, "save_anyway": seen})
    assert answer.status_code == 302
    assert Customer.objects.filter(facility_name=MARY["facility_name"]).exists()


def test_save_anyway_covers_only_the_customers_that_were_shown(mary, as_ada, demo):
    answer = as_ada.post(ADD, form(as_ada, **MARY, **SAME_PLACE, save_anyway=str(demo.idle.pk)))
    assert [one.customer_id for one in answer.context["adminform"].form.suggestions] == [mary.pk]


def test_what_was_said_stays_said_while_something_else_is_mended(mary, as_ada):
    sent = form(as_ada, **MARY, **SAME_PLACE)
    seen = as_ada.post(ADD, sent).context["adminform"].form.seen
    page = as_ada.post(ADD, {**sent, "save_anyway": seen, "email": "no address"}).content.decode()
    assert f'<input type="hidden" name="save_anyway" value="{seen}">' in page


def test_a_change_that_makes_two_alike_is_asked_about(mary, as_ada, demo):
    page = customer_page(demo.idle)
    answer = as_ada.post(page, form(as_ada, page, **MARY))
    assert [one.customer_id for one in answer.context["adminform"].form.suggestions] == [mary.pk]


def test_a_change_of_anything_else_asks_nothing(mary, as_ada):
    twin = Customer.objects.create(**MARY, **SAME_PLACE)
    page = customer_page(twin)
    assert as_ada.post(page, form(as_ada, page, leads_sheet_label="Leads 2026")).status_code == 302


def test_a_persons_no_is_respected(mary, as_ada):
    twin = Customer.objects.create(**MARY, **SAME_PLACE)
    NotDuplicate.objects.create(first=mary, second=twin)
    page = customer_page(twin)
    assert as_ada.post(page, form(as_ada, page, phone="210 505 1000 x2")).status_code == 302


def refused(answer):
    """Return the page of a form that was refused, and the customers that it leads to."""
    assert answer.status_code == 200
    return unescape(answer.content.decode()), answer.context["adminform"].form.twins


def test_the_same_name_and_address_is_refused_with_the_link(mary, as_ada):
    same = {"facility_name": "St. Mary's Hospital Inc", "address1": "10 Willow Street", **SAME_PLACE}
    page, twins = refused(as_ada.post(ADD, form(as_ada, **same)))
    assert twins == [mary]
    assert "A customer with this name and address exists already." in page
    assert f'<a href="{customer_page(mary)}">Open St. Mary\'s Hospital</a>' in page
    assert "save anyway" not in page


def test_the_number_of_another_customer_is_refused_with_the_link(demo, as_ada):
    page, twins = refused(as_ada.post(ADD, form(as_ada, facility_name="Far Away", customer_number="c-100")))
    assert twins == [demo.north]
    assert "Another customer has this customer number." in page


@pytest.mark.parametrize("kind, value", [("number", "old-7"), ("key", "faraway")])
def test_what_meant_a_customer_before_is_refused_with_the_link(demo, as_ada, kind, value):
    CustomerAlias.objects.create(kind=kind, value=value, customer=demo.idle)
    page, twins = refused(as_ada.post(ADD, form(as_ada, facility_name="Far Away", customer_number="OLD-7")))
    assert twins == [demo.idle]
    assert "means another customer already" in page


def test_a_customer_may_take_back_its_own_old_number(demo, as_ada):
    CustomerAlias.objects.create(kind="number", value="old-7", customer=demo.idle)
    page = customer_page(demo.idle)
    assert as_ada.post(page, form(as_ada, page, customer_number="OLD-7")).status_code == 302


def test_the_page_of_a_customer_names_whom_the_search_found_alike(demo, as_ada, django_user_model):
    demo.candidate(demo.idle, demo.idle_two, reasons="same phone")
    page = unescape(as_ada.get(customer_page(demo.idle_two)).content.decode())
    link = f"/admin/customers/duplicates/?pair={demo.idle.pk}-{demo.idle_two.pk}"
    assert f'Looks like <a href="{link}">Idle One</a>' in page
    assert "(same phone)" in page
    assert "Looks like" not in as_ada.get(customer_page(demo.north)).content.decode()
