"""The picture of a page, and the pages of one paper."""

import io
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from eqms.pdf import UnreadableDocument
from eqms.pdf.child import ReadingChild
from eqms.pdf.picture import picture
from eqms.pdf.split import CUT, pages_of
from eqms.pdf.words import read_pages
from tests.eqms.pdf.making import page_pdf, texts

PAPERS = Path(__file__).parents[2] / "papers"
BATCH = (PAPERS / "mono_erp_batch.pdf").read_bytes()
HOSTILE = PAPERS / "hostile"


def test_a_page_becomes_a_picture_of_its_size():
    page = page_pdf(b"1 0 0 rg 0 0 200 300 re f", b"/Rotate 180")
    image = Image.open(io.BytesIO(picture(page, 1, 2.0)))
    assert (image.format, image.size) == ("PNG", (800, 600))
    assert image.getpixel((10, 10))[:3] == (255, 255, 255)
    assert image.getpixel((790, 10))[:3] == (255, 0, 0)


def test_a_picture_is_never_longer_than_two_thousand_pixels():
    image = Image.open(io.BytesIO(picture(page_pdf(b"", b"/MediaBox[0 0 50 14000]"), 1, 1_000)))
    assert max(image.size) in (2_000, 2_001)


def test_says_that_a_page_is_not_there():
    with pytest.raises(UnreadableDocument, match="This PDF has no page 9; it has 8."):
        picture(BATCH, 9, 1)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("encrypted_user_password.pdf", "opens only with a password"),
        ("really_a_png.pdf", "not a PDF but a PNG picture"),
        ("page_tree_loop.pdf", "is damaged and cannot be drawn"),
        ("bomb_nested_flate_400mb.pdf", "ended the reader"),
    ],
)
def test_says_why_a_page_has_no_picture(name, said):
    with pytest.raises(UnreadableDocument, match=said):
        picture((HOSTILE / name).read_bytes(), 1, 1)


def test_the_pages_of_a_paper_become_a_pdf_of_their_own():
    part = pages_of(BATCH, 3, 5)
    assert [texts(page) for page in read_pages(part)] == [texts(page) for page in read_pages(BATCH)][2:5]


def test_the_same_pages_give_the_same_bytes():
    with ReadingChild(CUT) as child:
        assert pages_of(BATCH, 2, 2, child) == pages_of(BATCH, 2, 2, child) != pages_of(BATCH, 3, 3, child)


def test_one_page_of_many_is_small():
    thousand = (HOSTILE / "thousand_pages.pdf").read_bytes()
    assert len(pages_of(thousand, 500, 500)) < 10_000


def test_scripts_and_attached_files_stay_behind():
    part = pages_of((HOSTILE / "javascript_and_attachment.pdf").read_bytes(), 1, 1)
    with pikepdf.open(io.BytesIO(part)) as pdf:
        assert set(pdf.Root.keys()) == {"/Pages", "/Type"}
    assert b"JavaScript" not in part


@pytest.mark.parametrize(("first", "last"), [(0, 1), (3, 2), (8, 9)])
def test_refuses_pages_that_are_not_there(first, last):
    with pytest.raises(UnreadableDocument, match=f"has no pages {first} to {last}; it has 8"):
        pages_of(BATCH, first, last)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("encrypted_user_password.pdf", "opens only with a password"),
        ("empty.pdf", "is empty"),
        ("page_tree_loop.pdf", "its pages cannot be taken out. Use the whole file."),
    ],
)
def test_says_why_pages_cannot_be_taken_out(name, said):
    with pytest.raises(UnreadableDocument, match=said):
        pages_of((HOSTILE / name).read_bytes(), 1, 1)
