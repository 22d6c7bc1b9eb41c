"""Invented sales orders, and the truth of what a paper shows of one. Nothing in them is anybody's."""

import datetime as dt
import random

NAMES = (
    "Larch Hollow Clinic",
    "Saint Odile Hospital",
    "Marrowbone Surgery Center",
    "Pike Street Urology, P.C.",
    "Dunlin Bay Home Health",
    "Quarrel Creek Veterans Home",
    "Ashgrove Children's Hospital",
)
STREETS = ("12 Foundry Lane", "4810 W Harbor Blvd", "77 Old Post Road Suite 4", "P.O. Box 991", "305 N. Elm St.")
EXTRA = ("Attn: Receiving", "Building C", "Central Supply, Dock 2", "c/o Medline Annex", "4th Floor")
CITIES = (
    ("Port Ambrose", "ME", "04101"),
    ("Sand Hollow", "UT", "84770"),
    ("St. Verrin", "LA", "70112-4410"),
    ("New Calder", "OH", "44113"),
    ("Lake Tarn", "MN", "55401"),
)
GOODS = (
    ("Foley Catheter 2-way, 16 Fr, 10 ml Balloon", "22.50"),
    ("Drainage Bag 2000 mL with Anti-Reflux Valve", "6.35"),
    ("Guidewire, Hydrophilic, 0.035 in x 150 cm, Angled Tip, Stiff", "57.75"),
    ("Leg Strap, Latex-Free", "8.00"),
    ("Irrigation Tray with 60 cc Piston Syringe and Drape, Sterile", "5.60"),
)
PEOPLE = ("Ines Calloway", "Ruben O'Hare", "Mei Tanaka", "Paul St. John")
BLANK = dict.fromkeys(
    (
        "order_number",
        "order_date",
        "customer_number",
        "po_number",
        "ship_date",
        "rep",
        "tracking_number",
        "contact_email",
        "contact_phone",
        "subtotal",
        "freight",
        "tax",
        "total",
        "sold_to",
        "bill_to",
        "ship_to",
    )
)


def address(rng: random.Random) -> dict:
    city, state, code = rng.choice(CITIES)
    lines = [rng.choice(STREETS)]
    if rng.random() < 0.4:
        lines.insert(0, rng.choice(EXTRA))
    return {"name": rng.choice(NAMES), "lines": lines, "city": city, "state": state, "zip": code}


def printed(place: dict, separator: str = ", ", country: str = "") -> list[str]:
    last = f"{place['city']}{separator}{place['state']} {place['zip']}"
    return [place["name"], *place["lines"], last, *([country] if country else [])]


def sample(rng: random.Random, number: str, code: str, lot: str) -> dict:
    """Return an invented order; ``9`` in a pattern is any digit, ``A`` any letter."""

    def fill(pattern: str) -> str:
        letters = {"9": "0123456789", "A": "BCDFGHJKLMNPRTVWX"}
        return "".join(rng.choice(letters.get(sign, sign)) for sign in pattern)

    lines = []
    for text, price in rng.sample(GOODS, rng.randint(1, 4)):
        count = rng.choice((1, 2, 3, 10, 24, 144, 1200))
        lots = [fill(lot) for _ in range(rng.choice((0, 1, 1, 2)))]
        lines.append(
            {
                "sku": fill(code),
                "description": text,
                "lots": lots,
                "quantity": count,
                "unit_price": float(price),
                "amount": round(count * float(price), 2),
            }
        )
    subtotal = round(sum(line["amount"] for line in lines), 2)
    freight = rng.choice((0.0, 12.5, 48.0))
    placed = dt.date(2025, 1, 1) + dt.timedelta(days=rng.randint(0, 600))
    return {
        **BLANK,
        "doc_type": "sales_order",
        "order_number": fill(number),
        "order_date": placed,
        "ship_date": placed + dt.timedelta(days=rng.randint(1, 20)),
        "po_number": fill("PO-99999"),
        "customer_number": fill("9999A"),
        "rep": rng.choice(PEOPLE),
        "contact_email": "buyer@clinic.example",
        "contact_phone": "(503) 555-0144",
        "sold_to": address(rng),
        "bill_to": address(rng),
        "ship_to": address(rng),
        "lines": lines,
        "subtotal": subtotal,
        "freight": freight,
        "tax": 0.0,
        "total": round(subtotal + freight, 2),
    }


def keep(order: dict, *shown: str) -> dict:
    """Return the truth of an order of which only these header fields are printed."""
    truth = {name: order[name] if name in shown else None for name in BLANK}
    for name in ("order_date", "ship_date"):
        truth[name] = truth[name].isoformat() if truth[name] else None
    return {"doc_type": "sales_order", **truth, "lines": order["lines"]}
