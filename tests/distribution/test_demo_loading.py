"""How the demo data is loaded: once, the same every time, into an empty database that is nobody's."""

import os
import subprocess
import sys
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from customers.models import Customer
from distribution.demo.loading import load, loaded_run
from eqms.models import User
from eqms.operations import Approval, Refused
from eqms.operations.undo import undo
from tests.cast import everything

DAY = date(2026, 11, 20)
TOLD = """
import sys
from datetime import date
import django
django.setup()
from distribution.demo.loading import PEOPLE, tell
from distribution.demo.story import Story
from eqms.models import User
from eqms.operations import Plan
plan = Plan("told")
tell(Story(plan, date.fromisoformat(sys.argv[1]), {name: User(pk=7) for name in PEOPLE}))
print(plan.fingerprint)
"""


def told(day: str, hash_seed: str) -> str:
    """Return the fingerprint of the data as told on ``day`` by a process of its own."""
    settings = {"DJANGO_SETTINGS_MODULE": "eqms.settings", "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", TOLD, day]
    return subprocess.run(command, env={**os.environ, **settings}, check=True, capture_output=True, text=True).stdout


def run_command(*arguments) -> str:
    """Return what the command printed on standard output."""
    out = StringIO()
    call_command("load_demo_data", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_the_same_day_tells_the_same_rows_in_every_process():
    first = told("2026-11-20", "1")
    assert told("2026-11-20", "2") == first
    assert told("2026-11-21", "1") != first


@pytest.mark.parametrize("day", ["2024-02-29", "2025-03-30", "2027-01-01", "2026-08-16"])
def test_every_day_can_be_told(db, day):
    """Leap days, weekends and turns of the year: no date falls over an edge."""
    assert len(load(date.fromisoformat(day), dry_run=True)) > 2500


def test_a_second_run_changes_nothing_and_says_so(db):
    assert "Wrote " in run_command()
    before = everything()
    assert run_command().splitlines()[-1].startswith("Nothing to do: run ")
    assert everything() == before


def test_a_dry_run_writes_nothing(db):
    before = everything()
    assert "Nothing was written. Fingerprint" in run_command("--dry-run")
    assert everything() == before
    assert not User.objects.exists()


def test_it_can_be_taken_back_and_loaded_again(db):
    run = load(DAY).run
    undo.apply(Approval("a tester", reason="a fresh start", force=True), run=run)
    assert loaded_run() is None
    assert load(DAY).run.fingerprint == run.fingerprint


def test_refuses_a_database_with_rows_of_other_origin(demo):
    before = everything()
    with pytest.raises(CommandError, match="holds rows that are no demo data: .*customers.* Use an empty database"):
        run_command()
    with pytest.raises(Refused):
        load(DAY)
    assert everything() == before


def test_refuses_production_unless_it_is_told_why(db, settings):
    settings.IN_PRODUCTION = True
    for flags in ([], ["--force"], ["--reason", "a trial"]):
        with pytest.raises(CommandError, match="this is a production database"):
            run_command(*flags)
    assert not Customer.objects.exists()
    assert "Wrote" in run_command("--force", "--reason", "a trial before the first customer")


def test_the_administrator_gets_a_password_of_chance_shown_once(db):
    password = run_command().partition("password ")[2].split()[0]
    assert User.objects.get(username="admin").check_password(password)
    again = run_command()
    assert "Administrator admin: password unchanged." in again
    assert password not in again


def test_a_given_password_is_used_and_not_shown(db, settings):
    settings.ADMIN_PASSWORD = "a given one 123"
    assert "a given one" not in run_command()
    assert User.objects.get(username="admin").check_password("a given one 123")
