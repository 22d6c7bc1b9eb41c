"""Takes pages out of a PDF with qpdf. Runs inside the reading process only."""

import base64
import io

import pikepdf

from eqms.pdf import NEEDS_PASSWORD, UnreadableDocument
from eqms.pdf.kinds import pdf_in


def cut_pages(data: bytes, first: int, last: int) -> dict:
    """``{"pdf": base64}`` of pages ``first`` to ``last``, both included. Raises UnreadableDocument."""
    data = pdf_in(data)
    try:
        return {"pdf": base64.b64encode(_cut(data, first, last)).decode("ascii")}
    except pikepdf.PasswordError as error:
        raise UnreadableDocument(NEEDS_PASSWORD) from error
    except pikepdf.PikepdfError as error:
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
