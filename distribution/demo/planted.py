"""What is wrong in the demo data, planted through the same plan as all the rest. ``faults`` says what finds it."""

from datetime import date, datetime, timedelta
from typing import Any

from customers.models import Customer, CustomerNote
from distribution.models import DistributionLine
from inventory.models import StockMovement

from .buyers import make_contact, make_customer, named, surround
from .goods import CENTRAL, lots_of, receive
from .orders import UNSHIPPED, Sale, blocks, make_line, make_order, make_parcel, pack
from .stock import Pile
from .story import Story
from .transfers import Asked, arrive, fulfil, request

WHY = "planted for the demo: "
DUPLICATES = [  # of a customer of facilities.csv; columns that are not named are equal
    ("Gateway Arch Urology", "Gateway Arch Urology Inc", {"address1": "4921 Parkview Place", "city": "Saint Louis"}),
    ("Mackinac Straits Clinic", "Mackinac Straights Clinic", {"address1": "1140 N. State Street"}),
    ("Biscayne Urology Partners", "Biscane Urology Partners", {}),
    ("Rose City Urology PC", "Rose City Urology", {"address1": "2020 Northwest Lovejoy St"}),
    ("Klinik Müller GmbH", "Klinik Mueller", {"address1": "Lindenstr. 14"}),
    ("Hôpital Saint-Éloi", "Hopital St Eloi", {"address1": "80 av. Augustin Fliche"}),
    ("Hudson Vascular Group PLLC", "Hudson Vascular Grp", {"address1": "161 Ft. Washington Ave"}),
    ("Hudson Vascular Group PLLC", "Hudson Vascular Group", {"address2": "12th floor", "postal_code": "10032-3729"}),
    ("Lone Star Vascular Center", "Lonestar Vascular Ctr", {"address1": "6720 Bertner Avenue"}),
    ("Puget Sound Kidney Care", "Puget Sound Kidney Care", {"address1": "1112 S 5th St", "postal_code": "98405"}),
    ("Trinity River Rehabilitation", "Trinity River Rehab Hospital", {}),
    ("Cuyahoga Valley Medical Center", "Cuyahoga Valley Med Ctr", {"address1": "9500 Euclid Avenue"}),
    ("Great Lakes Nephrology", "Great Lakes Nephrology Associates", {"phone": "(313) 555-0777"}),
    ("St Fergus Infirmary", "Saint Fergus Infirmary", {"address1": "11 Castle Terr."}),
]
HOUSTON = {"address1": "7000 Fannin St", "city": "Houston", "state": "TX", "postal_code": "77030", "country": "US"}
TWO_CLINICS = ("Bertner Tower Spine Clinic", "Texas Children's Kidney Program")
IDLE = [  # name, street, city, state, postal code
    ("Pine Bluff Walk-in Clinic", "1600 W 40th Ave", "Pine Bluff", "AR", "71603"),
    ("Old Mill Nursing Home", "88 Mill Rd", "Lowell", "MA", "01852"),
    ("Redwood Coast Urgent Care", "2200 Harrison Ave", "Eureka", "CA", "95501"),
    ("Sample Account", "1 Test Way", "Dayton", "OH", "45414"),
    ("Kearney Family Practice", "10 E 31st St", "Kearney", "NE", "68847"),
    ("Bangor Outpatient Surgery", "489 State St", "Bangor", "ME", "04401"),
    ("Yuma Desert Dialysis", "2400 S Avenue A", "Yuma", "AZ", "85364"),
    ("Casper Rehab Center", "1233 E 2nd St", "Casper", "WY", "82601"),
    ("Fargo Spine Institute", "801 Broadway N", "Fargo", "ND", "58102"),
    ("Laredo Continence Clinic", "1700 E Saunders St", "Laredo", "TX", "78041"),
    ("Ithaca College Health Center", "953 Danby Rd", "Ithaca", "NY", "14850"),
    ("Missoula Pelvic Care", "500 W Broadway St", "Missoula", "MT", "59802"),
    ("Santa Rosa Kidney Group", "1165 Montgomery Dr", "Santa Rosa", "CA", "95405"),
    ("Key West Day Surgery", "5900 College Rd", "Key West", "FL", "33040"),
]
HELD_BY_CONTACTS, HELD_BY_NOTE, YOUNG, NAMED_BY_WAITING = IDLE[8:10], IDLE[10], IDLE[11:13], IDLE[13]
RENAMED = {  # what the newest two orders print in place of the customer's own columns; of the last customer one only
    "Bluestem Medical Supply Co": {"ship_to_name": "Bluestem Medical Supply and Logistics"},
    "Lake Mendota Surgical Center": {"ship_to_address": "2880 University Ave\nSuite 100"},
    "Nutmeg Urology": {"ship_to_postal_code": "06519"},
}
KNOWN_SKUS_UNLINKED = [["uf-1610", "FOLEY18"], ["VG-0351 ", "spk14"], ["BAG2L", "ui-m14"]]
UNKNOWN_SKUS = ["XR-7781", "SAMPLE PACK"]
AS_REPORTED = ("so {}", "#{}", "SO-{}", "{}", "SO #{}", " so{} ")
UNKNOWN_NUMBERS = ("285", "SO 1285-1", "B-100", "", "SO 1491", "SO 1492", "1493", "WEB-20417")
MISTYPED = ("UF-1810", "UI-M14", "VG-0351")
NO_SUCH_ROW = "900000001"


