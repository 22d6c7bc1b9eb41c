"""How SQLite is opened, also while others have the file."""

import signal
import sqlite3
import threading
from contextlib import closing

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from eqms.settings import database

LONG_ENOUGH = 0.3


@pytest.fixture(autouse=True)
def files_of_their_own(django_db_blocker):
    """The tests here open files of their own, never the tests' database."""
    with django_db_blocker.unblock():
        yield


def opened(path, **options):
    """Return an unused connection to ``path`` with the product's own settings."""
    settings = database(f"sqlite:///{path}")
    settings["OPTIONS"] |= options
    return ConnectionHandler({"default": settings})["default"]


@pytest.fixture
def written_by_another(tmp_path):
    """The path of a file without a write-ahead log, and a connection that is about to write to it."""
    path = tmp_path / "new.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as writer:
        writer.execute("CREATE TABLE lot (number TEXT)")
        writer.execute("BEGIN IMMEDIATE")
        yield path, writer


def test_every_connection_writes_ahead_and_says_so(tmp_path):
    for _ in range(2):
        connection = opened(tmp_path / "new.sqlite3")
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert cursor.execute("PRAGMA synchronous").fetchone() == (1,)
        connection.close()


def test_waits_for_one_who_writes_to_a_file_that_has_no_log_yet(written_by_another):
    path, writer = written_by_another
    with pytest.raises(sqlite3.OperationalError, match="locked"), closing(sqlite3.connect(path, timeout=20)) as plain:
        plain.execute("PRAGMA journal_mode=WAL")  # SQLite itself does not wait, whatever the timeout
    done = threading.Timer(LONG_ENOUGH, writer.execute, ["ROLLBACK"])
    done.start()
    connection = opened(path)
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    done.join()


def test_gives_up_after_the_time_of_any_statement_and_leaves_nothing_half_open(written_by_another):
    path, writer = written_by_another
    connection = opened(path, timeout=LONG_ENOUGH)
    with pytest.raises(OperationalError, match="locked"):
        connection.ensure_connection()
    assert connection.connection is None
    writer.execute("ROLLBACK")
    connection.ensure_connection()
    connection.close()


def test_a_wait_that_is_interrupted_leaves_nothing_half_open(written_by_another):
    path, _ = written_by_another
    connection = opened(path)
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, LONG_ENOUGH)
    try:
        with pytest.raises(KeyboardInterrupt):
            connection.ensure_connection()
    finally:
        signal.signal(signal.SIGALRM, before)
    assert connection.connection is None
