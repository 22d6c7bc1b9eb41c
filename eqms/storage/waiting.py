"""How long a person waits for storage: a few seconds once, then not at all until it answers again."""

import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from queue import Empty, SimpleQueue
from typing import TypeVar

from django.conf import settings

from .trouble import StorageTrouble, trouble

T = TypeVar("T")
ANSWER_SECONDS = 7.5  # of the ten that a page may take
PAUSE_SECONDS = 30
MOST_LEFT_WAITING = 8

patient: ContextVar[bool] = ContextVar("patient", default=False)


@contextmanager
def patiently():
    """Wait as long as storage needs: for work in the background, where nobody looks at a page."""
    token = patient.set(True)
    try:
        yield
    finally:
        patient.reset(token)


class Circuit:
    """Remembers, for this process, that storage hangs, so that the next files need not find out.

    After a pause one caller tries; the others still go by.
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.close()

    def close(self) -> None:
        self.cause: StorageTrouble | None = None
        self.until = 0.0

    def open(self, cause: StorageTrouble) -> None:
        self.cause, self.until = cause, time.monotonic() + PAUSE_SECONDS

    def pass_or_raise(self) -> None:
        with self.lock:
            if self.cause is None:
                return
            if time.monotonic() < self.until:
                raise self.cause
            self.until = time.monotonic() + PAUSE_SECONDS


circuit = Circuit()
left_waiting = threading.BoundedSemaphore(MOST_LEFT_WAITING)


def asked(call: Callable[[], T]) -> T:
    """Return what ``call`` to storage returns; StorageTrouble after some seconds, or at once while it hangs.

    Time limits of a socket do not end an answer that drips, so the call runs in a thread that may be left.
    """
    if patient.get() or settings.STORAGE_BACKEND == "local":
        return call()
    circuit.pass_or_raise()
    try:
        answer = within(ANSWER_SECONDS, call)
    except StorageTrouble as cause:
        if cause.is_outage:
            circuit.open(cause)
        raise
    circuit.close()
    return answer


def within(seconds: float, call: Callable[[], T]) -> T:
    """Return what ``call`` returns within ``seconds``; StorageTrouble where it takes longer, and its thread is left."""
    if not left_waiting.acquire(blocking=False):
        raise trouble("hanging")
    answers: SimpleQueue = SimpleQueue()

    def work():
        try:
            answers.put((call(), None))
        except StorageTrouble as cause:
            answers.put((None, cause))
        finally:
            left_waiting.release()

    threading.Thread(target=work, name="storage", daemon=True).start()
    try:
        answer, cause = answers.get(timeout=seconds)
    except Empty:
        raise trouble("hanging") from None
    if cause:
        raise cause
    return answer
