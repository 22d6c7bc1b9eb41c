"""What a deploy does: its lines, its refusals, and that it may be repeated."""

import subprocess
import sys

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command

from eqms import release, roles
from eqms.models import User
from tests.running import ROOT, empty_database, environment

LINES = [
    "=== eQMS release start ===",
    "Running migrations...",
    "Migrations complete.",
    "Seed complete.",
    "=== eQMS release done ===",
]
STRONG = "sturdy-lantern-42-harbour"


@pytest.fixture
def made(settings):
    settings.ADMIN_EMAIL, settings.ADMIN_PASSWORD = "ada@example.org", STRONG


@pytest.mark.django_db(transaction=True)
def test_prints_the_lines_that_runbooks_look_for(capsys):
    call_command("release", "--no-drift")
    said = capsys.readouterr().out.splitlines()
    assert [line for line in said if line in LINES] == LINES


def test_two_releases_at_once_are_safe(tmp_path):
    with empty_database(tmp_path) as url:
        variables = environment(DATABASE_URL=url, ADMIN_EMAIL="ada@example.org", ADMIN_PASSWORD=STRONG)
        command = [sys.executable, "manage.py", "release", "--no-drift"]
        both = [
            subprocess.Popen(
                command, cwd=ROOT, env=variables, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
            for _ in range(2)
        ]
        said = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sum("made from ADMIN_EMAIL" in text for text in said) == 1


@pytest.mark.django_db
def test_makes_the_first_administrator_once(made, settings):
    assert release.first_administrator() == "Administrator: ada@example.org made from ADMIN_EMAIL."
    settings.ADMIN_PASSWORD = "another-sturdy-lantern"
    assert release.first_administrator() == "Administrator: exists, left alone."
    assert User.objects.get(username="ada@example.org").check_password(STRONG)


@pytest.mark.django_db
@pytest.mark.parametrize("weak", ["password", "12345678", "admin", "ada@example.org"])
def test_refuses_a_weak_first_password(made, settings, weak):
    settings.ADMIN_PASSWORD = weak
    with pytest.raises(release.ReleaseRefused, match="ADMIN_PASSWORD is refused"):
        release.first_administrator()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_does_not_lift_an_ordinary_user_to_administrator(made):
    User.objects.create_user("ada@example.org")
    with pytest.raises(release.ReleaseRefused, match="is no administrator"):
        release.first_administrator()


@pytest.mark.django_db
def test_leaves_nobody_with_a_password_where_none_was_given():
    assert release.first_administrator().startswith("WARNING: no administrator exists")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_gives_each_role_exactly_its_permissions():
    roles.seed()
    viewer = Group.objects.get(name="viewer")
    viewer.permissions.add(Permission.objects.get(codename="delete_customer"))
    assert roles.seed() == ["Role viewer: 0 permissions added, 1 taken away."]
    held = {f"{p.content_type.app_label}.{p.codename}" for p in viewer.permissions.select_related("content_type")}
    assert held == roles.permissions_of("viewer")
    assert roles.seed() == []


@pytest.mark.django_db
def test_refuses_a_role_with_a_permission_that_does_not_exist(monkeypatch):
    monkeypatch.setitem(roles.ROLES, "viewer", [("customers.custmer", "view")])
    with pytest.raises(release.ReleaseRefused, match="customers.view_custmer"):
        release.seed()
    assert not Group.objects.exists()


def test_every_model_is_seen_by_some_role():
    assert roles.models_without_a_role() == []


def test_a_viewer_only_views_and_a_portal_customer_has_nothing_here():
    assert all(".view_" in name for name in roles.permissions_of("viewer"))
    assert roles.permissions_of("portal customer") == set()


def test_nobody_may_change_the_record():
    changing = {f"eqms.{verb}_{model}" for verb in ("add", "change", "delete") for model in ("auditentry", "auditseal")}
    assert not changing & set().union(*(roles.permissions_of(role) for role in roles.ROLES))


@pytest.mark.django_db(transaction=True)
def test_says_in_one_line_that_the_schema_drifted(monkeypatch):
    monkeypatch.setattr(release.drift, "differences", lambda: ["missing: index intake_newest"])
    with pytest.raises(CommandError, match="differs from the migrations in 1 points"):
        call_command("release")


def test_imports_every_module_and_names_a_broken_one(monkeypatch):
    assert release.import_everything() > 50
    monkeypatch.setattr(release.pkgutil, "walk_packages", lambda *_: [type("M", (), {"name": "eqms.gone"})])
    with pytest.raises(ModuleNotFoundError, match="eqms.gone"):
        release.import_everything()


def test_refuses_without_a_database(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "release"],
        cwd=ROOT,
        env=environment(DATABASE_URL="postgresql://eqms@127.0.0.1:1/eqms"),
        text=True,
        capture_output=True,
    )
    assert done.returncode == 1
    assert "The database is not available" in done.stderr
    assert "Traceback" not in done.stderr
