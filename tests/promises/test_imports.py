"""P18 and P19 for papers, with real processes: any order, eight at once, cut and resumed end in the same rows."""

import json
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.promises import promise, size
from tests.running import ROOT, empty_database, environment, manage, migrated

PAPERS = Path(__file__).parent.parent / "papers"
SEED = 18
STATE = """
import json
from customers.models import Customer
from sales.models import DocumentSegment, SalesOrder
orders = SalesOrder.objects.select_related("customer").prefetch_related("lines").order_by("order_number_key")
print(json.dumps({
    "orders": [[o.order_number, str(o.order_date), o.customer.company_key, str(o.total),
                [[l.sku_printed, l.lot_numbers, l.quantity] for l in o.lines.all()]] for o in orders],
    "customers": sorted(Customer.objects.values_list("company_key", flat=True)),
    "without_order": Customer.objects.filter(orders=None).count(),
    "papers": sorted(DocumentSegment.objects.values_list("document__sha256", "position", "status")),
}))
"""


@pytest.fixture(scope="module")
def files():
    """Papers with orders, slips, an order twice in one file and a file that cannot be read."""
    names = ["sage_classic_batch", "qb_grid_08", "odoo_style_09", "mono_erp_batch", "netsuite_modern_10"]
    names += ["slip_half_batch", "hostile/same_order_twice_in_one_file", "hostile/encrypted_user_password"]
    return [str(PAPERS / f"{name}.pdf") for name in names]


class Shop:
    """A database of its own in which imports run as processes."""

    def __init__(self, url: str, folder: Path):
        self.variables = {"DATABASE_URL": url, "VAR_DIR": str(folder / "var")}
        migrated(url)

    def start(self, files: list[str]) -> subprocess.Popen:
        command = [sys.executable, "manage.py", "import_orders", *files]
        quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=ROOT, env=environment(**self.variables), **quiet)

    def state(self) -> dict:
        done = manage("shell", "-v0", "-c", STATE, **self.variables)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def shop(tmp_path):
    with empty_database(tmp_path) as url:
        yield Shop(url, tmp_path)


@pytest.fixture(scope="module")
def serial(tmp_path_factory, files):
    """What one undisturbed import leaves behind."""
    folder = tmp_path_factory.mktemp("serial")
    with empty_database(folder) as url:
        alone = Shop(url, folder)
        said = alone.start(files).communicate(timeout=120)
        assert "Wrote" in said[0], said
        yield alone.state()


def test_p18_imports_twice_shuffled_cut_and_eight_at_once_end_in_the_same_rows(shop, serial, files):
    chance = random.Random(SEED)
    cut = shop.start(files)
    cut.stdout.readline()
    cut.send_signal(signal.SIGKILL)
    cut.communicate(timeout=60)
    count = size(4, 8)
    racing = [shop.start(chance.sample(files, len(files))) for _ in range(count)]
    ends = [(run.communicate(timeout=300), run.returncode) for run in racing]
    assert [code for _, code in ends] == [0] * count, ends
    found = shop.state()
    wrong = sum(found[name] != serial[name] for name in ("orders", "customers", "papers"))
    promise("P18", wrong, 0, n=count * len(files), seed=SEED)


def test_p18_every_paper_is_in_one_count(serial):
    statuses = Counter(status for *_, status in serial["papers"])
    known = statuses["imported"] + statuses["duplicate"] + statuses["unmatched"] + statuses["unreadable"]
    promise("P18", abs(len(serial["papers"]) - known), 0, n=len(serial["papers"]))
    assert statuses["imported"] == len(serial["orders"])


def test_p19_an_import_creates_no_customer_without_an_order(serial):
    promise("P19", serial["without_order"], 0, n=len(serial["customers"]))
