"""Pictures of pages: drawn once, two at once, and never a reason for anybody to wait."""

import shutil
import time
from contextlib import contextmanager

import pytest
from django.core.cache import caches

from eqms import pictures
from eqms.pdf import UnreadableDocument
from eqms.pdf.picture import picture
from eqms.pictures import Busy, page_picture
from eqms.storage import store
from tests.eqms.pdf.making import page_pdf

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = page_pdf(b"1 0 0 rg 0 0 200 300 re f")


@pytest.fixture
def document():
    return store(PAGE, "one.pdf", by="test")


@contextmanager
def every_place_taken():
    """Draw as many pages as may be at once, for as long as the block takes."""
    for _ in range(pictures.AT_ONCE):
        assert pictures.free.acquire(blocking=False)
    yield
    for _ in range(pictures.AT_ONCE):
        pictures.free.release()


def test_a_second_view_needs_neither_storage_nor_a_place_to_draw(document, folders):
    first = page_picture(document, 1, 1.0)
    shutil.rmtree(folders / "files")
    with every_place_taken():
        assert page_picture(document, 1, 1.0) == first


def test_another_page_and_another_scale_are_other_pictures(document):
    assert page_picture(document, 1, 1.0) != page_picture(document, 1, 2.0)
    with pytest.raises(UnreadableDocument, match="has no page 2"):
        page_picture(document, 2, 1.0)


def test_beyond_two_at_once_a_picture_is_refused_at_once(document):
    with every_place_taken(), pytest.raises(Busy, match="comes in a moment"):
        page_picture(document, 1, 1.0)
    assert page_picture(document, 1, 1.0).startswith(b"\x89PNG")


def test_a_page_that_cannot_be_drawn_gives_its_place_back_and_is_not_tried_again():
    broken = store(b"%PDF-1.4 nothing", "broken.pdf", by="test")
    with pytest.raises(UnreadableDocument) as first:
        page_picture(broken, 1, 1.0)
    with every_place_taken(), pytest.raises(UnreadableDocument) as second:
        page_picture(broken, 1, 1.0)
    assert str(second.value) == str(first.value)


def test_a_page_that_takes_too_long_is_given_up(monkeypatch):
    fills = b"0 0 m 400 0 l 400 300 l 0 300 l h f\n" * 400_000
    monkeypatch.setattr("eqms.pdf.picture.DRAW_SECONDS", 0.5)
    started = time.monotonic()
    with pytest.raises(UnreadableDocument, match="took longer than 0.5 s"):
        picture(page_pdf(fills), 1, 5.0)
    assert time.monotonic() - started < 5


def test_a_folder_that_cannot_be_used_costs_only_time(document, settings, tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    kept = {**settings.CACHES["pictures"], "LOCATION": str(tmp_path / "file" / "pictures")}
    settings.CACHES = {**settings.CACHES, "pictures": kept}
    assert page_picture(document, 1, 1.0).startswith(b"\x89PNG")
    assert "so each is drawn anew" in caplog.text


def test_a_picture_of_plain_noise_is_not_kept():
    pictures.keep("noise", b"x" * (pictures.LARGEST_KEPT + 1))
    assert caches["pictures"].get("noise") is None
