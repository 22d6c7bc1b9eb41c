"""Plant each bug of setting up, probing and releasing in a copy, and see its test fail.

``python -m tests.planted_bugs_release`` prints one line per bug; exit code 1 where one was not found.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "staticfiles", "__pycache__", ".hypothesis", "*.sqlite3*")
HEALTH, GATE, SCHEMA, DRIFT = "eqms/health.py", "eqms/gate.py", "eqms/schema.py", "eqms/drift.py"
RELEASE, ROLES, DEPLOYMENT = "eqms/release.py", "eqms/roles.py", "eqms/deployment.py"
TEST_HEALTH, TEST_RUNNING = "tests/eqms/test_health.py", "tests/promises/test_running.py"
TEST_RELEASE, TEST_SCHEMA = "tests/eqms/test_release.py", "tests/promises/test_schema.py"
TEST_DEPLOYMENT, TEST_FILES = "tests/eqms/test_deployment.py", "tests/test_deploy_files.py"

BUGS = [  # file, what stands there, what is planted, the test that must fail
    (HEALTH, "LOOK_EVERY_SECONDS = 1.0", "LOOK_EVERY_SECONDS = 0.05", f"{TEST_HEALTH}::test_readyz_asks_once"),
    (HEALTH, "if timezone.now() - result.at > silence:", "if False:", TEST_HEALTH),
    (HEALTH, "status=200 if findings.is_ready else 503", "status=200", TEST_HEALTH),
    (HEALTH, 'self._findings = Findings(database="the last look at the database failed")', "pass", TEST_HEALTH),
    (HEALTH, "ANSWER_WITHIN_SECONDS = 1.5", "ANSWER_WITHIN_SECONDS = 9.0", TEST_HEALTH),
    (GATE, "if probe := PROBES.get(request.path):", "if False:", TEST_HEALTH),
    (GATE, "        if findings.is_ready:\n", "        if True:\n", TEST_HEALTH),
    (SCHEMA, "key not in applied and", "False and", TEST_HEALTH),
    ("eqms/csp.py", 'response.headers.setdefault("Content-Security-Policy", policy)', "pass", TEST_HEALTH),
    ("eqms/gunicorn.conf.py", "except ImproperlyConfigured as error:", "except KeyError as error:", TEST_RUNNING),
    ("eqms/settings.py", "SECURE_HSTS_SECONDS = 31_536_000", "SECURE_HSTS_SECONDS = 0", TEST_RUNNING),
    (RELEASE, "validate_password(password, User(username=email, email=email))", "pass", TEST_RELEASE),
    (RELEASE, "    if User.objects.filter(is_superuser=True, is_active=True).exists():", "    if False:", TEST_RELEASE),
    (RELEASE, 'getattr(error.__cause__, "sqlstate", None) == lock_not_available or', "False and", TEST_SCHEMA),
    (RELEASE, "    for name in names:\n        importlib.import_module(name)\n", "", TEST_RELEASE),
    (ROLES, "    group.permissions.set(permissions)\n", "    group.permissions.add(*permissions)\n", TEST_RELEASE),
    (ROLES, '"viewer": [(EVERYDAY, VIEW)],', '"viewer": [(EVERYDAY, WRITE)],', TEST_RELEASE),
    (DRIFT, "notnull={column[3]} ", "", TEST_SCHEMA),
    (DRIFT, 'lines |= {f"constraint {table}: {text}" for text in constraints(sql)}', "pass", TEST_SCHEMA),
    (DRIFT, " {key[5]} {key[6]}", "", TEST_SCHEMA),
    (DEPLOYMENT, "served == release,", "True,", TEST_DEPLOYMENT),
    (DEPLOYMENT, 'if page.status == 200 and page.path == "/admin/login/":', "if False:", TEST_DEPLOYMENT),
    ("eqms/operations/admin.py", ".select_related(None)", "", "tests/promises/test_every_page.py"),
    (".env.example", "#CURRENCY=USD\n", "", TEST_FILES),
    (".do/app.yaml", "initial_delay_seconds: 15", "initial_delay_seconds: 5", TEST_FILES),
    ("sales/order_number_key.py", '"""', 'import nothing_like_this\n"""', "tests/test_architecture.py"),
]


def found(copy: Path, test: str) -> str:
    """Return the first test that fails in ``copy``, empty where none does."""
    path, _, name = test.partition("::")
    command = [sys.executable, "-m", "pytest", "-x", "-q", path, *(["-k", name] if name else [])]
    done = subprocess.run(command, cwd=copy, text=True, capture_output=True)
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return (failed or [f"exit code {done.returncode}"])[0] if done.returncode not in (0, 5) else ""


def plant(number: int) -> str:
    file, stands, planted, test = BUGS[number]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(ROOT, Path(folder) / "copy", ignore=LEFT_OUT))
        text = (copy / file).read_text()
        assert stands in text, f"{file} no longer holds {stands!r}"
        (copy / file).write_text(text.replace(stands, planted, 1))
        return found(copy, test)


def main() -> int:
    missed = 0
    for number, (file, stands, _, test) in enumerate(BUGS):
        by = plant(number)
        missed += not by
        print(f"{'found ' if by else 'MISSED'} {file}: {stands.strip()[:60]!r} by {by[:110] or test}", flush=True)
    print(f"{len(BUGS) - missed} of {len(BUGS)} planted bugs found.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
