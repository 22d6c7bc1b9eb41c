"""Bulk work on customers, a subject a module."""

from .cleanup import cleanup_zero_order_customers, with_holders

__all__ = ["cleanup_zero_order_customers", "with_holders"]
