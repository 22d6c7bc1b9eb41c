"""Old damage on storefronts: found, explained, repaired, undone."""

import json
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from eqms.models import OperationRun
from eqms.operations import Approval, PlanChanged, Refused, registry
from eqms.operations.undo import undo
from inventory.effective import differences
from inventory.models import (
    Product,
    StockMovement,
    StockProduct,
    StoreFront,
    StoreFrontInventory,
    TransferRequest,
)
from tests.cast import digest
from tests.running import somebody_waits
from tests.stock import House

pytestmark = pytest.mark.django_db(transaction=True)
FIX = "fix_storefront_inventory"


@pytest.fixture
def house():
    return House()


def run(*arguments, **options):
    out = StringIO()
    call_command(FIX, *arguments, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def loaded(house, *, shown=284, received=10, fulfilled=10):
    """Leave the rows that an old system left: no ledger, a balance that grew with every refusal."""
    StockProduct.objects.create(product=house.product, warehouse=house.depot, quantity=received)
    request = house.ask(house.depot, house.shops[0], (house.product, fulfilled))
    TransferRequest.objects.filter(pk=request.pk).update(status="FULFILLED", fulfilled_at="2026-01-05T10:00Z")
    return StoreFrontInventory.objects.create(storefront=house.shops[0], product=house.product, quantity=shown)


def test_refused_transfers_never_add_to_the_shelf(house):
    """The story: each refusal left its quantity on the shelf, until 284 stood there of 10 received."""
    house.receive(house.product, 10)
    house.ask(house.depot, house.shops[0], (house.product, 10)).fulfil(by=house.wanda)
    again = house.ask(house.depot, house.shops[0], (house.product, 2))
    for _ in range((284 - 10) // 2):
        with pytest.raises(Refused, match="2 wanted, 0 available in Depot"):
            again.fulfil(by=house.wanda)
    assert StoreFrontInventory.objects.get().quantity == 10
    assert list(differences()) == []


def test_a_dry_run_prints_what_the_runbook_reads_and_writes_nothing(house):
    loaded(house)
    before = digest()
    said = run("--product-name", "Cable", "--dry-run")
    lines = [line.strip() for line in said.splitlines()]
    assert lines[0] == "*** DRY RUN MODE - No changes will be made ***"
    for expected in (
        "Product: Cable (SKU: P-1)",
        f"ID: {house.product.pk}",
        "Warehouse stock intake: 10 units",
        "Fulfilled transfer requests: 10 units",
        "Storefront: East",
        "Current quantity: 284",
        "Correct quantity: 10",
        "Because: fulfilled transfers 10, so 10 units",
        "Discrepancy: 274 units (overcapacity)",
        "→ Would change to: 10 units",
    ):
        assert expected in lines
    assert lines[-1].startswith("Would write 3 changes (2 created, 1 updated)")
    assert digest() == before


def test_the_fix_sets_ten_the_ledger_explains_it_and_undo_brings_284_back(house):
    balance = loaded(house)
    before = digest()
    said = run("--product-id", str(house.product.pk))
    balance.refresh_from_db()
    assert balance.quantity == 10
    assert "→ Changing to: 10 units" in said
    kinds = dict(StockMovement.objects.values_list("kind", "quantity"))
    assert kinds == {"intake": 10, "transfer": 10}
    line = StockMovement.objects.get(kind="transfer")
    assert (line.left, line.reached, line.reason) == (house.depot, house.shops[0], "booked by reconciliation")
    assert f"{line.at:%Y-%m-%dT%H:%M}" == "2026-01-05T10:00"
    assert run("--all").startswith("Nothing to do")
    undo.apply(Approval(house.wanda, reason="looked at again"), run=OperationRun.objects.latest("pk"))
    assert digest() == before


def test_a_line_that_is_added_has_the_day_and_the_person_of_its_row(house):
    loaded(house)
    TransferRequest.objects.update(fulfilled_by=house.wanda)
    StockProduct.objects.update(received_on="2025-07-04")
    registry[FIX].apply(Approval("clara"))
    transfer, intake = (StockMovement.objects.get(kind=kind) for kind in ("transfer", "intake"))
    assert (transfer.by, intake.by) == (house.wanda, None)
    assert f"{timezone.localtime(intake.at):%Y-%m-%d %H:%M}" == "2025-07-04 12:00"


def test_what_was_shipped_counts(house):
    balance = loaded(house)
    house.ship_outside(house.shops[0], house.product, 4)
    plan = registry[FIX].apply(Approval(house.wanda))
    balance.refresh_from_db()
    assert balance.quantity == 6
    because = [change.because for change in plan.changes if change.verb == "update"]
    assert because == ["P-1 in East: fulfilled transfers 10, dispatched 4, so 6 units; written outside the application"]


def test_a_missing_balance_is_made(house):
    loaded(house).delete()
    plan = registry[FIX].apply(Approval(house.wanda))
    assert StoreFrontInventory.objects.get().quantity == 10
    assert "there was no balance" in [change.because for change in plan.changes][-1]


def test_rows_changed_outside_are_named(house):
    house.receive(house.product, 10)
    house.ask(house.depot, house.shops[0], (house.product, 10)).fulfil(by=house.wanda)
    written = OperationRun.objects.latest("pk")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inventory_storefrontinventory SET quantity = 99")
    (change,) = registry[FIX].plan().changes
    assert change.because.endswith(f"changed outside the application after run {written.pk}")


def test_a_balance_below_nothing_is_left_to_a_person(house):
    balance = loaded(house, fulfilled=2)
    house.ship_outside(house.shops[0], house.product, 5)
    plan = registry[FIX].apply(Approval(house.wanda))
    balance.refresh_from_db()
    assert balance.quantity == 284
    assert "dispatched 5, so -3 units" in next(plan.skips).because


def test_an_archived_storefront_is_repaired_and_says_so(house):
    loaded(house)
    StoreFront.objects.update(archived_at="2026-01-01T00:00Z")
    assert "Storefront: East (archived)" in run("--all", "--dry-run")


def test_lines_whose_cause_is_gone_do_not_count(house):
    loaded(house, shown=10)
    run("--all")
    values = {"kind": "transfer", "product": house.product, "quantity": 3, "to_storefront": house.shops[0]}
    StockMovement.objects.create(**values, cause_model="inventory.TransferRequestLineItem", cause_key="900000001")
    StockMovement.objects.create(**values, cause_model="other.Row", cause_key="x")
    assert list(differences()) == []


def test_more_fulfilled_than_received_is_reported_with_its_likely_cause(house):
    house.receive(house.product, 25)
    asked = [house.ask(house.depot, house.shops[0], (house.product, 20)) for _ in range(2)]
    moments = {"fulfilled_at": "2026-01-05T10:00Z", "requested_at": "2026-01-04T10:00Z"}
    TransferRequest.objects.update(status="FULFILLED", **moments)
    plan = registry[FIX].apply(Approval(house.wanda))
    (skip,) = plan.skips
    assert skip.because.startswith("40 fulfilled, 25 received: 15 too many; transfers ")
    assert f"transfers {asked[0].pk} and {asked[1].pk} ask for 20 of P-1" in skip.because
    assert StoreFrontInventory.objects.get().quantity == 40  # the ledger's sum: nothing is papered over


class Meanwhile:
    """Change the rows before the first statement that holds ``word``, past the connection's wrappers."""

    def __init__(self, word, change):
        self.word, self.change = word, change

    def __call__(self, execute, sql, params, many, context):
        if self.word in sql and self.change:
            connection.connection.cursor().execute(self.change)
            self.change = None
        return execute(sql, params, many, context)


@pytest.mark.parametrize(
    ("word", "change"),
    [
        ('WHERE "inventory_storefrontinventory"."id"', "UPDATE inventory_storefrontinventory SET quantity = 30"),
        ("SUM(CASE WHEN kind", "UPDATE inventory_stockmovement SET quantity = 9 WHERE kind = 'transfer'"),
    ],
)
def test_units_that_moved_meanwhile_are_never_explained_by_another_moment(house, word, change):
    house.receive(house.product, 10)
    house.ask(house.depot, house.shops[0], (house.product, 10)).fulfil(by=house.wanda)
    StoreFrontInventory.objects.update(quantity=284)
    with connection.execute_wrapper(Meanwhile(word, change)), pytest.raises(PlanChanged, match="Somebody moved units"):
        registry[FIX].plan()


def fix_in_a_thread():
    try:
        return registry[FIX].apply(Approval("clara"))
    finally:
        connections.close_all()


def test_it_waits_for_whoever_settles_the_same_product_and_sees_what_came_of_it(house):
    balance = loaded(house, shown=0)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Product.objects.select_for_update(no_key=True).get(pk=house.product.pk)
            TransferRequest.objects.update(status="NEW", fulfilled_at=None)
            fixed = pool.submit(fix_in_a_thread)
            while not fixed.done() and not somebody_waits():
                continue
        plan = fixed.result(60)
    balance.refresh_from_db()
    assert balance.quantity == 0
    assert [change.name for change in plan.changes] == ["intake of 10"]


def test_one_product_is_fixed_and_the_others_stay(house):
    loaded(house)
    StoreFrontInventory.objects.create(storefront=house.shops[0], product=house.tracked, quantity=9)
    plan = registry[FIX].plan(product_id=house.product.pk)
    assert "P-2" not in " ".join(change.because for change in plan.changes)
    assert len(plan) == 3
    assert len(registry[FIX].plan()) == 4


# -- what people type ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--product-name", "Zebra"],
            "No product is called Zebra. Write its name, or a part of it. Nothing was written.",
        ),
        (["--product-id", "12"], "--product-id: This is no UUID"),
        (["--product-id", "00000000-0000-4000-8000-000000000000"], "--product-id: No product has the id"),
        (["--product-name", "Ca"], "Nothing was written. Write the whole name, use --product-id, or --yes"),
        ([], "one of the arguments"),
        (["--all", "--product-name", "Cable"], "not allowed with argument"),
    ],
)
def test_a_value_that_names_nothing_writes_nothing(house, arguments, message):
    loaded(house)
    before = digest()
    with pytest.raises(CommandError, match=message):
        run(*arguments)
    assert digest() == before


