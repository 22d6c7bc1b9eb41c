"""A whole plan as JSON or CSV, piece by piece: a plan of 100,000 changes is never held as one text."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from eqms.csv_cells import csv_lines

from .plan import Change, Plan

HEADER = ["verb", "model", "key", "row", "column", "before", "after", "because"]


def as_json(plan: Plan, **more: Any) -> Iterator[str]:
    """Yield one JSON document; ``more`` are further members of it."""
    head = {
        "operation": plan.operation,
        "options": json.loads(plan.options),
        "fingerprint": plan.fingerprint,
        "counts": {verb: plan.counts[verb] for verb in ("create", "update", "delete", "skip")},
        "warnings": plan.warnings,
        "notes": plan.notes,
        **more,
    }
    yield json.dumps(head, ensure_ascii=False)[:-1]
    yield from as_list("changes", plan.changes)
    yield from as_list("skipped", plan.skips)
    yield "}"


def as_list(name: str, changes: Iterable[Change]) -> Iterator[str]:
    """Yield one member of the document, change by change."""
    yield f', "{name}": ['
    for number, change in enumerate(changes):
        yield (", " if number else "") + json.dumps(change.as_dict(), ensure_ascii=False)
    yield "]"


def as_csv(plan: Plan) -> Iterator[str]:
    """Yield one line for each column of each change, and one for each skip."""
    return csv_lines(lines_of(plan))


def lines_of(plan: Plan) -> Iterator[list]:
    """Yield the header and the cells of each line."""
    yield HEADER
    for change in plan.changes:
        for name, before, after in change.columns():
            yield [change.verb, change.label, change.key, change.name, name, text(before), text(after), change.because]
    for skip in plan.skips:
        yield ["skip", skip.label, skip.key, skip.name, "", "", "", skip.because]


def text(value: Any) -> Any:
    """Return a value as a cell holds it: placeholders, true and false as JSON."""
    return json.dumps(value) if isinstance(value, dict | bool) else value
