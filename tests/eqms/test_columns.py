import json
import uuid
from datetime import UTC, timedelta
from decimal import Decimal

import pytest
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import connection, models
from hypothesis import given
from hypothesis import strategies as st

from eqms.columns import canonical, decode, encode, plain_numbers

text = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"))
FIELDS = [
    (models.BigAutoField(), st.integers(-(2**63), 2**63 - 1)),
    (models.IntegerField(), st.integers(-(2**31), 2**31 - 1)),
    (models.BooleanField(), st.booleans()),
    (models.CharField(max_length=20), text),
    (models.TextField(), text),
    (models.FloatField(), st.floats(allow_nan=False)),
    (
        models.DecimalField(max_digits=12, decimal_places=2),
        st.decimals("-9999999999", "9999999999", places=2),
    ),
    (models.DateTimeField(), st.datetimes(timezones=st.just(UTC))),
    (models.DateField(), st.dates()),
    (models.TimeField(), st.times()),
    (models.DurationField(), st.timedeltas(timedelta(days=-99999), timedelta(days=99999))),
    (models.UUIDField(), st.uuids()),
    (models.BinaryField(), st.binary()),
    (models.JSONField(), st.recursive(st.none() | st.booleans() | st.integers() | text, st.lists)),
]
IDS = [type(field).__name__ for field, _ in FIELDS]


@pytest.mark.parametrize(("field", "values"), FIELDS, ids=IDS)
def test_decode_gives_back_what_encode_took(field, values):
    @given(st.none() | values)
    def exact(value):
        encoded = encode(field, value)
        assert decode(field, json.loads(canonical(encoded))) == value

    exact()


SENT_AS_TEXT = [  # the session's time zone and Django's JSON loading stand in the way of a bare SELECT
    (field, values) for field, values in FIELDS if not isinstance(field, models.DateTimeField | models.JSONField)
]

if connection.vendor == "postgresql":  # SQLite gets decoded values

    @pytest.mark.parametrize(("field", "values"), SENT_AS_TEXT, ids=[type(f).__name__ for f, _ in SENT_AS_TEXT])
    @pytest.mark.django_db
    def test_postgresql_casts_what_encode_made(field, values):
        kind = field.rel_db_type(connection).split("(")[0]

        @given(values)
        def exact(value):
            with connection.cursor() as cursor:
                rows = json.dumps([{"v": encode(field, value)}])
                cursor.execute(f"SELECT v::{kind} FROM json_to_recordset(%s::json) AS r(v text)", [rows])
                assert field.to_python(cursor.fetchone()[0]) == value

        exact()


def test_a_field_class_without_a_codec_is_refused():
    class PointField(models.Field):
        pass

    with pytest.raises(TypeError, match="no codec"):
        encode(PointField(), 1)


def test_microseconds_and_trailing_zeros_survive():
    assert encode(models.DecimalField(max_digits=5, decimal_places=2), Decimal("1.1")) == "1.10"
    assert encode(models.UUIDField(), uuid.UUID(int=7)).endswith("0007")


@pytest.mark.parametrize("value", [{"b": 1, "a": {"d": 2, "c": [3]}}, {"a": 1, "b": 2}])
def test_the_keys_of_json_keep_their_order(value):
    """PostgreSQL's jsonb has an order of its own; SQLite keeps the one that was written."""
    back = decode(models.JSONField(), json.loads(canonical(encode(models.JSONField(), value))))
    assert json.dumps(back) == json.dumps(value)


def test_numbers_are_taken_as_they_are_only_where_nothing_but_their_size_is_asked():
    assert -1 not in plain_numbers(models.PositiveIntegerField())
    assert 7 in plain_numbers(models.PositiveIntegerField())
    assert 7 not in plain_numbers(models.IntegerField(choices=[(1, "one")]))
    assert 7 not in plain_numbers(models.IntegerField(validators=[RegexValidator("1")]))
    assert 7 not in plain_numbers(models.IntegerField(validators=[MaxValueValidator(lambda: 6)]))
    assert 7 not in plain_numbers(models.IntegerField(validators=[MaxValueValidator(6)]))
