"""The grammar of labels: which words on a paper name a value, and are therefore never a value themselves."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from . import values
from .phrases import Line, Phrase, Token

# kind, and how people print it, the surest first. "a|b" are alternatives, "?" may be missing, "#" is any of
# number, no., nr., num, nbr, "#". A rank rises with each row of a kind: "order date" is surer than "date".
FIELD_LABELS: tuple[tuple[str, str], ...] = (
    (
        "order_number",
        """
        sales? order #|id|code; sales|our order #?|ref|reference; so #; s o #; web|online|confirmed? order #?;
        order acknowledgement|acknowledgment|confirmation #|id?;
        acknowledgement|acknowledgment|confirmation|ack #; sales document|doc #?; pick|picking ticket|list|slip #;
        order|ord ref|reference; ord #; our ref|reference #?
        """,
    ),
    (
        "order_number",
        """
        order; sales order; document|doc #; ticket #; so; sales doc
        """,
    ),
    (
        "order_date",
        """
        sales? order|ord date|dt; date of? order|ordered; ordered|placed on; order placed on?; so date;
        date ordered|placed|entered; order entered|created on?;
        confirmation|acknowledgement|acknowledgment|ack date; order date time
        """,
    ),
    (
        "order_date",
        """
        ordered; document|doc date; placed; date; dated; entry date; created on?|date; issue date|d; date issued;
        entered; entered on;
        booked; order taken; taken on
        """,
    ),
    (
        "customer_number",
        """
        customer|cust|client|account|acct #|id|code; customer|cust|client account|acct #?|id;
        sold to|party #|id|code; sold to party #|id; your? customer #|id; cust account|acct|ac #?;
        ship|bill to #|id|code; customer ref code
        """,
    ),
    (
        "customer_number",
        """
        account; acct; cust; client; customer; a c #?; buyer #|id|code
        """,
    ),
    (
        "po_number",
        """
        customer|cust|your|buyer|buyers|client purchase? order #?;
        customer|cust|customers|your|client|buyer|buyers po #|ref|reference?; purchase order #|ref|reference?;
        po #|ref|reference; p o #|ref|reference?;
        customer|customers|cust|your|client|buyer|buyers ref|reference #?; customer|cust|your p o #?;
        purchase order|ord; customer order #|ref; po; your order #?|ref|reference
        """,
    ),
    (
        "ship_date",
        """
        actual|est|estimated|expected? ship|shipping|shipment|delivery date|dt|by|on|day;
        actual|est|estimated|expected? deliver|dispatch|despatch|arrival date|dt|by|on|day;
        planned|promised|promise|requested? ship|shipping|shipment|delivery date|dt|by|on|day;
        planned|promised|promise|requested? deliver|dispatch|despatch|arrival date|dt|by|on|day;
        req|reqd|required|scheduled|sched? ship|shipping|shipment|delivery date|dt|by|on|day;
        req|reqd|required|scheduled|sched? deliver|dispatch|despatch|arrival date|dt|by|on|day;
        projected|proposed|confirmed|target? ship|shipping|shipment|delivery date|dt|by|on|day;
        projected|proposed|confirmed|target? deliver|dispatch|despatch|arrival date|dt|by|on|day;
        date shipped|promised; shipped|ships|dispatched|delivered on|by|date;
        promised|promise|requested|req|reqd|required|scheduled date|dt|by|for?;
        expected|estimated|est|requested ship|shipping|shipment|delivery|arrival|dispatch;
        planned|scheduled|confirmed|promised ship|shipping|shipment|delivery|arrival|dispatch;
        ship|deliver|delivery|dispatch date time?; ship|deliver|shipping|delivery on|by; delivery; ships|shipped;
        date required|requested|needed; need by date?; eta; etd
        """,
    ),
    (
        "rep",
        """
        sales rep|representative|person|associate|agent|executive|consultant|contact code|name|#?;
        rep|representative code|name|#?; sales employee|clerk|engineer|assistant;
        salesperson|salesman|slsmn|slsm|slsp|slsrep|slspsn name|#|code?;
        sales|inside|outside|territory|account|acct sales? rep|representative|manager|mgr|executive|exec|by;
        your|our sales? rep|representative|contact; sold by; sales; seller contact; slsprsn
        """,
    ),
    (
        "tracking_number",
        """
        tracking|track|trk|tracer #|id|code|ref?; carrier|usps|ups|fedex|dhl tracking #?;
        pro|awb|waybill|airbill|parcel|consignment #; awb; waybill; airbill; shipment|shipping tracking #?; trk;
        tracking info|information
        """,
    ),
    (
        "contact_email",
        """
        customer|cust|contact|buyer|buyers|your|client|billing|purchaser e? email|mail address?;
        email|emails to|address|id?; e mail address?; mail; confirmation|confirm|send|sent emailed? to
        """,
    ),
    (
        "contact_phone",
        """
        customer|cust|contact|buyer|buyers phone|telephone|tel|ph|mobile #?;
        your|client|billing|purchaser|recipient phone|telephone|tel|ph|mobile #?; ship to phone|telephone|tel #?;
        phone|telephone|tel|ph|mobile|cell #?
        """,
    ),
    (
        "contact",
        """
        customer|your|order|ordered|buyer|purchasing contact name|person?; contact name|person|info|details|#?;
        ordered|requested|placed by; attn|attention; buyer name?; c o
        """,
    ),
    (
        "subtotal",
        """
        sub total; subtotal; net order|amount|value|total|sales|price; untaxed amount|total;
        merchandise|goods|items|item|product|products|line|lines|material sub? total|subtotal|value|amount;
        order sub total; order subtotal; total net amount|value|price?;
        total before|excl|excluding|ex tax|taxes|vat; total merchandise|goods|items|lines; merchandise;
        merch total?; value of goods; order amount
        """,
    ),
    (
        "freight",
        """
        freight|shipping|postage|carriage|delivery|handling charge|charges|cost|costs|fee|fees|amount|total|amt?;
        freight|shipping|postage|carriage & handling|h|insurance|packing|delivery|p charge|charges|cost|costs?;
        freight|shipping|postage|carriage & handling|h|insurance|packing|delivery|p fee|fees|amount|total|amt?;
        delivery|ship|s|p|shipment & handling|h|insurance|packing|delivery|p charge|charges|cost|costs?;
        delivery|ship|s|p|shipment & handling|h|insurance|packing|delivery|p fee|fees|amount|total|amt?;
        freight|shipping|delivery handling charge|charges|cost|fee|amount?; total freight|shipping; shipping h;
        postage packing; freight in|out; est|estimated shipping|freight;
        transport|transportation|courier charge|charges|cost|fee?; add freight|shipping
        """,
    ),
    (
        "tax",
        """
        sales|state|local|total|est? sales? tax|taxes|vat|gst|hst total|amount|amt?;
        estimated|vat|output|use|state? sales? tax|taxes|vat|gst|hst total|amount|amt?; tax vat; vat tax;
        sales tax total; state local tax; estimated sales tax; total sales tax; add sales? tax
        """,
    ),
    (
        "total",
        """
        sales? order|grand|document|net|gross|invoice|final|overall total|value amount|value|due|usd|us|price?;
        total order|gross value|amount|price?;
        total amount|usd|us|due|value|price|payable|including|incl tax|vat|usd|due?; grand total usd?;
        total incl|including|with|inc tax|vat|taxes; total; amount due|payable|total;
        final|overall|payable amount; you pay
        """,
    ),
    (
        "order_number_and_date",
        """
        sales? order|confirmation|document|acknowledgement? # date; order date #
        """,
    ),
    (
        "po_number_and_date",
        """
        customer|your? po|purchase|reference|ref order? #? date; your order #? date
        """,
    ),
    (
        "sold_to",
        """
        sold to party|address|name?; ordered by; buyer address|information?; customer address|information|details?;
        sold;        purchaser; client address
        """,
    ),
    (
        "bill_to",
        """
        bill|billed|billing|invoice|invoicing|invoiced|charge to|address|party|information|details|name address?;
        invoice to address; bill to party|address|name|customer; name address; customer name address;
        mail|send invoice|invoices to; billing; payer
        """,
    ),
    (
        "ship_to",
        """
        ship|shipped|shipping|deliver|delivered|delivery to|address|recipient|location address?;
        ship|shipped|shipping|deliver|delivered|delivery information|details|party|name address?;
        consign|consigned|send|goods|dispatch|despatch to|address|recipient|location address?;
        consign|consigned|send|goods|dispatch|despatch information|details|party|name address?;
        ship|shipping|deliver|delivery to address|party|name|customer|location; consignee name|address?;
        deliver goods to; recipient; receiver; destination; goods recipient; to; delivering to; shipping to;
        ships|sent to
        """,
    ),
    (
        "seller",
        """
        from; ship|shipped|ships|sold|dispatched|shipping from; remit to|address; remit payment|payments to;
        seller; vendor; supplier; shipper; return address|to; sender; send payment|remittance to;
        mail|make payment|checks to|payable; pickup address
        """,
    ),
    (
        "page",
        """
        page; page #; pg; sheet
        """,
    ),
    (
        "lots",
        """
        lot|lots|batch|serial|ser #|s|code|numbers?; lot serial|batch #?; lot # s?; s n; sn
        """,
    ),
    (
        "expiry",
        """
        exp|expiry|expiration|expires|expire|expiring date|dt|on?; use|best by|before; bbd;
        mfg|mfd|manufactured date|on?
        """,
    ),
    (
        "sku",
        """
        sku #?; item|part|product|catalog|catalogue|cat|mfr|mfg|stock|article|material|model|ref #|code; item sku
        """,
    ),
    (
        "other_money",
        """
        less|trade|order|line|total? discount|discounts|deposit|rebate %|amount|total?;
        customer|promo|promotion|volume|member? discount|discounts|deposit|rebate %|amount|total?; order balance;
        balance due|forward?; amount|payments|payment|deposit|total|less paid|received|deposit; paid;
        less prepayment|payment|payments; deposit; credit applied; savings; promo code; coupon; gift card;
        paid by; backordered|shipped amount|total|value
        """,
    ),
    (
        "other",
        """
        payment|pay|pmt|billing? terms|term; terms of? payment|sale|delivery|shipment?;
        payment method|type|due|status;
        ship|shipping|shipped|delivery via|method|mode|terms|service|by|instructions|code|type;
        freight|carrier|deliver|sent via|method|mode|terms|service|by|instructions|code|type; via;
        carrier service|code|name?; service level|type?; fob point|code?; f o b point?; incoterms|incoterm;
        inco terms?; currency; curr; department; dept;
        warehouse|whse|wh|whs|plant|location|loc|site|branch|bin code|#?; shelf; zone; status;
        order status|type|source|class|time|priority|via|method|entered taken? by?; type; priority; due date;
        print|printed|pick|picked|run|system|invoice|quote date|time|on|by;
        quotation|valid|expiry|payment|cancel|cancellation|effective|revision|rev date|time|on|by; printed; time;
        invoice|inv|quote|quotation|delivery|shipment|packing|slip|load|bol #|id|code|registration|exempt;
        contract|job|project|reference|ref|release|vendor|supplier|vat|tax #|id|code|registration|exempt;
        ein|fein|duns|license|licence|dea|fda|registration|packlist|packlst #|id|code|registration|exempt;
        manifest|route|stop|wave|rma|return|case|blanket|document|project #|id|code|registration|exempt;
        packing slip|list #; bill of lading #?; reference; ref; inv; invoice; quote; quotation; contract;
        weight|wt|actwgt|dimmed|dims|cad|gross|net weight|wt?;
        total weight|cartons|boxes|pieces|packages|pieces|units|quantity|qty|cube|volume|lines|items;
        # of cartons|boxes|packages|pieces; cartons; packages; boxes; pieces;
        notes|note|comments|comment|remarks|remark|memo|message|instructions;
        special|shipping|delivery|order instructions|notes|comments|note|remarks|comment;
        customer|internal|packing|line|handling instructions|notes|comments|note|remarks|comment;
        authorized|authorised|approved|prepared|picked|packed|checked|shipped|entered|taken|received by;
        closed|created|written|processed|reviewed|confirmed|issued|delivered|verified|released|counted|loaded by;
        entered; signature; sign; fax #?; website; web; url; bank account|name|details?; iban; swift;
        customer since|type|class|group|service|signature|copy; attached; subject; re; title; company; buyer;
        territory; region; tax exempt|id|rate|code|group|class|schedule; resale #; revision; rev; version;
        country; state; city; zip; order|ordered qty|quantity; questions; closure date|notes
        """,
    ),
)
NUMBER_WORDS = frozenset(("no", "nr", "num", "number", "numbers", "nbr", "nos", "#", "numb", "numero"))
BLOCK_KINDS = frozenset(("sold_to", "bill_to", "ship_to", "seller"))
MONEY_KINDS = frozenset(("subtotal", "freight", "tax", "total", "other_money"))
PART = "part"  # the upper line of a label on two lines
_LONGEST = 6


@dataclass(frozen=True)
class Label:
    """A kind of value that words name; a lower rank names it more surely."""

    kind: str
    rank: int


@dataclass
class Segment:
    """A label or a text between labels; a phrase falls into one or several."""

    phrase: Phrase
    labels: tuple[Label, ...] = ()
    colon: bool = False

    @property
    def text(self) -> str:
        """Printed text."""
        return self.phrase.text

    def names(self, kind: str) -> bool:
        """Tell whether the segment is a label of this kind."""
        return any(label.kind == kind for label in self.labels)


def expand(pattern: str) -> Iterator[tuple[str, ...]]:
    """Yield every sequence of words that a pattern stands for."""
    choices = []
    for part in pattern.split():
        optional, alternatives = "?" in part, part.replace("?", "").split("|")
        choices.append([*alternatives, ""] if optional else alternatives)
    for combination in itertools.product(*choices):
        yield tuple(word for word in combination if word)


@cache
def _grammar() -> dict[tuple[str, ...], tuple[Label, ...]]:
    table: dict[tuple[str, ...], tuple[Label, ...]] = {}
    for row, (kind, patterns) in enumerate(FIELD_LABELS):
        for rank, pattern in enumerate(patterns.split(";")):
            for words in expand(pattern):
                known = table.get(words, ())
                if words and all(label.kind != kind for label in known):
                    table[words] = (*known, Label(kind, row * 100 + rank))
    return table


@cache
def label_words(word: str) -> tuple[str, ...]:
    """Return a printed word as the grammar spells it: "P.O." is po, "Ship-To:" is ship to, "Order#" is order #."""
    if word.endswith(("%", "%)", "%):", "%:")) and any(c.isdigit() for c in word):
        return ()
    plain = re.sub(r"[.:,;'’*()\[\]]", "", word.casefold()).replace("e-mail", "email")
    parts = [part for part in re.split(r"[\s/\\_-]+|(?<=[^#&])(?=[#&])|(?<=[#&])(?=[^#&])", plain) if part]
    return tuple("#" if part in NUMBER_WORDS else "&" if part == "and" else part for part in parts)


