"""What in the ledger may explain that other units were counted than it says, in words for the person who settles."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.apps import apps
from django.db.models import Q
from django.utils.timesince import timesince

from .models import Place, StockCountLine, StockMovement, TransferRequestLineItem
from .models.book import column

LOOKED_BACK = timedelta(days=14)
NOTHING = "no line of the ledger explains it"
DONE = {
    "intake": "received",
    "transfer": "fulfilled",
    "dispatch": "shipped",
    "return": "taken back",
    "adjustment": "adjusted",
}


class Difference(NamedTuple):
    """Units of a line that were counted, and those that the ledger says were there ``at`` that time."""

    line: StockCountLine
    counted: int
    expected: int
    at: datetime

    @property
    def units(self) -> int:
        """Units more than expected; negative where some are missing."""
        return self.counted - self.expected

    @property
    def pile(self) -> tuple:
        return self.line.product_id, self.line.lot_id


class Causes:
    """The lines of the ledger about the time of a count, asked for the likely cause of each difference. Two queries."""

    def __init__(self, place: Place, differences: Iterable[Difference]):
        self.place = place
        self.differences = [one for one in differences if one.units]
        lines = self._lines_about_that_time() if self.differences else []
        self.alike: dict[tuple, list[StockMovement]] = defaultdict(list)  # by product, lot and units
        for line in lines:
            self.alike[line.product_id, line.lot_id, line.quantity].append(line)
        self.same_product: dict[UUID, list[Difference]] = defaultdict(list)
        for one in self.differences:
            self.same_product[one.line.product_id].append(one)
        keys = [int(one.cause_key) for one in lines if one.cause_model == TransferRequestLineItem._meta.label]
        self.transfers = TransferRequestLineItem.objects.select_related("request").in_bulk(keys)

    def _lines_about_that_time(self) -> list[StockMovement]:
        since = min(one.at for one in self.differences) - LOOKED_BACK
        here = Q(**{column("from", self.place): self.place}) | Q(**{column("to", self.place): self.place})
        products = sorted({one.line.product_id for one in self.differences})
        lines = StockMovement.objects.counted().filter(here, product__pk__among=products, at__gte=since)
        return list(lines.order_by("at", "pk"))

    def of(self, difference: Difference) -> str:
        """Return the likely cause of ``difference`` in words."""
        return self._mixed_up(difference) or self._doubled(difference) or self._one_line(difference) or NOTHING

    def _mixed_up(self, difference: Difference) -> str:
        for other in self.same_product[difference.line.product_id]:
            if other.pile != difference.pile and other.units == -difference.units:
                return f"the opposite of the difference of lot {other.line.lot}: lots mixed up?"
        return ""

    def _doubled(self, difference: Difference) -> str:
        """Say that two transfers alike were asked for within one minute, and only one was carried."""
        first = None
        for movement in self._alike(difference):
            transfer = self._transfer_of(movement)
            if transfer is None or movement.at > difference.at:
                continue
            if first and minute_of(first) == minute_of(transfer):
                each = f"{abs(difference.units)} units each"
                return f"{first.request} and {transfer.request}, {each}, were asked for in one minute: doubled?"
            first = transfer
        return ""

    def _one_line(self, difference: Difference) -> str:
        nearest = min(self._alike(difference), key=lambda movement: abs(movement.at - difference.at), default=None)
        if nearest is None:
            return ""
        when, guess = "before", "perhaps it was not carried out"
        if nearest.at > difference.at:
            when, guess = "after", "perhaps it was carried out earlier"
        ago = apart(nearest.at, difference.at)
        return f"equals {self._called(nearest)}, {DONE[nearest.kind]} {ago} {when} the count: {guess}"

    def _alike(self, difference: Difference) -> Iterator[StockMovement]:
        """Yield the lines of as many units of the lot that a mistake about their time or truth would explain it.

        Missing units: they came before the count only on paper, or went before they were booked out.
        """
        for movement in self.alike[*difference.pile, abs(difference.units)]:
            came = getattr(movement, f"{column('to', self.place)}_id") == self.place.pk
            after = movement.at > difference.at
            if (difference.units < 0) == (came != after):
                yield movement

    def _transfer_of(self, movement: StockMovement) -> TransferRequestLineItem | None:
        is_transfer = movement.cause_model == TransferRequestLineItem._meta.label
        return self.transfers.get(int(movement.cause_key)) if is_transfer else None

    def _called(self, movement: StockMovement) -> str:
        """Return a line of the ledger by the row that caused it: "transfer 17 of 4 units"."""
        units = f"{movement.quantity} unit{'' if movement.quantity == 1 else 's'}"
        if transfer := self._transfer_of(movement):
            return f"{transfer.request} of {units}"
        if not movement.cause_model:
            return f"{movement.kind} {movement.pk} of {units}"
        kind = apps.get_model(movement.cause_model)._meta.verbose_name
        return f"{movement.kind} of {units} ({kind} {movement.cause_key})"


def minute_of(transfer: TransferRequestLineItem) -> datetime:
    """Return the minute in which a transfer was asked for."""
    return transfer.request.requested_at.replace(second=0, microsecond=0)


def apart(one: datetime, other: datetime) -> str:
    """Return how far two moments are apart in words: "2 hours"."""
    if abs(one - other) < timedelta(minutes=1):
        return "moments"
    return timesince(min(one, other), max(one, other), depth=1).replace("\xa0", " ")
