"""Stock for tests that race and count: a depot, two shops, two products; moves in one line each."""

from collections import Counter
from datetime import date

from django.db.models import Sum

from distribution.models import Distribution, DistributionLine
from eqms.models import User
from eqms.operations import NothingWritten, act
from inventory.models import (
    Lot,
    Move,
    Product,
    StockBook,
    StockMovement,
    StockProduct,
    StoreFront,
    StoreFrontInventory,
    TransferRequest,
    TransferRequestLineItem,
    Warehouse,
)
from inventory.stock import plan_dispatch, plan_return

Kind = StockMovement.Kind
PLACES = ("from_warehouse", "from_storefront", "to_warehouse", "to_storefront")


class House:
    """A depot and two shops. Wanda moves units of P-1 (without lots) and P-2 (in lots)."""

    def __init__(self):
        User.objects.create_superuser("wanda")
        Warehouse.objects.create(name="Depot")
        for name in ("East", "West"):
            StoreFront.objects.create(name=name)
        Product.objects.create(sku="P-1", name="Cable")
        tracked = Product.objects.create(sku="P-2", name="Catheter", is_lot_tracked=True)
        for number in ("L-1", "L-2"):
            Lot.objects.create(product=tracked, number=number)
        self.find()

    @classmethod
    def again(cls):
        """Return the house that stands in the database, for another process."""
        house = cls.__new__(cls)
        house.find()
        return house

    def find(self):
        """Read the rows by their names."""
        self.wanda = User.objects.get(username="wanda")
        self.depot, self.shops = Warehouse.objects.get(), list(StoreFront.objects.filter(name__in=("East", "West")))
        self.product, self.tracked = (Product.objects.get(sku=sku) for sku in ("P-1", "P-2"))
        self.lots = list(Lot.objects.filter(number__in=("L-1", "L-2")).order_by("number"))

    def place(self, name):
        """Return the depot or the shop of this name."""
        return self.depot if name == "Depot" else StoreFront.objects.get(name=name)

    def receive(self, product, quantity, *, lot=None, by=None):
        """Take units into the depot; return the plan."""

        def draft(plan):
            book = StockBook(plan, products=[product.pk], by=by or self.wanda)
            values = {"product": product, "lot": lot, "warehouse": self.depot, "quantity": quantity}
            intake = plan.create(StockProduct, because="came in", **values)
            move = Move(Kind.INTAKE, product.pk, lot, quantity, destination=self.depot)
            book.move(move, cause=intake, because="came in")
            book.settle()

        return act("take in", draft, by=by or self.wanda)

    def ask(self, source, destination, *lines):
        """Ask for lines of (product, quantity) or (product, quantity, lot) to be moved."""
        places = {"warehouse": destination} if isinstance(destination, Warehouse) else {"storefront": destination}
        places |= {"warehouse": source} if isinstance(source, Warehouse) else {"from_storefront": source}
        request = TransferRequest.objects.create(**places)
        for product, quantity, *lot in lines:
            values = {"product": product, "requested_quantity": quantity, "lot": lot[0] if lot else None}
            TransferRequestLineItem.objects.create(request=request, **values)
        return request

    def ship(self, place, product, quantity, *, lot=None):
        """Ship units from ``place``; return the plan."""

        def draft(plan):
            where = {
                "shipped_from_warehouse" if isinstance(place, Warehouse) else "shipped_from_storefront": place,
                "ship_date": date(2026, 3, 4),
            }
            shipment = plan.create(Distribution, because="shipped", **where)
            values = {"distribution": shipment, "product": product, "lot": lot, "quantity": quantity}
            line = plan.create(DistributionLine, because="shipped", **values)
            plan_dispatch(plan, [line], place, by=self.wanda)

        return act("ship", draft, by=self.wanda)

    def ship_outside(self, place, product, quantity):
        """Leave the rows of a shipment that an old system wrote, without ledger line."""
        where = {"shipped_from_warehouse" if isinstance(place, Warehouse) else "shipped_from_storefront": place}
        shipment = Distribution.objects.create(ship_date=date(2026, 3, 4), **where)
        return DistributionLine.objects.create(distribution=shipment, product=product, quantity=quantity)

    def bring_back(self, line, place):
        """Take the units of a shipment line back to ``place``; return the plan."""
        return act("return", lambda plan: plan_return(plan, [line], place, by=self.wanda), by=self.wanda)

    def adjust(self, place, product, difference, *, lot=None):
        """Adjust the stock of a place by ``difference`` units; return the plan."""

        def draft(plan):
            book = StockBook(plan, products=[product.pk], by=self.wanda)
            where = {"destination": place} if difference > 0 else {"source": place}
            move = Move(Kind.ADJUSTMENT, product.pk, lot, abs(difference), **where)
            book.move(move, cause=None, because="counted", reason="counted")
            book.settle()

        return act("adjust", draft, by=self.wanda, reason="counted")


def tried(do) -> str:
    """Do something; return "done", "nothing" (it stood there already) or why it was refused."""
    try:
        return "done" if do().run else "nothing"
    except NothingWritten as refusal:
        return str(refusal)


def in_ledger() -> Counter:
    """Units by (place, SKU, lot), after every line of the ledger."""
    found = Counter()
    for line in StockMovement.objects.select_related("product", "lot", *PLACES):
        lot = line.lot.number if line.lot else None
        if line.left:
            found[line.left.name, line.product.sku, lot] -= line.quantity
        if line.reached:
            found[line.reached.name, line.product.sku, lot] += line.quantity
    return Counter({pile: units for pile, units in found.items() if units})


def wrong_in_stock() -> list[str]:
    """What must never be: less than nothing anywhere, a balance that is not the ledger's sum, units from nowhere."""
    ledger, shelves = in_ledger(), Counter()
    wrong = [f"{pile}: {units}" for pile, units in ledger.items() if units < 0]
    names = set(StoreFront.objects.values_list("name", flat=True))
    for (place, sku, _), units in ledger.items():
        if place in names:
            shelves[place, sku] += units
    for balance in StoreFrontInventory.objects.select_related("storefront", "product"):
        where = balance.storefront.name, balance.product.sku
        if balance.quantity != shelves.pop(where, 0):
            wrong.append(f"{where}: balance {balance.quantity}")
    wrong += [f"{where}: {units} without balance" for where, units in shelves.items() if units]
    outside = StockMovement.objects.exclude(kind=Kind.TRANSFER).order_by()
    came = sum((1 if line.reached else -1) * line.quantity for line in outside)
    if came != sum(ledger.values()):
        wrong.append(f"{came} came in, {sum(ledger.values())} are there")
    return wrong


def moved(kind: str) -> int:
    """Units that lines of ``kind`` moved."""
    return StockMovement.objects.filter(kind=kind).aggregate(units=Sum("quantity"))["units"] or 0
