"""Which shipments a sync asks for: those of a month, or since a day. Pure: no database."""

import re
from datetime import date, timedelta
from typing import NamedTuple

MONTH = re.compile(r"(2[0-9]{3})-(0[1-9]|1[0-2])")
MODIFIED_LATER_DAYS = 31  # an order is changed when it ships, and seldom long after


class Scope(NamedTuple):
    """From ``first`` on; up to and with ``last``, None for no end. Days of the account's own clock."""

    first: date
    last: date | None = None

    def __str__(self):
        return f"since {self.first}" if self.last is None else f"{self.first:%Y-%m}"

    @property
    def shipments(self) -> dict[str, str]:
        """The filters of the list of shipments."""
        until = {} if self.last is None else {"createDateEnd": f"{self.last} 23:59:59"}
        return {"createDateStart": f"{self.first} 00:00:00", **until}

    @property
    def orders(self) -> dict[str, str]:
        """The filters of the list of orders: shipping an order modifies it."""
        until = {}
        if self.last is not None:
            until = {"modifyDateEnd": f"{self.last + timedelta(days=MODIFIED_LATER_DAYS)} 23:59:59"}
        return {"modifyDateStart": f"{self.first - timedelta(days=1)} 00:00:00", **until}


def scope_of_month(text: str) -> Scope:
    """Return the scope of "2026-11"; ValueError for anything else."""
    found = MONTH.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text!r} is no month: write 2026-11.")
    first = date(int(found[1]), int(found[2]), 1)
    following = (first + timedelta(days=31)).replace(day=1)
    return Scope(first, following - timedelta(days=1))
