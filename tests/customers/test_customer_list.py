"""The list of customers: its tabs, its export, its figures, and names of any length and script."""

import csv
import io
from datetime import date
from html import unescape

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers.admin.tabs import counts_by_tab
from customers.compared import compared
from customers.models import Contact, Customer, CustomerNote, CustomerRep, SalesRep
from distribution.models import Distribution, DistributionLine
from distribution.sales_figures import Window, fresh_figures
from distribution.statistics import owed_to
from eqms.models import User
from eqms.operations import act
from inventory.models import Product
from sales.models import SalesOrder, SalesOrderLine

LIST = "/admin/customers/customer/"
SHEET = {"leads_sheet_url": "https://sheets.example/secret/8000", "leads_sheet_label": "Leads North"}


def exported(client, **query):
    text = b"".join(client.get(f"{LIST}export.csv", query).streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


def page(client, row, name="change"):
    meta = row._meta
    return unescape(
        client.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_{name}", args=[row.pk])).content.decode()
    )


def queries(client, path):
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
        if answer.streaming:
            list(answer.streaming_content)
    assert answer.status_code == 200, path
    return len(captured)


# -- tabs ------------------------------------------------------------------------------------------


@pytest.fixture
def of_every_status(demo):
    for row, status in zip(Customer.objects.order_by("pk"), Customer.Status.values, strict=True):
        Customer.objects.filter(pk=row.pk).update(status=status)
    Customer.objects.filter(pk=demo.idle.pk).update(archived_at=timezone.now())


def test_onboarding_stands_first_and_each_tab_says_how_many(of_every_status, as_ada):
    tabs = as_ada.get(LIST).context["cl"].tabs()
    assert [(tab.words, tab.count) for tab in tabs] == [
        ("onboarding", 1),
        ("active", 1),
        ("inactive", 0),
        ("win back", 1),
        ("all in use", 3),
        ("archived", 1),
        ("all", 4),
    ]


def test_a_tab_holds_as_many_as_it_says(of_every_status, as_ada):
    for tab in as_ada.get(LIST).context["cl"].tabs():
        shown = as_ada.get(LIST + tab.address).context["cl"]
        assert (len(shown.result_list), [t.words for t in shown.tabs() if t.is_open]) == (tab.count, [tab.words])


@pytest.mark.parametrize("query", [{"q": "idle two"}, {"tab": "active", "city": "nowhere"}])
def test_what_is_narrowed_further_is_counted_by_itself(of_every_status, as_ada, query):
    shown = as_ada.get(LIST, query).context["cl"]
    assert shown.result_count == len(shown.result_list) <= 1


def test_the_tabs_cost_one_query(of_every_status, django_assert_num_queries):
    with django_assert_num_queries(1):
        counts_by_tab(Customer.objects.all())


def test_a_tab_keeps_what_was_searched_for_and_leaves_the_page_behind(of_every_status, as_ada):
    tabs = as_ada.get(LIST, {"q": "idle", "p": "1", "o": "2"}).context["cl"].tabs()
    assert tabs[0].address == "?o=2&q=idle&tab=onboarding"


def test_a_tab_that_does_not_exist_is_the_ordinary_list(of_every_status, as_ada):
    assert as_ada.get(LIST, {"tab": "nonsense"}).context["cl"].result_count == 3


def test_the_list_says_how_many_shipments_wait(demo, as_ada):
    assert "1 shipment waits for its order</a> and counts nowhere." in as_ada.get(LIST).content.decode()


# -- figures ---------------------------------------------------------------------------------------


@pytest.fixture
def shipped(demo):
    """Two customers with matched shipments; void and waiting ones beside them."""
    demo.shipped(3, sales_order=demo.order)
    demo.shipped(9, sales_order=demo.order_of_inc)
    demo.shipped(50, sales_order=demo.order, voided_at=timezone.now(), void_reason="twice")
    demo.shipped(70, order_number="SO-99", consignee_name="North Clinic")
    return demo


LISTED = ("order_count", "units_shipped", "last_shipped")
COUNTED = ("Orders", "Matched Shipments", "Units Shipped")
FIGURES = ("order_count", "shipment_count", "units_shipped", "last_shipped")


def test_list_page_and_export_count_alike_and_only_what_is_matched(shipped, as_ada):
    listed = {row.pk: row for row in as_ada.get(LIST).context["cl"].result_list}
    lines = {int(line["Customer ID"]): line for line in exported(as_ada)}
    for pk, row in listed.items():
        shown = as_ada.get(reverse("admin:customers_customer_change", args=[pk])).context["figures"]
        cells = [lines[pk][name] for name in ("Orders", "Matched Shipments", "Units Shipped", "Last Shipped")]
        figures = [getattr(shown, name) for name in FIGURES]
        assert [getattr(row, name) for name in LISTED] == [getattr(shown, name) for name in LISTED]
        assert ["" if figure is None else str(figure) for figure in figures] == cells
    assert listed[shipped.north.pk].units_shipped == 4


def test_the_figures_of_all_customers_are_those_of_the_first_page(shipped, as_ada):
    lines = exported(as_ada, tab="all")
    orders, shipments, units = (sum(int(line[name]) for line in lines) for name in COUNTED)
    sold = fresh_figures(Window(date(2026, 1, 1), date(2026, 12, 31)))
    assert (shipments, units) == (sold.shipments, sold.units)
    assert as_ada.get(LIST).context["waiting"] == sold.waiting
    board = as_ada.get("/admin/").context["board"]
    assert next(one.value for one in board.figures if one.label == "Orders") == orders


@pytest.mark.parametrize(("column", "name"), [(5, "order_count"), (6, "units_shipped"), (7, "last_shipped")])
def test_sorts_by_a_figure(shipped, as_ada, column, name):
    shipped.ordered("SO-5", shipped.north_inc)
    Distribution.objects.filter(sales_order=shipped.order_of_inc).update(ship_date="2026-03-03")
    shown = as_ada.get(LIST, {"o": f"-{column}"}).context["cl"].result_list
    found = [getattr(row, name) for row in shown if getattr(row, name)]
    assert found == sorted(found, reverse=True)


def test_what_is_owed_is_counted_by_product_and_never_below_zero(demo):
    other = Product.objects.create(sku="B-1", name="Cable")
    SalesOrderLine.objects.create(order=demo.order, line_number=2, product=other, quantity=7)
    SalesOrderLine.objects.create(order=demo.order, line_number=3, sku_printed="?", quantity=1)
    demo.shipped(40, sales_order=demo.order)  # more than was ordered: pays for no other product
    cancelled = demo.ordered("SO-3", demo.north, quantity=9)
    SalesOrder.objects.filter(pk=cancelled.pk).update(status="cancelled")
    owed = owed_to(demo.north)
    assert (owed.units, owed.order_count, owed.orders) == (8, 1, [(demo.order, 8)])


# -- export ----------------------------------------------------------------------------------------


def test_the_export_holds_what_the_list_is_narrowed_to(demo, as_ada):
    demo.idle.archive(by=demo.ada, reason="closed")
    assert [line["Facility Name"] for line in exported(as_ada, q="idle", tab="archived")] == ["Idle One"]
    assert len(exported(as_ada)) == 3
    answer = as_ada.get(LIST, {"q": "idle"})
    assert '<a href="export.csv?q=idle">Export as CSV</a>' in answer.content.decode()


def test_the_export_names_reps_and_shows_the_leads_sheet_by_its_label(demo, as_ada):
    CustomerRep.objects.create(customer=demo.north, rep=SalesRep.objects.create(name="Abe"))
    Customer.objects.filter(pk=demo.north.pk).update(primary_rep=demo.rep, account_manager=demo.ada, **SHEET)
    line = next(line for line in exported(as_ada) if line["Facility Name"] == "North Clinic")
    assert (line["Reps"], line["Account Manager"], line["Leads Sheet"]) == ("Rita Rep; Abe", "ada", "Leads North")


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-2", "@x", "'=1"])
def test_a_formula_stays_a_text_in_the_export(demo, as_ada, text):
    Customer.objects.filter(pk=demo.north.pk).update(facility_name=text)
    assert f"'{text}" in {line["Facility Name"] for line in exported(as_ada)}


def test_the_export_is_for_who_may_see_customers(demo, client):
    client.force_login(User.objects.create_user("eve", is_staff=True))
    assert client.get(f"{LIST}export.csv").status_code == 403


def test_the_export_of_a_wrong_filter_leads_back_to_the_list(demo, as_ada):
    assert as_ada.get(f"{LIST}export.csv", {"nonsense": "1"}, follow=True).status_code == 200


# -- the leads sheet -------------------------------------------------------------------------------


def test_the_address_of_a_labelled_leads_sheet_is_read_nowhere(demo, as_ada):
    def draft(plan):
        plan.update(plan.watch(demo.north), because="x", **SHEET)

    run = act("change customers.Customer", draft, by=demo.ada).run
    again = {"leads_sheet_url": "https://sheets.example/secret/9000"}
    act(
        "change customers.Customer", lambda plan: plan.update(plan.watch(demo.north), because="x", **again), by=demo.ada
    )
    addresses = [LIST, f"{LIST}?q=leads+north", f"{LIST}{demo.north.pk}/history/", f"{LIST}{demo.north.pk}/timeline/"]
    addresses += [f"/admin/eqms/operationrun/{run.pk}/change/", "/admin/"]
    for address in addresses:
        text = unescape(as_ada.get(address).content.decode()).replace('href="https://sheets.example', "")
        assert "sheets.example" not in text, address
    history = unescape(as_ada.get(f"{LIST}{demo.north.pk}/history/").content.decode())
    assert "Leads sheet link “Leads North” -> another link “Leads North”" in history
    assert "sheets.example" not in b"".join(as_ada.get(f"{LIST}export.csv").streaming_content).decode()


def test_a_merge_compares_leads_sheets_by_their_labels(demo):
    other = {"leads_sheet_url": "https://sheets.example/9", "leads_sheet_label": "Leads South"}
    for customer, values in ((demo.north, SHEET), (demo.north_inc, other)):
        Customer.objects.filter(pk=customer.pk).update(**values)
    customers = Customer.objects.filter(pk__in=[demo.north.pk, demo.north_inc.pk]).order_by("pk")
    column = next(c for c in compared(*customers[:1], customers[1:], {}) if c.name == "leads_sheet_url")
    assert [text for _, text in column.values] == ["link “Leads North”", "link “Leads South”"]


def test_a_leads_sheet_without_a_label_shows_its_address(demo, as_ada):
    Customer.objects.filter(pk=demo.north.pk).update(leads_sheet_url="https://sheets.example/1")
    assert ">https://sheets.example/1</a>" in as_ada.get(LIST).content.decode()


def test_who_may_only_look_sees_the_label_too(demo, client):
    Customer.objects.filter(pk=demo.north.pk).update(**SHEET)
    vera = User.objects.create_user("vera", is_staff=True)
    vera.user_permissions.add(Permission.objects.get(codename="view_customer"))
    client.force_login(vera)
    text = page(client, demo.north).replace(f'href="{SHEET["leads_sheet_url"]}"', "")
    assert "Leads North" in text
    assert "sheets.example" not in text


# -- reps ------------------------------------------------------------------------------------------


def test_a_rep_who_left_is_marked_and_not_offered(demo, as_ada):
    gone = SalesRep.objects.create(name="Carl Brandt", is_active=False)
    Customer.objects.filter(pk=demo.north.pk).update(primary_rep=gone)
    assert 'Carl Brandt <span class="status status-left">left</span>' in as_ada.get(LIST).content.decode()
    assert '</a> <span class="status status-left">left</span>' in page(as_ada, demo.north)
    query = {"app_label": "customers", "model_name": "customer", "field_name": "primary_rep", "term": "r"}
    assert [row["text"] for row in as_ada.get("/admin/autocomplete/", query).json()["results"]] == ["Rita Rep"]


def test_the_page_of_a_rep_names_their_customers_in_use_once(demo, as_ada):
    Customer.objects.filter(pk__in=[demo.north.pk, demo.idle.pk]).update(primary_rep=demo.rep)
    for customer in (demo.north, demo.idle_two):
        CustomerRep.objects.create(customer=customer, rep=demo.rep)
    demo.idle.archive(by=demo.ada, reason="closed")
    text = page(as_ada, demo.rep)
    assert "Their customers (2)" in text
    assert ("North Clinic" in text, "Idle Two" in text, "Idle One" in text) == (True, True, False)
    listed = as_ada.get("/admin/customers/salesrep/").context["cl"].result_list
    assert [rep.customer_count for rep in listed] == [2]


def test_a_rep_who_left_and_still_has_customers_is_noticed(demo, as_ada):
    SalesRep.objects.filter(pk=demo.rep.pk).update(is_active=False)
    Customer.objects.filter(pk=demo.north.pk).update(primary_rep=demo.rep)
    assert "1 customer in use still names this rep: give it another one." in page(as_ada, demo.rep)


# -- empty, long, foreign --------------------------------------------------------------------------

NAMES = [
    "x",
    "x" * 200,
    "ö" * 200,
    "東京病院",
    "مستشفى الملك فيصل",
    "‮evil‬ 1",
    "<script>alert(1)</script>",
    "a\tb\nc",
    "😀 1",
]
PAGES = ("change", "history", "delete", "timeline")


@pytest.mark.parametrize("name", NAMES)
def test_every_page_works_for_a_customer_of_whom_only_the_name_is_known(as_ada, name):
    customer = Customer.objects.create(facility_name=name)
    for which in PAGES:
        assert "<script>alert" not in as_ada.get(address_of(customer, which)).content.decode()
    for query in ({}, {"q": name}, {"tab": "all"}, {"o": "-3.-5.-8"}, {"tab": "active"}):
        assert as_ada.get(LIST, query).status_code == 200
    assert customer.pk in {int(line["Customer ID"]) for line in exported(as_ada)}
    query = {"app_label": "sales", "model_name": "salesorder", "field_name": "customer", "term": name}
    assert as_ada.get("/admin/autocomplete/", query).status_code == 200


def address_of(customer, which):
    return reverse(f"admin:customers_customer_{which}", args=[customer.pk])


def test_every_page_works_for_people_of_whom_only_the_name_is_known(demo, as_ada):
    customer = Customer.objects.create(facility_name="x")
    Contact.objects.create(customer=customer, name="Nn")
    CustomerNote.objects.create(customer=customer, text="x", author=demo.ada)
    CustomerRep.objects.create(customer=customer, rep=SalesRep.objects.create(name="Bare"))
    SalesOrder.objects.create(order_number="7", order_date="2026-01-01", customer=customer)
    for which in PAGES:
        assert as_ada.get(address_of(customer, which)).status_code == 200
    for model in (Contact, CustomerNote, SalesRep):
        row = model.objects.latest("pk")
        for which in ("change", "history", "delete"):
            assert page(as_ada, row, which)


# -- cost ------------------------------------------------------------------------------------------


def many(demo, numbers):
    """Make a customer with an order and a shipment for each of ``numbers``."""
    made = Customer.objects.bulk_create(
        Customer(facility_name=f"C {n}", company_key=f"c{n}", primary_rep=demo.rep, account_manager=demo.ada)
        for n in numbers
    )
    orders = SalesOrder.objects.bulk_create(
        SalesOrder(order_number=f"B-{c.pk}", order_number_key=f"b-{c.pk}", order_date="2026-01-01", customer=c)
        for c in made
    )
    shipments = Distribution.objects.bulk_create(Distribution(ship_date="2026-01-02", sales_order=o) for o in orders)
    DistributionLine.objects.bulk_create(
        DistributionLine(distribution=s, product=demo.product, quantity=2) for s in shipments
    )


def test_lists_and_exports_cost_the_same_for_ten_customers_and_for_a_thousand(demo, as_ada):
    for model in admin.site._registry:
        ContentType.objects.get_for_model(model)
    many(demo, range(10))
    addresses = [LIST, f"{LIST}?tab=all&q=c", f"{LIST}?o=-6", f"{LIST}export.csv", "/admin/customers/salesrep/"]
    few = [queries(as_ada, address) for address in addresses]
    many(demo, range(10, 1000))
    assert [queries(as_ada, address) for address in addresses] == few == [5, 6, 5, 5, 4]
