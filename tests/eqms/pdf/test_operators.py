"""Operators of a content stream: what the fast reader makes of them, and when pdfminer.six's tokenizer takes over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eqms.pdf import operators
from eqms.pdf.operators import Budget, operations, parts_of, string_of
from eqms.pdf.streams import TooComplex


def read(content):
    return list(operations(content, Budget()))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (rb"(plain)", b"plain"),
        (rb"(a\(b\)c\\)", b"a(b)c\\"),
        (rb"(a (nested (twice)) b)", b"a (nested (twice)) b"),
        (rb"(\101\1012\53\7)", b"AA2+\x07"),
        (rb"(\n\r\t\b\f\q)", b"\n\r\t\b\fq"),
        (b"(one \\\nline, one \\\r\nline)", b"one line, one line"),
        (rb"(\400)", b"\x00"),
        (b"<48656C6C6F>", b"Hello"),
        (b"<48 65\n6c6C 6F>", b"Hello"),
        (b"<487>", b"Hp"),
        (b"<>", b""),
        (b"()", b""),
    ],
)
def test_strings_mean_what_the_standard_says(written, meant):
    assert string_of(written) == meant
    assert read(written + b" Tj") == [(b"Tj", (meant,))]


def escaped(text: bytes) -> bytes:
    return b"(" + b"".join(b"\\%03o" % byte if byte < 32 or byte in b"()\\" else bytes([byte]) for byte in text) + b")"


@given(st.lists(st.binary(max_size=12), max_size=5), st.booleans())
def test_every_string_comes_through_as_written(strings, in_hexadecimal):
    written = [b"<%s>" % text.hex().encode() if in_hexadecimal else escaped(text) for text in strings]
    assert read(b"[" + b"-20.5".join(written) + b"]TJ")[0][1][0][::2] == strings


@given(st.binary(max_size=200))
def test_no_bytes_at_all_break_the_reader(content):
    for operator, operands in read(content):
        assert isinstance(operator, bytes)
        assert isinstance(operands, tuple)


@given(
    st.lists(st.sampled_from([b"q", b"Q", b"1 0 0 1 5 .5 cm", b"(a)Tj", b"[(b)-3<41>]TJ", b"/F1 9 Tf", b"T*", b"%x\n"]))
)
def test_the_slow_reader_sees_what_the_fast_one_sees(written):
    content = b"\n".join(written)
    slow = [
        (name, tuple(o.name.encode() if hasattr(o, "name") else o for o in operands))
        for name, operands in operators._slow_operations(content, Budget())
    ]
    assert read(content) == slow


def test_moves_stand_between_strings():
    assert parts_of(b"(A)-120.5(B)3 .5<43>+7-8.") == [b"A", -120.5, b"B", 3.0, 0.5, b"C", 7.0, -8.0]


def test_lines_colours_and_marks_are_passed_over():
    content = (
        b"/P <</MCID 0/Lang(en (US))/E<41>>> BDC 0.1 w [3 2] 0 d 0 0 m 5 5 l S /GS0 gs /Cs1 cs .1 .2 /P1 scn "
        b"/Perceptual ri % a comment (with Tj)\n/Tx BMC EMC 1 0 0 rg 0 0 9 9 re W* n BT(x)Tj ET EMC"
    )
    assert read(content) == [(b"BT", ()), (b"Tj", (b"x",))]


def test_double_quote_sets_both_spaces():
    assert read(b'1.5 -.25 (next)"') == [(b'"', (1.5, -0.25, b"next"))]


def test_skips_inline_images_whatever_bytes_they_hold():
    image = b"BI /W 2 /H 2 /BPC 8 /CS /G ID \x00 EI \xff\x00\x01(Tj EI"
    assert read(b"q " + image + b"\nQ (after) Tj") == [(b"q", ()), (b"EI", ()), (b"Q", ()), (b"Tj", (b"after",))]


def test_what_the_fast_reader_does_not_know_ends_nothing():
    deep = b"(a(b(c(d)e)f)g)"
    assert read(b"BT 1 true /X foo " + deep + b" Tj 5 Ts")[-2:] == [(b"Tj", (deep[1:-1],)), (b"Ts", (5,))]


def test_refuses_more_operators_than_any_paper_needs():
    with pytest.raises(TooComplex, match="more than 200,000 drawing steps"):
        read(b"n " * (operators.MOST_OPERATORS + 1))


def test_refuses_long_content_that_only_the_slow_reader_knows():
    with pytest.raises(TooComplex, match="too long to read"):
        read(b"{ " * operators.SLOW_BYTES)


def test_the_budget_is_shared_with_the_slow_reader():
    budget = Budget()
    budget.left = 3
    with pytest.raises(TooComplex):
        list(operations(b"BT ET { } n n n", budget))
