"""A merge: where each row goes, which value survives, what is refused, and who is found afterwards."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from customers.merging import default_survivor, relations
from customers.models import (
    REFUSE,
    Contact,
    Customer,
    CustomerAlias,
    CustomerNote,
    CustomerRep,
    NotDuplicate,
    SalesRep,
)
from customers.operations import merge_customers, not_duplicates
from distribution.statistics import waiting_for
from eqms.models import User
from eqms.operations import Approval, PlanTooLarge, Refused
from eqms.operations.undo import undo
from sales.models import SalesOrder
from tests.cast import digest


def planned(survivor, *losers, **options):
    return merge_customers.plan(master=survivor.pk, duplicates=[loser.pk for loser in losers], **options)


def merged(survivor, *losers, by="test", **options):
    return merge_customers.apply(
        Approval(by, reason="one house"), master=survivor.pk, duplicates=[loser.pk for loser in losers], **options
    )


def said(plan):
    """Return (verb, name, because) of each change."""
    return [(change.verb, change.name, change.because) for change in plan.changes]


def change(customer, **values):
    """Set values past the writer, derived columns included."""
    for name, value in values.items():
        setattr(customer, name, value)
    customer.save()
    return customer


# -- rows ----------------------------------------------------------------------------------------


def test_a_key_that_is_gone_leads_to_the_customer_it_became_however_often_that_one_was_merged(
    demo, django_assert_num_queries
):
    first, last = demo.north_inc.pk, demo.north.pk
    merged(demo.north, demo.north_inc)
    merged(demo.idle, demo.north)
    with django_assert_num_queries(1):
        assert Customer.objects.merged_into([first, last, None, 999999]) == {first: demo.idle, last: demo.idle}
    assert Customer.objects.surviving(first) == Customer.objects.surviving(demo.idle.pk) == demo.idle
    assert Customer.objects.surviving(999999) is None


def test_everything_of_the_loser_moves_and_the_loser_leaves(demo):
    CustomerNote.objects.create(customer=demo.north_inc, text="Ring twice.", author=demo.ada)
    merged(demo.north, demo.north_inc)
    assert not Customer.objects.filter(pk=demo.north_inc.pk).exists()
    assert {order.order_number for order in demo.north.orders.all()} == {"SO-1", "SO-2"}
    assert demo.north.notes.count() == 2
    assert demo.north.aliases.filter(value="northcliniclimited|2oakave").exists()


def test_a_row_is_dropped_only_where_the_survivor_has_its_twin(demo):
    plan = planned(demo.north, demo.north_inc)
    contacts = [line for line in said(plan) if line[1] in ("Anna", "Bert")]
    assert contacts == [
        ("delete", "Anna", "North Clinic has the same name and email"),
        ("update", "Bert", "North Clinic Inc becomes part of North Clinic"),
    ]


def test_what_a_dropped_row_alone_knows_goes_to_its_twin_and_what_differs_is_said(demo):
    Contact.objects.filter(customer=demo.north).update(title="Head nurse")
    Contact.objects.filter(customer=demo.north_inc, name="Anna").update(phone="41", title="Nurse")
    plan = merged(demo.north, demo.north_inc)
    anna = demo.north.contacts.get(name="Anna")
    assert (anna.phone, anna.title) == ("41", "Head nurse")
    because = next(why for verb, name, why in said(plan) if verb == "delete" and name == "Anna")
    assert because == "North Clinic has the same name and email; its title Head nurse stays, Nurse goes"


def test_the_twins_of_two_losers_become_one(demo):
    third = demo.customer("North Clinic LLC", address1="3 Ash Rd")
    Contact.objects.create(customer=third, name="Bert", email="b@example.org", phone="7")
    merged(demo.north, demo.north_inc, third)
    assert demo.north.contacts.get(name="Bert").phone == "7"


def test_of_two_primary_contacts_the_survivors_stays_primary(demo):
    Contact.objects.filter(customer=demo.north_inc, name="Bert").update(is_primary=True)
    merged(demo.north, demo.north_inc)
    assert [(c.name, c.is_primary) for c in demo.north.contacts.order_by("name")] == [("Anna", True), ("Bert", False)]


def test_a_survivor_without_primary_contact_gets_the_losers(demo):
    Contact.objects.filter(customer=demo.north).update(is_primary=False)
    Contact.objects.filter(customer=demo.north_inc, name="Bert").update(is_primary=True)
    merged(demo.north, demo.north_inc)
    assert demo.north.contacts.get(is_primary=True).name == "Bert"


def test_a_primary_contact_that_leaves_as_a_twin_hands_that_on(demo):
    Contact.objects.filter(customer=demo.north).update(is_primary=False)
    Contact.objects.filter(customer=demo.north_inc, name="Anna").update(is_primary=True)
    merged(demo.north, demo.north_inc)
    assert demo.north.contacts.get(is_primary=True).name == "Anna"


def test_the_same_further_rep_is_listed_once(demo):
    for customer in (demo.north, demo.north_inc):
        CustomerRep.objects.create(customer=customer, rep=demo.rep)
    merged(demo.north, demo.north_inc)
    assert [link.rep for link in demo.north.rep_links.all()] == [demo.rep]


def test_a_losers_primary_rep_becomes_a_further_rep(demo):
    other = SalesRep.objects.create(name="Olaf Other")
    change(demo.north, primary_rep=demo.rep)
    change(demo.north_inc, primary_rep=other)
    merged(demo.north, demo.north_inc)
    north = Customer.objects.get(pk=demo.north.pk)
    assert (north.primary_rep, [link.rep for link in north.rep_links.all()]) == (demo.rep, [other])


def test_a_primary_rep_that_was_chosen_against_stays_as_a_further_rep(demo):
    other = SalesRep.objects.create(name="Olaf Other")
    change(demo.north, primary_rep=demo.rep)
    change(demo.north_inc, primary_rep=other)
    merged(demo.north, demo.north_inc, choose=f"primary_rep={demo.north_inc.pk}")
    north = Customer.objects.get(pk=demo.north.pk)
    assert (north.primary_rep, [link.rep for link in north.rep_links.all()]) == (other, [demo.rep])


def test_what_a_person_called_distinct_from_the_loser_is_distinct_from_the_survivor(demo):
    NotDuplicate.objects.create(first=demo.idle, second=demo.north_inc, reason="other street")
    merged(demo.north, demo.north_inc)
    assert NotDuplicate.objects.get().pair == f"{demo.north.pk}-{demo.idle.pk}"


@pytest.mark.parametrize("turned", [False, True])
def test_the_same_no_about_both_is_kept_once(demo, turned):
    pair = (demo.idle, demo.north) if turned else (demo.north, demo.idle)
    NotDuplicate.objects.create(first=pair[0], second=pair[1])
    NotDuplicate.objects.create(first=demo.north_inc, second=demo.idle)
    plan = merged(demo.north, demo.north_inc)
    assert NotDuplicate.objects.get().pair == f"{demo.north.pk}-{demo.idle.pk}"
    assert any(verb == "delete" and why == "North Clinic has the same pair" for verb, _, why in said(plan))


# -- columns -------------------------------------------------------------------------------------


def test_empty_columns_are_filled_and_others_keep_the_survivors_value(demo):
    change(demo.north, phone="41")
    change(demo.north_inc, phone="42", email="inc@example.org")
    plan = merged(demo.north, demo.north_inc)
    north = Customer.objects.get(pk=demo.north.pk)
    assert (north.phone, north.email) == ("41", "inc@example.org")
    assert ("update", "North Clinic", "takes email of North Clinic Inc") in said(plan)


def test_a_person_chooses_per_column(demo):
    change(demo.north, phone="41")
    change(demo.north_inc, phone="42")
    merged(demo.north, demo.north_inc, choose=f"phone={demo.north_inc.pk}")
    assert Customer.objects.get(pk=demo.north.pk).phone == "42"


def test_no_address_is_made_of_two(demo):
    Customer.objects.filter(pk=demo.north.pk).update(address1="", city="Chicago", postal_code="")
    merged(demo.north, demo.north_inc)
    north = Customer.objects.get(pk=demo.north.pk)
    assert (north.address1, north.city, north.postal_code) == ("", "Chicago", "")


def test_an_address_that_agrees_is_completed(demo):
    change(demo.idle, state="il", city="", postal_code="", address1="")
    merged(demo.idle, demo.idle_two)
    idle = Customer.objects.get(pk=demo.idle.pk)
    assert (idle.address1, idle.city, idle.state, idle.postal_code) == ("9 Elm St", "Springfield", "il", "62701")
    assert idle.company_key == "idleone|9elmst|springfield|il|62701"
    assert CustomerAlias.objects.get(kind="key", value="idleone|il").customer == idle


def test_a_label_comes_only_with_its_leads_sheet(demo):
    change(demo.north, leads_sheet_url="https://a.example/1")
    change(demo.north_inc, leads_sheet_url="https://b.example/2", leads_sheet_label="Leads")
    merged(demo.north, demo.north_inc)
    assert Customer.objects.get(pk=demo.north.pk).leads_sheet_label == ""


def test_a_customer_in_onboarding_takes_the_status_of_the_one_that_ordered(demo):
    change(demo.idle, status="onboarding")
    merged(demo.idle, demo.north_inc)
    assert Customer.objects.get(pk=demo.idle.pk).status == "active"


def test_the_survivor_takes_a_number_it_lacks_and_the_loser_leaves_before(demo):
    merged(demo.north_inc, demo.north)
    survivor = Customer.objects.get(pk=demo.north_inc.pk)
    assert survivor.customer_number == "C-100"
    assert not CustomerAlias.objects.filter(kind="number").exists()


def test_two_numbers_leave_the_other_one_as_an_alias_whichever_is_chosen(demo):
    change(demo.north_inc, customer_number="C-200")
    merged(demo.north, demo.north_inc, choose=f"customer_number={demo.north_inc.pk}")
    assert Customer.objects.get(pk=demo.north.pk).customer_number == "C-200"
    assert CustomerAlias.objects.get(kind="number").value == "c-100"


def test_the_name_and_address_of_the_loser_can_be_chosen_whole(demo):
    key = demo.north_inc.company_key
    before = demo.north.company_key
    merged(demo.north, demo.north_inc, choose=f"facility_name={demo.north_inc.pk},address1={demo.north_inc.pk}")
    north = Customer.objects.get(pk=demo.north.pk)
    assert (north.facility_name, north.company_key) == ("North Clinic Inc", key)
    assert set(CustomerAlias.objects.filter(kind="key").values_list("value", flat=True)) == {
        before,
        "northcliniclimited|2oakave",
    }


def test_a_portal_user_moves_to_a_survivor_without_one(demo):
    user = User.objects.create_user("customer-2")
    change(demo.north_inc, portal_user=user)
    merged(demo.north, demo.north_inc)
    assert Customer.objects.get(pk=demo.north.pk).portal_user == user


# -- who is found afterwards ---------------------------------------------------------------------


def test_key_number_and_id_of_the_loser_mean_the_survivor(demo):
    change(demo.north_inc, customer_number="C-200")
    key = demo.north_inc.company_key
    merged(demo.north, demo.north_inc)
    known = Customer.objects.known_as(["C-200"], [key])
    assert known.with_number("c-200") == known.with_key(key) == demo.north
    assert CustomerAlias.objects.get(kind="id").value == str(demo.north_inc.pk)


def test_a_chain_of_merges_leads_to_the_last_survivor(demo):
    key = demo.north_inc.company_key
    merged(demo.north, demo.north_inc)
    merged(demo.idle_two, demo.north)
    assert Customer.objects.known_as([], [key]).with_key(key) == demo.idle_two
    ids = CustomerAlias.objects.filter(kind="id").order_by("pk").values_list("value", "customer")
    assert list(ids) == [(str(demo.north_inc.pk), demo.idle_two.pk), (str(demo.north.pk), demo.idle_two.pk)]


def test_the_old_address_leads_to_the_survivor(demo, as_ada):
    merged(demo.north, demo.north_inc)
    answer = as_ada.get(f"/admin/customers/customer/{demo.north_inc.pk}/change/")
    assert answer["Location"] == f"/admin/customers/customer/{demo.north.pk}/change/"


# -- what is refused -----------------------------------------------------------------------------


def test_a_customer_cannot_become_part_of_itself(demo):
    with pytest.raises(Refused, match="cannot become part of itself"):
        planned(demo.north, demo.north)


def test_an_archived_survivor_is_refused_with_the_remedy(demo):
    change(demo.north, archived_at=timezone.now())
    with pytest.raises(Refused, match="North Clinic is archived: take it out of the archive first"):
        planned(demo.north, demo.north_inc)


def test_two_portal_users_are_refused_by_name(demo):
    for number, customer in enumerate((demo.north, demo.north_inc)):
        change(customer, portal_user=User.objects.create_user(f"customer-{number}"))
    with pytest.raises(Refused, match=r"North Clinic \(customer-0\) and North Clinic Inc \(customer-1\)"):
        planned(demo.north, demo.north_inc)


def test_a_persons_no_is_respected_and_named(demo):
    run = not_duplicates.apply(Approval(demo.ada), first=demo.north_inc.pk, second=demo.north.pk, why="two houses").run
    today = timezone.localdate()
    with pytest.raises(Refused, match=f"different customers: ada said so on {today}, because “two houses”"):
        planned(demo.north, demo.north_inc)
    undo.apply(Approval("test"), run=run)
    assert planned(demo.north, demo.north_inc)


def test_a_no_of_the_systems_user_is_named_after_the_run(demo):
    not_duplicates.apply(Approval("cron (operating system)"), first=demo.north.pk, second=demo.north_inc.pk)
    with pytest.raises(Refused, match=r"cron \(operating system\) said so"):
        planned(demo.north, demo.north_inc)


def test_a_no_between_two_losers_is_respected_too(demo):
    NotDuplicate.objects.create(first=demo.idle, second=demo.idle_two, decided_by=demo.ada)
    with pytest.raises(Refused, match="Idle One and Idle Two are different customers: ada said so"):
        planned(demo.north, demo.idle, demo.idle_two)


def test_a_no_said_twice_is_noted_once(demo):
    for _ in range(2):
        plan = not_duplicates.apply(Approval(demo.ada), first=demo.north.pk, second=demo.idle.pk)
    assert (len(plan), plan.counts["skip"], NotDuplicate.objects.count()) == (0, 1, 1)
    with pytest.raises(Refused, match="one customer: name two"):
        not_duplicates.plan(first=demo.north.pk, second=demo.north.pk)


def test_a_name_that_means_a_third_customer_is_refused(demo):
    CustomerAlias.objects.create(kind="key", value=demo.north_inc.company_key, customer=demo.idle)
    with pytest.raises(Refused, match=rf"also means customer {demo.idle.pk} \(Idle One\). Merge that one too"):
        planned(demo.north, demo.north_inc)


def test_values_that_make_the_survivor_a_third_customer_are_refused(demo):
    third = demo.customer("North Clinic", address1="9 Elm St")
    with pytest.raises(Refused, match=f"would have the name and address of customer {third.pk}"):
        planned(demo.north, demo.idle_two, choose=f"address1={demo.idle_two.pk}")


def test_rows_that_refuse_keep_their_customer(demo, monkeypatch):
    monkeypatch.setattr(CustomerNote._meta.get_field("customer"), "on_merge", REFUSE)
    with pytest.raises(Refused, match=r"note of .* keeps North Clinic from being merged"):
        planned(demo.north_inc, demo.north)
    assert planned(demo.north, demo.north_inc)


@pytest.mark.parametrize("choose", ["phone=999999", "facility_name=0"])
def test_a_choice_of_somebody_else_is_refused(demo, choose):
    with pytest.raises(Refused, match="is not among those that become one"):
        planned(demo.north, demo.north_inc, choose=choose)


def test_above_the_ceiling_nothing_is_written(demo, monkeypatch):
    monkeypatch.setitem(merge_customers.__dict__, "ceiling", 3)
    before = digest()
    with pytest.raises(PlanTooLarge):
        merged(demo.north, demo.north_inc)
    assert digest() == before


# -- what is said --------------------------------------------------------------------------------


def test_the_plan_says_what_stays_what_goes_and_what_follows(demo):
    change(demo.north, phone="41")
    change(demo.north_inc, phone="42")
    plan = planned(demo.north, demo.north_inc)
    assert plan.button == "Merge 1 customer into North Clinic"
    assert "Phone: 41 stays, 42 of North Clinic Inc goes." in plan.notes
    assert plan.notes[-1] == "With the sales orders follow 1 order line."
    back = planned(demo.north_inc, demo.north)
    assert back.notes[-1] == "With the sales orders follow 1 order line, 1 shipment."


def test_the_default_survivor_is_in_use_has_a_number_and_came_first(demo):
    assert default_survivor([demo.idle_two, demo.idle]) == demo.idle
    assert default_survivor([demo.north_inc, demo.idle, demo.north]) == demo.north
    demo.north.archived_at = timezone.now()
    assert default_survivor([demo.north_inc, demo.north]) == demo.north_inc


def test_planning_asks_as_many_queries_for_many_rows_as_for_few(demo, django_assert_max_num_queries):
    orders = [SalesOrder(order_number=f"X-{n}", order_number_key=f"x-{n}", customer=demo.north_inc) for n in range(300)]
    for order in orders:
        order.order_date = timezone.localdate()
    SalesOrder.objects.bulk_create(orders)
    with django_assert_max_num_queries(30):
        assert planned(demo.north, demo.north_inc).by_model["update", "sales.SalesOrder"] == 301


def test_every_relation_is_known():
    names = {relation.model.__name__ for relation in relations()}
    assert {"SalesOrder", "Contact", "CustomerNote", "CustomerRep", "CustomerAlias", "NotDuplicate"} <= names


def test_what_was_shipped_to_the_loser_and_waits_is_seen_at_the_survivor(demo):
    demo.shipped(
        3,
        order_number="",
        consignee_name="North Clinic Inc",
        consignee_address="2 Oak Ave",
        consignee_city="Springfield",
        consignee_state="IL",
        consignee_postal_code="62701",
    )
    assert [waiting_for(customer).count() for customer in (demo.north, demo.north_inc)] == [0, 1]
    merged(demo.north, demo.north_inc)
    assert waiting_for(demo.north).count() == 1


def test_ten_thousand_at_once_are_refused_by_the_command_in_words(demo):
    with pytest.raises(CommandError, match="10,000 customers are too many at once: name at most 500"):
        call_command(
            "merge_customers", "C-100", *map(str, range(10_000)), "--yes", stdout=StringIO(), stderr=StringIO()
        )


def test_the_command_says_what_stays_and_writes_with_yes(demo):
    out = StringIO()
    names = ["C-100", f"id:{demo.north_inc.pk}"]
    with pytest.raises(CommandError, match="needs --yes"):
        call_command("merge_customers", *names, "--json", stdout=StringIO(), stderr=StringIO())
    call_command("merge_customers", *names, "--yes", "--reason", "one", stdout=out, stderr=StringIO())
    lines = out.getvalue().splitlines()
    assert "Facility name: North Clinic stays, North Clinic Inc of North Clinic Inc goes." in lines
    assert lines[-1].startswith("Wrote 7 changes (2 created, 3 updated, 2 deleted), skipped 0, run ")
