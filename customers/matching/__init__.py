"""Which customers may be one and the same: found without a database, explained in words."""

from .clusters import clusters
from .known import Known
from .records import Pair, Record
from .search import find_duplicates

VERSION = "1"

__all__ = ["VERSION", "Known", "Pair", "Record", "clusters", "find_duplicates"]
