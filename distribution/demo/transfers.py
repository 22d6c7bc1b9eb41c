"""Requests to bring units to the storefronts, in every status."""

from datetime import datetime, timedelta
from typing import NamedTuple

from inventory.models import Lot, TransferRequest, TransferRequestLineItem

from .goods import CENTRAL, OPEN, STOREFRONTS
from .stock import Pile
from .story import Story

FULFILLED_DAYS_AGO = range(330, 8, -12)
SKUS = ("UF-1610", "UF-1810", "UD-2000", "UD-0500", "UI-M14", "UI-F12", "UJ-0144", "UT-0060", "AC-0100", "AC-0110")
CANCELLED_BECAUSE = (
    "The shelf is full until the new racks stand.",
    "Asked for twice by mistake.",
    "The fair was moved.",
)


class Asked(NamedTuple):
    """A line of a request."""

    sku: str
    quantity: int
    lot: Lot | None = None


def tell(story: Story) -> None:
    """Schedule some forty requests over the last eleven months; those that are fulfilled move their units."""
    for number, days_ago in enumerate(FULFILLED_DAYS_AGO):
        names = list(STOREFRONTS) if days_ago > 120 else OPEN
        at = story.office_hours(story.weekday(story.day(days_ago)))
        story.schedule(at, fulfilled, names[number % len(names)])
    open_requests(story)
    for number, reason in enumerate(CANCELLED_BECAUSE):
        at = story.office_hours(story.weekday(story.day(200 - number * 60)))
        by = {"cancelled_by": story.people["wanda"], "cancelled_at": at + timedelta(hours=7), "cancel_reason": reason}
        story.schedule(at, ask, OPEN[number], 1, {"status": "CANCELLED", **by})


def open_requests(story: Story) -> None:
    """Schedule the requests that are still new, or assigned."""
    for number in range(6):
        at = story.office_hours(story.weekday(story.day(1 + number * 2)))
        priority = ("HIGH", "MEDIUM", "LOW")[number % 3]
        story.schedule(at, ask, OPEN[number % len(OPEN)], 1, {"priority": priority})
    for number in range(5):
        at = story.office_hours(story.weekday(story.day(3 + number * 2)))
        people = {"assigned_to": story.people["wanda"], "assigned_by": story.people["sam"]}
        values = {"status": "ASSIGNED", "assigned_at": at + timedelta(minutes=50), **people}
        story.schedule(at, ask, OPEN[-1 - number % len(OPEN)], 2, values)


def ask(story: Story, at: datetime, storefront: str, lines: int, values: dict) -> None:
    """Plan a request that moves nothing."""
    request(story, storefront, [asked(story) for _ in range(lines)], at, **values)


def asked(story: Story) -> Asked:
    """Return a line that the central warehouse could serve today."""
    sku, quantity = story.chance.choice(SKUS), story.chance.randrange(2, 9) * 2
    pile = story.stock.look(story.warehouses[CENTRAL], story.products[sku], quantity, story.today)
    return Asked(sku, quantity, pile.lot) if pile else Asked("AC-0100", 5)


def fulfilled(story: Story, at: datetime, storefront: str) -> None:
    """Plan a request of one to three products that was fulfilled two days after it was asked for."""
    lines, piles = [], []
    for sku in story.chance.sample(SKUS, story.chance.randrange(1, 4)):
        quantity = story.chance.randrange(3, 12) * 2
        if pile := story.stock.take(story.warehouses[CENTRAL], story.products[sku], quantity, at.date()):
            lines.append(Asked(sku, quantity, pile.lot))
            piles.append(pile)
    request_lines = fulfil(story, storefront, lines, at)
    for line, asked_for, pile in zip(request_lines, lines, piles, strict=True):
        arrive(story, storefront, line, pile, asked_for.quantity, at + timedelta(days=2))


def fulfil(story: Story, storefront: str, lines: list[Asked], at: datetime, because="demo data") -> list:
    """Plan a fulfilled request without its movements, and return its lines."""
    sam, wanda = story.people["sam"], story.people["wanda"]
    stages = {
        "assigned_to": wanda,
        "assigned_by": sam,
        "assigned_at": at + timedelta(hours=1),
        "fulfilled_by": wanda,
        "fulfilled_at": at + timedelta(days=2),
    }
    return request(story, storefront, lines, at, because=because, status=TransferRequest.Status.FULFILLED, **stages)


def arrive(story: Story, storefront: str, line, pile: Pile, quantity: int, at: datetime) -> None:
    """Plan the ledger line of a transfer line, and let the units be taken from the shelf from then on."""
    place = story.storefronts[storefront]
    story.stock.move("transfer", line, pile, quantity, at, to=place)
    story.stock.put(Pile(place, pile.product, pile.lot, at.date()), quantity)


def request(story: Story, storefront: str, lines: list[Asked], at: datetime, because="demo data", **values) -> list:
    """Plan a request, moving nothing, and return its lines."""
    places = {"warehouse": story.warehouses[CENTRAL], "storefront": story.storefronts[storefront]}
    by = {"requested_at": at, "requested_by": story.people["sam"]}
    made = story.create(TransferRequest, because, **places, **by, **values)
    return [
        story.create(
            TransferRequestLineItem,
            because,
            request=made,
            product=story.products[line.sku],
            lot=line.lot,
            requested_quantity=line.quantity,
        )
        for line in lines
    ]
