"""Phone, e-mail and customer number as numbers and texts that can be compared."""

import re

from eqms.text_key import compact

from .words import PERSONAL_DOMAINS, SHARED_MAILBOXES

NOT_DIGITS = re.compile("[^0-9]+")
EXTENSION = re.compile("[xX]")
LONGEST_PHONE = 15  # digits, ITU-T E.164
SHORTEST_PHONE = 7
FEWEST_DIGITS = 3  # with fewer the letters of a customer number count too


def phone_of(phone: str) -> int:
    """Return the digits of a phone number without country code and extension, 0 where there is none."""
    if not phone:
        return 0
    digits = NOT_DIGITS.sub("", EXTENSION.split(phone, 1)[0])
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    elif len(digits) > 10:
        digits = digits[:LONGEST_PHONE] if phone.lstrip().startswith(("+", "00")) else digits[:10]
    if len(digits) < SHORTEST_PHONE and not phone.isdigit():
        return 0
    return int(digits or 0)


def mail_of(email: str) -> tuple[str, str]:
    """Return address and domain of an e-mail: the address is "" for a mailbox that a house shares,
    the domain for one that anybody can have.
    """
    if not email:
        return "", ""
    address = email.strip().casefold()
    mailbox, _, domain = address.partition("@")
    if domain in PERSONAL_DOMAINS:
        return address, ""
    return "" if mailbox in SHARED_MAILBOXES else address, domain


def number_of(customer_number: str) -> str:
    """Return the digits of a customer number without leading zeros and a final "-00", "" where there is none.

    A number of hardly any digits is kept whole.
    """
    if not customer_number:
        return ""
    digits = NOT_DIGITS.sub("", customer_number.strip().removesuffix("-00")).lstrip("0")
    return digits if len(digits) >= FEWEST_DIGITS else compact(customer_number)
