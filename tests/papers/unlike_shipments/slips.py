"""Packing slips in layouts that the reader was not written for."""

import random

from tests.papers.unlike.invented import keep, printed, sample
from tests.papers.unlike.pen import Pen, wrapped


def slip(order: dict, *shown: str) -> dict:
    """Return the truth of a packing slip of which only these header fields are printed; prices never are."""
    truth = keep(order, *shown)
    lines = [{**line, "unit_price": None, "amount": None} for line in order["lines"]]
    return {**truth, "doc_type": "packing_slip", "lines": lines}


def table(pen: Pen, y: float, heads: list[tuple], rows: list[tuple], size: float = 8.5, step: float = 15) -> float:
    """Draw headings and rows; a cell may be a list of lines."""
    for x, text, align in heads:
        pen.put(x, y, text, size, align, bold=True)
    y += step
    for row in rows:
        deepest = 1
        for (x, _, align), cell in zip(heads, row, strict=True):
            for number, text in enumerate(cell if isinstance(cell, list) else [cell]):
                pen.put(x, y + number * 10.5, text, size, align)
                deepest = max(deepest, number + 1)
        y += step + (deepest - 1) * 10.5
    return y


def modern_slip(pen: Pen, rng: random.Random) -> dict:
    """One slip a page: slip number, our order, tracking number and carrier at the right, ordered beside shipped."""
    order = sample(rng, "SLX-99999", "TW-9999", "L999999")
    order["tracking_number"] = "".join(rng.choice("0123456789") for _ in range(15))
    pen.put(40, 50, "Trent & Wold Devices", 15, bold=True)
    pen.stack(40, 66, ["66 Packer Street", "Lowmoor, OH 43085", "(614) 555-0190"], 8, 10)
    pen.put(572, 50, rng.choice(("PACKING SLIP", "Packing List", "PACKING NOTE")), 18, "right", bold=True)
    pairs = [
        ("Packing Slip #", f"PS{rng.randint(10000, 99999)}"),
        ("Sales Order #", order["order_number"]),
        ("Order Date", order["order_date"].strftime("%m/%d/%Y")),
        ("Ship Date", order["ship_date"].strftime("%m/%d/%Y")),
        ("Ship Via", rng.choice(("FedEx Ground", "FedEx 2Day"))),
        (rng.choice(("Tracking #", "Tracking Number", "Tracking No.")), order["tracking_number"]),
        ("PO Number", order["po_number"]),
    ]
    for number, (label, value) in enumerate(pairs):
        pen.put(460, 80 + number * 13, f"{label}:", 8.5, "right", bold=True)
        pen.put(466, 80 + number * 13, value, 8.5)
    pen.put(40, 120, "Ship To", 9, bold=True)
    pen.stack(40, 132, printed(order["ship_to"], country=rng.choice(("", "United States"))), 9)
    heads = [
        (40, "Item", "left"), (115, "Description", "left"), (330, "Lot/Serial", "left"),
        (450, "Ordered", "right"), (510, "Shipped", "right"), (572, "Back Ordered", "right"),
    ]  # fmt: skip
    rows = []
    for line in order["lines"]:
        late = rng.choice((0, 0, 3))
        texts = wrapped(line["description"], 200, 8.5)
        lots = line["lots"] or [""]
        rows.append((line["sku"], texts, lots, line["quantity"] + late, line["quantity"], late))
    y = table(pen, 210, heads, rows)
    pen.put(40, y + 20, "Thank you. Shortages must be reported within 10 days to (614) 555-0190.", 8)
    return slip(order, "order_number", "order_date", "ship_date", "tracking_number", "po_number", "ship_to")