def labels_of(text: str) -> tuple[Label, ...]:
    """Return what the whole text may name; "Delivery" is a date or a charge, its value tells."""
    return _grammar().get(tuple(part for word in text.split() for part in label_words(word)), ())


def segments_of(line: Line) -> list[Segment]:
    """Return the line's labels and the texts between them."""
    segments: list[Segment] = []
    for phrase in line.phrases:
        segments.extend(_cut(phrase))
    return segments


def join_stacked(upper: list[Segment], lower: list[Segment]) -> None:
    """Make one label of two lines in a small cell: "Purchase" above "Order No." is no order number of ours.

    Only where one of the two says nothing alone, so that a column of labels stays a column.
    """
    for head in upper:
        for tail in lower:
            if bool(head.labels) + bool(tail.labels) > 1 or not _one_above_the_other(head.phrase, tail.phrase):
                continue
            joined = labels_of(f"{head.text} {tail.text}")
            if joined and not head.colon:
                head.labels, tail.labels = (Label(PART, 0),), joined


def _one_above_the_other(head: Phrase, tail: Phrase) -> bool:
    aligned = abs(head.x0 - tail.x0) < 3 or abs(head.middle - tail.middle) < 3
    near = 0 < tail.bottom - head.bottom < 1.35 * head.size and abs(head.size - tail.size) < 0.5
    return aligned and near and not re.search(r"\d", head.text + tail.text) and len(head.tokens) + len(tail.tokens) < 5


