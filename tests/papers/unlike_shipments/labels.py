"""Carriers' labels in layouts that the reader was not written for: 4 by 6 inches, turned, or part of a sheet."""

import random

from tests.papers.unlike.invented import keep, printed, sample
from tests.papers.unlike.pen import Pen

from .slips import ups_check_digit


def label(order: dict, *shown: str) -> dict:
    """Return the truth of a label of which only these fields are printed."""
    return {**keep(order, *shown), "doc_type": "shipping_label", "lines": []}


def capitals(place: dict) -> dict:
    """Return the place as carriers print it."""
    upper = {name: value.upper() for name, value in place.items() if name != "lines"}
    return {**upper, "lines": [line.upper() for line in place["lines"]]}


def digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def bars(pen: Pen, x: float, y: float, width: float, height: float) -> None:
    for number in range(int(width / 4)):
        pen.canvas.rect(x + number * 4, pen.height - y - height, 1 + number % 3, height, stroke=0, fill=1)


def brown_label(pen: Pen, rng: random.Random) -> dict:
    """Sender without heading, weight and count at the top right, service in large letters above the number."""
    order = sample(rng, "999999", "A-9999", "L999")
    order["ship_to"] = capitals(order["ship_to"])
    signs = "999AA1" + digits(rng, 9)
    number = f"1Z{signs}{ups_check_digit(signs)}"
    order["tracking_number"] = " ".join(
        (number[:2], number[2:5], number[5:8], number[8:10], number[10:14], number[14:])
    )
    pen.stack(
        8, 14, ["SHIPPING DEPT", "(614) 555-0190", "TRENT & WOLD DEVICES", "66 PACKER STREET", "LOWMOOR OH 43085"], 7, 8
    )
    pen.put(190, 14, f"{rng.randint(1, 30)} LBS", 10, bold=True)
    pen.put(240, 14, "1 OF 1", 10, bold=True)
    pen.put(8, 72, "SHIP TO:", 9, bold=True)
    pen.stack(24, 84, [order["contact_phone"], *printed(order["ship_to"], " ")], 10, 12)
    pen.put(120, 200, rng.choice(("UPS GROUND", "UPS 2ND DAY AIR", "UPS NEXT DAY AIR SAVER")), 14, bold=True)
    pen.put(8, 216, f"TRACKING #: {order['tracking_number']}", 9)
    bars(pen, 20, 226, 240, 70)
    pen.put(8, 320, "BILLING: P/P", 8)
    pen.put(8, 340, f"REF 1: {order['order_number']}", 8)
    pen.put(8, 350, f"REF 2: {order['po_number']}", 8)
    pen.put(180, 420, "WNTNV50 57.0A 03/2026", 5)
    return label(order, "tracking_number", "contact_phone", "ship_to")


def purple_label(pen: Pen, rng: random.Random) -> dict:
    """Origin and weights in small type, TO with the number beneath, tracking number in fours, routing codes."""
    order = sample(rng, "999999", "A-9999", "L999")
    order["ship_to"] = capitals(order["ship_to"])
    number = digits(rng, 12)
    order["tracking_number"] = f"{number[:4]} {number[4:8]} {number[8:]}"
    pen.stack(
        6,
        12,
        [
            "ORIGIN ID:LCKA  (614) 555-0190",
            "SHIPPING DEPT",
            "TRENT & WOLD DEVICES",
            "66 PACKER STREET",
            "LOWMOOR, OH 43085",
            "UNITED STATES US",
        ],
        6,
        7,
    )
    day = order["ship_date"].strftime("%d%b%y").upper()
    pen.stack(
        175,
        12,
        [
            f"SHIP DATE: {day}",
            "ACTWGT: 4.00 LB",
            f"CAD: {digits(rng, 9)}/INET4535",
            "DIMS: 12x10x8 IN",
            "",
            "BILL SENDER",
        ],
        6,
        7,
    )
    pen.put(6, 72, "TO", 8)
    pen.stack(20, 74, printed(order["ship_to"], " "), 10, 12)
    pen.put(20, 126, order["contact_phone"], 7)
    pen.put(150, 140, f"REF: {order['order_number']}", 7)
    pen.put(20, 149, "INV:", 6)
    pen.put(20, 157, f"PO: {order['po_number']}", 6)
    pen.put(150, 157, "DEPT:", 6)
    bars(pen, 20, 165, 240, 60)
    pen.put(6, 252, "TRK#", 7)
    pen.put(30, 254, order["tracking_number"], 12, bold=True)
    pen.put(30, 264, "0201", 7)
    pen.put(200, 254, rng.choice(("FedEx Ground", "STANDARD OVERNIGHT")), 10, bold=True)
    pen.put(220, 285, order["ship_to"]["zip"][:5], 16, bold=True)
    pen.put(20, 300, f"9622 0019 0 (000 000 0000) 0 00 {order['tracking_number']}", 6)
    bars(pen, 10, 310, 260, 90)
    return label(order, "ship_date", "tracking_number", "po_number", "contact_phone", "ship_to")


