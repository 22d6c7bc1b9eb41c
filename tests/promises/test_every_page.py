"""P33: every address, admin page, action and command runs, on an empty and on a filled database, as every role.

An import test cannot see a wrong name inside the body of a view. An address or a command that is not in the
tables below fails, so that a new one is thought of here.
"""

import contextlib
import io
import os
import traceback

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command, get_commands
from django.db import DatabaseError, InternalError, connection
from django.test import Client
from django.urls import get_resolver

from eqms import roles
from eqms.models import User
from eqms.operations import registry
from tests.promises import promise

FULL = os.environ.get("PROMISES") == "full"
PAPER = "/admin/sales-orders/papers/{sales.documentsegment}"
SLIP = "/admin/distribution-log/papers/{sales.documentsegment}"
SHIPMENT = "/admin/distribution-log/{distribution.distribution}"
CUSTOMER = "/admin/customers/customer/{customers.customer}"
REPORT = "/admin/tracing-reports/{distribution.tracingreport}"
TAKE_BACK = "/admin/distribution-log/take-back"
TRANSFER = "/admin/inventory/transferrequest/{inventory.transferrequest}"
# Route -> addresses to try. {pk} of a route stands for the newest row of the model beside it.
ADDRESSES: dict[str, list[str]] = {
    "healthz": ["/healthz"],
    "health": ["/health"],
    "readyz": ["/readyz"],
    "admin/": ["/admin/", "/admin/?since=2026-01-01&until=x", "/admin/?since=0001-01-01&until=9999-12-31"],
    "admin/login/": ["/admin/login/"],
    "admin/logout/": ["/admin/logout/"],
    "admin/password_change/": ["/admin/password_change/"],
    "admin/password_change/done/": ["/admin/password_change/done/"],
    "admin/autocomplete/": [
        "/admin/autocomplete/",
        "/admin/autocomplete/?app_label=sales&model_name=salesorder&field_name=customer&term=a",
    ],
    "admin/jsi18n/": ["/admin/jsi18n/"],
    "admin/r/<path:content_type_id>/<path:object_id>/": ["/admin/r/1/1/", "/admin/r/x/y/"],
    "admin/^(?P<app_label>auth|eqms|customers|inventory|sales|distribution)/$": ["/admin/eqms/", "/admin/sales/"],
    "admin/(?P<url>.*)$": ["/admin/nowhere", "/admin/nowhere/"],
    "admin/eqms/user/<id>/password/": ["/admin/eqms/user/1/password/", "/admin/eqms/user/x/password/"],
    "admin/eqms/job/<int:number>/cancel/": ["/admin/eqms/job/{eqms.job}/cancel/"],
    "admin/eqms/job/<int:number>/retry/": ["/admin/eqms/job/{eqms.job}/retry/"],
    "admin/customers/customer/export.csv": [
        "/admin/customers/customer/export.csv",
        "/admin/customers/customer/export.csv?tab=all&q=a&o=5",
        "/admin/customers/customer/export.csv?nonsense=1",
    ],
    "admin/customers/customer/<int:number>/archive/": [f"{CUSTOMER}/archive/"],
    "admin/customers/customer/<int:number>/unarchive/": [f"{CUSTOMER}/unarchive/"],
    "admin/customers/customer/<int:number>/note/": [f"{CUSTOMER}/note/"],
    "admin/customers/customer/<int:number>/timeline/": [f"{CUSTOMER}/timeline/", f"{CUSTOMER}/timeline/?before=x"],
    "admin/inventory/transferrequest/short/": ["/admin/inventory/transferrequest/short/"],
    "admin/inventory/transferrequest/<int:number>/assign/": [f"{TRANSFER}/assign/"],
    "admin/inventory/transferrequest/<int:number>/fulfil/": [f"{TRANSFER}/fulfil/"],
    "admin/inventory/transferrequest/<int:number>/cancel/": [f"{TRANSFER}/cancel/"],
    "admin/inventory/lot/<int:number>/status/": ["/admin/inventory/lot/{inventory.lot}/status/"],
    "admin/maintenance/operations/<slug:name>": ["/admin/maintenance/operations/{operations}"],
    "admin/maintenance/customers/zero-orders": ["/admin/maintenance/customers/zero-orders"],
    "admin/maintenance/customers/duplicates": [
        "/admin/maintenance/customers/duplicates",
        "/admin/maintenance/customers/duplicates?limit=x&offset=-1",
    ],
    "admin/maintenance/customers/merge": ["/admin/maintenance/customers/merge"],
    "admin/maintenance/customers/cleanup": ["/admin/maintenance/customers/cleanup"],
    "^admin/sales-orders/?$": ["/admin/sales-orders", "/admin/sales-orders/"],
    "^admin/sales-orders/(?P<key>\\d+)/?$": ["/admin/sales-orders/{sales.salesorder}", "/admin/sales-orders/0"],
    "^admin/distribution-log/?$": ["/admin/distribution-log"],
    "admin/sales-orders/unmatched-pdfs": [
        "/admin/sales-orders/unmatched-pdfs",
        "/admin/sales-orders/unmatched-pdfs?state=unreadable&q=%00&page=x",
    ],
    "admin/sales-orders/import-pdf": ["/admin/sales-orders/import-pdf"],
    "admin/sales-orders/import-pdf-bulk": ["/admin/sales-orders/import-pdf-bulk"],
    "admin/sales-orders/import-csv": ["/admin/sales-orders/import-csv"],
    "admin/sales-orders/<int:number>/upload-pdf": [
        "/admin/sales-orders/{sales.salesorder}/upload-pdf",
        "/admin/sales-orders/{sales.salesorder}/upload-pdf?upload=x",
    ],
    "admin/sales-orders/files/<int:number>": [
        "/admin/sales-orders/files/{eqms.sourcedocument}",
        "/admin/sales-orders/files/0",
    ],
    "admin/sales-orders/files/<int:number>/bad-rows.csv": [
        "/admin/sales-orders/files/{eqms.sourcedocument}/bad-rows.csv"
    ],
    "admin/sales-orders/uploads/<int:number>": ["/admin/sales-orders/uploads/{eqms.job}"],
    "admin/sales-orders/uploads/<int:number>/progress": ["/admin/sales-orders/uploads/{eqms.job}/progress"],
    "admin/sales-orders/papers/<int:number>": [f"{PAPER}"],
    "admin/sales-orders/papers/<int:number>/page/<int:page>.png": [f"{PAPER}/page/1.png", f"{PAPER}/page/99.png"],
    "admin/sales-orders/papers/<int:number>/pages.pdf": [f"{PAPER}/pages.pdf"],
    "admin/sales-orders/papers/<int:number>/read-again": [f"{PAPER}/read-again"],
    "admin/sales-orders/papers/<int:number>/assign": [f"{PAPER}/assign"],
    "admin/sales-orders/papers/<int:number>/customer": [f"{PAPER}/customer"],
    "admin/sales-orders/papers/<int:number>/set-aside": [f"{PAPER}/set-aside"],
    "admin/distribution-log/upload-labels": ["/admin/distribution-log/upload-labels"],
    "admin/distribution-log/papers/<int:number>": [f"{SLIP}", f"{SLIP}?q=%00", f"{SLIP}?q=SO-1"],
    "admin/distribution-log/papers/<int:number>/attach": [f"{SLIP}/attach"],
    "admin/distribution-log/<int:number>/upload-label": [
        f"{SHIPMENT}/upload-label",
        f"{SHIPMENT}/upload-label?upload=x",
    ],
    "admin/distribution-log/<int:number>/upload-pdf": [
        f"{SHIPMENT}/upload-pdf",
        f"{SHIPMENT}/upload-pdf?upload=1",
    ],
    "admin/stock-counts/open": ["/admin/stock-counts/open", "/admin/stock-counts/open?place=storefront+x"],
    "admin/stock-counts/<int:number>": ["/admin/stock-counts/{inventory.stockcount}", "/admin/stock-counts/0?page=x"],
    "admin/stock-counts/<int:number>/print": ["/admin/stock-counts/{inventory.stockcount}/print"],
    "admin/stock-counts/<int:number>/reopen": ["/admin/stock-counts/{inventory.stockcount}/reopen"],
    "admin/stock-counts/<int:number>/cancel": ["/admin/stock-counts/{inventory.stockcount}/cancel"],
    "admin/distribution-log/enter": [
        "/admin/distribution-log/enter",
        "/admin/distribution-log/enter?order=%00",
        "/admin/distribution-log/enter?corrects={distribution.distribution}",
    ],
    "admin/distribution-log/<int:number>/void": ["/admin/distribution-log/{distribution.distribution}/void"],
    "admin/distribution-log/take-back": ["/admin/distribution-log/take-back?q=%00", f"{TAKE_BACK}?q=SO-1"],
    "admin/distribution-log/<int:number>/take-back": ["/admin/distribution-log/{distribution.distribution}/take-back"],
    "admin/distribution-log/import-csv": ["/admin/distribution-log/import-csv"],
    "admin/distribution-log/files/<int:number>": ["/admin/distribution-log/files/{eqms.sourcedocument}"],
    "admin/distribution-log/files/<int:number>/bad-rows.csv": [
        "/admin/distribution-log/files/{eqms.sourcedocument}/bad-rows.csv"
    ],
    "admin/distribution-log/export": [
        "/admin/distribution-log/export",
        "/admin/distribution-log/export?download=csv&lot=%00&whole=on",
        "/admin/distribution-log/export?download=csv&since=soon",
    ],
    "admin/stock/import-csv": ["/admin/stock/import-csv"],
    "admin/stock/files/<int:number>": ["/admin/stock/files/{eqms.sourcedocument}", "/admin/stock/files/0"],
    "admin/stock/files/<int:number>/bad-rows.csv": ["/admin/stock/files/{eqms.sourcedocument}/bad-rows.csv"],
    "admin/trace/": [
        "/admin/trace/",
        "/admin/trace/?q=L",
        "/admin/trace/?q=%281%29",
        "/admin/trace/?q=(01)00844588003288(10)X",
        "/admin/trace/?lot={inventory.lot}",
        "/admin/trace/?customer={customers.customer}&all",
        "/admin/trace/?lot=x",
        "/admin/trace/?product=x&number=1",
    ],
    "admin/trace/csv": ["/admin/trace/csv", "/admin/trace/csv?lot={inventory.lot}"],
    "admin/trace/json": ["/admin/trace/json", "/admin/trace/json?customer={customers.customer}"],
    "admin/recalls/open": [
        "/admin/recalls/open",
        "/admin/recalls/open?lot={inventory.lot}&lot=x&lot=99999999999999999999",
    ],
    "admin/recalls/<int:number>/refresh": ["/admin/recalls/1/refresh"],
    "admin/recalls/<int:number>/tell": ["/admin/recalls/1/tell"],
    "admin/recalls/<int:number>/letters": ["/admin/recalls/{distribution.recall}/letters?all"],
    "admin/recalls/<int:number>/packet": ["/admin/recalls/{distribution.recall}/packet"],
    "admin/^recalls/(?P<number>\\d{1,18})/(?P<what>notices|shipments)\\.csv$": [
        "/admin/recalls/{distribution.recall}/notices.csv",
        "/admin/recalls/{distribution.recall}/shipments.csv",
        "/admin/recalls/999999999999999999/notices.csv",
    ],
    "admin/recalls/<int:number>/close": ["/admin/recalls/{distribution.recall}/close"],
    "admin/recalls/notices/<int:number>": ["/admin/recalls/notices/{distribution.recallnotice}"],
    "admin/tracing-reports/new": [
        "/admin/tracing-reports/new",
        "/admin/tracing-reports/new?month=2026-03&customer=1&lot=VS2408-0602&state=waiting",
        "/admin/tracing-reports/new?month=x&product=%20&source=y",
    ],
    "admin/tracing-reports/<int:number>/file.csv": [f"{REPORT}/file.csv", "/admin/tracing-reports/0/file.csv"],
    "admin/tracing-reports/<int:number>/approve": [f"{REPORT}/approve"],
    "admin/tracing-reports/<int:number>/e-mail": [f"{REPORT}/e-mail"],
    "admin/tracing-reports/<int:number>/finalise": [f"{REPORT}/finalise"],
    "admin/tracing-reports/<int:number>/discard": [f"{REPORT}/discard"],
    "^admin/tracing-reports/?$": ["/admin/tracing-reports", "/admin/tracing-reports/"],
    "admin/customers": ["/admin/customers"],
    "admin/customers/duplicates/": [
        "/admin/customers/duplicates/",
        "/admin/customers/duplicates/?pair=1-2&merge=1&survivor=2&choose=x&band=likely&state=x&rep=x",
    ],
    "admin/customers/duplicates/decide": ["/admin/customers/duplicates/decide"],
    "admin/customers/duplicates/search": ["/admin/customers/duplicates/search"],
    "^admin/sales-dashboard/?$": ["/admin/sales-dashboard"],
    "admin/shipstation/": ["/admin/shipstation/"],
    "admin/skipped-shipments/<int:number>/complete": [
        "/admin/skipped-shipments/{distribution.skippedshipment}/complete",
        "/admin/skipped-shipments/0/complete",
    ],
    "admin/sales-dashboard.csv": ["/admin/sales-dashboard.csv", "/admin/sales-dashboard.csv?since=%00&until="],
    "admin/maintenance": ["/admin/maintenance"],
    "admin/maintenance/": ["/admin/maintenance/"],
    "admin/maintenance/check-data": [
        "/admin/maintenance/check-data",
        "/admin/maintenance/check-data?rule=balance-differs&page=x",
        "/admin/maintenance/check-data?rule=%00",
    ],
    "admin/diagnostics/": ["/admin/diagnostics/"],
    "admin/diagnostics/storage": ["/admin/diagnostics/storage"],
    "admin/documents/<int:pk>/download": ["/admin/documents/{eqms.sourcedocument}/download"],
}
ADJUSTED = "--product AC-0100 --place nowhere --difference 2 --kind found --note x"
# Command -> argument lists to try; a string says where else it is run, since it never ends by itself.
COMMANDS: dict[str, list[list[str]] | str] = {
    "adjust_stock": [[], ["--dry-run", *ADJUSTED.split()]],
    "attach_papers": [["--dry-run"], ["--check", "--json"]],
    "check_data": [[], ["--json"], ["--sql"], ["--rule", "nonsense"], ["--app", "inventory", "--limit", "1"]],
    "check_storage": [[], ["--json"]],
    "cleanup_zero_order_customers": [["--dry-run"], ["--dry-run", "--json"], ["--check"], ["--yes"]],
    "dedupe_customers": [
        [],
        ["--list", "--min-confidence", "0.9", "--json"],
        ["--list", "--min-confidence", "x"],
        ["--merge", "--dry-run"],
        ["--merge", "--band", "review"],
        ["--dry-run"],
    ],
    "demo": "tests/eqms/test_demo.py: commits",
    "find_duplicates": [[], ["--input", "nowhere.csv", "--output", "nowhere/pairs.csv"]],
    "export_distributions": [[], ["--since", "soon"], ["--state", "waiting", "--whole"]],
    "fix_storefront_inventory": [
        ["--all", "--dry-run"],
        ["--product-name", "nothing"],
        ["--all", "--verbose", "--check"],
    ],
    "health_check": [["readyz", "--no-http"]],
    "import_distributions": [[], ["nowhere", "--dry-run"], ["tests/distribution/shipments.csv", "--dry-run"]],
    "import_orders": [[], ["nowhere", "--dry-run"], ["tests/papers/qb_grid_08.pdf", "--dry-run"]],
    "import_sales_orders": [[], ["nowhere", "--dry-run"], ["tests/sales/orders.csv", "--dry-run"]],
    "import_stock": [[], ["nowhere", "--dry-run"], ["tests/inventory/stock.csv", "--dry-run"]],
    "job": [["cancel", "1"], ["retry", "1"]],
    "jobs": [[], ["--stuck"]],
    "link_products": [["--dry-run"], ["--check", "--json"]],
    "load_demo_data": [["--dry-run"]],
    "match_distributions": [["--dry-run"], ["--enforce"]],
    "merge_customers": [[], ["x", "y"], ["1", "2", "--dry-run"], ["C-1001", "C-1002", "--dry-run"]],
    "not_duplicates": [[], ["x", "y"], ["C-1001", "C-1002", "--dry-run"]],
    "read_orders": [["tests/papers/qb_grid_08.pdf", "--json"], ["nowhere"]],
    "refresh_customers_from_orders": [
        ["--dry-run"],
        ["999999"],
        ["--check", "--fields", "name", "phone"],
        ["--orders", "0"],
    ],
    "release": "tests/eqms/test_release.py: commits",
    "runs": [[]],
    "serve": "serves until it is stopped",
    "settle_stock_count": [["1", "--dry-run"], ["x"], ["1"]],
    "trace": [["VS2408-0602"], ["VS2408-0602", "--csv"], ["nowhere", "--json"], ["--customer", "1"], ["(01)1(10)2"]],
    "sync_shipstation": [["--month", "2026-03", "--kept"], ["--since", "soon"]],
    "undo": [["1", "--dry-run"], ["999999", "--yes"], ["--dry-run"]],
    "verify_audit": [[], ["--head", "0" * 64]],
    "verify_deploy": [["http://127.0.0.1:1", "--user", "nobody"]],
    "worker": "works until it is stopped: tests/eqms/test_jobs.py",
}
LABELS = ("eqms", "customers", "inventory", "sales", "distribution")
PAGES_OF_A_MODEL = ("", "add/", "{pk}/history/", "{pk}/delete/", "{pk}/change/", "{pk}/")


