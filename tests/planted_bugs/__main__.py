"""Plant each bug in a copy and see the tests fail: ``python -m tests.planted_bugs [WORD ...]``.

A check that has never failed is no check. Prints one line per bug, with the test that found it.
With words, only the bugs are planted whose file or text holds one of them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import all_bugs
from .bug import Bug

ROOT = Path(__file__).resolve().parent.parent.parent
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", "staticfiles", "*.sqlite3*")
IN_PARALLEL = 2
NO_TEST_RAN = 5  # pytest's exit code: whoever chose no test finds nothing


def found_by(bug: Bug) -> str | None:
    """Return the first test that fails with this bug, None if all pass."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(ROOT, Path(folder) / "copy", ignore=LEFT_OUT))
        text = (copy / bug.file).read_text()
        assert text.count(bug.old) == 1, f"{bug.file} no longer holds {bug.old!r} once"
        (copy / bug.file).write_text(text.replace(bug.old, bug.new))
        command = [sys.executable, "-m", "pytest", "-qx", "--tb=no", "-p", "no:xdist", bug.tests]
        command += ["-k", bug.chosen] if bug.chosen else []
        environment = {**os.environ, "TEST_DATABASE_FILE": f"{folder}/test.sqlite3", "VAR_DIR": f"{folder}/var"}
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)
        if done.returncode == NO_TEST_RAN:
            return None
        lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return lines[0].split("::")[-1][:70] if lines else None if done.returncode == 0 else done.stdout[-200:]


def main(words: list[str]) -> int:
    """Plant the chosen bugs and return the exit code: 1 where one was missed."""
    address = os.environ.get("DATABASE_URL") or "sqlite"
    chosen = [bug for bug in all_bugs() if not words or any(word in bug.file + bug.old for word in words)]
    chosen = [bug for bug in chosen if address.startswith(bug.only_on)]
    missed = 0
    with ThreadPoolExecutor(IN_PARALLEL) as pool:
        for bug, finder in zip(chosen, pool.map(found_by, chosen), strict=True):
            missed += finder is None
            outcome = "MISSED" if finder is None else "found "
            print(f"{outcome} {bug.file}: {bug.old.strip()[:60]!r} by {finder}", flush=True)
    print(f"{len(chosen) - missed} of {len(chosen)} planted bugs found.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
