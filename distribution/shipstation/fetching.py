"""Fetch the pages of a scope and keep them. A fetch that was cut goes on at its last page."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from distribution.models import ShipStationPage

from .client import Client, Page
from .scope import Scope

Kind = ShipStationPage.Kind
RESUMED_WITHIN = timedelta(hours=6)  # an older torso is fetched anew
Tell = Callable[[str], Any]


def client() -> Client:
    """Return a client with the settings SHIPSTATION_*; ShipStationTrouble where they are missing.

    The address "demo" is the account of the demo, served within this process.
    """
    account = settings.SHIPSTATION
    url = account["url"]
    if url == "demo":
        from distribution.demo.shipstation_account import account as demo_account  # never loaded in production

        url = demo_account().url
    return Client(url, account["key"], account["secret"])


def fetch(scope: Scope, source: Client, tell: Tell = lambda words: None) -> int:
    """Fetch shipments and orders of ``scope``; return how many shipments its pages hold.

    Each page is kept as soon as it is there. Raises ShipStationTrouble; what was fetched stays.
    """
    fetch_list(scope, Kind.SHIPMENTS, partial(source.shipments, filters=scope.shipments), tell)
    fetch_list(scope, Kind.ORDERS, partial(source.orders, filters=scope.orders), tell)
    return sum(pages_of(scope, Kind.SHIPMENTS).values_list("row_count", flat=True))


def fetch_list(scope: Scope, kind: str, ask: Callable[[int], Page], tell: Tell) -> None:
    """Fetch the pages of one list, from the one after which an earlier fetch was cut."""
    number = first_page(scope, kind)
    while True:
        page = ask(number)
        is_last = number >= page.pages
        keep(scope, kind, page, is_last=is_last)
        tell(f"{kind}: page {number} of {page.pages}, {len(page.rows)} rows")
        if is_last:
            return
        number += 1


def first_page(scope: Scope, kind: str) -> int:
    """Return where a fetch begins: at 1, or at the last page of one that was cut lately (it may have grown)."""
    pages = pages_of(scope, kind)
    newest = pages.order_by("-number").first()
    if newest is None or newest.is_last or newest.fetched_at < timezone.now() - RESUMED_WITHIN:
        return 1
    return newest.number


def keep(scope: Scope, kind: str, page: Page, *, is_last: bool) -> None:
    """Keep ``page`` in the place of what was fetched there before; the pages after it are old too."""
    values = {"content": json.dumps(page.rows).replace("\\u0000", "\\ufffd"), "row_count": len(page.rows)}
    with transaction.atomic():
        pages_of(scope, kind).filter(number__gte=page.number).delete()
        ShipStationPage.objects.create(scope=str(scope), kind=kind, number=page.number, is_last=is_last, **values)


def pages_of(scope: Scope, kind: str):
    """Return the kept pages of one list."""
    return ShipStationPage.objects.filter(scope=str(scope), kind=kind)


def is_whole(scope: Scope) -> bool:
    """True where both lists of ``scope`` were fetched to their ends."""
    kinds = ShipStationPage.objects.filter(scope=str(scope), is_last=True).values_list("kind", flat=True)
    return set(kinds) == set(Kind.values)


def rows_of(scope: Scope, kind: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a list as they were fetched, page by page; a row may come twice."""
    for page in pages_of(scope, kind).order_by("number").iterator(1):
        yield from json.loads(page.content)
