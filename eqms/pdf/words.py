"""Words of a PDF with their boxes, page by page, in memory that does not grow with the number of pages."""

from collections.abc import Iterator
from dataclasses import dataclass

from pdfminer.pdftypes import resolve1

from eqms.pdf import UnreadableDocument
from eqms.pdf.annotations import read_annotations
from eqms.pdf.boxes import as_seen, turn_of, visible_box
from eqms.pdf.content import PageContent
from eqms.pdf.fonts import Fonts
from eqms.pdf.opening import Document, open_document
from eqms.pdf.progress import page_done
from eqms.pdf.streams import DAMAGE, TooComplex
from eqms.pdf.text import Word

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


def _read_page(number: int, document: Document, node: dict, fonts: Fonts) -> Page:
    content, problem = PageContent(fonts), ""
    width, height, matrix = as_seen(visible_box(node), turn_of(node))
    try:
        streams = resolve1(node.get("Contents")) or []
        if document.was_repaired and not streams:
            content.missing.add("its content")
        content.read(streams if isinstance(streams, list) else [streams], node.get("Resources"), matrix)
        if "Annots" in node:
            read_annotations(content, node, matrix)
    except TooComplex as error:
        return Page(number, width, height, [], content.has_images, f"page {number}: {error}")
    except DAMAGE as error:
        problem = f"page {number}: damaged, some of its text is missing ({type(error).__name__})"
    words = content.text.words(width, height)
    if content.missing and not problem:
        problem = f"page {number}: {', '.join(sorted(content.missing))} is damaged or missing in the file"
    return Page(number, width, height, words, content.has_images, problem)
