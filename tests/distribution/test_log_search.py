"""The log is found by what stands on the paper in the hand, and lists without counting everything."""

from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from distribution import log_search
from distribution.log_search import found_in_log, keys_of
from distribution.models import Distribution
from eqms import lists
from eqms.lists import QuickPaginator
from inventory.models import LotAlias, Product


@pytest.fixture
def log(demo):
    """SO-1 to North Clinic with lot L-7 and a serial number; SO-77 waits; 1285 went to the other clinic."""
    demo.ordered("1285", demo.north_inc)
    demo.of_lot = demo.shipped(
        2,
        product=demo.tracked,
        lot=demo.lot,
        sales_order=demo.order,
        order_number="SO-1",
        tracking_number="7946 4479 0132",
        ship_date=date(2026, 2, 1),
    )
    demo.of_lot.lines.update(serial_number="SN-5")
    demo.other = demo.shipped(1, order_number="1285", consignee_name="Saint Mary's Hospital, Inc.")
    return demo


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SO #1", ["of_lot", "other", "shipment"]),  # 1285 begins with 1
        ("128", ["other"]),
        ("285", []),  # a part of a number is no number
        ("so-77", ["waiting"]),
        ("7946-4479", ["of_lot"]),
        ("1Z", ["shipment"]),
        ("saint mary's hospital inc", ["other"]),
        ("saintm", ["other"]),
        ("klinik", ["waiting"]),
        ("l-7", ["of_lot"]),
        ("SN-5", ["of_lot"]),
        ("a-2", ["of_lot"]),
        ("PO-9", ["of_lot", "shipment"]),
        ("c-100", ["of_lot", "shipment"]),
        ("orth Clin", ["of_lot", "shipment"]),  # the customer's name, anywhere in it
        ("l-7 so-1", ["of_lot"]),
        ("%", []),
        ("_", []),
    ],
)
def test_finds(log, text, names):
    found = found_in_log(Distribution.objects.all(), text, text.split())
    wanted = {getattr(log, name) for name in names}
    assert set(found) - {log.of_lot} == wanted - {log.of_lot}
    assert (log.of_lot in found) == ("of_lot" in names)


GTIN = "00844588003288"


@pytest.mark.parametrize(
    ("code", "names"),
    [
        (f"(01){GTIN}(17)300131(10)L-7", {"of_lot", "mistyped"}),
        (f"01{GTIN}10L-7\x1d17300131", {"of_lot", "mistyped"}),
        (f"01{GTIN}10L-7|17300131", {"of_lot", "mistyped"}),
        (f"01{GTIN}10L-7 17300131", {"of_lot", "mistyped"}),
        (f"(01){GTIN}(10)L-7(21)SN-5", {"of_lot"}),  # the very device
        (f"(01){GTIN}(10)L-7(21)SN-6", {"of_lot", "mistyped"}),  # not shipped by its number: its lot
        (f"(01){GTIN}", {"of_lot", "mistyped"}),
        ("(10)L-7(17)300131", {"of_lot", "mistyped", "same_number"}),
        ("(01)00844588003289(10)L-7", set()),
        (f"(01){GTIN}(10)L-8", set()),
    ],
)
def test_a_scanned_code_finds_the_device_that_it_names(log, as_ada, code, names):
    Product.objects.filter(pk=log.tracked.pk).update(gtin=GTIN)
    Product.objects.filter(pk=log.product.pk).update(gtin="00844588003289")  # such a code is misread all the same
    log.mistyped = log.shipped(1, product=log.tracked, order_number="SO-88")
    log.mistyped.lines.update(lot_number="l-7", lot_number_key="l-7")
    log.same_number = log.shipped(1, order_number="SO-89")  # a lot of another product
    log.same_number.lines.update(lot_number="L-7", lot_number_key="l-7")
    page = as_ada.get("/admin/distribution/distribution/", {"q": code})
    assert set(page.context["cl"].result_list) == {getattr(log, name) for name in names}
    assert ("Scan it again: Invalid GTIN check digit" in page.content.decode()) == ("3289" in code)


def test_finds_what_was_reported_of_a_mistyped_lot_and_what_the_lot_is(log):
    LotAlias.objects.create(lot=log.lot, number="L-Z7")
    assert keys_of("L-Z7") == {log.of_lot.pk}


@pytest.mark.parametrize("few", [2, 10])
def test_of_many_the_newest_are_shown(log, monkeypatch, few):
    for name, number in {"MOST": 2, "NEWEST": 2, "FEW": few}.items():
        monkeypatch.setattr(log_search, name, number)
    for day in (3, 1, 2):
        log.shipped(1, order_number=f"999{day}", ship_date=date(2026, 4, day))
    found = found_in_log(Distribution.objects.all(), "999", ["999"]).order_by("ship_date")
    assert [shipment.ship_date.day for shipment in found] == [2, 3]


def test_the_page_searches_and_says_where(log, client):
    client.force_login(log.ada)
    page = client.get(reverse("admin:distribution_distribution_changelist"), {"q": "1285"})
    assert [row.pk for row in page.context["cl"].result_list] == [log.other.pk]
    assert "or how it begins" in page.content.decode()


def test_a_list_asks_as_much_for_many_as_for_few(log, client, django_assert_max_num_queries):
    client.force_login(log.ada)
    for number in range(30):
        log.shipped(1, order_number=f"X-{number}", sales_order=log.order)
    with django_assert_max_num_queries(8):
        assert client.get(reverse("admin:distribution_distribution_changelist")).status_code == 200


def test_a_part_of_the_list_is_counted_so_far_only(log, monkeypatch):
    monkeypatch.setattr(lists, "COUNTED", 1)
    rows = Distribution.objects.order_by("-ship_date", "-id")
    assert QuickPaginator(rows.filter(may_wait=True), 100).count == 1
    assert QuickPaginator(rows.all(), 100).count == 4


def test_a_large_list_is_estimated(log, monkeypatch):
    monkeypatch.setattr(lists, "COUNTED", 1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE distribution_distribution")
    Distribution.objects.filter(pk=log.other.pk).update(order_number="x")
    assert lists.estimated(Distribution) == (4 if connection.vendor == "postgresql" else 0)
