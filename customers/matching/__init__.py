"""Which customers may be one and the same: found without a database, explained in words."""

from .clusters import clusters
from .known import Known
from .records import BANDS, Pair, Record
from .search import each_duplicate, find_duplicates

VERSION = "1"

__all__ = ["BANDS", "VERSION", "Known", "Pair", "Record", "clusters", "each_duplicate", "find_duplicates"]
