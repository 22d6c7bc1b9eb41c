"""Where did a lot go, and what did a customer get: complete, exact, in few statements."""

from .balance import MassBalance
from .customer import CustomerTrace, trace_customer
from .lot import LotTrace, trace_lot, trace_number
from .shipped_lines import ShippedLine

__all__ = [
    "CustomerTrace",
    "LotTrace",
    "MassBalance",
    "ShippedLine",
    "trace_customer",
    "trace_lot",
    "trace_number",
]
