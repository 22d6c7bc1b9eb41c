"""Packing slips and carriers' labels: read whole however they are laid out; what leaves doubt is said."""

import io
import json
import time
from collections import Counter
from pathlib import Path

import pikepdf
import pytest

from eqms.pdf.words import Page, Word, read_pages
from sales.order_pdf import read_papers
from sales.order_pdf.carriers import carrier_named, carrier_of, doubt_about
from tests.papers.scoring import read_as_schema, score, truth_of
from tests.papers.unlike_shipments.generate import main
from tests.sales.order_pdf.drawing import page

SAMPLES = Path(__file__).parents[2] / "papers"
UNLIKE = SAMPLES / "unlike_shipments"
KINDS = ("packing_slip", "shipping_label")

SLIP = (
    "                 PACKING SLIP",
    "",
    "Verity Medical      Order Number: A-100",
    "9 Quay St           Ship Date: 03/09/2025",
    "Albany NY 12207     Customer PO: PO-7781",
    "",
    "Ship To:",
    "Larch Hollow Clinic",
    "12 Foundry Lane",
    "Port Ambrose, ME 04101",
    "",
)
GOODS = "Item No.    Description                 Lot                Qty"
BAG = "TR-1        Bag                         L777               10"
LABEL = (
    "SHIPPING DEPT            3 LBS   1 OF 1",
    "VERITY MEDICAL",
    "9 QUAY ST",
    "ALBANY NY 12207",
    "",
    "SHIP TO:",
    "LARCH HOLLOW CLINIC",
    "12 FOUNDRY LANE",
    "PORT AMBROSE ME 04101",
    "",
    "UPS GROUND",
    "TRACKING #: 1Z 999 AA1 01 2345 6784",
    "BILLING: P/P",
    "REF #1: SO-4711",
    "REF #2: PO-7781",
)
OTHER = [
    line.replace("LARCH", "DUNLIN").replace("1Z 999 AA1 01 2345 6784", "1Z12345E6605272234") for line in LABEL
]  # fmt: skip


def read(*pages):
    return list(read_papers(pages))


def slip(*rows, first=SLIP):
    (paper,) = read(page(*first, *rows))
    assert paper.kind == "packing_slip"
    return paper


def label(*lines, **placed):
    (paper,) = read(page(*lines, **placed))
    assert paper.kind == "shipping_label"
    return paper


def goods(paper):
    values = [{name: field.value for name, field in line.items()} for line in paper.lines]
    return [(line.get("sku"), line.get("lots", []), line.get("quantity")) for line in values]


# -- figures -----------------------------------------------------------------------------------------


def scored(folder):
    files = sorted(folder.glob("*.pdf"))
    found = [doc for path in files for doc in read_as_schema(path) if doc["doc_type"] in KINDS]
    return score([doc for doc in truth_of(folder) if doc["doc_type"] in KINDS], found)


@pytest.mark.parametrize(("folder", "expected"), [(SAMPLES, 24), (UNLIKE, 36)])
def test_reads_slips_and_labels_as_well_as_promised(folder, expected):
    result = scored(folder)
    assert (result.expected, result.found, result.matched) == (expected,) * 3, result.errors
    assert min(result.header_fields, result.core_f1, result.key / expected) >= 0.99, result.errors


def test_each_figure_of_a_slip_and_a_label_has_its_place_on_the_page():
    papers = read_papers(read_pages((SAMPLES / "label_rotated_batch.pdf").read_bytes()))
    fields = [field for paper in papers for part in (paper.fields, *paper.lines) for field in part.values()]
    assert len(fields) > 100
    assert all(0 <= x0 < x1 <= 612 and 0 <= top < bottom <= 792 for x0, top, x1, bottom in (f.box for f in fields))
    assert Counter(paper.kind for paper in papers if paper.box) == {"packing_slip": 6, "shipping_label": 6}


