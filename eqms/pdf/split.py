"""The pages of one paper as a PDF of its own."""

import base64

from eqms.pdf.child import ReadingChild

CUT = "eqms.pdf.cutting.cut_pages"


def pages_of(data: bytes, first: int, last: int, child: ReadingChild | None = None) -> bytes:
    """Pages ``first`` to ``last`` (from 1, both included) of the PDF in ``data`` as a PDF.

    The same pages of the same file give the same bytes. Only what the pages show comes along: no scripts that run on
    opening, no attached files. ``child`` is a child for ``CUT``, where many files are split; else one is started.
    Raises UnreadableDocument.
    """
    if child:
        return base64.b64decode(child.call(data, first, last)["pdf"])
    with ReadingChild(CUT) as own:
        return base64.b64decode(own.call(data, first, last)["pdf"])
