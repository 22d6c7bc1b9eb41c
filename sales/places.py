"""Where on its paper each figure stands: what the pages draw over the picture. Pure: no database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Values = Mapping[str, Any]
LABELS = {"po_number": "PO number", "sku": "SKU", "contact_email": "Contact e-mail", "lots": "Lots"}


class Place(NamedTuple):
    """One figure on a page; x, y, width and height in points from the upper left corner of the page."""

    name: str
    label: str
    page: int
    x: float
    y: float
    width: float
    height: float
    printed: str
    doubt: str

    @property
    def anchor(self) -> str:
        return f"place-{self.name.replace('.', '-')}"


@dataclass
class PagePicture:
    """A page with its size in points and the places on it."""

    number: int
    width: float
    height: float
    places: list[Place] = field(default_factory=list)


@dataclass
class Places:
    """The figures of one paper that have a place: of its head by field name, of its lines from the first on."""

    head: dict[str, Place]
    lines: list[dict[str, Place]]

    def __iter__(self) -> Iterator[Place]:
        yield from self.head.values()
        for line in self.lines:
            yield from line.values()

    def on(self, pages: list[PagePicture]) -> list[PagePicture]:
        """Return ``pages`` with the places that stand on each."""
        by_number = {page.number: page for page in pages}
        for found in self:
            if found.page in by_number:
                by_number[found.page].places.append(found)
        return pages


def places_of(read: Values) -> Places:
    """Return the places of what the reader saw (``Paper.to_json``)."""
    head = {name: place(name, words(name), found) for name, found in read.get("fields", {}).items() if has_box(found)}
    lines = [
        {
            name: place(f"line-{number}-{name}", f"Line {number} {words(name)}", found)
            for name, found in line.items()
            if has_box(found)
        }
        for number, line in enumerate(read.get("lines", []), 1)
    ]
    return Places(head, lines)


def pictures(pages: list[Values], first: int | None, last: int | None) -> list[PagePicture]:
    """Return the pages from ``first`` to ``last`` that the reader measured."""
    if first is None or last is None:
        return []
    known = {page["number"]: page for page in pages}
    return [PagePicture(n, known[n]["width"], known[n]["height"]) for n in range(first, last + 1) if n in known]


def has_box(found: Values) -> bool:
    """True where the reader knows where the figure stands."""
    return bool(found.get("box"))


def place(name: str, label: str, found: Values) -> Place:
    """Return the place of one figure, a point wider than its letters on each side."""
    x0, top, x1, bottom = found["box"]
    size = (x0 - 1, top - 1, x1 - x0 + 2, bottom - top + 2)
    return Place(name, label, found["page"], *size, found.get("printed", ""), found.get("doubt", ""))


def words(name: str) -> str:
    """Return the label of a field: "ship_to.name" is "Ship-to name"."""
    return LABELS.get(name) or name.replace("_", "-" if "." in name else " ").replace(".", " ").capitalize()
