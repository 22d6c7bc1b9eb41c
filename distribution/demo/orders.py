"""Sales orders of twelve months and their shipments, lot by lot."""

from datetime import date, timedelta
from decimal import Decimal

from customers.models import Customer
from distribution.models import Distribution, DistributionLine
from inventory.models import Product
from sales.models import SalesOrder, SalesOrderLine

from .goods import CENTRAL, OPEN, SHOP_SKUS, WEST
from .stock import Pile, Place, side
from .story import Story

ORDERS = 250  # the last one is SO 1285, part of a trap
OLDEST_DAYS, NEWEST_DAYS = 362, 3
GROWTH = 0.8  # below 1: orders come in ever faster
PENDING_DAYS = 8  # younger orders have not left yet, save a few
CARRIERS = ("UPS", "FedEx", "USPS", "DHL")
SOURCES = ("csv", "shipstation", "manual", "shipstation")
CANCELLED = range(17, ORDERS, 43)
UNSHIPPED = range(9, ORDERS, 31)  # older orders that stay open; shipments of some wait for them
SHIPPED_IN_PART = range(11, ORDERS, 24)
BULKY = {"MD-0200": 1, "MD-0010": 2, "VB-0840": 4}  # most units of one line


class Sale:
    """One order on its way: its lines, and what left the house of each."""

    def __init__(self, order: SalesOrder, lines: list[SalesOrderLine]):
        self.order = order
        self.lines = lines


def tell(story: Story) -> None:
    """Plan the orders of every customer, more of them for some, and ship most."""
    buyers = who_buys(story)
    for nth, customer in enumerate(buyers):
        passed = (nth / (ORDERS - 1)) ** GROWTH
        ago = OLDEST_DAYS - int((OLDEST_DAYS - NEWEST_DAYS) * passed)
        ordered_on = story.weekday(story.day(ago))
        status = "cancelled" if nth in CANCELLED else "pending"
        sale = make_order(story, story.next_order_number(), customer, ordered_on, nth=nth, status=status)
        story.sales.append(sale)


def who_buys(story: Story) -> list[Customer]:
    """Return the customer of each order: everyone once, the rest to few large ones, in mixed order."""
    weights = [1 / (1 + place) for place in range(len(story.customers))]
    everyone = [*story.customers, *story.duplicates, *story.neighbours]
    buyers = everyone + story.chance.choices(story.customers, weights, k=ORDERS - len(everyone))
    story.chance.shuffle(buyers)
    return buyers


def make_order(story: Story, number: str, customer: Customer, day: date, *, nth: int, because="demo data", **values):
    """Plan an order of one to four articles with its sums; a young or open one stays pending."""
    chance = story.chance
    wanted = values.pop("wanted", None) or basket(story)
    source = values.pop("source", SOURCES[nth % len(SOURCES)])
    due = days_to_ship(story, nth, day)
    status = values.pop("status", "pending")
    if status == "pending" and due:
        status = "partially_delivered" if nth in SHIPPED_IN_PART and len(wanted) > 1 else reached(story, due)
    subtotal = sum((Decimal(story.prices[sku]) * quantity for sku, quantity in wanted), Decimal(0))
    freight = Decimal(0) if subtotal > 500 else Decimal("14.50")
    order = story.create(
        SalesOrder,
        because,
        **{
            **blocks(customer),
            "order_number": number,
            "order_date": day,
            "ship_date": due if status not in ("pending", "cancelled") else None,
            "customer": customer,
            "customer_number": customer.customer_number or "",
            "po_number": f"PO-{chance.randrange(20000, 99999)}" if chance.random() < 0.8 else "",
            "contact_email": customer.email,
            "contact_phone": customer.phone,
            "subtotal": subtotal,
            "freight": freight,
            "tax": Decimal(0),
            "total": subtotal + freight,
            "source": source,
            "external_key": f"order-{number}" if source != "manual" else None,
            "status": status,
            "kind": "standing" if chance.random() < 0.1 else "one_time",
            "rep": customer.primary_rep,
            "rep_name": customer.primary_rep.name,
            "created_at": story.office_hours(day),
            **values,
        },
    )
    return Sale(order, [make_line(story, order, place, *what) for place, what in enumerate(wanted, start=1)])


def days_to_ship(story: Story, nth: int, day: date) -> date | None:
    """Return the day on which the order leaves the house, None where it is still open."""
    young = (story.today - day).days < PENDING_DAYS and nth % 4
    if young or nth in UNSHIPPED:
        return None
    due = story.weekday(day + timedelta(days=1 + nth % 4))
    return max(due, day)


def reached(story: Story, shipped_on: date) -> str:
    """Return how far an order shipped on that day has come."""
    days = (story.today - shipped_on).days
    return "completed" if days > 120 else "delivered" if days > 24 else "shipped"


def basket(story: Story) -> list[tuple[str, int]]:
    """Return SKUs and quantities as a clinic orders them."""
    chance = story.chance
    skus = [sku for sku, product in story.products.items() if product.is_active and sku not in SHOP_SKUS]
    chosen = chance.sample(skus, chance.choice((1, 1, 2, 2, 2, 3, 4)))
    return [
        (sku, chance.randrange(1, BULKY[sku] + 1) if sku in BULKY else chance.randrange(1, 9) * 2) for sku in chosen
    ]


