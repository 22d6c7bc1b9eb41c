"""Lot -> every consignee as shipped."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from distribution.models import DistributionLine
from distribution.tracing.balance import MassBalance, mass_balance
from distribution.tracing.left_out import LeftOutLine, of_lots, of_reported_number
from distribution.tracing.returned import with_returns
from distribution.tracing.shipped_lines import MATCHED, VOID, WAITING, Shipped, ShippedLine, shipped_lines
from inventory.code_key import code_key_or_empty
from inventory.models import Lot, Product


@dataclass
class LotTrace(Shipped):
    """Where the units of one lot went. ``lot`` is None where shipments report a number that no lot has."""

    product: Product
    lot: Lot | None
    number: str
    aliases: list[str]
    balance: MassBalance | None = None
    matched: list[ShippedLine] = field(default_factory=list)
    waiting: list[ShippedLine] = field(default_factory=list)
    void: list[ShippedLine] = field(default_factory=list)
    elsewhere: list[ShippedLine] = field(default_factory=list)  # this number was reported, another lot is meant
    left_out: list[LeftOutLine] = field(default_factory=list)  # reported, and not in the log: counted nowhere

    @property
    def consignees(self) -> int:
        """How many consignees: two shipments to one name and address are one."""
        return len({consignee_of(line) for line in self.shipped})

    @property
    def title(self) -> str:
        return f"Lot {self.number} of {self.product}"


def consignee_of(line: ShippedLine) -> str:
    """Return what tells consignees apart: name and address as a key; a line without any is one of its shipment."""
    return line.consignee_key or f"shipment {line.shipment_id}"


def trace_lot(lot: Lot, left_out: Sequence[LeftOutLine] | None = None) -> LotTrace:
    """Return where ``lot`` went: by its number, by numbers as they were mistyped, by corrections.

    ``left_out`` is every line that was left out of the log, where it was read already. Seven statements, however many
    consignees: aliases, lines, returns, three of the mass balance, what was left out; four more where something was.
    """
    aliases = aliases_of(lot)
    keys = [lot.number_key, *(key for _, key in aliases)]
    trace = LotTrace(lot.product, lot, lot.number, [number for number, _ in aliases])
    sort(trace, lines_of(Q(lot=lot) | Q(lot_number_key__in=keys, product=lot.product_id)))
    trace.balance = mass_balance(lot, trace.shipped)
    trace.left_out = of_lots([lot], left_out)
    return trace


def aliases_of(lot: Lot) -> list[tuple[str, str]]:
    """Return (number, key) of each number under which ``lot`` was mistyped. One statement."""
    taken = Lot.objects.filter(product=lot.product_id, number_key=OuterRef("number_key"))  # the lot's own name wins
    return list(lot.aliases.filter(~Exists(taken)).order_by("number").values_list("number", "number_key"))


def counted_with(lot: Lot) -> Q:
    """Return the condition for lines whose units a trace counts with ``lot``. One statement."""
    keys = [lot.number_key, *(key for _, key in aliases_of(lot))]
    return Q(lot=lot) | Q(product=lot.product_id, lot__isnull=True, lot_number_key__in=keys)


def trace_number(product: Product, number: str) -> LotTrace:
    """Return where units went that were reported under ``number``, which no lot of ``product`` has.

    Three statements, five where something was left out.
    """
    trace = LotTrace(product, None, number, [])
    sort(trace, lines_of(Q(lot_number_key=code_key_or_empty(number), product=product)))
    trace.left_out = of_reported_number(product, number)
    return trace


def lines_of(condition: Q) -> list[ShippedLine]:
    """Return the lines that ``condition`` chooses, with what came back of each. Two statements."""
    return with_returns(shipped_lines(DistributionLine.objects.filter(condition)))


def sort(trace: LotTrace, lines: list[ShippedLine]) -> None:
    """Put each line where it belongs: a line that names another lot is told apart and counts there."""
    own = trace.lot.pk if trace.lot else None
    by_status = {MATCHED: trace.matched, WAITING: trace.waiting, VOID: trace.void}
    for line in lines:
        if line.lot_id is not None and line.lot_id != own:
            trace.elsewhere.append(line)
        else:
            by_status[line.status].append(line)