def test_a_label_stored_turned_with_rotate_is_read_like_the_upright_one():
    upright = UNLIKE / "plain_label.pdf"
    with pikepdf.open(upright) as pdf:
        for sheet in pdf.pages:
            width, height = float(sheet.mediabox[2]), float(sheet.mediabox[3])
            sheet.contents_add(pikepdf.Stream(pdf, f"q 0 1 -1 0 {height:g} 0 cm\n".encode()), prepend=True)
            sheet.contents_add(pikepdf.Stream(pdf, b"\nQ"))
            sheet.mediabox, sheet.Rotate = [0, 0, height, width], 90
        turned = io.BytesIO()
        pdf.save(turned)
    first, second = (list(read_papers(read_pages(data))) for data in (upright.read_bytes(), turned.getvalue()))
    values = [
        [{name: field.value for name, field in paper.fields.items()} for paper in papers] for papers in (first, second)
    ]
    assert len(first) == 3
    assert values[0] == values[1]


# -- numbers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        ("1Z 999 AA1 01 2345 6784", "UPS"),
        ("3976 1378 9113", "FedEx"),
        ("612345678901234", "FedEx"),
        ("9622 0019 0000 0000 0000 00", "FedEx"),
        ("9405 5112 0620 3456 7890 12", "USPS"),
        ("8401874795", "DHL"),
        ("PO-1234567", None),
        ("5035550145", None),
    ],
)
def test_knows_a_carrier_by_the_form_of_its_numbers(number, carrier):
    assert carrier_of(number) == carrier
    assert (doubt_about(number) == "") == (carrier is not None)


def test_the_check_digit_tells_a_mistyped_number():
    assert doubt_about("1Z5R89390357567127") == ""
    assert doubt_about("1Z5R89390357567128") == "its check digit is not that of a UPS number"
    assert doubt_about("1Z5R8939035756712") == "a UPS number has 18 signs, this one has 17"
    assert doubt_about("RB123456785GB") == ""
    assert doubt_about("RB123456786GB") == "its check digit is not that of a postal number"


def test_a_carrier_is_named_by_words_of_its_own():
    assert [carrier_named(text) for text in ("FEDEX G", "UPS 2nd Day", "USPS Priority", "ups@x.example", "CUPS")] == [
        "FedEx",
        "UPS",
        "USPS",
        None,
        None,
    ]


def test_a_doubtful_tracking_number_is_kept_with_its_doubt():
    field = label(*LABEL[:11], "TRACKING #: 1Z999AA10123456785").fields["tracking_number"]
    assert (field.value, field.doubt) == ("1Z999AA10123456785", "its check digit is not that of a UPS number")


@pytest.mark.parametrize("number", ["PO# 4500123456", "PO-45001234", "(503) 555-0144", "03/04/2025"])
def test_a_purchase_order_or_telephone_number_is_no_tracking_number(number):
    assert "tracking_number" not in label(*LABEL[:11], f"TRACKING #: {number}").fields


def test_of_several_tracking_numbers_the_others_are_named():
    paper = slip("Tracking Numbers: 1Z999AA10123456784, 1Z12345E6605272234", "", GOODS, BAG)
    field = paper.fields["tracking_number"]
    assert (field.value, field.doubt) == ("1Z999AA10123456784", 'the paper also names "1Z12345E6605272234"')


def test_a_number_without_label_counts_where_only_a_carrier_writes_it():
    rows = ("", GOODS, "TR-200      Drainage Bag                L777               10")
    assert slip("Sent by UPS 1Z999AA10123456784", *rows).value("tracking_number") == "1Z999AA10123456784"
    assert slip("Sent by UPS 1Z999AA10123456785", *rows).value("tracking_number") is None
    assert slip("Call 939512345678", *rows).value("tracking_number") is None


def test_a_fedex_number_in_fours_needs_no_label_on_a_label():
    lines = [*LABEL[:10], "FEDEX GROUND", "TRK#", "0201   7712 3456 7890"]
    paper = label(*lines)
    assert (paper.value("tracking_number"), paper.value("carrier")) == ("7712 3456 7890", "FedEx")


