"""Our words beside the glyph positions of pdfminer.six, which reads the same papers in its own, slower way."""

from collections import Counter
from pathlib import Path

import pytest
from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTFigure
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage

from eqms.pdf.fonts import readable
from eqms.pdf.words import Page, read_pages

PAPERS = Path(__file__).parents[2] / "papers"
SAMPLES = sorted(PAPERS.glob("*.pdf")) + [PAPERS / "hostile" / "text_in_form_xobject.pdf"]


def glyphs_of(container, height):
    """Every glyph that pdfminer.six sees: (x0, top, x1, bottom, text), gaps left out."""
    for item in container:
        if isinstance(item, LTFigure):
            yield from glyphs_of(item, height)
        elif isinstance(item, LTChar) and (text := readable(item.get_text()).strip()):
            yield item.x0, height - item.y1, item.x1, height - item.y0, text


def pages_by_pdfminer(path):
    manager = PDFResourceManager()
    device = PDFPageAggregator(manager)
    interpreter = PDFPageInterpreter(manager, device)
    with path.open("rb") as file:
        for page in PDFPage.get_pages(file):
            interpreter.process_page(page)
            layout = device.get_result()
            yield list(glyphs_of(layout, layout.height)), layout.width, layout.height


def glyphs_inside(word, glyphs):
    """The glyphs whose centres lie within the word's box."""
    return [
        glyph
        for glyph in glyphs
        if word.x0 <= (glyph[0] + glyph[2]) / 2 <= word.x1 and word.top <= (glyph[1] + glyph[3]) / 2 <= word.bottom
    ]


def furthest_edge(page: Page, glyphs):
    """The largest distance in points between an edge of a word and the edge of the glyphs it is made of."""
    furthest = 0.0
    for word in page.words:
        inside = [glyph for glyph in glyphs_inside(word, glyphs) if glyph[4] in word.text]
        x0s, tops, x1s, bottoms, _ = zip(*inside, strict=True)
        edges = (min(x0s), min(tops), max(x1s), max(bottoms))
        furthest = max(furthest, *(abs(ours - theirs) for ours, theirs in zip(word[:4], edges, strict=True)))
    return furthest


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_sees_the_same_text_in_the_same_places(path):
    ours = list(read_pages(path.read_bytes()))
    theirs = list(pages_by_pdfminer(path))
    assert len(ours) == len(theirs) > 0
    for page, (glyphs, width, height) in zip(ours, theirs, strict=True):
        assert (page.width, page.height) == pytest.approx((width, height))
        assert Counter("".join(word.text for word in page.words)) == Counter("".join(glyph[4] for glyph in glyphs))
        assert furthest_edge(page, glyphs) < 0.5
