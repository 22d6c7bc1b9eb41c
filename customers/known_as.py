"""What else means a customer, in words: the names and numbers of earlier days, with the run that brought them here."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from eqms.models import AuditEntry, OperationRun

from .models import Customer, CustomerAlias

SHOWN = 50
Kind = CustomerAlias.Kind
NAMED: dict[str, str] = {Kind.KEY: "name and address", Kind.NUMBER: "number", Kind.ID: "entry"}
COLUMNS: dict[str, str] = {Kind.KEY: "company_key", Kind.NUMBER: "customer_number_key", Kind.ID: "id"}


class Former(NamedTuple):
    """A name or number that now means the customer; ``run`` is None where the record does not tell since when."""

    words: str
    how: str
    run: OperationRun | None


def former_names(customer: Customer) -> list[Former]:
    """Return what else means ``customer``, newest first: one line a merged customer or former name. Three queries."""
    aliases = list(CustomerAlias.objects.filter(customer=customer).order_by("-pk")[:SHOWN])
    if not aliases:
        return []
    made = AuditEntry.objects.filter(model=CustomerAlias._meta.label, key__among=[str(a.pk) for a in aliases])
    runs = {entry.key: entry.run for entry in made.filter(verb="create").select_related("run").order_by("pk")}
    rows = rows_before(customer, aliases, runs)
    lines = {}
    for alias in aliases:
        run = runs.get(str(alias.pk))
        row = next((row for row in (rows.get(run.pk, ()) if run else ()) if means(alias, row)), None)
        former = in_words(customer, alias, row, run)
        lines.setdefault((former.words, run), former)
    return list(lines.values())


def rows_before(customer: Customer, aliases: list[CustomerAlias], runs: dict[str, OperationRun]) -> dict[int, list]:
    """Return, by run, the customers as they stood before it: this one, and those that were merged into it."""
    ids = [str(customer.pk), *(alias.value for alias in aliases if alias.kind == Kind.ID)]
    entries = AuditEntry.objects.filter(model=Customer._meta.label, key__among=ids)
    found: dict[int, list] = {}
    for entry in entries.filter(run__in={run.pk for run in runs.values()}).exclude(verb="create"):
        found.setdefault(entry.run_id, []).append(json.loads(entry.before))
    return found


def means(alias: CustomerAlias, row: dict[str, Any]) -> bool:
    """True where ``alias`` is what ``row`` was known by."""
    return str(row.get(COLUMNS[alias.kind])) == alias.value


def in_words(customer: Customer, alias: CustomerAlias, row: dict[str, Any] | None, run: OperationRun | None) -> Former:
    """Return one line about ``alias``; ``row`` is the customer that it belonged to, None where nothing tells."""
    if row is None:
        return Former(f"{NAMED[alias.kind]} {alias.value}", "noted", run)
    if row["id"] != customer.pk:
        return Former(", ".join(parts_of(row)), "merged here", run)
    words = row["customer_number"] if alias.kind == Kind.NUMBER else row["facility_name"]
    return Former(words, f"former {NAMED[alias.kind]}", run)


def parts_of(row: dict[str, Any]) -> Iterator[str]:
    """Yield the name, the number and the place of a customer that is gone."""
    yield row["facility_name"]
    if row["customer_number"]:
        yield f"number {row['customer_number']}"
    if place := " ".join(filter(None, [row["city"], row["state"]])):
        yield place
