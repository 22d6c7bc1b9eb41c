"""Text on which both databases agree."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from eqms.text_key import (
    KEY_LENGTH,
    LONGEST_REMEMBERED,
    compact,
    folded,
    letters_and_digits,
    remembering,
    shortened,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(TEXT)
def test_a_key_of_a_key_is_that_key(text):
    for make in (folded, letters_and_digits, compact, shortened):
        assert make(make(text)) == make(text)


@given(TEXT)
def test_case_and_compatibility_form_make_no_difference(text):
    for other in (unicodedata.normalize("NFKD", text), unicodedata.normalize("NFC", text), folded(text)):
        assert letters_and_digits(other) == letters_and_digits(text)
        assert compact(other) == compact(text)


@given(TEXT)
def test_only_letters_digits_and_marks_are_left(text):
    assert {unicodedata.category(c)[0] for c in letters_and_digits(text)} <= {"L", "N", "M"}


def test_marks_of_other_scripts_stay():
    assert letters_and_digits("कि") != letters_and_digits("क")  # Hindi "ki" and "ka" differ in a mark alone


def test_a_mark_joins_the_letter_that_stands_before_it_once_punctuation_is_gone():
    assert letters_and_digits("e-\N{COMBINING ACUTE ACCENT}") == "\N{LATIN SMALL LETTER E WITH ACUTE}"


def test_invisible_characters_and_kinds_of_dashes_make_no_difference():
    assert compact("A\N{SOFT HYPHEN}1\N{EN DASH}2\N{ZERO WIDTH SPACE} \N{NO-BREAK SPACE}") == "a1-2"


def test_a_long_key_is_cut_to_the_column_and_still_differs_at_its_end():
    one, other = shortened("a" * 400 + "1"), shortened("a" * 400 + "2")
    assert len(one) == len(other) == KEY_LENGTH
    assert one != other


def test_short_texts_are_remembered_and_long_ones_are_not():
    asked = []

    @remembering
    def upper(text):
        asked.append(text)
        return text.upper()

    long = "x" * (LONGEST_REMEMBERED + 1)
    assert [upper("a"), upper("a"), upper(long), upper(long)] == ["A", "A", long.upper(), long.upper()]
    assert asked == ["a", long, long]
