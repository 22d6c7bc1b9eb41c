"""What the apps above know of customers, said where customers are compared.

``@fact_finder`` registers a function from customers' numbers to {number: facts}. customers knows no app above
itself; an app above registers from its AppConfig.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple


class Fact(NamedTuple):
    """One thing known of a customer. ``address`` leads to the rows behind it, "" where nothing does."""

    what: str
    value: Any
    address: str = ""


Finder = Callable[[list[int]], dict[int, list[Fact]]]
finders: list[Finder] = []


def fact_finder(find: Finder) -> Finder:
    """Ask ``find`` too whenever customers are compared."""
    if find not in finders:
        finders.append(find)
    return find


def facts_of(numbers: list[int]) -> dict[int, list[Fact]]:
    """Return what is known of the customers with these numbers, in the order of the finders."""
    found = defaultdict(list)
    for find in finders:
        for number, facts in find(numbers).items():
            found[number] += facts
    return dict(found)
