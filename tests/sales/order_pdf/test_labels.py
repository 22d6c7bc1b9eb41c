"""The grammar of labels."""

import pytest

from sales.order_pdf.labels import labels_of, segments_of
from sales.order_pdf.phrases import lines_of, tokens_of
from tests.sales.order_pdf.drawing import page


def segments(line):
    (row,) = lines_of(tokens_of(page(line), 0))
    return [(segment.labels[0].kind if segment.labels else None, segment.text) for segment in segments_of(row)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("S.O. No.", "order_number"),
        ("Sales Order #", "order_number"),
        ("Our Order No", "order_number"),
        ("P.O. No.", "po_number"),
        ("Your Order No.", "po_number"),
        ("CUST NO:", "customer_number"),
        ("Req'd Ship Date", "ship_date"),
        ("NET ORDER:", "subtotal"),
        ("Untaxed Amount", "subtotal"),
        ("Shipping & Handling", "freight"),
        ("Sales Tax (8.25%)", "tax"),
        ("Order Total", "total"),
        ("Ship-To Party", "ship_to"),
        ("Name / Address", "bill_to"),
        ("Slsmn", "rep"),
        ("Order Balance", "other_money"),
    ],
)
def test_knows_labels_however_they_are_spelled(text, kind):
    assert labels_of(text)[0].kind == kind


def test_your_order_is_the_customers_and_our_order_is_ours():
    assert {labels_of("Your Order No.")[0].kind, labels_of("Our Order No.")[0].kind} == {"po_number", "order_number"}


def test_cuts_labels_and_values_that_stand_on_one_line_without_gaps():
    assert segments("CUST PO: 4711 SHIP VIA: UPS GROUND TERMS: NET 30") == [
        ("po_number", "CUST PO:"),
        (None, "4711"),
        ("carrier", "SHIP VIA:"),
        (None, "UPS GROUND"),
        ("other", "TERMS:"),
        (None, "NET 30"),
    ]


def test_plain_words_in_a_sentence_are_no_labels():
    assert segments("our order of the day is a picnic please number your cups") == [
        (None, "our order of the day is a picnic please number your cups")
    ]


def test_a_number_after_the_word_order_makes_it_a_label():
    assert segments("Order S00042") == [("order_number", "Order"), (None, "S00042")]
    assert segments("Order picnic") == [(None, "Order picnic")]