def tell_customers(story: Story) -> None:
    """Plan duplicates, neighbours that are none, and customers without any order."""
    story.duplicates = [plant_duplicate(story, 300 + nth, *one) for nth, one in enumerate(DUPLICATES)]
    phone = {"phone": "(713) 555-0400", "because": WHY + "another clinic in the same building"}
    story.neighbours = [
        make_customer(story, 330 + nth, {"name": name, **HOUSTON}, **phone) for nth, name in enumerate(TWO_CLINICS)
    ]
    for nth, row in enumerate(IDLE):
        plant_idle(story, 350 + nth, row)


def plant_duplicate(story: Story, number: int, name: str, other_name: str, differs: dict) -> Customer:
    """Plan a customer that is another one, differently spelled."""
    original = named(story, name)
    same = ("address1", "address2", "city", "state", "postal_code", "country", "phone")
    facility = {"name": other_name, **{column: getattr(original, column) for column in same}}
    because = f"{WHY}{name} a second time"
    same_mailbox = {"email": original.email} if number % 3 else {}
    values = {"customer_number": None, "phone": original.phone, **same_mailbox, **differs}
    customer = make_customer(story, number, facility, because, **values)
    surround(story, customer)
    return customer


def plant_idle(story: Story, number: int, row: tuple) -> None:
    """Plan a customer without orders, for some with what keeps it from the clean-up."""
    columns = ("name", "address1", "city", "state", "postal_code")
    facility = {**dict(zip(columns, row, strict=True)), "country": "US"}
    values: dict[str, Any] = {"customer_number": None, "status": "onboarding" if row in (*YOUNG, IDLE[0]) else "active"}
    if row in YOUNG:
        values["created_at"] = story.office_hours(story.day(20 + number % 7 * 15))
    because = WHY + "no order names this customer"
    customer = make_customer(story, number, facility, because, **values)
    if row in HELD_BY_CONTACTS:
        make_contact(story, customer, "idle.example", is_primary=True, because=because)
    if row == HELD_BY_NOTE:
        text = "Term starts in September: ask again for the opening order."
        by = {"written_on": story.day(60), "author": story.people["sofia"]}
        story.create(CustomerNote, because, customer=customer, text=text, **by)


# -- stock -------------------------------------------------------------------------------------------


def tell_stock(story: Story) -> dict[tuple[str, str], int | None]:
    """Plan damage to stock, and return the balances that are to differ from the ledger (None: no row)."""
    move_once(story, "EX-0003", 10, 10, "Online shop")
    move_once(story, "EX-0012", 40, 25, "Showroom Chicago")
    move_once(story, "AC-0120", 80, 6, "Field stock Northeast")
    forget_movement(story)
    double_requests(story)
    orphan_movement(story)
    return {
        ("Online shop", "EX-0003"): 284,
        ("Showroom Chicago", "EX-0012"): 14,
        ("Field stock Northeast", "AC-0120"): None,
    }


