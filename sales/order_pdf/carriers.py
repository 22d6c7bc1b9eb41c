"""What carriers' numbers look like, and which carrier a text names.

Sources: UPS and DHL print a check digit by a rule of their own; FedEx numbers have 12, 15, 20 or 22 digits; the US
post's begin with 9 and have 20 to 22, those of the postal union are two letters, nine digits and a country.
"""

from __future__ import annotations

import re

UPS, FEDEX, USPS, DHL = "UPS", "FedEx", "USPS", "DHL"
_NAMES = (
    (UPS, r"ups|united parcel"),
    (FEDEX, r"fed\s?ex|federal express"),
    (USPS, r"usps|u\.?s\.? post\w*|us mail|postal service|(?:priority|first[- ]class) mail|parcel select"),
    (DHL, r"dhl"),
)
_NAMED = [(name, re.compile(rf"(?i)(?<![\w.@-])(?:{words})(?![\w@])")) for name, words in _NAMES]
_POSTAL_UNION_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def squeezed(text: str) -> str:
    """Return a number without the blanks and hyphens between its groups, in capitals."""
    return re.sub(r"[\s-]", "", text).upper()


def carrier_named(text: str) -> str | None:
    """Return the carrier that a text names: "FEDEX G" is FedEx; None for none or several."""
    found = {name for name, pattern in _NAMED if pattern.search(text)}
    return found.pop() if len(found) == 1 else None


def carrier(text: str) -> str | None:
    """Return the carrier of a text beside "Ship via": its usual name where it is one of the large, else as printed."""
    plain = text.strip()
    if not 2 <= len(plain) <= 40 or not re.search(r"[A-Za-z]{2}", plain):
        return None
    return carrier_named(plain) or plain


def carrier_of(number: str) -> str | None:
    """Return the only carrier that writes numbers like this one, None where none or several do."""
    signs = squeezed(number)
    if re.fullmatch(r"1Z[A-Z0-9]{16}", signs):
        return UPS
    if re.fullmatch(r"9[1-5]\d{18,20}|7\d{19}", signs) or re.fullmatch(r"[A-Z]{2}\d{9}US", signs):
        return USPS
    if re.fullmatch(r"\d{12}|\d{15}|(?:96|61|02)\d{18}|96\d{20}", signs):
        return FEDEX
    if re.fullmatch(r"JJ?D\d{16,20}", signs) or (re.fullmatch(r"\d{10}", signs) and _checks_out(signs)):
        return DHL
    return None


def doubt_about(number: str) -> str:
    """Return in words why this may be no tracking number, "" where it looks like one of a known carrier."""
    signs = squeezed(number)
    if signs.startswith("1Z"):
        if not re.fullmatch(r"1Z[A-Z0-9]{16}", signs):
            return f"a UPS number has 18 signs, this one has {len(signs)}"
        return "" if _checks_out(signs) else "its check digit is not that of a UPS number"
    if re.fullmatch(r"[A-Z]{2}\d{9}[A-Z]{2}", signs):
        return "" if _checks_out(signs) else "its check digit is not that of a postal number"
    known = carrier_of(signs) or re.fullmatch(r"\d{20}|\d{22}|\d{34}", signs)
    return "" if known else "UPS, FedEx, USPS and DHL write no such number"


def is_unmistakable(number: str) -> bool:
    """Tell whether only a carrier writes such a number, so that it needs no label beside it."""
    signs = squeezed(number)
    if re.fullmatch(r"9[1-5]\d{20}", signs):
        return True
    return bool(re.fullmatch(r"1Z[A-Z0-9]{16}|[A-Z]{2}\d{9}[A-Z]{2}", signs)) and _checks_out(signs)


def _checks_out(signs: str) -> bool:
    """Tell whether the last digit is what the carrier's rule makes of those before it."""
    if signs.startswith("1Z"):
        numbers = [int(sign) if sign.isdigit() else (ord(sign) - 63) % 10 for sign in signs[2:-1]]
        return signs[-1] == str(-(sum(numbers[0::2]) + 2 * sum(numbers[1::2])) % 10)
    if signs[0].isalpha():
        rest = 11 - sum(int(d) * w for d, w in zip(signs[2:10], _POSTAL_UNION_WEIGHTS, strict=True)) % 11
        return int(signs[10]) == {10: 0, 11: 5}.get(rest, rest)
    return int(signs[:-1]) % 7 == int(signs[-1])
