"""Two spellings of a name and address are one customer, two facilities are two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.company_key import company_key, customer_number_key, is_name_only, without_legal_suffixes
from eqms.text_key import EmptyKey

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("東京病院", "東京病院"),
        ("Klinik Müller", "klinikmüller"),
        ("KLINIK MÜLLER", "klinikmüller"),
        ("Klinik Müller GmbH", "klinikmüller"),
        ("St. Mary's Hospital, Inc.", "stmaryshospital"),
        ("Lakeside Care LLC, Inc.", "lakesidecare"),
        ("Incline Health", "inclinehealth"),
        ("Inc Magazine", "incmagazine"),
        ("Straße", "strasse"),
        ("больница №1", "больницаno1"),
    ],
)
def test_the_key_of_a_name(name, key):
    assert company_key(name) == key


@pytest.mark.parametrize("name", ["Inc", "Co LLC", "LP Inc.", "The Company"])
def test_the_last_word_is_never_removed_as_a_legal_suffix(name):
    assert company_key(name) == name.split()[0].casefold()


@pytest.mark.parametrize("name", ["", " ", "***", "- / .", "\N{SOFT HYPHEN}"])
def test_an_empty_key_is_refused(name):
    with pytest.raises(EmptyKey, match="holds no letter and no digit"):
        company_key(name, "1 Main St")


def test_address_parts_do_not_run_into_each_other():
    assert company_key("Clinic 1", "23 Oak St") != company_key("Clinic 12", "3 Oak St")


def test_missing_parts_are_left_out():
    assert company_key("North", "", "Springfield", "", "62701") == "north|springfield|62701"


def test_a_name_alone_is_known_as_such():
    assert is_name_only(company_key("North Clinic"))
    assert not is_name_only(company_key("North Clinic", postal_code="62701"))


@given(WORDS, WORDS)
def test_the_key_does_not_depend_on_case_or_blanks(name, street):
    try:
        key = company_key(name, street)
    except EmptyKey:
        return
    assert company_key(f"  {name}  ", f"{street} ") == key
    assert company_key(name + " LLC", street) == key or not without_legal_suffixes(name)


@pytest.mark.parametrize("number", [None, "", "  "])
def test_no_number_has_no_key(number):
    assert customer_number_key(number) is None


def test_a_customer_number_ignores_case_and_blanks_and_keeps_punctuation():
    assert customer_number_key(" c 100-A ") == "c100-a"
    assert customer_number_key("C100") != customer_number_key("C-100")
