"""Tracing reports: made from the log, stored, compared with it later, approved, made final or discarded."""

from .approving import approve, approve_by_mail
from .asked import Asked
from .changes import Comparison, changes_since
from .deciding import discard, finalise
from .making import Content, content_of, make_report, proved
from .standing import Standing, standing_of, standings_of

__all__ = [
    "Asked",
    "Comparison",
    "Content",
    "Standing",
    "approve",
    "approve_by_mail",
    "changes_since",
    "content_of",
    "discard",
    "finalise",
    "make_report",
    "proved",
    "standing_of",
    "standings_of",
]
