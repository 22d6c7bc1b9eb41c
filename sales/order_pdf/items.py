"""From the texts of one table row to code, description, lots, quantity and prices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from . import values
from .paper import Field
from .phrases import Phrase, union
from .tables import Item

_LOT_WORD = r"(?:lots?|batch(?:es)?|serials?|ser|s/n|sn)"
_LOT_LABEL = re.compile(
    rf"(?i)(?<![\w-]){_LOT_WORD}(?:\s*/\s*{_LOT_WORD})*(?:\s*\(s\))?\s*(?:numbers?|nos?\.?|nbr|codes?|id)?\s*[:#.]*\s*(?=[\w#])"
)
_LOT_AT_END = re.compile(
    rf"(?i)(?<![\w-]){_LOT_WORD}(?:\s*/\s*{_LOT_WORD})*\s*(?:numbers?|no|nos)?\s*[:#.]*(?:\s*[\w./-]*\d[\w./-]*,)*$"
)
_LOT = re.compile(r"(?=[A-Za-z0-9./-]*\d[A-Za-z0-9./-]*\d)[A-Za-z0-9][A-Za-z0-9./-]{3,24}")
_LOT_GLUE = re.compile(
    r"(?i)[\s,;&|]*(?:and\b|\(?\s*(?:x|qty:?)?\s*\d{1,4}\s*(?:x|ea|units?|pcs)?\s*\)|x\s?\d{1,4}\b|qty:?\s*\d+|#)?[\s,;&|]*"
)
_EXPIRY = re.compile(
    r"(?i)[\s,;(|-]*\b(?:exp(?:iry|iration|ires|ires on)?|use by|best before|mfg|mfd)\.?\s*(?:date|dt|on)?\s*[:.]?\s*"
    r"(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[-/.]\d{2,4}|\d{4}[-/.]\d{1,2}|[a-z]{3,9}[-/. ]\d{2,4}"
    r"|\d{1,2}[-/. ]?[a-z]{3}[-/. ]?\d{2,4})\)?"
)
_SKU_LABEL = re.compile(
    r"(?i)(?<![\w-])(?:sku|(?:item|part|product|cat(?:alog)?|ref|mfr|model|stock|article|material)\s*(?:no|num|number|code|id|#)\.?|p/n|pn|ref|upc)"
    r"\s*[:#.]*\s*[:#]\s*#?([A-Za-z0-9][A-Za-z0-9._/-]*)"
)
_REMARK = re.compile(
    r"(?i)(?:notes?\b|please\b|ship (?:complete|partial|separately|together)|see attached|do not\b|back-?order)"
)
_BRACKET = re.compile(r"^\[\s*([^\[\]]{2,30}?)\s*\]\s*")
_CODE = re.compile(r"(?=[^\s]*\d)[A-Za-z0-9][A-Za-z0-9._/-]{2,29}")


@dataclass
class _Text:
    """One line of a description and the phrases it came from."""

    text: str
    phrases: list[Phrase]


@dataclass
class ItemReader:
    """Reads the items of one paper; it knows how far each column's texts reach, to tell wrapped lines from notes."""

    count_kinds: Sequence[str]
    reach: float = 0.0
    pitch: float = 0.0
    rank: int = 0
    problems: list[str] = field(default_factory=list)

    def learn(self, items: Sequence[Item]) -> None:
        """Remember the right edge of the descriptions and the smallest step from line to line."""
        steps = []
        for item in items:
            lines = item.cells.get("description") or item.cells.get("item") or []
            texts = [
                line for line in lines if not _LOT_LABEL.match(line[0].text) and not _SKU_LABEL.match(line[0].text)
            ]
            self.reach = max([self.reach, item.room, *(line[-1].x1 for line in texts)])
            steps += [after[0].bottom - before[0].bottom for before, after in zip(lines, lines[1:], strict=False)]
        self.pitch = min((step for step in steps if step > 1), default=0.0)

    def read(self, item: Item) -> dict[str, Field]:
        """Return the fields of one line; what cannot be read is left out and named in ``problems``."""
        self.rank += 1
        line: dict[str, Field] = {}
        texts, sku = self._sku_and_texts(item)
        lots, texts = self._lots(texts)
        column_lots = _column_lots(item.cells.get("lots", []), sku.value if sku else None)
        for lot, _ in lots + column_lots:
            if values.phone(lot):
                self._problem(item, f'the lot "{lot}" looks like a telephone number')
        lots, column_lots = ([(lot, at) for lot, at in some if not values.phone(lot)] for some in (lots, column_lots))
        description = self._description(texts)
        if sku:
            line["sku"] = sku
        if description:
            text = " ".join(part.text for part in description)
            line["description"] = _field(text, [p for part in description for p in part.phrases])
        all_lots = lots + column_lots
        if all_lots:
            line["lots"] = _field(list(dict.fromkeys(lot for lot, _ in all_lots)), [p for _, p in all_lots])
        self._quantity(item, line)
        for kind in ("unit_price", "amount"):
            self._money(item, kind, line)
        if not sku:
            self._problem(item, "its item code could not be read")
        return line

    def _problem(self, item: Item, what: str) -> None:
        self.problems.append(f"Line {self.rank} on page {item.page}: {what}.")

    def _quantity(self, item: Item, line: dict[str, Field]) -> None:
        for kind in self.count_kinds:
            phrases = [phrase for row in item.cells.get(kind, []) for phrase in row]
            if not phrases:
                continue
            printed = " ".join(phrase.text for phrase in item.cells[kind][0])
            counted = values.quantity(printed)
            if counted is None:
                self._problem(item, f'the quantity "{printed}" is no whole number')
            elif counted == 0 and kind != "shipped":
                self._problem(item, "the quantity is zero")
            else:
                line["quantity"] = _field(counted, item.cells[kind][0], printed)
            return
        self._problem(item, "it has no quantity")

    def _money(self, item: Item, kind: str, line: dict[str, Field]) -> None:
        lines = item.cells.get(kind) or (item.cells.get("uom_or_price") if kind == "unit_price" else None)
        if not lines:
            return
        printed = " ".join(phrase.text for phrase in lines[0])
        amount = values.money(re.sub(r"(?i)\s*(?:/|per)\s*[a-z]+\.?$|\s+[a-z]{2}$", "", printed))
        if amount is not None:
            line[kind] = _field(amount, lines[0], printed)

    def _sku_and_texts(self, item: Item) -> tuple[list[_Text], Field | None]:
        """Return the lines of the description without the code, and the code."""
        name = "description" if "description" in item.cells else "item"
        texts = [_Text(" ".join(p.text for p in line), line) for line in item.cells.get(name, [])]
        if item.cells.get("sku"):
            return texts, self._own_column(item)
        found = None
        kept = []
        for number, part in enumerate(texts):
            code, rest = _embedded_code(part.text, first=number == 0, alone=len(texts) > 1)
            if code and found is None:
                found = _field(code, part.phrases, code)
                part = _Text(rest, part.phrases)
            if part.text:
                kept.append(part)
        return kept, found

    def _own_column(self, item: Item) -> Field:
        lines = item.cells["sku"]
        text, used = " ".join(p.text for p in lines[0]), list(lines[0])
        for line in lines[1:]:
            if not text.endswith("-"):
                break
            text, used = text + " ".join(p.text for p in line), used + line
        return _field(text.strip("[]"), used, text)

    def _lots(self, texts: list[_Text]) -> tuple[list[tuple[str, Phrase]], list[_Text]]:
        """Take lots, expiry dates and codes out of the description's lines."""
        lots: list[tuple[str, Phrase]] = []
        kept: list[_Text] = []
        open_list = False
        for part in _joined(texts):
            text = _EXPIRY.sub("", part.text)
            if open_list and (more := _lot_list(text)) and not more[1].strip(" ,;"):
                lots += [(lot, part.phrases[0]) for lot in more[0]]
                open_list = text.rstrip().endswith(",")
                continue
            rest, found = _without_lots(text)
            lots += [(lot, part.phrases[0]) for lot in found]
            open_list = bool(found) and text.rstrip().endswith(",")
            rest = _trimmed(_SKU_LABEL.sub("", rest)) if rest != part.text else rest
            if rest:
                kept.append(_Text(rest, part.phrases))
        return lots, kept

    def _description(self, texts: list[_Text]) -> list[_Text]:
        """Return the first paragraph: lines below belong to it only while they are wrapped, else they are notes."""
        kept: list[_Text] = []
        for part in texts:
            if kept and (_REMARK.match(part.text) or not self._wraps(kept[-1], part)):
                break
            kept.append(part)
        return kept

    def _wraps(self, before: _Text, part: _Text) -> bool:
        """A line is wrapped when its first word found no room on the line before."""
        first = part.phrases[0].tokens[0]
        if part.phrases[0].page != before.phrases[-1].page:
            return False
        end, step = before.phrases[-1].x1, part.phrases[0].bottom - before.phrases[-1].bottom
        if end + 0.25 * first.size + (first.x1 - first.x0) < self.reach - 0.5:
            return False
        return not self.pitch or step < self.pitch + 0.7 or step < 1.28 * first.size


