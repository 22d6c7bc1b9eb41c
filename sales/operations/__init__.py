"""Bulk work on orders, a module a subject."""

from .linking import link_products
from .new_orders import after_import
from .order_files import import_sales_orders
from .papers import import_orders
from .refreshing import refresh_customers_from_orders

__all__ = ["after_import", "import_orders", "import_sales_orders", "link_products", "refresh_customers_from_orders"]
