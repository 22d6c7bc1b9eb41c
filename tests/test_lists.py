"""Every list and page of the rows: as many queries for thirty rows as for three, and what people look for."""

import re
from datetime import date, timedelta
from html import escape, unescape

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import Contact, CustomerAlias, CustomerNote, CustomerRep, NotDuplicate, SalesRep
from distribution.models import (
    DistributionDocument,
    DistributionLine,
    Recall,
    RecallLot,
    RecallNotice,
    ReportApproval,
    SkippedShipment,
    TracingReport,
)
from eqms.models import User
from inventory.models import (
    Lot,
    LotAlias,
    Product,
    ProductCode,
    StockCount,
    StockCountLine,
    StoreFront,
    StoreFrontInventory,
    Warehouse,
)
from sales.models import SalesOrderLine

from .cast import counted, digest

APPS = ("customers", "inventory", "sales", "distribution")
MODELS = sorted((m for m in admin.site._registry if m._meta.app_label in APPS), key=lambda m: m._meta.label)
READ_ONLY = {
    "inventory.StockCount",
    "inventory.StockMovement",
    "inventory.StoreFrontInventory",
    "distribution.Distribution",
    "distribution.DistributionDocument",
    "distribution.Recall",
    "distribution.RecallNotice",
    "distribution.Return",
    "distribution.SkippedShipment",
    "distribution.TracingReport",
    "sales.DocumentSegment",
}

# Session, user, count and rows; one more for each filter that carries a count.
QUERIES_OF_LISTS = {model._meta.label: 4 for model in MODELS} | {
    "customers.Customer": 5,  # the tabs count for it; and how many shipments wait
    "distribution.Distribution": 5,
    "distribution.Recall": 7,  # lots and their products
    "distribution.RecallNotice": 6,
    "distribution.SkippedShipment": 5,
    "distribution.TracingReport": 14,  # one for the count of drafts, nine for how the reports stand
    "inventory.Lot": 6,
    "inventory.TransferRequest": 9,  # three for what is short
    "sales.DocumentSegment": 5,
}
QUERIES_OF_PAGES = {
    "customers.Customer": 26,
    "inventory.Product": 22,
    "inventory.Lot": 8,
    "inventory.StockCount": 7,
    "inventory.TransferRequest": 12,
    "sales.SalesOrder": 15,
    "distribution.Distribution": 16,
    "distribution.Recall": 17,
    "distribution.TracingReport": 14,
}


def grow(demo, numbers):
    """Add a row of every model for each of ``numbers``, and as many below the rows of the cast."""
    for n in numbers:
        customer = demo.customer(f"Clinic {n}", address1=f"{n} Elm St", primary_rep=demo.rep, account_manager=demo.ada)
        rep = SalesRep.objects.create(name=f"Rep {n}")
        Contact.objects.create(customer=demo.north, name=f"Person {n}")
        CustomerNote.objects.create(customer=demo.north, text="x", author=demo.ada)
        CustomerRep.objects.create(customer=demo.north, rep=rep)
        CustomerAlias.objects.create(customer=demo.north, kind="id", value=f"9{n}")
        NotDuplicate.objects.create(first=demo.north, second=customer, decided_by=demo.ada)
        product = Product.objects.create(sku=f"P-{n}", name="x")
        ProductCode.objects.create(product=demo.product, code=f"code {n}")
        lot = Lot.objects.create(product=demo.tracked, number=f"L {n}")
        LotAlias.objects.create(lot=demo.lot, number=f"mistyped {n}")
        Warehouse.objects.create(name=f"Depot {n}")
        shop = StoreFront.objects.create(name=f"Shop {n}")
        StoreFrontInventory.objects.create(storefront=shop, product=demo.product, quantity=n)
        demo.intake(product, 5, lot=None)
        demo.transfer(1, assigned_to=demo.ada)
        counted(demo.lot, n)
        StockCountLine.objects.create(count=StockCount.objects.earliest("id"), product=product)
        order = demo.ordered(f"N-{n}", demo.north, order_date=date(2026, 2, 1) + timedelta(days=n))
        SalesOrderLine.objects.create(order=demo.order, line_number=10 + n, product=product, quantity=1)
        paper = demo.paper(order=demo.order, order_number="SO-1", status="attached", kind="packing_slip")
        shipment = demo.shipped(1, sales_order=demo.order, product=demo.tracked, lot=lot, order_number="SO-1")
        demo.shipped(1, sales_order=order)
        DistributionLine.objects.create(distribution=demo.shipment, line_number=10 + n, product=product, quantity=1)
        DistributionDocument.objects.create(distribution=demo.shipment, segment=paper, added_by=demo.ada)
        recall = Recall.objects.create(reason="x")
        for one in {recall, Recall.objects.earliest("id")}:
            RecallLot.objects.create(recall=one, lot=lot)
            RecallNotice.objects.create(recall=one, consignee_key=f"k{n}")
        SkippedShipment.objects.create(source="csv", external_key=f"k{n}", reason="x", distribution=shipment)
        reported(demo)
        for report in {TracingReport.objects.earliest("id"), TracingReport.objects.latest("id")}:
            approved = {"report": report, "how": "signature", "approver": f"person {n}", "sha256": report.sha256}
            ReportApproval.objects.create(by=demo.ada, **approved)


