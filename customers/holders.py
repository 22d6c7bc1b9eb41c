"""What keeps a customer from the clean-up without referring to it: said by the apps above.

``@holder`` registers a function from company keys to {key: words}. customers knows no app above
itself; an app above registers from its AppConfig.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

Holder = Callable[[list[str]], dict[str, str]]
holders: list[Holder] = []


def holder(find: Holder) -> Holder:
    """Ask ``find`` too whenever customers are cleaned up."""
    if find not in holders:
        holders.append(find)
    return find


def held_by_words(keys: Iterable[str]) -> dict[str, list[str]]:
    """Return, by company key, in words, what holds the customers with these keys."""
    wanted, found = list(keys), defaultdict(list)
    for find in holders:
        for key, words in find(wanted).items():
            found[key].append(words)
    return dict(found)