def _field(value: object, phrases: Sequence[Phrase], printed: str | None = None) -> Field:
    text = printed if printed is not None else " ".join(phrase.text for phrase in phrases)
    return Field(value, text, phrases[0].page, union(phrase.place for phrase in phrases))


def _embedded_code(text: str, *, first: bool, alone: bool) -> tuple[str | None, str]:
    """Return the code inside a description and the text without it: "[A-1] Tube", "SKU: A-1", "A-1" above the name."""
    if first and (found := _BRACKET.match(text)):
        return found[1], text[found.end() :]
    if found := _SKU_LABEL.search(text):
        return found[1], _trimmed(text[: found.start()] + text[found.end() :])
    if first and alone and _CODE.fullmatch(text):
        return text, ""
    if first and (found := re.match(rf"({_CODE.pattern})\s+[-–—:|]\s+", text)):
        return found[1], text[found.end() :]
    return None, text


def _joined(texts: list[_Text]) -> list[_Text]:
    """Join a line that ends with "Lot:" with the next one, which holds the number."""
    joined: list[_Text] = []
    for part in texts:
        if joined and _LOT_AT_END.search(joined[-1].text) and _LOT.match(part.text):
            joined[-1] = _Text(f"{joined[-1].text} {part.text}", joined[-1].phrases + part.phrases)
        else:
            joined.append(part)
    return joined


