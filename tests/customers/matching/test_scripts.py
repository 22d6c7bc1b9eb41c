"""Names of every script keep what tells them apart."""

import numpy as np
import pytest

from customers.matching import Record, find_duplicates
from customers.matching.search import read
from customers.matching.text import capitals

from .scoring import invented


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Klinik Müller", ["KLINIK", "MULLER"]),
        ("東京病院", ["東京病院"]),
        ("Hôpital Saint-Éloi", ["HOPITAL", "SAINT", "ELOI"]),
        ("Больница №7", ["БОЛЬНИЦА", "NO7"]),
        ("โรงพยาบาลกรุงเทพ", ["โรงพยาบาลกรุงเทพ"]),
        ("अस्पताल दिल्ली", ["अस्पताल", "दिल्ली"]),
        ("서울병원", ["서울병원"]),
        ("مستشفى الملك", ["مستشفى", "الملك"]),
        ("Straße & Söhne GmbH", ["STRASSE", "SOHNE"]),
        ("Łódź Øresund", ["LODZ", "ORESUND"]),
        ("ＳＴ．ＭＡＲＹ", ["SAINT", "MARY"]),
        ("The Company", ["THE", "COMPANY"]),
    ],
)
def test_a_name_keeps_its_words(name, words):
    assert read([Record(1, name)]).names_of(np.array([0])) == [words]


def test_capitals_are_the_same_however_accents_are_written():
    assert capitals("E\u0301loi") == capitals("\u00c9loi") == capitals("Eloi") == "ELOI"


def test_kana_keep_their_marks():
    assert capitals("が") != capitals("か")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("東京病院", "大阪病院"),
        ("Больница Север", "Аптека Звезда"),
        ("서울병원", "부산의원"),
        ("مستشفى الملك", "عيادة النور"),
    ],
)
def test_two_names_of_one_script_are_two_customers(one, other):
    others, _ = invented(500, 3)
    records = [Record("a", one, city="Springfield"), Record("b", other, city="Springfield")]
    found = {frozenset((pair.first, pair.second)) for pair in find_duplicates([*others, *records])}
    assert frozenset("ab") not in found


@pytest.mark.parametrize(
    ("one", "other"),
    [("東京病院", "東京病院"), ("Klinik Müller", "KLINIK MULLER"), ("Hôpital Saint-Éloi", "Hopital St Eloi")],
)
def test_one_name_in_two_spellings_is_found(one, other):
    others, _ = invented(500, 3)
    place = {"address": "1-2-3 本町", "city": "東京", "postal_code": "100-0001"}
    records = [Record("a", one, **place), Record("b", other, **place)]
    pairs = [pair for pair in find_duplicates([*others, *records]) if {pair.first, pair.second} == {"a", "b"}]
    assert [pair.band for pair in pairs] == ["automatic"]
