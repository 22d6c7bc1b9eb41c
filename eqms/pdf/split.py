"""The pages of one paper as a PDF of its own."""

import base64
import io

import pikepdf

from eqms.pdf import NEEDS_PASSWORD, UnreadableDocument
from eqms.pdf.child import ReadingChild
from eqms.pdf.kinds import pdf_in

CUT = "eqms.pdf.split.cut"


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


def cut(data: bytes, first: int, last: int) -> dict:
    """``{"pdf": base64}``. Runs inside the reading process."""
    data = pdf_in(data)
    try:
        return {"pdf": base64.b64encode(_cut(data, first, last)).decode("ascii")}
    except pikepdf.PasswordError as error:
        raise UnreadableDocument(NEEDS_PASSWORD) from error
    except pikepdf.PdfError as error:
        raise UnreadableDocument("This PDF is damaged: its pages cannot be taken out. Use the whole file.") from error


def _cut(data: bytes, first: int, last: int) -> bytes:
    paper = io.BytesIO()
    with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as whole, pikepdf.new() as part:
        if not 1 <= first <= last <= len(whole.pages):
            raise UnreadableDocument(f"This PDF has no pages {first} to {last}; it has {len(whole.pages)}.")
        part.pages.extend(whole.pages[first - 1 : last])
        part.remove_unreferenced_resources()
        part.save(paper, deterministic_id=True, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return paper.getvalue()
