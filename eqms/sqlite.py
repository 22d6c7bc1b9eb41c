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
    So this waits, as long as any other statement may, and raises SQLite's error after that.
    """
    if connection.vendor != "sqlite":
        return
    gives_up = time.monotonic() + connection.settings_dict["OPTIONS"].get("timeout", 0)
    while True:
        try:
            connection.connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > gives_up:
                connection.close()
                raise
            time.sleep(TRIES_EVERY_SECONDS)
