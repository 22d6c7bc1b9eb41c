"""Warehouses and storefronts named by kind and key, so that sums over the ledger need not read their rows."""

from collections.abc import Iterable
from typing import NamedTuple

from eqms.text_key import folded
from inventory.models import Place, StoreFront, TransferRequest, Warehouse

SIDES = ("from_warehouse_id", "from_storefront_id", "to_warehouse_id", "to_storefront_id")
WAREHOUSE, STOREFRONT = "warehouse", "storefront"
KINDS: dict[str, type[Warehouse] | type[StoreFront]] = {WAREHOUSE: Warehouse, STOREFRONT: StoreFront}


class PlaceKey(NamedTuple):
    """A warehouse or a storefront, without its row."""

    kind: str
    id: int

    @classmethod
    def of(cls, warehouse: int | None, storefront: int | None) -> "PlaceKey | None":
        """The place that one side of a ledger line names, None where the units come from outside or leave."""
        if warehouse is not None:
            return cls(WAREHOUSE, warehouse)
        return None if storefront is None else cls(STOREFRONT, storefront)

    def __str__(self):
        return f"{self.kind}-{self.id}"


def source_of(request: TransferRequest) -> PlaceKey:
    """Return the place that the units of ``request`` leave, without a query."""
    storefront = request.from_storefront_id
    place = PlaceKey.of(None if storefront else request.warehouse_id, storefront)
    assert place is not None  # the database wants one of the two
    return place


def places_of(keys: Iterable[PlaceKey]) -> dict[PlaceKey, Place]:
    """Return the rows of ``keys``. Two queries."""
    ids: dict[str, set[int]] = {kind: set() for kind in KINDS}
    for key in keys:
        ids[key.kind].add(key.id)
    return {
        PlaceKey(kind, place.pk): place
        for kind, model in KINDS.items()
        for place in model.objects.filter(pk__among=sorted(ids[kind]))
    }


def plain_name(name: str) -> str:
    """Return a place's name without case and superfluous blanks."""
    return " ".join(folded(name).split())
