"""Pictures of the pages of documents: drawn once, kept in a folder of this machine, never many at once.

A hostile page takes all the time that it is given, so a process draws two at once at most; the threads
that answer people stay free for everybody else.
"""

import logging
import threading

from django.core.cache import caches

from eqms.models import SourceDocument
from eqms.pdf import UnreadableDocument
from eqms.pdf.picture import picture
from eqms.storage import read_bytes

log = logging.getLogger(__name__)
AT_ONCE = 2
RETRY_SECONDS = 2
LARGEST_KEPT = 4 * 1024 * 1024  # bytes: pages of plain noise are drawn anew, so that they cannot fill the disk
REFUSAL_KEPT_SECONDS = 300  # a page that was too slow may be drawn on a calmer machine
free = threading.BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """As many pages are being drawn as may be at once."""


def page_picture(document: SourceDocument, page: int, scale: float) -> bytes:
    """Page ``page`` (from 1) of ``document`` as PNG, ``scale`` pixels a point; what was drawn before costs one file.

    Raises Busy where two are being drawn, UnreadableDocument where the page cannot be drawn (said again
    for five minutes without a second try), StorageTrouble where its bytes cannot be had.
    """
    key = f"{document.sha256}-{page}-{scale}"
    found = kept(key)
    if found is None:
        found = drawn(document, page, scale)
        keep(key, found)
    if isinstance(found, str):
        raise UnreadableDocument(found)
    return found


def drawn(document: SourceDocument, page: int, scale: float) -> bytes | str:
    """Return the picture, or in words why there is none. Its place is taken before the bytes are in memory."""
    if not free.acquire(blocking=False):
        raise Busy("Other pages are being drawn just now. This one comes in a moment.")
    try:
        return picture(read_bytes(document), page, scale)
    except UnreadableDocument as problem:
        return str(problem)
    finally:
        free.release()


def kept(key: str) -> bytes | str | None:
    """Return what was drawn before, None where nothing was or the folder cannot be read."""
    try:
        return caches["pictures"].get(key)
    except OSError as error:
        log.warning("Pictures of pages cannot be read where they are kept: %s", error)
        return None


def keep(key: str, found: bytes | str) -> None:
    """Keep a picture, and for a while why there is none; a folder that cannot be written costs only time."""
    if len(found) > LARGEST_KEPT:
        return
    try:
        caches["pictures"].set(key, found, REFUSAL_KEPT_SECONDS if isinstance(found, str) else None)
    except OSError as error:
        log.warning("Pictures of pages cannot be kept, so each is drawn anew: %s", error)