def post_label(pen: Pen, rng: random.Random) -> dict:
    """The post's label: service in a black bar, SHIP TO beside the address, 22 digits under the bar code."""
    order = sample(rng, "999999", "A-9999", "L999")
    number = "9405" + digits(rng, 18)
    order["tracking_number"] = " ".join(number[n : n + 4] for n in range(0, 22, 4))
    pen.put(200, 20, "US POSTAGE PAID", 8)
    pen.put(200, 30, f"Mailed from 43085 {order['ship_date'].strftime('%m/%d/%Y')}", 6)
    pen.put(144, 70, rng.choice(("USPS PRIORITY MAIL", "USPS GROUND ADVANTAGE")), 16, "centre", bold=True)
    pen.stack(8, 95, ["TRENT & WOLD DEVICES", "66 PACKER STREET", "LOWMOOR OH 43085"], 8, 9)
    pen.put(240, 95, "0004", 9)
    pen.put(8, 160, "SHIP", 8)
    pen.put(8, 169, "TO:", 8)
    pen.stack(40, 160, printed(order["ship_to"], " "), 10, 12)
    pen.put(
        144,
        260,
        rng.choice(("USPS TRACKING #", "USPS TRACKING # EP", "USPS SIGNATURE TRACKING #")),
        10,
        "centre",
        bold=True,
    )
    bars(pen, 20, 268, 240, 60)
    pen.put(144, 345, order["tracking_number"], 10, "centre", bold=True)
    return label(order, "tracking_number", "ship_to")


def plain_label(pen: Pen, rng: random.Random) -> dict:
    """A label from the seller's own system: From, To, order, PO, carrier and tracking number with labels."""
    order = sample(rng, "SLX-99999", "A-9999", "L999")
    carrier, number = rng.choice(
        (
            ("UPS Ground", ""),
            ("FedEx Home Delivery", digits(rng, 15)),
            ("FedEx SmartPost", "61" + digits(rng, 18)),
            ("USPS Priority", "9400" + digits(rng, 18)),
        )
    )
    signs = "E4A" + digits(rng, 12)
    order["tracking_number"] = number or f"1Z{signs}{ups_check_digit(signs)}"
    pen.put(144, 24, "SHIPPING LABEL", 13, "centre", bold=True)
    pen.put(12, 44, "From:", 8, bold=True)
    pen.stack(50, 44, ["Trent & Wold Devices", "66 Packer Street", "Lowmoor, OH 43085"], 8, 9)
    pen.put(12, 90, rng.choice(("To:", "Ship To:", "Deliver To:")), 10, bold=True)
    pen.stack(70, 90, printed(order["ship_to"]), 11, 13)
    facts = [
        ("Order:", order["order_number"]),
        ("PO:", order["po_number"]),
        ("Ship Date:", order["ship_date"].strftime("%m/%d/%Y")),
        ("Carrier:", carrier),
        (rng.choice(("Tracking:", "Tracking #:", "Tracking Number:")), order["tracking_number"]),
        ("Package:", "1 of 1"),
        ("Weight:", "4.2 lb"),
    ]
    for row, (name, value) in enumerate(facts):
        pen.put(12, 190 + row * 14, name, 9, bold=True)
        pen.put(95, 190 + row * 14, value, 9)
    bars(pen, 20, 300, 240, 60)
    return label(order, "order_number", "po_number", "ship_date", "tracking_number", "ship_to")


def yellow_label(pen: Pen, rng: random.Random) -> dict:
    """An express label: From and To with contact, waybill number of ten digits, reference and pieces."""
    order = sample(rng, "999999", "A-9999", "L999")
    number = digits(rng, 9)
    number += str(int(number) % 7)
    order["tracking_number"] = f"{number[:2]} {number[2:6]} {number[6:]}"
    pen.put(8, 20, "EXPRESS WORLDWIDE", 12, bold=True)
    pen.put(240, 20, "DHL", 14, bold=True)
    pen.put(8, 40, "From :", 7)
    pen.stack(40, 40, ["Trent & Wold Devices", "66 Packer Street", "Lowmoor, OH 43085", "United States"], 7, 8)
    pen.put(8, 90, "To :", 9, bold=True)
    pen.stack(40, 90, [*printed(order["ship_to"], " "), "United States"], 10, 12)
    pen.put(8, 180, f"Ref: {order['order_number']}", 7)
    pen.put(120, 180, "Pce/Shpt Weight 2.5 lb", 7)
    pen.put(230, 180, "Piece 1/1", 7)
    bars(pen, 20, 195, 240, 60)
    pen.put(144, 270, f"WAYBILL {order['tracking_number']}", 11, "centre", bold=True)
    pen.put(144, 380, f"(J) JD01 {digits(rng, 4)} {digits(rng, 4)} {digits(rng, 4)}", 7, "centre")
    return label(order, "tracking_number", "ship_to")


LABELS = (brown_label, purple_label, post_label, plain_label, yellow_label)
