"""A shipment as somebody reports it, before anything of it is known."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from distribution.models import Distribution
from eqms.columns import canonical_bytes
from eqms.dates import EARLIEST
from eqms.text_key import letters_and_digits, remembering
from inventory.code_key import code_key_or_empty
from inventory.models import Place, StoreFront, Warehouse
from sales.address_block import AddressBlock
from sales.models import SalesOrder
from sales.order_number_key import order_number_key_or_empty

CONTENT = "content-"  # how keys begin that are made from what was reported
REMEMBERED = 20_000  # keys of shipments that are looked at again and again while one import runs
NOBODY = AddressBlock()
PLACES: dict[str, type[Place]] = {str(model._meta.model_name): model for model in (Warehouse, StoreFront)}


class Trouble(NamedTuple):
    """Why a shipment, or one of its lines (by its place, from 0), is not taken in.

    ``field`` names what is wrong: sku, lot_number, quantity, ship_date, order_number, place or source.
    """

    line: int | None
    field: str
    value: str
    reason: str
    remedy: str

    def __str__(self):
        shown = f' "{self.value}"' if self.value else ""
        return f"{self.field.replace('_', ' ')}{shown} {self.reason}. {self.remedy}"


class NewLine(NamedTuple):
    """Units of one product: its SKU or any other code, the lot as it was reported."""

    sku: str
    quantity: int
    lot_number: str = ""
    serial_number: str = ""
    because: str = ""  # why the line is written; the shipment's own reason where it is empty

    @property
    def goods(self) -> tuple[str, str, str, int]:
        """What makes it the same goods as another line, as far as a report says it."""
        lot, serial = code_key_or_empty(self.lot_number), code_key_or_empty(self.serial_number)
        return code_key_or_empty(self.sku), lot, serial, self.quantity


class NewShipment(NamedTuple):
    """One shipment as reported.

    ``external_key`` "": by hand there is none, else it is made from the content. ``tracking_number`` None:
    nothing is said about it, so it makes no difference to another shipment. ``is_whole``: ``lines`` are all of
    it; rows of a file may be some of it. ``place`` None: the default place of the source.
    """

    source: str
    ship_date: date
    lines: tuple[NewLine, ...]
    because: str
    order_number: str = ""
    external_key: str = ""
    consignee: AddressBlock = NOBODY
    contact: str = ""
    carrier: str = ""
    tracking_number: str | None = None
    rep_name: str = ""
    notes: str = ""
    place: Place | None = None
    is_whole: bool = True

    @property
    def order_key(self) -> str:
        return order_number_key_or_empty(self.order_number)

    @property
    def key(self) -> str | None:
        """What makes it one shipment of its source, None for an entry by hand."""
        if self.external_key:
            return self.external_key
        return None if self.source == Distribution.Source.MANUAL and self.is_whole else content_key(self)

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON can hold it: a skipped shipment keeps it whole."""
        place = self.place and [self.place._meta.model_name, self.place.pk]
        plain = {"ship_date": self.ship_date.isoformat(), "place": place, "consignee": list(self.consignee)}
        return {**self._asdict(), **plain, "lines": [list(line) for line in self.lines]}

    @classmethod
    def from_json(cls, content: Mapping[str, Any], place: Place | None = None) -> "NewShipment":
        """Return the shipment that ``as_json`` gave; ``place`` is the row that it names."""
        plain = {
            "ship_date": date.fromisoformat(content["ship_date"]),
            "place": place,
            "consignee": AddressBlock(*content["consignee"]),
        }
        return cls(**{**content, **plain, "lines": tuple(NewLine(*line) for line in content["lines"])})

    @classmethod
    def kept_in(cls, content: str) -> "NewShipment | None":
        """Return the shipment that a skipped one keeps, without its place; None where it cannot be read."""
        try:
            found = json.loads(content)
            new = cls.from_json(found) if "lines" in found else None
            place = found.get("place")
        except (ValueError, TypeError, KeyError, AttributeError):
            return None  # of another release, or edited
        well = new is not None and new.is_well_typed and (place is None or is_place(place))
        return new if well else None

    @property
    def is_well_typed(self) -> bool:
        """True where every text is one and every quantity a number, as far as others rely on it."""
        texts = [self.source, self.because, self.order_number, self.external_key, self.contact, self.carrier]
        texts += [*self.consignee, self.tracking_number or "", self.rep_name, self.notes]
        for line in self.lines:
            texts += [line.sku, line.lot_number, line.serial_number, line.because]
        return all(type(text) is str for text in texts) and all(type(line.quantity) is int for line in self.lines)


def is_place(kept: object) -> bool:
    """True for the kind and the key of a place, as a shipment keeps it."""
    return isinstance(kept, list) and [type(part) for part in kept] == [str, int] and kept[0] in PLACES


def content_key(new: NewShipment) -> str:
    """Return a key that equal reports of one shipment share: day, order, facility by its name, tracking number."""
    return key_of_content(new.ship_date, new.order_number, new.consignee.name, new.tracking_number or "")


@lru_cache(REMEMBERED)
def key_of_content(ship_date: date, order_number: str, facility: str, tracking_number: str) -> str:
    """Return the key of ``content_key``, remembered: each shipment is asked for it several times."""
    order = order_number_key_or_empty(order_number) or letters_and_digits(order_number)
    parts = [ship_date.isoformat(), order, facility_key(facility), tracking_key(tracking_number)]
    return f"{CONTENT}{hashlib.sha256(canonical_bytes(parts)).hexdigest()[:40]}"


@remembering
def facility_key(name: str) -> str:
    """Return a facility's name without case, blanks and punctuation: spellings of one export agree in it."""
    return letters_and_digits(name)


@remembering
def tracking_key(number: str) -> str:
    """Return a tracking number without case, blanks and punctuation."""
    return letters_and_digits(number)


def too_early(day: date, order: SalesOrder | None) -> tuple[str, str] | None:
    """Return why a person may not enter ``day``, and what to do: goods do not leave before somebody orders them.

    What others report is taken as it is: an order may be dated when it was typed, after the goods left.
    """
    if day < EARLIEST:
        return f"is before {EARLIEST}, the first day that is read", "Write the day the goods left."
    if order is not None and day < order.order_date:
        remedy = "Write the day the goods left, or correct the date of the order first."
        return f"is before {order.order_date}, the date of order {order.order_number}", remedy
    return None
