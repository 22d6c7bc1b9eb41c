"""Bulk work on customers, a subject a module."""

from .cleanup import cleanup_zero_order_customers, with_holders
from .dedupe import dedupe_customers
from .merge import merge_customers, not_duplicates

__all__ = ["cleanup_zero_order_customers", "dedupe_customers", "merge_customers", "not_duplicates", "with_holders"]