def _trimmed(text: str) -> str:
    """Remove what is left at the ends when a code or lot was taken out."""
    return re.sub(r"[(\[]\s*[)\]]", "", text).strip(" ,;|-")


def _without_lots(text: str) -> tuple[str, list[str]]:
    """Return the text without its "Lot: a, b" and the lots."""
    lots: list[str] = []
    while found := _LOT_LABEL.search(text):
        listed, rest = _lot_list(text[found.end() :])
        if not listed:
            return text, lots
        lots += listed
        text = (text[: found.start()].rstrip(" ,;|(-") + " " + rest.lstrip(" ,;|)")).strip()
    return text, lots


def _lot_list(text: str) -> tuple[list[str], str]:
    """Return the lots at the beginning of the text and what follows them."""
    lots, position = [], 0
    while found := _LOT.match(text, position):
        lots.append(found.group().rstrip("./-"))
        glue = _LOT_GLUE.match(text, found.end())
        position = glue.end() if glue else found.end()
    return lots, text[position:]


def _column_lots(lines: Sequence[Sequence[Phrase]], sku: str | None) -> list[tuple[str, Phrase]]:
    """Return the lots of a lot column; where it lists several codes with their lots, only this code's."""
    text = " ".join(phrase.text for line in lines for phrase in line)
    pairs = re.findall(r"(?i)sku\s*[:#]\s*(\S+)\s+lot\s*[:#]\s*(\S+)", text)
    if pairs:
        return [(lot, lines[0][0]) for code, lot in pairs if code == sku][:1]
    found = []
    for line in lines:
        for phrase in line:
            plain = _LOT_LABEL.sub(" ", _EXPIRY.sub(" ", phrase.text))
            lots, rest = _lot_list(plain.strip())
            if not rest.strip(" ,;"):
                found += [(lot, phrase) for lot in lots]
    return found
