"""Compares papers as they were read with the truth beside the sample papers, after the exchange format's rules."""

import json
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from eqms.pdf.words import read_pages
from sales.order_pdf import as_schema, read_papers

SCALARS = (
    "order_number", "order_date", "customer_number", "po_number", "ship_date", "rep", "tracking_number",
    "contact_email", "contact_phone", "subtotal", "freight", "tax", "total",
)  # fmt: skip
BLOCKS = ("sold_to", "bill_to", "ship_to")
BLOCK_PARTS = ("name", "lines", "city", "state", "zip")
CORE = ("sku", "lots", "quantity")
LINE = (*CORE, "description", "unit_price", "amount")


@dataclass
class Score:
    """Counts over all compared papers; ``errors`` names each difference."""

    expected: int = 0
    found: int = 0
    matched: int = 0
    numbers: int = 0
    key: int = 0
    exact: int = 0
    right: int = 0
    wrong: int = 0
    missing: int = 0
    core_lines: int = 0
    lines_expected: int = 0
    lines_found: int = 0
    errors: list = field(default_factory=list)

    @property
    def detection(self) -> float:
        """F1 of papers."""
        return 2 * self.matched / max(1, self.expected + self.found)

    @property
    def header_fields(self) -> float:
        """Share of header fields that are right, those invented counted against it."""
        return self.right / max(1, self.right + self.wrong + self.missing)

    @property
    def core_f1(self) -> float:
        """F1 of lines whose code, lots and quantity are right."""
        return 2 * self.core_lines / max(1, self.lines_expected + self.lines_found)


def read_as_schema(path: Path) -> list[dict]:
    """Read a file into documents of the exchange format, unknown papers left out."""
    papers = read_papers(read_pages(path.read_bytes()))
    return [as_schema(paper, path.name) for paper in papers if paper.kind != "unknown"]


def truth_of(folder: Path) -> list[dict]:
    """Return the documents of a folder's truth.json."""
    return json.loads((folder / "truth.json").read_text())["orders"]


def score(truth: list[dict], found: list[dict]) -> Score:
    """Compare documents of the same file, kind and first page."""
    result = Score(expected=len(truth), found=len(found))
    waiting = list(found)
    for expected in truth:
        same = [doc for doc in waiting if _identity(doc) == _identity(expected)]
        same.sort(key=lambda doc: doc["order_number"] != expected["order_number"])
        if not same:
            result.errors.append((expected["file"], expected["pages"], "not found"))
            continue
        waiting.remove(same[0])
        _compare(result, expected, same[0])
    return result


def _identity(doc: dict) -> tuple:
    return doc["file"], doc["doc_type"], doc["pages"][0]


def _compare(result: Score, expected: dict, found: dict) -> None:
    result.matched += 1
    header = _header(expected, found)
    differing = [name for name, (want, got) in header.items() if want != got]
    for want, got in header.values():
        if want == got:
            result.right += want is not None
        elif got is None:
            result.missing += 1
        else:
            result.wrong += 1
    result.numbers += "order_number" not in differing
    core, exact = _same_lines(expected, found, CORE), _same_lines(expected, found, LINE)
    result.lines_expected += len(expected["lines"])
    result.lines_found += len(found["lines"])
    result.core_lines += core
    whole = len(expected["lines"]) == len(found["lines"])
    keys = [name for name in differing if name in ("order_number", "order_date") or name.startswith("ship_to")]
    result.key += not keys and whole and core == len(expected["lines"])
    result.exact += not differing and whole and exact == len(expected["lines"])
    for name in differing:
        result.errors.append((expected["file"], expected["pages"], name, *header[name]))
    if not whole or exact != len(expected["lines"]):
        result.errors.append((expected["file"], expected["pages"], "lines", exact, len(expected["lines"])))


def _header(expected: dict, found: dict) -> dict[str, tuple]:
    pairs = {name: (_normal(name, expected.get(name)), _normal(name, found.get(name))) for name in SCALARS}
    for block in BLOCKS:
        want, got = expected.get(block) or {}, found.get(block) or {}
        for part in BLOCK_PARTS:
            pairs[f"{block}.{part}"] = _normal(part, want.get(part)), _normal(part, got.get(part))
    return pairs


def _same_lines(expected: dict, found: dict, names: tuple[str, ...]) -> int:
    want = Counter(tuple(_normal(name, line.get(name)) for name in names) for line in expected["lines"])
    got = Counter(tuple(_normal(name, line.get(name)) for name in names) for line in found["lines"])
    return sum((want & got).values())


def _normal(name: str, value):
    if value is None or value == "" or value == []:
        return None
    if name == "lots":
        return tuple(sorted(_normal("lot", lot) for lot in value))
    if name == "lines":
        value = "".join(value)
    if isinstance(value, int | float):
        return round(float(value), 4)
    text = unicodedata.normalize("NFKC", str(value)).replace("\u00ad", "-").casefold()
    text = re.sub(r"\s+", "", text)
    if name == "contact_phone":
        return re.sub(r"\D", "", text)[-10:]
    if name == "order_number":
        return re.sub(r"^(?:#|so(?=\d{5,}$))", "", text)
    return re.sub(r"^p\.?o\.?#", "", text) if name == "po_number" else text
