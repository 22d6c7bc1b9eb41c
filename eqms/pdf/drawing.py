"""Draws a page with PDFium. Runs inside the reading process only."""

import base64
import io

import pypdfium2

from eqms.pdf import NEEDS_PASSWORD, UnreadableDocument
from eqms.pdf.kinds import pdf_in

LONGEST_SIDE = 2_000  # pixels
SMALLEST_SCALE = 0.01


def draw_page(data: bytes, page_number: int, scale: float) -> dict:
    """``{"png": base64, "width": pixels, "height": pixels}`` of a page. Raises UnreadableDocument."""
    data = pdf_in(data)
    try:
        with pypdfium2.PdfDocument(data) as document:
            if not 1 <= page_number <= len(document):
                raise UnreadableDocument(f"This PDF has no page {page_number}; it has {len(document)}.")
            return _drawn(document[page_number - 1], scale)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error):
            raise UnreadableDocument(NEEDS_PASSWORD) from error
        raise UnreadableDocument(f"Page {page_number} is damaged and cannot be drawn. Download the file.") from error


def _drawn(page: pypdfium2.PdfPage, scale: float) -> dict:
    longest = max(*page.get_size(), 1.0)
    bitmap = page.render(scale=max(min(scale, LONGEST_SIDE / longest), SMALLEST_SCALE))
    image = bitmap.to_pil()
    png = io.BytesIO()
    image.save(png, "PNG")
    return {"png": base64.b64encode(png.getvalue()).decode("ascii"), "width": image.width, "height": image.height}
