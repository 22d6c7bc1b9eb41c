"""The text keys of a customer: what makes two spellings of a name and address the same customer."""

from eqms.text_key import EmptyKey, compact, folded, is_kept, letters_and_digits, shortened

SEPARATOR = "|"  # keeps "Clinic 1" at "23 Oak" apart from "Clinic 12" at "3 Oak"
LEGAL_SUFFIXES = frozenset(
    # fmt: off
    [
        "inc",
        "incorporated",
        "llc",
        "llp",
        "lllp",
        "lp",
        "corp",
        "corporation",
        "co",
        "company",
        "ltd",
        "limited",
        "pc",
        "pa",
        "pllc",
        "plc",
        "pty",
        "gmbh",
        "ag",
        "kg",
        "ug",
        "ohg",
        "ev",
        "sa",
        "sas",
        "sarl",
        "srl",
        "spa",
        "bv",
        "nv",
        "ab",
        "oy",
        "as",
        "aps",
    ]
    # fmt: on
)


def company_key(name: str, street: str = "", city: str = "", state: str = "", postal_code: str = "") -> str:
    """Return the key made from name and address; missing parts are left out.

    Raises EmptyKey where the name holds no letter and no digit. A key from a name
    alone (``is_name_only``) suggests a customer and never attaches to one.
    """
    own_name = letters_and_digits(without_legal_suffixes(name))
    if not own_name:
        raise EmptyKey(f"{name!r} holds no letter and no digit: write the name as people say it.")
    address = [letters_and_digits(part) for part in (street, city, state, postal_code) if part != ""]
    return shortened(SEPARATOR.join([own_name, *filter(None, address)]))


def is_name_only(key: str) -> bool:
    """True where ``key`` was made without any part of an address."""
    return SEPARATOR not in key


def without_legal_suffixes(name: str) -> str:
    """Return ``name`` without inc, llc, GmbH and the like at its end; the last word that is left stays."""
    words = [word for word in folded(name).split() if any(map(is_kept, word))]
    while len(words) > 1 and letters_and_digits(words[-1]) in LEGAL_SUFFIXES:
        words.pop()
    return " ".join(words)


def customer_number_key(number: str | None) -> str | None:
    """Return the customer number without case and blanks, None where there is none."""
    return shortened(compact(number or "")) or None
