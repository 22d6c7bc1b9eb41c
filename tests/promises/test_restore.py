"""P55: what the guide says about back-up and restore is run, line by line."""

import os
import re
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.promises import promise
from tests.running import ROOT, copied_database, empty_database, environment, manage, server_url

GUIDE = (ROOT / "docs" / "DEPLOY.md").read_text()
DIGESTS = """
import hashlib, sys
from django.apps import apps
from django.db import connection
for table in sorted(connection.introspection.table_names()):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        rows = sorted(map(repr, cursor.fetchall()))
    print(table, len(rows), hashlib.sha256("".join(rows).encode()).hexdigest())
"""


def lines_of(name: str) -> str:
    """Return the block of the guide that is headed ``sh name``."""
    return re.search(rf"```sh {name}\n(.*?)```", GUIDE, re.DOTALL)[1]


def shell(name: str, url: str, folder: Path) -> subprocess.CompletedProcess[str]:
    variables = environment(DATABASE_URL=url, BACKUP=str(folder))
    variables["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), variables["PATH"]])
    return subprocess.run(
        ["sh", "-euc", lines_of(name)], cwd=ROOT, env=variables, text=True, capture_output=True, timeout=120
    )


def digests(url: str) -> str:
    done = manage("shell", "-v0", "-c", DIGESTS, DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def two_databases(transactional_db, tmp_path):
    """A database with demo data, and an empty one."""
    with ExitStack() as stack:
        full = stack.enter_context(copied_database(tmp_path))
        empty = stack.enter_context(empty_database(tmp_path))
        done = manage("load_demo_data", DATABASE_URL=full, ADMIN_PASSWORD="sturdy-lantern-42-harbour")
        assert done.returncode == 0, done.stderr
        assert manage("release", "--no-drift", DATABASE_URL=full).returncode == 0
        yield full, empty


if server_url():  # pg_dump speaks PostgreSQL only; an embedded SQLite file is copied as a file

    def test_p55_a_back_up_comes_back_whole(two_databases, tmp_path):
        full, empty = two_databases
        before = digests(full)
        saved = shell("backup", full, tmp_path)
        assert saved.returncode == 0, saved.stderr
        restored = shell("restore", empty, tmp_path)
        assert restored.returncode == 0, restored.stdout + restored.stderr
        assert "eqms_auditentry" in before
        differing = set(before.splitlines()) ^ set(digests(empty).splitlines())
        assert differing == set()
        promise("P55", len(differing), 0, n=len(before.splitlines()))

    def test_p55_one_flipped_byte_fails_the_drill(two_databases, tmp_path):
        full, empty = two_databases
        assert shell("backup", full, tmp_path).returncode == 0
        dump = tmp_path / "eqms.dump"
        content = bytearray(dump.read_bytes())
        content[len(content) // 2] ^= 1
        dump.write_bytes(content)
        restored = shell("restore", empty, tmp_path)
        assert restored.returncode != 0
        assert "eqms.dump" in restored.stdout + restored.stderr
        promise("P55", restored.returncode == 0, 0, n=1)


def test_the_guide_has_the_lines_of_a_drill():
    assert "pg_dump" in lines_of("backup")
    assert "sha256sum --check" in lines_of("restore")
