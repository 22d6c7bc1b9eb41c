"""Bulk merges: only where the search is sure, each group a run of its own, everything else left with a reason."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from customers.models import Contact, Customer, CustomerAlias, DuplicateCandidate, NotDuplicate
from customers.operations import dedupe_customers, merge_customers
from eqms import audit
from eqms.models import Job, User
from eqms.operations import Approval, act
from eqms.operations.undo import undo
from sales.operations import import_orders
from tests.cast import digest
from tests.customers.alike import alike
from tests.operation_options import a_paper_of
from tests.promises import size


def found(first, second, *, band="automatic", confidence=0.99, reasons="same phone", **values):
    low, high = sorted([first.pk, second.pk])
    told = {"confidence": confidence, "band": band, "reasons": reasons, "version": "1", **values}
    return DuplicateCandidate.objects.create(first_id=low, second_id=high, **told)


def applied(**options):
    return dedupe_customers.apply(Approval("test", reason="sure"), **options)


def left(plan):
    return {skip.name: skip.because for skip in plan.skips}


@pytest.fixture
def two_groups(demo):
    found(demo.north, demo.north_inc)
    found(demo.idle, demo.idle_two)
    return demo


def test_each_group_is_a_run_under_one_job_and_one_of_them_can_be_undone(two_groups):
    start = digest()
    plan = applied()
    first, second = plan.runs
    assert Customer.objects.count() == 2
    assert first.job_number == second.job_number == Job.objects.get(kind="dedupe_customers").pk
    undo.apply(Approval("test"), run=first)
    assert set(Customer.objects.values_list("facility_name", flat=True)) == {
        "North Clinic",
        "North Clinic Inc",
        "Idle One",
    }
    undo.apply(Approval("test"), run=second)
    assert digest() == start
    assert list(audit.verify()) == []


def test_the_reasons_of_the_search_stand_in_the_record(two_groups):
    run = applied().runs[0]
    assert run.entries.get(verb="delete", model="customers.Customer").because == (
        "becomes part of North Clinic: same phone"
    )


def test_three_of_one_group_become_one(demo):
    found(demo.north_inc, demo.idle)
    found(demo.north, demo.north_inc)
    plan = applied()
    assert [(part.name, part.counts["delete"]) for part in plan.parts] == [("Merge 2 customers into North Clinic", 3)]
    assert not Job.objects.exists()


def test_what_is_only_likely_is_left_unless_it_is_asked_for(demo):
    found(demo.north, demo.north_inc, band="likely")
    found(demo.idle, demo.idle_two, band="review")
    assert not applied()
    assert [part.name for part in applied(band="likely").parts] == ["Merge 1 customer into North Clinic"]


def test_a_group_with_a_persons_no_is_left_with_the_reason(two_groups):
    demo = two_groups
    found(demo.north_inc, demo.idle)  # all four are one group now
    NotDuplicate.objects.create(first=demo.idle, second=demo.north, decided_by=demo.ada)
    plan = applied()
    assert not plan
    assert left(plan)["North Clinic"].startswith("not merged: Idle One and North Clinic are different customers: ada")


def test_an_archived_customer_is_left_and_the_others_of_its_group_are_merged(demo):
    found(demo.north, demo.north_inc)
    found(demo.north_inc, demo.idle)
    Customer.objects.filter(pk=demo.idle.pk).update(archived_at=timezone.now())
    plan = applied()
    assert left(plan) == {"Idle One": "archived: take it out of the archive first if it is to be merged"}
    assert not Customer.objects.filter(pk=demo.north_inc.pk).exists()


def test_what_must_not_be_merged_is_left_and_the_others_are_merged(two_groups):
    demo = two_groups
    for number, customer in enumerate((demo.north, demo.north_inc)):
        Customer.objects.filter(pk=customer.pk).update(portal_user=User.objects.create_user(f"customer-{number}"))
    plan = applied()
    assert left(plan)["North Clinic"].startswith("not merged: North Clinic (customer-0) and North Clinic Inc")
    assert not Customer.objects.filter(pk=demo.idle_two.pk).exists()


def test_a_pair_of_somebody_who_is_gone_means_nothing(demo):
    found(demo.north, demo.idle)
    Customer.objects.filter(pk=demo.idle.pk).delete()
    assert not applied()


def test_a_customer_that_changed_since_the_search_is_left_to_a_person(two_groups):
    demo = two_groups
    act("edit", lambda plan: plan.update(plan.watch(demo.idle), city="Chicago", because="moved"), by="test")
    act("edit", lambda plan: plan.update(plan.watch(demo.north), status="inactive", because="closed"), by="test")
    plan = applied()
    assert left(plan) == {"Idle One": "Idle One changed or came back since it was compared: a person has to look at it"}
    assert [part.name for part in plan.parts] == ["Merge 1 customer into North Clinic"]


def test_a_merge_that_was_undone_is_not_done_again_by_itself(demo):
    found(demo.north, demo.north_inc)
    undo.apply(Approval("test"), run=applied().run)
    plan = applied()
    assert not plan
    assert "came back since" in left(plan)["North Clinic"]


def test_ten_thousand_duplicates_of_one_customer_are_left(demo):
    many = size(1000, 10_000)
    rows = Customer.objects.bulk_create(Customer(facility_name="Same", company_key=f"same{i}") for i in range(many))
    told = {"confidence": 0.99, "band": "automatic", "reasons": "x", "version": "1"}
    DuplicateCandidate.objects.bulk_create(
        DuplicateCandidate(first_id=rows[0].pk, second_id=row.pk, **told) for row in rows[1:]
    )
    plan = applied()
    assert not plan
    assert left(plan)["Same"].startswith(f"{many} customers in one group: too many")


def test_planning_asks_as_many_queries_for_many_groups_as_for_few(demo, django_assert_max_num_queries):
    rows = Customer.objects.bulk_create(Customer(facility_name=f"F{i}", company_key=f"f{i}") for i in range(200))
    for one, other in zip(rows[::2], rows[1::2], strict=True):
        Contact.objects.create(customer=other, name="Ann", email=f"{other.pk}@example.org")
        found(one, other)
    with django_assert_max_num_queries(30):
        plan = dedupe_customers.plan()
    assert len([part for part in plan.parts if len(part)]) == 100


def test_a_no_about_two_groups_follows_both(two_groups):
    demo = two_groups
    NotDuplicate.objects.create(first=demo.north_inc, second=demo.idle_two)
    start = digest()
    plan = applied()
    assert NotDuplicate.objects.get().pair == f"{demo.north.pk}-{demo.idle.pk}"
    for run in reversed(plan.runs):
        undo.apply(Approval("test"), run=run)
    assert digest() == start


# -- the command ---------------------------------------------------------------------------------


def ran(*arguments):
    out, err = StringIO(), StringIO()
    call_command("dedupe_customers", "--no-search", *arguments, stdout=out, stderr=err)
    return out.getvalue()


def test_the_command_searches_before_it_lists_or_merges(demo):
    one, other = alike()
    out, err = StringIO(), StringIO()
    call_command("dedupe_customers", "--list", stdout=out, stderr=err)
    assert f"    customer {other.pk} (Saint Marys Hosp, Springfield, IL 62701)" in out.getvalue().splitlines()
    assert "Compared anew: 2 pairs among 6 customers" in err.getvalue()
    call_command("dedupe_customers", "--merge", "--yes", "--reason", "sure", stdout=out, stderr=err)
    assert CustomerAlias.objects.get(kind="id", value=str(other.pk)).customer == one


def test_the_list_shows_groups_with_confidence_band_and_reasons(demo):
    found(demo.north, demo.north_inc)
    found(demo.idle, demo.idle_two, band="review", confidence=0.4, reasons="same place")
    lines = ran("--list").splitlines()
    assert lines[0] == "automatic, 99%: same phone"
    assert lines[1] == f"    customer {demo.north.pk} (North Clinic, Springfield, IL 62701)"
    assert lines[3] == "review, 40%: same place"
    assert lines[-1] == "2 groups of 4 customers that may be one. Nothing was written."
    assert ran("--list", "--min-confidence", "0.9").splitlines()[-1].startswith("1 groups of 2")


def test_the_list_as_json_leaves_out_what_a_person_refused(two_groups):
    NotDuplicate.objects.create(first=two_groups.idle_two, second=two_groups.idle)
    answer = json.loads(ran("--json"))
    assert answer["count"] == 1
    assert [row["facility_name"] for row in answer["groups"][0]["customers"]] == ["North Clinic", "North Clinic Inc"]


def test_the_report_names_every_run(two_groups):
    lines = ran("--merge", "--yes", "--reason", "sure").splitlines()
    assert lines[-3].endswith(": Merge 1 customer into North Clinic (7 changes)")
    assert "2 runs (" in lines[-1]


@pytest.mark.parametrize("arguments", [["--min-confidence", "2"], ["--merge", "--band", "review"]])
def test_values_that_mean_nothing_are_errors_in_words(demo, arguments):
    with pytest.raises(CommandError):
        ran(*arguments)


# -- the name of the loser -----------------------------------------------------------------------


def test_importing_the_old_name_afterwards_creates_nothing(demo):
    key = demo.north_inc.company_key
    merge_customers.apply(Approval("test"), master=demo.north.pk, duplicates=[demo.north_inc.pk])
    a_paper_of(demo, "SO-901", "North Clinic, Inc.", street="2 Oak Ave")
    before = Customer.objects.count()
    import_orders.apply(Approval("test"))
    assert Customer.objects.count() == before
    assert demo.north.orders.filter(order_number="SO-901").exists()
    assert CustomerAlias.objects.get(value=key).customer == demo.north


def test_found_in_the_future_of_a_clock_that_was_set_back_is_no_error(demo):
    found(demo.north, demo.north_inc, found_at=timezone.now() + timedelta(days=1))
    assert applied()
