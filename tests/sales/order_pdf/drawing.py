"""Pages made of typed lines, for tests that need a few words in certain places."""

from eqms.pdf.words import Page, Word

LETTER = 5.4  # width of every letter; type size 9 as on a line printer


def page(*lines, number=1, size=9.0, step=12.0, rotation=0):
    """Return a page of lines typed one under the other: a column of text is its column on the page."""
    words = []
    for row, line in enumerate(lines):
        top = 40 + row * step
        column = 0
        for part in line.split(" "):
            if part:
                x0 = 36 + column * LETTER
                box = (x0, top, x0 + len(part) * LETTER, top + size)
                words.append(Word(*_turned(box, rotation), part, size, rotation))
            column += len(part) + 1
    return Page(number, 612.0, 792.0, words, False, "")


def _turned(box, rotation):
    x0, top, x1, bottom = box
    if rotation == 270:  # reads upwards
        return top, 792 - x1, bottom, 792 - x0
    if rotation == 90:  # reads downwards
        return 612 - bottom, x0, 612 - top, x1
    return box


ORDER = (
    "                         SALES ORDER",
    "",
    "Order Number: A-100            Order Date: 03/04/2025",
    "Customer PO: PO-7781           Ship Date: 03/09/2025",
    "",
    "Bill To:                       Ship To:",
    "Larch Hollow Clinic            Dunlin Bay Home Health",
    "12 Foundry Lane                Attn: Receiving",
    "Port Ambrose, ME 04101         77 Old Post Road",
    "                               Sand Hollow, UT 84770",
    "",
    "Item No.    Description                 Qty      Price      Amount",
    "TR-100      Foley Catheter, 16 Fr         2      22.50       45.00",
    "            Lot: L12345, L12346",
    "TR-200      Drainage Bag                 10       6.35       63.50",
    "",
    "                                          Subtotal:         108.50",
    "                                          Freight:           12.50",
    "                                          Total:            121.00",
)


def order(**changes):
    """Return the lines of a sound order with some of them, by number, exchanged: order(line_12="...")."""
    lines = list(ORDER)
    for name, text in changes.items():
        lines[int(name.removeprefix("line_"))] = text
    return lines
