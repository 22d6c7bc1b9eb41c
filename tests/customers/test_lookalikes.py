"""Whom a row looks like: answered from an index that follows what anybody writes."""

import threading

import pytest
from django.db import connection, transaction

from customers import lookalikes as module
from customers.lookalikes import COLUMNS, Lookalikes, lookalikes, record
from customers.models import Customer, NotDuplicate
from eqms.operations import Approval, Plan, act, write
from eqms.operations.undo import undo

from .alike import SAME_PLACE, alike

MARY = {
    "facility_name": "Saint Mary's Hospital, Inc.",
    "address1": "10 Willow St",
    "phone": "210 505 1000",
} | SAME_PLACE


@pytest.fixture
def mary(demo):
    """One customer that MARY looks like."""
    first, second = alike()
    second.delete()
    return first


def names(found):
    return [one.name for one in found]


def columns(customer):
    return {name: getattr(customer, name) for name in COLUMNS}


def changed(customer, by, **values):
    return act("correct", lambda plan: plan.update(plan.watch(customer), because="test", **values), by=by)


def test_says_whom_a_new_row_looks_like_and_why(mary):
    [found] = lookalikes.like(MARY)
    assert (found.customer_id, found.name, found.location) == (mary.pk, mary.facility_name, "Springfield, IL 62701")
    assert "phone" in found.reasons
    assert found.band in ("automatic", "likely", "review") and 0 < found.confidence <= 1
    assert found.address == f"/admin/customers/customer/{mary.pk}/change/"


def test_a_row_does_not_look_like_itself(mary):
    assert lookalikes.like(columns(mary), key=mary.pk) == []


def test_what_looks_like_nobody_gets_no_suggestion(mary):
    assert lookalikes.like({"facility_name": "Zebra Dental of Reno", "city": "Reno", "state": "NV"}) == []


def test_both_lines_of_an_address_are_read():
    read = record(1, {"facility_name": "A", "address1": "1 Main St", "address2": "Suite 5", "phone": None})
    assert (read.address, read.phone, read.id) == ("1 Main St, Suite 5", "", 1)


def test_an_archived_customer_is_not_suggested(mary, demo):
    assert names(lookalikes.like(MARY)) == [mary.facility_name]
    changed(mary, demo.ada, archived_at=mary.created_at)
    assert lookalikes.like(MARY) == []


def test_a_persons_no_is_respected(mary, demo):
    other = Customer.objects.create(**MARY)
    lookalikes.forget()
    assert mary.facility_name in names(lookalikes.like(columns(other), key=other.pk))
    NotDuplicate.objects.create(first=other, second=mary, decided_by=demo.ada)
    assert mary.facility_name not in names(lookalikes.like(columns(other), key=other.pk))


def test_follows_rows_that_are_created_changed_archived_and_undone(demo):
    assert lookalikes.like(MARY) == []
    created = act("add", lambda plan: plan.create(Customer, because="test", **MARY), by=demo.ada)
    mary = Customer.objects.get(facility_name=MARY["facility_name"])
    assert names(lookalikes.like(MARY)) == [mary.facility_name]
    changed(mary, demo.ada, facility_name="Ottawa Dental", phone="", address1="7 Far Rd", city="Ottawa", postal_code="")
    assert lookalikes.like(MARY) == []
    undo.apply(Approval(demo.ada, reason="back"), run=mary_run(mary))
    assert names(lookalikes.like(MARY)) == [MARY["facility_name"]]
    undo.apply(Approval(demo.ada, reason="back"), run=created.run)
    assert lookalikes.like(MARY) == []


def mary_run(mary):
    return module.AuditEntry.objects.filter(model="customers.Customer", key=str(mary.pk)).latest("pk").run


def test_two_indexes_agree_after_each_write(mary, demo):
    one, other = Lookalikes(), Lookalikes()
    assert one.like(MARY) == other.like(MARY) != []
    changed(mary, demo.ada, facility_name="St. Mary's Hospital of Springfield")
    assert names(one.like(MARY)) == names(other.like(MARY)) == ["St. Mary's Hospital of Springfield"]


def test_an_answer_without_news_costs_two_queries_however_many_rows(mary, django_assert_num_queries):
    lookalikes.like(MARY)
    with django_assert_num_queries(2):  # the head of the chain, and names
        lookalikes.like_all([MARY] * 50)


def test_an_older_state_of_the_database_is_noticed(mary, demo):
    changed(mary, demo.ada, phone="210-505-1000 x1")
    lookalikes.like(MARY)
    Customer.objects.filter(pk=mary.pk).update(facility_name="Ottawa Dental", phone="", address1="", city="Ottawa")
    lookalikes._hash = "0" * 64  # as after a restored backup: the chain no longer holds what was read
    assert lookalikes.like(MARY) == []


def test_what_was_changed_past_the_record_is_seen_after_the_index_is_built_anew(mary, monkeypatch):
    aged = Lookalikes(rebuilt_after_seconds=0)
    aged.like(MARY)
    Customer.objects.filter(pk=mary.pk).update(facility_name="Ottawa Dental", phone="", address1="", city="Ottawa")
    monkeypatch.setattr(threading.Thread, "start", threading.Thread.run)
    monkeypatch.setattr(module.connections, "close_all", lambda: None)  # the thread is this one
    aged.like(MARY)
    assert aged.like(MARY) == []


def test_a_write_that_was_seen_and_then_rolled_back_is_forgotten(transactional_db):
    lookalikes.like(MARY)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        plan = Plan("add")
        plan.create(Customer, because="test", **MARY)
        write(plan, actor="test")
        assert names(lookalikes.like(MARY)) == [MARY["facility_name"]]
        raise ZeroDivisionError
    act("add", lambda plan: plan.create(Customer, facility_name="Far Away", because="test"), by="test")
    assert lookalikes.like(MARY) == []


def test_many_threads_may_ask_while_rows_change(transactional_db):
    customer, _ = alike()
    wrong = []

    def ask():
        try:
            for _ in range(20):
                if not lookalikes.like(MARY):
                    wrong.append("nobody found")
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(5):
        changed(customer, "test", phone=f"210-505-1000 x{n}")
    for thread in threads:
        thread.join()
    assert wrong == []
