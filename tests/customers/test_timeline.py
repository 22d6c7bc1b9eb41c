"""What happened to a customer: told from the record, run by run."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from customers.known_as import former_names
from customers.models import Contact, Customer, CustomerAlias, CustomerRep
from customers.operations import merge_customers
from customers.standing import standing_of
from customers.timeline import timeline_of
from distribution.models import Distribution
from eqms.models import User
from eqms.operations import Approval, act
from eqms.operations.undo import undo
from sales.models import SalesOrder


def write(demo, draft, operation="change customers.Customer", reason=""):
    return act(operation, draft, by=demo.ada, reason=reason).run


def change(demo, row, *, operation="change customers.Customer", because="changed in the admin", reason="", **values):
    return write(demo, lambda plan: plan.update(plan.watch(row), because=because, **values), operation, reason)


def told(customer, user, **options):
    """Return the events as (sentences, why)."""
    events = timeline_of(customer, user, **options).events
    return [([f"{s.subject} {s.words}".strip() for s in event.sentences], event.why) for event in events]


def merge(demo, survivor, loser):
    approval = Approval(demo.ada, reason="the same house")
    return merge_customers.apply(approval, master=survivor.pk, duplicates=[loser.pk]).run


@pytest.fixture
def anna(demo):
    return Contact.objects.get(customer=demo.north)


def test_a_change_says_what_was_before(demo):
    change(demo, demo.north, phone="555")
    change(demo, demo.north, phone="556", reason="they moved")
    assert told(demo.north, demo.ada) == [(["phone 555 -> 556"], "they moved"), (["phone empty -> 555"], "")]


def test_keys_that_follow_from_names_are_not_told(demo):
    change(demo, demo.north, facility_name="Northern Clinic")
    assert told(demo.north, demo.ada)[0][0] == ["facility name North Clinic -> Northern Clinic"]


def test_people_around_a_customer_are_told_by_name(demo, anna):
    change(demo, anna, phone="1")
    write(demo, lambda plan: plan.create(CustomerRep, customer=demo.north, rep=demo.rep, because="x"))
    demo.north.add_note("Ring twice.", by=demo.ada)
    assert [sentences for sentences, _ in told(demo.north, demo.ada)] == [
        ["customer note Ring twice. added"],
        ["further rep Rita Rep added"],
        ["contact Anna phone empty -> 1"],
    ]


def test_a_contact_that_left_stays_in_the_timeline_with_all_before_it(demo, anna):
    change(demo, anna, phone="1")
    write(demo, lambda plan: plan.delete(plan.watch(anna), because="removed in the admin"))
    assert [sentences for sentences, _ in told(demo.north, demo.ada)] == [
        ["contact Anna removed"],
        ["contact Anna phone empty -> 1"],
    ]
    assert told(demo.north_inc, demo.ada) == []


def test_a_customer_whose_number_begins_alike_is_another_one(demo):
    twin = Customer.objects.create(pk=demo.north.pk * 10, facility_name="Twin")
    contact = Contact.objects.create(customer=twin, name="Zoe")
    write(demo, lambda plan: plan.delete(plan.watch(contact), because="x"))
    assert (len(told(twin, demo.ada)), told(demo.north, demo.ada)) == (1, [])


def test_orders_and_shipments_are_imported(demo):
    values = {"order_number": "1001", "order_date": "2026-01-01", "customer": demo.north}
    write(demo, lambda plan: plan.create(SalesOrder, because="printed so", **values), "import_orders")
    order = SalesOrder.objects.get(order_number="1001")
    shipment = {"ship_date": "2026-01-02", "order_number": "1001", "sales_order": order}
    write(demo, lambda plan: plan.create(Distribution, because="row 2", **shipment), "import_distributions")
    assert told(demo.north, demo.ada) == [
        (["shipment 1001 imported"], "row 2"),
        (["sales order 1001 imported"], "printed so"),
    ]


def test_an_undo_says_whose_work_it_takes_back(demo):
    run = write(demo, lambda plan: plan.create(Contact, customer=demo.idle, name="Bea", because="x"))

    def back(plan):
        plan.undoes = run
        plan.delete(plan.watch(Contact.objects.get(name="Bea")), because=f"undo of {run}")

    write(demo, back, "undo")
    assert told(demo.idle, demo.ada)[0][0] == [f"contact Bea taken back by the undo of run {run.pk}"]


def test_a_merge_is_told_first_and_the_life_of_the_loser_goes_on_here(demo):
    loser = demo.north_inc
    change(demo, loser, phone="9")
    run = merge(demo, demo.north, loser)
    events = timeline_of(demo.north, demo.ada).events
    assert (events[0].run, events[0].why) == (run, "the same house")
    sentences = [f"{s.subject} {s.words}".strip() for s in events[0].sentences]
    assert sentences[0] == "customer North Clinic Inc was merged into this customer", sentences
    assert "sales order SO-2 came over from North Clinic Inc" in sentences
    assert told(demo.north, demo.ada)[1][0] == ["customer North Clinic Inc phone empty -> 9"]


def test_an_undone_merge_leaves_each_its_own_life(demo):
    undo.apply(Approval(demo.ada, reason="too early"), run=merge(demo, demo.north, demo.north_inc))
    assert f"customer {demo.north_inc.pk} is one of its own again" in told(demo.north, demo.ada)[0][0]
    assert told(demo.north_inc, demo.ada)[0][0][0].startswith("Customer brought back by the undo of run")
    assert former_names(demo.north) == []


def test_many_changes_of_one_run_are_told_in_part_and_counted(demo):
    for number in range(20):
        demo.ordered(f"N-{number}", demo.north_inc)
    merge(demo, demo.north, demo.north_inc)
    event = timeline_of(demo.north, demo.ada).events[0]
    assert event.more == 21 + 2 + 1 + 1 + 2 - 8  # orders, contacts, an alias, the loser, two aliases; eight are told


def test_turns_pages_without_a_gap(demo):
    for number in range(7):
        change(demo, demo.north, phone=str(number))
    first = timeline_of(demo.north, demo.ada, limit=3)
    second = timeline_of(demo.north, demo.ada, limit=3, before=first.older)
    third = timeline_of(demo.north, demo.ada, limit=3, before=second.older)
    runs = [event.run.pk for page in (first, second, third) for event in page.events]
    assert runs == sorted(runs, reverse=True)
    assert len(runs) == len(set(runs)) == 7
    assert third.older is None


def test_what_a_person_may_not_see_is_not_told(demo, anna):
    change(demo, anna, phone="1")
    change(demo, demo.north, phone="2")
    vera = User.objects.create_user("vera", is_staff=True)
    vera.user_permissions.set(Permission.objects.filter(codename="view_customer"))
    assert [sentences for sentences, _ in told(demo.north, vera)] == [["phone empty -> 2"]]


def test_a_run_with_many_entries_is_one_event_also_for_who_sees_nothing_but_the_customer(demo):
    change(demo, demo.north, phone="1")

    def often(plan):
        north = plan.watch(demo.north)
        for number in range(5):
            plan.update(north, phone=f"2{number}", because="x")

    act("often", often, by="test")
    vera = User.objects.create_user("vera", is_staff=True)
    vera.user_permissions.set(Permission.objects.filter(codename="view_customer"))
    timeline = timeline_of(demo.north, vera, limit=2)
    assert (len(timeline.events), timeline.older) == (2, None)


def test_costs_the_same_for_a_long_and_a_short_life(demo, anna, django_assert_num_queries):
    def live(numbers):
        for number in numbers:
            change(demo, anna, phone=str(number))
            change(demo, demo.north, phone=str(number), account_manager=demo.ada if number % 2 else None)
            demo.north.add_note("x", by=demo.ada)

    live(range(2))
    with django_assert_num_queries(7):
        timeline_of(demo.north, demo.ada)
    live(range(2, 40))
    with django_assert_num_queries(7):
        timeline_of(demo.north, demo.ada)


def test_the_page_links_rows_and_runs_and_leads_to_older_ones(demo, anna, as_ada):
    change(demo, anna, phone="1")
    run = change(demo, anna, phone="2", reason="<b>they moved</b>")
    for number in range(25):
        change(demo, demo.north, phone=str(number))
    page = as_ada.get(reverse("admin:customers_customer_timeline", args=[demo.north.pk]))
    older = as_ada.get(f"?before={page.context['timeline'].older}".join([page.wsgi_request.path, ""]))
    text = older.content.decode()
    assert f'<a href="/admin/customers/contact/{anna.pk}/change/"><bdi>Contact Anna</bdi></a> phone 1 -&gt; 2' in text
    assert f'<a href="/admin/eqms/operationrun/{run.pk}/change/">run {run.pk}</a>' in text
    assert "because <bdi>&lt;b&gt;they moved&lt;/b&gt;</bdi>" in text


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "1"])
def test_a_wrong_page_is_an_ordinary_one(demo, as_ada, before):
    address = reverse("admin:customers_customer_timeline", args=[demo.north.pk])
    assert as_ada.get(address, {"before": before}).status_code == 200


# -- since when ------------------------------------------------------------------------------------


def test_a_customer_says_since_when_it_is_in_onboarding_and_who_said_so(demo):
    change(demo, demo.north, status="inactive", reason="no orders")
    change(demo, demo.north, status="onboarding", reason="first call")
    change(demo, demo.north, phone="1")
    standing = standing_of(demo.north.__class__.objects.get(pk=demo.north.pk))
    assert (standing.label, standing.by, standing.why) == ("onboarding", "ada", "first call")


def test_a_customer_that_never_changed_stands_so_since_it_was_made(demo):
    assert standing_of(demo.north).since == demo.north.created_at


def test_an_archived_customer_says_since_when_and_why(demo):
    demo.idle.archive(by=demo.ada, reason="closed")
    demo.idle.refresh_from_db()
    standing = standing_of(demo.idle)
    assert (standing.label, standing.why) == ("archived", "closed")


# -- earlier names ---------------------------------------------------------------------------------


def test_a_merged_customer_is_named_with_its_number_and_run(demo):
    Customer.objects.filter(pk=demo.north_inc.pk).update(customer_number="C-7", customer_number_key="c-7")
    demo.north_inc.refresh_from_db()
    run = merge(demo, demo.north, demo.north_inc)
    first = former_names(demo.north)[0]
    assert first == ("North Clinic Inc, number C-7, Springfield IL", "merged here", run)
    assert [former.how for former in former_names(demo.north)] == ["merged here", "noted"]


def test_a_former_name_is_told_as_it_was_written(demo):
    def rename(plan):
        row = plan.watch(demo.north)
        plan.create(CustomerAlias, kind="key", value=row.company_key, customer=row, because="renamed")
        plan.update(row, facility_name="Northern Clinic", because="renamed")

    run = write(demo, rename)
    assert former_names(demo.north) == [("North Clinic", "former name and address", run)]


def test_an_alias_that_the_record_does_not_tell_of_is_shown_by_its_key(demo):
    assert former_names(demo.north_inc) == [("name and address northcliniclimited|2oakave", "noted", None)]


def test_the_timeline_of_a_customer_tells_nothing_of_another(demo):
    demo.north.add_note("secret", by=demo.ada)
    assert told(demo.idle, demo.ada) == []