def test_the_carrier_is_the_stated_one_else_the_one_of_the_number():
    assert slip("Ship Via: LTL Freight", GOODS, BAG).value("carrier") == "LTL Freight"
    assert label(*LABEL[:10], "TRACKING #: 9405511206203456789012", "1 OF 1 GROUND").value("carrier") == "USPS"


def test_a_reference_on_a_label_is_kept_apart_from_the_order_number():
    paper = label(*LABEL)
    assert (paper.value("order_number"), paper.value("reference")) == (None, "SO-4711")


# -- goods -------------------------------------------------------------------------------------------


def test_what_was_shipped_counts_also_where_it_is_nothing():
    heads = "Item No.    Description                 Lot                Ordered  Shipped"
    paper = slip(
        heads,
        "TR-100      Foley Catheter, 16 Fr       L12345                   5        2",
        "TR-300      Bag                                                  5        0",
    )
    assert goods(paper) == [("TR-100", ["L12345"], 2), ("TR-300", [], 0)]
    assert paper.problems == []


def test_counts_beside_the_batches_of_an_item_are_parts_of_its_quantity():
    heads, rows = (
        "Item No.    Description                 Qty",
        (
            "TR-100      Foley Catheter, 16 Fr         5",
            "            Batch: L12345                 2",
            "            Batch: L12346                 {}",
            "TR-200      Drainage Bag                 10",
        ),
    )
    paper = slip(heads, *(row.format(3) for row in rows))
    assert goods(paper) == [("TR-100", ["L12345", "L12346"], 5), ("TR-200", [], 10)]
    wrong = slip(heads, *(row.format(4) for row in rows))
    assert "Line 2 on page 1: its item code could not be read." in wrong.problems


def test_a_lot_with_its_count_under_an_item_is_a_line_of_the_same_item():
    paper = slip(
        GOODS,
        "TR-100      Foley Catheter, 16 Fr       L12345              2",
        "                                        L12346              3",
        "TR-200      Drainage Bag                L777               10",
    )
    assert goods(paper) == [("TR-100", ["L12345"], 2), ("TR-100", ["L12346"], 3), ("TR-200", ["L777"], 10)]
    assert paper.problems == []


def test_a_telephone_number_is_no_lot():
    paper = slip(GOODS, "TR-100      Foley Catheter, 16 Fr       503-555-0144        2")
    assert goods(paper) == [("TR-100", [], 2)]
    assert paper.problems == ['Line 1 on page 1: the lot "503-555-0144" looks like a telephone number.']


# -- kinds and places --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    ["SHIPMENT NOTICE", "PACKING SLIP/DELIVERY NOTE", "CONTENTS LIST", "PICK / PACK SLIP", "PACKING SLIP PS-12"],
)
def test_knows_a_packing_slip_by_its_title(title):
    paper = slip(GOODS, BAG, first=(title, *SLIP[1:]))
    assert paper.value("order_number") == "A-100"


def test_a_paper_without_title_and_prices_may_be_a_slip_and_needs_review():
    (paper,) = read(page(*SLIP[1:], "Order Date: 03/01/2025", "", GOODS, BAG))
    doubt = "Page 1 has no title and no prices: it may be a packing slip as well as an order."
    assert paper.problems == [doubt]
    (paper,) = read(page("SALES ORDER", *SLIP[1:], "Order Date: 03/01/2025", "", GOODS, BAG))
    assert paper.problems == []


def test_a_label_that_prints_the_order_in_large_type_is_no_order():
    block = ("To: Larch Hollow Clinic", "    12 Foundry Lane", "    Port Ambrose, ME 04101")
    sheet = page("ORDER 10234", "", *block, "UPS  1Z999AA10123456784")
    (paper,) = read(Page(1, 288.0, 432.0, sheet.words, False, ""))
    assert (paper.kind, paper.value("order_number")) == ("shipping_label", "10234")


