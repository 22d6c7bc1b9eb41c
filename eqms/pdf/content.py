"""What the operators of a page's content do to its text. Lines, colours and pictures are passed over."""

from pdfminer.pdftypes import PDFStream, dict_value, list_value, resolve1
from pdfminer.psparser import PSLiteral, literal_name
from pdfminer.utils import mult_matrix

from eqms.pdf.fonts import Fonts
from eqms.pdf.operators import Budget, operations
from eqms.pdf.streams import DAMAGE, STREAM_BYTES, TooComplex
from eqms.pdf.text import Matrix, PageText

MOST_FORMS = 500
DEEPEST_FORM = 8
UNTURNED: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class PageContent:
    """Reads the content of one page into ``text``, the forms drawn on it included."""

    def __init__(self, fonts: Fonts) -> None:
        self.fonts = fonts
        self.text = PageText()
        self.has_images = False
        self.missing: set[str] = set()  # parts of the page that the file does not hold or that are damaged
        self.forms = 0
        self.budget = Budget()
        self.drawing: list[object] = []

    def read(self, streams: list, resources: object, matrix: Matrix) -> None:
        """Read a page whose user space is led to the page as seen by ``matrix``. Raises TooComplex."""
        pieces, size = [], 0
        for stream in streams:
            stream = resolve1(stream)
            if isinstance(stream, PDFStream):
                pieces.append(stream.get_data())
                size += len(pieces[-1])
            else:
                self.missing.add("its content")
            if size > STREAM_BYTES:
                raise TooComplex("its content unpacks to more than 16 MB")
        Drawing(self, dict_value(resources), matrix).run(b"\n".join(pieces))

    def draw_form(self, form: PDFStream, resources: dict, matrix: Matrix) -> None:
        """Read the content of a form. A form that draws itself is drawn once, as viewers do."""
        key = form.objid if form.objid is not None else id(form)
        if key in self.drawing or len(self.drawing) >= DEEPEST_FORM:
            return
        self.forms += 1
        if self.forms > MOST_FORMS:
            raise TooComplex(f"it draws more than {MOST_FORMS} forms")
        own = dict_value(form.get("Resources")) or resources
        self.drawing.append(key)
        Drawing(self, own, mult_matrix(matrix_of(form), matrix)).run(form.get_data())
        self.drawing.pop()