def test_a_name_that_fits_several_lists_them(house):
    err = StringIO()
    with pytest.raises(CommandError):
        call_command(FIX, "--product-name", "ca", stdout=StringIO(), stderr=err)
    assert f"P-1 Cable (ID: {house.product.pk})" in err.getvalue()
    assert f"P-2 Catheter (ID: {house.tracked.pk})" in err.getvalue()
    assert "Nothing to do" in run("--product-name", "ca", "--yes")


class Terminal(StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("answer", ["n", "", "y"])
def test_at_a_terminal_it_asks_whether_all_are_meant(house, monkeypatch, answer):
    loaded(house)
    monkeypatch.setattr("sys.stdin", Terminal(f"{answer}\n"))
    if answer != "y":
        with pytest.raises(CommandError, match="Nothing was written. Write the whole name"):
            run("--product-name", "ca")
    else:
        assert "→ Changing to: 10 units" in run("--product-name", "ca")
    assert StoreFrontInventory.objects.get().quantity == (10 if answer == "y" else 284)


def test_the_whole_name_means_that_product_alone(house):
    Product.objects.create(sku="P-3", name="Cable tie")
    loaded(house)
    assert "Product: Cable tie" not in run("--product-name", "CABLE", "--dry-run")


def test_a_named_product_without_difference_is_shown_all_the_same(house):
    said = run("--product-name", "cable")
    assert "Product: Cable (SKU: P-1)" in said
    assert "No storefront differs from the ledger." in said


def test_a_shelf_in_doubt_is_left_as_it_is_and_says_why(house):
    balance = loaded(house)
    run("--all")
    StoreFrontInventory.objects.update(quantity=284)
    StockMovement.objects.filter(kind="transfer").update(quantity=12)
    said = run("--all", "--verbose")
    balance.refresh_from_db()
    assert balance.quantity == 284
    assert "→ Left as it is: A ledger line of this product contradicts its row: settle that first" in said
    assert "10 units on the row, 12 units in the ledger; which of the two is right stands on the paper only" in said


def test_verbose_says_which_lines_do_not_count(house):
    values = {"kind": "transfer", "product": house.product, "quantity": 3, "to_storefront": house.shops[0]}
    StockMovement.objects.create(**values, cause_model="inventory.TransferRequestLineItem", cause_key="900000001")
    said = run("--all", "--verbose")
    assert "transfer 3 from outside to East" in said
    assert ": its cause is gone, so it does not count" in said


def test_verbose_shows_what_is_right_and_the_ledger_behind_it(house):
    house.receive(house.product, 10)
    house.ask(house.depot, house.shops[0], (house.product, 4)).fulfil(by=house.wanda)
    said = run("--all", "--dry-run", "--verbose")
    assert "Current quantity: 4" in said
    assert "intake 10 from outside to Depot" in said
    assert "transfer 4 from Depot to East" in said


def test_json_is_one_document(house):
    loaded(house)
    said = json.loads(run("--all", "--json"))
    assert [change["verb"] for change in said["changes"]] == ["create", "create", "update"]


# -- pages and JSON ------------------------------------------------------------------------------


def test_balances_lead_to_the_plan_of_their_products(house, client):
    balance = loaded(house)
    client.force_login(house.wanda)
    address = reverse("admin:inventory_storefrontinventory_changelist")
    page = client.post(address, {"action": "fix", "_selected_action": [balance.pk]})
    assert "P-1 in East: fulfilled transfers 10, so 10 units" in page.content.decode()
    assert page.context["selected"] == 1
    assert page.context["confirm"]


def test_json_refuses_a_name_that_fits_several(house, client):
    client.force_login(house.wanda)
    answer = client.get(reverse("operation", args=[FIX]), {"product_name": "ca"})
    assert answer.status_code == 400
    assert "The name fits several products" in answer.json()["error"]["product_name"][0]


# -- the shell snippets of old runbooks ----------------------------------------------------------


def test_the_snippets_of_the_runbook_work_as_they_stand(house, tmp_path):
    balance = loaded(house)
    product = house.product
    assert StockProduct.objects.filter(product=product).aggregate(total=Sum("quantity"))["total"] == 10
    assert list(Product.objects.filter(storefront_inventory_entries__isnull=False).distinct()) == [product]
    kept = tmp_path / "balances.json"
    call_command("dumpdata", "inventory.StoreFrontInventory", output=str(kept), verbosity=0)
    run("--all")
    call_command("loaddata", str(kept), verbosity=0)
    balance.refresh_from_db()
    assert balance.quantity == 284
    (change,) = registry[FIX].plan().changes
    assert "changed outside the application after run" in change.because
