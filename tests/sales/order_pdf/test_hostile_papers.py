"""What each awkward file must give, after the manifest beside them."""

import json
from collections import Counter
from pathlib import Path

import pytest

from eqms.pdf import UnreadableDocument
from eqms.pdf.words import read_pages
from sales.order_pdf import as_schema, read_papers
from tests.papers.scoring import score

HOSTILE = Path(__file__).parents[2] / "papers" / "hostile"
MANIFEST = {entry["file"]: entry for entry in json.loads((HOSTILE / "manifest.json").read_text())}
WITH_ORDERS = [entry for entry in MANIFEST.values() if entry["orders"]]
WITHOUT_ORDERS = [
    entry["file"] for entry in MANIFEST.values() if "unmatched" in entry["expect"] and not entry["orders"]
]


def read(name):
    return read_papers(read_pages((HOSTILE / name).read_bytes()))


@pytest.mark.parametrize("entry", WITH_ORDERS, ids=lambda entry: entry["file"])
def test_reads_every_order_whole(entry):
    papers = read(entry["file"])
    found = [as_schema(paper, entry["file"]) for paper in papers if paper.kind == "sales_order"]
    result = score(entry["orders"], found)
    assert (result.exact, result.found) == (len(entry["orders"]), len(entry["orders"])), result.errors


@pytest.mark.parametrize("name", WITHOUT_ORDERS)
def test_finds_no_order_where_there_is_none_and_says_why(name):
    try:
        papers = read(name)
    except UnreadableDocument as error:
        assert str(error)
    else:
        assert papers
        assert all(paper.kind == "unknown" and paper.problems for paper in papers)


def test_continuation_pages_without_their_first_page_are_for_review():
    papers = read("continuation_page_only.pdf")
    assert [paper.pages for paper in papers] == [[1, 2, 3]]
    assert "Page 1 says it is page 2: the pages of the order before it are missing." in papers[0].problems


def test_a_scan_between_orders_is_a_paper_of_its_own_with_its_reason():
    papers = read("mixed_text_and_scan.pdf")
    assert [(paper.kind, paper.pages) for paper in papers] == [
        ("sales_order", [1]),
        ("unknown", [2]),
        ("sales_order", [3]),
    ]
    assert papers[1].problems == ["Page 2 has no text: it looks like a scan."]


def test_the_same_order_printed_twice_is_two_papers():
    assert [paper.pages for paper in read("same_order_twice_in_one_file.pdf")] == [[1], [2]]


def test_every_repeat_among_a_thousand_pages_is_a_paper_with_its_own_page():
    papers = read("thousand_pages.pdf")
    assert [paper.pages for paper in papers] == [[page] for page in range(1, 1001)]
    assert all(paper.kind == "sales_order" and not paper.problems for paper in papers)
    orders = Counter(json.dumps([paper.value("order_number"), paper.value("order_date")]) for paper in papers)
    assert len(orders) == 120
