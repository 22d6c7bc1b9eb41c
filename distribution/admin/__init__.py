"""Shipments in the admin, and what they add to the pages of lots, customers, products and orders."""

from . import lots, papers, recalls, reports, returns, shipments  # noqa: F401  (they register themselves)
