"""Two customers side by side: what is equal, what differs, what hangs on each."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from eqms.text_key import letters_and_digits

from .facts import Fact, facts_of
from .models import Customer

COMPARED = (
    "facility_name",
    "customer_number",
    "address1",
    "address2",
    "city",
    "state",
    "postal_code",
    "country",
    "phone",
    "email",
    "status",
    "primary_rep",
    "account_manager",
    "created_at",
)
SAME, WRITTEN, DIFFERS, ONE_SIDE = "same", "written differently", "differs", "on one side only"
WORD = re.compile(r"\S+|\s+")


class Piece(NamedTuple):
    """A piece of a value; ``is_own`` where the other side has no such word."""

    text: str
    is_own: bool


class Line(NamedTuple):
    """One column of two customers, with the verdict in a word."""

    name: str
    label: str
    verdict: str
    values: tuple[list[Piece], list[Piece]]

    @property
    def differs(self) -> bool:
        return self.verdict != SAME


class Row(NamedTuple):
    """What hangs on two customers of one kind."""

    what: str
    facts: tuple[Fact | None, Fact | None]

    @property
    def shown(self) -> list[tuple[str, str]]:
        """The value of each side as a page shows it, with the address of the rows behind it."""
        return [(in_words(fact.value), fact.address) if fact else ("–", "") for fact in self.facts]


def compared(first: Customer, second: Customer) -> list[Line]:
    """Return the columns that one of the two fills. No query where reps and managers were read along."""
    lines = []
    for name in COMPARED:
        texts = value_of(first, name), value_of(second, name)
        if any(texts):
            words = marked(*texts), marked(*reversed(texts))
            lines.append(Line(name, label_of(name), verdict(*texts), words))
    return lines


def label_of(name: str) -> str:
    """Return what people call a column."""
    label = str(Customer._meta.get_field(name).verbose_name)
    return "since" if name == "created_at" else label


def value_of(customer: Customer, name: str) -> str:
    """Return a column as people read it, "" where it is empty."""
    if name == "status":
        return customer.get_status_display().lower()
    value = getattr(customer, name)
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d}"
    return "" if value is None else str(value)


def verdict(first: str, second: str) -> str:
    """Return in a word how two values of a column stand to each other."""
    if not (first and second):
        return ONE_SIDE
    if first == second:
        return SAME
    return WRITTEN if letters_and_digits(first) == letters_and_digits(second) else DIFFERS


def marked(text: str, other: str) -> list[Piece]:
    """Return ``text`` in pieces; the words that ``other`` does not have, in any spelling, are marked."""
    if not (text and other):
        return [Piece(text, False)] if text else []
    there = {letters_and_digits(word) for word in other.split()}
    pieces: list[Piece] = []
    for word in WORD.findall(text):
        is_own = bool(word.strip()) and letters_and_digits(word) not in there
        pieces.append(Piece(word, is_own))
    return pieces


def with_counts(numbers: Iterable[int]) -> dict[int, Customer]:
    """Return the customers with these numbers, each with how many rows of each kind refer to it. One query."""
    customers = Customer.objects.filter(pk__in=list(numbers)).select_related("primary_rep", "account_manager")
    for number, relation in enumerate(Customer._meta.related_objects):
        attribute = relation.field.attname
        rows = relation.related_model._base_manager.filter(**{attribute: OuterRef("pk")}).order_by()
        counted = rows.values(attribute).annotate(n=Count("pk")).values("n")
        count = Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))
        customers = customers.annotate(**{f"related_{number}": count})
    return {customer.pk: customer for customer in customers}


def related_counts(customer: Customer) -> dict[str, int]:
    """Return what refers to a customer of ``with_counts``, in words."""
    counts: dict[str, int] = {}
    for number, relation in enumerate(Customer._meta.related_objects):
        what = str(relation.related_model._meta.verbose_name_plural)
        counts[what] = counts.get(what, 0) + getattr(customer, f"related_{number}")
    return counts


def hanging_on(first: Customer, second: Customer) -> list[Row]:
    """Return what hangs on two customers of ``with_counts``: what the apps above know, then all that refers to them."""
    known = facts_of([first.pk, second.pk])
    sides = []
    for customer in (first, second):
        counted = {what: Fact(what, count) for what, count in related_counts(customer).items()}
        told = {fact.what: fact for fact in known.get(customer.pk, [])}
        sides.append({**told, **{what: fact for what, fact in counted.items() if what not in told}})
    names = list(dict.fromkeys([*sides[0], *sides[1]]))
    rows = [Row(what, (sides[0].get(what), sides[1].get(what))) for what in names]
    return [row for row in rows if any(fact and fact.value for fact in row.facts)]


def in_words(value: Any) -> str:
    """Return the value of a fact as a page shows it."""
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else "–" if value is None else f"{value:,}"
