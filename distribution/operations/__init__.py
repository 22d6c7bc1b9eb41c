"""Bulk work on shipments, a module a subject."""

from .attaching import attach_papers
from .linking import match_distributions, plan_links
from .sync_shipstation import sync_shipstation

__all__ = ["attach_papers", "match_distributions", "plan_links", "sync_shipstation"]
