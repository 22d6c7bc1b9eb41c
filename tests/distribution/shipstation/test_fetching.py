"""Pages are kept as they come; a fetch that was cut goes on where it stopped."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from distribution.demo.shipstation_double import KEY, SECRET, ShipStationDouble
from distribution.models import ShipStationPage
from distribution.shipstation.client import Client, ShipStationTrouble
from distribution.shipstation.fetching import fetch, is_whole, rows_of
from distribution.shipstation.scope import Scope, scope_of_month

from .rows import many

pytestmark = pytest.mark.django_db
MARCH = scope_of_month("2026-03")


def client(double, sleep=None):
    return Client(double.url, KEY, SECRET, sleep=sleep or double.sleep)


def keys(scope=MARCH):
    return sorted({row["shipmentId"] for row in rows_of(scope, "shipments")})


def test_keeps_every_page_and_knows_when_it_has_all():
    said = []
    with ShipStationDouble(many(range(25)), page_size=10) as double:
        assert fetch(MARCH, client(double), said.append) == 25
    assert is_whole(MARCH)
    assert keys() == [1000 + number for number in range(25)]
    assert said[:3] == [f"shipments: page {n} of 3, {rows} rows" for n, rows in ((1, 10), (2, 10), (3, 5))]


def test_a_fetch_that_was_cut_goes_on_at_its_last_page():
    with ShipStationDouble(many(range(25)), page_size=10, requests_a_window=2) as double:

        def cut(seconds):
            raise ShipStationTrouble("somebody pulled the plug")

        with pytest.raises(ShipStationTrouble):
            fetch(MARCH, client(double, cut))
        assert not is_whole(MARCH)
        fetch(MARCH, client(double))
        assert [page for path, page, status in double.asked if (path, status) == ("/shipments", 200)] == [1, 2, 2, 3]
    assert keys() == [1000 + number for number in range(25)]


def test_an_old_torso_is_fetched_anew():
    old = timezone.now() - timedelta(days=1)
    ShipStationPage.objects.create(
        scope="2026-03", kind="shipments", number=7, content="[]", row_count=0, fetched_at=old
    )
    with ShipStationDouble(many(range(3))) as double:
        fetch(MARCH, client(double))
    assert list(ShipStationPage.objects.values_list("kind", "number")) == [("orders", 1), ("shipments", 1)]


def test_a_second_fetch_replaces_the_pages_of_the_first():
    with ShipStationDouble(many(range(25)), page_size=10) as double:
        fetch(MARCH, client(double))
        double.lists["shipments"] = many(range(12))
        assert fetch(MARCH, client(double)) == 12
    assert keys() == [1000 + number for number in range(12)]


def test_months_and_days_are_lists_of_their_own():
    with ShipStationDouble(many(range(25))) as double:
        fetch(MARCH, client(double))
        fetch(Scope(date(2026, 3, 25)), client(double))
        fetch(scope_of_month("2026-04"), client(double))
    assert len(keys()) == 25
    assert {row["shipDate"] for row in rows_of(Scope(date(2026, 3, 25)), "shipments")} == {"2026-03-25"}
    assert keys(scope_of_month("2026-04")) == []


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "March", "", "2026-03-01"])
def test_a_month_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match=r"write 2026-11\."):
        scope_of_month(text)
