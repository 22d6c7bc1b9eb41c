"""P42: no cell of any CSV file that leaves the house begins like a formula, and each comes back as it was.

An address that gives a CSV file and is not in the tables below fails, so that a new one is thought of here.
"""

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.urls import get_resolver

from customers.models import Customer
from distribution import recalling
from distribution.models import Distribution, DistributionLine
from distribution.operations import import_distributions, match_distributions
from distribution.shipment_export import Export, Wanted
from distribution.shipment_file import SHIPMENT_FILE
from distribution.shipment_file import columns as shipment_columns
from eqms.csv_cells import FORMULA_STARTS, original
from eqms.csv_rows import Problem, mendable, read_rows
from eqms.operations import Approval
from eqms.operations.export import as_csv
from eqms.signatures import Signer
from eqms.storage import store
from inventory.models import Lot, Product
from inventory.stock_file import columns as stock_columns
from sales.models import SalesOrder
from sales.order_file import columns as order_columns
from tests.promises import promise
from tests.promises.test_every_page import routes

ROOT = Path(__file__).parent.parent.parent
APPS = ("eqms", "customers", "inventory", "sales", "distribution")
HOSTILE = ["=1+1", "+1 a", "-1 a", "@SUM(A1)", "'=x", "''+x", "'quoted", "plain"]
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
BAD_ROWS = "test_rows_in_error_come_back_as_they_were_sent"
# Route -> where it is asked for; a string in place of an address says which test looks at it.
FILES = {
    "admin/customers/customer/export.csv": "/admin/customers/customer/export.csv",
    "admin/distribution-log/export": "/admin/distribution-log/export?download=csv&whole=on",
    "admin/trace/csv": "/admin/trace/csv?lot={lot}",
    "admin/^recalls/(?P<number>\\d{1,18})/(?P<what>notices|shipments)\\.csv$": "/admin/recalls/{recall}/notices.csv",
    "admin/sales-dashboard.csv": "/admin/sales-dashboard.csv?since=2026-01-01&until=2026-12-31",
    "admin/sales-orders/files/<int:number>/bad-rows.csv": BAD_ROWS,
    "admin/stock/files/<int:number>/bad-rows.csv": BAD_ROWS,
    "admin/distribution-log/files/<int:number>/bad-rows.csv": BAD_ROWS,
    "admin/tracing-reports/<int:number>/file.csv": "tests/distribution/reports",
}
UPLOADS = {f"admin/{folder}/import-csv" for folder in ("sales-orders", "stock", "distribution-log")}


def cells_of(lines: Iterable[str]) -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(lines), newline="")))


def formulas(rows: list[list[str]]) -> list[str]:
    """Return the cells that a spreadsheet would run."""
    return [cell for row in rows for cell in row if cell.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(cell)]


@pytest.fixture(params=HOSTILE)
def text(request):
    return request.param


@pytest.fixture
def house(demo, text):
    """Every name that people may write is ``text``; the lot went to an order and to a waiting consignee."""
    demo.text = text
    Customer.objects.filter(pk=demo.north.pk).update(facility_name=text, city=text)
    SalesOrder.objects.filter(pk=demo.order.pk).update(order_number=text)
    Product.objects.filter(pk=demo.tracked.pk).update(sku=text, name=text)
    Lot.objects.filter(pk=demo.lot.pk).update(number=text)
    named = {"consignee_name": text, "consignee_address": text, "consignee_city": text, "rep_name": text}
    for order in (demo.order, None):
        shipped = demo.shipped(2, product=demo.tracked, lot=demo.lot, sales_order=order, order_number=text)
        Distribution.objects.filter(pk=shipped.pk).update(**named)
    demo.recall = recalling.open_recall([Lot.objects.get(pk=demo.lot.pk)], by=Signer(demo.ada), reason=text)
    return demo


@pytest.mark.django_db(transaction=True)
def test_p42_no_page_gives_a_cell_that_runs_and_every_text_comes_back(house, as_ada):
    wrong, count = [], 0
    for address in (address for address in FILES.values() if address.startswith("/")):
        answer = as_ada.get(address.format(lot=house.lot.pk, recall=house.recall.pk))
        assert answer.status_code == 200, address
        rows = cells_of([(answer.getvalue()).decode()])
        wrong += [f"{address}: {cell}" for cell in formulas(rows)]
        if house.text not in {original(cell) for row in rows for cell in row}:
            wrong.append(f"{address}: lacks {house.text}")
        count += len(rows)
    rows = cells_of(as_csv(match_distributions.plan()))
    assert wrong == formulas(rows) == []
    promise("P42", len(wrong), 0, n=count)


def test_p42_every_address_that_gives_a_csv_is_in_the_table():
    given = {route for route in routes(get_resolver()) if "csv" in route or route.endswith("export")}
    assert given - UPLOADS == set(FILES)


def test_p42_one_module_writes_csv():
    """Whoever writes cells by another way forgets to make them neutral; PostgreSQL's COPY has its own test."""
    sources = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    writers = [path for path in sources if re.search(r"csv\.(writer|DictWriter)\(", path.read_text())]
    assert [path.relative_to(ROOT).as_posix() for path in writers] == ["eqms/csv_cells.py"]


@pytest.mark.parametrize(
    "columns", [shipment_columns(), stock_columns(), order_columns()], ids=["log", "stock", "orders"]
)
def test_rows_in_error_come_back_as_they_were_sent(columns, text):
    """What a person sent, spelled as it may be, is handed back neutral and read again as the same values."""
    sent = io.StringIO(newline="")
    csv.writer(sent).writerows([[column.heading for column in columns], [text] * len(columns)])
    table = read_rows(sent.getvalue().encode(), columns)
    assert len(table.rows) == 1
    back = "".join(mendable(table, {row.number: [Problem(row.number, "x", "", text, text)] for row in table.rows}))
    assert formulas(cells_of([back.removeprefix("\ufeff")])) == []
    again = read_rows(back.encode(), columns)
    assert [row.values for row in again.rows] == [row.values for row in table.rows]
    assert original(text) in table.rows[0].values.values()


@pytest.mark.django_db(transaction=True)
def test_an_exported_log_makes_the_same_shipments_in_an_empty_one(demo, text):
    """Every column that a person may write holds the text: facility, address, city, SKU, lot, rep, carrier, number."""
    Product.objects.filter(pk=demo.tracked.pk).update(sku=text, sku_key=text.replace(" ", "").casefold())
    Lot.objects.filter(pk=demo.lot.pk).update(number=text, number_key=text.replace(" ", "").casefold())
    demo.lot.refresh_from_db()
    names = {"consignee_name": text, "consignee_address": text, "consignee_city": text, "consignee_state": text}
    more = {"rep_name": text, "carrier": text, "tracking_number": text, "order_number": f"{text} 9", "source": "csv"}
    more["external_key"] = text
    demo.shipped(2, product=demo.tracked, lot=demo.lot, shipped_from_warehouse=demo.depot, **names, **more)
    wanted = Wanted(source="csv")
    data = b"".join(Export(wanted, whole=True))
    before = cells_of([data.decode()])
    assert formulas(before) == []
    DistributionLine.objects.all().delete()
    Distribution.objects.all().delete()
    kept = store(data, "export.csv", by="test")
    SHIPMENT_FILE.read(kept)
    import_distributions.apply(Approval("test"), document=kept)
    assert cells_of([b"".join(Export(wanted, whole=True)).decode()]) == before
    shipment = Distribution.objects.get()
    assert [getattr(shipment, name) for name in names] == [text] * len(names)
    assert shipment.lines.get().lot == demo.lot