@cache
def _first_words() -> frozenset[str]:
    return frozenset(words[0] for words in _grammar())


def _cut(phrase: Phrase) -> list[Segment]:
    segments: list[Segment] = []
    start, position, tokens = 0, 0, phrase.tokens
    while position < len(tokens):
        found = _label_at(tokens, position)
        if found is None:
            position += 1
            continue
        labels, end = found
        if position > start:
            segments.append(Segment(Phrase(tokens[start:position])))
        segments.append(Segment(Phrase(tokens[position:end]), labels, tokens[end - 1].text.endswith(":")))
        start = position = end
    if start < len(tokens):
        segments.append(Segment(Phrase(tokens[start:])))
    return segments


def _label_at(tokens: tuple[Token, ...], position: int) -> tuple[tuple[Label, ...], int] | None:
    """Return the longest label from this word on, and where it ends."""
    first = label_words(tokens[position].text)
    if not first or first[0] not in _first_words():
        return None
    words: tuple[str, ...] = ()
    best = None
    for end in range(position + 1, min(len(tokens), position + _LONGEST) + 1):
        words += label_words(tokens[end - 1].text)
        labels = _grammar().get(words, ())
        if labels and _stands_as_label(tokens, position, end, labels):
            best = labels, end
        if tokens[end - 1].text.endswith(":"):
            break
    return best


