"""Every hostile file from upload to import: each expectation of tests/papers/hostile/manifest.json, walked.

What a file may cost in time and memory is asserted where it is read (tests/eqms/pdf); here it is what
becomes of it: kept, said why, nothing guessed, nothing overwritten, and the rest of the batch goes on.
"""

import json
from pathlib import Path

import pytest

from eqms.models import SourceDocument
from eqms.operations import Approval
from eqms.storage import read_bytes, store
from sales.models import DocumentSegment, SalesOrder
from sales.operations import import_orders
from sales.papers import read_papers
from tests.cast import digest

HOSTILE = Path(__file__).parent.parent / "papers" / "hostile"
MANIFEST = {entry["upload_name"]: entry for entry in json.loads((HOSTILE / "manifest.json").read_text())}
Status = DocumentSegment.Status
DISTINCT_NUMBERS = 118  # of 120 distinct orders in thousand_pages.pdf, two pairs share a number


def uploaded(entry) -> SourceDocument:
    """Store, read and import one file of the set."""
    document = store((HOSTILE / entry["file"]).read_bytes(), entry["upload_name"], by="test")
    read_papers([document], by="test")
    import_orders.apply(Approval("test"))
    return document


def numbers() -> list[str]:
    return sorted(SalesOrder.objects.values_list("order_number", flat=True))


def expected(entry) -> list[str]:
    return sorted({order["order_number"] for order in entry["orders"]})


def has_all_its_orders(entry, document) -> None:
    assert numbers() == expected(entry)


def waits_with_its_reason(entry, document) -> None:
    assert numbers() == []
    papers = list(document.segments.all())
    assert papers and all(paper.status in DocumentSegment.WAITING for paper in papers)
    assert all(len(paper.problem) > 15 for paper in papers)


def has_all_or_waits(entry, document) -> None:
    assert set(numbers()) <= set(expected(entry))
    left = document.segments.exclude(status__in=[Status.IMPORTED, Status.DUPLICATE])
    assert numbers() == expected(entry) or all(paper.problem for paper in left) and left.exists()


def waits_for_review(entry, document) -> None:
    assert numbers() == []
    assert "missing" in document.segments.get(status=Status.NEEDS_REVIEW).problem


def is_a_conflict_that_overwrote_nothing(entry, document) -> None:
    assert numbers() == expected(entry)  # of the other paper: the number is the same
    assert "Nothing was overwritten" in document.segments.get(status=Status.NEEDS_REVIEW).problem


def is_the_same_document(entry, document) -> None:
    assert SourceDocument.objects.count() == 1
    assert document.segments.get().status == Status.IMPORTED


def has_one_order_and_its_duplicate(entry, document) -> None:
    assert numbers() == expected(entry)
    assert list(document.segments.order_by("position").values_list("status", flat=True)) == ["imported", "duplicate"]


def has_its_distinct_orders_once(entry, document) -> None:
    assert len(numbers()) == len(set(numbers())) == DISTINCT_NUMBERS
    assert document.segments.count() == 1000
    assert not document.segments.exclude(status__in=[Status.IMPORTED, Status.DUPLICATE, Status.NEEDS_REVIEW]).exists()


OUTCOMES = {
    "orders": has_all_its_orders,
    "orders_or_unmatched": has_all_or_waits,
    "stored_unmatched": waits_with_its_reason,
    "stored_unmatched_or_partial": has_all_or_waits,
    "stored_unmatched_or_rejected_kept": waits_with_its_reason,
    "rejected_kept": waits_with_its_reason,
    "orders_or_review": waits_for_review,
    "duplicate_conflict": is_a_conflict_that_overwrote_nothing,
    "duplicate_identical": is_the_same_document,
    "one_order_one_duplicate": has_one_order_and_its_duplicate,
    "orders_120_rest_duplicates": has_its_distinct_orders_once,
}
AFTER = {"duplicate_conflict": "dup_number_a.pdf", "duplicate_identical": "dup_number_a.pdf"}


@pytest.mark.django_db
@pytest.mark.parametrize("name", MANIFEST)
def test_a_hostile_file_ends_as_the_manifest_says(name):
    entry = MANIFEST[name]
    if first := AFTER.get(entry["expect"]):
        uploaded(MANIFEST[first])
    before = digest(SalesOrder)
    document = uploaded(entry)
    assert read_bytes(document) == (HOSTILE / entry["file"]).read_bytes()
    OUTCOMES[entry["expect"]](entry, document)
    if first:
        assert digest(SalesOrder) == before
    assert not set(document.filename) & set("/\\\0\u202e")


@pytest.mark.django_db
def test_all_hostile_files_in_one_batch_hold_nobody_up():
    documents = [
        store((HOSTILE / entry["file"]).read_bytes(), name, by="test")
        for name, entry in MANIFEST.items()
        if entry["file"] != "thousand_pages.pdf"
    ]
    tally = read_papers(documents, by="test")
    import_orders.apply(Approval("test"))
    wanted = {number for entry in MANIFEST.values() for number in expected(entry) if entry["expect"] == "orders"}
    assert wanted <= set(numbers())
    assert tally.documents == len(documents) and tally.unread == 0
    assert all(document.segments.exists() for document in documents)


@pytest.mark.django_db
def test_every_page_of_a_document_belongs_to_a_paper():
    for path in sorted(HOSTILE.parent.glob("*_batch.pdf")):
        document = store(path.read_bytes(), path.name, by="test")
        read_papers([document], by="test")
        pages = {
            page
            for paper in document.segments.all()
            for page in range(paper.first_page or 0, (paper.last_page or 0) + 1)
        }
        assert pages == set(range(1, document.readings.get().page_count + 1)), path.name