def move_once(story: Story, sku: str, received: int, moved: int, storefront: str) -> None:
    """Plan one intake and one fulfilled request, both with their ledger lines."""
    receive(story, story.products[sku], None, received, story.day(210))
    at = story.moment(story.weekday(story.day(150)), 10)
    story.schedule(at, move, sku, moved, storefront, "demo data")


def move(story: Story, at: datetime, sku: str, quantity: int, storefront: str, because: str) -> None:
    """Plan a fulfilled request with its ledger line, whether or not the warehouse has as much."""
    pile = Pile(story.warehouses[CENTRAL], story.products[sku], None, at.date())
    for line in fulfil(story, storefront, [Asked(sku, quantity)], at, because):
        arrive(story, storefront, line, pile, quantity, at + timedelta(days=2))


def forget_movement(story: Story) -> None:
    """Plan a fulfilled transfer that the ledger lacks."""
    at = story.moment(story.weekday(story.day(48)), 14)
    because = WHY + "fulfilled, but the ledger has no line of it"
    story.schedule(at, lambda story, at: fulfil(story, "Clinic shop Denver", [Asked("AC-0120", 12)], at, because))


def double_requests(story: Story) -> None:
    """Plan a request of more than half the intake twice within a minute, fulfilled twice; and an open pair."""
    receive(story, story.products["EX-0020"], None, 25, story.day(200))
    at = story.moment(story.weekday(story.day(90)), 13, 7)
    for second in (4, 31):
        story.schedule(at.replace(second=second), move, "EX-0020", 20, "Online shop", WHY + "asked for twice")
    at = story.moment(story.weekday(story.day(4)), 9, 41)
    for second in (12, 50):
        story.schedule(at.replace(second=second), ask_again)


def ask_again(story: Story, at: datetime) -> None:
    """Plan an open request that stands there twice."""
    request(story, "Showroom Chicago", [Asked("AC-0120", 8)], at, WHY + "asked for twice")


def orphan_movement(story: Story) -> None:
    """Plan a ledger line whose cause is no row."""
    story.create(
        StockMovement,
        WHY + "the row that caused this line is gone",
        kind="transfer",
        product=story.products["AC-0120"],
        quantity=3,
        from_warehouse=story.warehouses[CENTRAL],
        to_storefront=story.storefronts["Clinic shop Denver"],
        cause_model="inventory.TransferRequestLineItem",
        cause_key=NO_SUCH_ROW,
        at=story.moment(story.day(33), 15),
    )


# -- orders ------------------------------------------------------------------------------------------


def tell_orders(story: Story) -> None:
    """Plan orders that print new names and that name unknown SKUs."""
    for name, printed in RENAMED.items():
        values = {**blocks(named(story, name)), **printed, "because": WHY + "prints another name or address"}
        make_order(story, story.next_order_number(), named(story, name), story.day(1), nth=1, **values)
        if name != list(RENAMED)[-1]:
            make_order(
                story, f"R-{named(story, name).customer_number}", named(story, name), story.day(1), nth=1, **values
            )
    for nth, skus in enumerate(KNOWN_SKUS_UNLINKED):
        plant_unlinked(story, story.customers[30 + nth], [*skus, *UNKNOWN_SKUS[nth : nth + 1]])
    make_order(story, "A-100", named(story, "Royal Thames Hospital"), story.day(16), nth=UNSHIPPED[0], source="manual")


def plant_unlinked(story: Story, customer: Customer, skus: list[str]) -> None:
    """Plan an order with lines whose SKUs are linked to no product."""
    sums = {"subtotal": None, "freight": None, "tax": None, "total": None}
    day, wanted = story.weekday(story.day(6)), [("AC-0100", 4)]
    sale = make_order(story, story.next_order_number(), customer, day, nth=1, wanted=wanted, **sums)
    for place, sku in enumerate(skus, start=2):
        values = {"sku_printed": sku, "product": None, "description": "", "unit_price": None, "amount": None}
        because = WHY + "no product is linked"
        make_line(story, sale.order, place, "AC-0100", 2 * place, because, **values)


