"""Pages become papers; what is in doubt is named for a person."""

import json

import pytest

from sales.order_pdf import Paper, as_schema, read_papers
from tests.sales.order_pdf.drawing import order, page


def read(*pages, **options):
    return read_papers(pages, **options)


def read_one(*lines, **options):
    (paper,) = read(page(*lines), **options)
    return paper


def test_reads_a_sound_order_without_any_problem():
    paper = read_one(*order())
    document = as_schema(paper, "a.pdf")
    assert paper.problems == []
    assert (document["order_number"], document["order_date"], document["po_number"]) == (
        "A-100",
        "2025-03-04",
        "PO-7781",
    )
    assert document["ship_to"] == {
        "name": "Dunlin Bay Home Health",
        "lines": ["Attn: Receiving", "77 Old Post Road"],
        "city": "Sand Hollow",
        "state": "UT",
        "zip": "84770",
    }
    assert [(line["sku"], line["lots"], line["quantity"]) for line in document["lines"]] == [
        ("TR-100", ["L12345", "L12346"], 2),
        ("TR-200", [], 10),
    ]
    assert (document["subtotal"], document["freight"], document["tax"], document["total"]) == (108.5, 12.5, None, 121)


@pytest.mark.parametrize("rotation", [90, 270])
def test_reads_text_that_is_turned_and_knows_its_place_on_the_page(rotation):
    (paper,) = read(page(*order(), rotation=rotation))
    assert paper.problems == []
    x0, top, x1, bottom = paper.fields["order_number"].box
    assert (x1 - x0, round(bottom - top, 1)) == (9.0, 27.0)


def test_every_field_knows_its_page_its_place_and_what_is_printed():
    paper = read_one(*order())
    field = paper.fields["order_date"]
    assert (field.printed, field.page, field.doubt) == ("03/04/2025", 1, "")
    assert field.box[0] == pytest.approx(36 + 43 * 5.4)


def test_survives_being_stored_as_json():
    paper = read_one(*order())
    assert Paper.from_json(json.loads(json.dumps(paper.to_json()))) == Paper.from_json(paper.to_json())
    assert as_schema(Paper.from_json(paper.to_json()), "a") == as_schema(paper, "a")


def test_the_order_of_day_and_month_is_an_argument():
    assert read_one(*order(), day_first=True).value("order_date") == "2025-04-03"


def test_another_date_on_the_paper_settles_which_comes_first():
    paper = read_one(*order(line_3="Customer PO: PO-7781           Ship Date: 25/04/2025"))
    assert (paper.value("order_date"), paper.value("ship_date")) == ("2025-04-03", "2025-04-25")


@pytest.mark.parametrize("quantity", ["abc", " -5", "2.5"])
def test_a_quantity_that_is_no_whole_number_needs_review_and_loses_no_line(quantity):
    line = f"TR-100      Foley Catheter, 16 Fr       {quantity}      22.50       45.00"
    paper = read_one(*order(line_12=line))
    assert len(paper.lines) == 2
    assert f'Line 1 on page 1: the quantity "{quantity.strip()}" is no whole number.' in paper.problems


def test_a_line_without_quantity_and_prices_is_not_swallowed_by_the_one_before():
    lines = order(line_14="TR-200      Drainage Bag                  x", line_16="", line_17="", line_18="")
    paper = read_one(*lines)
    assert [line["sku"].value for line in paper.lines] == ["TR-100", "TR-200"]
    assert any("Line 2 on page 1" in problem for problem in paper.problems)


def test_a_line_that_does_not_multiply_needs_review():
    paper = read_one(*order(line_12="TR-100      Foley Catheter, 16 Fr         2      22.50       54.00"))
    assert "Line 1 on page 1: 2 x 22.50 is not 54.00." in paper.problems


def test_a_total_that_does_not_add_up_needs_review():
    paper = read_one(*order(line_18="                                          Total:            125.00"))
    assert "Page 1: subtotal, freight and tax make 121.00, the total says 125.00." in paper.problems


def test_a_missing_line_shows_in_the_sum():
    paper = read_one(*order(line_14=""))
    assert "Page 1: the lines add up to 45.00, the subtotal says 108.50." in paper.problems


@pytest.mark.parametrize(
    ("line", "changed", "problem"),
    [
        ("line_2", "                               Order Date: 03/04/2025", "the order number could not be read"),
        ("line_2", "Order Number: A-100            Order Date: soon", "the order date could not be read"),
        ("line_2", "Order Number: A-100   Order No: B-100", 'page 1 also names "B-100"'),
    ],
)
def test_a_required_field_that_is_missing_or_in_doubt_needs_review(line, changed, problem):
    paper = read_one(*order(**{line: changed}))
    assert problem in " ".join(paper.problems)


def test_the_sellers_own_address_and_telephone_are_nobodys():
    seller = ["Verity Medical Corp.", "410 Tidewater Plaza", "Marlow Beach, FL 33999", "Phone: (305) 555-0142", ""]
    paper = read_one(*seller, *order())
    assert paper.value("contact_phone") is None
    assert paper.value("bill_to.name") == "Larch Hollow Clinic"


def test_a_page_with_the_same_number_and_the_next_page_number_goes_on():
    first = [*order()[:15], "*** CONTINUED ON NEXT PAGE ***", "Page: 1"]
    second = [*order()[:12], "TR-300      Leg Strap                     1       8.00        8.00", "", "Page: 2"]
    (paper,) = read(page(*first), page(*second, number=2))
    assert paper.pages == [1, 2]
    assert [line["sku"].value for line in paper.lines] == ["TR-100", "TR-200", "TR-300"]
    assert paper.lines[2]["sku"].page == 2


def test_the_same_order_again_is_another_paper():
    assert [paper.pages for paper in read(page(*order()), page(*order(), number=2))] == [[1], [2]]


