"""Stock counts: one that waits to be settled, with a lot that is short, and one that is still being written."""

from datetime import datetime

from inventory.models import StockCount, StockCountLine

from .goods import SHOP_SKUS
from .story import Story

FINISHED, OPEN = "Online shop", "Showroom Chicago"
MISSING = 2  # units of one lot
WHY = "planted for the demo: fewer than the ledger says"


def tell(story: Story) -> None:
    """Plan both counts. The products whose stock is damaged on purpose stay off the finished one: it can be settled."""
    last_week = story.moment(story.day(6), 15)
    by = {"counted_by": story.people["wanda"], "counted_at": last_week.replace(hour=17)}
    lines = [line for line in on_shelf(story, FINISHED, last_week) if line[0].sku not in SHOP_SKUS]
    count = open_at(story, FINISHED, last_week, note="Quarterly count", state=StockCount.State.COUNTED, **by)
    short = max(range(len(lines)), key=lambda nth: lines[nth][2])
    for nth, (product, lot, units) in enumerate(lines):
        missing = MISSING if nth == short else 0
        values = {"counted_quantity": units - missing, "counted_at": last_week}
        because = WHY if missing else "demo data"
        story.create(StockCountLine, because, count=count, product=product, lot=lot, **values)
    lately = story.moment(story.day(1), 8)
    count = open_at(story, OPEN, lately, note="Before the fair")
    for nth, (product, lot, units) in enumerate(on_shelf(story, OPEN, lately)):
        values = {"counted_quantity": units, "counted_at": lately} if nth < 3 else {}
        story.create(StockCountLine, count=count, product=product, lot=lot, **values)


def on_shelf(story: Story, storefront: str, at: datetime) -> list:
    """Return what lies on a shelf, and how many."""
    return story.stock.on_shelf(story.storefronts[storefront], at)


def open_at(story: Story, storefront: str, at: datetime, **values) -> StockCount:
    """Plan a count of a storefront."""
    by = {"opened_by": story.people["wanda"], "opened_at": at}
    return story.create(StockCount, storefront=story.storefronts[storefront], **by, **values)