def _stands_as_label(tokens: tuple[Token, ...], start: int, end: int, labels: tuple[Label, ...]) -> bool:
    """A label fills its phrase, or ends with a colon, or begins the phrase and a value of its kind follows."""
    ends_hard = tokens[end - 1].text.endswith(":")
    if ends_hard:
        return True
    begins = start == 0 or tokens[start - 1].text.endswith(":")
    if not begins and not tokens[start - 1].text.endswith((",", "|", ";")):
        return False
    if end == len(tokens):
        return start == 0
    rest = " ".join(token.text for token in tokens[end:])
    if tokens[end - 1].text.endswith("#") and re.search(r"\d", rest):
        return True
    return begins and any(_follows(label.kind, rest) for label in labels)


def _follows(kind: str, rest: str) -> bool:
    if kind == "order_number":
        return bool(values.order_number(rest.lstrip(":# ").strip() or "-"))
    if kind in ("order_date", "ship_date"):
        return values.date(rest) is not None
    if kind in MONEY_KINDS:
        return values.money(rest) is not None and not rest.isdigit()
    if kind in ("customer_number", "po_number", "tracking_number"):
        return len(rest.split()) == 1 and sum(c.isdigit() for c in rest) >= 3
    if kind in ("contact_phone", "contact_email"):
        return bool(values.phone(rest) or (values.email(rest) == rest))
    return False
