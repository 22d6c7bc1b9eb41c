"""What every registered operation must hold. The loop is over the registry."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from customers.models import Contact, Customer
from customers.operations import cleanup_zero_order_customers
from eqms import audit
from eqms.models import AuditEntry, AuditHead, OperationRun, User
from eqms.operations import Approval, Plan, PlanChanged, PlanTooLarge, Refused, act, registry, write
from eqms.operations.undo import undo
from inventory.models import Product, StockMovement
from sales.models import SalesOrder
from tests.cast import digest, everything
from tests.operation_options import options_for

NAMES = sorted(set(registry) - {"undo"})


@pytest.fixture(params=NAMES)
def op(request):
    return registry[request.param]


@pytest.fixture
def options(op, demo):
    options = options_for(op.name, demo)
    assert op.plan(**options), f"The demo data leave {op.name} nothing to do."
    return options


def approved_by(op, ada, fingerprint=None):
    """Return an approval that covers what the operation asks for."""
    if not op.four_eyes:
        return Approval(ada, fingerprint)
    return Approval(ada, fingerprint, approved_by=User.objects.create_superuser("second"))


def undo_run(run, actor="test"):
    return undo.apply(Approval(actor), run=run).run


def test_planning_writes_nothing(op, options):
    before = everything()
    op.plan(**options)
    assert everything() == before


def test_two_plans_of_the_same_data_have_one_fingerprint(op, options):
    assert op.plan(**options).fingerprint == op.plan(**options).fingerprint


def test_applying_writes_what_was_approved_and_leaves_a_whole_record(op, options, demo):
    approved = op.plan(**options).fingerprint
    plan = op.apply(approved_by(op, demo.ada, approved), **options)
    assert plan.run.fingerprint == approved
    assert plan.run.entries.count() == len(plan)
    assert list(audit.verify()) == []


def test_applying_leaves_an_empty_plan(op, options, demo):
    op.apply(approved_by(op, demo.ada), **options)
    try:
        assert len(op.plan(**options)) == 0
    except Refused as refusal:  # a row that was named is gone, so it cannot be named again
        assert "no longer there" in str(refusal)


def test_rows_changed_are_rows_audited(op, options, demo):
    with CaptureQueriesContext(connection) as queries:
        plan = op.apply(approved_by(op, demo.ada), **options)
    statements = [q["sql"].split("times: ")[-1] for q in queries]
    written = {sql.split('"')[1] for sql in statements if sql.startswith(("INSERT", "UPDATE", "DELETE"))}
    audited = {c.model._meta.db_table for c in plan.changes}
    record = {f"eqms_{n}" for n in ("operationrun", "auditentry", "auditseal", "audithead")}
    assert written - record == audited


def test_undo_is_exact_to_the_column_and_so_is_redo(op, options, demo):
    start = digest()
    run = op.apply(approved_by(op, demo.ada), **options).run
    changed = digest()
    undone = undo_run(run)
    assert digest() == start
    assert run.is_undone()
    redone = undo_run(undone)
    assert digest() == changed
    assert not run.is_undone()
    undo_run(redone)
    assert digest() == start
    assert list(audit.verify()) == []


def test_an_approval_of_another_plan_writes_nothing_and_is_recorded(op, options, demo):
    before = digest()
    with pytest.raises(PlanChanged, match="Review the new plan"):
        op.apply(approved_by(op, demo.ada, "0" * 64), **options)
    assert digest() == before
    assert not AuditEntry.objects.exists()
    assert OperationRun.objects.get().state == "refused"
    assert list(audit.verify()) == []


def test_a_person_without_the_permission_writes_nothing(op, options, demo):
    before = digest()
    with pytest.raises(Refused, match="lacks the permission"):
        op.apply(Approval(User.objects.create_user("cy")), **options)
    assert digest() == before


# -- the kernel itself ---------------------------------------------------------------------------


def test_a_row_that_moves_between_plan_and_write_is_refused(demo):
    plan = Plan("test")
    plan.update(demo.idle, status="inactive", because="x")
    Customer.objects.filter(pk=demo.idle.pk).update(phone="1")  # another column of the row
    with pytest.raises(PlanChanged, match="Idle One"), transaction.atomic():
        write(plan, actor="test")
    assert not OperationRun.objects.exists()


def with_a_hidden_delete(plan):
    with connection.cursor() as cursor:
        cursor.execute("WITH gone AS (DELETE FROM customers_customer RETURNING id) SELECT * FROM gone")


def plainly(plan):
    Customer.objects.update(status="inactive")


@pytest.mark.parametrize("sly", [plainly, with_a_hidden_delete])
def test_a_draft_may_not_write(demo, sly):
    with pytest.raises(RuntimeError, match="only reads"):
        act("sly", sly, by="test")


def test_a_delete_that_would_take_other_rows_is_refused(demo):
    with pytest.raises(Refused, match=r"(Contact|Sales order) \d+ still refers to customer \d+"):
        act("wipe", lambda plan: plan.delete(demo.north, because="x"), by="test")
    assert Customer.objects.filter(pk=demo.north.pk).exists()


def test_a_fact_is_removed_by_undo_only(demo):
    fact = StockMovement.objects.first()
    with pytest.raises(Refused, match="only the undo"):
        act("wipe", lambda plan: plan.delete(fact, because="x"), by="test")


def small(ceiling):
    op = cleanup_zero_order_customers
    return type(op)(op.draft, Customer, "customers.delete_customer", op.form, ceiling, False)


def test_the_ceiling_names_its_remedy(demo):
    with pytest.raises(PlanTooLarge, match="2 updates and deletes .* ceiling of 1.*--force"):
        small(1).apply(Approval("test"))
    assert len(small(1).apply(Approval("test", force=True))) == 2


def test_without_approval_a_collision_is_planned_again(demo):
    calls = []

    def draft(plan):
        row = Customer.objects.get(pk=demo.idle.pk)
        calls.append(row)
        row.phone = "1" if len(calls) < 3 else ""  # an edit by somebody else, seen as "before"
        plan.update(row, status="inactive", because="x")

    assert len(act("retry", draft, by="test")) == 1
    assert len(calls) == 3


def test_a_run_says_who_planned_what_was_selected_and_under_which_request(demo):
    keys = [demo.idle.pk]
    approval = Approval(demo.ada, selection=keys, reason="moved away")
    op = cleanup_zero_order_customers
    run = op.apply(approval, Customer.objects.filter(pk__in=keys)).run
    assert (run.planned_by_name, run.selection, run.reason) == ("ada", f"[{demo.idle.pk}]", "moved away")


# -- undo ----------------------------------------------------------------------------------------


def test_undo_refuses_a_row_that_was_edited_and_names_it(demo):
    run = act("move", lambda plan: plan.update(demo.order, customer=demo.idle, because="x"), by=demo.ada).run
    SalesOrder.objects.filter(pk=demo.order.pk).update(customer=demo.idle_two)
    with pytest.raises(Refused, match="SO-1.*customer is now"):
        undo_run(run)


def test_undo_refuses_when_a_later_run_changed_the_row(demo):
    first = act("one", lambda plan: plan.update(demo.idle, status="inactive", because="x"), by="test").run
    second = act("two", lambda plan: plan.update(demo.idle, phone="5", because="x"), by="test").run
    with pytest.raises(Refused, match="changed later by run"):
        undo_run(first)
    undo_run(second)
    undo_run(first)
    demo.idle.refresh_from_db()
    assert demo.idle.status == "active"


def test_undo_refuses_to_remove_a_row_that_something_refers_to(demo):
    made = act("add", lambda plan: plan.create(Customer, facility_name="New", because="x"), by="test")
    customer = Customer.objects.get(facility_name="New")
    Contact.objects.create(customer=customer, name="N", email="new@example.org")
    with pytest.raises(Refused, match="Contact \\d+ still refers"):
        undo_run(made.run)


def test_undo_twice_is_refused(demo):
    run = cleanup_zero_order_customers.apply(Approval("test")).run
    undo_run(run)
    with pytest.raises(Refused, match="undone already"):
        undo_run(run)


def test_undo_needs_the_permission_of_what_it_takes_back(demo, django_user_model):
    from django.contrib.auth.models import Permission

    run = cleanup_zero_order_customers.apply(Approval(demo.ada)).run
    bob = django_user_model.objects.create_user("bob")
    bob.user_permissions.add(Permission.objects.get(codename="undo_run"))
    with pytest.raises(Refused, match="bob lacks the permission customers.delete_customer"):
        undo_run(run, bob)
    bob.user_permissions.add(Permission.objects.get(codename="delete_customer"))
    bob = django_user_model.objects.get(pk=bob.pk)
    redo = undo_run(undo_run(run, bob), bob)
    assert redo.state == "applied"
    bob.user_permissions.clear()
    bob.user_permissions.add(Permission.objects.get(codename="undo_run"))
    with pytest.raises(Refused, match="delete_customer"):
        undo_run(redo, django_user_model.objects.get(pk=bob.pk))


def test_undo_of_an_admin_save_needs_the_permission_to_save(demo, django_user_model):
    from django.contrib.auth.models import Permission

    def draft(plan):
        plan.update(demo.idle, phone="5", because="x")

    run = act("change customers.Customer", draft, by=demo.ada).run
    bob = django_user_model.objects.create_user("bob")
    bob.user_permissions.add(Permission.objects.get(codename="undo_run"))
    with pytest.raises(Refused, match="customers.change_customer"):
        undo_run(run, bob)


def test_a_row_that_changes_twice_in_one_plan_is_written_twice(demo):
    def draft(plan):
        row = plan.watch(demo.idle)
        plan.update(row, phone="1", because="first")
        plan.update(row, phone="2", because="second")

    run = act("twice", draft, by="test").run
    assert run.entries.count() == 2
    undo_run(run)
    demo.idle.refresh_from_db()
    assert demo.idle.phone == ""


def test_a_row_that_changes_again_a_thousand_entries_later_is_undone_exactly(demo):
    def draft(plan):
        row = plan.watch(demo.idle)
        plan.update(row, phone="1", because="first")
        for number in range(1500):
            plan.create(Product, sku=f"X-{number}", name="x", because="between")
        plan.update(row, phone="2", because="second")

    start = digest()
    run = act("far apart", draft, by="test").run
    undone = undo_run(run)
    assert digest() == start
    undo_run(undone)
    demo.idle.refresh_from_db()
    assert demo.idle.phone == "2"
    assert list(audit.verify()) == []


def test_a_row_changed_and_removed_far_apart_in_one_run_is_undone_exactly(demo):
    product = Product.objects.create(sku="Z", name="z")

    def draft(plan):
        row = plan.watch(product)
        plan.update(row, name="other", because="first")
        for number in range(1500):
            plan.create(Product, sku=f"X-{number}", name="x", because="between")
        plan.delete(row, because="gone")

    start = digest()
    run = act("both", draft, by="test").run
    assert not Product.objects.filter(sku="Z").exists()
    undo_run(run)
    assert digest() == start


def test_a_value_that_its_field_refuses_is_named(demo):
    with pytest.raises(Refused, match="status 'gone'.*not a valid choice"):
        act("bad", lambda plan: plan.update(demo.idle, status="gone", because="x"), by="test")


def test_a_refused_action_leaves_the_chain_whole(demo):
    def draft(plan):
        raise Refused("no")

    for _ in range(3):
        with pytest.raises(Refused):
            act("never", draft, by=demo.ada)
    assert AuditHead.objects.get().number == 3  # refusals are sealed like runs
    assert list(audit.verify()) == []
