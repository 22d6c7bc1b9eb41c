"""Reads business papers from words with boxes: sales orders first; packing slips and labels are told apart."""

from __future__ import annotations

from typing import Any

from eqms.pdf.words import read_pages

from .paper import Field, Paper, as_schema
from .papers import read_papers

READER_VERSION = "4"

__all__ = ["READER_VERSION", "Field", "Paper", "as_schema", "read_document", "read_papers"]


def read_document(data: bytes, day_first: bool = False) -> dict[str, Any]:
    """Return the pages and papers of a PDF as plain JSON values; raises UnreadableDocument.

    ``day_first`` reads 03/04/2025 as 3 April.
    """
    pages = []

    def noted() -> Any:
        for page in read_pages(data):
            names = ("number", "width", "height", "has_images", "problem")
            pages.append({name: getattr(page, name) for name in names})
            yield page

    papers = [paper.to_json() for paper in read_papers(noted(), day_first=day_first)]
    return {"reader": READER_VERSION, "pages": pages, "papers": papers}
