"""Typed values: a text is a value of its kind as a whole, or it is none. Nothing is guessed."""

from __future__ import annotations

import re
from decimal import Decimal

from eqms.dates import date

_MONEY = re.compile(
    r"(?:us|usd|eur|gbp|cad)?\s*[$€£]?\s*(\d{1,3}(?:,\d{3}){1,3}|\d{1,10})?(\.\d{1,4})?\s*[$€£]?\s*(?:usd|eur|gbp|cad)?"
)
_WHOLE = re.compile(r"(\d{1,3}(?:,\d{3}){1,2}|\d{1,7})(?:\.0{1,4})?")
UNITS = frozenset(
    """
    ea nos each eaches unit units un u pc pcs pce piece pieces bx box boxes cs case cases ca pk pack packs pkg pkgs
    ct set sets kit kits pr pair pairs dz dozen bag bags ctn carton cartons rl roll rolls st tray trays bt btl
    bottle
    """.split()  # noqa: SIM905
)
_UNIT_WORD = re.compile(r"[a-z]{1,7}\.?(?:\s*\(s\)|\s*/\s*\d+)?")
_PO_WITHOUT_NUMBER = frozenset(("verbal", "per", "phone", "telephone", "email", "e-mail", "fax", "stock", "sample"))
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_PHONE = re.compile(
    r"(?:\+?1[\s.-]?)?(?:\(\d{3}\)\s*|\d{3}[\s./-])\d{3}[\s.-]\d{4}(?:\s*(?:x|ext\.?)\s*\d{1,6})?", re.I
)
_CODE = re.compile(r"#?[A-Za-z0-9][A-Za-z0-9._/\\-]*")
_STATE_ZIP = re.compile(
    r"(?P<city>.+?)[\s,]+(?P<state>[A-Za-z]{2})\.?[\s,]+(?P<zip>\d{5}(?:-\d{4})?)(?:[\s,]+(?P<country>.+))?"
)
_COUNTRY_NAMES = frozenset(
    ("us", "usa", "u.s", "u.s.a", "united states", "united states of america", "canada", "mexico")
)
STATES = frozenset(
    """
    AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH
    OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY PR VI GU AS MP AA AE AP
    """.split()  # noqa: SIM905
)


def money(text: str) -> str | None:
    """Return the amount as decimal text with at least two places; "(12.50)" and "-12.50" are negative."""
    plain = text.casefold().strip()
    negative = plain.startswith("-") or plain.endswith("-") or (plain.startswith("(") and plain.endswith(")"))
    found = _MONEY.fullmatch(plain.strip("()-").strip())
    if not found or not (found[1] or found[2]):
        return None
    amount = Decimal((found[1] or "0").replace(",", "") + (found[2] or ""))
    if amount == amount.quantize(Decimal("0.01")):
        amount = amount.quantize(Decimal("0.01"))
    return str(-amount if negative and amount else amount)


def quantity(text: str) -> int | None:
    """Return a whole number above or equal to zero: "2,500", "1.0000", "2.00 Units", "x 3", 2 for "2 of 3"; or None."""
    plain = text.casefold().strip()
    plain = re.sub(r"^(\d{1,7}) of \d{1,7}$", r"\1", plain)
    plain = re.sub(r"^(?:x|×|qty[:.]?)\s*(?=\d)|(?<=\d)\s*(?:x|×)$", "", plain)
    number, _, unit = plain.partition(" ")
    if glued := re.fullmatch(r"([\d.,]+)([a-z]{1,7})", number):
        number, unit = glued[1], glued[2] + unit
    found = _WHOLE.fullmatch(number)
    if not found or (unit and not is_unit(unit)):
        return None
    return int(found[1].replace(",", ""))


def is_unit(text: str) -> bool:
    """Tell whether the text is a unit of measure such as "EA" or "boxes"."""
    plain = text.casefold().strip("()[]. ")
    return bool(_UNIT_WORD.fullmatch(plain)) and plain.split("/")[0].strip(". ") in UNITS


