"""Makes sales orders in layouts that the reader was not written for: ``python -m tests.papers.unlike.generate OUT``.

Six layouts, unlike each other and unlike the sample papers, with truth.json after the exchange format. Every name,
address and number is invented. ``--seed N`` makes other orders in other variations of the same layouts.
"""

import argparse
import json
import random
from pathlib import Path

from tests.papers.unlike.invented import keep, printed, sample
from tests.papers.unlike.pen import Pen, wrapped


def enterprise_confirmation(pen: Pen, rng: random.Random) -> dict:
    """Order confirmation of a large system: party blocks, positions in tens, prices over two lines, batches below."""
    order = sample(rng, "4500999999", "A09999", "B9999999")
    day = order["order_date"].strftime("%d.%m.%Y") if rng.random() < 0.5 else order["order_date"].strftime("%b %d, %Y")
    pen.put(50, 50, "Order Confirmation", 16, bold=True)
    pen.stack(50, 80, ["Ostrava Devices Inc.", "900 Mill Parkway", "Harlow, NJ 07001"], 8, 10)
    info = [
        ("Document Number", order["order_number"]),
        ("Document Date", day),
        ("Customer No.", order["customer_number"]),
        ("Your Reference", order["po_number"]),
        ("Requested Delivery Date", order["ship_date"].strftime("%d-%b-%Y")),
        ("Contact Person", order["rep"]),
        ("Page", "1 of 1"),
    ]
    for number, (label, value) in enumerate(info):
        pen.put(350, 80 + number * 13, label, 8)
        pen.put(470, 80 + number * 13, value, 8)
    pen.put(50, 190, "Sold-To Party", 9, bold=True)
    pen.stack(50, 203, printed(order["sold_to"], " ", "USA"))
    pen.put(300, 190, "Ship-To Party", 9, bold=True)
    pen.stack(300, 203, printed(order["ship_to"], " ", "USA"))
    for x, upper, lower, align in (
        (50, "Item", "", "left"),
        (85, "Material", "", "left"),
        (150, "Description", "", "left"),
        (370, "Order", "Quantity", "right"),
        (400, "Unit", "", "left"),
        (480, "Unit", "Price", "right"),
        (560, "Net Value", "USD", "right"),
    ):
        pen.put(x, 280, upper, 8, align, bold=True)
        pen.put(x, 289, lower, 8, align, bold=True)
    y = 306
    for number, line in enumerate(order["lines"], start=1):
        cells = (
            (50, number * 10, "left"),
            (85, line["sku"], "left"),
            (370, f"{line['quantity']:,}", "right"),
            (400, "EA", "left"),
            (480, f"{line['unit_price']:,.2f}", "right"),
            (560, f"{line['amount']:,.2f}", "right"),
        )
        for x, text, align in cells:
            pen.put(x, y, text, 8, align)
        y = (
            pen.stack(150, y, wrapped(line["description"], 170, 8) + [f"Batch: {lot}" for lot in line["lots"]], 8, 10)
            + 5
        )
    y += 14
    for label, name in (("Items Total", "subtotal"), ("Freight Charges", "freight"), ("Total Amount", "total")):
        pen.put(400, y, label, 9)
        pen.put(560, y, f"{order[name]:,.2f}", 9, "right")
        y += 13
    return keep(
        order,
        "order_number",
        "order_date",
        "customer_number",
        "po_number",
        "ship_date",
        "sold_to",
        "ship_to",
        "subtotal",
        "freight",
        "total",
    )


