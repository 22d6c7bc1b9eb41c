"""What was ordered, and the papers it was read from."""

from .orders import SalesOrder, SalesOrderLine
from .papers import DocumentSegment

__all__ = ["DocumentSegment", "SalesOrder", "SalesOrderLine"]
