"""Whom a new or changed customer looks like, answered at once.

``Lookalikes`` keeps an index of all customers in use in this process. Every answer first catches up with what any
process wrote since: the chain of seals says in which order, so nothing is missed and all processes agree.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import Q, QuerySet
from django.urls import reverse

from customers.matching import Known, Pair, Record
from eqms.models import AuditEntry, AuditHead, AuditSeal

from .models import Customer, DuplicateCandidate, NotDuplicate

LIMIT = 5
REBUILT_AFTER_SECONDS = 3600  # rows changed past the record, and frequencies that drift, are seen within an hour
PIECE = 2000
# The columns that say who a customer is: one that changes in none of them looks like the same ones as before.
COLUMNS = (
    "facility_name",
    "address1",
    "address2",
    "city",
    "state",
    "postal_code",
    "phone",
    "email",
    "customer_number",
)


class Suggestion(NamedTuple):
    """A customer that something looks like. ``reasons`` are words for a person, who decides."""

    customer_id: int
    name: str
    location: str
    confidence: float
    band: str
    reasons: str

    @property
    def address(self) -> str:
        """The page of the customer."""
        return reverse("admin:customers_customer_change", args=[self.customer_id])


def record(key: Any, values: Mapping[str, Any]) -> Record:
    """Return a customer's columns as the matcher reads them; missing ones are unknown."""
    told = {name: str(values.get(name) or "") for name in COLUMNS}
    address = ", ".join(filter(None, [told["address1"], told["address2"]]))
    place = told["city"], told["state"], told["postal_code"]
    return Record(key, told["facility_name"], address, *place, told["phone"], told["email"], told["customer_number"])


def records(customers: QuerySet[Customer]) -> Iterator[Record]:
    """Yield ``customers`` as the matcher reads them, in the order of their keys, a piece at a time."""
    for row in customers.order_by("pk").values("pk", *COLUMNS).iterator(PIECE):
        yield record(row["pk"], row)


class Lookalikes:
    """All customers in use, ready to be asked. Loaded by the first question; safe to be asked by several threads."""

    def __init__(self, rebuilt_after_seconds: float = REBUILT_AFTER_SECONDS):
        self._lock = threading.RLock()
        self._rebuilt_after = rebuilt_after_seconds
        self._rebuilding: threading.Thread | None = None
        self.forget()

    def forget(self) -> None:
        """Drop the index: the next question loads it anew."""
        with self._lock:
            self._known: Known | None = None
            self._seal, self._hash, self._built_at = 0, "", 0.0

    def like(self, values: Mapping[str, Any], *, key: int | None = None, limit: int = LIMIT) -> list[Suggestion]:
        """Return whom a customer with these columns looks like, the strongest first; ``key`` is its own, if any."""
        return self.like_all([values], keys=[key], limit=limit)[0]

    def like_all(
        self, rows: list[Mapping[str, Any]], *, keys: list[int | None] | None = None, limit: int = LIMIT
    ) -> list[list[Suggestion]]:
        """Return for each of ``rows`` whom it looks like. A few queries, however many rows.

        Pairs that a person refused are left out where the row's own key is given in ``keys``.
        """
        keys = keys or [None] * len(rows)
        numbered = enumerate(zip(keys, rows, strict=True))
        asked = [record(("new", n) if key is None else key, row) for n, (key, row) in numbered]
        with self._lock:
            found = self._caught_up().like(asked, limit=limit)
        refused = refused_pairs(key for key in keys if key is not None)
        kept = [[pair for pair in pairs if frozenset(pair[:2]) not in refused] for pairs in found]
        return suggestions(kept, [one.id for one in asked])

    def _caught_up(self) -> Known:
        """Return the index as of now: loaded where there is none, with what was written since otherwise."""
        known, (number, digest) = self._known, head()
        if known is None or not self._continues_to(number, digest):
            known, number, digest = built()
            self._keep(known, number, digest)
        else:
            catch_up(known, changed_between(self._seal, number))
            self._seal, self._hash = number, digest
            self._rebuild_in_time()
        return known

    def _continues_to(self, number: int, digest: str) -> bool:
        """True unless the index was read from another database, or from what was rolled back since."""
        if self._seal in (0, number):
            return self._seal == 0 or self._hash == digest
        return AuditSeal.objects.filter(number=self._seal, hash=self._hash).exists()

    def _keep(self, known: Known, number: int, digest: str) -> None:
        self._known, self._seal, self._hash, self._built_at = known, number, digest, time.monotonic()

    def _rebuild_in_time(self) -> None:
        """Begin a new index beside the present one, which goes on answering until that is there."""
        if time.monotonic() - self._built_at < self._rebuilt_after or self._rebuilding:
            return
        self._rebuilding = threading.Thread(target=self._rebuild, name="look-alikes", daemon=True)
        self._rebuilding.start()

    def _rebuild(self) -> None:
        try:
            made = built()
            with self._lock:
                self._keep(*made)
        finally:
            self._rebuilding = None
            connections.close_all()


lookalikes = Lookalikes()  # of this process


def built() -> tuple[Known, int, str]:
    """Return a new index with the seal up to which it has read.

    The seal is read first: what is written meanwhile is read twice, and never missed.
    """
    number, digest = head()
    return Known(records(Customer.objects.active())), number, digest


def catch_up(known: Known, keys: list[int]) -> None:
    """Let ``known`` know the customers with these keys as they stand now."""
    for start in range(0, len(keys), PIECE):
        piece = keys[start : start + PIECE]
        there = list(records(Customer.objects.active().filter(pk__among=piece)))
        known.remove(set(piece) - {one.id for one in there})
        known.put(there)


def head() -> tuple[int, str]:
    """Return the number and the hash of the last seal. Seals come in the order of the commits, ids do not."""
    return AuditHead.objects.values_list("number", "hash").get(pk=1)


def changed_between(after: int, until: int) -> list[int]:
    """Return the keys of the customers that the runs of these seals wrote."""
    if after == until:
        return []
    entries = AuditEntry.objects.filter(run__seal__number__gt=after, run__seal__number__lte=until)
    of_customers = entries.filter(model=Customer._meta.label).order_by().values_list("key", flat=True)
    return sorted({int(key) for key in of_customers})


def refused_pairs(keys: Iterable[int] | None = None) -> frozenset[frozenset[int]]:
    """Return the pairs that a person said are two: all of them, or those of ``keys``."""
    pairs = NotDuplicate.objects.all()
    if keys is not None:
        keys = list(keys)
        pairs = pairs.filter(Q(first__in=keys) | Q(second__in=keys))
    return frozenset(frozenset(pair) for pair in pairs.order_by().values_list("first_id", "second_id"))


def suggestions(found: list[list[Pair]], asked: list[Any]) -> list[list[Suggestion]]:
    """Return the matcher's pairs with the names of the customers that they found. One query."""
    others = [
        [pair.second if pair.first == own else pair.first for pair in pairs]
        for own, pairs in zip(asked, found, strict=True)
    ]
    rows = Customer.objects.in_bulk({key for keys in others for key in keys})
    return [
        [suggestion(rows[key], pair) for key, pair in zip(keys, pairs, strict=True) if key in rows]
        for keys, pairs in zip(others, found, strict=True)
    ]


def suggestion(customer: Customer, evidence: Pair | DuplicateCandidate) -> Suggestion:
    """Return ``customer`` as a suggestion for the other one of a pair."""
    told = evidence.confidence, evidence.band, evidence.reasons
    return Suggestion(customer.pk, customer.facility_name, customer.location, *told)
