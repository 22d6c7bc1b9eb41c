"""Customer -> lots, and who is meant by a name."""

import pytest

from customers.models import Customer, CustomerAlias
from distribution.tracing import trace_customer
from distribution.tracing.customer import customers_called

from .recalled import Journey


@pytest.fixture
def journey(demo):
    return Journey(demo)


def test_a_customer_is_traced_to_its_lots(journey):
    order = journey.demo.order
    journey.ship(3, sales_order=order)
    journey.ship(2, sales_order=order, lot="L7x", corrected="L-7")
    trace = trace_customer(journey.demo.north)
    (plain, lot) = trace.lots
    assert (lot.sku, lot.number, lot.units, lot.shipments) == ("A-2", "L-7", 5, 2)
    assert (plain.sku, plain.number, plain.units) == ("A-1", "", 1)


def test_a_waiting_shipment_to_its_name_and_address_stands_apart(journey):
    north = journey.demo.north
    block = {"consignee_name": north.facility_name, "consignee_address": north.address1}
    block |= {"consignee_city": north.city, "consignee_state": north.state, "consignee_postal_code": north.postal_code}
    waiting = journey.ship(2, **block)
    trace = trace_customer(north)
    assert [line.shipment_id for line in trace.waiting] == [waiting.pk]
    assert [lot.number for lot in trace.lots_waiting] == ["L-7"]


def test_a_waiting_shipment_to_a_name_alone_is_nobodys(journey):
    customer = journey.demo.customer("Nameless")
    Customer.objects.filter(pk=customer.pk).update(company_key="nameless")
    customer.refresh_from_db()
    nothing_else = {"consignee_address": "", "consignee_city": ""}
    journey.ship(2, consignee_name="Nameless", **nothing_else)
    assert trace_customer(customer).waiting == []


def test_a_waiting_shipment_to_a_former_name_is_found_by_its_key(journey):
    shipment = journey.ship(2)
    CustomerAlias.objects.create(kind="key", value=shipment.consignee_key, customer=journey.demo.idle)
    assert len(trace_customer(journey.demo.idle).waiting) == 1


def test_a_customer_is_called_by_number_id_and_former_ones(demo):
    for kind, value in (("number", "c-77"), ("id", "4711"), ("key", "old|key")):
        CustomerAlias.objects.create(kind=kind, value=value, customer=demo.idle)
    for text, customer in {"c-100 ": demo.north, str(demo.north_inc.pk): demo.north_inc, "C-77": demo.idle}.items():
        assert customers_called(text) == [customer]
    assert customers_called("4711") == customers_called("old|key") == [demo.idle]
    assert customers_called("") == customers_called("nobody") == customers_called("9" * 30) == []


def test_a_number_counts_before_an_id(demo):
    number = str(demo.idle.pk)
    Customer.objects.filter(pk=demo.north.pk).update(customer_number=number, customer_number_key=number)
    assert [row.pk for row in customers_called(number)] == [demo.north.pk]