def routes(patterns, prefix: str = "") -> list[str]:
    found = []
    for entry in patterns.url_patterns:
        route = prefix + str(entry.pattern)
        found += routes(entry, route) if hasattr(entry, "url_patterns") else [route]
    return found


def pages_of_models() -> dict[str, list[str]]:
    """Return route -> addresses for what Django's admin and operations give every registered model."""
    found = {}
    for model in admin.site._registry:
        place, label = f"admin/{model._meta.app_label}/{model._meta.model_name}/", model._meta.label_lower
        for page in PAGES_OF_A_MODEL:
            found[place + page.replace("{pk}", "<path:object_id>")] = [
                f"/{place}{page}".replace("{pk}", f"{{{label}}}")
            ]
        found[f"{place}operations/<slug:name>/"] = [f"/{place}operations/{{operations}}/"]
        found[place].append(f"/{place}?q=a&o=1")
    return found


def addresses() -> list[str]:
    """Return every address to try; fail for a route that nobody thought of."""
    table = {**pages_of_models(), **ADDRESSES}
    known = set(routes(get_resolver()))
    assert sorted(known - set(table)) == [], "add these addresses to the table above"
    return sorted({address for route in known for template in table[route] for address in filled(template)})


def filled(template: str) -> list[str]:
    if "{operations}" in template:
        return [template.replace("{operations}", name) for name in [*registry, "nothing"]]
    if "{" not in template:
        return [template]
    before, label, after = template.replace("}", "{").split("{")
    newest = apps.get_model(label)._base_manager.order_by("pk").values_list("pk", flat=True).last()
    return [f"{before}{newest or 1}{after}"]


