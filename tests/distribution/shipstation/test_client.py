"""The client speaks with a double over real HTTP: limits are honoured, what fails for a moment is asked again."""

from datetime import date

import pytest

from distribution.demo.shipstation_double import KEY, SECRET, ShipStationDouble
from distribution.shipstation.client import ATTEMPTS, Client, ShipStationTrouble
from distribution.shipstation.scope import Scope

from .rows import many


class Waits(list):
    """What a client waited for, in seconds; the double's minute begins anew meanwhile."""

    def __init__(self, double):
        self.double = double

    def __call__(self, seconds):
        self.append(seconds)
        self.double.sleep(seconds)


@pytest.fixture
def double():
    with ShipStationDouble(many(range(30)), page_size=10) as double:
        yield double


def asking(double, key=KEY, secret=SECRET):
    return Client(double.url, key, secret, sleep=Waits(double))


def test_gives_the_oldest_shipments_first_and_says_how_many_pages_there_are(double):
    page = asking(double).shipments(2)
    assert (page.number, page.pages, len(page.rows)) == (2, 3, 10)
    created = [row["createDate"] for row in page.rows]
    assert created == sorted(created)


def test_asks_only_for_the_days_that_are_wanted(double):
    page = asking(double).shipments(1, Scope(date(2026, 3, 3), date(2026, 3, 3)).shipments)
    assert {row["shipDate"] for row in page.rows} == {"2026-03-03"}


def test_waits_as_long_as_the_service_says_before_the_minute_is_used_up(double):
    double.requests_a_window = double.left = 2
    client = asking(double)
    for _ in range(5):
        client.shipments(1)
    assert client.sleep == [20, 20]
    assert [status for _, _, status in double.asked] == [200] * 5


def test_a_minute_that_others_used_up_is_waited_for(double):
    double.left = 0
    client = asking(double)
    assert len(client.shipments(1).rows) == 10
    assert client.sleep == [20]
    assert [status for _, _, status in double.asked] == [429, 200]


@pytest.mark.parametrize("seed", range(6))
def test_whatever_fails_for_a_moment_is_asked_again(seed):
    with ShipStationDouble(many(range(10)), chance=0.4, seed=seed) as double:
        rows = asking(double).shipments(1).rows
    assert {row["shipmentId"] for row in rows} == {1000 + number for number in range(10)}


def test_a_service_that_stays_broken_is_trouble_in_words():
    with ShipStationDouble([], chance=1, seed=1) as double, pytest.raises(ShipStationTrouble, match="start the sync"):
        asking(double).shipments(1)
    assert len(double.asked) <= ATTEMPTS


def test_a_wrong_key_is_named_and_not_tried_again(double):
    with pytest.raises(ShipStationTrouble, match=r"refuses the key \(401\): check SHIPSTATION_API_KEY") as trouble:
        asking(double, secret="CNRY-wrong").shipments(1)
    assert "CNRY" not in str(trouble.value)
    assert len(double.asked) == 1


def test_a_missing_key_is_named_before_anything_is_asked():
    with pytest.raises(ShipStationTrouble, match="SHIPSTATION_API_KEY and SHIPSTATION_API_SECRET are not set"):
        Client("http://127.0.0.1:1", "", "")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://127.0.0.1:1", "refuses connections"),
        ("nonsense://x", "SHIPSTATION_URL is no address"),
        ("http://no-such-host.invalid", "its name is not known"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_in_words(address, words):
    with pytest.raises(ShipStationTrouble, match=words):
        Client(address, KEY, SECRET, sleep=lambda seconds: None).shipments(1)
