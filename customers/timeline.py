"""What happened to a customer and to all that belongs to it: the record, run by run, in sentences.

Every row with a ``CustomerKey`` is told by itself, and the record of merged customers goes on here. An app above adds
what belongs to such a row by ``follow``: customers knows no app above itself.
"""

from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import groupby
from operator import or_
from typing import NamedTuple

from django.db.models import Case, CharField, Count, Model, Q, QuerySet, Value, When, Window
from django.db.models.functions import Cast, RowNumber

from customers.models import Customer, CustomerAlias, CustomerKey
from eqms.models import AuditEntry, OperationRun, Traced
from eqms.operations.words import Names, address_of, as_change, columns_of, names_of

RUNS_SHOWN = 20
SENTENCES_SHOWN = 8  # of one run: the others stand on the run's page
GONE_SHOWN = 500  # rows that left, whose record is told on
LOSERS_ASKED = 20  # merged customers whose rows that left are looked for: the newest
IMPORTS = ("import", "sync", "link", "load")
SAVED = {"added in the admin", "changed in the admin", "removed in the admin", "written on the customer's page"}
ITSELF = Customer._meta.label
followed: list[tuple[type[Model], str]] = []


def follow(model: type[Model], path: str) -> None:
    """Tell the rows of ``model`` too; ``path`` leads from such a row to its customer."""
    if (model, path) not in followed:
        followed.append((model, path))


class Sentence(NamedTuple):
    """What happened to one row. ``subject`` is what it is called, with the address of its page; "" for the customer."""

    subject: str
    address: str
    words: str


class Event(NamedTuple):
    """What one run did to the customer."""

    run: OperationRun
    sentences: list[Sentence]
    more: int  # changes that are not told here
    why: str


class Timeline(NamedTuple):
    """Events, newest first; ``older`` is the run before which the next page begins, None where this is the last."""

    events: list[Event]
    older: int | None


def timeline_of(customer: Customer, user, *, before: int | None = None, limit: int = RUNS_SHOWN) -> Timeline:
    """Return what happened, as far as ``user`` may see the rows.

    Five queries, those for what the user may see, and one a model that names come from.
    """
    about = entries_about(customer, told_to(user))
    if before:
        about = [part.filter(run__lt=before) for part in about]
    runs = list(united(about, "run").order_by("-run")[: limit + 1])
    shown, more = runs[:limit], runs[limit:]
    keys = united([part.filter(run__in=shown) for part in about], "pk")
    events = [event_of(customer, *found) for found in by_run(list(keys))]
    return Timeline(events, shown[-1] if more else None)


def told_to(user) -> list[tuple[type[Model], str]]:
    """Return (model, path to the customer) of the rows that are told to ``user``."""
    relations = [relation.field for relation in Customer._meta.related_objects]
    own = [(field.model, field.name) for field in relations if isinstance(field, CustomerKey)]
    traced = [(model, path) for model, path in [*own, *followed] if issubclass(model, Traced)]
    return [(m, path) for m, path in traced if user.has_perm(f"{m._meta.app_label}.view_{m._meta.model_name}")]


def entries_about(customer: Customer, stories: list[tuple[type[Model], str]]) -> list[QuerySet]:
    """Return in parts the entries about ``customer``, the customers merged into it, and their rows. Two queries."""
    aliases = CustomerAlias.objects.filter(customer=customer, kind=CustomerAlias.Kind.ID).order_by("-pk")
    customers = [str(customer.pk), *aliases.values_list("value", flat=True)]
    entries = AuditEntry.objects.order_by()
    parts = [entries.filter(model=ITSELF, key__among=customers)]
    for model, path in stories:
        rows = model._base_manager.filter(**{path: customer}).order_by()
        texts = rows.annotate(key_as_text=Cast("pk", CharField(max_length=64))).values("key_as_text")
        parts.append(entries.filter(model=model._meta.label, key__in=texts))
    for label, found in groupby(rows_gone(customers[:LOSERS_ASKED], stories), key=lambda row: row[0]):
        parts.append(entries.filter(model=label, key__among=[key for _, key in found]))
    return parts


def united(parts: list[QuerySet], column: str) -> QuerySet:
    """Return what stands in ``column`` of all ``parts``, each value once.

    Asked alone, never inside of another query: until the database has counted a table that was just filled, it
    would ask all of it for every row of the record.
    """
    columns = [part.values_list(column, flat=True).distinct() for part in parts]  # one part alone is no union
    return columns[0].union(*columns[1:])


