"""P47: a signature on an edited or copied record is invalid."""

from datetime import timedelta

import pytest
from django.db import transaction

from eqms.models import ElectronicSignature
from eqms.signatures import Signer, digest_of, is_valid, sign, signatures_of
from inventory.models import Lot

COLUMNS = {"number": "L-8", "status": "recalled", "units_produced": 9, "expires_on": "2031-01-01"}


@pytest.fixture
def signature(demo):
    return sign(demo.lot, Signer(demo.ada), "released it")


def test_a_signature_fits_the_row_as_it_was_signed(demo, signature):
    assert is_valid(signature)
    assert (signature.user_name, signature.meaning, len(signature.digest)) == ("ada", "released it", 64)
    assert is_valid(ElectronicSignature.objects.get(pk=signature.pk))


@pytest.mark.parametrize(("column", "value"), COLUMNS.items())
def test_any_edit_of_the_row_makes_it_invalid_and_the_way_back_valid_again(demo, signature, column, value):
    before = getattr(demo.lot, column)
    Lot.objects.filter(pk=demo.lot.pk).update(**{column: value})
    assert not is_valid(signature)
    assert [signed.is_valid for signed in signatures_of(demo.lot)] == [False]
    Lot.objects.filter(pk=demo.lot.pk).update(**{column: before})
    assert is_valid(signature)


def test_a_copied_row_has_no_valid_signature(demo, signature):
    values = {name: getattr(demo.lot, name) for name in ("product", "expires_on", "status")}
    copy = Lot.objects.create(number="L-7 copy", **values)
    signature.key = str(copy.pk)
    assert not is_valid(signature)


@pytest.mark.parametrize(
    ("column", "value"),
    [("meaning", "approved it"), ("user_name", "bob"), ("model", "inventory.LotAlias"), ("digest", "0" * 64)],
)
def test_an_edited_signature_is_invalid(signature, column, value):
    setattr(signature, column, value)
    assert not is_valid(signature)


def test_a_signature_of_another_moment_or_person_is_invalid(demo, signature):
    signature.at += timedelta(microseconds=1)
    assert not is_valid(signature)
    signature.at -= timedelta(microseconds=1)
    signature.user_id += 1
    assert not is_valid(signature)


def test_a_signature_outlives_its_row_and_its_model(demo, signature):
    with transaction.atomic():
        demo.lot.intakes.all().delete(), demo.lot.movements.all().delete()
        Lot.objects.filter(pk=demo.lot.pk).delete()
    assert not is_valid(signature)
    signature.model = "gone.Model"
    assert digest_of(signature) != signature.digest
