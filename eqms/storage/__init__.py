"""The bytes of papers: kept under their hash, spooled while storage refuses, checked when read."""

from .diagnosis import Diagnosis, diagnose, record_health
from .documents import DamagedDocument, bring_over, open_document, read_bytes, spooled, store
from .orphans import sweep_orphans
from .sizes import TooLarge, content_of
from .trouble import StorageTrouble
from .waiting import patiently

__all__ = [
    "DamagedDocument",
    "Diagnosis",
    "StorageTrouble",
    "TooLarge",
    "bring_over",
    "content_of",
    "diagnose",
    "open_document",
    "patiently",
    "read_bytes",
    "record_health",
    "spooled",
    "store",
    "sweep_orphans",
]
