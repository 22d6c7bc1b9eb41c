"""What kind of paper: its title says so, or what stands on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from . import paper
from .labels import label_words
from .phrases import Phrase
from .rows import Row

OTHER = "other"  # an invoice, a quotation: a known title, but no paper that is read here

_TITLES: tuple[tuple[str, str], ...] = (
    (
        paper.PACKING_SLIP,
        r"""(?:packing|pack|packaging)\ ?(?:slip|list|note|ticket)|packlist|delivery\ (?:note|slip|ticket|docket)
        |(?:despatch|dispatch)\ note|shipping\ (?:list|slip|ticket|memo|order)|shipper|contents?\ list
        |pick\W{1,3}pack(?:ing)?\ (?:slip|list|ticket)
        |(?:advance\ )?(?:ship(?:ping|ment)?|dispatch|despatch)\ (?:notice|confirmation|advice|notification)""",
    ),
    (paper.SHIPPING_LABEL, r"(?:shipping|return|address)\ label"),
    (
        OTHER,
        r"""(?:tax\ |sales\ |commercial\ |pro\ ?forma\ )?invoice|(?:sales\ )?quot(?:e|ation)|estimate|purchase\ order
        |credit\ (?:memo|note)|statement(?:\ of\ account)?|receipt|bill\ of\ lading|remittance\ advice
        |certificate\ of\ (?:analysis|conformance)|return\ (?:authorization|order)|rma|newsletter|price\ list
        |(?:work|blanket)\ order""",
    ),
    (
        paper.SALES_ORDER,
        r"""sales\ order(?:\ (?:acknowledge?ment|confirmation|ack|form|copy|summary|details?))?
        |sales\ order\ pick(?:ing)?\ ?(?:ticket|list)
        |(?:sales\ )?order\ (?:acknowledge?ment|confirmation|ack|summary|details|form)
        |(?:sales\ )?(?:order\ )?acknowledge?ment(?:\ of\ (?:your\ )?order)?
        |(?:your\ |customer\ |standing\ )?order\ confirmation|confirmation\ of\ (?:your\ )?order
        |pick(?:ing)?\ ?(?:ticket|list|slip|sheet)(?:\ sales\ order)?
        |(?:your\ |customer\ |web\ |online\ )?order(?:\ details|\ summary)?|order\ is\ confirmed
        |thank\ you\ for\ your\ order""",
    ),
)
_PATTERNS = [(kind, re.compile(rf"(?x)(?:{pattern})(?P<rest>\W.*)?$")) for kind, pattern in _TITLES]
_MARKS = (
    "trk", "tracking", "actwgt", "bill sender", "dimmed", "ship date", "lb", "lbs", "from", "ground", "1 of 1",
    "weight", "wt", "usps", "fedex", "ups", "priority mail", "shp wt", "cad", "ref", "zone", "signature",
)  # fmt: skip


@dataclass(frozen=True)
class Title:
    """A phrase that names the kind of paper; ``number`` is what stands after the words, as in "Order # S00042"."""

    kind: str
    phrase: Phrase
    number: str

    @property
    def is_weak(self) -> bool:
        """Tell whether a carrier's label has the same words: "Shipper" above the sender, "Order 4711" in large type."""
        return bool(
            re.match(
                r"(?i)shipper\b|(?:(?:your|customer|web|online) )?order\b(?! (?:conf|ack|form|summ|det))",
                self.phrase.text,
            )
        )


def titles_of(rows: Sequence[Row]) -> list[Title]:
    """Return the titles from top to bottom."""
    titles = []
    for row in rows:
        for phrase in row.phrases:
            if len(phrase.tokens) <= 9 and (title := _title(phrase)):
                titles.append(title)
    return titles


def _title(phrase: Phrase) -> Title | None:
    plain = phrase.text.casefold().replace("-", " ") if len(phrase.tokens) < 3 else phrase.text.casefold()
    plain = re.sub(r"^(?:re|subject)\s*:\s*", "", plain)
    for kind, pattern in _PATTERNS:
        found = pattern.match(plain)
        if not found:
            continue
        rest = (found["rest"] or "").strip(" :-–—|#.!/&")
        rest = re.sub(r"^(?:no\b\.?|number\b|nr\b\.?|#)[\s:.#]*", "", rest)
        if not rest or pattern.fullmatch(rest):
            return Title(kind, phrase, "")
        if re.fullmatch(r"\S*\d\S*", rest):
            return Title(kind, phrase, phrase.tokens[-1].text)
        if re.fullmatch(r"(?:page\s*\d.*|\(?(?:copy|original|duplicate|reprint|continued|cont'?d?)\.?\)?)", rest):
            return Title(kind, phrase, "")
    return None


def looks_like_label(rows: Sequence[Row], *, turned: bool, small: bool = False) -> bool:
    """Tell whether the words are those of a carrier's label; a ``small`` page has the size of one."""
    words = " ".join(" ".join(label_words(token.text)) for row in rows for p in row.phrases for token in p.tokens)
    padded = f" {words} "
    marks = sum(f" {mark} " in padded for mark in _MARKS)
    to = " to " in padded
    if len(rows) >= 60 or not (to or small):
        return False
    return marks >= (1 if small and to else 2 if small or turned else 3)
