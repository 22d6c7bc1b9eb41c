"""The operators of a content stream, one after the other: a fast reader for what producers write,
and pdfminer.six's own tokenizer from the place on where a stream holds anything else."""

import re
from collections.abc import Iterator

from pdfminer.pdfinterp import PDFContentParser
from pdfminer.pdftypes import PDFStream
from pdfminer.psexceptions import PSEOF
from pdfminer.psparser import PSKeyword

from eqms.pdf.streams import TooComplex

MOST_OPERATORS = 200_000
MOST_OPERANDS = 60_000
SLOW_BYTES = 4_000_000  # pdfminer.six reads about one megabyte a second
Operation = tuple[bytes, tuple]

BLANKS = b"\x00\t\n\x0c\r "
SPACE = rb"[\x00\t\n\x0c\r ]"
NUMBER = rb"[-+]?(?:\d++\.?+\d*+|\.\d++)"
NUMBERS = rb"(?:" + NUMBER + SPACE + rb"++)*+"
NAME = rb"/[^\x00\t\n\x0c\r /\[\]()<>{}%]*+"
INNER_STRING = rb"\((?:[^()\\]++|\\.|\((?:[^()\\]++|\\.)*+\))*+\)"
STRING = rb"\((?:[^()\\]++|\\.|" + INNER_STRING + rb")*+\)"
HEX_STRING = rb"<[0-9A-Fa-f\x00\t\n\x0c\r ]*+>"
ANY_STRING = rb"(?:" + STRING + rb"|" + HEX_STRING + rb")"
DICTIONARY = rb"<<(?:[^<>()]++|" + ANY_STRING + rb"|<<[^<>()]*+>>)*+>>"
ENDS = rb"(?![^\x00\t\n\x0c\r /\[(<%])"  # a blank, a delimiter or the end follows

OPERATION = re.compile(
    rb"(?s)" + SPACE + rb"*+(?:"
    rb"(?P<numbers>" + NUMBERS + rb")(?P<operator>[A-Za-z][A-Za-z0-9]{0,2}+\*?+)" + ENDS
    + rb"|\[(?P<parts>(?:[^\[\]()<>%]++|" + ANY_STRING + rb")*+)\]" + SPACE + rb"*+TJ" + ENDS
    + rb"|(?P<string>" + ANY_STRING + rb")" + SPACE + rb"*+(?P<shown>Tj|')"
    + rb"|(?P<font>" + NAME + rb")" + SPACE + rb"++(?P<size>" + NUMBER + rb")" + SPACE + rb"++Tf" + ENDS
    + rb"|" + NUMBERS + rb"(?P<name>" + NAME + rb")" + SPACE + rb"++(?P<named>Do|gs|cs|CS|sh|ri|BMC|MP|scn|SCN)" + ENDS
    + rb"|(?P<spaces>" + NUMBER + SPACE + rb"++" + NUMBER + SPACE + rb"*+)(?P<spaced>" + ANY_STRING + rb")" + SPACE
    + rb'*+"'
    + rb"|(?P<passed>" + NAME + SPACE + rb"*+(?:" + DICTIONARY + rb"|" + NAME + rb")" + SPACE + rb"*+(?:BDC|DP)" + ENDS
    + rb"|\[[^\[\]()<>%]*+\]" + SPACE + rb"*+" + NUMBER + SPACE + rb"++d" + ENDS
    + rb"|%[^\r\n]*+)"
    rb")"
)  # fmt: skip
PARTS = re.compile(rb"(?s)(" + ANY_STRING + rb")|(" + NUMBER + rb")")
ESCAPE = re.compile(rb"(?s)\\([0-7]{1,3}|\r\n|.)")
ESCAPED = {
    b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b"",
}  # fmt: skip
WITHOUT_TEXT = frozenset(
    b"re m l c v y h f F f* S s n B B* b b* W W* w J j M i g G rg RG k K sc SC scn SCN EMC d0 d1 BX EX Tr ET".split()
)
ABOUT_TEXT = frozenset(b"q Q cm BT Tm Td TD T* Tc Tw Tz TL Ts".split())
IMAGE_DATA = re.compile(rb"[\x00\t\n\x0c\r >\]]ID[\x00\t\n\x0c\r ]")
IMAGE_END = re.compile(rb"[\x00\t\n\x0c\r ]EI(?=[\x00\t\n\x0c\r ]|$)")
LOOKS_LIKE_CONTENT = re.compile(rb"[\x20-\x7e\x00\t\n\x0c\r]{0,12}")


