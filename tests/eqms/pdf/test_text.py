"""How runs of glyphs become words."""

import pytest

from eqms.pdf.fonts import readable
from tests.eqms.pdf.making import page_with, texts


def show(*placed, before=b""):
    """A page with strings at places: (x, y, string)."""
    runs = b"".join(b"1 0 0 1 %f %f Tm (%s) Tj " % place for place in placed)
    return page_with(b"BT /F1 10 Tf " + before + runs + b"ET")


@pytest.mark.parametrize(
    ("glyph", "text"),
    [
        ("\xad", "-"),
        ("\xa0", " "),
        ("\u202f", " "),
        ("\u3000", " "),
        ("\t", " "),
        ("\x00", ""),
        ("\x9f", ""),
        ("\u200b", ""),
        ("\ufeff", ""),
        ("\ufb03", "ffi"),
        ("\uff11", "1"),
        ("½", "½"),
        ("²", "²"),
        ("™", "™"),
        ("é", "é"),
        ("\ud800", "\ufffd"),
        ("a\x00b", "ab"),
    ],
)
def test_a_glyph_is_stored_as_a_person_reads_it(glyph, text):
    assert readable(glyph) == text


def test_runs_that_touch_are_one_word_and_runs_apart_are_two():
    assert texts(show((10, 200, b"SO"), (24.5, 200, b"-17"), (60, 200, b"next"))) == ["SO-17", "next"]


def test_runs_on_slightly_different_baselines_are_one_line():
    assert texts(show((60, 200, b"second"), (10, 202, b"first"), (10, 190, b"below"))) == ["first", "second", "below"]


def test_a_narrow_space_still_parts_words():
    assert texts(show((10, 200, b"No 7"), before=b"-1.5 Tw ")) == ["No", "7"]


def test_a_space_at_the_end_of_a_run_parts_it_from_the_next():
    assert texts(show((10, 200, b"No "), (22.8, 200, b"7"))) == ["No", "7"]


def test_a_wide_move_inside_a_run_parts_words_and_a_small_one_does_not():
    assert texts(page_with(b"BT /F1 10 Tf 10 200 Td [(Qty)-900(T)80(otal)] TJ ET")) == ["Qty", "Total"]


def test_a_column_written_back_to_front_is_not_glued():
    assert texts(page_with(b"BT /F1 10 Tf 100 200 Td [(right)9000(left)] TJ ET")) == ["left", "right"]


@pytest.mark.parametrize("offset", [0.0, 0.25, 0.6])
def test_text_drawn_twice_to_look_bold_is_read_once(offset):
    twice = show((10, 200, b"Total: 117.00"), (10 + offset, 200, b"Total: 117.00"))
    letter_by_letter = show(*((x + shift, 200, b"l") for x in (10, 12.22) for shift in (0, offset)))
    assert texts(twice) == ["Total:", "117.00"]
    assert texts(letter_by_letter) == ["ll"]


def test_the_same_words_side_by_side_stay_two():
    assert texts(show((10, 200, b"lot"), (40, 200, b"lot"))) == ["lot", "lot"]


def test_letters_that_differ_only_in_how_they_are_composed_become_equal():
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</Differences[1/e/acutecomb]>>>>"
    assert texts(page_with(b"BT /F1 10 Tf 10 200 Td (\\001\\002) Tj ET", font=font)) == ["é"]


def test_a_glyph_without_meaning_is_marked_not_dropped():
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</Differences[1/nothing.known]>>>>"
    assert texts(page_with(b"BT /F1 10 Tf 10 200 Td (A\\001B) Tj ET", font=font)) == ["A\ufffdB"]


def test_slanted_text_keeps_its_box_around_it():
    (word,) = page_with(b"BT /F1 10 Tf .866 .5 -.5 .866 100 100 Tm (Watermark) Tj ET").words
    assert word.text == "Watermark"
    assert word.rotation == 0
    assert word.top < 200 - 9.5 * 2.5 < 200 < word.bottom
