"""Operations on the command line: flags, exit codes, first and last lines."""

import json
import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from customers.models import Customer
from customers.operations import cleanup_zero_order_customers
from eqms.models import OperationRun
from eqms.operations import Approval
from tests.running import manage

CLEANUP = "cleanup_zero_order_customers"


def run(*args, **options):
    out, err = StringIO(), StringIO()
    call_command(*args, stdout=out, stderr=err, **options)
    return out.getvalue().splitlines(), err.getvalue().splitlines()


def test_dry_run_writes_nothing_and_counts_last(demo):
    out, err = run(CLEANUP, "--dry-run")
    assert out[-1].startswith("Would write 2 changes (2 deleted), skipped 0. Nothing was written. Fingerprint ")
    assert not OperationRun.objects.exists()


def test_the_first_line_names_database_host_environment_and_release(demo, settings):
    settings.RELEASE = "9.9"
    _, err = run(CLEANUP, "--dry-run")
    assert err[0].startswith("Database ")
    assert err[0].endswith("development, release 9.9")
    assert " on " in err[0]


def test_a_deleting_plan_needs_yes_without_a_terminal(demo):
    with pytest.raises(CommandError, match="Nothing was written.*needs --yes"):
        run(CLEANUP)
    out, _ = run(CLEANUP, "--yes")
    assert out[-1] == f"Wrote 2 changes (2 deleted), skipped 0, run {OperationRun.objects.applied().get().pk}."
    out, _ = run(CLEANUP, "--yes")
    assert out[-1] == "Nothing to do: 0 of 2 customers."


def test_check_fails_while_work_waits(demo):
    with pytest.raises(CommandError, match="2 changes waiting"):
        run(CLEANUP, "--check")
    run(CLEANUP, "--yes")
    out, _ = run(CLEANUP, "--check")
    assert out[-1] == "Nothing to do: 0 of 2 customers."


def test_approve_binds_the_fingerprint(demo):
    with pytest.raises(CommandError, match="data changed"):
        run(CLEANUP, "--yes", "--approve", "0" * 64)
    fingerprint = cleanup_zero_order_customers.plan().fingerprint
    out, _ = run(CLEANUP, "--yes", "--approve", fingerprint)
    assert out[-1].startswith("Wrote 2 changes")


def test_json_is_one_document_and_the_last_line_goes_to_standard_error(demo):
    out, err = run(CLEANUP, "--json", "--yes")
    document = json.loads("\n".join(out))
    assert document["counts"]["delete"] == 2
    assert document["run"] == OperationRun.objects.get().pk
    assert err[-1].startswith("Wrote 2 changes")


def test_json_without_yes_shows_the_plan_and_writes_nothing(demo):
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="needs --yes"):
        call_command(CLEANUP, "--json", stdout=out, stderr=err)
    assert json.loads(out.getvalue())["counts"]["delete"] == 2
    assert Customer.objects.count() == 4


def test_an_unknown_actor_or_value_is_refused(demo):
    with pytest.raises(CommandError, match="No user is called eve"):
        run(CLEANUP, "--actor", "eve")
    with pytest.raises(CommandError, match="RUN: no operation run is called 777"):
        run("undo", "777", "--yes")
    with pytest.raises(CommandError, match="--created-before: Enter a valid date"):
        run(CLEANUP, "--created-before", "soon")


def test_actor_and_reason_stand_in_the_run(demo):
    run(CLEANUP, "--yes", "--actor", "ada", "--reason", "spring")
    assert (OperationRun.objects.get().actor, OperationRun.objects.get().reason) == (demo.ada, "spring")


def test_without_a_name_the_system_user_is_recorded_as_such(demo):
    run(CLEANUP, "--yes")
    written = OperationRun.objects.get()
    assert written.actor is None
    assert written.actor_name.endswith(" (operating system)")
    assert len(written.request_id) == 32


def test_above_the_ceiling_force_is_needed(demo):
    Customer.objects.bulk_create(
        Customer(facility_name=f"F{i}", company_key=f"f{i}") for i in range(cleanup_zero_order_customers.ceiling)
    )
    with pytest.raises(CommandError, match="more than the ceiling of 2000.*--force"):
        run(CLEANUP, "--yes")
    out, _ = run(CLEANUP, "--yes", "--force")
    assert out[-1].startswith("Wrote 2002 changes")


def test_undo_takes_the_run_as_its_argument(demo):
    run(CLEANUP, "--yes")
    out, _ = run("undo", str(OperationRun.objects.get().pk))
    assert out[-1].startswith("Wrote 2 changes (2 created), skipped 0, run ")
    assert Customer.objects.filter(pk=demo.idle.pk).exists()


def test_runs_lists_the_newest_first_with_filters(demo):
    run(CLEANUP, "--yes")
    first = OperationRun.objects.get()
    run("undo", str(first.pk))
    out, _ = run("runs")
    assert out[-1] == "2 of 2 runs."
    assert " undo by " in out[0]
    assert ": undone, 0 created, 0 updated, 2 deleted." in out[1]
    document = json.loads("\n".join(run("runs", "--json", "--operation", CLEANUP)[0]))
    assert [row["run"] for row in document["runs"]] == [first.pk]
    assert run("runs", "--since", "2999-01-01")[0] == ["0 of 0 runs."]
    with pytest.raises(CommandError, match="write a day as YYYY-MM-DD"):
        run("runs", "--since", "yesterday")


def test_verify_audit_counts_seals_and_names_problems(demo):
    cleanup_zero_order_customers.apply(Approval("test"))
    out, _ = run("verify_audit")
    assert out[-1].startswith("The record is whole: 1 seals, head ")
    Customer.objects.filter(pk=demo.north.pk).update(phone="1")
    cleanup = OperationRun.objects.get()
    run("undo", str(cleanup.pk))
    Customer.objects.filter(pk=demo.idle.pk).update(phone="1")
    with pytest.raises(CommandError, match="1 problem in 2 seals"):
        run("verify_audit")


@pytest.mark.parametrize("name", ["trace", CLEANUP])
def test_a_database_without_its_tables_is_told_apart_from_one_that_is_away(tmp_path, name):
    arguments = ["L-7"] if name == "trace" else ["--dry-run"]
    done = manage(name, *arguments, DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite3")
    assert done.returncode == 1
    assert re.search(r"lacks \d+ migrations\. Run `manage.py migrate`", done.stderr)
