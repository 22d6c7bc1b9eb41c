"""Real processes for tests: databases of their own, manage.py, gunicorn, and a database that hangs."""

import http.client
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection

from tests.ephemeral_postgres import free_port

ROOT = Path(__file__).resolve().parent.parent
# Locks that are waited for, in this database alone: other tests have theirs on the same server. Whoever waits holds
# a lock in its database; asking pg_stat_activity instead shows a transaction only those sessions it began with.
WAITING = """FROM pg_locks WHERE NOT granted AND pid IN (
    SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database WHERE datname = current_database())"""
IN_PRODUCTION = {
    "ENV": "production",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "eqms.example.com,127.0.0.1",
    "STORAGE_BACKEND": "s3",
}


def somebody_waits() -> bool:
    """True where another session of the tests' database waits for a lock; SQLite's one writer always does."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {WAITING}")
        return cursor.fetchone()[0] > 0


def environment(**variables: str) -> dict[str, str]:
    """Return an environment without this machine's settings of the product, then ``variables``."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")
    return {**{name: os.environ[name] for name in kept if name in os.environ}, "ENV_FILE": "none", **variables}


def server_url() -> str | None:
    """Return the PostgreSQL server of this half of the tests, None in the SQLite half."""
    return os.environ.get("TEST_DATABASE_URL") or None


@contextmanager
def empty_database(folder: Path) -> Iterator[str]:
    """Give the address of a new database of this half's kind, gone afterwards."""
    server = server_url()
    if server is None:
        yield f"sqlite:///{folder / 'live.sqlite3'}"
        return
    with postgres_database(server, template="template0") as url:
        yield url


@contextmanager
def copied_database(folder: Path) -> Iterator[str]:
    """Give the address of a migrated database: a copy of the tests' own, so ask for ``transactional_db`` too."""
    connection.close()
    made = connection.settings_dict["NAME"]
    server = server_url()
    if server is None:
        file = folder / "copy.sqlite3"
        with closing(sqlite3.connect(made)) as source:
            source.execute("VACUUM INTO ?", [str(file)])
        yield f"sqlite:///{file}"
        return
    with postgres_database(server, template=made) as url:
        yield url


@contextmanager
def postgres_database(server: str, template: str) -> Iterator[str]:
    name = f"eqms_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as session:
        # A thread of an earlier test may have left its session open, and a template must have none.
        session.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [template])
        session.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            session.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def database_down(url: str) -> Iterator[None]:
    """Take the database away for a while: PostgreSQL refuses it, SQLite's file is a folder."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = Path(parts.path)
        aside = path.rename(path.with_suffix(".aside"))
        path.mkdir()
        yield
        path.rmdir()
        aside.rename(path)
        return
    name = parts.path.lstrip("/")
    with psycopg.connect(server_url(), autocommit=True) as session:
        session.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
        session.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        yield
        session.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')


@contextmanager
def hanging_server() -> Iterator[str]:
    """Give the address of a PostgreSQL that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"postgresql://eqms@127.0.0.1:{listener.getsockname()[1]}/eqms"


def manage(*arguments: str, timeout: float = 120, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py as a process of its own and return what it said."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment(**variables), text=True, capture_output=True, timeout=timeout
    )


def wait_until(holds: Callable[[], bool], what: str, seconds: float = 20) -> float:
    """Return after how many seconds ``holds`` was true; fail with ``what`` where it never was."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < seconds, what
        threading.Event().wait(0.05)
    return time.monotonic() - started


def migrated(url: str, *targets: str) -> None:
    done = manage("migrate", "-v0", *targets, DATABASE_URL=url)
    assert done.returncode == 0, done.stderr


class Web:
    """gunicorn as production starts it; a context manager."""

    def __init__(self, folder: Path, **variables: str):
        self.port = free_port()
        self.log = folder / f"gunicorn-{self.port}.log"
        self.environment = environment(PORT=str(self.port), HOST="127.0.0.1", VAR_DIR=str(folder / "var"), **variables)
        self.seconds_to_open = 0.0

    def __enter__(self) -> "Web":
        command = [sys.executable, "-m", "gunicorn", "--config", "eqms/gunicorn.conf.py"]
        started = time.monotonic()
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        while not self.is_open():
            assert self.process.poll() is None and time.monotonic() - started < 20, self.log.read_text()
            threading.Event().wait(0.01)
        self.seconds_to_open = time.monotonic() - started
        return self

    def __exit__(self, *error) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def is_open(self) -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0

    def get(self, path: str, timeout: float = 10, **headers: str) -> tuple[int, str]:
        """Return status and body of one GET on a connection of its own."""
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            asking.request("GET", path, headers=headers)
            answer = asking.getresponse()
            return answer.status, answer.read().decode()
        finally:
            asking.close()

    def wait_for(self, path: str, status: int, seconds: float = 10) -> float:
        """Return after how many seconds ``path`` answered ``status``; fail where it never did."""
        return wait_until(lambda: self.get(path)[0] == status, f"{path} never answered {status}", seconds)
