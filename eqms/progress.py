"""How far long work is, told to whoever listens: the command's bar, a job's row, nobody."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str, int, int | None], None]
EVERY = 1000  # changes between two reports

_listener: ContextVar[Listener | None] = ContextVar("progress", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Call ``listener(doing, done, total)`` while the block runs; ``total`` is None while unknown."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def tell(doing: str, done: int, total: int | None = None) -> None:
    """Tell whoever listens how far the work is; ``total`` is None while unknown."""
    if listener := _listener.get():
        listener(doing, done, total)