def open_source_erp(pen: Pen, rng: random.Random) -> dict:
    """Labels right-aligned before their values, lots in a column of their own, amounts with a currency sign."""
    order = sample(rng, "SAL-ORD-2025-09999", "PHP-AA-999", "LOT-9999-99")
    pen.put(306, 44, "SALES ORDER", 14, "centre", bold=True)
    pen.put(306, 60, order["order_number"], 10, "centre")
    left = [
        ("Customer:", order["bill_to"]["name"]),
        ("Customer Code:", order["customer_number"]),
        ("Customer's Purchase Order:", order["po_number"]),
        ("Sales Person:", order["rep"]),
    ]
    right = [
        ("Order Date:", order["order_date"].isoformat()),
        ("Delivery Date:", order["ship_date"].isoformat()),
        ("Currency:", "USD"),
        ("Email:", order["contact_email"]),
    ]
    for number, ((label, value), (other, text)) in enumerate(zip(left, right, strict=True)):
        y = 90 + number * 14
        pen.put(160, y, label, 8.5, "right", bold=True)
        pen.put(166, y, value, 8.5)
        pen.put(430, y, other, 8.5, "right", bold=True)
        pen.put(436, y, text, 8.5)
    pen.put(40, 165, "Billing Address", 9, bold=True)
    pen.stack(40, 178, printed(order["bill_to"]))
    pen.put(320, 165, "Delivery Address", 9, bold=True)
    pen.stack(320, 178, printed(order["ship_to"]))
    for x, text, align in (
        (40, "Sr", "left"),
        (62, "Item Code", "left"),
        (140, "Description", "left"),
        (330, "Batch No", "left"),
        (440, "Qty", "right"),
        (500, "Rate", "right"),
        (572, "Amount", "right"),
    ):
        pen.put(x, 250, text, 8.5, align, bold=True)
    y = 266
    for number, line in enumerate(order["lines"], start=1):
        for x, text, align in (
            (40, number, "left"),
            (62, line["sku"], "left"),
            (440, f"{line['quantity']:.3f}", "right"),
            (500, f"$ {line['unit_price']:,.2f}", "right"),
            (572, f"$ {line['amount']:,.2f}", "right"),
        ):
            pen.put(x, y, text, 8.5, align)
        texts = wrapped(line["description"], 175, 8.5)
        pen.stack(330, y, line["lots"], 8.5, 10.5)
        pen.stack(140, y, texts, 8.5, 10.5)
        y += max(len(texts), len(line["lots"])) * 10.5 + 6
    for label, name in (("Net Total", "subtotal"), ("Shipping Charges", "freight"), ("Grand Total", "total")):
        y += 13
        pen.put(480, y, label, 9, "right", bold=True)
        pen.put(572, y, f"$ {order[name]:,.2f}", 9, "right")
    return keep(
        order,
        "order_number",
        "order_date",
        "customer_number",
        "po_number",
        "ship_date",
        "rep",
        "contact_email",
        "bill_to",
        "ship_to",
        "subtotal",
        "freight",
        "total",
    )


def wide_acknowledgement(pen: Pen, rng: random.Random) -> dict:
    """Landscape form of small cells, label above value, with ordered, shipped and backordered columns."""
    order = sample(rng, "W999999", "TR9999-A9", "999999A")
    pen.put(40, 45, "TRESCO INSTRUMENT WORKS", 13, bold=True)
    pen.stack(40, 60, ["18 Canal Street", "Millbrook, NY 12545", "Phone 845-555-0100"], 8, 10)
    pen.put(750, 45, "ORDER ACKNOWLEDGMENT", 14, "right", bold=True)
    cells = [
        ("ACKNOWLEDGMENT NO.", order["order_number"]),
        ("DATE ENTERED", order["order_date"].strftime("%d-%b-%y")),
        ("CUSTOMER ORDER NO.", order["po_number"]),
        ("ACCT NO.", order["customer_number"]),
        ("SALESMAN", order["rep"]),
        ("SCHEDULED SHIP", order["ship_date"].strftime("%m/%d/%y")),
        ("TERMS", "NET 30"),
    ]
    for number, (label, value) in enumerate(cells):
        pen.put(42 + number * 104, 170, label, 6)
        pen.put(42 + number * 104, 182, value, 9)
    for x, label, name in ((40, "SOLD TO", "sold_to"), (300, "BILL TO", "bill_to"), (560, "SHIP TO", "ship_to")):
        pen.put(x, 98, label, 7, bold=True)
        pen.stack(x + 4, 109, printed(order[name]), 8.5, 10.5)
    heads = (
        (42, "LINE", "left"),
        (75, "QTY ORD", "left"),
        (125, "QTY SHP", "left"),
        (172, "B/O", "left"),
        (205, "CATALOG NO.", "left"),
        (290, "DESCRIPTION", "left"),
        (560, "LOT", "left"),
        (690, "UNIT PRICE", "right"),
        (750, "EXTENSION", "right"),
    )
    for x, text, align in heads:
        pen.put(x, 215, text, 7, align, bold=True)
    y = 232
    for number, line in enumerate(order["lines"], start=1):
        sent = rng.choice((line["quantity"], 0))
        for x, text, align in (
            (42, number, "left"),
            (100, line["quantity"], "right"),
            (150, sent, "right"),
            (184, line["quantity"] - sent, "right"),
            (205, line["sku"], "left"),
            (290, line["description"], "left"),
            (560, ", ".join(line["lots"]), "left"),
            (690, f"{line['unit_price']:.4f}", "right"),
            (750, f"{line['amount']:,.2f}", "right"),
        ):
            pen.put(x, y, text, 8.5, align)
        y += 15
    pen.put(690, 520, "MERCHANDISE", 8, "right")
    pen.put(750, 520, f"{order['subtotal']:,.2f}", 8.5, "right")
    pen.put(690, 534, "SHIPPING & HANDLING", 8, "right")
    pen.put(750, 534, f"{order['freight']:,.2f}", 8.5, "right")
    pen.put(690, 548, "ORDER TOTAL", 8, "right")
    pen.put(750, 548, f"{order['total']:,.2f}", 8.5, "right")
    return keep(
        order,
        "order_number",
        "order_date",
        "customer_number",
        "po_number",
        "ship_date",
        "rep",
        "sold_to",
        "bill_to",
        "ship_to",
        "subtotal",
        "freight",
        "total",
    )


