"""Updates that pass a unique value from one row to another: swaps, chains, "the primary one".

Both databases look at a unique index row by row, so one UPDATE that swaps two values fails
though its end is allowed. What is parked here gets its planned value in the same transaction,
and an end that is not allowed is refused by the database as ever.
"""

from functools import cache
from itertools import count
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, models, transaction
from django.db.models import Field, Model, UniqueConstraint

from eqms.columns import Columns, encode

from .database import Rows, update_rows

Groups = dict[tuple[str, ...], Rows]  # changed columns -> rows that change just these


def update_in_any_order(model: type[Model], groups: Groups) -> int:
    """Update the rows of ``groups``, however unique values move between them; return how many were."""
    if not unique_names(model).intersection(name for names in groups for name in names):
        return update_groups(model, groups)
    for attempt in (update_groups, update_parked):
        try:
            with transaction.atomic():
                return attempt(model, groups)
        except IntegrityError:
            continue
    return update_one_by_one(model, groups)


def update_groups(model: type[Model], groups: Groups) -> int:
    """Update group by group, one statement each; return how many rows were."""
    return sum(update_rows(model, list(names), rows) for names, rows in groups.items())


def update_parked(model: type[Model], groups: Groups) -> int:
    """Give every row a value that nobody has, then the planned one."""
    fields, key = Columns.of(model).fields, model._meta.pk.attname
    numbers = count()
    for names, rows in groups.items():
        parkable = [n for n in names if n in unique_names(model) and parked(fields[n], 0) is not Field]
        if parkable:
            places = [{key: r[key], **{n: parked(fields[n], next(numbers)) for n in parkable}} for r in rows]
            update_rows(model, parkable, places)
    return update_groups(model, groups)


def update_one_by_one(model: type[Model], groups: Groups) -> int:
    """Write the rows that nothing stands in the way of, until all are written.

    Raises the database's error for the first row that nothing can help.
    """
    done, waiting = 0, [(names, row) for names, rows in groups.items() for row in rows]
    while waiting:
        left = []
        for names, row in waiting:
            try:
                with transaction.atomic():
                    done += update_rows(model, list(names), [row])
            except IntegrityError:
                left.append((names, row))
        if len(left) == len(waiting):
            names, row = left[0]
            return done + update_rows(model, list(names), [row])
        waiting = left[::-1]  # the other way round: a chain of any length takes two passes
    return done


@cache
def unique_names(model: type[Model]) -> frozenset[str]:
    """Attributes that some unique rule of ``model`` looks at; a rule with a condition may look at any."""
    names = {field.attname for field in model._meta.concrete_fields if field.unique}
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            if constraint.condition or constraint.expressions:
                return frozenset(Columns.of(model).names)
            names |= {model._meta.get_field(name).attname for name in constraint.fields}
    return frozenset(names)


def parked(field: Field, number: int) -> Any:
    """Return an encoded value that no row has, different for each number; ``Field`` where there is none."""
    if field.null:
        return None
    if field.remote_field:
        return Field
    if isinstance(field, models.UUIDField):
        return encode(field, uuid4())
    if isinstance(field, models.CharField | models.TextField) and (field.max_length or 9) >= 6:
        return f"\x1a{number:x}"  # a control character: no text that people type holds it
    if isinstance(field, models.IntegerField):
        return 32_767 - number  # fits the smallest integer column
    return Field
