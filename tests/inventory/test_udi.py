"""What a scanned code of a device says."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inventory.udi import Scan, forms_of, scanned

GTIN = "00844588003288"
WHOLE = Scan(GTIN, "ABC-1", date(2026, 1, 31), "")


@pytest.mark.parametrize(
    "text",
    [
        f"(01){GTIN}(17)260131(10)ABC-1",
        f"01{GTIN}1726013110ABC-1",
        f"]d201{GTIN}1726013110ABC-1",
        f"]C1\x1d01{GTIN}1726013110ABC-1",
        f"\x1d01{GTIN}10ABC-1\x1d17260131",
        f"01{GTIN}10ABC-1<GS>17260131",
        f"01{GTIN}10ABC-1␝17260131\r\n",
        f"10ABC-1\x1d17260131\x1d01{GTIN}",
        *(f"01{GTIN}10ABC-1{sign}17260131" for sign in ["|", "~", "^", "#", " ", "[GS]", "\\x1d"]),
    ],
)
def test_every_way_to_send_a_code_says_the_same(text):
    assert scanned(text) == WHOLE


def test_a_day_of_zero_is_the_last_of_the_month():
    assert scanned(f"(01){GTIN}(17)260200").expires_on == date(2026, 2, 28)


def test_serial_numbers_are_told():
    assert scanned(f"01{GTIN}10A\x1d21S-9").serial_number == "S-9"


@pytest.mark.parametrize("text", ["(01)00844588003289(10)A", "010084458800328910A", "]d20100844588003289"])
def test_a_wrong_check_digit_is_named(text):
    assert "Invalid GTIN check digit for '00844588003289': Expected 8, got 9." in scanned(text).problem


def test_a_code_that_cannot_be_read_says_so():
    assert scanned("(01)123(10)X").problem.startswith("This looks like a GS1 code and cannot be read")
    assert "260199" in scanned(f"(01){GTIN}(17)260199").problem


NO_CODES = ["", "SO-1", "0100844588003289", "10-4", "(abc)", "1726013110ABC", "01-B|10", "SO #1", "St. Mary's (01)"]


@pytest.mark.parametrize("text", NO_CODES)
def test_what_is_no_code_is_left_alone(text):
    assert scanned(text) is None


def test_a_gtin_may_be_written_down_shorter():
    assert forms_of(GTIN) == [GTIN, "0844588003288", "844588003288"]
    assert forms_of("00000096385074") == ["00000096385074", "0000096385074", "000096385074", "96385074"]


@given(st.text(alphabet="0123456789()]dC1\x1dAB-<GS>", max_size=60))
@example("(01)" + "9" * 500)
def test_no_text_breaks_the_reader(text):
    scan = scanned(text)
    assert scan is None or isinstance(scan, Scan)
