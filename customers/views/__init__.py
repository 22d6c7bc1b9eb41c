"""Pages and JSON of customers, each subject in a module of its own."""

from .as_json import zero_orders
from .merging import duplicates, merge

__all__ = ["duplicates", "merge", "zero_orders"]
