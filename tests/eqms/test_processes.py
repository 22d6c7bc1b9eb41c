"""What only real processes show: races on one row, equal confirmations, equal undos, one chain of seals."""

import pytest
from django.db import connections

from customers.models import Customer
from eqms import audit
from eqms.models import AuditSeal, OperationRun, User
from eqms.operations import Approval, NothingWritten, Refused, act, registry
from eqms.operations.confirm import AlreadyWritten, make_token, write_confirmed
from eqms.operations.undo import undo
from inventory.models import Product
from tests.cast import Demo
from tests.eqms.processes import in_processes

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, EACH, UNITS = 16, 5, 50
CLEANUP = "cleanup_zero_order_customers"


def take_units(key, queue):
    """Take one of the units that the product's description counts, as often as they last."""

    def draft(plan):
        product = plan.watch(Product(pk=key))
        taken = Product.objects.filter(name=f"taken from {key}").count()
        if taken >= UNITS:
            raise Refused("No unit is left.")
        plan.create(Product, sku=f"T-{taken}", name=f"taken from {product.pk}", because="race")

    done = 0
    for _ in range(EACH):
        try:
            act("take", draft, by="racer")
            done += 1
        except NothingWritten as refusal:
            assert "No unit is left" in str(refusal), refusal
    queue.put(done)
    connections.close_all()


def test_sixteen_writers_take_exactly_what_is_there():
    """Nothing but the watched row holds the writers apart: what they count is a sum over other rows."""
    demo = Demo()
    codes, done = in_processes(take_units, [(demo.product.pk,)] * WRITERS)
    assert codes == [0] * WRITERS
    assert sum(done) == Product.objects.filter(name=f"taken from {demo.product.pk}").count() == UNITS
    assert OperationRun.objects.applied().count() == UNITS
    assert AuditSeal.objects.count() == OperationRun.objects.count()  # one chain, refusals on it too
    assert list(audit.verify()) == []


def edit_without_watching(key, queue):
    """Raise a number that is read without a lock: the comparison must catch every lost edit."""
    done = 0
    for _ in range(20):

        def draft(plan):
            row = Customer.objects.get(pk=key)
            plan.update(row, phone=str(int(row.phone) + 1), because="race")

        try:
            act("edit", draft, by="racer")
            done += 1
        except NothingWritten:
            pass
    queue.put(done)
    connections.close_all()


def test_no_edit_is_lost_without_a_lock_while_drafting():
    demo = Demo()
    Customer.objects.filter(pk=demo.idle.pk).update(phone="0")
    _, done = in_processes(edit_without_watching, [(demo.idle.pk,)] * 4)
    demo.idle.refresh_from_db()
    assert int(demo.idle.phone) == sum(done) > 0
    assert list(audit.verify()) == []


def confirm_in(token, user, queue):
    try:
        queue.put(write_confirmed(registry[CLEANUP], token, User.objects.get(pk=user)).run.pk)
    except AlreadyWritten as first:
        queue.put(-first.run.pk)
    connections.close_all()


def test_one_of_eight_equal_confirmations_writes_and_the_others_name_its_run():
    demo = Demo()
    token = make_token(registry[CLEANUP].plan(), demo.ada, None, {})
    codes, answers = in_processes(confirm_in, [(token, demo.ada.pk)] * 8)
    assert codes == [0] * 8
    run = OperationRun.objects.applied().get().pk
    assert sorted(answers) == [-run] * 7 + [run]
    assert list(audit.verify()) == []


def undo_in(run, queue):
    try:
        queue.put(bool(undo.apply(Approval("racer"), run=OperationRun.objects.get(pk=run)).run))
    except NothingWritten as refusal:
        assert "undone already" in str(refusal), refusal
        queue.put(False)
    connections.close_all()


def test_one_of_four_equal_undos_writes():
    Demo()
    run = registry[CLEANUP].apply(Approval("test")).run
    codes, answers = in_processes(undo_in, [(run.pk,)] * 4)
    assert codes == [0] * 4
    assert sorted(answers) == [False] * 3 + [True]
