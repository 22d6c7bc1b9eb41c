"""Heads of the audit chain, kept in storage: a database that was cut or rewritten no longer holds them all.

Every release and every night keeps one. Whoever can change the database cannot also change these,
where storage has keys of its own.
"""

import json
from collections.abc import Iterator
from functools import partial

from django.utils import timezone

from eqms.models import AuditHead
from eqms.storage import StorageTrouble
from eqms.storage.places import storage_place
from eqms.storage.waiting import asked

FOLDER = "audit-heads"


def keep_head() -> str:
    """Write the head as it stands to storage and return the key. The same head is one object.

    Raises StorageTrouble.
    """
    head = AuditHead.objects.get()
    key = f"{FOLDER}/{head.number:012d}-{head.hash[:16] or 'none'}.json"
    content = {"number": head.number, "hash": head.hash, "kept_at": timezone.now().isoformat()}
    asked(lambda: storage_place().put(key, json.dumps(content).encode()))
    return key


def kept_heads() -> Iterator[tuple[str, str]]:
    """Yield (key, hash) of each kept head, oldest first; where there was no seal yet the hash is empty.

    Raises StorageTrouble.
    """
    place = storage_place()
    for key in sorted(key for key, _ in asked(lambda: list(place.listed(FOLDER)))):
        content = asked(partial(place.get, key))
        try:
            yield key, json.loads(content)["hash"]
        except (ValueError, KeyError, TypeError) as error:
            raise StorageTrouble("damaged", f"{key} in storage is no kept head: {error}") from error