def test_another_number_is_another_paper():
    other = order(line_2="Order Number: B-100            Order Date: 03/04/2025")
    assert [p.value("order_number") for p in read(page(*order()), page(*other, number=2))] == ["A-100", "B-100"]


def test_two_slips_on_one_page_are_two_papers_with_their_places():
    slip = [
        "Packing Slip",
        "Order # 4711",
        "Ship To:",
        "Larch Hollow Clinic",
        "12 Foundry Lane",
        "Port Ambrose, ME 04101",
        "Item        Description                 Lot number     Qty",
        "TR-100      Foley Catheter              L12345         3",
        "",
        "",
        "",
        "",
    ]
    other = [line.replace("4711", "4712") for line in slip]
    upper, lower = read(page(*slip, *other))
    assert [(p.kind, p.value("order_number"), p.pages) for p in (upper, lower)] == [
        ("packing_slip", "4711", [1]),
        ("packing_slip", "4712", [1]),
    ]
    assert upper.box[3] < lower.box[1]


@pytest.mark.parametrize("title", ["INVOICE", "Quotation", "PURCHASE ORDER"])
def test_a_paper_of_another_kind_is_no_sales_order(title):
    paper = read_one(*order(line_0=f"                    {title}"))
    assert (paper.kind, paper.fields, paper.lines) == ("unknown", {}, [])
    assert paper.problems == ["Page 1: no sales order could be recognised on it."]


def test_a_carriers_label_is_never_a_sales_order():
    paper = read_one(
        "SHIP FROM:",
        "Verity Medical",
        "9 Quay St",
        "Albany NY 12207",
        "",
        "SHIP TO:",
        "LARCH HOLLOW CLINIC",
        "12 FOUNDRY LANE",
        "PORT AMBROSE ME 04101",
        "",
        "UPS GROUND   3.2 LBS   1 OF 1",
        "TRACKING #: 1Z999AA10123456784",
        "Order: 4711",
    )
    assert (paper.kind, paper.value("tracking_number")) == ("shipping_label", "1Z999AA10123456784")
    assert paper.value("ship_to.name") == "LARCH HOLLOW CLINIC"


def test_a_page_without_words_says_so():
    empty = page()
    scan = page(number=2)
    scan.has_images = True
    assert [paper.problems for paper in read(empty, scan)] == [
        ["Page 1 is empty."],
        ["Page 2 has no text: it looks like a scan."],
    ]


def test_a_damaged_page_sends_its_paper_to_review():
    damaged = page(*order())
    damaged.problem = "page 1: damaged, some of its text is missing"
    (paper,) = read(damaged)
    assert "Page 1: damaged, some of its text is missing." in paper.problems


def test_a_value_belongs_to_one_label_only():
    paper = read_one(
        *order(
            line_1="                                  Ship Date",
            line_2="Order Number: A-100   Order Date: 03/04/2025",
            line_3="",
        )
    )
    assert (paper.value("order_date"), paper.value("ship_date")) == ("2025-03-04", None)


def test_a_lot_on_top_of_the_next_page_belongs_to_the_last_item_of_the_page_before():
    first = [*order()[:15], "*** CONTINUED ON NEXT PAGE ***", "Page: 1"]
    rest = [
        "            Lot: L77777",
        "TR-300      Leg Strap                     1       8.00        8.00",
        "",
        "Page: 2",
    ]
    (paper,) = read(page(*first), page(*order()[:12], *rest, number=2))
    assert [line["lots"].value if "lots" in line else [] for line in paper.lines] == [
        ["L12345", "L12346"],
        ["L77777"],
        [],
    ]


def test_reads_number_and_date_that_share_one_label():
    paper = read_one(*order(line_2="Number / Date    4500012345 / 03/14/2025"))
    assert (paper.value("order_number"), paper.value("order_date")) == ("4500012345", "2025-03-14")


def test_a_label_on_two_lines_is_one_label():
    lines = order(
        line_1="Order No.    Purchase     Order Date",
        line_2="             Order No.",
        line_3="A-100        PO-99        03/04/2025",
    )
    paper = read_one(*lines)
    assert (paper.value("order_number"), paper.value("po_number")) == ("A-100", "PO-99")


def test_total_before_a_grand_total_is_the_subtotal():
    lines = order(
        line_16="                                          Total:            108.50",
        line_18="                                          Grand Total:      121.00",
    )
    paper = read_one(*lines)
    assert (paper.value("subtotal"), paper.value("total"), paper.problems) == ("108.50", "121.00", [])


def test_an_address_after_a_sentence_that_ends_with_to_is_its_block():
    lines = order(line_5="Bill To:                        We deliver the goods to:")
    assert read_one(*lines).value("ship_to.name") == "Dunlin Bay Home Health"


def test_a_lot_that_was_wrapped_away_from_its_label_is_found():
    lines = order(
        line_12="TR-100      Foley Catheter, 16 Fr, Lot:   2      22.50       45.00", line_13="            L12345"
    )
    line = read_one(*lines).lines[0]
    assert (line["description"].value, line["lots"].value) == ("Foley Catheter, 16 Fr", ["L12345"])


def test_printed_sums_that_cannot_be_checked_need_review():
    lines = order(
        line_11="Item No.    Description                 Qty",
        line_12="TR-100      Foley Catheter, 16 Fr         2",
        line_14="TR-200      Drainage Bag                 10",
    )
    assert "Page 1: lines without an amount, so the printed sums cannot be checked." in read_one(*lines).problems


def test_a_page_crammed_with_words_is_not_searched_for_an_order():
    (paper,) = read(page(*["Qty Item Price " * 20] * 45))
    assert paper.problems == ["Page 1 holds more than 2,500 words: no order is printed as densely."]
