"""The figures that the reading of papers must reach on the sample papers."""

from pathlib import Path

import pytest

from tests.papers.scoring import read_as_schema, score, truth_of

PAPERS = Path(__file__).parents[2] / "papers"


@pytest.fixture(scope="module")
def result():
    return _scored("sales_order")


def _scored(*kinds):
    found = [doc for path in sorted(PAPERS.glob("*.pdf")) for doc in read_as_schema(path)]
    truth = [doc for doc in truth_of(PAPERS) if doc["doc_type"] in kinds]
    return score(truth, [doc for doc in found if doc["doc_type"] in kinds])


def test_finds_every_sales_order_and_invents_none(result):
    assert (result.expected, result.found, result.matched) == (60, 60, 60), result.errors


def test_reads_every_order_number(result):
    assert result.numbers == result.expected, result.errors


def test_reads_header_fields_and_lines_as_well_as_promised(result):
    assert result.header_fields >= 0.99, result.errors
    assert result.core_f1 >= 0.99, result.errors


def test_reads_keys_and_whole_orders_as_well_as_promised(result):
    assert result.key / result.expected >= 0.98, result.errors
    assert result.exact / result.expected >= 0.95, result.errors


def test_tells_packing_slips_and_labels_from_sales_orders_and_reads_them():
    slips_and_labels = _scored("packing_slip", "shipping_label")
    assert slips_and_labels.detection == 1.0, slips_and_labels.errors
    assert slips_and_labels.key / slips_and_labels.expected >= 0.95, slips_and_labels.errors
