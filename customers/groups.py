"""The pairs that the last search found, put together to groups of customers that may be one."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from customers.matching import Pair, clusters
from customers.models import Customer, DuplicateCandidate, NotDuplicate
from eqms.models import AuditEntry

Band = DuplicateCandidate.Band
BANDS = (Band.AUTOMATIC, Band.LIKELY, Band.REVIEW)  # the surest first
# The columns that a search compares: a change of any other one leaves what it found as it is.
COMPARED = frozenset({"facility_name", "address1", "address2", "city", "state", "postal_code", "phone", "email"})
COMPARED |= {"customer_number", "archived_at"}


class Group(NamedTuple):
    """Customers that the pairs among them hold for one."""

    customers: list[Customer]
    pairs: list[DuplicateCandidate]

    @property
    def confidence(self) -> float:
        """How sure the weakest of its pairs is."""
        return min(pair.confidence for pair in self.pairs)

    @property
    def band(self) -> str:
        """The band of its weakest pair."""
        return max((pair.band for pair in self.pairs), key=BANDS.index)

    @property
    def reasons(self) -> str:
        """Why they may be one, each reason once."""
        return "; ".join(dict.fromkeys(part for pair in self.pairs for part in pair.reasons.split("; ") if part))


def pairs_found(bands: Iterable[str] = BANDS, *, least: float = 0.0) -> QuerySet[DuplicateCandidate]:
    """Return the pairs of ``bands`` that are as sure as ``least``, the surest first."""
    found = DuplicateCandidate.objects.filter(band__in=list(bands), confidence__gte=least)
    return found.order_by("-confidence", "first_id", "second_id")


def groups_of(pairs: Iterable[DuplicateCandidate], there: Mapping[int, Customer]) -> list[Group]:
    """Return the customers of ``pairs`` in groups, the surest first. A pair for review joins no others."""
    present = [pair for pair in pairs if pair.first_id in there and pair.second_id in there]
    groups = list(grouped([pair for pair in present if pair.band != Band.REVIEW], there))
    doubtful = [pair for pair in present if pair.band == Band.REVIEW]
    groups += [Group([there[pair.first_id], there[pair.second_id]], [pair]) for pair in doubtful]
    return sorted(groups, key=lambda group: (-group.confidence, group.customers[0].pk))


def grouped(pairs: list[DuplicateCandidate], there: Mapping[int, Customer]) -> Iterator[Group]:
    """Yield a group for each set of customers that ``pairs`` connect."""
    told = (Pair(p.first_id, p.second_id, p.bits, p.confidence, p.band, p.reasons) for p in pairs)
    found = clusters(told)
    number = {key: nth for nth, keys in enumerate(found) for key in keys}
    of_group: dict[int, list[DuplicateCandidate]] = {}
    for pair in pairs:
        of_group.setdefault(number[pair.first_id], []).append(pair)
    for nth, keys in enumerate(found):
        yield Group([there[key] for key in sorted(keys)], of_group[nth])


def last_changes(customers: Iterable[int]) -> dict[int, datetime]:
    """Return when each of ``customers`` was last made, brought back, or changed in what is compared. One query."""
    entries = AuditEntry.objects.filter(model=Customer._meta.label, key__among=[str(key) for key in customers])
    found: dict[int, datetime] = {}
    for key, after, at in entries.order_by("id").values_list("key", "after", "run__at"):
        if COMPARED & json.loads(after).keys():  # of a row that is made or comes back all columns stand there
            found[int(key)] = at
    return found


def without_refused(pairs: Iterable[DuplicateCandidate]) -> list[DuplicateCandidate]:
    """Return the pairs of which nobody said that they are different customers. One query."""
    pairs = list(pairs)
    names = [f"{pair.first_id}-{pair.second_id}" for pair in pairs]
    refused = set(NotDuplicate.objects.filter(pair__among=names).values_list("pair", flat=True))
    return [pair for pair, name in zip(pairs, names, strict=True) if name not in refused]