class Budget:
    """How many more operators a page may carry out."""

    def __init__(self) -> None:
        self.left = MOST_OPERATORS

    def spend(self) -> None:
        """Take one. Raises TooComplex when none is left."""
        self.left -= 1
        if self.left < 0:
            raise TooComplex(f"it holds more than {MOST_OPERATORS:,} drawing steps")


def operations(data: bytes, budget: Budget) -> Iterator[Operation]:
    """The operators in ``data`` that may concern text, each with its operands. Raises TooComplex."""
    position, match_at, spend = 0, OPERATION.match, budget.spend
    while match := match_at(data, position):
        before, position, kind = position, match.end(), match.lastgroup
        spend()
        if kind == "operator":
            operator = match["operator"]
            if operator in WITHOUT_TEXT:
                continue
            if operator in ABOUT_TEXT:
                yield operator, _numbers(match["numbers"])
            else:
                end = _end_of_image(data, position) if operator == b"BI" else -1
                if end < 0:
                    position = before
                    break
                position = end
                yield b"EI", ()
        elif kind == "shown":
            yield match["shown"], (string_of(match["string"]),)
        elif kind == "parts":
            yield b"TJ", (parts_of(match["parts"]),)
        elif kind == "size":
            yield b"Tf", (match["font"][1:], float(match["size"]))
        elif kind == "named" and match["named"] == b"Do":
            yield b"Do", (match["name"][1:],)
        elif kind == "spaced":
            yield b'"', (*_numbers(match["spaces"]), string_of(match["spaced"]))
    rest = data[position:]
    if rest.strip(BLANKS):
        yield from _slow_operations(rest, budget)


def string_of(written: bytes) -> bytes:
    """The bytes that a string in parentheses or in hexadecimal digits stands for: ISO 32000-1, 7.3.4."""
    if written.startswith(b"<"):
        digits = written[1:-1].translate(None, BLANKS)
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    inner = written[1:-1]
    return ESCAPE.sub(_unescaped, inner) if b"\\" in inner else inner


def parts_of(written: bytes) -> list[bytes | float]:
    """The strings and moves inside the brackets of TJ."""
    return [string_of(string) if string else float(number) for string, number in PARTS.findall(written)]


def _unescaped(match: re.Match) -> bytes:
    escaped = match[1]
    if escaped[0] in b"01234567":
        return bytes([int(escaped, 8) & 255])
    return ESCAPED.get(escaped, escaped)


def _numbers(written: bytes) -> tuple[float, ...]:
    if b"\x00" in written:
        written = written.replace(b"\x00", b" ")
    return tuple(map(float, written.split()))


def _end_of_image(data: bytes, position: int) -> int:
    """Where an inline image ends; -1 where that cannot be told. Its bytes may hold EI by chance."""
    start = IMAGE_DATA.search(data, position)
    if not start:
        return -1
    for end in IMAGE_END.finditer(data, start.end() - 1):
        following = data[end.end() : end.end() + 12]
        if LOOKS_LIKE_CONTENT.fullmatch(following):
            return end.end()
    return -1


def _slow_operations(data: bytes, budget: Budget) -> Iterator[Operation]:
    if len(data) > SLOW_BYTES:
        raise TooComplex("its content is written in a way that takes too long to read")
    parser, operands = PDFContentParser([PDFStream({}, data)]), []
    while True:
        try:
            _, item = parser.nextobject()
        except PSEOF:
            return
        if isinstance(item, PSKeyword):
            budget.spend()
            yield item.name, tuple(operands)
            operands = []
        elif len(operands) < MOST_OPERANDS:
            operands.append(item)