class Drawing:
    """The state of the pen while one content stream is drawn: ISO 32000-1, 8.4 and 9.3."""

    def __init__(self, page: PageContent, resources: dict, matrix: Matrix) -> None:
        self.page = page
        self.resources = resources
        self.named_fonts = dict_value(resources.get("Font"))
        self.matrix = matrix
        self.saved: list[tuple] = []
        self.text_matrix = self.line_matrix = UNTURNED
        self.font, self.size = None, 0.0
        self.letter_space = self.word_space = self.leading = self.rise = 0.0
        self.stretch = 1.0

    def run(self, data: bytes) -> None:
        """Carry out the operators in ``data`` that concern text."""
        known = OPERATORS.get
        for operator, operands in operations(data, self.page.budget):
            act = known(operator)
            if act:
                try:
                    act(self, *operands)
                except (TypeError, ValueError, OverflowError):
                    continue  # operands that do not fit: viewers leave the operator out

    def save(self, *_) -> None:
        state = (self.font, self.size, self.letter_space, self.word_space, self.stretch, self.leading, self.rise)
        self.saved.append((self.matrix, *state))

    def restore(self, *_) -> None:
        if self.saved:
            self.matrix, *state = self.saved.pop()
            self.font, self.size, self.letter_space, self.word_space, self.stretch, self.leading, self.rise = state

    def concatenate(self, a, b, c, d, e, f) -> None:
        self.matrix = mult_matrix((float(a), float(b), float(c), float(d), float(e), float(f)), self.matrix)

    def begin_text(self, *_) -> None:
        self.text_matrix = self.line_matrix = UNTURNED

    def set_text_matrix(self, a, b, c, d, e, f) -> None:
        self.text_matrix = self.line_matrix = (float(a), float(b), float(c), float(d), float(e), float(f))

    def move(self, x, y) -> None:
        a, b, c, d, e, f = self.line_matrix
        self.text_matrix = self.line_matrix = (a, b, c, d, a * x + c * y + e, b * x + d * y + f)

    def move_and_set_leading(self, x, y) -> None:
        self.leading = -float(y)
        self.move(x, y)

    def next_line(self, *_) -> None:
        self.move(0.0, -self.leading)

    def set_letter_space(self, space) -> None:
        self.letter_space = float(space)

    def set_word_space(self, space) -> None:
        self.word_space = float(space)

    def set_stretch(self, percent) -> None:
        self.stretch = float(percent) / 100

    def set_leading(self, leading) -> None:
        self.leading = float(leading)

    def set_rise(self, rise) -> None:
        self.rise = float(rise)

    def set_font(self, name, size) -> None:
        reference = self.named_fonts.get(_name(name))
        self.font = None if reference is None else self.page.fonts.font(reference)
        self.size = float(size)

    def show(self, string) -> None:
        self.show_parts((string,))

    def show_on_next_line(self, string) -> None:
        self.next_line()
        self.show_parts((string,))

    def show_spaced(self, word_space, letter_space, string) -> None:
        self.word_space, self.letter_space = float(word_space), float(letter_space)
        self.show_on_next_line(string)

    def show_parts(self, parts) -> None:
        if self.font is None:
            self.page.missing.add("a font")
        if self.font is None or not self.size:
            return
        size, font = self.size, self.font
        a, b, c, d, e, f = self.text_matrix
        width = size * self.stretch
        rise = self.rise
        ems = (a * width, b * width, c * size, d * size, c * rise + e, d * rise + f)
        moved = self.page.text.show(
            font, parts, mult_matrix(ems, self.matrix), self.letter_space / size, self.word_space / size
        )
        if font.is_vertical:
            self.text_matrix = (a, b, c, d, c * size * moved + e, d * size * moved + f)
        else:
            self.text_matrix = (a, b, c, d, ems[0] * moved + e, ems[1] * moved + f)

    def draw(self, name) -> None:
        drawn = resolve1(dict_value(self.resources.get("XObject")).get(_name(name)))
        if not isinstance(drawn, PDFStream):
            return
        kind = resolve1(drawn.get("Subtype"))
        if isinstance(kind, PSLiteral) and kind.name == "Image":
            self.page.has_images = True
        elif isinstance(kind, PSLiteral) and kind.name == "Form":
            self.page.draw_form(drawn, self.resources, self.matrix)

    def note_inline_image(self, *_) -> None:
        self.page.has_images = True


OPERATORS = {
    b"q": Drawing.save,
    b"Q": Drawing.restore,
    b"cm": Drawing.concatenate,
    b"BT": Drawing.begin_text,
    b"Tm": Drawing.set_text_matrix,
    b"Td": Drawing.move,
    b"TD": Drawing.move_and_set_leading,
    b"T*": Drawing.next_line,
    b"Tc": Drawing.set_letter_space,
    b"Tw": Drawing.set_word_space,
    b"Tz": Drawing.set_stretch,
    b"TL": Drawing.set_leading,
    b"Ts": Drawing.set_rise,
    b"Tf": Drawing.set_font,
    b"Tj": Drawing.show,
    b"'": Drawing.show_on_next_line,
    b'"': Drawing.show_spaced,
    b"TJ": Drawing.show_parts,
    b"Do": Drawing.draw,
    b"EI": Drawing.note_inline_image,
}


def _name(name: object) -> str:
    return name.decode("latin-1") if isinstance(name, bytes) else literal_name(name)


def matrix_of(form: PDFStream) -> Matrix:
    """The Matrix of a form; the one that changes nothing where it has none."""
    try:
        a, b, c, d, e, f = (float(resolve1(number)) for number in list_value(form.get("Matrix")))
    except DAMAGE:
        return UNTURNED
    return (a, b, c, d, e, f)
