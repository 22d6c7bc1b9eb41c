"""The clean-up: who leaves, who stays, and what is said about those who stay."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.holders import holder, holders
from customers.models import Contact, Customer
from customers.operations import cleanup_zero_order_customers
from distribution.models import Distribution
from eqms.operations import Approval


def planned():
    """Return (names of the deleted, {name: why it is kept})."""
    plan = cleanup_zero_order_customers.plan()
    return [change.name for change in plan.changes], {skip.name: skip.because for skip in plan.skips}


def test_customers_without_orders_that_nothing_refers_to_leave(demo):
    assert planned() == (["Idle One", "Idle Two"], {})
    cleanup_zero_order_customers.apply(Approval(demo.ada))
    assert not Customer.objects.without_orders().exists()


def test_customers_with_orders_are_neither_deleted_nor_listed(demo):
    deleted, kept = planned()
    assert not {"North Clinic", "North Clinic Inc"} & {*deleted, *kept}


def test_each_relation_that_holds_a_customer_is_named_with_its_count(demo):
    for number in range(2):
        Contact.objects.create(customer=demo.idle, name=f"Contact {number}", email=f"{number}@example.org")
    assert planned() == (["Idle Two"], {"Idle One": "kept: 2 contacts"})


def test_a_waiting_shipment_holds_the_customer_it_was_sent_to(demo):
    consignee = {
        "consignee_name": "Idle Two",
        "consignee_address": "9 Elm St",
        "consignee_city": "Springfield",
        "consignee_state": "IL",
        "consignee_postal_code": "62701",
    }
    shipment = demo.shipped(1, order_number="SO-78", **consignee)
    assert shipment.consignee_key == demo.idle_two.company_key
    assert planned() == (["Idle One"], {"Idle Two": "kept: a waiting shipment of 2026-01-05 names it"})
    Distribution.objects.filter(pk=shipment.pk).update(voided_at=timezone.now(), void_reason="entered in error")
    assert planned()[0] == ["Idle One", "Idle Two"]


@pytest.mark.parametrize(("age_days", "is_kept"), [(0, True), (179, True), (180, False), (400, False)])
def test_onboarding_is_kept_for_180_days(demo, age_days, is_kept):
    since = timezone.now() - timedelta(days=age_days)
    demo.customer("Klinik Jung", status="onboarding", created_at=since)
    deleted, kept = planned()
    assert ("Klinik Jung" in kept, "Klinik Jung" in deleted) == (is_kept, not is_kept)
    if is_kept:
        first, last = timezone.localdate(since), timezone.localdate(since) + timedelta(days=180)
        assert kept["Klinik Jung"] == f"kept: onboarding since {first}, kept until {last}"


def test_several_holders_are_all_named(demo):
    Contact.objects.create(customer=demo.idle, name="Ann", email="a@example.org")
    Customer.objects.filter(pk=demo.idle.pk).update(status="onboarding")
    assert planned()[1]["Idle One"].startswith("kept: 1 contact, onboarding since ")


def test_an_app_above_can_hold_customers(demo, monkeypatch):
    monkeypatch.setattr("customers.holders.holders", list(holders))

    @holder
    def by_name(keys):
        return {key: "a wish holds it" for key in keys if key.startswith("idleone")}

    assert planned() == (["Idle Two"], {"Idle One": "kept: a wish holds it"})


def test_younger_customers_can_be_left_out(demo):
    plan = cleanup_zero_order_customers.plan(created_before=timezone.localdate() - timedelta(days=30))
    assert len(plan) == 0


def test_the_selection_bounds_the_clean_up(demo):
    plan = cleanup_zero_order_customers.plan(Customer.objects.filter(pk__in=[demo.idle.pk, demo.north.pk]))
    assert [change.name for change in plan.changes] == ["Idle One"]


def test_queries_do_not_grow_with_the_customers(demo, django_assert_max_num_queries):
    Customer.objects.bulk_create(Customer(facility_name=f"F{i}", company_key=f"f{i}") for i in range(500))
    with django_assert_max_num_queries(20):
        assert len(cleanup_zero_order_customers.plan()) == 502
