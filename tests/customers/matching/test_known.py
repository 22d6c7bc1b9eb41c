"""A list that is asked again and again while it changes."""

from customers.matching import Known, Record

CLINIC = Record("a", "Müller Orthopedics Clinic", "12 Main Street", "Luverne", "AL", "36049", "334-335-3374")
AGAIN = CLINIC._replace(id="b", name="MULLER ORTHO CLINIC INC", address="12 Main St", phone="(334) 335-3374")
OTHER = Record("c", "Saint Jude Hospital", "9 Lake Road", "Auburn", "AL", "36830", "334-555-0101")


def test_finds_what_a_new_record_looks_like():
    [found] = Known([CLINIC, OTHER]).like([AGAIN])
    assert [(pair.first, pair.second) for pair in found] == [("b", "a")]
    assert "same phone, shared by no one else" in found[0].reasons


def test_a_record_never_looks_like_itself():
    assert Known([CLINIC, OTHER]).like([CLINIC]) == [[]]


def test_what_was_put_is_found_and_what_was_removed_is_not():
    known = Known([OTHER])
    known.put([CLINIC])
    assert [pair.second for pair in known.like([AGAIN])[0]] == ["a"]
    known.remove(["a"])
    assert known.like([AGAIN]) == [[]]
    assert len(known) == 1


def test_a_changed_record_is_found_as_it_is_now():
    known = Known([CLINIC, OTHER])
    known.put([OTHER._replace(id="a")])
    assert known.like([AGAIN]) == [[]]


def test_nothing_is_known_at_first():
    known = Known()
    assert known.like([AGAIN]) == [[]]
    known.put([CLINIC])
    assert len(known.like([AGAIN])[0]) == 1