def web_shop(pen: Pen, rng: random.Random) -> dict:
    """A shop's order: number in the title, code and lots under the product's name, "x 3" as quantity."""
    order = sample(rng, "9CP99999", "CPH-AAA-99", "K9999A9")
    pen.put(40, 50, "Clover & Pine", 18, bold=True)
    pen.put(40, 90, f"Order #{order['order_number']}", 16, bold=True)
    pen.put(
        40,
        106,
        f"Placed on {order['order_date'].strftime('%B')} {order['order_date'].day}, {order['order_date'].year}",
        9,
    )
    pen.put(40, 135, "Shipping address", 10, bold=True)
    pen.stack(40, 149, [*printed(order["ship_to"], country="United States"), order["contact_phone"]])
    pen.put(320, 135, "Billing address", 10, bold=True)
    pen.stack(320, 149, printed(order["bill_to"], country="United States"))
    for x, text, align in (
        (40, "Product", "left"),
        (400, "Quantity", "centre"),
        (480, "Price", "right"),
        (570, "Total", "right"),
    ):
        pen.put(x, 235, text, 9, align, bold=True)
    y = 252
    for line in order["lines"]:
        pen.put(400, y, f"x {line['quantity']}", 9, "centre")
        pen.put(480, y, f"${line['unit_price']:,.2f}", 9, "right")
        pen.put(570, y, f"${line['amount']:,.2f}", 9, "right")
        y = pen.stack(40, y, wrapped(line["description"], 300), 9, 11)
        y = (
            pen.stack(
                40, y, [f"SKU: {line['sku']}"] + ([f"Lot: {', '.join(line['lots'])}"] if line["lots"] else []), 8, 10
            )
            + 8
        )
    for label, name in (("Subtotal", "subtotal"), ("Shipping", "freight"), ("Total", "total")):
        y += 14
        pen.put(400, y, label, 9)
        pen.put(570, y, f"${order[name]:,.2f}", 9, "right")
    return keep(
        order, "order_number", "order_date", "contact_phone", "ship_to", "bill_to", "subtotal", "freight", "total"
    )


