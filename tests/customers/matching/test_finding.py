"""What is found among invented facilities, and what must never be merged without asking."""

import pytest

from customers.matching import Record, clusters, find_duplicates
from tests.promises import size

from .scoring import invented, score

SEED = 7001
CLINIC = Record(
    "clinic", "Harbor Family Medicine", "410 Main Street, Suite 120", "Luverne", "AL", "36049", "334-335-3374"
)
HOSPITAL = Record(
    "hospital", "St. Mary's Hospital", "900 Lake Rd", "Clinton", "WI", "53525", "608-555-0100", "info@stmarys.org"
)
SHOP = Record("shop", "Wellprime Oxygen & Respiratory", "12 Oak St", "Clinton", "WI", "53525", "608-555-0144")


@pytest.fixture(scope="module")
def neighbours():
    """Return other facilities, among which a rare name is known to be rare."""
    return invented(2000, 99)[0]


@pytest.fixture
def found(neighbours):
    """Return a function that gives the pair of two records among all the others, None where it is not listed."""

    def found(one, other, **options):
        pairs = find_duplicates([*neighbours, one, other], **options)
        return next((pair for pair in pairs if {pair.first, pair.second} == {one.id, other.id}), None)

    return found


def test_finds_the_duplicates_of_a_seed_it_was_not_tuned_on():
    records, facility_of = invented(size(4000, 100_000), SEED)
    pairs = find_duplicates(records)
    assert score(facility_of, pairs).f1 >= 0.975
    automatic = [pair for pair in pairs if pair.band == "automatic"]
    assert score(facility_of, automatic).precision >= 0.999
    assert len(automatic) > len(pairs) / 3


# -- what looks alike and is not ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        CLINIC._replace(id="b", name="Quillfeather Dental Care", address="410 Main St Ste 300", phone="334-335-9001"),
        CLINIC._replace(id="b", name="Quillfeather Dental Care"),
        CLINIC._replace(id="b", name="Seaside Family Medicine"),
        CLINIC._replace(id="b", address="410 Main St, Suite 300"),
        CLINIC._replace(id="b", name="Harbor Family Medicine Pediatrics"),
    ],
    ids=["another clinic", "same suite and phone", "half the name", "another suite", "a department"],
)
def test_two_clinics_at_one_address_are_never_automatic(found, other):
    pair = found(CLINIC, other)
    assert pair is None or pair.band != "automatic"


@pytest.mark.parametrize("name", ["Quillfeather Dental Care", "Seaside Family Medicine"])
def test_the_same_address_and_phone_under_another_name_is_for_a_person(found, name):
    pair = found(CLINIC, CLINIC._replace(id="b", name=name))
    assert pair.band == "review"
    assert pair.reasons.startswith("same phone, shared by")


@pytest.mark.parametrize(
    "other",
    [
        HOSPITAL._replace(id="b", name="St. Mary's Hospital North Campus"),
        HOSPITAL._replace(id="b", name="Saint Mary's Hospital West Campus", address="40 Ridge Ave"),
        HOSPITAL._replace(id="b", name="St. Mary's Hospital Downtown", address=""),
        HOSPITAL._replace(id="b", name="ST MARYS HOSPITAL", address="77 Ridge Ave", phone="608-555-0101"),
        HOSPITAL._replace(id="b", name="ST MARYS HOSPITAL", address="77 Ridge Ave"),
        HOSPITAL._replace(id="b", name="St. Mary's Hospital North", customer_number="100234"),
        HOSPITAL._replace(id="b", address="902 Lake Rd", customer_number="100234"),
    ],
    ids=["same house", "another street", "no address", "same name", "same name and phone", "same number", "next door"],
)
def test_a_hospital_and_its_campus_are_never_automatic(found, other):
    pair = found(HOSPITAL._replace(customer_number="100234"), other)
    assert pair is None or pair.band != "automatic"


@pytest.mark.parametrize(
    "other",
    [
        SHOP._replace(id="b", address="12 Oak St", city="Readburg", state="IL", postal_code="61010"),
        SHOP._replace(id="b", address="7 Elm St", city="Readburg", state="IL", postal_code="61010"),
        SHOP._replace(id="b", address="", city="Readburg", state="IL", postal_code="61010", email="a@wellprime.com"),
        SHOP._replace(id="b", address="7 Elm St", city="Readburg", postal_code="", customer_number="100234"),
        SHOP._replace(id="b", address="", city="Readburg", postal_code=""),
    ],
    ids=["same street name", "another street", "no address", "same number", "no postal code"],
)
def test_the_shops_of_a_chain_in_two_towns_are_never_automatic(found, other):
    pair = found(SHOP._replace(customer_number="100234"), other)
    assert pair is None or pair.band != "automatic"