def delivery_note(pen: Pen, rng: random.Random) -> dict:
    """A delivery note: its own number, our order among the references, batches in rows of their own."""
    order = sample(rng, "4500999999", "A09999", "B9999999")
    pen.put(50, 50, "Delivery Note", 16, bold=True)
    pen.stack(50, 70, ["Ostrava Devices Inc. - 900 Mill Parkway - Harlow, NJ 07001"], 7, 9)
    pen.put(50, 100, rng.choice(("Ship-to party", "Deliver to", "Delivery address")), 8, bold=True)
    pen.stack(50, 113, printed(order["ship_to"], " ", "USA"), 9)
    info = [
        ("Delivery Number", f"80{rng.randint(100000, 999999)}"),
        ("Sales Order", order["order_number"]),
        ("Delivery Date", order["ship_date"].strftime("%d-%b-%Y")),
        ("Your PO", order["po_number"]),
        ("Customer Number", order["customer_number"]),
        ("Forwarding Agent", "UPS"),
        ("Total Weight", "12.4 LB"),
        ("Page", "1 of 1"),
    ]
    for number, (label, value) in enumerate(info):
        pen.put(350, 100 + number * 13, label, 8)
        pen.put(470, 100 + number * 13, value, 8)
    heads = [
        (50, "Item", "left"), (85, "Material", "left"), (150, "Description", "left"),
        (470, "Delivery Qty", "right"), (490, "Unit", "left"),
    ]  # fmt: skip
    rows = []
    for number, line in enumerate(order["lines"], start=1):
        texts = wrapped(line["description"], 220, 8) + [f"Batch: {lot}" for lot in line["lots"]]
        rows.append((number * 10, line["sku"], texts, f"{line['quantity']:,}", "EA"))
    y = table(pen, 240, heads, rows, 8)
    pen.put(50, y + 30, "Goods received: ____________________    Date: ____________", 8)
    return slip(order, "order_number", "ship_date", "po_number", "customer_number", "ship_to")


def shop_slip(pen: Pen, rng: random.Random) -> dict:
    """A shop's slip: order number and date in the head, code and lot under the name, "3 of 3"."""
    order = sample(rng, "9CP99999", "CPH-AAA-99", "K9999A9")
    pen.put(40, 50, "Clover & Pine", 18, bold=True)
    pen.put(572, 46, f"Order #{order['order_number']}", 11, "right", bold=True)
    month = f"{order['order_date'].strftime('%B')} {order['order_date'].day}, {order['order_date'].year}"
    pen.put(572, 60, month, 9, "right")
    pen.put(40, 70, "Packing slip", 12, bold=True)
    pen.put(40, 105, "SHIP TO", 9, bold=True)
    pen.stack(40, 119, [*printed(order["ship_to"], country="United States")])
    pen.put(320, 105, "BILL TO", 9, bold=True)
    pen.stack(320, 119, printed(order["bill_to"], country="United States"))
    for x, text, align in ((40, "ITEMS", "left"), (572, "QUANTITY", "right")):
        pen.put(x, 215, text, 9, align, bold=True)
    y = 234
    for line in order["lines"]:
        pen.put(572, y, f"{line['quantity']} of {line['quantity']}", 9, "right")
        y = pen.stack(40, y, wrapped(line["description"], 400), 9, 11)
        below = [f"SKU: {line['sku']}"] + ([f"Lot: {', '.join(line['lots'])}"] if line["lots"] else [])
        y = pen.stack(40, y, below, 8, 10) + 10
    pen.put(306, y + 30, "Thank you for shopping with us!", 9, "centre")
    pen.put(306, y + 42, "Clover & Pine, 4 Mill Lane, Astor, OR 97103, hello@clover.example", 8, "centre")
    return slip(order, "order_number", "order_date", "ship_to", "bill_to")


def station_slip(pen: Pen, rng: random.Random) -> dict:
    """A shipping service's slip: a small grid of number and dates, item, description, quantity; lots in notes."""
    order = sample(rng, "99999", "AC-9999", "L-999999")
    pen.put(40, 45, "Packing Slip", 20, bold=True)
    pen.stack(40, 75, ["Acorn Clinical", "PO Box 12", "Astor, OR 97103"], 9, 11)
    pen.put(40, 130, "Ship To:", 9, bold=True)
    pen.stack(100, 130, printed(order["ship_to"], country="US"), 9, 11)
    cells = [
        ("Order #", order["order_number"]),
        ("Date", order["order_date"].strftime("%-m/%-d/%Y")),
        ("User", "awren"),
        ("Ship Date", order["ship_date"].strftime("%-m/%-d/%Y")),
    ]
    for number, (label, value) in enumerate(cells):
        pen.put(400, 130 + number * 14, label, 9, bold=True)
        pen.put(470, 130 + number * 14, value, 9)
    heads = [(40, "Item", "left"), (130, "Description", "left"), (420, "Lot #", "left"), (560, "Qty", "right")]
    rows = []
    for line in order["lines"]:
        line["lots"] = line["lots"][:1]
        rows.append((line["sku"], wrapped(line["description"], 270), line["lots"] or "", line["quantity"]))
    table(pen, 225, heads, rows, 9)
    return slip(order, "order_number", "order_date", "ship_date", "ship_to")


