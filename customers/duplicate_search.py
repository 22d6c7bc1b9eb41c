"""The search for duplicates over all customers in use: what it finds waits for a person."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple, cast

from django.db import transaction
from django.utils import timezone

from customers.matching import VERSION, Pair, Record, find_duplicates

from .lookalikes import records, refused_pairs
from .models import Customer, DuplicateCandidate

TOLD_EVERY = 1000  # customers
PIECE = 2000
EVIDENCE = ("confidence", "bits", "band", "reasons", "version")
Tell = Callable[..., None]  # Job.progress, or what takes its arguments


class SearchResult(NamedTuple):
    """What a search found: pairs that are new, that changed, that are as before, and that are no longer found."""

    customers: int
    pairs: int
    new: int
    changed: int
    same: int
    gone: int

    def __str__(self):
        found = "1 pair" if self.pairs == 1 else f"{self.pairs:,} pairs"
        return (
            f"{found} among {self.customers:,} customers: {self.new:,} new, {self.changed:,} with other evidence, "
            f"{self.same:,} as before, {self.gone:,} no longer found."
        )


def search(tell: Tell | None = None) -> SearchResult:
    """Compare all customers in use and keep the pairs that look alike in place of those found before.

    ``tell`` hears how far the search is and may raise to end it; then all stays as it was. Pairs
    that a person refused are not found again.
    """
    tell = tell or (lambda **said: None)
    customers, begun = Customer.objects.active(), timezone.now()
    total = customers.count()
    pairs = find_duplicates(told(records(customers), total, tell), distinct=refused_pairs())
    tell(done=total, message=f"Keeping the pairs found: {len(pairs):,}")
    result = SearchResult(total, len(pairs), *kept(pairs, begun))
    tell(done=total, message=str(result))
    return result


def told(rows: Iterator[Record], total: int, tell: Tell) -> Iterator[Record]:
    """Yield ``rows``, and tell how many were read."""
    for number, row in enumerate(rows):
        if number % TOLD_EVERY == 0:
            tell(done=number, total=total, message="Reading customers")
        yield row
    tell(done=total, total=total, message=f"Comparing {total:,} customers")


def kept(pairs: list[Pair], begun: datetime) -> tuple[int, int, int, int]:
    """Write ``pairs`` as the candidates, all at once; return how many are new, changed, the same and gone.

    A pair that is found again keeps its row, since people have put off some by number. All are dated
    by when the search began: what changes later was not compared.
    """
    with transaction.atomic():
        stored = {(row.first_id, row.second_id): row for row in DuplicateCandidate.objects.select_for_update()}
        new, changed = [], []
        for pair in pairs:
            found = candidate(pair, begun)
            row = stored.pop((found.first_id, found.second_id), None)
            if row is None:
                new.append(found)
            elif evidence(row) != evidence(found):
                found.pk = row.pk
                changed.append(found)
        gone = [row.pk for row in stored.values()]
        for start in range(0, len(gone), PIECE):
            DuplicateCandidate.objects.filter(pk__among=gone[start : start + PIECE]).delete()
        DuplicateCandidate.objects.update(found_at=begun)
        DuplicateCandidate.objects.bulk_update(changed, EVIDENCE, PIECE)
        # Another search may have found one of them a moment ago.
        DuplicateCandidate.objects.bulk_create(
            new,
            PIECE,
            update_conflicts=True,
            unique_fields=["first_id", "second_id"],
            update_fields=[*EVIDENCE, "found_at"],
        )
    return len(new), len(changed), len(pairs) - len(new) - len(changed), len(gone)


def candidate(pair: Pair, begun: datetime) -> DuplicateCandidate:
    """Return ``pair`` as a row, the lower number first."""
    first, second = sorted(cast("tuple[int, int]", pair[:2]))
    told = {"confidence": pair.confidence, "bits": pair.bits, "band": pair.band, "reasons": pair.reasons}
    return DuplicateCandidate(first_id=first, second_id=second, version=VERSION, found_at=begun, **told)


def evidence(row: DuplicateCandidate) -> tuple:
    """Return what speaks for the pair: what two searches may see differently."""
    return tuple(getattr(row, name) for name in EVIDENCE)
