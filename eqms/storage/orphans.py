"""Files in storage that no row names: left by an upload that died between its bytes and its row.

They are set aside first and deleted a day later, if still no row names them. An upload of the same
bytes that runs at the same moment loses nothing: what was set aside is found by reading, and comes back.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from eqms.models import SourceDocument

from .places import Bucket, Folder, storage_place
from .trouble import StorageTrouble

KEPT = "documents/"
ASIDE = "orphans/"
OLD_ENOUGH = timedelta(days=1)
BATCH = 500


def sweep_orphans() -> Iterator[str]:
    """Bring back, delete for good, or set aside what is older than a day; yield each in words."""
    place, before = storage_place(), timezone.now() - OLD_ENOUGH
    for key, is_named in with_names(place, ASIDE, before):
        yield bring_back(place, key) if is_named else delete_for_good(place, key)
    for key, is_named in with_names(place, KEPT, before):
        if not is_named:
            yield set_aside(place, key)


def with_names(place: Folder | Bucket, prefix: str, before: datetime) -> Iterator[tuple[str, bool]]:
    """Yield each old key below ``prefix`` and whether a row names it. One query for some hundred keys."""
    old = [key for key, modified in place.listed(prefix) if modified < before]
    for start in range(0, len(old), BATCH):
        keys = old[start : start + BATCH]
        digests = {key.rpartition("/")[2] for key in keys}
        named = set(SourceDocument.objects.filter(sha256__in=digests).values_list("sha256", flat=True))
        yield from ((key, key.rpartition("/")[2] in named) for key in keys)


def aside(key: str) -> str:
    """Return the key under which ``key`` lies once it is set aside."""
    return ASIDE + key.removeprefix(KEPT)


def set_aside(place: Folder | Bucket, key: str) -> str:
    """Move a file out of the way; return what was done."""
    place.put(aside(key), place.get(key))
    place.delete(key)
    return f"{key} belongs to no document: set aside"


def bring_back(place: Folder | Bucket, key: str) -> str:
    """Move a file back that a row names since; return what was done."""
    place.put(KEPT + key.removeprefix(ASIDE), place.get(key))
    place.delete(key)
    return f"{key} belongs to a document: brought back"


def delete_for_good(place: Folder | Bucket, key: str) -> str:
    """Delete a file that lay aside for a day; return what was done."""
    place.delete(key)
    return f"{key} belonged to no document for a day: deleted"


def get_even_aside(place: Folder | Bucket, key: str) -> bytes:
    """Return the bytes under ``key``, also where the sweep has just set them aside."""
    try:
        return place.get(key)
    except StorageTrouble as cause:
        if cause.kind != "missing":
            raise
        try:
            return place.get(aside(key))
        except StorageTrouble:
            raise cause from None
