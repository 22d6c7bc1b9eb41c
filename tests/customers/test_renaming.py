"""A customer that gets another name, address or number is still found by the old one."""

import pytest

from customers.models import Customer, CustomerAlias
from customers.renaming import Renaming, plan_change
from eqms.models import OperationRun
from eqms.operations import Approval, Plan, Refused, act
from eqms.operations.undo import undo
from tests.cast import digest
from tests.eqms.test_pages import submit


def change(customer, **values):
    """Write ``values`` of a customer as an action."""
    return act("rename", lambda plan: plan_change(plan, plan.watch(customer), because="moved", **values), by="test").run


def aliases_of(customer):
    return {(alias.kind, alias.value) for alias in customer.aliases.all()}


def found_by(customer):
    """Return who is found by the number and key that ``customer`` has in memory."""
    known = Customer.objects.known_as([customer.customer_number], [customer.company_key])
    return known.with_number(customer.customer_number), known.with_key(customer.company_key)


def test_a_new_name_leaves_the_old_key_behind(demo):
    change(demo.north, facility_name="North Hospital")
    assert aliases_of(demo.north) == {("key", demo.north.company_key)}
    assert found_by(demo.north) == (demo.north, demo.north)


def test_a_new_number_leaves_the_old_one_behind(demo):
    change(demo.north, customer_number="C-200")
    assert aliases_of(demo.north) == {("number", "c-100")}
    assert found_by(demo.north) == (demo.north, demo.north)


def test_a_number_that_is_taken_away_goes_on_meaning_its_customer(demo):
    change(demo.north, customer_number=None)
    assert aliases_of(demo.north) == {("number", "c-100")}


def test_what_changes_no_key_leaves_nothing_behind(demo):
    change(demo.north, facility_name="NORTH CLINIC, Inc.", phone="555-0100", customer_number="c-100")
    assert aliases_of(demo.north) == set()


def test_a_name_that_comes_back_needs_no_second_alias(demo):
    for name in ("North Hospital", "North Clinic", "North Hospital"):
        change(demo.north, facility_name=name)
    assert CustomerAlias.objects.filter(customer=demo.north, kind="key").count() == 2


def test_undo_takes_the_alias_away_again(demo):
    before = digest()
    run = change(demo.north, facility_name="North Hospital", customer_number="C-200")
    undo.apply(Approval("test"), run=run)
    assert digest() == before


def test_refuses_to_leave_a_name_to_another_customer(demo):
    CustomerAlias.objects.create(kind="key", value=demo.north.company_key, customer=demo.idle)
    with pytest.raises(Refused, match=f"also means customer {demo.idle.pk} .Idle One.. Merge the two"):
        change(demo.north, facility_name="North Hospital")
    assert Customer.objects.filter(facility_name="North Hospital").count() == 0


def test_many_changes_ask_once_what_the_old_names_mean(demo, django_assert_num_queries):
    rows, plan = list(Customer.objects.all()), Plan("test")
    with django_assert_num_queries(1):
        renaming = Renaming(plan, rows)
        for row in rows:
            renaming.change(row, because="moved", city="Shelbyville")
    assert plan.counts == {"update": 4, "create": 4}


def test_a_save_in_the_admin_leaves_the_old_key_behind_in_the_same_run(demo, as_ada):
    answer = submit(as_ada, f"/admin/customers/customer/{demo.idle_two.pk}/change/", {"facility_name": "Busy Two"})
    assert answer.status_code == 302, answer.context["errors"]
    assert aliases_of(demo.idle_two) == {("key", demo.idle_two.company_key)}
    run = OperationRun.objects.get()
    assert (run.updated, run.created) == (1, 1)


def test_a_save_in_the_admin_that_would_leave_a_name_to_another_says_so_in_the_form(demo, as_ada):
    CustomerAlias.objects.create(kind="key", value=demo.idle_two.company_key, customer=demo.north)
    answer = submit(as_ada, f"/admin/customers/customer/{demo.idle_two.pk}/change/", {"facility_name": "Busy Two"})
    assert answer.status_code == 200
    assert "also means customer" in answer.content.decode()
