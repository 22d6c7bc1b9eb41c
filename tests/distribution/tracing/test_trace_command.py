"""The command: one lot or one customer, words, CSV or JSON, and exit codes."""

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command

from inventory.models import Lot, Product

from .recalled import Journey


@pytest.fixture
def journey(demo):
    journey = Journey(demo)
    journey.ship(3, sales_order=demo.order, tracking_number="1Z-9")
    journey.ship(2, order_number="SO-404", consignee_name="=1+1")
    return journey


def run(*arguments) -> str:
    out = io.StringIO()
    call_command("trace", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_a_lot_is_told_in_words_and_the_last_line_counts(journey):
    lines = run("L-7").splitlines()
    assert lines[0] == "Lot L-7 of A-2 Catheter, released"
    assert "    with consignees: 5" in lines
    shipment = "2026-02-01  3 to North Clinic, 1 Main St, order SO-1, tracking 1Z-9, shipment"
    assert any(shipment in line for line in lines)
    waits = "5 units, 2 of them waiting for their order with 2 consignees in 2 shipments; 0 unaccounted for."
    assert lines[-1] == waits


def test_json_is_one_document(journey):
    said = json.loads(run("l7x", "--json"))
    assert (said["lot"]["number"], said["units"], said["mass_balance"]["with_consignees"]) == ("L-7", 5, 5)
    assert [line["consignee"]["name"] for line in said["matched"]] == ["North Clinic"]
    assert [line["order_number"] for line in said["waiting"]] == ["SO-404"]


def test_csv_has_a_line_for_each_line_and_runs_no_formula(journey):
    rows = list(csv.DictReader(io.StringIO(run("L-7", "--csv"))))
    assert [(row["Status"], row["Facility"], row["Quantity"]) for row in rows] == [
        ("matched", "North Clinic", "3"),
        ("waiting", "'=1+1", "2"),
    ]
    assert {(row["SKU"], row["Lot"]) for row in rows} == {("A-2", "L-7")}


def test_a_customer_is_told_with_its_lots(journey):
    lines = run("--customer", "C-100").splitlines()
    assert "  3 of A-2 lot L-7, 2026-02-01" in lines
    assert lines[-1] == "4 units in 2 shipments."
    said = json.loads(run("--customer", "C-100", "--json"))
    assert [lot["number"] for lot in said["lots"]] == ["", "L-7"]


def test_a_name_that_means_nothing_is_an_error_that_offers_what_is_near(journey):
    with pytest.raises(CommandError, match="by the number L-. Perhaps: A-2 Catheter, lot L-7"):
        run("L-")
    with pytest.raises(CommandError, match="No customer is known by nobody"):
        run("--customer", "nobody")


def test_a_number_of_several_products_asks_for_one(journey):
    Lot.objects.create(product=journey.other_product, number="L-7")
    with pytest.raises(CommandError, match="L-7 means 2 lots: name the product with --product SKU"):
        run("L-7")
    assert run("L-7", "--product", "b-9").startswith("Lot L-7 of B-9")
    with pytest.raises(CommandError, match="No product is known by C-1"):
        run("L-7", "--product", "C-1")


def test_a_scanned_code_names_product_and_lot(journey):
    Lot.objects.create(product=journey.other_product, number="L-7")
    Product.objects.filter(pk=journey.product.pk).update(gtin="00844588003288")
    assert run("(01)00844588003288(10)L-7").startswith("Lot L-7 of A-2")
    with pytest.raises(CommandError, match="check digit"):
        run("(01)00844588003289(10)L-7")


def test_a_lot_that_never_left_is_no_error(journey):
    Lot.objects.create(product=journey.other_product, number="NEVER")
    assert run("never").splitlines()[-1] == "0 units with 0 consignees in 0 shipments; 0 unaccounted for."
