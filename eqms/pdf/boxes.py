"""The part of a page that a person sees, and how its coordinates lead there."""

from pdfminer.pdftypes import list_value, resolve1

from eqms.pdf.streams import DAMAGE
from eqms.pdf.text import Matrix

Box = tuple[float, float, float, float]
LETTER: Box = (0.0, 0.0, 612.0, 792.0)


def visible_box(node: dict) -> Box:
    """The CropBox within the MediaBox; the MediaBox where nothing of it would be left; Letter where there is none."""
    media = box_of(node.get("MediaBox")) or LETTER
    crop = box_of(node.get("CropBox")) or media
    x0, y0, x1, y1 = max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else media


def turn_of(node: dict) -> int:
    """By how many degrees clockwise the page is shown: 0, 90, 180 or 270. What is no multiple of 90 counts down."""
    try:
        return int(resolve1(node.get("Rotate", 0))) % 360 // 90 * 90
    except DAMAGE:
        return 0


def as_seen(box: Box, turn: int) -> tuple[float, float, Matrix]:
    """Width and height of a page as seen, and the matrix from its user space to there: y downwards from the top."""
    x0, y0, x1, y1 = box
    if turn == 90:
        return y1 - y0, x1 - x0, (0.0, 1.0, 1.0, 0.0, -y0, -x0)
    if turn == 180:
        return x1 - x0, y1 - y0, (-1.0, 0.0, 0.0, 1.0, x1, -y0)
    if turn == 270:
        return y1 - y0, x1 - x0, (0.0, -1.0, -1.0, 0.0, y1, x1)
    return x1 - x0, y1 - y0, (1.0, 0.0, 0.0, -1.0, -x0, y1)


def box_of(value: object) -> Box | None:
    """Four numbers in order; None where they are none or leave nothing between them."""
    try:
        x0, y0, x1, y1 = (float(resolve1(number)) for number in list_value(value))
    except DAMAGE:
        return None
    box = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    return box if box[0] < box[2] and box[1] < box[3] else None