def email(text: str) -> str | None:
    """Return the only e-mail address in the text."""
    found = _EMAIL.findall(text)
    return found[0].rstrip(".") if len(found) == 1 else None


def phone(text: str) -> str | None:
    """Return the telephone number as printed."""
    found = _PHONE.fullmatch(text.strip())
    return found.group() if found else None


def order_number(text: str) -> str | None:
    """Return the number as printed without a leading "#"; it holds a digit and is no date, amount or telephone."""
    plain = re.sub(r"^(SO|S\.O\.)\s+#?\s*(?=\d)", r"SO ", text.strip(), flags=re.I).removeprefix("#").strip()
    body = plain.removeprefix("SO ")
    if not _CODE.fullmatch(body) or not re.search(r"\d", body) or len(body) > 30:
        return None
    if date(body) or phone(body) or re.fullmatch(r"\d+\.\d\d", body):
        return None
    return plain


def customer_number(text: str) -> str | None:
    """Return a code of one word: with a digit, or short and in capitals."""
    plain = text.strip().removeprefix("#").strip()
    if not _CODE.fullmatch(plain) or len(plain) > 20 or date(plain) or phone(plain):
        return None
    if not re.search(r"\d", plain) and (not plain.isupper() or len(plain) > 8):
        return None
    return plain


def po_number(text: str) -> str | None:
    """Return the customer's own number: up to four words ("VERBAL JOHN" is one), no date, telephone or e-mail."""
    plain = (
        re.sub(r"^p\.?\s?o\.?\s*(?:#|no\.?|number)?\s*[:#]?\s+(?=\S)|^po#", "", text.strip(), flags=re.I)
        .removeprefix("#")
        .strip()
    )
    if not plain or len(plain) > 40 or len(plain.split()) > 4 or not re.search(r"[A-Za-z0-9]", plain):
        return None
    if date(plain) or phone(plain) or "@" in plain:
        return None
    if not re.search(r"\d", plain) and plain.split()[0].casefold() not in _PO_WITHOUT_NUMBER:
        return None
    return plain


def tracking_number(text: str) -> str | None:
    """Return a carrier's number, of several the first: eight letters and digits or more, perhaps in groups."""
    first, *more = re.split(r"\s*[,;&]\s*", text.strip())
    if more:
        return first if all(tracking_number(part) for part in (first, *more)) else None
    plain = text.strip().removeprefix("#").strip()
    squeezed = re.sub(r"[\s-]", "", plain)
    if not re.fullmatch(r"[A-Za-z0-9]{8,34}", squeezed) or sum(c.isdigit() for c in squeezed) < 7 or date(plain):
        return None
    if phone(plain) or re.match(r"(?i)p\.?o\b|po[-#\d]", plain):
        return None
    if " " in plain and not re.fullmatch(r"(?:1Z\s?)?[A-Z0-9]{1,8}(?:[ -][A-Z0-9]{1,8})+", plain):
        return None
    return plain


def person(text: str) -> str | None:
    """Return a name or initials: up to four words of letters, perhaps with a code before or after."""
    plain = text.strip()
    words = plain.split()
    if not 1 <= len(words) <= 5 or "@" in plain or len(plain) > 40:
        return None
    return plain if re.fullmatch(r"[^\W\d_][\w.,'’&()/ -]*", plain) and not re.search(r"\d{3}", plain) else None


def city_line(text: str) -> dict[str, str] | None:
    """Return city, state and zip of an address's last line."""
    found = _STATE_ZIP.fullmatch(" ".join(text.split()))
    if not found or found["state"].upper() not in STATES:
        return None
    if found["country"] and not is_country(found["country"]):
        return None
    return {"city": found["city"].rstrip(" ,"), "state": found["state"].upper(), "zip": found["zip"]}


def is_country(text: str) -> bool:
    """Tell whether the text is the name of a country as it stands under an address."""
    return text.casefold().strip(" .,") in _COUNTRY_NAMES
