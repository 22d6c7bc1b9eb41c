"""Every rule that the database holds: refused there, and said in words that people understand before."""

from datetime import date

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from customers.models import Contact, Customer, CustomerAlias, CustomerRep, DuplicateCandidate, NotDuplicate, SalesRep
from distribution.models import (
    DefaultPlace,
    Distribution,
    DistributionDocument,
    DistributionLine,
    NotSent,
    Recall,
    RecallLot,
    RecallNotice,
    ReportApproval,
    ReportDecision,
    ReportedShipment,
    Return,
    ReturnLine,
    ShipStationPage,
    SkippedShipment,
    TracingReport,
)
from inventory.models import (
    Lot,
    LotAlias,
    Product,
    ProductCode,
    StockCount,
    StockCountLine,
    StockMovement,
    StockProduct,
    StoreFront,
    StoreFrontInventory,
    TransferRequest,
    TransferRequestLineItem,
    Warehouse,
)
from sales.models import DocumentSegment, SalesOrder, SalesOrderLine

from .cast import counted

APPS = ("customers", "inventory", "sales", "distribution")
DAY = date(2026, 1, 2)


def customer(**values):
    return Customer(**{"facility_name": "New", **values})


def place(demo):
    return {"warehouse": demo.depot, "storefront": demo.shop}


def line(demo, **values):
    return SalesOrderLine(**{"order": demo.order, "line_number": 9, "quantity": 1, **values})


def recalled():
    return Recall.objects.create(reason="cracks")


def notice(**values):
    return RecallNotice(recall=recalled(), consignee_key="k", **values)


def report(demo, **values):
    about = {"document": demo.document("report.csv"), "sha256": "0" * 64, "size": 9, "units_waiting": 0}
    counts = dict.fromkeys(("row_count", "shipment_count", "consignee_count", "units"), 1)
    return TracingReport(**{"month": date(2026, 1, 1), "units_returned": 0, **about, **counts, **values})


def reported(demo):
    made = report(demo)
    made.save()
    return made


def approval(demo, **values):
    about = {"report": reported(demo), "how": "signature", "approver": "ada", "sha256": "0" * 64}
    return ReportApproval(**{**about, **values})


def order(demo, number, **values):
    return SalesOrder(**{"order_number": number, "order_date": DAY, "customer": demo.north, **values})


def shipment(**values):
    return Distribution(**{"ship_date": DAY, **values})


def shipment_line(demo, **values):
    made = {"distribution": demo.shipment, "line_number": 9, "product": demo.product, "quantity": 1}
    return DistributionLine(**{**made, **values})


def movement(demo, **values):
    made = {"kind": "intake", "product": demo.product, "quantity": 1, "to_warehouse": demo.depot}
    return StockMovement(**{**made, **values})


def count(demo, **values):
    return StockCount(**{"storefront": demo.shop, **values})


def counted_line(demo, **values):
    made = {"count": counted(demo.lot, 1), "product": demo.product}
    return StockCountLine(**{**made, **values})


def paper(demo, **values):
    return DocumentSegment(**{"document": demo.document(), "position": 1, **values})


def candidate(**values):
    return DuplicateCandidate(**{"confidence": 1, "band": "review", "version": "1", **values})


def skipped(**values):
    return SkippedShipment(**{"source": "csv", "external_key": "k", "reason": "no order", **values})


def left_out():
    return SkippedShipment.objects.create(source="csv", external_key="k", reason="no order")


def came_back(demo):
    return Return.objects.create(distribution=demo.shipment, warehouse=demo.depot)


def again(model, **values):
    """Make one such row and return another."""
    model.objects.create(**values)
    return model(**values)


