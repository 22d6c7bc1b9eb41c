"""Documents: bytes first, then the row; read back whole or not at all."""

import hashlib
import io
import logging
from collections.abc import Iterator
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from eqms.models import SourceDocument, User, user_and_name
from eqms.pdf.kinds import kind_of

from .names import harmless
from .orphans import get_even_aside
from .places import spool_place, storage_place
from .sizes import content_of
from .trouble import StorageTrouble
from .waiting import asked

log = logging.getLogger(__name__)


class DamagedDocument(StorageTrouble):
    """The bytes that came back are not the ones that were stored."""


def store(file: BinaryIO | bytes, filename: str, *, by: User | str) -> SourceDocument:
    """Keep a file for ever and return its document; the same bytes twice are one document.

    While storage refuses, the bytes lie in the spool and ``storage_problem`` says why.
    Raises TooLarge, and StorageTrouble only where the spool refuses too. Call it outside of transactions.
    """
    data = content_of(file, filename)
    digest = hashlib.sha256(data).hexdigest()
    known = SourceDocument.objects.filter(sha256=digest).first()
    if known and (known.stored_at or spool_place().holds(digest)):
        return known
    document = known or SourceDocument(sha256=digest, filename=harmless(filename), size=len(data))
    place(document, data)
    return record(document, data, by)


def place(document: SourceDocument, data: bytes) -> None:
    """Put the bytes into storage, or into the spool where storage refuses."""
    try:
        asked(lambda: put_verified(document, data))
        document.stored_at, document.storage_problem = timezone.now(), ""
    except StorageTrouble as cause:
        log.warning("%s goes to the spool: %s", document.filename, cause)
        spool_place().put(document.sha256, data)
        document.stored_at, document.storage_problem = None, str(cause)


def put_verified(document: SourceDocument, data: bytes) -> None:
    """Put the bytes and read them back: what was acknowledged must be there."""
    where = storage_place()
    where.put(document.storage_key, data)
    check_bytes(document, where.get(document.storage_key))


def record(document: SourceDocument, data: bytes, by: User | str) -> SourceDocument:
    """Write the row and return it; another upload of the same bytes may have written it first."""
    user, name = user_and_name(by)
    values = {
        "filename": document.filename,
        "size": document.size,
        "content_type": kind_of(data),
        "uploaded_by": user,
        "uploaded_by_name": name,
        "stored_at": document.stored_at,
        "storage_problem": document.storage_problem,
    }
    with transaction.atomic(durable=True):
        row, is_new = SourceDocument.objects.get_or_create(sha256=document.sha256, defaults=values)
        if not is_new and document.stored_at and not row.stored_at:
            mark_stored(row)
    if not row.stored_at:
        schedule_bring_over()
    return row


def schedule_bring_over() -> None:
    """Ask for the job that empties the spool, unless it waits already."""
    from eqms import jobs  # the queue knows storage, for its patience

    jobs.enqueue_once("bring_over_spool", by="storage", subject="files that wait in the spool")


def mark_stored(document: SourceDocument) -> None:
    """Note on the row that storage holds the bytes."""
    document.stored_at, document.storage_problem = timezone.now(), ""
    document.save(update_fields=["stored_at", "storage_problem"])


def read_bytes(document: SourceDocument) -> bytes:
    """Return the bytes that were uploaded, proved by their sha256.

    Raises DamagedDocument where they differ, StorageTrouble where they cannot be had.
    """
    try:
        data = asked(lambda: from_storage(document)) if document.stored_at else from_spool(document)
    except StorageTrouble as cause:
        raise StorageTrouble(cause.kind, f"{named(document)}: {cause}") from cause
    check_bytes(document, data)
    return data


def from_storage(document: SourceDocument) -> bytes:
    """Return the bytes that storage holds, not yet proved."""
    return get_even_aside(storage_place(), document.storage_key)


def from_spool(document: SourceDocument) -> bytes:
    """Return the bytes from this machine's spool; StorageTrouble where another machine spooled them."""
    if not spool_place().holds(document.sha256):
        raise StorageTrouble("elsewhere", "It waits in the spool of another machine until storage is back.")
    return spool_place().get(document.sha256)


def open_document(document: SourceDocument) -> BinaryIO:
    """Return the document as an open binary file, proved like ``read_bytes``."""
    return io.BytesIO(read_bytes(document))


def check_bytes(document: SourceDocument, data: bytes) -> None:
    """Raise DamagedDocument unless ``data`` has the hash of ``document``."""
    if hashlib.sha256(data).hexdigest() != document.sha256:
        raise DamagedDocument(
            "damaged",
            f"{named(document)}: the bytes in storage are not the ones that were uploaded. Restore it from the backup.",
        )


def named(document: SourceDocument) -> str:
    """Return how messages call a document: a short name, and its number where it has one."""
    name = document.filename if len(document.filename) <= 60 else f"{document.filename[:59]}…"
    return f"{name} (document {document.pk})" if document.pk else name


def spooled():
    """Documents whose bytes wait for storage, oldest first."""
    return SourceDocument.objects.filter(stored_at=None).order_by("pk")


def bring_over() -> Iterator[tuple[SourceDocument, StorageTrouble | None]]:
    """Bring what lies in this machine's spool to storage: yield each document with None or why it stays.

    May be run again, and by several at once: keys are hashes, so a second copy changes nothing.
    An outage ends it, since the next file would only wait as well.
    """
    for document in spooled().iterator(200):
        if not spool_place().holds(document.sha256):
            continue
        cause = brought_over(document)
        yield document, cause
        if cause and cause.is_outage:
            return


def brought_over(document: SourceDocument) -> StorageTrouble | None:
    """Bring one document over; return why it stays, None where it went."""
    try:
        data = spool_place().get(document.sha256)
        check_bytes(document, data)
        asked(lambda: put_verified(document, data))
    except StorageTrouble as cause:
        SourceDocument.objects.filter(pk=document.pk, stored_at=None).update(storage_problem=str(cause))
        return cause
    mark_stored(document)
    spool_place().delete(document.sha256)
    return None