# -- shipments ---------------------------------------------------------------------------------------


def tell_shipments(story: Story) -> None:
    """Plan shipments that wait for their order, mistyped lots, a forgotten ledger line and a void shipment."""
    for nth, style in zip(UNSHIPPED, AS_REPORTED, strict=False):
        sale = story.sales[nth]
        day = story.weekday(sale.order.order_date + timedelta(days=3))
        items = [(line.product.sku, line.quantity) for line in sale.lines]
        wait(story, nth, sale, day, style.format(sale.order.order_number[3:]), items)
    for nth, reported in enumerate(UNKNOWN_NUMBERS):
        day = story.weekday(story.day(2 + nth))
        wait(story, nth, story.sales[20 + nth * 9], day, reported, [("UF-1610", 4), ("AC-0100", 2)])
    stranger = dict(zip(("name", "address", "city", "state", "postal_code"), NAMED_BY_WAITING, strict=True))
    consignee = {f"consignee_{part}": value for part, value in stranger.items()}
    wait(story, 3, story.sales[-1], story.weekday(story.day(9)), "SO 1488", [("UT-0060", 10)], **consignee)
    mistype_lots(story)
    forget_dispatch(story)
    void(story)


def wait(story: Story, nth: int, sale: Sale, day: date, reported: str, items: list, **values) -> None:
    """Plan a shipment whose order is not linked, to the consignee of ``sale`` unless ``values`` name another."""
    because = f"{WHY}reported for order {reported!r}, which is not linked"
    central = story.warehouses[CENTRAL]
    unknown = {"source": "csv", "external_key": None, "may_wait": True, "sales_order": None, "order_number": reported}
    parcel = make_parcel(story, nth, sale.order, central, day, because, **{**unknown, **values})
    for number, (sku, quantity) in enumerate(items, start=1):
        if pile := story.stock.take(central, story.products[sku], quantity, day):
            pack(story, parcel, number, quantity, pile)


def mistype_lots(story: Story) -> None:
    """Plan shipments whose lot nobody knows by that number, and that name no place they left."""
    for nth, sku in enumerate(MISTYPED):
        number = lots_of(story, sku)[1].number
        typed = number[:2] + number[2:].replace("2", "Z", 1)
        send_alone(story, 60 + nth, sku, 70 - nth * 20, f"{WHY}the lot is {number}", lot_number=typed)


def forget_dispatch(story: Story) -> None:
    """Plan a shipment that the ledger lacks, though it left a known place."""
    central = story.warehouses[CENTRAL]
    because = WHY + "left the warehouse, but the ledger has no line of it"
    day = send_alone(story, 64, "AC-0100", 40, because, place=central)
    story.stock.take(central, story.products["AC-0100"], 2, day)


def send_alone(story: Story, nth: int, sku: str, days_ago: int, because: str, *, place=None, lot_number="") -> date:
    """Plan an order of two units of ``sku`` and its shipment, without ledger line; return the day."""
    day = story.weekday(story.day(days_ago))
    values = {"status": "delivered", "ship_date": day, "wanted": [(sku, 2)]}
    number, ordered_on = story.next_order_number(), day - timedelta(days=3)
    sale = make_order(story, number, story.customers[nth], ordered_on, nth=nth, **values)
    parcel = make_parcel(story, nth, sale.order, place, day, because)
    line = {"product": story.products[sku], "lot_number": lot_number, "quantity": 2}
    story.create(DistributionLine, because, distribution=parcel, **line)
    return day


def void(story: Story) -> None:
    """Plan a shipment that was entered in error."""
    sale: Sale = story.sales[88]
    day = sale.order.ship_date or story.day(100)
    reason = "Entered in error: this parcel belongs to the order before."
    voided = {"voided_at": story.moment(day + timedelta(days=1), 10), "void_reason": reason}
    parcel = make_parcel(story, 3, sale.order, story.warehouses[CENTRAL], day, **voided)
    story.create(DistributionLine, distribution=parcel, product=story.products["AC-0110"], quantity=3)
