"""How SQLite is opened: with a write-ahead log, so that readers and the one writer do not wait for each other."""

import sqlite3
import time
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

TRIES_EVERY_SECONDS = 0.02


def write_ahead(connection: BaseDatabaseWrapper, **signal: Any) -> None:
    """Give a new connection's database its write-ahead log; receives Django's ``connection_created``.

    The file keeps the log, so only the first of all connections switches. SQLite waits for no other writer there,
    whatever its timeout, and two processes that open a new file at once, such as two releases, would find it locked.
    So this tries again for as long as any other statement may wait, and raises SQLite's error after that.
    """
    if connection.vendor != "sqlite":
        return
    gives_up = time.monotonic() + connection.settings_dict["OPTIONS"].get("timeout", 0)
    try:
        while not switched(connection.connection):
            if time.monotonic() > gives_up:
                raise sqlite3.OperationalError("database is locked")
            time.sleep(TRIES_EVERY_SECONDS)
    except BaseException:
        connection.close()  # an interrupted one would go on without the log
        raise


def switched(session: sqlite3.Connection) -> bool:
    """Switch to the write-ahead log, or return False where another session is in the way."""
    try:
        session.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            return False
        raise
    return True