def people() -> dict[str, User | None]:
    """Return who asks: nobody, an administrator, and everyone else by role."""
    roles.seed()
    asking: dict[str, User | None] = {"nobody": None, "root": User.objects.create_superuser("root-of-this-test")}
    for role in roles.ROLES if FULL else ["viewer"]:
        person = User.objects.create_user(f"one {role}", is_staff=role != "portal customer")
        person.groups.add(Group.objects.get(name=role))
        asking[role] = person
    return asking


def asked(name: str, person: User | None) -> tuple[int, list[str]]:
    """Ask for every address as ``person``; return how many were asked and which answered with a server error."""
    client = Client(raise_request_exception=False)
    if person:
        client.force_login(person)
    verbs = ["get", "post"] if FULL or name == "root" else ["get"]
    wrong, count = [], 0
    for address in addresses():
        for verb in verbs:
            if verb == "post" and address == "/admin/logout/":
                continue
            count += 1
            status = getattr(client, verb)(address).status_code
            # 503 is an answer: storage is away, and the page says so.
            wrong += [f"{verb} {address} as {name}: {status}"] if status >= 500 and status != 503 else []
    return count, wrong


def actions_taken(person: User) -> tuple[int, list[str]]:
    """Take every action of every list, on its newest row and on none."""
    client = Client(raise_request_exception=False)
    client.force_login(person)
    wrong, count = [], 0
    for model, model_admin in admin.site._registry.items():
        place = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        request = client.get(place).wsgi_request
        newest = model._base_manager.order_by("pk").values_list("pk", flat=True).last()
        for action in model_admin.get_actions(request):
            for selected in ([newest] if newest else [], []):
                count += 1
                answer = client.post(place, {"action": action, "_selected_action": selected, "index": 0})
                wrong += [f"{action} on {place}: {answer.status_code}"] if answer.status_code >= 500 else []
    return count, wrong


