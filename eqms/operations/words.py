"""Changes in the words of a page: labels for columns, names for keys, one sentence a column."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib import admin
from django.db.models import DateTimeField, Field, Model
from django.urls import reverse
from django.utils import timezone

from eqms.columns import Columns, decode, encode
from eqms.models import AuditEntry

from .plan import DONE, Change, Plan

SHOWN = 200  # changes on a page; the whole plan is a download
LONGEST = 200  # characters of one value
VERBS = {"create": "create", "update": "change", "delete": "delete"}
PAST = {"create": "created", "update": "changed", "delete": "deleted"}
PLACEHOLDERS = {
    "new": "the new row",
    "now": "the time of writing",
    "actor": "who writes it",
    "default": "made when written",
}
Names = dict[tuple[type[Model], Any], str]


class Column(NamedTuple):
    """One column of one change, ready to be shown."""

    label: str
    before: str
    after: str


class Shown(NamedTuple):
    """One change, ready to be shown."""

    verb: str
    kind: str  # what the row is: "customer"
    key: str
    name: str
    columns: list[Column]
    because: str
    address: str = ""  # of the row's page, where it is there and has one


def first_changes(plan: Plan) -> list[Shown]:
    """Return the first changes of ``plan`` for a page, deletions before the others."""
    deletions = islice((c for c in plan.changes if c.verb == "delete"), SHOWN)
    chosen = list(deletions)
    chosen += islice((c for c in plan.changes if c.verb != "delete"), SHOWN - len(chosen))
    return shown(chosen)


def shown(changes: Iterable[Change], *, written: bool = False) -> list[Shown]:
    """Turn changes into words. One query for each model that their foreign keys point at.

    A new row of a plan has no key yet; of a ``written`` run it has one, and a page.
    """
    changes = list(changes)
    names = names_of(changes)
    return [
        Shown(
            c.verb,
            str(c.model._meta.verbose_name),
            "new" if c.verb == "create" and not written else str(c.key),
            c.name,
            columns_of(c, names),
            c.because,
            address_of(c) if written or c.verb == "update" else "",
        )
        for c in changes
    ]


def address_of(change: Change) -> str:
    """Return the address of the row's page in the admin, "" where it was deleted or has none."""
    if change.verb == "delete" or change.model not in admin.site._registry:
        return ""
    meta = change.model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[change.key])


def as_change(entry: AuditEntry) -> Change:
    """Return an audit entry in the form of the planned change that it recorded."""
    row = json.loads(entry.before) or json.loads(entry.after)
    named_by = getattr(apps.get_model(entry.model), "named_by", ())
    name = next((str(row[column]) for column in named_by if row.get(column)), "")
    return Change(entry.verb, entry.model, entry.key, shortened(name), entry.before, entry.after, entry.because)


def columns_of(change: Change, names: Names) -> list[Column]:
    """Return the changed columns; of a new or deleted row those that hold something."""
    fields = Columns.of(change.model).fields
    columns = []
    for name, before, after in change.columns():
        if name not in fields:  # the record may be older than the table
            columns.append(Column(name, str(before), str(after)))
            continue
        if fields[name].primary_key:
            continue
        if change.verb == "update" or (after if change.verb == "create" else before) not in (None, ""):
            both = (value_in_words(fields[name], value, names) for value in (before, after))
            columns.append(Column(str(fields[name].verbose_name), *both))
    return columns


def value_in_words(field: Field, value: Any, names: Names) -> str:
    """Return an encoded value as people read it: labels for choices, names for keys, local time."""
    if value in (None, ""):
        return "empty"
    if isinstance(value, dict):
        return PLACEHOLDERS[next(iter(value))]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.related_model:
        return names.get((field.related_model, value), f"{field.related_model._meta.verbose_name} {value}")
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, DateTimeField):
        return f"{timezone.localtime(decode(field, value)):%Y-%m-%d %H:%M:%S}"
    return shortened(str(value))


def shortened(text: str) -> str:
    """Return ``text`` as far as a line of a page shows it."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def names_of(changes: list[Change]) -> Names:
    """Return what the rows are called that the foreign keys of ``changes`` point at."""
    wanted = defaultdict(set)
    for change in changes:
        fields = Columns.of(change.model).fields
        for name, before, after in change.columns():
            if name in fields and (model := fields[name].related_model):
                wanted[model] |= {key for key in (before, after) if key is not None and not isinstance(key, dict)}
    names = {}
    for model, keys in wanted.items():
        for row in model._base_manager.filter(pk__among=list(keys)):
            names[model, encode(model._meta.pk, row.pk)] = str(row)
    return names


def sentences(entry: AuditEntry) -> Iterator[str]:
    """Yield what ``entry`` did to its row: "Quantity 284 -> 10", one sentence a column."""
    change = as_change(entry)
    kind = str(change.model._meta.verbose_name)
    if entry.verb != "update":
        yield f"{kind.capitalize()} {PAST[entry.verb]}"
        return
    for column in columns_of(change, names_of([change])):
        yield f"{column.label[:1].upper()}{column.label[1:]} {column.before} -> {column.after}"


def button_of(plan: Plan) -> str:
    """Return what the button does: "Delete 2 customers, change 1 contact"."""
    if plan.button:
        return plan.button
    return counted_in_words(plan.by_model, VERBS)


def counted_in_words(by_model: Mapping[tuple[str, str], int], words: dict[str, str] = PAST) -> str:
    """Return "Deleted 2 customers, changed 1 contact" for the rows of each (verb, label), "" for none."""
    verbs = sorted(words, key=lambda verb: verb != "delete")
    counted = sorted(by_model.items())
    parts = chain.from_iterable(
        [f"{words[verb]} {rows_in_words(n, label)}" for (done, label), n in counted if done == verb] for verb in verbs
    )
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def rows_in_words(number: int, label: str) -> str:
    """Return ``3 customers`` for a number of rows of the model called ``label``."""
    meta = apps.get_model(label)._meta
    return f"{number:,} {meta.verbose_name if number == 1 else meta.verbose_name_plural}"


def changes_in_words(number: int) -> str:
    """Return "1 change" or "12 changes"."""
    return f"{number} change" if number == 1 else f"{number} changes"


def runs_in_words(plan: Plan) -> str:
    """Return "run 41", or "12 runs (41 to 52, job 7)" where each part is one."""
    runs = plan.runs
    if len(runs) == 1:
        return f"run {runs[0].pk}"
    return f"{len(runs)} runs ({runs[0].pk} to {runs[-1].pk}, job {runs[0].job_number})"


def done_in_words(plan: Plan, verbs: Iterable[str] = DONE) -> str:
    """Return "8 updated, 4 deleted, 3 skipped"."""
    return ", ".join(f"{plan.counts[verb]} {DONE[verb]}" for verb in verbs if plan.counts[verb])


def plan_in_words(plan: Plan) -> str:
    """Return "12 changes (8 updated, 4 deleted), skipped 3"."""
    done = done_in_words(plan, ("create", "update", "delete"))
    return f"{changes_in_words(len(plan))} ({done}), skipped {plan.counts['skip']}"