def blocks(customer: Customer) -> dict[str, str]:
    """Return the customer as the ship-to and bill-to block that the paper prints."""
    lines = "\n".join(filter(None, (customer.address1, customer.address2)))
    place = {"city": customer.city, "state": customer.state, "postal_code": customer.postal_code}
    block = {"name": customer.facility_name, "address": lines, **place}
    return {f"{which}_{part}": value for which in ("ship_to", "bill_to") for part, value in block.items()}


def make_line(story: Story, order: SalesOrder, number: int, sku: str, quantity: int, because="demo data", **values):
    """Plan a line of ``order`` as its paper prints it; ``values`` replace single columns."""
    product: Product = story.products[sku]
    price = Decimal(story.prices[sku])
    return story.create(
        SalesOrderLine,
        because,
        **{
            "order": order,
            "line_number": number,
            "sku_printed": sku,
            "product": product,
            "description": product.name,
            "quantity": quantity,
            "unit_price": price,
            "amount": price * quantity,
            **values,
        },
    )


# -- shipments ---------------------------------------------------------------------------------------


def ship_all(story: Story) -> None:
    """Plan the shipments of every order that is past pending, a few in two parcels, a few from a shelf."""
    for nth, sale in enumerate(story.sales):
        if sale.order.ship_date is None:
            continue
        if sale.order.status == "partially_delivered":
            ship(story, nth, sale, sale.lines[:1], sale.order.ship_date)
        elif nth % 19 == 4 and len(sale.lines) > 1:
            ship(story, nth, sale, sale.lines[:1], sale.order.ship_date)
            ship(story, nth, sale, sale.lines[1:], story.weekday(sale.order.ship_date + timedelta(days=2)))
        else:
            ship(story, nth, sale, sale.lines, sale.order.ship_date)


def ship(story: Story, nth: int, sale: Sale, lines: list[SalesOrderLine], day: date) -> None:
    """Plan one parcel with lots that were there on that day. What nobody has in stock is left out."""
    place: Place = story.warehouses[WEST if nth % 6 == 5 else CENTRAL]
    if nth % 17 == 8:
        place = story.storefronts[OPEN[nth % len(OPEN)]]
    picked = [(line, pile) for line in lines if (pile := pick(story, place, line, day))]
    if not picked and place is not story.warehouses[CENTRAL]:
        place = story.warehouses[CENTRAL]
        picked = [(line, pile) for line in lines if (pile := pick(story, place, line, day))]
    if not picked:
        return
    parcel = make_parcel(story, nth, sale.order, place, day)
    for number, (line, pile) in enumerate(picked, start=1):
        pack(story, parcel, number, line.quantity, pile)


def pick(story: Story, place, line: SalesOrderLine, day: date) -> Pile | None:
    """Take what a line orders from ``place``; None where it has no product or no lot has enough."""
    return story.stock.take(place, line.product, line.quantity, day) if line.product else None


def make_parcel(story: Story, nth: int, order: SalesOrder, place, day: date, because="demo data", **values):
    """Plan one shipment of ``order`` to the ship-to block that it prints."""
    source = ("shipstation", "csv", "shipstation", "manual")[nth % 4]
    story.parcels += 1
    left = {f"shipped_{side('from', place)}": place} if place else {}
    return story.create(
        Distribution,
        because,
        **{
            **consignee(order),
            "ship_date": day,
            "order_number": order.order_number,
            "sales_order": order,
            "may_wait": source != "manual",
            "source": source,
            "external_key": f"ss-{900_000 + story.parcels}" if source == "shipstation" else None,
            "carrier": CARRIERS[nth % len(CARRIERS)],
            "tracking_number": tracking_number(story, nth),
            "rep_name": order.rep_name,
            **left,
            "created_at": story.moment(day, 17, nth % 60),
            **values,
        },
    )


def tracking_number(story: Story, nth: int) -> str:
    """Return an invented number in the carrier's own form."""
    digits = story.chance.randrange(10**9, 10**10)
    return (f"1Z4E57A{digits}", f"78{digits}", f"9400110{digits}", f"JD0146{digits}")[nth % 4]


def consignee(order: SalesOrder) -> dict[str, str]:
    """Return the ship-to block of ``order`` as the columns of a shipment."""
    return {f"consignee_{part}": value for part, value in order.ship_to._asdict().items()}


def pack(story: Story, parcel: Distribution, number: int, quantity: int, pile: Pile) -> None:
    """Plan a line of ``parcel`` with its ledger line; serialised units one by one."""
    serials = [""] if not pile.product.is_serialised else [serial_number(story, pile.product) for _ in range(quantity)]
    for extra, serial in enumerate(serials):
        units = quantity if not serial else 1
        line = story.create(
            DistributionLine,
            distribution=parcel,
            line_number=number if not extra else number * 100 + extra,
            product=pile.product,
            lot=pile.lot,
            lot_number=pile.lot.number if pile.lot else "",
            serial_number=serial,
            quantity=units,
        )
        story.stock.move("dispatch", line, pile, units, parcel.created_at)
        story.shipped.append(line)


def serial_number(story: Story, product: Product) -> str:
    """Return the next serial number of ``product``."""
    story.serials += 1
    return f"{product.sku[:2]}{product.sku[-4:]}-{story.serials:05d}"