def our_commands() -> list[str]:
    return sorted(name for name, app in get_commands().items() if app in LABELS)


def commands_run() -> tuple[int, list[str]]:
    wrong, count = [], 0
    for name in our_commands():
        tried = COMMANDS[name]
        for arguments in [] if isinstance(tried, str) else tried:
            count += 1
            try:
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    call_command(name, *arguments, stdout=io.StringIO(), stderr=io.StringIO())
            except (CommandError, SystemExit):
                continue  # refused in words
            except Exception as error:  # whatever else comes is what this test looks for
                wrong.append(f"{name} {' '.join(arguments)}: {type(error).__name__}: {error}")
    return count, wrong


@contextlib.contextmanager
def refusals_kept():
    """Name what the database refused first where that left the test's transaction unusable: later words hide it."""
    refused: list[str] = []

    def keep(execute, sql, parameters, many, context):
        try:
            return execute(sql, parameters, many, context)
        except DatabaseError as error:
            refused.append(f"{error} in {sql[:500]}\n{''.join(traceback.format_stack()[-30:])}")
            raise

    try:
        with connection.execute_wrapper(keep):
            yield
    except InternalError as error:
        pytest.fail(refused[0] if refused else str(error))


@refusals_kept()
def everything_tried() -> tuple[int, list[str]]:
    asking = people()
    count, wrong = actions_taken(asking["root"])
    for name, person in asking.items():
        more, found = asked(name, person)
        count, wrong = count + more, wrong + found
    more, found = commands_run()
    return count + more, wrong + found


def test_p33_nothing_breaks_on_an_empty_database(db):
    count, wrong = everything_tried()
    assert wrong == []
    promise("P33", len(wrong), 0, n=count)


def test_p33_nothing_breaks_on_a_filled_database(demo_data):
    count, wrong = everything_tried()
    assert wrong == []
    promise("P33", len(wrong), 0, n=count)


def test_p33_every_command_is_in_the_table():
    assert set(our_commands()) - set(COMMANDS) == set()


@pytest.mark.urls("tests.promises.broken_urls")
def test_p33_a_view_that_breaks_and_an_address_nobody_thought_of_are_noticed(client, db):
    client.raise_request_exception = False
    assert client.get("/broken").status_code == 500
    assert set(routes(get_resolver())) - {**pages_of_models(), **ADDRESSES}.keys() == {"broken"}
    assert settings.ROOT_URLCONF == "tests.promises.broken_urls"
