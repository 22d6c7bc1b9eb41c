"""Bulk work on shipments, a module a subject."""

from .attaching import attach_papers
from .linking import match_distributions, plan_links

__all__ = ["attach_papers", "match_distributions", "plan_links"]
