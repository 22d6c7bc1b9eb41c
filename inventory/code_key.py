"""The text key of SKUs, product codes and lot numbers."""

from eqms.text_key import EmptyKey, compact, remembering, shortened


def code_key(code: str) -> str:
    """Return ``code`` without case and blanks; punctuation and leading zeros stay. EmptyKey where nothing is left."""
    key = compact(code)
    if not key:
        raise EmptyKey("A code needs at least one visible character.")
    return shortened(key)


@remembering
def code_key_or_empty(code: str) -> str:
    """Return the key of a code as it was reported, "" where there is none."""
    return shortened(compact(code))
