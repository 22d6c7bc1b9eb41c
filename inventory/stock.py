"""What the apps above do to stock: planning methods for shipments and returns."""

from collections.abc import Iterable
from datetime import date, datetime, time, tzinfo
from functools import lru_cache

from django.utils import timezone

from eqms.models import User
from eqms.operations import Plan

from .models import Move, Place, StockBook, StockMovement

Kind = StockMovement.Kind


def plan_dispatch(
    plan: Plan,
    lines: Iterable,
    place: Place,
    *,
    by: User | str,
    override: bool = False,
    reason: str = "",
    on: date | None = None,
) -> None:
    """Plan that ``lines`` of a shipment (rows with product, lot and quantity) leave ``place`` ``on`` a day (today).

    Refused, naming each line, where units are missing or a lot may not go out; ``override`` as in
    ``TransferRequest.fulfil``.
    """
    lines = list(lines)
    book = StockBook(plan, products=[line.product_id for line in lines], by=by, override=override, reason=reason)
    for line in lines:
        move = Move(Kind.DISPATCH, line.product_id, line.lot, line.quantity, source=place, on=on)
        book.move(move, cause=line, because=f"shipped from {place}", **at_noon_of(on))
    book.settle()


def plan_return(plan: Plan, lines: Iterable, place: Place, *, by: User | str, on: date | None = None) -> None:
    """Plan that ``lines`` of a return (rows with product, lot and quantity) reach ``place``: stock or quarantine."""
    lines = list(lines)
    book = StockBook(plan, products=[line.product_id for line in lines], by=by)
    for line in lines:
        move = Move(Kind.RETURN, line.product_id, line.lot, line.quantity, destination=place)
        book.move(move, cause=line, because=f"came back to {place}", **at_noon_of(on))
    book.settle()


def at_noon_of(day: date | None) -> dict[str, datetime]:
    """Return the column of a ledger line that says when: noon of ``day``; nothing for now."""
    return {"at": noon_of(day, timezone.get_current_timezone())} if day else {}


@lru_cache(1000)
def noon_of(day: date, zone: tzinfo) -> datetime:
    """Return noon of ``day`` in ``zone``: files of ten thousand rows know few days."""
    return datetime.combine(day, time(12), zone)