def line_printer_list(pen: Pen, rng: random.Random) -> dict:
    """Capitals all over, quantities first, lots behind the item, cartons and weight in the foot."""
    order = sample(rng, "999999-00", "9999999", "LT999-9999")
    order["tracking_number"] = "1Z" + "".join(rng.choice("0123456789ABCDEFGHJK") for _ in range(15))
    order["tracking_number"] += ups_check_digit(order["tracking_number"][2:])
    pen.put(306, 40, "PACKING LIST", 15, "centre", bold=True)
    pen.stack(36, 60, ["KEYSTONE MEDICAL DISTRIBUTORS", "1200 DEPOT ROAD", "ALLENTOWN PA 18109"], 8, 10)
    for number, (label, value) in enumerate(
        (
            ("ORDER NO", order["order_number"]),
            ("DATE SHIPPED", order["ship_date"].strftime("%m/%d/%y")),
            ("CUST PO", order["po_number"]),
            ("CARRIER", "UPS GROUND"),
            ("TRACKING NO", order["tracking_number"]),
        )
    ):
        pen.put(380, 62 + number * 12, label, 8, bold=True)
        pen.put(460, 62 + number * 12, value, 8)
    pen.put(36, 140, "SOLD TO:", 8, bold=True)
    pen.stack(90, 140, printed(order["sold_to"], " "), 9, 11)
    pen.put(320, 140, "SHIP TO:", 8, bold=True)
    pen.stack(374, 140, printed(order["ship_to"], " "), 9, 11)
    heads = [
        (66, "ORDERED", "right"), (120, "SHIPPED", "right"), (140, "UM", "left"), (170, "ITEM NO", "left"),
        (250, "DESCRIPTION", "left"), (576, "CTN", "right"),
    ]  # fmt: skip
    rows = []
    for line in order["lines"]:
        texts = [line["description"].upper(), *(f"LOT {lot}  EXP 06/2027" for lot in line["lots"])]
        line["description"] = line["description"].upper()
        rows.append((line["quantity"], line["quantity"], "EA", line["sku"], texts, "1"))
    y = table(pen, 214, heads, rows)
    pen.put(36, y + 25, "TOTAL CARTONS: 2     TOTAL WEIGHT: 14 LBS     PACKED BY: ______", 8)
    return slip(
        order, "order_number", "ship_date", "po_number", "tracking_number", "sold_to", "ship_to"
    )  # fmt: skip


def two_up(pen: Pen, rng: random.Random) -> list[dict]:
    """Two slips one under the other, cut apart by a line, each with a title of one word in a box."""
    truths = []
    for top in (0, 396):
        order = sample(rng, "R99999", "QX9999A", "99-9999A")
        order["lines"] = order["lines"][:2]
        pen.put(40, top + 40, "QUINN ORTHO", 12, bold=True)
        pen.put(572, top + 40, "Packing Slip", 12, "right", bold=True)
        pen.put(40, top + 70, "Deliver To", 8, bold=True)
        pen.stack(40, top + 82, printed(order["ship_to"]), 8.5, 10.5)
        for number, (label, value) in enumerate(
            (
                ("Order No", order["order_number"]),
                ("Shipped On", order["ship_date"].strftime("%d %b %Y")),
                ("Purchase Order", order["po_number"]),
            )
        ):
            pen.put(380 + number * 70, top + 70, label, 7, bold=True)
            pen.put(380 + number * 70, top + 82, value, 8)
        heads = [(40, "Qty", "left"), (80, "Part No.", "left"), (160, "Description", "left"), (440, "Batch", "left")]
        rows = [(ln["quantity"], ln["sku"], ln["description"], ", ".join(ln["lots"])) for ln in order["lines"]]
        table(pen, top + 170, heads, rows, 8)
        truths.append(slip(order, "order_number", "ship_date", "po_number", "ship_to"))
    return truths


def ups_check_digit(signs: str) -> str:
    """Return the last digit of a UPS number: letters count as digits, every second sign twice."""
    numbers = [int(sign) if sign.isdigit() else (ord(sign) - 63) % 10 for sign in signs]
    return str(-(sum(numbers[0::2]) + 2 * sum(numbers[1::2])) % 10)


SLIPS = (modern_slip, delivery_note, shop_slip, station_slip, line_printer_list, two_up)
