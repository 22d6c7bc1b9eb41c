"""Orphans: set aside, brought back or deleted, on local storage and in a bucket."""

import os
from datetime import timedelta

import pytest

from eqms.models import SourceDocument
from eqms.storage import orphans, read_bytes, store, sweep_orphans
from eqms.storage.places import storage_place

pytestmark = pytest.mark.django_db
NOBODYS = f"documents/ab/{'ab' * 32}"
LONG_AGO = 1_000_000_000


@pytest.fixture
def place(folders):
    return storage_place()


def age(place) -> None:
    """Let a day pass for everything that is stored."""
    for path in place.root.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO))


def stored(place) -> list[str]:
    return [key for prefix in (orphans.KEPT, orphans.ASIDE) for key, _ in place.listed(prefix)]


def test_what_no_row_names_is_set_aside_and_deleted_a_day_later(place):
    place.put(NOBODYS, b"left")
    age(place)
    assert list(sweep_orphans()) == [f"{NOBODYS} belongs to no document: set aside"]
    assert stored(place) == [orphans.aside(NOBODYS)]
    assert list(sweep_orphans()) == []
    age(place)
    assert list(sweep_orphans()) == [f"{orphans.aside(NOBODYS)} belonged to no document for a day: deleted"]
    assert stored(place) == []


def test_what_is_younger_than_a_day_may_belong_to_an_upload_that_still_runs(place):
    place.put(NOBODYS, b"new")
    assert list(sweep_orphans()) == []


def test_documents_stay(place):
    document = store(b"%PDF", "order.pdf", by="a")
    age(place)
    assert list(sweep_orphans()) == []
    assert read_bytes(document) == b"%PDF"


def test_what_an_upload_claimed_while_it_was_set_aside_is_read_and_comes_back(place):
    document = store(b"%PDF", "order.pdf", by="a")
    orphans.set_aside(place, document.storage_key)
    assert read_bytes(document) == b"%PDF"
    age(place)
    assert [words.split(": ")[1] for words in sweep_orphans()] == ["brought back"]
    assert stored(place) == [document.storage_key]


def test_orphans_in_a_bucket(s3, monkeypatch):
    kept = store(b"%PDF", "order.pdf", by="a")
    left = store(b"%PDF left", "left.pdf", by="a")
    SourceDocument.objects.filter(pk=left.pk).delete()
    monkeypatch.setattr(orphans, "OLD_ENOUGH", timedelta(seconds=-60))
    assert [words.split(": ")[1] for words in sweep_orphans()] == ["set aside"]
    assert [words.split(": ")[1] for words in sweep_orphans()] == ["deleted"]
    assert s3.stored_keys() == [kept.storage_key]
