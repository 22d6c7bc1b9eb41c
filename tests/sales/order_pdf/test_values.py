"""Typed values: a text is a value as a whole, or none."""

import pytest

from eqms.dates import day_comes_first
from sales.order_pdf import values


@pytest.mark.parametrize(
    "text",
    [
        "3/4/2025",
        "03/04/25",
        "2025-03-04",
        "4-Mar-2025",
        "04-MAR-25",
        "March 4, 2025",
        "Mar. 4, 2025",
        "4 March 2025",
        "Tue, Mar 4, 2025",
        "04MAR25",
        "2025/03/04",
        "4th March 2025",
        "03-04-2025",
        "March 4, 2025 10:15 AM",
    ],
)
def test_reads_the_same_day_in_every_style(text):
    assert values.date(text) == "2025-03-04"


def test_reads_the_day_first_where_that_is_the_custom_or_dots_are_written():
    assert values.date("03/04/2025", day_first=True) == "2025-04-03"
    assert values.date("03.04.2025") == "2025-04-03"


@pytest.mark.parametrize("text", ["13/13/2025", "2025", "97302", "555-0142", "Mar 2025", "02/30/2025", "", "soon"])
def test_is_no_date(text):
    assert values.date(text) is None


def test_other_dates_on_the_paper_show_that_the_day_comes_first():
    assert day_comes_first(["25/03/2025", "04/05/2025"])
    assert not day_comes_first(["04/05/2025"])
    assert not day_comes_first(["25/03/2025", "03/25/2025"])


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("2,500", 2500),
        ("1.0000", 1),
        ("2.00 Units", 2),
        ("x 3", 3),
        ("12 EA", 12),
        ("24ea", 24),
        ("0", 0),
        ("144", 144),
    ],
)
def test_reads_quantities(text, count):
    assert values.quantity(text) == count


@pytest.mark.parametrize("text", ["-5", "abc", "2.5", "1,50", "", "12 Monkeys", "3 4", "(5)"])
def test_is_no_quantity(text):
    assert values.quantity(text) is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("$1,250.00", "1250.00"),
        ("12.5", "12.50"),
        ("$ 0.00", "0.00"),
        ("(12.50)", "-12.50"),
        ("4.1250", "4.1250"),
        ("USD 7.00", "7.00"),
        (".50", "0.50"),
    ],
)
def test_reads_money(text, amount):
    assert values.money(text) == amount


@pytest.mark.parametrize("text", ["12,50", "", "$", "1.2.3", "Net 30", "EA", "9" * 40])
def test_is_no_money(text):
    assert values.money(text) is None


@pytest.mark.parametrize("text", ["A-100", "B-100", "285", "285-1", "SAL-ORD-2025-00123", "EG/25/1234", "SO12345"])
def test_keeps_an_order_number_as_printed(text):
    assert values.order_number(text) == text


def test_an_order_number_loses_only_its_sign():
    assert values.order_number("#4711") == "4711"
    assert values.order_number("SO 0000123") == "SO 0000123"


@pytest.mark.parametrize("text", ["(503) 555-0177", "03/04/2025", "12.50", "of the day", "two words 12"])
def test_is_no_order_number(text):
    assert values.order_number(text) is None


def test_a_purchase_order_number_has_a_digit_or_says_how_the_order_came():
    assert values.po_number("PO# 4500123") == "4500123"
    assert values.po_number("VERBAL IMANI") == "VERBAL IMANI"
    assert values.po_number("Terms apply") is None


def test_a_purchase_order_number_is_no_tracking_number():
    assert values.tracking_number("PO-12345") is None
    assert values.tracking_number("1Z 999 AA1 01 2345 6784") == "1Z 999 AA1 01 2345 6784"
    assert values.tracking_number("(503) 555-0177") is None


def test_reads_the_last_line_of_an_address():
    assert values.city_line("St. Ansel, MO  63123-4410 USA") == {
        "city": "St. Ansel",
        "state": "MO",
        "zip": "63123-4410",
    }
    assert values.city_line("Invoice 12, QQ 63123") is None
    assert values.city_line("Suite 18") is None
