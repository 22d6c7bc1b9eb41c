"""The same order number in many ways of writing, and different ones that look alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eqms.text_key import EmptyKey
from sales.order_number_key import order_number_key, order_number_key_or_empty

NUMBERS = st.text(st.sampled_from("sSoO#-/. 0123456789aAé２＃\N{EN DASH}"), max_size=12)


@pytest.mark.parametrize(
    "number", ["285", "#285", "SO285", "SO-285", "so 285", "SO #285", "# SO-285", " ２８５ ", "285."]
)
def test_one_order_however_it_is_written(number):
    assert order_number_key(number) == "285"


def test_numbers_that_look_alike_stay_apart():
    numbers = ["A-100", "B-100", "285", "285-1", "2851", "0285", "285/1", "28.5", "A100"]
    assert len({order_number_key(number) for number in numbers}) == len(numbers)


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("SOMERSET-1", "somerset-1"),
        ("SO", "so"),
        ("SO-A1", "so-a1"),
        ("SO-0285", "0285"),
        ("A-100", "a-100"),
        ("2026/SO-1", "2026/so-1"),
        ("285\N{NON-BREAKING HYPHEN}1", "285-1"),
        ("SO--5", "so--5"),
    ],
)
def test_the_key_of_a_number(number, key):
    assert order_number_key(number) == key


@pytest.mark.parametrize("number", ["", "  ", "#", "-", "n/a".replace("n", "").replace("a", "")])
def test_a_number_without_letter_and_digit_is_refused(number):
    with pytest.raises(EmptyKey, match="is no order number"):
        order_number_key(number)
    assert order_number_key_or_empty(number) == ""


@given(NUMBERS)
def test_a_key_of_a_key_is_that_key(number):
    key = order_number_key_or_empty(number)
    assert order_number_key_or_empty(key) == key


@given(NUMBERS)
def test_case_and_blanks_make_no_difference(number):
    assert order_number_key_or_empty(f" {number.upper()} ".replace("0", "0 ")) == order_number_key_or_empty(number)
