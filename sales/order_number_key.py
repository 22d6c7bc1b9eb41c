"""The text key of an order number: papers, shipments and people write the same number in many ways."""

import re

from eqms.text_key import EmptyKey, compact, is_kept, remembering, shortened

PUNCTUATION = "".join(character for character in map(chr, range(128)) if not character.isalnum())
SALES_ORDER_PREFIX = re.compile(r"so[-#]?(?=\d)")


def order_number_key(number: str) -> str:
    """Return the key under which ``number`` is one order; EmptyKey where it holds no letter and no digit.

    "#" and then "SO" in front go only where a digit follows ("SO-285", "SO #285", "#285" are 285;
    "SOMERSET-1" stays). Punctuation between letters and digits and leading zeros stay:
    "285" and "285-1" are two orders.
    """
    key = between_letters_and_digits(compact(number))
    if not key:
        raise EmptyKey(f"{number!r} is no order number: it holds no letter and no digit.")
    return shortened(SALES_ORDER_PREFIX.sub("", key, count=1) if SALES_ORDER_PREFIX.match(key) else key)


@remembering
def order_number_key_or_empty(number: str) -> str:
    """Return the key of a number as it was reported, "" where nothing readable stands there."""
    try:
        return order_number_key(number)
    except EmptyKey:
        return ""


def between_letters_and_digits(text: str) -> str:
    """Return ``text`` from its first to its last letter or digit."""
    if text.isascii():
        return text.strip(PUNCTUATION)
    kept = [place for place, character in enumerate(text) if is_kept(character)]
    return text[kept[0] : kept[-1] + 1] if kept else ""