def test_stores_that_differ_in_their_number_are_never_automatic(found):
    pair = found(SHOP._replace(name="Wellprime #12"), SHOP._replace(id="b", name="Wellprime #15"))
    assert pair is None or pair.band != "automatic"


def test_numbered_stores_of_one_town_are_no_duplicates(found):
    other = SHOP._replace(id="b", name="Wellprime Oxygen #15", address="90 Elm St", phone="608-555-0177")
    assert found(SHOP._replace(name="Wellprime Oxygen #12"), other) is None


def test_two_families_whose_names_are_one_letter_apart_are_never_automatic(found):
    pair = found(CLINIC._replace(name="Hill Family Medicine"), CLINIC._replace(id="b", name="Hall Family Medicine"))
    assert pair is None or pair.band != "automatic"


# -- what is written differently and is the same ----------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        CLINIC._replace(
            id="b", name="HARBOR FAMILY MEDICINE, INC", address="410 MAIN ST #120", phone="1 (334) 335-3374"
        ),
        CLINIC._replace(id="b", name="Harbor Family Medcine", address="410 Main St. Ste. 120"),
        CLINIC._replace(id="b", name="The Harbor Family Medicine", postal_code="36049-1234"),
        CLINIC._replace(id="b", name="Attn: Receiving, Harbor Family Medicine", city="LUVERNE"),
        CLINIC._replace(id="b", address="P.O. Box 17"),
        CLINIC._replace(id="b", address=""),
    ],
    ids=["short forms", "a slip", "the and zip+4", "a desk", "a box", "no address"],
)
def test_one_clinic_in_two_spellings_is_automatic(found, other):
    assert found(CLINIC, other).band == "automatic"


def test_a_customer_number_in_conflict_counts_against_and_is_no_veto(found):
    other = CLINIC._replace(id="b", name="Harbor Family Medicine Inc")
    agreeing = found(CLINIC._replace(customer_number="100234"), other)
    conflict = found(CLINIC._replace(customer_number="100234"), other._replace(customer_number="777001"))
    assert agreeing.bits - conflict.bits == pytest.approx(6, abs=0.2)
    assert "customer numbers differ" in conflict.reasons


# -- a person's "no" ---------------------------------------------------------------------------------


def test_a_pair_that_a_person_called_distinct_is_not_linked(found):
    other = CLINIC._replace(id="b")
    assert found(CLINIC, other).band == "automatic"
    assert found(CLINIC, other, distinct=frozenset({frozenset({"clinic", "b"})})) is None


def test_a_distinct_pair_is_not_joined_through_others(neighbours):
    twins = [CLINIC._replace(id=name) for name in "abcdefghijkl"]
    distinct = frozenset({frozenset({"a", "b"}), frozenset({"a", "unknown"})})
    pairs = find_duplicates([*neighbours, *twins], distinct=distinct)
    together = [set(cluster) for cluster in clusters(pairs) if not {"a", "b", "c"}.isdisjoint(cluster)]
    assert not any({"a", "b"} <= cluster for cluster in together)
    assert max(map(len, together)) == 11


def test_a_chain_of_likenesses_is_cut():
    """A is like B, B like C, but A and C are two facilities."""
    records, facility_of = invented(2000, 7003)
    assert score(facility_of, find_duplicates(records)).precision >= 0.97


# -- size and shape ----------------------------------------------------------------------------------


def test_the_strongest_pair_comes_first_with_ids_in_the_order_of_the_records():
    records, _ = invented(1000, 5)
    pairs = find_duplicates(records)
    place = {record.id: number for number, record in enumerate(records)}
    assert [pair.bits for pair in pairs] == sorted((pair.bits for pair in pairs), reverse=True)
    assert all(place[pair.first] < place[pair.second] for pair in pairs)
    assert all(pair.bits >= 0 and 0 < pair.confidence < 1 for pair in pairs)


def test_two_thousand_records_of_one_customer_are_one_cluster():
    records = [CLINIC._replace(id=number) for number in range(2000)]
    assert [len(cluster) for cluster in clusters(find_duplicates(records))] == [2000]


@pytest.mark.parametrize("count", [0, 1])
def test_a_list_without_two_records_has_no_pairs(count):
    assert find_duplicates([CLINIC] * count) == []


def test_records_that_hold_hardly_anything_are_no_duplicates():
    empty = [Record(number, "") for number in range(5)]
    assert find_duplicates([*empty, Record("x", "???"), Record("y", "!!!")]) == []
