"""Words of a PDF with their boxes, page by page, in memory that does not grow with the number of pages."""

from collections.abc import Iterator
from dataclasses import dataclass

from pdfminer.pdfpage import PDFPage
from pdfminer.utils import Rect

from eqms.pdf import UnreadableDocument
from eqms.pdf.content import PageContent
from eqms.pdf.fonts import Fonts
from eqms.pdf.opening import Document, PageNode, open_document
from eqms.pdf.progress import page_done
from eqms.pdf.streams import DAMAGE, TooComplex
from eqms.pdf.text import Matrix, Word

__all__ = ["Page", "UnreadableDocument", "Word", "read_pages"]


@dataclass
class Page:
    """One page as a person sees it: turned by its /Rotate and cut to its CropBox; sizes in points.

    ``problem`` says in a clerk's words what could not be read ("page 3: it holds more than 60,000 letters").
    """

    number: int
    width: float
    height: float
    words: list[Word]
    has_images: bool
    problem: str = ""


def read_pages(data: bytes) -> Iterator[Page]:
    """The pages of the PDF in ``data``, each read when asked for. Raises UnreadableDocument before the first.

    A page that cannot be read, or only under more work than any paper needs, comes with a problem instead.
    """
    document, nodes = open_document(data)
    fonts = Fonts()
    for number, node in enumerate(nodes, start=1):
        yield _read_page(number, document, node, fonts)
        document.forget_page()
        page_done(number)


def seen_by_a_person(box: Rect, rotate: int) -> tuple[float, float, Matrix]:
    """Width and height of a page as seen, and the matrix from its user space to there: y downwards from the top."""
    x0, y0, x1, y1 = box
    if rotate == 90:
        return y1 - y0, x1 - x0, (0.0, 1.0, 1.0, 0.0, -y0, -x0)
    if rotate == 180:
        return x1 - x0, y1 - y0, (-1.0, 0.0, 0.0, 1.0, x1, -y0)
    if rotate == 270:
        return y1 - y0, x1 - x0, (0.0, -1.0, -1.0, 0.0, y1, x1)
    return x1 - x0, y1 - y0, (1.0, 0.0, 0.0, -1.0, -x0, y1)


def _read_page(number: int, document: Document, node: PageNode, fonts: Fonts) -> Page:
    content, problem = PageContent(fonts), ""
    width, height = 612.0, 792.0
    try:
        page = PDFPage(document, node[0], node[1], None)
        width, height, matrix = seen_by_a_person(_visible_box(page), page.rotate // 90 * 90)
        if document.was_repaired and not page.contents:
            content.missing.add("its content")
        content.read(page.contents, page.resources, matrix)
    except TooComplex as error:
        return Page(number, width, height, [], content.has_images, f"page {number}: {error}")
    except DAMAGE as error:
        problem = f"page {number}: damaged, some of its text is missing ({type(error).__name__})"
    words = content.text.words(width, height)
    if content.missing and not problem:
        parts = ", ".join(sorted(content.missing))
        problem = f"page {number}: {parts} is damaged or missing in the file"
    return Page(number, width, height, words, content.has_images, problem)


def _visible_box(page: PDFPage) -> Rect:
    """The CropBox within the MediaBox; the MediaBox where nothing of it would be left."""
    media, crop = _in_order(page.mediabox), _in_order(page.cropbox)
    x0, y0, x1, y1 = max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])
    if x0 < x1 and y0 < y1:
        return x0, y0, x1, y1
    return media if media[0] < media[2] and media[1] < media[3] else (0.0, 0.0, 612.0, 792.0)


def _in_order(box: Rect) -> Rect:
    x0, y0, x1, y1 = box
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