NOT_AGAIN = {
    "customer_company_key": lambda d: customer(
        facility_name="NORTH clinic, llc", address1="1 Main St.", city="Springfield", state="IL", postal_code="62701"
    ),
    "customer_number_key": lambda d: customer(customer_number="c-100 "),
    "alias_unique": lambda d: again(CustomerAlias, kind="id", value="7", customer=d.north),
    "rep_name": lambda d: SalesRep(name="Rita Rep"),
    "customer_rep_once": lambda d: again(CustomerRep, customer=d.north, rep=d.rep),
    "contact_once": lambda d: Contact(customer=d.north, name="Anna", email="a@example.org"),
    "contact_one_primary": lambda d: Contact(customer=d.north, name="Zoe", is_primary=True),
    "candidate_once": lambda d: again(
        DuplicateCandidate, first_id=1, second_id=2, confidence=1, band="review", version="1"
    ),
    "not_duplicate_once": lambda d: (
        NotDuplicate.objects.create(first=d.north, second=d.idle),
        NotDuplicate(first=d.idle, second=d.north),
    )[1],
    "product_sku": lambda d: Product(sku="a-1 ", name="x"),
    "product_gtin": lambda d: (
        Product.objects.create(sku="g", name="g", gtin="1"),
        Product(sku="h", name="h", gtin="1"),
    )[1],
    "product_code_once": lambda d: again(ProductCode, product=d.product, code="X 1"),
    "lot_number": lambda d: Lot(product=d.tracked, number="l-7"),
    "lot_alias_once": lambda d: again(LotAlias, lot=d.lot, number="L7"),
    "warehouse_name": lambda d: Warehouse(name="Depot"),
    "storefront_name": lambda d: StoreFront(name="Main"),
    "balance_unique": lambda d: StoreFrontInventory(storefront=d.shop, product=d.product),
    "movement_cause_once": lambda d: movement(
        d, cause_model="inventory.StockProduct", cause_key=str(d.product.intakes.get().pk)
    ),
    "stock_count_line_lot_once": lambda d: counted_line(d, product=d.tracked, lot=d.lot),
    "stock_count_line_product_once": lambda d: again(StockCountLine, count=counted(d.lot, 1), product=d.product),
    "order_number_once": lambda d: order(d, "# so-1"),
    "order_external_key": lambda d: (order(d, "8", external_key="e").save(), order(d, "9", external_key="e"))[1],
    "order_line_number": lambda d: line(d, line_number=1),
    "segment_position": lambda d: paper(d, document=d.paper().document),
    "distribution_external_key": lambda d: again(Distribution, ship_date=DAY, source="csv", external_key="e"),
    "distribution_line_number": lambda d: shipment_line(d, line_number=1),
    "distribution_document_once": lambda d: again(DistributionDocument, distribution=d.shipment, segment=d.paper()),
    "shipstation_page_once": lambda d: again(
        ShipStationPage, scope="2026-11", kind="orders", number=1, content="[]", row_count=0
    ),
    "default_place_once": lambda d: again(DefaultPlace, source="csv", warehouse=d.depot),
    "return_line_once": lambda d: again(
        ReturnLine, goods_return=came_back(d), shipment_line=d.shipment.lines.get(), quantity=1
    ),
    "recall_lot_once": lambda d: again(RecallLot, recall=recalled(), lot=d.lot),
    "recall_notice_once": lambda d: again(RecallNotice, recall=recalled(), consignee_key="k"),
    "report_approval_once": lambda d: again(
        ReportApproval, report=reported(d), how="signature", approver="ada", sha256="0" * 64
    ),
    "reported_shipment_once": lambda d: again(ReportedShipment, report=reported(d), shipment=d.shipment),
    "skipped_once": lambda d: again(SkippedShipment, source="csv", external_key="k", reason="no order"),
}
NOT_SO = {
    "customer_number_filled": lambda d: customer(customer_number=""),
    "candidate_in_order": lambda d: candidate(first_id=2, second_id=1),
    "not_duplicate_of_itself": lambda d: NotDuplicate(first=d.north, second=d.north),
    "product_code_quantity": lambda d: ProductCode(product=d.product, code="c", quantity=0),
    "lot_dates": lambda d: Lot(product=d.product, number="1", manufactured_on=DAY, expires_on=date(2026, 1, 1)),
    "intake_quantity": lambda d: StockProduct(product=d.product, warehouse=d.depot, quantity=0),
    "balance_not_negative": lambda d: StoreFrontInventory(
        storefront=StoreFront.objects.create(name="Other"), product=d.product, quantity=-1
    ),
    "movement_quantity": lambda d: movement(d, quantity=0),
    "movement_one_from": lambda d: movement(d, from_warehouse=d.depot, from_storefront=d.shop),
    "movement_one_to": lambda d: movement(d, to_storefront=d.shop),
    "movement_some_place": lambda d: movement(d, to_warehouse=None),
    "movement_adjustment_reason": lambda d: movement(d, kind="adjustment"),
    "transfer_two_places": lambda d: TransferRequest(warehouse=d.depot),
    "transfer_goes_somewhere": lambda d: TransferRequest(from_storefront=d.shop, storefront=d.shop),
    "transfer_fulfilled_at": lambda d: TransferRequest(**place(d), status="FULFILLED"),
    "transfer_cancelled_at": lambda d: TransferRequest(**place(d), status="CANCELLED"),
    "transfer_line_quantity": lambda d: TransferRequestLineItem(
        request=d.fulfilled, product=d.product, requested_quantity=0
    ),
    "stock_count_one_place": lambda d: count(d, warehouse=d.depot),
    "stock_count_counted_at": lambda d: count(d, state="counted"),
    "stock_count_line_quantity": lambda d: counted_line(d, counted_quantity=-1, counted_at=timezone.now()),
    "stock_count_line_counted_at": lambda d: counted_line(d, counted_quantity=1),
    "order_external_key_filled": lambda d: order(d, "9", external_key=""),
    "order_line_quantity": lambda d: line(d, quantity=0),
    "segment_pages": lambda d: paper(d, first_page=2, last_page=1),
    "segment_order": lambda d: paper(d, status="imported"),
    "distribution_has_order": lambda d: shipment(may_wait=False),
    "distribution_one_place": lambda d: shipment(shipped_from_warehouse=d.depot, shipped_from_storefront=d.shop),
    "distribution_void_reason": lambda d: shipment(voided_at=timezone.now()),
    "distribution_external_key_filled": lambda d: shipment(external_key=""),
    "distribution_line_quantity": lambda d: shipment_line(d, quantity=0),
    "skipped_reason": lambda d: skipped(reason=""),
    "not_sent_reason": lambda d: NotSent(skipped=left_out()),
    "default_place_one_place": lambda d: DefaultPlace(source="csv", warehouse=d.depot, storefront=d.shop),
    "recall_reason": lambda d: Recall(reason=""),
    "recall_closed": lambda d: Recall(reason="cracks", state="closed"),
    "recall_notice_how": lambda d: notice(told_at=timezone.now()),
    "recall_notice_who": lambda d: notice(answered_at=timezone.now()),
    "recall_notice_waiting": lambda d: notice(units_waiting=1),
    "report_lot": lambda d: report(d, lot=d.lot, product=d.tracked),
    "report_customer": lambda d: report(d, customer_key=7),
    "report_counts": lambda d: report(d, units_waiting=2),
    "report_approval_how": lambda d: approval(d, how="mail", mail_from="x"),
    "report_discarded_why": lambda d: ReportDecision(report=reported(d), outcome="discarded"),
    "return_one_place": lambda d: Return(distribution=d.shipment),
    "return_line_quantity": lambda d: ReturnLine(
        goods_return=came_back(d), shipment_line=d.shipment.lines.get(), quantity=0
    ),
}
CASES = {**NOT_AGAIN, **NOT_SO}
# A required text, refused as blank before; a quantity, refused with the bounds of its column.
THE_FIELD_SAYS_IT = {"skipped_reason", "intake_quantity", "movement_quantity", "transfer_line_quantity"}
THE_FIELD_SAYS_IT |= {"not_sent_reason", "recall_reason", "return_line_quantity"}
# An empty key cannot be derived, so these two only stop writers that pass by save and plan.
ONLY_FOR_OTHER_WRITERS = {"customer_key_filled", "order_number_filled"}


