"""The database finds and separates keys exactly as Python does, on SQLite and on PostgreSQL alike."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Customer, CustomerAlias
from eqms.text_key import letters_and_digits

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@pytest.mark.django_db
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TEXTS, min_size=20, max_size=100))
def test_every_key_is_found_again_and_means_one_customer(texts):
    keys = {f"{key}|street" for text in texts if (key := letters_and_digits(text))}
    with transaction.atomic():
        customer = Customer.objects.create(facility_name="Keeper", city="Here")
        CustomerAlias.objects.bulk_create(CustomerAlias(kind="key", value=key, customer=customer) for key in keys)
        known = Customer.objects.known_as([], keys)
        assert {key for key in keys if known.with_key(key) == customer} == keys
        assert set(CustomerAlias.objects.values_list("value", flat=True)) == keys
        transaction.set_rollback(True)
