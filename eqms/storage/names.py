"""File names that people sent, made harmless: letters of every script stay, tricks go."""

import unicodedata

LONGEST = 150
LONGEST_ENDING = 12
NEVER_SHOWN = ("C", "Zl", "Zp")  # controls, bidi marks, surrogates, unassigned, line separators
RESERVED = str.maketrans(dict.fromkeys('<>:"|?*', "_"))


def harmless(filename: str) -> str:
    """Return the last part of ``filename`` without control and bidi characters, at most 150 characters long."""
    name = unicodedata.normalize("NFC", filename).replace("\\", "/").rpartition("/")[2]
    shown = "".join(" " if c in "\t\r\n" else c for c in name if c in "\t\r\n" or not hidden(c))
    name = " ".join(shown.translate(RESERVED).split()).strip(". ")
    return shortened(name) or "document"


def hidden(character: str) -> bool:
    """True for characters that nobody sees and that turn or cut what stands beside them."""
    return unicodedata.category(character).startswith(NEVER_SHOWN)


def shortened(name: str) -> str:
    """Return ``name`` in at most LONGEST characters, its ending kept."""
    if len(name) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > LONGEST_ENDING:
        return name[:LONGEST].rstrip()
    return f"{stem[: LONGEST - len(ending) - 2].rstrip()}….{ending}"
