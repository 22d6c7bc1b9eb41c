"""A customer about to be created that looks like a known one is said to do so; only a person takes it."""

import json

import pytest

from customers.models import Customer, CustomerAlias
from eqms.operations import Approval
from eqms.operations.undo import undo
from eqms.storage import store
from sales.models import DocumentSegment, SalesOrder
from sales.operations import import_orders, import_sales_orders, new_orders
from sales.order_file import ORDER_FILE
from tests.cast import digest
from tests.sales.test_import_orders import paper

Status = DocumentSegment.Status
PRINTED = {
    "ship_to.name": "Saint Marys Hosp",
    "ship_to.lines": ["10 Willow St."],
    "contact_phone": "(217) 555-0123",
}


@pytest.fixture
def mary(demo):
    """A known customer whom the paper spells otherwise."""
    return demo.customer("St. Mary's Hospital", address1="10 Willow Street", phone="217-555-0123")


@pytest.fixture
def printed(demo):
    """Record a paper as read and return its row."""

    def make(number, **values):
        return demo.paper(kind="sales_order", status=Status.READ, fields=json.dumps(paper(number, **values)))

    return make


def apply():
    return import_orders.apply(Approval("test"))


def page_of(row):
    return f"/admin/sales-orders/papers/{row.pk}"


def choose(client, row, customer):
    return client.post(f"{page_of(row)}/customer", {"customer": customer.pk if customer else ""}, follow=True)


def test_a_preview_says_whom_a_new_customer_looks_like_and_why(mary, printed):
    printed("SO-500", **PRINTED)
    [warning] = import_orders.plan().warnings
    assert warning.startswith(
        f"Saint Marys Hosp is new with order SO-500 and looks like customer {mary.pk} (St. Mary's"
    )
    assert "same phone" in warning


def test_it_is_never_taken_by_itself(mary, printed):
    printed("SO-500", **PRINTED)
    apply()
    assert SalesOrder.objects.get(order_number="SO-500").customer.facility_name == "Saint Marys Hosp"


def test_what_is_said_is_no_part_of_what_is_confirmed(mary, printed):
    printed("SO-500", **PRINTED)
    shown = import_orders.plan().fingerprint
    Customer.objects.filter(pk=mary.pk).update(phone="")
    assert import_orders.plan().fingerprint == shown


def test_a_customer_found_by_name_and_address_or_like_nobody_is_passed_over_in_silence(mary, printed):
    printed("SO-500")
    printed("SO-501", **{"ship_to.name": "東京病院", "ship_to.lines": ["5 Ring"], "ship_to.city": "Tokyo"})
    assert import_orders.plan().warnings == []


def test_a_file_of_orders_says_it_too(mary):
    text = "Order Number,Order Date,Facility Name,Address,City,State,Zip,SKU,Quantity\n"
    text += "SO-500,2026-03-01,Saint Marys Hosp,10 Willow St.,Springfield,IL,62701,A-1,2\n"
    document = store(text.encode(), "orders.csv", by="test")
    ORDER_FILE.read(document)
    [warning] = import_sales_orders.plan(document=document).warnings
    assert f"looks like customer {mary.pk}" in warning


def test_many_are_counted_and_not_all_compared(mary, printed, monkeypatch):
    monkeypatch.setattr(new_orders, "MOST_SAID", 1)
    monkeypatch.setattr(new_orders, "MOST_COMPARED", 2)
    for number in range(3):
        printed(f"SO-50{number}", **{**PRINTED, "ship_to.name": f"Saint Marys Hosp {'X' * number}"})
    warnings = import_orders.plan().warnings
    assert warnings[1:3] == [
        "1 more new customers look like known ones",
        "only the first 2 of 3 new customers were compared with the known ones",
    ]


def test_the_page_of_the_paper_offers_the_customer_and_the_choice_counts(mary, printed, as_ada):
    row = printed("SO-500", **PRINTED)
    shown = as_ada.get(page_of(row)).content.decode()
    assert "A new customer, or one of these?" in shown
    assert "It is this one" in shown
    answer = choose(as_ada, row, mary).content.decode()
    assert "A person chose" in answer
    assert "It is this one" not in answer
    assert import_orders.plan().warnings == []
    apply()
    assert SalesOrder.objects.get(order_number="SO-500").customer == mary


def test_the_page_of_a_paper_whose_customer_is_found_asks_for_none(printed, as_ada):
    shown = as_ada.get(page_of(printed("SO-500"))).content.decode()
    assert "SO-500" in shown and "It is this one" not in shown


def test_a_chosen_customer_is_found_by_that_name_from_then_on(mary, printed, as_ada):
    choose(as_ada, printed("SO-500", **PRINTED), mary)
    run = apply().run
    assert CustomerAlias.objects.get(customer=mary, kind="key").value.startswith("saintmaryshosp|")
    printed("SO-501", **PRINTED)
    apply()
    assert SalesOrder.objects.get(order_number="SO-501").customer == mary
    assert not Customer.objects.filter(facility_name="Saint Marys Hosp").exists()
    assert run.created == 3


