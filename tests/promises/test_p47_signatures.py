"""P47: a signature on an edited or copied record is invalid, whatever the record and whichever column."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, models, transaction

from eqms.checks import traced_models
from eqms.models import User
from eqms.signatures import Signer, is_valid, sign
from tests.promises import promise


def another(value, field):
    """Return a value for ``field`` that differs from ``value``, None where none is made here."""
    if field.primary_key or field.remote_field:
        return None
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return value[:-1] if value else "x"
    if isinstance(value, int | Decimal):
        return value + 1
    if isinstance(field, models.DateField):
        return value + timedelta(days=1) if value else None
    return None


def edited(row, name, value) -> bool:
    """Set one column past the writer; return False where the database refuses the value."""
    try:
        with transaction.atomic():
            type(row)._base_manager.filter(pk=row.pk).update(**{name: value})
            return True
    except (IntegrityError, DataError):
        return False


@pytest.mark.django_db
def test_p47_a_signature_on_an_edited_or_copied_record_is_invalid(demo_data):
    signer = Signer(User.objects.create_user("sig"))
    wrong, tries = [], 0
    for model in traced_models():
        rows = list(model._base_manager.order_by("-pk")[:2])
        if not rows:
            continue
        signature = sign(rows[0], signer, "approved")
        assert is_valid(signature), model
        for field in model._meta.concrete_fields:
            before = getattr(rows[0], field.attname)
            value = another(before, field)
            if value is None or not edited(rows[0], field.attname, value):
                continue
            tries += 1
            wrong += [f"{model._meta.label}.{field.name}"] if is_valid(signature) else []
            edited(rows[0], field.attname, before)
        assert is_valid(signature), model
        if len(rows) == 2:
            tries += 1
            signature.key = str(rows[1].pk)
            wrong += [f"{model._meta.label} copied"] if is_valid(signature) else []
    assert wrong == []
    promise("P47", len(wrong), 0, n=tries)
