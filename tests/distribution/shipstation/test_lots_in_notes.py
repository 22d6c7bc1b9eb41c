"""Lots in notes: taken where they are unmistakable, left to a person otherwise."""

import pytest

from distribution.shipstation.lots_in_notes import LotOfLine, NamedLot, lots_of_lines, named_lots

KNOWN = {"A-2": ["SLQ-81020515241", "L-7", "L-8"], "B-3": ["B900", "L-8"]}


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("LOT: SLQ-81020515241", [("SLQ-81020515241", None)]),
        ("Lot# L-7 (x5)", [("L-7", 5)]),
        ("Please ship lot no. L-7 qty 5, thanks", [("L-7", 5)]),
        ("lots: L-7 x2, L-8 x3", [("L-7", 2), ("L-8", 3)]),
        ("Lots L-7 & L-8.", [("L-7", None), ("L-8", None)]),
        ("A-2 lot L-7\nB-3 lot B900", [("L-7", None), ("B900", None)]),
        ("a lot of thanks", []),
        ("lot size 5", []),
        ("Lotte 5 called", []),
        ("parking lot 12", [("12", None)]),
        ("slot 5", []),
        ("", []),
    ],
)
def test_reads_what_stands_after_the_word_lot(note, expected):
    assert named_lots(note) == [NamedLot(*lot) for lot in expected]


def test_one_known_lot_takes_all_units_of_its_product():
    assert lots_of_lines(["lot l-7"], {"A-2": 5}, KNOWN) == {"A-2": [LotOfLine("l-7", 5)]}


def test_two_lots_need_their_units_and_the_right_sum():
    assert lots_of_lines(["Lots: L-7 x2, SLQ-81020515241 x3"], {"A-2": 5}, KNOWN) == {
        "A-2": [LotOfLine("L-7", 2), LotOfLine("SLQ-81020515241", 3)]
    }
    assert lots_of_lines(["Lots: L-7, SLQ-81020515241"], {"A-2": 5}, KNOWN) == {}
    assert lots_of_lines(["Lots: L-7 x2, SLQ-81020515241 x4"], {"A-2": 5}, KNOWN) == {}


def test_a_lot_with_other_units_than_were_shipped_is_for_a_person():
    assert lots_of_lines(["Lot L-7 x2"], {"A-2": 5}, KNOWN) == {}


def test_a_lot_of_two_products_of_the_shipment_is_for_a_person():
    assert lots_of_lines(["Lot L-8"], {"A-2": 5, "B-3": 1}, KNOWN) == {}
    assert lots_of_lines(["Lot L-8"], {"A-2": 5}, KNOWN) == {"A-2": [LotOfLine("L-8", 5)]}


def test_an_unknown_number_beside_a_known_one_is_for_a_person():
    assert lots_of_lines(["parking lot 12, ship lot L-7"], {"A-2": 5}, KNOWN) == {}


def test_the_same_lot_in_two_notes_counts_once_and_with_other_units_not_at_all():
    assert lots_of_lines(["Lot L-7", "LOT: L-7"], {"A-2": 5}, KNOWN) == {"A-2": [LotOfLine("L-7", 5)]}
    assert lots_of_lines(["Lot L-7 x5", "LOT: L-7 x2"], {"A-2": 5}, KNOWN) == {}
