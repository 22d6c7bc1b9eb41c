"""Where text stands on a page: matrices, spacing, rotation, forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.eqms.pdf.making import page_with, stream, texts

A = 0.667  # width of A in Helvetica, in ems


def only_word(page):
    (word,) = page.words
    return word


def box(word):
    return pytest.approx((word.x0, word.top, word.x1, word.bottom), abs=0.01)


def test_boxes_count_from_the_upper_left_corner_downwards():
    word = only_word(page_with(b"BT /F1 10 Tf 50 200 Td (AA) Tj ET"))
    descent = 2.07  # Helvetica's, at 10 points
    assert box(word) == (50, 100 + descent - 10, 50 + 2 * A * 10, 100 + descent)
    assert (word.text, word.size, word.rotation) == ("AA", 10, 0)


@pytest.mark.parametrize(
    ("matrix", "rotation"),
    [(b"1 0 0 1", 0), (b"0 -1 1 0", 90), (b"-1 0 0 -1", 180), (b"0 1 -1 0", 270)],
)
def test_text_turned_by_its_matrix_is_read_along_its_own_direction(matrix, rotation):
    page = page_with(b"BT /F1 10 Tf " + matrix + b" 200 150 Tm (Ship to) Tj 0 -12 Td (Lot) Tj ET")
    assert texts(page) == ["Ship", "to", "Lot"]
    assert {word.rotation for word in page.words} == {rotation}


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_is_seen_as_a_person_sees_it(turn):
    page = page_with(b"BT /F1 10 Tf 50 200 Td (AA) Tj ET", b"/Rotate %d" % turn)
    word = only_word(page)
    assert (page.width, page.height) == ((400, 300) if turn in (0, 180) else (300, 400))
    # The word starts 50 from the left and its baseline is 100 below the top of the page before turning.
    start = {0: (50, None), 90: (None, 50), 180: (350, None), 270: (None, 350)}[turn]
    edge = {0: word.x0, 90: word.top, 180: word.x1, 270: word.bottom}[turn]
    assert edge == pytest.approx(start[0] if start[0] is not None else start[1])
    assert word.rotation == turn


def test_a_turned_page_with_text_turned_back_reads_upright():
    page = page_with(b"BT /F1 10 Tf 0 1 -1 0 200 50 Tm (Upright) Tj ET", b"/Rotate 90")
    word = only_word(page)
    assert (word.text, word.rotation) == ("Upright", 0)
    assert word.x0 == pytest.approx(50)


def test_words_are_cut_to_the_crop_box_and_count_from_its_corner():
    page = page_with(b"BT /F1 10 Tf 50 200 Td (inside) Tj 0 -190 Td (outside) Tj ET", b"/CropBox[40 100 300 250]")
    assert (page.width, page.height) == (260, 150)
    assert texts(page) == ["inside"]
    assert page.words[0].x0 == pytest.approx(10)


@pytest.mark.parametrize("damaged", [b"[9 9 9 9]", b"[500 500 600 600]", b"[/A 0 0 0]", b"12"])
def test_a_crop_box_that_leaves_nothing_is_ignored(damaged):
    page = page_with(b"BT /F1 10 Tf 50 200 Td (AA) Tj ET", b"/CropBox" + damaged)
    assert (page.width, page.height, texts(page)) == (400, 300, ["AA"])


@given(
    size=st.floats(4, 40),
    stretch=st.floats(30, 200),
    letter=st.floats(0, 0.6),
    move=st.floats(-100, 100),
    scale=st.floats(0.3, 3),
)
def test_the_pen_moves_as_the_standard_says(size, stretch, letter, move, scale):
    content = b"%f 0 0 %f 0 0 cm BT /F1 %f Tf %f Tz %f Tc 10 20 Td [(A) %f (A)] TJ (|) Tj ET"
    page = page_with(content % (scale, scale, size, stretch, letter, move), b"/MediaBox[0 0 5000 3000]")
    pen = 10 + (2 * A * size + 2 * letter - move / 1000 * size) * stretch / 100
    bar = 0.26 * size * stretch / 100
    assert page.words[-1].x1 == pytest.approx((pen + bar) * scale, abs=0.01)


def test_word_space_belongs_to_the_code_32_only():
    wide = page_with(b"BT /F1 10 Tf 50 Tw 10 200 Td (A A\xa0A) Tj ET")
    first, second, third = wide.words
    assert second.x0 - first.x1 == pytest.approx(2.78 + 50, abs=0.01)
    assert third.x0 - second.x1 == pytest.approx(2.78, abs=0.01)


@pytest.mark.parametrize("shown", [b"(LOT 7) Tj", b"[(L)20(OT)-5( )(7)] TJ"])
def test_letter_spacing_does_not_cut_a_word_into_letters(shown):
    assert texts(page_with(b"BT /F1 10 Tf 4 Tc 10 200 Td " + shown + b" ET")) == ["LOT", "7"]


def test_letters_set_far_apart_are_words_of_their_own():
    assert texts(page_with(b"BT /F1 10 Tf 9 Tc 10 200 Td (123) Tj ET")) == ["1", "2", "3"]


def test_lines_move_down_by_the_leading():
    page = page_with(b"BT /F1 10 Tf 14 TL 10 200 Td (a) Tj T* (b) Tj (c) ' 0 0 (d) \" 0 -20 TD (e) Tj T* (f) Tj ET")
    tops = [word.top for word in page.words]
    assert texts(page) == list("abcdef")
    assert [round(lower - upper) for upper, lower in zip(tops, tops[1:], strict=False)] == [14, 14, 14, 20, 20]


def test_rise_lifts_text_from_its_line():
    high, low = page_with(b"BT /F1 10 Tf 10 200 Td (low) Tj 50 0 Td 6 Ts (high) Tj ET").words
    assert (high.text, low.text) == ("high", "low")
    assert low.top - high.top == pytest.approx(6)


def test_restoring_brings_back_matrix_font_and_spacing():
    page = page_with(b"BT /F1 10 Tf ET q 1 0 0 1 100 0 cm BT /F1 30 Tf 5 Ts 9 Tc ET q Q Q Q BT 10 200 Td (AA) Tj ET")
    word = only_word(page)
    assert (word.x0, word.size) == (10, 10)
    assert word.x1 == pytest.approx(10 + 2 * A * 10)


def test_a_mirrored_or_negative_size_still_has_a_box_that_stands_upright():
    word = only_word(page_with(b"BT /F1 -10 Tf -1 0 0 -1 50 200 Tm (AA) Tj ET"))
    assert box(word) == (50, 92.07, 50 + 2 * A * 10, 102.07)


def test_text_inside_forms_stands_where_the_form_is_drawn():
    form = stream(b"BT /F1 10 Tf 5 5 Td (AA) Tj ET", b"/Type/XObject/Subtype/Form/BBox[0 0 99 99]/Matrix[2 0 0 2 10 0]")
    page = page_with(b"q 1 0 0 1 30 100 cm /Fm Do Q", b"", form, resources=b"/XObject<</Fm 6 0 R>>")
    word = only_word(page)
    assert (word.x0, word.size) == (pytest.approx(30 + 10 + 2 * 5), 20)


def test_a_form_that_draws_itself_is_drawn_once():
    own = b"/Subtype/Form/BBox[0 0 99 99]/Resources<</Font<</F1 5 0 R>>/XObject<</Fm 6 0 R>>>>"
    form = stream(b"BT /F1 10 Tf 5 5 Td (once) Tj ET /Fm Do /Fm Do", own)
    page = page_with(b"/Fm Do", b"", form, resources=b"/XObject<</Fm 6 0 R>>")
    assert texts(page) == ["once"]


def test_says_that_a_page_shows_images():
    image = stream(b"\x00", b"/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray")
    assert page_with(b"/Im Do", b"", image, resources=b"/XObject<</Im 6 0 R>>").has_images
    assert page_with(b"BI /W 1 /H 1 /BPC 8 /CS /G ID x EI ").has_images
    assert not page_with(b"BT /F1 10 Tf 10 20 Td (text) Tj ET").has_images


def test_operators_with_wrong_operands_are_left_out():
    page = page_with(b"1 2 cm (x) Tc /F1 Tf 3 Td BT /F1 10 Tf 10 20 Td 7 Tj [(a) /N] TJ (text) Tj ET")
    assert texts(page) == ["text"]


def test_names_a_font_that_the_file_does_not_hold():
    page = page_with(b"BT /F9 10 Tf 10 20 Td (lost) Tj /F1 10 Tf (kept) Tj ET")
    assert texts(page) == ["kept"]
    assert page.problem == "page 1: a font is damaged or missing in the file"


def test_refuses_a_page_with_more_letters_than_any_paper():
    page = page_with(b"BT /F1 10 Tf " + (b"(" + b"x" * 30_001 + b") Tj ") * 2 + b"ET")
    assert (page.words, page.problem) == ([], "page 1: it holds more than 60,000 letters")


def test_vertical_writing_reads_downwards():
    font = (
        b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-V/ToUnicode 6 0 R/DescendantFonts[<</Type/Font"
        b"/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/FontDescriptor<</FontName/X/Flags 4/Ascent 880/Descent -120/FontBBox[0 0 1000 1000]>>>>]>>"
    )
    meaning = stream(b"begincmap 1 begincodespacerange <0000><ffff> endcodespacerange "
                     b"1 beginbfrange <0001><0009><0041> endbfrange endcmap")  # fmt: skip
    page = page_with(b"BT /F1 10 Tf 100 200 Td <000100020003> Tj ET", b"", meaning, font=font)
    word = only_word(page)
    assert (word.text, word.rotation) == ("ABC", 90)
    assert box(word) == (95, 100, 105, 130)
