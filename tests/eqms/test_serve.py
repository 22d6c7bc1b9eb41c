"""``serve``: pages and a worker under one roof, as ./run serve starts them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ephemeral_postgres import free_port

ROOT = Path(__file__).parents[2]


@pytest.fixture
def serving(tmp_path):
    """Start ``serve`` with a database and folders of its own; read what it says line by line."""
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("S3_")},
        "ENV": "development",
        "ENV_FILE": "none",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'eqms.sqlite3'}",
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
        "WEB_CONCURRENCY": "1",
    }
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v0"], cwd=ROOT, env=environ, check=True, timeout=120)
    said = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    process = subprocess.Popen([*manage, "serve"], cwd=ROOT, env=environ, **said)
    yield process
    if process.poll() is None:
        process.terminate()
    process.communicate(timeout=60)


def lines_until(process: subprocess.Popen, *wanted: str) -> list[str]:
    """Read until each of ``wanted`` was said, and return all lines."""
    lines, missing = [], set(wanted)
    for line in process.stdout:
        lines.append(line)
        missing -= {words for words in missing if words in line}
        if not missing:
            return lines
    pytest.fail(f"{missing} was not said in:\n{''.join(lines)}")


def test_says_that_it_serves_and_that_storage_works_and_stops_both_when_asked(serving):
    lines_until(serving, "Storage health check PASSED", "app ready to serve", "Worker started")
    serving.terminate()
    rest = serving.communicate(timeout=60)[0]
    assert serving.returncode == 0 and rest.rstrip().endswith("Stopped.")


def test_starts_a_killed_worker_again(serving):
    lines_until(serving, "Worker started", "app ready to serve")
    os.kill(child_of(serving.pid, "worker"), signal.SIGKILL)
    lines_until(serving, "The worker ended with -9 and is started again.", "Worker started")


def child_of(parent: int, word: str) -> int:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return next(int(pid) for pid in children if word in Path(f"/proc/{pid}/cmdline").read_text())