def test_a_telephone_number_above_the_addressee_is_not_their_name():
    paper = label(*LABEL[:6], "(207) 555-0188", *LABEL[6:])
    assert (paper.value("ship_to.name"), paper.value("contact_phone")) == ("LARCH HOLLOW CLINIC", "(207) 555-0188")


def sized(*rows):
    """Return a page of the size of a label; each row has text, type size and left edge."""
    words, top = [], 20.0
    for text, size, left in rows:
        for word in text.split():
            width = len(word) * size * 0.6
            words.append(Word(left, top, left + width, top + size, word, size, 0))
            left += width + size * 0.6
        top += size * 1.3
    return Page(1, 288.0, 432.0, words, False, "")


def bare(size):
    sender = [(text, 7, 8) for text in ("Verity Medical", "9 Quay St", "Albany NY 12207")]
    addressee = [(text, size, 60) for text in ("LARCH HOLLOW CLINIC", "12 FOUNDRY LANE", "PORT AMBROSE ME 04101")]
    head, foot = ("USPS PRIORITY MAIL", 14, 40), ("9405 5112 0620 3456 7890 12", 10, 40)
    return sized(head, ("", 8, 8), *sender, ("", 20, 8), *addressee, ("", 20, 8), ("USPS TRACKING #", 10, 60), foot)


def test_without_headings_the_address_in_larger_type_is_the_addressee():
    (paper,) = read(bare(size=11))
    assert (paper.value("ship_to.name"), paper.problems) == ("LARCH HOLLOW CLINIC", [])


def test_two_addresses_of_equal_type_without_headings_need_review():
    (paper,) = read(bare(size=7))
    assert "Page 1: no address could be read." in paper.problems


def test_labels_under_and_beside_each_other_are_papers_of_their_own():
    beside = page(*(one.ljust(50) + other for one, other in zip(LABEL, OTHER, strict=True)))
    for sheet in (page(*LABEL, "", "", *OTHER), beside):
        papers = read(sheet)
        assert [paper.value("tracking_number") for paper in papers] == ["1Z 999 AA1 01 2345 6784", "1Z12345E6605272234"]
        assert [paper.value("ship_to.name") for paper in papers] == ["LARCH HOLLOW CLINIC", "DUNLIN HOLLOW CLINIC"]


def test_slips_side_by_side_are_papers_of_their_own():
    rows = (*SLIP[6:10], "Item    Description     Lot      Qty", "TR-1    Foley           L12345     2")
    rows = ("PACKING SLIP", "Order Number: A-100", *rows)
    papers = read(page(*(row.ljust(50) + row.replace("A-100", "B-100").replace("TR-1", "TR-2") for row in rows)))
    assert [(paper.value("order_number"), goods(paper)[0][0]) for paper in papers] == [
        ("A-100", "TR-1"),
        ("B-100", "TR-2"),
    ]


def test_a_page_crammed_with_titles_is_one_paper_and_costs_no_time():
    places = (("Packing", 10, 17), ("Slip", 18, 22), ("x" * 30, 24, 518), ("Packing", 520, 527), ("Slip", 528, 532))
    rows = range(480)
    words = [Word(x0, 5 + 1.6 * n, x1, 6.5 + 1.6 * n, text, 1.5, 0) for n in rows for text, x0, x1 in places]
    started = time.process_time()
    assert len(read(Page(1, 612.0, 792.0, words, False, ""))) == 1
    assert time.process_time() - started < 5


def test_a_paper_without_any_number_needs_review():
    lines = [line for line in LABEL if "TRACKING" not in line]
    assert "Page 1: neither an order number nor a tracking number could be read." in label(*lines).problems


def test_the_truth_of_the_unlike_papers_is_what_their_generator_makes(tmp_path):
    main(tmp_path, seed=1, count=3)
    assert json.loads((tmp_path / "truth.json").read_text()) == json.loads((UNLIKE / "truth.json").read_text())
