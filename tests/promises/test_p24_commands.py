"""P24: no command is silent: {nothing to do, done, error, closed pipe, terminal, no database} x all commands.

COMMANDS lists every command of the product, so a new one must say here how it is called.
"""

import os
import pty
import re
import signal
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.db import connection, connections

from customers.models import Customer
from eqms.models import OperationRun
from eqms.operations import Approval, registry
from inventory.models import Lot
from tests.cast import Demo, counted
from tests.promises import promise

EXPORTED = str(Path(tempfile.gettempdir()) / f"exported-{os.getpid()}.csv")
ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("eqms", "customers", "inventory", "sales", "distribution")
CLEANUP = "cleanup_zero_order_customers"
NO_DATABASE = "postgresql://nobody@127.0.0.1:9/none"
COUNTS = re.compile(r"\d")
ADJUSTED = "--product A-1 --place Depot --difference -3 --kind loss --note fell"

# name -> (arguments with which there is work or something to read, an argument that means nothing)
COMMANDS = {
    "attach_papers": ([], ["--approve", "nonsense"]),
    "adjust_stock": (ADJUSTED.split(), [*ADJUSTED.split(), "--seen", "few"]),
    "check_data": (["--app", "sales", "customers"], ["--rule", "nonsense"]),
    CLEANUP: (["--yes"], ["--created-before", "soon"]),
    "dedupe_customers": (["--merge", "--yes"], ["--merge", "--band", "review"]),
    "export_distributions": (["--output", EXPORTED], ["--since", "soon"]),
    "fix_storefront_inventory": (["--all"], ["--product-id", "nonsense"]),
    "import_distributions": (["tests/distribution/shipments.csv"], ["nowhere.csv"]),
    "import_orders": (["tests/papers/qb_grid_08.pdf"], ["nowhere.pdf"]),
    "refresh_customers_from_orders": ([], ["--fields", "nonsense"]),
    "settle_stock_count": (["COUNT"], ["777"]),
    "import_sales_orders": (["tests/sales/orders.csv"], ["nowhere.csv"]),
    "import_stock": (["tests/inventory/stock.csv"], ["nowhere.csv"]),
    "link_products": ([], ["--approve", "nonsense"]),
    "merge_customers": (["C-100", "INC", "--yes"], ["C-100", "nowhere"]),
    "not_duplicates": (["C-100", "INC", "--reason", "two houses"], ["C-100", "nowhere"]),
    "match_distributions": ([], ["--enforce"]),
    "trace": (["L-7"], ["nonsense"]),
    "sync_shipstation": (["--month", "2026-03"], ["--month", "March"]),
    "undo": (["RUN"], ["777"]),
    "runs": ([], ["--since", "soon"]),
    "verify_audit": ([], ["--head", "f" * 64]),
}
# Commands that follow other rules, and who runs them.
ELSEWHERE = {
    "serve": "a server: tests/eqms/test_worker.py and the promises of running",
    "demo": "prepares the demonstration: ./run demo",
    "worker": "a server: tests/eqms/test_worker.py",
    "health_check": "a probe: tests/promises/test_running.py",
    "release": "a deploy: prints the lines that platforms wait for",
    "verify_deploy": "reads a served address, no database",
    "read_orders": "reads files, no database",
    "find_duplicates": "reads a file, no database: tests/customers/test_find_duplicates.py",
    "check_storage": "reads storage: tests/eqms/test_storage.py",
    "job": "tests/eqms/test_jobs_faces.py",
    "jobs": "tests/eqms/test_jobs_faces.py",
    "load_demo_data": "tests of the demo data",
}


def test_every_command_is_listed():
    ours = {name for name, app in get_commands().items() if app in APPS}
    assert ours == COMMANDS.keys() | (ELSEWHERE.keys() & ours)


def start(*arguments, **words):
    """Run manage.py on the test database in a process of its own."""
    settings = connections["default"].settings_dict
    address = f"sqlite:///{settings['NAME']}"
    if connection.vendor == "postgresql":
        user, host, port = settings["USER"], settings["HOST"], settings["PORT"]
        address = f"postgresql://{user}:{settings['PASSWORD']}@{host}:{port}/{settings['NAME']}"
    environment = {**os.environ, "DATABASE_URL": address, **words.pop("environment", {})}
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **words}
    command = [sys.executable, "manage.py", *arguments]
    # Jobs in the background of a shell ignore interrupts, and so would their children; people's commands do not.
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, preexec_fn=heed, **pipes)


def outcome(process):
    out, err = process.communicate(timeout=60)
    return process.returncode, (out or "").splitlines(), (err or "").splitlines()


