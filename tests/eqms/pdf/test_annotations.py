"""Filled-in fields and stamps are read where a person sees them."""

import pytest

from tests.eqms.pdf.making import page_with, stream, texts

FONT = b"/Resources<</Font<</F1 5 0 R>>>>"
LOOK = stream(b"BT /F1 10 Tf 2 5 Td (PO-7) Tj ET", b"/Subtype/Form/BBox[0 0 50 20]" + FONT)


def field(entries=b"/AP<</N 6 0 R>>", look=LOOK, page=b""):
    return page_with(
        b"BT /F1 10 Tf 10 200 Td (Number:) Tj ET", b"/Annots[<</Rect[100 195 150 215]%s>>]%s" % (entries, page), look
    )


def test_a_filled_in_field_is_read_at_its_place():
    label, value = field().words
    assert (label.text, value.text) == ("Number:", "PO-7")
    assert value.x0 == pytest.approx(102)
    assert value.bottom == pytest.approx(label.bottom, abs=0.01)


def test_an_appearance_is_scaled_to_its_rectangle():
    look = stream(b"BT /F1 5 Tf 1 2.5 Td (PO-7) Tj ET", b"/Subtype/Form/BBox[0 0 25 10]" + FONT)
    assert [word[:4] for word in field(look=look).words] == [pytest.approx(word[:4]) for word in field().words]


def test_an_appearance_turned_by_its_matrix_is_turned():
    look = stream(b"BT /F1 10 Tf 2 5 Td (PO-7) Tj ET", b"/Subtype/Form/BBox[0 0 20 50]/Matrix[0 1 -1 0 0 0]" + FONT)
    assert [word.rotation for word in field(look=look).words if word.text == "PO-7"] == [270]


def test_a_turned_page_turns_its_fields_too():
    (value,) = [word for word in field(page=b"/Rotate 90").words if word.text == "PO-7"]
    assert value.rotation == 90
    assert value.top == pytest.approx(102)


def test_a_field_with_states_shows_the_one_it_is_in():
    assert "PO-7" in texts(field(b"/AS/On/AP<</N<</On 6 0 R>>>>"))
    assert "PO-7" not in texts(field(b"/AS/Off/AP<</N<</On 6 0 R>>>>"))


@pytest.mark.parametrize(
    "entries",
    [b"/F 2/AP<</N 6 0 R>>", b"/F 32/AP<</N 6 0 R>>", b"", b"/AP 7", b"/AP<</N 99 0 R>>", b"/Rect[1 1]/AP<</N 6 0 R>>"],
)
def test_what_nobody_sees_is_not_read_and_harms_nothing(entries):
    page = field(entries)
    assert (texts(page), page.problem) == (["Number:"], "")
