import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from distribution import dashboard
from distribution.dashboard import board
from distribution.models import SkippedShipment
from eqms.models import AuditEntry, HealthResult, Job, OperationRun, User
from eqms.operations import act
from inventory.models import open_count
from tests.cast import counted

QUERIES = 23


def figure(shown, label):
    return next(one for one in shown.figures if one.label == label)


def waiting(shown):
    return {item.label: item.value for item in shown.attention}


def test_counts_orders_customers_and_waiting_shipments(demo):
    shown = board(demo.ada)
    assert figure(shown, "Orders").value == 2
    assert figure(shown, "Customers").value == 4
    assert figure(shown, "Shipments waiting for their order").value == 1
    assert figure(shown, "Shipments waiting for their order").waits


def test_lists_papers_by_what_they_wait_for(demo):
    demo.paper(status="needs_review")
    demo.paper(status="needs_review")
    demo.paper(status="unmatched")
    shown = board(demo.ada)
    assert figure(shown, "Papers waiting for a person").value == 3
    assert waiting(shown)["Papers read in part: finish them beside the page"] == 2
    assert waiting(shown)["Papers that belong to no order yet"] == 1


def test_what_waits_for_nobody_is_not_listed(demo):
    assert 0 not in waiting(board(demo.ada)).values()


def test_a_failed_job_and_a_spooled_document_want_attention(demo):
    Job.objects.create(kind="read", state=Job.State.FAILED, asked_by_name="ada")
    demo.document()
    assert waiting(board(demo.ada))["Jobs failed: read why, then retry or cancel"] == 1
    assert waiting(board(demo.ada))["Documents in the local spool: storage did not take them yet"] == 1


def test_stock_counts_that_are_open_or_wait_to_be_settled_want_attention(demo):
    counted(demo.lot, 18)
    open_count(demo.depot, by=demo.ada)
    assert waiting(board(demo.ada))["Stock counts that wait to be settled"] == 1
    assert waiting(board(demo.ada))["Stock counts that are being written"] == 1


def test_shipments_that_were_left_out_want_attention_until_they_are_in_the_log(demo):
    for number, shipment in enumerate([None, None, demo.shipment]):
        SkippedShipment.objects.create(source="csv", external_key=str(number), reason="no lot", distribution=shipment)
    [left_out] = [one for one in board(demo.ada).attention if one.label.startswith("Shipments left out")]
    assert (left_out.value, left_out.address) == (2, "/admin/distribution/skippedshipment/?state=open")


def test_says_what_the_storage_check_last_found(demo):
    assert figure(board(demo.ada), "Storage").value == "not checked"
    HealthResult.record("storage", is_well=False, message="InvalidAccessKeyId")
    assert figure(board(demo.ada), "Storage").value == "fails"
    assert figure(board(demo.ada), "Storage").waits


@pytest.mark.django_db(transaction=True)
def test_tells_the_last_run_with_what_it_changed(demo):
    act(
        "correct_note", lambda plan: plan.update(plan.watch(demo.order), because="typo", po_number="PO-10"), by=demo.ada
    )
    run = board(demo.ada).runs[0]
    assert (run.words, run.by) == ("Correct note: 1 updated", "ada")
    assert run.change == ("PO number", "PO-9", "PO-10")


def test_an_entry_of_a_model_that_is_gone_has_no_example():
    assert dashboard.first_change(AuditEntry(verb="update", model="sales.Gone", before="{}", after="{}")) is None


def test_names_a_save_in_the_admin_by_its_model():
    assert OperationRun(operation="change sales.SalesOrder").title == "Change sales order"
    assert OperationRun(operation="gone_operation").title == "Gone operation"


def test_shows_only_what_a_user_may_see(demo):
    bert = User.objects.create_user("bert", is_staff=True)
    assert [one.label for one in board(bert).figures] == ["Storage"]
    assert board(bert).sales is None
    bert.user_permissions.add(Permission.objects.get(codename="view_customer"))
    bert = User.objects.get(pk=bert.pk)
    assert [one.label for one in board(bert).figures] == ["Customers", "Storage"]


def test_costs_the_same_few_queries_however_many_rows(demo, django_assert_num_queries):
    for number in range(20):
        demo.ordered(f"SO-9{number}", demo.north, order_date=timezone.localdate())
        demo.paper(status="unmatched")
        OperationRun.objects.create(operation="import_orders", state="applied", actor_name="ada")
    with django_assert_num_queries(QUERIES):
        board(demo.ada)


def test_the_first_page_is_the_board(demo, client):
    client.force_login(demo.ada)
    page = client.get("/admin/").content.decode()
    assert "What wants attention" in page
    assert "Shipments waiting for their order" in page
    assert "style=" not in page


def test_every_link_of_the_first_page_opens(demo, client):
    demo.paper(status="unmatched")
    Job.objects.create(kind="read", state=Job.State.FAILED, asked_by_name="ada")
    OperationRun.objects.create(operation="import_orders", state="applied", actor_name="ada")
    client.force_login(demo.ada)
    shown = board(demo.ada)
    addresses = {one.address for one in (*shown.figures, *shown.attention, *shown.runs)} - {""}
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)
