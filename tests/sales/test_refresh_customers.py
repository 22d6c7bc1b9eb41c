"""Names and addresses of customers follow their newest orders, where these agree."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from customers.models import Customer, CustomerAlias
from eqms import audit
from eqms.models import OperationRun
from eqms.operations import Approval
from eqms.operations.undo import undo
from sales.address_block import AddressBlock
from sales.models import SalesOrder
from sales.operations import refresh_customers_from_orders
from sales.printed_customer import changes, columns_printed, sign
from tests.cast import digest

HOSPITAL = {"ship_to_name": "North Hospital"}
KNOWN = {
    "facility_name": "North Clinic",
    "address1": "1 Main St",
    "address2": "",
    "city": "Springfield",
    "state": "IL",
    "postal_code": "62701",
    "phone": "",
    "email": "",
}


@pytest.fixture
def ordered(demo):
    """Make orders of North Clinic that print otherwise than the customer stands there."""

    def make(*numbers, customer=None, day=date(2026, 3, 1), **printed):
        customer = customer or demo.north
        made = [demo.ordered(number, customer, order_date=day) for number in numbers]
        SalesOrder.objects.filter(pk__in=[order.pk for order in made]).update(**printed)
        return made

    return make


def apply(**options):
    return refresh_customers_from_orders.apply(Approval("test"), **options)


def skips(**options):
    return [skip.because for skip in refresh_customers_from_orders.plan(**options).skips]


def test_what_the_newest_two_orders_print_becomes_the_customer_s_own(demo, ordered):
    ordered("SO-10", "SO-11", contact_phone="(217) 555-0100", contact_email="Buy@north.example", **HOSPITAL)
    plan = refresh_customers_from_orders.plan()
    [change] = [change for change in plan.changes if change.verb == "update"]
    assert change.because == "order SO-11 of 2026-03-01 and 1 more print this name, phone and email"
    assert {name for name, *_ in change.columns()} == {"facility_name", "phone", "email", "company_key"}
    apply()
    demo.north.refresh_from_db()
    assert (demo.north.facility_name, demo.north.phone) == ("North Hospital", "(217) 555-0100")
    assert CustomerAlias.objects.get(customer=demo.north).value.startswith("northclinic")


def test_a_second_time_there_is_nothing_to_do(ordered):
    ordered("SO-10", "SO-11", contact_phone="555-0100", ship_to_address="9 Elm St\nSuite 4", **HOSPITAL)
    assert apply().run
    assert apply().run is None


def test_undo_takes_it_back_to_the_column(ordered):
    ordered("SO-10", "SO-11", ship_to_city="Shelbyville", **HOSPITAL)
    before = digest()
    undo.apply(Approval("test"), run=apply().run)
    assert digest() == before
    assert list(audit.verify()) == []


def test_one_stray_order_is_left_with_its_reason(ordered):
    ordered("SO-10", **HOSPITAL)
    why = "name 'North Hospital': only order SO-10 of 2026-03-01 prints that, 1 before it prints something else"
    assert skips() == [f"{why}; the newest 2 orders must agree"]
    assert len(refresh_customers_from_orders.plan(orders=1)) == 2


def test_orders_with_another_one_in_between_do_not_agree(ordered):
    ordered("SO-10", **HOSPITAL)
    ordered("SO-11", day=date(2026, 3, 2))
    ordered("SO-12", day=date(2026, 3, 3), **HOSPITAL)
    assert len(refresh_customers_from_orders.plan()) == 0


def test_an_older_agreement_does_not_count_once_the_newest_order_prints_the_known_name(ordered):
    ordered("SO-10", "SO-11", **HOSPITAL)
    ordered("SO-12", day=date(2026, 4, 1))
    plan = refresh_customers_from_orders.plan()
    assert (len(plan), plan.counts["skip"]) == (0, 0)


def test_the_order_date_says_which_orders_are_the_newest_whatever_came_in_first(ordered):
    ordered("SO-12", day=date(2026, 4, 1))
    ordered("SO-10", "SO-11", **HOSPITAL)
    assert len(refresh_customers_from_orders.plan()) == 0


def test_a_cancelled_order_says_nothing(ordered):
    ordered("SO-10", **HOSPITAL)
    ordered("SO-11", status="cancelled", **HOSPITAL)
    assert len(refresh_customers_from_orders.plan()) == 0


def test_nothing_is_emptied(demo, ordered):
    Customer.objects.filter(pk=demo.north.pk).update(address2="Suite 9", phone="555-0100")
    ordered("SO-10", "SO-11", ship_to_address="4 Lake Rd", ship_to_postal_code="")
    assert skips() == ["no longer printed, and kept: address, second line 'Suite 9' and postal code '62701'"]
    apply()
    demo.north.refresh_from_db()
    assert (demo.north.address1, demo.north.address2, demo.north.phone) == ("4 Lake Rd", "Suite 9", "555-0100")
    assert demo.north.postal_code == "62701"


def test_only_the_chosen_fields_change(demo, ordered):
    ordered("SO-10", "SO-11", contact_phone="555-0100", ship_to_city="Shelbyville", **HOSPITAL)
    apply(fields=["phone"])
    demo.north.refresh_from_db()
    assert (demo.north.phone, demo.north.facility_name, demo.north.city) == ("555-0100", "North Clinic", "Springfield")


def test_the_sold_to_block_counts_only_where_no_ship_to_block_is_printed(demo, ordered):
    ordered("SO-10", "SO-11", sold_to_name="Head Office")
    assert len(refresh_customers_from_orders.plan()) == 0
    ordered("SO-12", "SO-13", sold_to_name="Head Office", ship_to_name="")
    apply(fields=["name"])
    demo.north.refresh_from_db()
    assert demo.north.facility_name == "Head Office"


def test_a_name_and_address_that_another_customer_has_is_left_and_a_merge_suggested(demo, ordered):
    ordered("SO-10", "SO-11", ship_to_name="Idle Two", ship_to_address="9 Elm St", contact_phone="555-0100")
    said = f"customer {demo.idle_two.pk} (Idle Two) has that name and address, now or before: merge the two if they"
    [why] = skips()
    assert why.count(said) == 2
    apply()
    demo.north.refresh_from_db()
    assert (demo.north.facility_name, demo.north.phone) == ("North Clinic", "555-0100")


def test_a_name_and_address_that_now_means_another_customer_is_left_too(demo, ordered):
    ordered("SO-10", "SO-11", **HOSPITAL)
    key = Customer(facility_name="North Hospital", **{k: v for k, v in KNOWN.items() if k != "facility_name"}).derive()
    CustomerAlias.objects.create(kind="key", value=key["company_key"], customer=demo.idle)
    assert f"customer {demo.idle.pk} (Idle One)" in skips()[0]


def test_a_customer_whose_old_name_means_another_one_is_left(demo, ordered):
    CustomerAlias.objects.create(kind="key", value=demo.north.company_key, customer=demo.idle)
    ordered("SO-10", "SO-11", **HOSPITAL)
    assert len(refresh_customers_from_orders.plan()) == 0
    assert "merge the two if they are one" in skips()[0]


def test_two_customers_whose_orders_print_one_name_and_address_do_not_both_get_it(demo, ordered):
    there = {"ship_to_name": "Joined", "ship_to_address": "7 New St"}
    ordered("SO-10", "SO-11", **there)
    ordered("SO-12", "SO-13", customer=demo.north_inc, **there)
    plan = apply()
    assert (plan.counts["update"], plan.counts["skip"]) == (1, 1)
    assert f"customer {demo.north.pk} (Joined)" in [skip.because for skip in plan.skips][0]


def test_an_archived_customer_is_left(demo, ordered):
    Customer.objects.filter(pk=demo.north.pk).update(archived_at=timezone.now())
    ordered("SO-10", "SO-11", **HOSPITAL)
    assert skips() == ["archived: take it out of the archive first"]


def test_what_no_column_can_hold_is_left_with_its_reason(demo, ordered):
    ordered("SO-10", "SO-11", contact_email="call us", contact_phone="555-0100")
    assert skips() == ["email 'call us': Email: Enter a valid email address."]
    assert refresh_customers_from_orders.plan().counts["update"] == 1


def test_only_the_selected_customers_are_looked_at(demo, ordered):
    ordered("SO-10", "SO-11", **HOSPITAL)
    others = Customer.objects.exclude(pk=demo.north.pk)
    assert len(refresh_customers_from_orders.plan(others)) == 0


def test_a_refresh_takes_the_same_queries_for_one_customer_as_for_all(demo, ordered, django_assert_num_queries):
    def queries():
        with django_assert_num_queries(6):
            refresh_customers_from_orders.plan()

    ordered("SO-10", "SO-11", **HOSPITAL)
    queries()
    for number, customer in enumerate((demo.north_inc, demo.idle, demo.idle_two)):
        ordered(f"N-{number}", f"M-{number}", customer=customer, ship_to_name=f"Hospital {number}")
    queries()


@pytest.mark.parametrize(
    ("part", "printed"),
    [
        ("name", {"facility_name": "NORTH CLINIC."}),
        ("address", {"city": "SPRINGFIELD"}),
        ("address", {"address1": "Main St", "address2": "1"}),
        ("address", {"postal_code": "", "state": ""}),
    ],
)
def test_another_spelling_is_no_change(part, printed):
    assert changes(part, KNOWN, {**KNOWN, **printed}) == {}


def test_a_phone_number_is_its_digits_and_an_address_its_words():
    first = {**KNOWN, "phone": "(217) 555-0100", "address1": "1 Main St", "address2": "Suite 4"}
    second = {**KNOWN, "phone": "+1 217.555.0100", "address1": "Suite 4", "address2": "1 Main St"}
    assert [sign(part, first) for part in ("phone", "address")] == [sign(part, second) for part in ("phone", "address")]


def test_a_block_whose_name_says_nothing_says_nothing():
    assert not any(columns_printed(AddressBlock("***", "1 Main St", "Springfield"), "", "").values())


def test_the_command_takes_customers_by_id_and_refuses_one_that_is_not_there(demo, ordered):
    ordered("SO-10", "SO-11", **HOSPITAL)
    said = StringIO()
    call_command("refresh_customers_from_orders", str(demo.idle.pk), "--dry-run", stdout=said, stderr=StringIO())
    assert "Nothing to do" in said.getvalue()
    with pytest.raises(CommandError, match="No customer has the id 777"):
        call_command("refresh_customers_from_orders", "777", stdout=said, stderr=StringIO())


def test_the_page_lets_a_person_choose_what_may_change(demo, as_ada, ordered):
    ordered("SO-10", "SO-11", contact_phone="555-0100", **HOSPITAL)
    page = "/admin/customers/customer/operations/refresh_customers_from_orders/"
    shown = as_ada.post(page, {"fields": ["phone"]}).content.decode()
    assert "555-0100" in shown
    assert "North Hospital" not in shown


@pytest.mark.django_db(transaction=True)
def test_refreshes_at_once_write_each_change_once(demo, ordered):
    ordered("SO-10", "SO-11", **HOSPITAL)
    if connection.vendor == "sqlite":
        apply()
        return

    def run(_):
        try:
            return apply().run
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as at_once:
        runs = list(at_once.map(run, range(4)))
    assert sum(run is not None for run in runs) == 1
    assert OperationRun.objects.filter(state="applied").count() == 1
