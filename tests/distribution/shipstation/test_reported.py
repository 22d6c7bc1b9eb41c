"""Shipments as ShipStation reports them: whatever its JSON holds, it is read or said what is wrong."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distribution.shipstation.reported import ReportedItem, notes_of, reported

from .rows import order_of, shipment


def test_reads_a_shipment():
    found = reported(shipment(1, ("A-1", 2), ("A-2", 5)))
    assert (found.external_key, found.order_id, found.order_number) == ("1001", "5001", "SO-1")
    assert (found.ship_date, found.carrier, found.tracking_number) == (date(2026, 3, 2), "FedEx", "700000000001")
    assert found.consignee == ("Klinik Müller", "5 Ring", "Springfield", "IL", "62701")
    assert found.contact == "Dr. Ada Ring, 217-555-0100"
    assert found.items == [ReportedItem("A-1", "The A-1", 2), ReportedItem("A-2", "The A-2", 5)]
    assert not found.problems
    assert not found.is_voided


def test_a_person_without_a_company_is_the_consignee():
    address = {"name": "Ada Ring", "company": "", "street1": "5 Ring"}
    assert reported(shipment(1, ("A-1", 1), shipTo=address)).consignee.name == "Ada Ring"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"shipDate": None, "createDate": "soon"}, "its date 'soon' is none"),
        ({"shipmentItems": []}, "it lists no items"),
        ({"shipmentItems": [{"sku": "A-1", "name": "x", "quantity": 1.5}]}, "the quantity of A-1 is 1.5"),
        ({"shipmentItems": [{"sku": "", "name": "Gift", "quantity": 1}]}, "the item Gift has no SKU"),
        ({"shipTo": None}, "it names no consignee"),
        ({"shipmentId": None}, "it has no shipmentId"),
    ],
)
def test_what_cannot_be_taken_in_is_said(changes, problem):
    assert problem in "; ".join(reported(shipment(1, ("A-1", 1), **changes)).problems)


def test_discounts_and_empty_items_are_no_goods():
    items = [
        {"sku": "A-1", "name": "x", "quantity": 1},
        {"sku": "", "name": "10 % off", "quantity": 1, "adjustment": True},
        {"sku": "A-2", "name": "none", "quantity": 0},
    ]
    found = reported(shipment(1, shipmentItems=items))
    assert (found.items, found.problems) == ([ReportedItem("A-1", "x", 1)], [])


def test_a_value_that_is_no_text_is_none():
    found = reported(shipment(1, ("A-1", 1), orderNumber=["SO-1"], trackingNumber={"a": 1}, carrierCode=True))
    assert (found.order_number, found.tracking_number, found.carrier) == ("", "", "")


def test_notes_are_those_of_the_house_the_customer_and_the_custom_fields():
    order = {
        **order_of(shipment(1), "lot L-7"),
        "customerNotes": "call first",
        "advancedOptions": {"customField2": "x"},
    }
    assert notes_of(order) == ["lot L-7", "call first", "x"]


texts = st.text("a0-\0 ü", max_size=3)
leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
json_values = leaves | st.lists(leaves, max_size=3) | st.dictionaries(texts, leaves, max_size=2)


@given(st.dictionaries(st.sampled_from(sorted(shipment(1))), json_values))
def test_no_json_breaks_the_reading(changes):
    found = reported({**shipment(1, ("A-1", 1)), **changes})
    assert found.items or found.problems