def constraints() -> dict[str, models.BaseConstraint]:
    found = [c for app in APPS for model in apps.get_app_config(app).get_models() for c in model._meta.constraints]
    return {constraint.name: constraint for constraint in found}


def test_every_constraint_is_violated_here_once():
    assert set(CASES) | ONLY_FOR_OTHER_WRITERS == set(constraints())


def test_every_constraint_says_in_words_what_is_wrong():
    default = models.BaseConstraint.default_violation_error_message
    assert [name for name, one in constraints().items() if one.violation_error_message == default] == []


NO_FORM_WRITES_IT = {"recall_notice_once"}  # notices follow from shipments


@pytest.mark.parametrize("name", sorted(set(CASES) - THE_FIELD_SAYS_IT - NO_FORM_WRITES_IT))
def test_a_form_says_what_is_wrong(demo, name):
    row = CASES[name](demo)
    hidden = [field.name for field in row._meta.fields if not field.editable]  # as in the form of the admin
    with pytest.raises(ValidationError) as refusal:
        row.full_clean(exclude=hidden)
    assert constraints()[name].violation_error_message in refusal.value.messages


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses(demo, name):
    row = CASES[name](demo)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        row.save(force_insert=True)
    said = ("UNIQUE constraint failed", "is append-only")  # SQLite: no row of the record comes over another
    assert any(words in str(refusal.value) for words in (name, *said))


@pytest.mark.parametrize(("model", "column"), [(Customer, "company_key"), (SalesOrder, "order_number_key")])
def test_the_database_refuses_an_empty_key_of_other_writers(demo, model, column):
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=model.objects.first().pk).update(**{column: ""})


def test_several_rows_may_lack_number_gtin_and_external_key(demo):
    assert Customer.objects.filter(customer_number=None).count() == 3
    assert Product.objects.filter(gtin="").count() == 2
    assert Distribution.objects.filter(external_key=None).count() == 2
