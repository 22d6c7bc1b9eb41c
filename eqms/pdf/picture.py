"""The picture of a page, for the form beside it. Drawn in a limited process: a page may be hostile."""

import base64

from eqms.pdf.child import ReadingChild

DRAW = "eqms.pdf.drawing.draw_page"
DRAW_SECONDS = 5.0


def picture(data: bytes, page_number: int, scale: float) -> bytes:
    """Page ``page_number`` (from 1) as PNG, ``scale`` pixels a point, at most 2,000 pixels on its long side.

    Takes a third of a second and more, five at most. Raises UnreadableDocument where the page is not there or
    cannot be drawn in that time.
    """
    with ReadingChild(DRAW, file_seconds=DRAW_SECONDS) as child:
        return base64.b64decode(child.call(data, page_number, scale)["png"])