def test_undo_takes_the_order_and_the_name_back(mary, printed, as_ada):
    choose(as_ada, printed("SO-500", **PRINTED), mary)
    before = digest()
    undo.apply(Approval("test"), run=apply().run)
    assert digest() == before


def test_a_choice_can_be_taken_back(mary, printed, as_ada):
    row = printed("SO-500", **PRINTED)
    choose(as_ada, row, mary)
    choose(as_ada, row, None)
    row.refresh_from_db()
    assert (row.chosen, row.status) == (None, Status.READ)
    assert len(import_orders.plan().warnings) == 1


def test_a_choice_stays_when_the_figures_are_completed(mary, printed, as_ada, demo):
    row = printed("SO-500", **PRINTED)
    choose(as_ada, row, mary)
    row.refresh_from_db()
    row.correct({"po_number": "PO-7"}, by=demo.ada)
    row.refresh_from_db()
    assert (row.chosen, json.loads(row.corrections)["po_number"]) == (mary.pk, "PO-7")


def test_a_name_without_address_can_be_given_its_customer(demo, printed, as_ada):
    bare = Customer.objects.create(facility_name="Bare Clinic")
    nowhere = dict.fromkeys(("ship_to.lines", "ship_to.city", "ship_to.state", "ship_to.zip"))
    row = printed("SO-500", **{"ship_to.name": "Bare Clinic", **nowhere})
    apply()
    assert "It is this one" in as_ada.get(page_of(row)).content.decode()
    choose(as_ada, row, bare)
    apply()
    assert SalesOrder.objects.get(order_number="SO-500").customer == bare
    assert not bare.aliases.exists()


def test_another_name_without_address_does_not_mean_the_chosen_customer_from_then_on(demo, printed, as_ada):
    bare = Customer.objects.create(facility_name="Bare Clinic")
    nowhere = dict.fromkeys(("ship_to.lines", "ship_to.city", "ship_to.state", "ship_to.zip"))
    choose(as_ada, printed("SO-500", **{"ship_to.name": "Naked Clinic", **nowhere}), bare)
    apply()
    assert SalesOrder.objects.get(order_number="SO-500").customer == bare
    assert not bare.aliases.exists()


def test_a_chosen_customer_that_was_merged_is_the_one_that_it_became(mary, printed, as_ada, demo):
    choose(as_ada, printed("SO-500", **PRINTED), mary)
    CustomerAlias.objects.create(kind="id", value=str(mary.pk), customer=demo.idle)
    mary.delete()
    apply()
    assert SalesOrder.objects.get(order_number="SO-500").customer == demo.idle


def test_a_chosen_customer_that_is_gone_leaves_the_paper_to_a_person(mary, printed, as_ada):
    row = printed("SO-500", **PRINTED)
    choose(as_ada, row, mary)
    mary.delete()
    apply()
    row.refresh_from_db()
    assert (row.status, row.problem) == (
        Status.NEEDS_REVIEW,
        "The customer who was chosen is no longer there. Choose the customer.",
    )


def test_a_customer_that_is_not_there_cannot_be_chosen(mary, printed, as_ada):
    row = printed("SO-500", **PRINTED)
    answer = as_ada.post(f"{page_of(row)}/customer", {"customer": "9" * 30}, follow=True)
    assert "no longer there, or archived" in answer.content.decode()
    row.refresh_from_db()
    assert row.chosen is None


# -- new ones among each other -----------------------------------------------------------------------


def test_two_new_customers_of_one_import_that_look_like_each_other_are_named(demo, printed):
    printed("SO-500", **PRINTED)
    printed("SO-501", **{**PRINTED, "ship_to.name": "St. Mary's Hospital", "ship_to.lines": ["10 Willow Street"]})
    printed("SO-502", **{"ship_to.name": "東京病院", "ship_to.lines": ["5 Ring"], "ship_to.city": "Tokyo"})
    [warning] = import_orders.plan().warnings
    assert warning.startswith(
        "Saint Marys Hosp is new with order SO-500 and looks like St. Mary's Hospital, which is new with order SO-501: "
    )
    assert "same phone" in warning


def test_of_many_that_look_alike_the_rest_is_counted(demo, printed, monkeypatch):
    monkeypatch.setattr(new_orders, "MOST_SAID", 1)
    for nth, word in enumerate(("Saint Marys Hosp", "St. Mary's Hospital", "St Marys Hospital LLP", "Saint Mary Hosp")):
        printed(f"SO-50{nth}", **{**PRINTED, "ship_to.name": word, "ship_to.lines": [f"10 Willow St Suite {nth}"]})
    warnings = import_orders.plan().warnings
    assert len(warnings) == 2
    assert warnings[1].endswith("more pairs of new customers look like each other")
