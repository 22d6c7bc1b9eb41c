"""What stands on a page without being its content: filled-in form fields, stamps and typed notes, as they look."""

from collections.abc import Iterator

from pdfminer.pdftypes import PDFStream, dict_value, list_value, resolve1
from pdfminer.psparser import literal_name
from pdfminer.utils import apply_matrix_pt

from eqms.pdf.boxes import box_of
from eqms.pdf.content import PageContent, matrix_of
from eqms.pdf.text import Matrix

HIDDEN, NOT_ON_SCREEN = 2, 32  # flags: ISO 32000-1, table 165
MOST_ANNOTATIONS = 400


def read_annotations(content: PageContent, node: dict, matrix: Matrix) -> None:
    """Read the text of the page's visible annotations into ``content``. Raises TooComplex."""
    for annotation in list_value(node.get("Annots"))[:MOST_ANNOTATIONS]:
        for appearance, place in _visible(dict_value(annotation)):
            a, d, e, f = place
            onto_page = (a * matrix[0], a * matrix[1], d * matrix[2], d * matrix[3], *apply_matrix_pt(matrix, (e, f)))
            content.draw_form(appearance, dict_value(node.get("Resources")), onto_page)


def _visible(annotation: dict) -> Iterator[tuple[PDFStream, tuple[float, float, float, float]]]:
    """How an annotation looks and how its drawing is scaled (2) and moved (2) onto its place: at most one."""
    flags, place = resolve1(annotation.get("F")), box_of(annotation.get("Rect"))
    if place is None or isinstance(flags, int) and flags & (HIDDEN | NOT_ON_SCREEN):
        return
    appearance = resolve1(dict_value(annotation.get("AP")).get("N"))
    if isinstance(appearance, dict):
        state = resolve1(annotation.get("AS"))
        appearance = resolve1(appearance.get(literal_name(state))) if state is not None else None
    if not isinstance(appearance, PDFStream):
        return
    drawn = _turned_box(appearance)
    if drawn:
        wide, high = (place[2] - place[0]) / (drawn[2] - drawn[0]), (place[3] - place[1]) / (drawn[3] - drawn[1])
        yield appearance, (wide, high, place[0] - drawn[0] * wide, place[1] - drawn[1] * high)


def _turned_box(appearance: PDFStream) -> tuple[float, float, float, float] | None:
    """The box around a form's BBox after its Matrix: ISO 32000-1, 12.5.5, algorithm 8.1."""
    box = box_of(appearance.get("BBox"))
    if box is None:
        return None
    matrix = matrix_of(appearance)
    corners = [apply_matrix_pt(matrix, (x, y)) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs, ys = zip(*corners, strict=True)
    turned = min(xs), min(ys), max(xs), max(ys)
    return turned if turned[0] < turned[2] and turned[1] < turned[3] else None
