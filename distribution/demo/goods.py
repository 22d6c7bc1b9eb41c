"""Products, lots, places, intakes and transfers."""

from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from inventory.models import (
    Lot,
    LotAlias,
    Product,
    ProductCode,
    StockProduct,
    StoreFront,
    Warehouse,
)

from .stock import Pile
from .story import Story, table

COMPANY_PREFIX = "0950110199"  # of a GTIN: indicator, then GS1's own prefix for examples
LOTS_MADE_DAYS_AGO = (790, 430, 160)
CENTRAL, WEST, QUARANTINE = "Central warehouse", "West warehouse", "Quarantine"
STOREFRONTS = {
    "Clinic shop Denver": "1635 Aurora Ct, Aurora, CO 80045",
    "Online shop": "4100 Logistics Way, Dayton, OH 45414",
    "Showroom Chicago": "222 W Merchandise Mart Plaza, Chicago, IL 60654",
    "Field stock Northeast": "70 Brookline Ave, Boston, MA 02215",
    "Kiosk Portland (closed)": "1120 SW 5th Ave, Portland, OR 97204",
}
OPEN = [name for name in STOREFRONTS if "closed" not in name]
LOT_STATES = {("UD-0500", 2): "on_hold", ("VB-0840", 2): "quarantined", ("UD-2000", 0): "recalled"}  # SKU, which lot
SHOP_SKUS = ("EX-0003", "EX-0012", "EX-0020", "AC-0120")  # sold from shelves only; the faults need them untouched


def gtin(item: int) -> str:
    """Return a GTIN-14 with the right check digit (GS1: weights 3 and 1 from the left)."""
    body = f"{COMPANY_PREFIX}{item:03d}"
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


def tell(story: Story) -> None:
    """Plan what there is: products and lots, places, what came in."""
    for number, row in enumerate(table("products.csv"), start=1):
        make_product(story, number, row)
    make_places(story)
    for number, row in enumerate(table("products.csv")):
        product = story.products[row["sku"]]
        if product.is_lot_tracked:
            make_lots(story, number, product, int(row["shelf_life_years"]))
        elif product.sku not in SHOP_SKUS:
            receive(story, product, None, 24 if product.is_serialised else 360, story.day(420))
            receive(story, product, None, 10 if product.is_serialised else 150, story.day(130))
    for sku in ("UF-1610", "VG-0351", "US-1410"):
        lot = lots_of(story, sku)[1]
        story.create(LotAlias, lot=lot, number=lot.number.replace("-", ""))


def make_product(story: Story, number: int, row: dict) -> None:
    """Plan a product of products.csv with its other codes, for some a carton's GTIN."""
    sku, kind = row["sku"], row["kind"]
    product = story.create(
        Product,
        id=uuid5(NAMESPACE_URL, f"eqms-demo/{sku}"),
        sku=sku,
        name=row["name"],
        description=row["description"],
        gtin="" if kind == "plain" else gtin(number),
        is_lot_tracked=kind in ("lot", "retired"),
        is_serialised=kind == "serial",
        is_active=kind != "retired",
    )
    story.products[sku], story.prices[sku] = product, row["price"]
    for code in row["codes"].split():
        story.create(ProductCode, product=product, code=code)
    if product.gtin and product.is_lot_tracked and number % 4 == 0:
        carton = f"1{product.gtin[1:13]}"  # a package has its own indicator digit, so its own check digit
        total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(carton))
        story.create(ProductCode, product=product, code=f"{carton}{-total % 10}", quantity=10)


def make_places(story: Story) -> None:
    """Plan warehouses and storefronts, a closed one among them."""
    addresses = {CENTRAL: "4100 Logistics Way, Dayton, OH 45414", WEST: "880 Harbor Blvd, Oakland, CA 94607"}
    for name, address in addresses.items():
        story.warehouses[name] = story.create(Warehouse, name=name, address=address)
    story.warehouses[QUARANTINE] = story.create(Warehouse, name=QUARANTINE, is_quarantine=True)
    for name, address in STOREFRONTS.items():
        archived = None if name in OPEN else story.moment(story.day(75), 17)
        story.storefronts[name] = story.create(StoreFront, name=name, address=address, archived_at=archived)


def make_lots(story: Story, number: int, product: Product, years: int) -> None:
    """Plan three lots of ``product`` and their intakes; the oldest ones of short life have expired by now."""
    for nth, days_ago in enumerate(LOTS_MADE_DAYS_AGO):
        if not product.is_active and nth:
            return
        made = story.day(days_ago + number * 3 % 60)
        units = story.chance.randrange(30, 46) * 10
        lot = make_lot(story, product, nth, made, expires=made + timedelta(days=365 * years), units=units)
        received = made + timedelta(days=12)
        away = units // 5 if nth else 0
        receive(story, product, lot, units - away, received)
        if away:
            receive(story, product, lot, away, received + timedelta(days=6), warehouse=WEST)


def make_lot(story: Story, product: Product, nth: int, made: date, *, expires: date, units: int) -> Lot:
    """Plan a lot; its number is made of the SKU and the day."""
    number = f"{product.sku[:2]}{made:%y%m}-{product.sku[3:5]}{made:%d}"
    status = LOT_STATES.get((product.sku, nth), Lot.Status.RELEASED)
    values: dict[str, Any] = {"manufactured_on": made, "expires_on": expires, "units_produced": units, "status": status}
    story.lots[number] = story.create(Lot, product=product, number=number, **values)
    return story.lots[number]


def receive(story: Story, product, lot, quantity: int, day: date, *, warehouse: str = CENTRAL) -> StockProduct:
    """Plan an intake with its ledger line."""
    place = story.warehouses[warehouse]
    values = {"product": product, "lot": lot, "warehouse": place, "quantity": quantity, "received_on": day}
    intake = story.create(StockProduct, **values)
    pile = Pile(place, product, lot, day)
    story.stock.move("intake", intake, pile, quantity, story.moment(day, 11))
    story.stock.put(pile, quantity)
    return intake


def lots_of(story: Story, sku: str) -> list[Lot]:
    """Return the lots of a product, oldest first."""
    return sorted((lot for lot in story.lots.values() if lot.product.sku == sku), key=lambda lot: lot.manufactured_on)
