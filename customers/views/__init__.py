"""Pages and JSON of customers, each subject in a module of its own."""

from .as_json import zero_orders

__all__ = ["zero_orders"]
