"""The queue of pairs that a person judges: filtered, the strongest first, what was put off last."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Count, Q

from .models import Customer, CustomerRep, DuplicateCandidate, NotDuplicate

OTHERS_SHOWN = 20
CONFIDENCE = [(0.99, "almost certain"), (0.9, "very likely"), (0.7, "likely"), (0.5, "possible"), (0, "doubtful")]


class Progress(NamedTuple):
    """How far the judging of the found pairs is."""

    decided: int
    total: int

    @property
    def open(self) -> int:
        return self.total - self.decided


class Other(NamedTuple):
    """A further customer of the cluster, by the pair that ties it to one of the two."""

    customer: Customer
    pair: DuplicateCandidate
    like: Customer


@dataclass(frozen=True)
class Queue:
    """The pairs of ``filters`` (band, state, rep) in the order in which one person sees them."""

    filters: dict[str, Any] = field(default_factory=dict)
    later: tuple[int, ...] = ()  # numbers of candidates that this person put off, in that order

    def pairs(self):
        """Return the found pairs of the filters, decided or not."""
        rows = DuplicateCandidate.objects.all()
        if self.filters.get("band"):
            rows = rows.filter(band=self.filters["band"])
        if self.filters.get("state"):
            rows = rows.with_customer(Q(state=self.filters["state"]))
        if self.filters.get("rep"):
            further = CustomerRep.objects.filter(rep=self.filters["rep"]).values("customer")
            rows = rows.with_customer(Q(primary_rep=self.filters["rep"]) | Q(pk__in=further))
        return rows

    def next(self) -> DuplicateCandidate | None:
        """Return the pair to be judged now. One query, two where only pairs are left that were put off."""
        waiting = self.pairs().open()
        first = waiting.exclude(pk__in=self.later).strongest_first().first()
        return first or self.next_put_off(waiting)

    def next_put_off(self, waiting) -> DuplicateCandidate | None:
        left = waiting.in_bulk(self.later) if self.later else {}
        return next((left[pk] for pk in self.later if pk in left), None)

    def tally(self) -> dict[str, Progress]:
        """Return by band how far the judging is, under the other filters. Two queries."""
        everywhere = Queue({**self.filters, "band": ""}).pairs()
        total, waiting = (by_band(rows) for rows in (everywhere, everywhere.open()))
        return {band: Progress(total[band] - waiting.get(band, 0), total[band]) for band in total}

    def progress(self, tally: dict[str, Progress]) -> Progress:
        """Return how many of these pairs are decided."""
        band = self.filters.get("band")
        counted = [tally[name] for name in tally if band in (name, "", None)]
        return Progress(sum(one.decided for one in counted), sum(one.total for one in counted))


def by_band(pairs) -> dict[str, int]:
    """Return how many of ``pairs`` each band holds. One query."""
    return dict(pairs.order_by().values_list("band").annotate(Count("pk")))


def states() -> list[str]:
    """Return the states of the customers of all found pairs. One query."""
    first, second = (DuplicateCandidate.objects.order_by().values(name) for name in ("first_id", "second_id"))
    found = Customer.objects.filter(Q(pk__in=first) | Q(pk__in=second)).exclude(state="")
    return list(found.order_by("state").values_list("state", flat=True).distinct())


def found_pair(first: int, second: int) -> DuplicateCandidate | None:
    """Return the found pair of these two customers, whichever stands first."""
    low, high = sorted([first, second])
    return DuplicateCandidate.objects.filter(first_id=low, second_id=high).first()


def refusal(first: int, second: int) -> NotDuplicate | None:
    """Return a person's "no" to this pair."""
    pair = "-".join(map(str, sorted([first, second])))
    return NotDuplicate.objects.select_related("decided_by").filter(pair=pair).first()


def others_of(first: Customer, second: Customer) -> list[Other]:
    """Return the further customers that look like one of these two, the most alike first. Two queries."""
    mine = {first.pk: first, second.pk: second}
    pairs = DuplicateCandidate.objects.open().naming(mine)
    pairs = pairs.exclude(first_id__in=mine, second_id__in=mine).strongest_first()[:OTHERS_SHOWN]
    ends = [(pair, *ends_of(pair, mine)) for pair in pairs]
    rows = Customer.objects.in_bulk({other for _, _, other in ends})
    nearest: dict[int, Other] = {}
    for pair, own, other in ends:
        if other in rows:
            nearest.setdefault(other, Other(rows[other], pair, mine[own]))
    return list(nearest.values())


def ends_of(pair: DuplicateCandidate, mine: Iterable[int]) -> tuple[int, int]:
    """Return which end of ``pair`` is among ``mine``, and the other one."""
    ends = pair.first_id, pair.second_id
    return ends if ends[0] in mine else ends[::-1]


def looks_like(customer: Customer) -> list[tuple[Customer, DuplicateCandidate]]:
    """Return whom the last search found ``customer`` alike, with the pair. Two queries."""
    pairs = DuplicateCandidate.objects.open().naming([customer.pk]).strongest_first()[:OTHERS_SHOWN]
    others = {ends_of(pair, [customer.pk])[1]: pair for pair in pairs}
    rows = Customer.objects.in_bulk(others)
    return [(rows[key], pair) for key, pair in others.items() if key in rows]


def confidence_in_words(confidence: float) -> str:
    """Return 0.97 as "very likely (97 %)". Never 100 %: nobody is certain."""
    word = next(word for least, word in CONFIDENCE if confidence >= least)
    return f"{word} ({min(int(confidence * 100), 99)} %)"
