"""The trace in the admin: search, page, CSV and JSON."""

import csv
import io

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from customers.models import CustomerAlias
from distribution.views import trace as views
from eqms import roles
from eqms.models import User
from inventory.models import Lot

from .recalled import Journey


@pytest.fixture
def journey(demo):
    return Journey(demo)


def page(client, query="") -> str:
    answer = client.get(f"/admin/trace/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_search_leads_straight_to_the_only_lot(as_ada, journey):
    answer = as_ada.get("/admin/trace/", {"q": "l7x"})
    assert (answer.status_code, answer["Location"]) == (302, f"/admin/trace/?lot={journey.lot.pk}")


def test_a_number_of_several_products_lists_them_and_asks(as_ada, journey):
    other = Lot.objects.create(product=journey.other_product, number="L-7")
    text = page(as_ada, "?q=L-7")
    assert "2 lots have this number: which product is it?" in text
    assert f"?lot={other.pk}" in text and f"?lot={journey.lot.pk}" in text


def test_a_lot_shows_matched_waiting_and_void_apart_with_the_balance(as_ada, journey):
    journey.ship(3, sales_order=journey.demo.order, tracking_number="1Z-9")
    journey.ship(2, order_number="SO-404")
    journey.ship(1, voided_at=timezone.now(), void_reason="typed twice", booked=False)
    text = page(as_ada, f"?lot={journey.lot.pk}")
    for words in ("Shipped: 3 units on 1 line", "waiting for the order: 2 units", "Void: 1 unit", "typed twice"):
        assert words in text
    assert "Each of the 20 units is in one place" in text and "<strong>15</strong> in warehouses" in text
    assert "Where the 20 units of the lot are" in text  # the picture


def test_only_the_first_lines_are_shown_until_all_are_asked_for(as_ada, journey, monkeypatch):
    monkeypatch.setattr(views, "SHOWN", 2)
    for _ in range(3):
        journey.ship(1)
    assert "The first 2 of 3." in page(as_ada, f"?lot={journey.lot.pk}")
    assert "The first 2" not in page(as_ada, f"?lot={journey.lot.pk}&all")


def test_what_shipments_report_is_escaped(as_ada, journey):
    journey.ship(1, consignee_name="<script>alert(1)</script>")
    assert "<script>alert" not in page(as_ada, f"?lot={journey.lot.pk}")


def test_a_number_that_no_lot_has_can_be_traced(as_ada, journey):
    journey.ship(2, lot="N/1", corrected=None)
    answer = as_ada.get("/admin/trace/", {"q": "n/1"}, follow=True)
    assert "which no lot has" in answer.content.decode()


def test_a_customer_shows_its_lots(as_ada, journey):
    journey.ship(3, sales_order=journey.demo.order)
    text = page(as_ada, f"?customer={journey.demo.north.pk}")
    assert "What North Clinic got" in text and f'href="/admin/trace/?lot={journey.lot.pk}"' in text


def test_the_address_of_a_merged_customer_means_the_survivor(as_ada, journey):
    CustomerAlias.objects.create(customer=journey.demo.north, kind="id", value="777")
    assert "What North Clinic got" in page(as_ada, "?customer=777")
    assert as_ada.get("/admin/trace/json?customer=778").status_code == 404


def test_the_csv_holds_every_line_and_runs_no_formula(as_ada, journey):
    journey.ship(3, consignee_name="=cmd()")
    answer = as_ada.get(f"/admin/trace/csv?lot={journey.lot.pk}")
    assert answer["Content-Disposition"] == 'attachment; filename="trace-l-7.csv"'
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeffStatus,")
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["Facility"], row["Quantity"], row["Status"]) == ("'=cmd()", "3", "waiting")


def test_the_json_is_the_same_as_the_commands(as_ada, journey):
    journey.ship(3)
    said = as_ada.get(f"/admin/trace/json?lot={journey.lot.pk}").json()
    assert (said["units"], said["mass_balance"]["unaccounted"]) == (3, 0)


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 400), ("?lot=0", 404), ("?lot=x", 404), ("?lot=99999999999999999999", 404), ("?product=1&number=2", 404)],
)
def test_addresses_that_name_nothing_are_told_so_in_json(as_ada, query, status):
    answer = as_ada.get(f"/admin/trace/json{query}")
    assert (answer.status_code, "error" in answer.json()) == (status, True)


def test_who_may_not_see_shipments_sees_no_trace(client, db):
    roles.seed()
    client.force_login(User.objects.create_user("bo", is_staff=True))
    assert [client.get(f"/admin/trace/{name}").status_code for name in ("", "csv", "json")] == [403, 403, 403]
    viewer = User.objects.create_user("vi", is_staff=True)
    viewer.groups.add(Group.objects.get(name="viewer"))
    client.force_login(viewer)
    assert client.get("/admin/trace/").status_code == 200
    client.logout()
    assert client.get("/admin/trace/json").status_code == 401


def test_the_page_of_a_lot_leads_to_its_trace(as_ada, journey):
    text = as_ada.get(f"/admin/inventory/lot/{journey.lot.pk}/change/").content.decode()
    assert f'href="/admin/trace/?lot={journey.lot.pk}"' in text
