"""A list that is asked again and again while it changes."""

import time

from customers.matching import Known, Record, find_duplicates
from tests.promises import promise, size

from .scoring import invented

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


def test_a_thousand_changed_records_are_compared_as_in_a_search_of_all():
    """Each pair of the whole search that touches a changed record is found, with nearly the same evidence."""
    records, _ = invented(size(5000, 100_000), 9001)
    changed, rest = records[:1000], records[1000:]
    known = Known([*rest, *(record._replace(name="Something Else", phone="") for record in changed)])
    started = time.process_time()
    known.put(changed)
    found = known.like(changed, limit=20)
    promise("incremental matching, seconds", time.process_time() - started, 0.5, n=len(changed))

    incremental = {frozenset(pair[:2]): pair for pairs in found for pair in pairs}
    ids = {record.id for record in changed}
    whole = {frozenset(pair[:2]): pair for pair in find_duplicates(records) if ids & set(pair[:2])}
    assert len(whole) > 1000
    assert sum(ids not in incremental for ids in whole) <= len(whole) / 200
    apart = [abs(whole[pair].bits - incremental[pair].bits) for pair in whole if pair in incremental]
    assert sum(bits > 0.5 for bits in apart) <= len(apart) / 50
    bands = [whole[pair].band == incremental[pair].band for pair in whole if pair in incremental]
    assert sum(bands) >= 0.99 * len(bands)


def test_frequencies_follow_what_is_put():
    """A phone that three other clinics turn out to share tells less."""
    known = Known([CLINIC, *(OTHER._replace(id=number) for number in range(20))])
    before = known.like([AGAIN])[0][0]
    names = ("Ashton Dental", "Birch Oncology", "Cedar Imaging")
    known.put([Record(name, name, phone=CLINIC.phone) for name in names])
    after = known.like([AGAIN])[0][0]
    assert (before.second, after.second) == ("a", "a")
    assert after.bits < before.bits - 0.9
    assert "same phone, shared by 4 facilities" in after.reasons
    known.remove(names)
    assert known.like([AGAIN])[0][0].bits == before.bits


def test_who_is_gone_no_longer_shares_a_phone():
    known = Known([CLINIC, *(Record(name, name, phone=CLINIC.phone) for name in ("Ashton Dental", "Birch Oncology"))])
    assert "same phone, shared by 3 facilities" in known.like([AGAIN])[0][0].reasons
    known.remove(["Ashton Dental", "Birch Oncology"])
    assert "same phone, shared by no one else" in known.like([AGAIN])[0][0].reasons


def test_words_of_what_is_gone_are_rare_again():
    known, asked = Known([CLINIC]), AGAIN._replace(name="Muller Orthopedics Center")
    before = known.like([asked])[0][0].bits
    others = [Record(number, "Muller Orthopedics", city=f"Town {number}") for number in range(300)]
    known.put(others)
    assert known.like([asked])[0][0].bits < before
    known.remove([record.id for record in others])
    assert known.like([asked])[0][0].bits == before


def test_a_slip_in_a_new_record_is_read_as_the_word_that_is_known():
    records, _ = invented(2000, 9002)
    known = Known([*records, CLINIC])
    [pairs] = known.like([AGAIN._replace(name="Müller Orthopedcis Clinic", phone="", address="12 Main Street")])
    assert pairs[0].second == "a"
    assert "same name" in pairs[0].reasons


def test_after_many_changes_everything_is_found_as_before():
    records, _ = invented(3000, 9003)
    known = Known(records[:1000])
    for start in range(1000, 3000, 500):
        known.put(records[start : start + 500])
    assert known.changed <= 1000
    at_once = Known(records)
    assert len(known) == len(at_once) == 3000
    asked = [record._replace(id=f"again {record.id}") for record in records[:300]]
    found, wanted = ([{pair.second for pair in pairs} for pairs in each.like(asked, 20)] for each in (known, at_once))
    assert sum(one != other for one, other in zip(found, wanted, strict=True)) <= 3


def test_of_two_records_with_one_id_the_later_is_known():
    known = Known([CLINIC, OTHER._replace(id="a")])
    assert len(known) == 1
    assert known.like([AGAIN]) == [[]]


def test_no_more_than_the_asked_number_is_given_the_strongest_first():
    known = Known([CLINIC._replace(id=number) for number in range(9)] + [CLINIC._replace(id="far", phone="")])
    [pairs] = known.like([AGAIN], limit=3)
    assert len(pairs) == 3
    assert [pair.bits for pair in pairs] == sorted((pair.bits for pair in pairs), reverse=True)
    assert "far" not in {pair.second for pair in pairs}


def test_asking_changes_nothing():
    known = Known([CLINIC, OTHER])
    first = known.like([AGAIN, CLINIC, OTHER])
    assert known.like([AGAIN, CLINIC, OTHER]) == first
    assert len(known.facilities) == 2
