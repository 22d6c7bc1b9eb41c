"""A recall on its way, one return of its lot, and from where goods leave when nobody says."""

from datetime import timedelta
from operator import attrgetter
from typing import Any

from distribution.models import DefaultPlace, DistributionLine, Recall, RecallLot, RecallNotice, Return, ReturnLine
from inventory.models import Lot, StockMovement

from .goods import CENTRAL, QUARANTINE, WEST
from .stock import RECALLED_DAYS_AGO
from .story import Story

WHY = "planted for the demo: "
DEFAULT_PLACES = {"csv": CENTRAL, "manual": CENTRAL, "shipstation": WEST}
REASON = "The seal of some pouches opens during transport, so the units may not be sterile."
INSTRUCTIONS = "Stop using units of this lot. Count what is left, keep it apart, and tell us how many you return."
HOW = ("mail", "letter", "phone")
TOLD_DAYS_AGO, BACK_DAYS_AGO = 22, 10


def tell(story: Story) -> None:
    """Plan all of it. The last consignee has no notice: its shipment was reported after the recall was opened."""
    for source, name in DEFAULT_PLACES.items():
        story.create(DefaultPlace, source=source, warehouse=story.warehouses[name])
    [lot] = [lot for lot in story.lots.values() if lot.status == Lot.Status.RECALLED]
    by_consignee = consignees_of(story, lot)
    first = next(iter(by_consignee.values()))[0]
    came_back = take_back(story, first)
    opened = {"opened_by": story.people["quentin"], "opened_at": story.moment(story.day(RECALLED_DAYS_AGO), 14)}
    recall = story.create(Recall, reason=REASON, instructions=INSTRUCTIONS, risk=Recall.Risk.TEMPORARY, **opened)
    story.create(RecallLot, recall=recall, lot=lot)
    for nth, (key, lines) in enumerate(list(by_consignee.items())[:-1]):
        back = came_back if first in lines else 0
        notify(story, recall, nth, key, lines, len(by_consignee), back)


def consignees_of(story: Story, lot: Lot) -> dict[str, list[DistributionLine]]:
    """Return the lines of ``lot`` by the key of their consignee, who got the first of them first."""
    found: dict[str, list[DistributionLine]] = {}
    lines = [line for line in story.shipped if line.lot is lot]
    for line in sorted(lines, key=attrgetter("distribution.ship_date")):
        found.setdefault(line.distribution.derive()["consignee_key"], []).append(line)
    return found


def take_back(story: Story, line: DistributionLine) -> int:
    """Plan that half of ``line`` came back to quarantine; return how many units."""
    day, units = story.weekday(story.day(BACK_DAYS_AGO)), (line.quantity + 1) // 2
    house, wanda = story.warehouses[QUARANTINE], story.people["wanda"]
    about = {"reason": "Recalled lot, unopened.", "received_by": wanda, "tracking_number": "1Z4E57A7700112233"}
    came_back = story.create(
        Return,
        distribution=line.distribution,
        returned_on=day,
        warehouse=house,
        created_at=story.moment(day, 11),
        **about,
    )
    back = story.create(ReturnLine, goods_return=came_back, shipment_line=line, lot=line.lot, quantity=units)
    named = {"cause_model": ReturnLine._meta.label, "cause_key": back, "to_warehouse": house, "by": wanda}
    what = {"product": line.product, "lot": line.lot, "quantity": units, "at": story.moment(day, 12)}
    story.create(StockMovement, kind="return", **what, **named)
    return units


def notify(story: Story, recall: Recall, nth: int, key: str, lines: list, consignees: int, back: int) -> None:
    """Plan the notice of one consignee: the first were told, the first of those answered."""
    newest = lines[-1].distribution
    parts = ("name", "address", "city", "state", "postal_code", "contact")
    shipped = sum(line.quantity for line in lines)
    waiting = sum(line.quantity for line in lines if line.distribution.sales_order is None)
    order = newest.sales_order
    values: dict[str, Any] = {f"consignee_{part}": getattr(newest, f"consignee_{part}") for part in parts}
    values |= {"units_shipped": shipped, "units_back": back, "units_waiting": waiting, "consignee_key": key}
    values |= {"email": order.contact_email if order else "", "drafted_at": recall.opened_at}
    at = story.moment(story.day(TOLD_DAYS_AGO), 9, nth)
    if nth < consignees * 2 // 3:
        about = "Letter sent with this notice." if nth % 3 else ""
        values |= {"told_at": at, "told_by": story.people["quentin"], "told_how": HOW[nth % 3], "told_note": about}
    if nth < consignees // 3:
        values |= {"answered_at": at + timedelta(days=4), "answered_name": "Receiving desk"}
        values |= {"answer_recorded_by": story.people["quentin"], "units_returning": back}
        values |= {"units_used": shipped - back, "units_destroyed": 0}
    story.create(RecallNotice, recall=recall, **values)
