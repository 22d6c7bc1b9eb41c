"""Bulk work on shipments, a module a subject."""

from .attaching import attach_papers
from .import_distributions import import_distributions
from .linking import match_distributions, plan_links, release_links
from .sync_shipstation import sync_shipstation

__all__ = [
    "attach_papers",
    "import_distributions",
    "match_distributions",
    "plan_links",
    "release_links",
    "sync_shipstation",
]