def arguments_of(name):
    """Return the arguments with which ``name`` has work on the demo data."""
    if name == "settle_stock_count":
        return [name, str(counted(Lot.objects.get(number="L-7"), 18).pk)]
    if "INC" in COMMANDS[name][0]:
        key = str(Customer.objects.get(facility_name="North Clinic Inc").pk)
        return [name, *(key if argument == "INC" else argument for argument in COMMANDS[name][0])]
    if name != "undo":
        return [name, *COMMANDS[name][0]]
    run = registry[CLEANUP].apply(Approval("test")).run
    return [name, str(run.pk)]


def silences(code, lines, err, wanted) -> int:
    """Return how many rules are broken: exit code, a first line that says where, a last line that counts."""
    first_line = not err or not err[0].startswith("Database ")
    return (code != wanted) + (not lines) + first_line + (not COUNTS.search(lines[-1] if lines else ""))


pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_done_without_a_terminal(name):
    Demo()
    code, out, err = outcome(start(*arguments_of(name)))
    promise("P24", silences(code, out, err, 0), 0, n=1)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_an_argument_that_means_nothing_is_an_error_in_words(name):
    Demo()
    code, out, err = outcome(start(name, *COMMANDS[name][1]))
    wrong = (code != 1) + any("Traceback" in line for line in err) + (not err[-1].startswith("CommandError: "))
    promise("P24", wrong, 0, n=1)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_an_unknown_flag_is_2(name):
    code, _, err = outcome(start(name, "--no-such-flag"))
    promise("P24", (code != 2) + (not err), 0, n=1)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_closed_pipe_changes_nothing_but_where_the_last_line_goes(name):
    Demo()
    reader, writer = os.pipe()
    os.close(reader)
    process = start(*arguments_of(name), stdout=writer)
    os.close(writer)
    code, _, err = outcome(process)
    promise("P24", silences(code, err[1:], err, 0) + any("Broken" in line for line in err), 0, n=1)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_on_a_terminal(name):
    Demo()
    master, terminal = pty.openpty()
    process = start(*arguments_of(name), stdin=terminal, stdout=terminal, stderr=terminal)
    os.close(terminal)
    code = process.wait(60)
    shown = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # Linux's end of a terminal
            break
        if not part:
            break
        shown += part
    os.close(master)
    lines = shown.decode().splitlines()
    promise("P24", silences(code, lines, lines, 0), 0, n=1)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_without_a_database_it_is_one_sentence(name):
    arguments = [argument.replace("RUN", "1").replace("COUNT", "1") for argument in COMMANDS[name][0]]
    code, out, err = outcome(start(name, *arguments, environment={"DATABASE_URL": NO_DATABASE}))
    wrong = (code != 1) + any("Traceback" in line for line in err) + ("does not answer" not in err[-1])
    promise("P24", wrong, 0, n=1)


def test_nothing_to_do_counts_what_was_looked_at():
    Demo()
    registry[CLEANUP].apply(Approval("test"))
    code, out, err = outcome(start(CLEANUP, "--yes"))
    promise("P24", silences(code, out, err, 0) + (out[-1] != "Nothing to do: 0 of 2 customers."), 0, n=1)


def test_a_no_at_the_terminal_writes_nothing():
    Demo()
    master, terminal = pty.openpty()
    process = start(CLEANUP, stdin=terminal)
    os.write(master, b"n\n")
    code, _, err = outcome(process)
    os.close(terminal)
    os.close(master)
    wrong = (code != 1) + (Customer.objects.count() != 4) + ("Nothing was written" not in err[-1])
    promise("P24", wrong + OperationRun.objects.count(), 0, n=1)


def test_without_terminal_and_yes_a_deleting_plan_is_not_written():
    Demo()
    code, _, err = outcome(start(CLEANUP))
    wrong = (code != 1) + (Customer.objects.count() != 4) + ("needs --yes" not in err[-1])
    promise("P24", wrong, 0, n=1)


def test_a_command_that_is_interrupted_says_what_was_written():
    """The interrupt arrives while the plan is shown: the pipe is full, so the command waits in a write."""
    Customer.objects.bulk_create(Customer(facility_name=f"F{i} {'x' * 150}", company_key=f"f{i}") for i in range(1900))
    process = start(CLEANUP, "--yes")
    process.stdout.readline()
    process.send_signal(2)
    code, _, err = outcome(process)
    wrong = (code != 1) + ("Interrupted. Nothing was written." not in err[-1]) + (Customer.objects.count() != 1900)
    promise("P24", wrong, 0, n=1)
