"""The files by which others start the product: they parse, agree with each other and with the code."""

import ast
import configparser
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

from eqms import settings as house

ROOT = Path(__file__).resolve().parent.parent
READERS = {"text", "one_of", "flag", "number", "names"}
WEB = "gunicorn --config eqms/gunicorn.conf.py"


def text(name: str) -> str:
    return (ROOT / name).read_text()


def variables_read() -> set[str]:
    """Return every variable that the product asks the environment for."""
    found = set()
    for path in (ROOT / "eqms").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READERS:
                if getattr(node.func.value, "id", None) == "environment":
                    found.add(node.args[0].value)
    return found


def test_the_example_names_every_variable_and_no_other():
    named = set(re.findall(r"^#?([A-Z][A-Z0-9_]*)=", text(".env.example"), re.MULTILINE))
    assert named == variables_read()


def test_the_guide_explains_every_variable():
    explained = {
        name
        for row in re.findall(r"^\| (`[A-Z].*?) \|", text("docs/DEPLOY.md"), re.MULTILINE)
        for name in re.findall(r"`([A-Z0-9_]+)`", row)
    }
    assert variables_read() <= explained


def test_the_example_holds_no_secret():
    secrets = re.findall(r"^#?\w*(?:KEY|PASSWORD|SECRET)\w*=(.+)$", text(".env.example"), re.MULTILINE)
    assert secrets == []


def test_the_environment_is_read_in_the_settings_alone():
    found = [
        str(path.relative_to(ROOT))
        for app in ("eqms", "customers", "inventory", "sales", "distribution")
        for path in (ROOT / app).rglob("*.py")
        if re.search(r"os\.environ\b|os\.getenv\b", path.read_text())
        if path.name not in ("environment.py", "wsgi.py", "gunicorn.conf.py", "drift.py")
    ]
    assert found == []


def test_the_platform_probes_and_releases_as_the_runbooks_say():
    app = yaml.safe_load(text(".do/app.yaml"))
    (release,), (web,), (worker,) = app["jobs"], app["services"], app["workers"]
    assert (release["kind"], release["run_command"]) == ("PRE_DEPLOY", "python manage.py release")
    assert list(web["health_check"].values()) == ["/healthz", 15, 5, 10, 3]
    assert list(web["liveness_health_check"].values()) == ["/healthz", 30, 5, 30, 3]
    assert "--timeout 60 --access-logfile - --error-logfile -" in web["run_command"]
    assert "--preload" not in web["run_command"]
    assert worker["run_command"] == "python manage.py worker"
    assert {entry["key"] for entry in app["envs"]} <= variables_read()
    assert not [e for e in app["envs"] if re.search("SECRET|PASSWORD|ACCESS_KEY", e["key"]) and "value" in e]


def test_compose_starts_the_three_processes_and_what_they_need():
    services = yaml.safe_load(text("compose.yaml"))["services"]
    assert {"release", "web", "worker", "postgres", "storage"} <= set(services)
    assert services["web"]["depends_on"]["release"]["condition"] == "service_completed_successfully"
    assert set(services["web"]["environment"]) <= variables_read()


def test_the_image_runs_as_nobody_special():
    lines = text("Dockerfile").splitlines()
    users = [line for line in lines if line.startswith("USER")]
    assert users == ["USER eqms"]
    assert "slim" in lines[1]
    assert any("collectstatic" in line for line in lines)
    assert lines.index("USER eqms") < next(n for n, line in enumerate(lines) if line.startswith("CMD"))


@pytest.mark.parametrize(("unit", "command"), [("web", WEB), ("worker", "python manage.py worker")])
def test_the_units_start_the_same_commands(unit, command):
    parser = configparser.ConfigParser(strict=False)
    parser.optionxform = str
    parser.read_string(text(f"deploy/eqms-{unit}.service"))
    assert command in parser["Service"]["ExecStart"]
    assert parser["Service"]["User"] == "eqms"
    assert parser["Install"]["WantedBy"] == "multi-user.target"


def test_the_procfile_starts_the_same_commands():
    processes = dict(line.split(": ", 1) for line in text("Procfile").splitlines())
    assert processes["release"] == "python manage.py release"
    assert processes["web"].startswith(WEB)
    assert processes["worker"] == "python manage.py worker"


def test_every_requirement_is_pinned_and_says_what_for():
    for line in (text("requirements.txt") + text("requirements-dev.txt")).splitlines():
        if line and not line.startswith(("#", "-r")):
            assert re.match(r"\S+==\S+ +# \S", line), line


def test_the_version_is_the_same_everywhere():
    assert tomllib.loads(text("pyproject.toml"))["project"]["version"] == house.RELEASE


def test_static_files_are_hashed_without_a_missing_one(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": house.MANIFEST}}
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()


def test_scripts_of_the_shell_parse_and_may_be_run():
    for name in ("run", ".ci/run", ".githooks/pre-push"):
        assert (ROOT / name).stat().st_mode & 0o111, name
        assert text(name).startswith("#!/bin/sh\n"), name