def reported(demo):
    """Make the row of a tracing report, without a file in storage."""
    document = demo.document(f"report {TracingReport.objects.count()}.csv")
    about = {"document": document, "sha256": "0" * 64, "size": 9, "made_by": demo.ada}
    counts = dict.fromkeys(("row_count", "shipment_count", "consignee_count", "units"), 1)
    return TracingReport.objects.create(month=date(2026, 1, 1), units_waiting=0, units_returned=0, **about, **counts)


def address(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def queries(client, path):
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code == 200, path
    return len(captured)


@pytest.fixture
def as_ada(as_ada):
    for model in MODELS:
        ContentType.objects.get_for_model(model)  # kept in memory after its first use
    return as_ada


def test_lists_cost_the_same_for_three_rows_and_for_thirty(demo, as_ada):
    grow(demo, range(3))
    few = {model._meta.label: queries(as_ada, address(model)) for model in MODELS}
    grow(demo, range(3, 30))
    many = {model._meta.label: queries(as_ada, address(model)) for model in MODELS}
    assert few == many
    estimate = {"distribution.Distribution": 6} if connection.vendor == "postgresql" else {}
    assert few == QUERIES_OF_LISTS | estimate


PAGES = {  # a row of each model with all that hangs below it
    "customers.Customer": lambda demo: demo.north,
    "inventory.Product": lambda demo: demo.product,
    "inventory.Lot": lambda demo: demo.lot,
    "inventory.StockCount": lambda demo: counted(demo.lot, 18),
    "inventory.TransferRequest": lambda demo: demo.transfer(1),
    "sales.SalesOrder": lambda demo: demo.order,
    "distribution.Distribution": lambda demo: demo.shipment,
    "distribution.Recall": lambda demo: Recall.objects.create(reason="cracks"),
    "distribution.TracingReport": lambda demo: reported(demo),
}
MADE_FOR_THEIR_PAGE = {
    "distribution.Recall",
    "distribution.TracingReport",
    "inventory.StockCount",
    "inventory.TransferRequest",
}
BY_LABEL = {model._meta.label: model for model in MODELS}


def test_pages_cost_the_same_for_three_rows_below_them_and_for_thirty(demo, as_ada):
    rows = {label: PAGES[label](demo) for label in PAGES}
    pages = {label: address(BY_LABEL[label], "change", row.pk) for label, row in rows.items()}
    grow(demo, range(3))
    few = {label: queries(as_ada, page) for label, page in pages.items()}
    grow(demo, range(3, 30))
    assert {label: queries(as_ada, page) for label, page in pages.items()} == few == QUERIES_OF_PAGES


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_an_empty_list_says_what_belongs_here(admin_client, model):
    said = admin.site._registry[model].empty_says
    assert said
    assert said in unescape(admin_client.get(address(model)).content.decode())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_lists_search_without_joins_and_count_only_what_is_shown(as_ada, model):
    with CaptureQueriesContext(connection) as captured:
        assert as_ada.get(address(model), {"q": "so-1 x"}).status_code == 200
    assert not [query for query in captured if "SELECT DISTINCT" in query["sql"]]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_filter_has_fixed_choices(rf, demo, model):
    request = rf.get("/")
    request.user = demo.ada
    for chosen in admin.site._registry[model].get_list_filter(request):
        field = None if not isinstance(chosen, str) else model._meta.get_field(chosen)
        assert field is None or field.choices or isinstance(field, models.BooleanField)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_facts_are_read_only_and_nothing_is_deleted_without_a_plan(rf, demo, model):
    request = rf.get("/")
    request.user = demo.ada
    page = admin.site._registry[model]
    assert "delete_selected" not in page.get_actions(request)
    may = {page.has_add_permission(request), page.has_change_permission(request), page.has_delete_permission(request)}
    assert (may == {False}) == (model._meta.label in READ_ONLY)


SEARCHES = [
    ("sales.SalesOrder", "PO-9", "order"),
    ("sales.SalesOrder", "SO #1", "order"),
    ("sales.SalesOrder", "c-100", "order"),
    ("sales.SalesOrder", '"North Clinic" so-1', "order"),
    ("distribution.Distribution", "1Z-1", "shipment"),
    ("distribution.Distribution", "77", "waiting"),
    ("distribution.Distribution", "müller", "waiting"),
    ("distribution.Distribution", "PO-9", "shipment"),
    ("customers.Customer", "C-100", "north"),
    ("customers.Customer", "b@example.org", "north_inc"),
    ("inventory.Product", "a-2", "tracked"),
    ("inventory.Lot", "L-7", "lot"),
    ("inventory.Lot", "catheter", "lot"),
]


@pytest.mark.parametrize(("label", "words", "found"), SEARCHES)
def test_finds_what_stands_on_the_paper(demo, as_ada, label, words, found):
    if words == "SO #1":
        words = '"SO #1"'
    listed = as_ada.get(address(BY_LABEL[label]), {"q": words}).context["cl"].result_list
    assert list(listed) == [getattr(demo, found)]


def test_finds_a_shipment_by_its_lot(demo, as_ada):
    shipment = demo.shipped(1, product=demo.tracked, lot=demo.lot)
    answer = as_ada.get(address(BY_LABEL["distribution.Distribution"]), {"q": "l-7"})
    assert list(answer.context["cl"].result_list) == [shipment]


def test_newest_stand_first(demo, as_ada):
    new = demo.ordered("SO-3", demo.north, order_date=date(2026, 5, 1))
    assert as_ada.get(address(BY_LABEL["sales.SalesOrder"])).context["cl"].result_list[0] == new


@pytest.mark.parametrize(("choice", "names"), [("waiting", ["waiting"]), ("matched", ["shipment"]), ("void", [])])
def test_shipments_are_chosen_by_their_order(demo, as_ada, choice, names):
    answer = as_ada.get(address(BY_LABEL["distribution.Distribution"]), {"order": choice})
    assert list(answer.context["cl"].result_list) == [getattr(demo, name) for name in names]
    assert "waiting for its order (1)" in answer.content.decode()


def test_someone_without_permission_sees_nothing(demo, client):
    client.force_login(User.objects.create_user("eve", password="pw", is_staff=True))
    for model in MODELS:
        assert client.get(address(model)).status_code == 403


def test_someone_who_may_look_cannot_write(demo, client):
    vera = User.objects.create_user("vera", password="pw", is_staff=True)
    vera.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(vera)
    before = digest()
    for label, row in PAGES.items():
        page = address(BY_LABEL[label], "change", row(demo).pk) if label not in MADE_FOR_THEIR_PAGE else None
        if page:
            assert client.get(page).status_code == 200
            assert client.post(page, {}).status_code == 403
    assert client.get(address(BY_LABEL["sales.SalesOrder"], "add")).status_code == 403
    assert digest() == before


def test_a_row_of_a_filtered_list_knows_the_way_back(demo, as_ada):
    filtered = address(demo.shipment._meta.model) + "?order=matched&source=manual"
    [link] = re.findall(r'<th class="field-ship_date[^"]*"><a href="([^"]+)"', as_ada.get(filtered).content.decode())
    assert f'href="{escape(filtered)}" class="closelink"' in as_ada.get(unescape(link)).content.decode()
