"""Who is meant by a number or a name, and what keeps a customer."""

import pytest
from django.core.exceptions import ValidationError

from customers.company_key import company_key
from customers.models import Contact, Customer, CustomerAlias, CustomerKey, CustomerRep, SalesRep
from eqms.operations import Plan, Refused
from sales.models import SalesOrder


def keys(*customers):
    return [customer.company_key for customer in customers]


def test_the_printed_number_decides_before_the_name(demo):
    known = Customer.objects.known_as(["c-100"], keys(demo.idle))
    assert known.find("C-100", demo.idle.company_key) == demo.north


def test_an_unknown_number_leaves_the_name_to_decide(demo):
    known = Customer.objects.known_as(["C-999"], keys(demo.idle))
    assert known.find("C-999", demo.idle.company_key) == demo.idle


def test_aliases_of_both_kinds_mean_the_customer(demo):
    CustomerAlias.objects.create(kind="number", value="old-7", customer=demo.idle)
    known = Customer.objects.known_as(["OLD-7"], ["northcliniclimited|2oakave"])
    assert known.find("old-7", "") == demo.idle
    assert known.find(None, "northcliniclimited|2oakave") == demo.north_inc


def test_a_customers_own_number_counts_before_anothers_alias(demo):
    CustomerAlias.objects.create(kind="number", value="c-100", customer=demo.idle)
    assert Customer.objects.known_as(["C-100"], []).with_number("C-100") == demo.north


def test_a_name_alone_suggests_and_never_attaches(demo):
    lonely = Customer.objects.create(facility_name="Lonely")
    known = Customer.objects.known_as([], [company_key("Lonely")])
    assert known.with_key("lonely") is None
    assert known.suggested_by("lonely") == lonely


def test_an_equal_postal_code_never_attaches(demo):
    near = company_key("North Surgery", "1 Main St", "Springfield", "IL", "62701")
    assert Customer.objects.known_as([], [near]).find(None, near) is None


def test_knows_any_number_of_customers_in_three_queries(demo, django_assert_num_queries):
    numbers, names = [f"N-{n}" for n in range(3000)], [f"name{n}|street" for n in range(3000)]
    with django_assert_num_queries(3):
        Customer.objects.known_as(numbers + ["C-100"], names)


def test_a_key_longer_than_its_column_finds_nobody(demo):
    Customer.objects.filter(pk=demo.idle.pk).update(company_key="x" * 300)
    assert Customer.objects.known_as([], ["x" * 301]).suggested_by("x" * 300) is None


def test_a_customer_planned_in_the_same_import_is_found_again(demo):
    known = Customer.objects.known_as([], [])
    new = Plan("test").create(Customer, facility_name="New", city="Here", customer_number="N 1", because="x")
    known.add(new)
    assert known.find(None, "new|here") is new
    assert known.find("n1", "") is new


def test_only_customers_that_nothing_refers_to_are_without_references(demo):
    assert set(Customer.objects.without_references()) == {demo.idle, demo.idle_two}
    Contact.objects.create(customer=demo.idle, name="Carl")
    assert set(Customer.objects.without_references()) == {demo.idle_two}


def test_customers_of_today_can_be_left_out(demo):
    made = demo.idle.created_at.date()
    assert not Customer.objects.without_references(created_before=made).exists()


def test_says_what_holds_a_customer(demo, django_assert_num_queries):
    with django_assert_num_queries(len(Customer._meta.related_objects)):
        held = Customer.objects.held_by()
    assert set(map(str, held[demo.north_inc.pk])) == {"1 sales order", "2 contacts", "1 customer alias"}
    assert demo.idle.pk not in held


def test_says_only_what_holds_the_chosen_ones(demo):
    assert set(Customer.objects.filter(pk=demo.idle.pk).held_by()) == set()


def test_a_new_relation_has_to_say_what_a_merge_does():
    with pytest.raises(TypeError, match="on_merge"):
        CustomerKey(related_name="+")


def test_every_relation_has_a_rule_for_merging():
    fields = [relation.field for relation in Customer._meta.related_objects]
    assert SalesOrder._meta.get_field("customer") in fields
    assert [field for field in fields if not isinstance(field, CustomerKey)] == []


def test_a_changed_address_changes_the_key(demo):
    plan = Plan("test")
    plan.update(demo.idle, address1="5 New St", because="moved")
    assert demo.idle.company_key == "idleone|5newst|springfield|il|62701"


def test_a_plan_refuses_a_name_without_letter_and_digit(demo):
    with pytest.raises(Refused, match="holds no letter and no digit"):
        Plan("test").create(Customer, facility_name="***", because="x")


def test_a_form_says_it_beside_the_name(demo):
    with pytest.raises(ValidationError) as refusal:
        Customer(facility_name="***").full_clean()
    assert "facility_name" in refusal.value.message_dict


def test_the_primary_rep_stands_first_and_once(demo):
    other = SalesRep.objects.create(name="Abe")
    for rep in (demo.rep, other):
        CustomerRep.objects.create(customer=demo.north, rep=rep)
    demo.north.primary_rep = demo.rep
    assert demo.north.reps() == [demo.rep, other]


def test_a_leads_sheet_shows_its_label_where_it_has_one():
    customer = Customer(leads_sheet_url="https://example.org/secret", leads_sheet_label="Leads 2026")
    assert customer.leads_sheet == "Leads 2026"
