"""Why the database refused, in words: the rule's own message and the row that breaks it."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, DataError, IntegrityError, OperationalError
from django.db.models import Model

from eqms.columns import Columns, decode

from .plan import Change, Plan

LOOKED_AT = 500  # changes; a refused import of 100,000 rows is not worth as many queries
GENERAL = {
    IntegrityError: "A rule of the database forbids it.",
    DataError: "A value does not fit its column.",
    OperationalError: "The database was busy or went away. Try again in a moment.",
}


def in_words(error: Exception, plan: Plan | None = None) -> str:
    """Return what ``error`` means to a person: never the text of the database."""
    if not isinstance(error, DatabaseError):
        return str(error)
    named = broken_rule(plan) if plan is not None and not isinstance(error, OperationalError) else ""
    kind = next((kind for kind in GENERAL if isinstance(error, kind)), IntegrityError)
    return named or message_of_constraint(error) or GENERAL[kind]


def broken_rule(plan: Plan) -> str:
    """Return "row: message" for the first planned row that breaks a rule of its model, else an empty text."""
    seen: dict[tuple, str] = {}
    for change in islice((c for c in plan.changes if c.verb != "delete"), LOOKED_AT):
        row = row_after(change)
        try:
            row.clean_fields(exclude=unknown_columns(change))
            row.validate_unique()
            row.validate_constraints()
        except ValidationError as problem:
            return f"{change.title}: {' '.join(problem.messages)}"
        for values in unique_values(row):
            if (first := seen.setdefault(values, change.title)) != change.title:
                return f"{change.title}: {first} of the same plan has the same {' and '.join(values[1])}."
    return ""


def row_after(change: Change) -> Model:
    """Return the row as ``change`` would leave it; what only the writer knows stands as None."""
    model, values = change.model, {**json.loads(change.before), **json.loads(change.after)}
    fields = Columns.of(model).fields
    known = {n: None if isinstance(v, dict) else decode(fields[n], v) for n, v in values.items()}
    row = model(**known)
    row._state.adding = change.verb == "create"
    return row


def unknown_columns(change: Change) -> set[str]:
    """Return the fields that cannot be looked at: placeholders, and the keys of new rows."""
    after = json.loads(change.after)
    fields = Columns.of(change.model).fields
    return {field.name for n, field in fields.items() if isinstance(after.get(n), dict) or field.primary_key}


def unique_values(row: Model) -> Iterator[tuple[type[Model], tuple[str, ...], tuple[Any, ...]]]:
    """Yield (model, columns, values) of each unique rule of ``row`` in which nothing is empty."""
    names = [(field.attname,) for field in row._meta.concrete_fields if field.unique]
    names += [
        tuple(row._meta.get_field(name).attname for name in constraint.fields)
        for constraint in row._meta.total_unique_constraints
    ]
    for together in names:
        values = tuple(getattr(row, name) for name in together)
        if None not in values:
            yield type(row), together, values


def message_of_constraint(error: Exception) -> str:
    """Return the message of the constraint that the database named, empty where it named none of ours."""
    named = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or str(error)
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name in named:
                return f"{model._meta.verbose_name}: {constraint.get_violation_error_message()}"
    return ""