def rows_gone(customers: list[str], stories: list[tuple[type[Model], str]]) -> QuerySet:
    """Return (label, key) of rows that belonged to one of these customers when they left."""
    conditions = []
    for model, path in stories:
        if "__" in path:  # such a row names no customer itself
            continue
        column = model._meta.get_field(path).attname
        texts = [f'"{column}":{key}{end}' for key in customers for end in ",}"]  # as canonical JSON holds them
        conditions.append(Q(model=model._meta.label) & reduce(or_, [Q(before__contains=text) for text in texts]))
    if not conditions:
        return AuditEntry.objects.none().values_list("model", "key")
    left = AuditEntry.objects.filter(reduce(or_, conditions), verb="delete").order_by("model", "-pk")
    return left.values_list("model", "key")[:GONE_SHOWN]


def by_run(entries: list[int]) -> Iterator[tuple[list[AuditEntry], int, Names]]:
    """Yield the first of ``entries`` of each run, those of customers first, how many there are, and names in them."""
    first = Case(When(model=ITSELF, then=Value(0)), default=Value(1))
    place = Window(RowNumber(), partition_by="run", order_by=[first, "position"])
    about = AuditEntry.objects.filter(pk__among=entries)
    counted = about.annotate(place=place, all=Window(Count("pk"), partition_by="run"))
    rows = counted.filter(place__lte=SENTENCES_SHOWN).select_related("run").order_by("-run", "place")
    told = [(row, row.all) for row in rows]
    changes = [as_change(entry) for entry, _ in told]
    names: Names = {(Customer, int(c.key)): c.name for c in changes if c.label == ITSELF and c.verb == "delete"}
    names |= names_of(changes)
    for _, found in groupby(told, key=lambda pair: pair[0].run_id):
        shown = list(found)
        yield [entry for entry, _ in shown], shown[0][1], names


def event_of(customer: Customer, entries: list[AuditEntry], count: int, names: Names) -> Event:
    """Return the event of one run: the first entries of ``count``."""
    run = entries[0].run
    told = [sentence for entry in entries for sentence in told_of(customer, entry, names)]
    because = dict.fromkeys(entry.because for entry in entries if entry.because not in SAVED)
    return Event(run, told, count - len(entries), run.reason or next(iter(because), ""))


def told_of(customer: Customer, entry: AuditEntry, names: Names) -> Iterator[Sentence]:
    """Yield what ``entry`` says: one sentence for a row that came or left, one a column for one that changed."""
    change = as_change(entry)
    own = entry.model == ITSELF and entry.key == str(customer.pk)
    subject = "" if own else subject_of(change, names)
    address = "" if own else address_of(change)
    if entry.model == CustomerAlias._meta.label:
        yield from told_of_alias(change)
    elif entry.verb == "update":
        derived = {change.model._meta.get_field(name).verbose_name for name in getattr(change.model, "derived", ())}
        for column in columns_of(change, names):
            if column.label not in derived:
                yield Sentence(subject, address, column_in_words(column))
    elif entry.model == ITSELF and entry.verb == "delete" and not own:
        yield Sentence(subject, "", "was merged into this customer")
    else:
        yield Sentence(subject or "Customer", address, DONE[entry.verb](entry.run))


def came_in_words(run: OperationRun) -> str:
    """Return how a row came by ``run``."""
    if run.undoes_id:
        return f"brought back by the undo of run {run.undoes_id}"
    return "imported" if run.operation.startswith(IMPORTS) else "added"


def left_in_words(run: OperationRun) -> str:
    """Return how a row left by ``run``."""
    return f"taken back by the undo of run {run.undoes_id}" if run.undoes_id else "removed"


DONE = {"create": came_in_words, "delete": left_in_words}


def column_in_words(column) -> str:
    """Return "phone 555 -> 556"; of being archived, and of another customer's row, what that means."""
    if column.label == "archived at":
        return "taken into use again" if column.after == "empty" else "archived"
    if column.label == "customer":
        return f"came over from {column.before}"
    return f"{column.label} {column.before} -> {column.after}"


def subject_of(change, names: Names) -> str:
    """Return what a row is called: "contact Anna"; one without a name after what it points at."""
    name = change.name or next(iter(pointed_at(change, names)), "")
    return f"{change.model._meta.verbose_name} {name}".strip()


def pointed_at(change, names: Names) -> Iterable[str]:
    """Yield the names of the rows, other than customers, that a row points at."""
    for name, before, after in change.columns():
        field = next((f for f in change.model._meta.concrete_fields if f.attname == name), None)
        model = field.related_model if field else None
        if model and model is not Customer:
            yield names.get((model, after or before), "")


def told_of_alias(change) -> Iterator[Sentence]:
    """Yield what an alias means to a reader. That an id leads here is said by the customer who left."""
    rows = {name: after or before for name, before, after in change.columns()}
    words = {"number": f"customer number {change.name}", "key": "a former name and address"}.get(rows.get("kind", ""))
    if rows.get("kind") == "id" and change.verb == "delete":
        yield Sentence(f"customer {change.name}", "", "is one of its own again")
    elif words:
        means = "means this customer too" if change.verb == "create" else "does not mean this customer any more"
        yield Sentence("", "", f"{words} {means}")
