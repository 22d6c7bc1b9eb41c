"""Days as people write them. 03/04/2025 means two days: which one, the house says (DATE_ORDER) or the paper shows."""

import datetime as dt
import re
from collections.abc import Iterable

EARLIEST = dt.date(1990, 1, 1)  # a day before it is a slip of the hand: files do not read it, people may not enter it
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<mon>jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_TIME = r"(?:,?\s+(?:at\s+)?\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]\.?m\.?)?)?"
_NAMED = (
    re.compile(rf"{_WEEKDAY}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s./-]*{_MONTH}[\s,./-]*(?P<y>\d{{4}}|\d{{2}}){_TIME}"),
    re.compile(rf"{_WEEKDAY}{_MONTH}[\s./-]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*,\s*|[\s./-]+)(?P<y>\d{{4}}|\d{{2}}){_TIME}"),
    re.compile(rf"(?P<y>\d{{4}})[\s./-]{_MONTH}[\s./-](?P<d>\d{{1,2}}){_TIME}"),
)  # fmt: skip
_YEAR_FIRST = re.compile(rf"{_WEEKDAY}(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}})(?:t\d{{2}}:\d{{2}}.*|{_TIME})")
_NUMERIC = re.compile(rf"{_WEEKDAY}(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}")


def date(text: str, *, day_first: bool = False) -> str | None:
    """Return the ISO date, None for anything else; 03/04/2025 is 4 March unless ``day_first``."""
    plain = " ".join(text.casefold().replace("\u2019", "'").split()).rstrip(".,;")
    plain = re.sub(r"^(?:day|on|by|approx\.?|about|week of) (?=\w)", "", plain)
    for pattern in _NAMED:
        if found := pattern.fullmatch(plain):
            return _iso(found["y"], MONTHS.index(found["mon"][:3]) + 1, found["d"])
    if found := _YEAR_FIRST.fullmatch(plain):
        return _iso(found[1], found[3], found[4])
    if found := _NUMERIC.fullmatch(plain):
        day_first = day_first or found[2] == "."  # dots are written where the day comes first
        month, day = (found[3], found[1]) if day_first else (found[1], found[3])
        return _iso(found[4], month, day)
    return None


def day_comes_first(texts: Iterable[str]) -> bool:
    """Tell whether dates such as 25/03/2025 show that the day comes first, and none shows the opposite."""
    dates = [found for text in texts if text[0].isdigit() and (found := _NUMERIC.fullmatch(text.rstrip(".,;:)")))]
    first = any(int(found[1]) > 12 >= int(found[3]) for found in dates)
    second = any(int(found[3]) > 12 >= int(found[1]) for found in dates)
    return first and not second


def _iso(year: str, month: str | int, day: str) -> str | None:
    number = int(year) + (2000 if len(year) == 2 else 0)
    if not EARLIEST.year <= number <= 2099:
        return None
    try:
        return dt.date(number, int(month), int(day)).isoformat()
    except ValueError:
        return None
