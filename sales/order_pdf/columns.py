"""Headings of tables: which kinds of columns there are, also in two lines and without gaps between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from .labels import expand, label_words
from .phrases import Phrase, Token
from .rows import Row

# kind, and how it is headed, the most wanted first.
COLUMN_LABELS: tuple[tuple[str, str], ...] = (
    (
        "ordered",
        """
        qty|quantity|units|ord|order|pcs ordered|order|ord|req|requested|reqd;
        ordered|ord|order|requested|req qty|quantity|units|pcs; ordered; ord; confirmed|conf qty|quantity;
        qty|quantity confirmed; requested; order amount qty
        """,
    ),
    (
        "quantity",
        """
        qty; quantity; qty ea|each|units|uom|um|unit|pcs; quantity uom|um|unit|ea; units; pcs; pieces; count;
        no of units|pcs; qty &  uom; # of units; # units; qnty; qty s; menge
        """,
    ),
    (
        "shipped",
        """
        qty|quantity|units shipped|ship|shp|shpd|shipd|delivered|picked|fulfilled|packed|allocated|sent;
        shipped|ship|shp|delivered|delivery|shpd|fulfilled qty|quantity|units; shipped; shp; shp qty; ship;
        delivered; shpd; this shipment
        """,
    ),
    (
        "other",
        """
        qty|quantity back|b|bo|backordered|backorder|open order|ordered|ord|o?;
        qty|quantity remaining|due|outstanding|pending|canceled|cancelled order|ordered|ord|o?;
        back|b order|ordered|ord|o qty|quantity?; backordered|backorder|bkord|bo|b/o qty|quantity?;
        open|remaining|outstanding|due qty|quantity|units?; bkordered; backord; qty|quantity to pick|ship;
        to pick; picked; pick qty?; picked qty|by?; qty|quantity picked; pick; verified; checked; pulled
        """,
    ),
    (
        "sku",
        """
        sku #|code?;
        item|part|product|catalog|catalogue|cat|stock|article|material|model|mfr|mfg|inventory #|code|id;
        part; material; article; catalog; our item|part|product #|code?; item sku|product; product sku; cat;
        catalogue; ref; ref #; reference; reference #; model; style; vendor part|item #?; p n; pn; item part #;
        product item #|code
        """,
    ),
    (
        "item",
        """
        item; product; items; products; item|product name; item details; product details; article; goods;
        item|product|sku|code|part & description; item|product|sku|part description;
        description|item item|sku|product; your order|items; product|item information; service; product service;
        service item; products ordered; items ordered|in order?; item|items|product #? description
        """,
    ),
    (
        "description",
        """
        description; item|product|part|material|article|goods|service|line descriptions|description|desc|descr;
        desc; descr; description of goods|item|items|product|products|material|article; product|item name; title;
        name; details; particulars; item|product text; designation; commodity
        """,
    ),
    (
        "lots",
        """
        lot|batch|serial|ser|lots|batches|serials #|code|id?; lot serial|batch|sn #?; lot # s; lot s;
        lot|batch #? exp|expiry|expiration date?; batch lot|serial #?; serial lot #?; lot|batch|serial numbers;
        serial batch #?; lot # serial #; s n; lot|batch info|details|control?; lot control #; control #;
        lot # quantity|qty; lot|batch expiry|exp
        """,
    ),
    (
        "expiry",
        """
        exp|expiry|expiration|expires|expire date|dt|on?; use|best by|before; sterile exp; expiration|expiry exp;
        use by date; shelf life
        """,
    ),
    (
        "unit_price",
        """
        unit|net|sales|selling|your|list|item|each|contract|price|cost price|cost|rate;
        unit price|cost|rate usd|$|each|per; price|rate|cost each|unit|ea|usd|uom|um; price; rate; cost; each;
        unit amount; u price; price per unit|uom|ea; unit price; net unit price; unit cost; unit $;
        unit net|sell|selling price; price $; per unit
        """,
    ),
    (
        "amount",
        """
        amount; amt; extension; ext; total;
        extended|ext|line|net|total|sub|item|order price|amount|amt|total|value|cost|usd|$;
        line|net|total|order value; amount usd|$; total usd|$|price|amount; value; subtotal; sub total;
        line ext|extension|extended; extended; price extension; line net; sum; ext d price|amount;
        extnd price|amount
        """,
    ),
    (
        "uom",
        """
        uom; price unit|uom|per;
        um; u m; unit; unit of measure|meas; units; u o m; uoms; pack; pkg; pack size; sell unit;
        unit meas|measure; s u; un; ea uom; per
        """,
    ),
    (
        "line",
        """
        line #?; ln #?; #; pos; position; seq; sr|sl|s|row|itm #?; item; li; pos #; lne; no_
        """,
    ),
    (
        "other",
        """
        tax; taxes; tax|vat|gst code|rate|%|amount|amt?; disc; discount; disc|discount %|amount|amt|pct?; vat; %;
        t; tx; taxable; date due|required|promised|requested|shipped?; due date?;
        ship|delivery|promise|promised|requested|req|required|sched|schedule|est date|dt; weight; wt; net weight;
        gross weight; bin; bin location|loc|#?; location; loc; shelf; whse; wh; warehouse;
        customer|cust|your item|part|product|po #|ref?; status; hs code; coo; country of? origin; origin; gtin;
        upc; udi; udi di; ndc; hcpcs; manufacturer; mfr; brand; size; color; carton; ctn; box; case; notes;
        comments; comment; check; ok; ✓; initials; init; type; category; class; image; photo; rev; revision;
        delivery; ship; ship via; project; memo; options; aisle; zone; cd; g l; account; job; currency; cur; rel;
        release; sched; stock; on hand; avail; available; barcode; remarks; cond; temp; store; fulfilled; dept; m;
        c; n; d; x; tare; pallet
        """,
    ),
)

_WIDE = 150.0  # points
UNNAMED = "unnamed"  # a heading that the grammar does not know: its texts belong to no other column


@dataclass
class Column:
    """One column of a table: its kind and how far its heading, later also its text, reaches."""

    kind: str
    rank: int
    heading: str
    x0: float
    x1: float


@cache
def _grammar() -> dict[tuple[str, ...], tuple[str, int]]:
    table: dict[tuple[str, ...], tuple[str, int]] = {}
    for kind, patterns in COLUMN_LABELS:
        for rank, pattern in enumerate(patterns.split(";")):
            for words in expand(pattern):
                if words:
                    table.setdefault(words, (kind, rank))
    return table


def _words(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple(part for token in tokens for part in label_words(token.text))


def _column(tokens: Sequence[Token]) -> Column | None:
    """Return the column that these words head, None where they are no heading."""
    found = _grammar().get(_words(tokens))
    if not found:
        return None
    heading = " ".join(token.text for token in tokens)
    return Column(*found, heading, min(t.x0 for t in tokens), max(t.x1 for t in tokens))


def _partition(tokens: Sequence[Token]) -> list[Column] | None:
    """Cut words without gaps into headings, the longest first: "QTY ORD QTY SHP UM" are three."""
    if not tokens:
        return []
    for end in range(min(5, len(tokens)), 0, -1):
        head = _column(tokens[:end])
        if head and (rest := _partition(tokens[end:])) is not None:
            return [head, *rest]
    return None


def heading_columns(band: Sequence[Row]) -> tuple[list[Column], int, int]:
    """Return the columns that one to three rows head together, and how many of their texts head them and do not."""
    columns: list[Column] = []
    known = unknown = 0
    for group in _stacks(band):
        tokens = [token for phrase in group for token in phrase.tokens]
        whole = _column(tokens)
        if whole:
            columns.append(whole)
            known += len(group)
            continue
        side_by_side = _token_stacks(group)
        if side_by_side:
            columns.extend(side_by_side)
            known += len(group)
            continue
        for phrase in group:
            parts = _partition(phrase.tokens)
            known += parts is not None
            unknown += parts is None
            columns.extend(parts or [Column(UNNAMED, 0, phrase.text, phrase.x0, phrase.x1)])
    return sorted(columns, key=lambda column: column.x0), known, unknown


def _stacks(band: Sequence[Row]) -> list[list[Phrase]]:
    """Group the phrases of the rows that stand on top of each other."""
    stacks: list[list[Phrase]] = []
    for row in band:
        for phrase in row.phrases:
            for part in _parts_under(stacks, phrase):
                fitting = _above(stacks, part)
                if len(fitting) == 1:
                    fitting[0].append(part)
                else:
                    stacks.append([part])
    return stacks


def _token_stacks(group: Sequence[Phrase]) -> list[Column]:
    """Return the headings of two lines whose words stand in columns without gaps: "Extended Order", "Price Qty"."""
    stacks: list[list[Token]] = []
    for phrase in group if len(group) > 1 else ():
        for token in phrase.tokens:
            over = next((stack for stack in stacks if _stands_on(stack[-1], token)), None)
            if over:
                over.append(token)
            else:
                stacks.append([token])
    columns = [column for stack in stacks if (column := _column(stack))]
    return columns if len(columns) == len(stacks) else []


def _stands_on(upper: Token, lower: Token) -> bool:
    return min(upper.x1, lower.x1) > max(upper.x0, lower.x0) and upper.bottom < lower.bottom


def _above(stacks: list[list[Phrase]], phrase: Phrase) -> list[list[Phrase]]:
    return [stack for stack in stacks if stack[-1].bottom < phrase.bottom - 1 and _overlap(stack, phrase) > 0.3]


def _parts_under(stacks: list[list[Phrase]], phrase: Phrase) -> list[Phrase]:
    """Cut a lower line that stands under several headings without a gap: "Ord" under "Qty", "#" under "Part"."""
    if len(phrase.tokens) < 2 or len(_above(stacks, phrase)) < 2:
        return [phrase]
    groups: list[tuple[list, list[Token]]] = []
    for token in phrase.tokens:
        over = _above(stacks, Phrase((token,)))
        if groups and groups[-1][0] == over:
            groups[-1][1].append(token)
        else:
            groups.append((over, [token]))
    return [Phrase(tuple(tokens)) for _, tokens in groups]


def _overlap(stack: list[Phrase], phrase: Phrase) -> float:
    x0, x1 = min(p.x0 for p in stack), max(p.x1 for p in stack)
    shared = min(x1, phrase.x1) - max(x0, phrase.x0)
    return shared / max(1.0, min(x1 - x0, phrase.x1 - phrase.x0))


def heads_in(row: Row) -> int:
    """Return how many of the row's texts are headings as they stand."""
    return sum(len(_partition(phrase.tokens) or ()) for phrase in row.phrases if len(phrase.tokens) < 12)


def is_heading(columns: Sequence[Column]) -> bool:
    """A table of goods has a quantity, something that names the goods, and one column more or a wide gap between."""
    columns = [column for column in columns if column.kind != UNNAMED]
    kinds = {column.kind for column in columns}
    counted = kinds & {"ordered", "quantity", "shipped"}
    named = kinds & {"sku", "item", "description"}
    wide = len(columns) == 2 and columns[1].x0 - columns[0].x1 > _WIDE
    return bool(counted and named) and (wide or len(kinds) >= 3 or len(columns) >= 3)
