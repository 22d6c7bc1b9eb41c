"""What must hold for stock, each subject in a module."""

from eqms.data_rules import register

from . import balances, ledger, lots, transfers
from .ledger import rules_of

__all__ = ["rules_of"]

register(*transfers.RULES, *balances.RULES, *ledger.RULES, *lots.RULES)
