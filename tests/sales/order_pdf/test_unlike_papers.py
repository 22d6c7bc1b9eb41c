"""Layouts that the reader was not written for: read right or sent to review, hardly ever read wrong."""

from pathlib import Path

import pytest

from eqms.pdf.words import read_pages
from sales.order_pdf import read_papers
from tests.papers.scoring import read_as_schema, score, truth_of

UNLIKE = Path(__file__).parents[2] / "papers" / "unlike"
FILES = sorted(UNLIKE.glob("*.pdf"))


@pytest.fixture(scope="module")
def result():
    return score(truth_of(UNLIKE), [doc for path in FILES for doc in read_as_schema(path)])


def test_finds_every_order_with_its_number(result):
    assert (result.matched, result.found, result.numbers) == (result.expected,) * 3, result.errors


def test_wrong_values_are_rarer_than_missing_ones(result):
    assert result.wrong <= 0.005 * result.right, result.errors
    assert result.wrong <= result.missing, result.errors


def test_most_orders_of_unlike_layouts_are_read_whole(result):
    assert result.exact / result.expected >= 0.8, result.errors


def test_a_letter_whose_addresses_have_no_heading_needs_review():
    papers = read_papers(read_pages((UNLIKE / "letter.pdf").read_bytes()))
    assert papers
    assert all("no address of the customer could be read" in " ".join(paper.problems) for paper in papers)