def pick_ticket(pen: Pen, rng: random.Random) -> dict:
    """A warehouse's pick ticket: quantities first, no prices, lots in rows of their own."""
    order = sample(rng, "99999999-00", "9999999", "LT999-9999")
    pen.put(306, 40, "PICK TICKET", 16, "centre", bold=True)
    pen.stack(36, 60, ["KEYSTONE MEDICAL DISTRIBUTORS", "Whse 02 - 1200 Depot Road", "Allentown PA 18109"], 8, 10)
    for number, (label, value) in enumerate(
        (
            ("ORDER #", order["order_number"]),
            ("ORDER DATE", order["order_date"].strftime("%m/%d/%y")),
            ("CUST PO", order["po_number"]),
            ("CUST #", order["customer_number"]),
            ("SHIP VIA", "UPS GROUND"),
        )
    ):
        pen.put(400, 62 + number * 12, label, 8, bold=True)
        pen.put(480, 62 + number * 12, value, 8)
    pen.put(36, 140, "BILL TO:", 8, bold=True)
    pen.stack(90, 140, printed(order["bill_to"], " "), 9, 11)
    pen.put(320, 140, "SHIP TO:", 8, bold=True)
    pen.stack(374, 140, printed(order["ship_to"], " "), 9, 11)
    for x, upper, lower in (
        (36, "Qty", "Ordered"),
        (90, "Qty", "Shipped"),
        (140, "UM", ""),
        (170, "Bin", "Location"),
        (230, "Product", "Number"),
        (310, "Description", ""),
    ):
        pen.put(x, 214, upper, 8, bold=True)
        pen.put(x, 223, lower, 8, bold=True)
    y = 240
    for line in order["lines"]:
        for x, text in (
            (36, line["quantity"]),
            (90, "______"),
            (140, "EA"),
            (170, "A-12-3"),
            (230, line["sku"]),
            (310, line["description"]),
        ):
            pen.put(x, y, text, 8.5)
        y += 11
        for lot in line["lots"]:
            pen.put(320, y, f"LOT# {lot}   EXP 06/2027", 8.5)
            y += 11
        y += 5
    for line in order["lines"]:
        line["unit_price"] = line["amount"] = None
    pen.put(36, 740, "Picked by ________   Checked by ________   Cartons ____", 8)
    return keep(order, "order_number", "order_date", "customer_number", "po_number", "bill_to", "ship_to")


def letter(pen: Pen, rng: random.Random) -> dict:
    """A letter: the addressee without heading, facts in sentences, a small table. Much of it must go to review."""
    order = sample(rng, "EG/25/9999", "EGS 999A", "99A999")
    pen.put(306, 60, "Ellsmere & Gray Ltd.", 16, "centre")
    pen.stack(72, 110, printed(order["bill_to"]), 10, 13)
    pen.put(72, 200, f"Our ref: {order['order_number']}", 10)
    pen.put(400, 200, f"Date: {order['order_date'].day} {order['order_date'].strftime('%B %Y')}", 10)
    pen.put(72, 230, "CONFIRMATION OF ORDER", 11, bold=True)
    place = order["ship_to"]
    text = (
        f"Thank you for your purchase order {order['po_number']}, which we are pleased to confirm as follows. "
        "The goods will be "
        f"sent to {', '.join(printed(place))}."
    )
    y = pen.stack(72, 255, wrapped(text, 460, 10), 10, 13) + 14
    for x, head, align in (
        (72, "Cat. No.", "left"),
        (150, "Goods", "left"),
        (400, "Qty", "right"),
        (460, "Each", "right"),
        (540, "Value", "right"),
    ):
        pen.put(x, y, head, 10, align, bold=True)
    for line in order["lines"]:
        y += 16
        line["lots"] = []
        for x, value, align in (
            (72, line["sku"], "left"),
            (400, line["quantity"], "right"),
            (460, f"{line['unit_price']:.2f}", "right"),
            (540, f"{line['amount']:,.2f}", "right"),
        ):
            pen.put(x, y, value, 10, align)
        y = pen.stack(150, y, wrapped(line["description"], 210, 10), 10, 12) - 12
    pen.put(460, y + 24, "Total", 10, "right", bold=True)
    pen.put(540, y + 24, f"{order['subtotal']:,.2f}", 10, "right")
    order["total"] = order["subtotal"]
    return keep(order, "order_number", "order_date", "po_number", "ship_to", "bill_to", "total")


LAYOUTS = (enterprise_confirmation, open_source_erp, wide_acknowledgement, web_shop, pick_ticket, letter)


def main(folder: Path, seed: int, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    truths = []
    for layout in LAYOUTS:
        size = (792, 612) if layout is wide_acknowledgement else (612, 792)
        path = folder / f"{layout.__name__}.pdf"
        pen = Pen(path, *size)
        for page in range(1, count + 1):
            truth = layout(pen, random.Random(f"{layout.__name__} {seed} {page}"))
            truths.append({"file": path.name, "pages": [page], "family": layout.__name__, **truth})
            pen.canvas.showPage()
        pen.canvas.save()
    (folder / "truth.json").write_text(json.dumps({"orders": truths}, indent=1) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=4)
    given = parser.parse_args()
    main(given.folder, given.seed, given.count)
