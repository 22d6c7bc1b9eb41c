"""What a reader saw in a document, kept with the version of the reader: plans read that, never the network."""

import time
from collections.abc import Callable
from typing import Any

from django.db import transaction

from eqms.columns import canonical
from eqms.models import Reading, SourceDocument
from eqms.storage import read_bytes


def reading_of(document: SourceDocument, reader: str, read: Callable[[bytes], dict[str, Any]]) -> Reading:
    """Return what ``reader`` (name and version) saw in ``document``: from the database, else read once and kept.

    Raises StorageTrouble. Call it outside of transactions: the bytes may come over the network.
    """
    if known := document.readings.filter(reader=reader).first():
        return known
    data = read_bytes(document)
    started = time.monotonic()
    values = {"content": canonical(read(data)), "seconds": round(time.monotonic() - started, 3)}
    with transaction.atomic():
        return Reading.objects.get_or_create(document=document, reader=reader, defaults=values)[0]
