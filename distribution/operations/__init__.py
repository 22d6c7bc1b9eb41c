"""Bulk work on shipments, a module a subject."""

from .linking import match_distributions, plan_links

__all__ = ["match_distributions", "plan_links"]
