"""The record: triggers, chain, and what ``verify`` finds."""

import orjson
import pytest
from django.db import DatabaseError, connection, transaction

from customers.models import Customer
from customers.operations import cleanup_zero_order_customers
from eqms import audit
from eqms.columns import Columns, canonical
from eqms.models import AuditEntry, AuditHead, AuditSeal, ElectronicSignature, OperationRun, User
from eqms.operations import Approval, Refused, act
from tests.cast import Demo

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def record():
    """Three runs: two edits and a clean-up."""
    demo = Demo()
    for limit in (1, 2):
        act("edit", lambda plan, n=limit: plan.update(plan.watch(demo.north), phone=str(n), because="x"), by=demo.ada)
    cleanup_zero_order_customers.apply(Approval(demo.ada))
    assert list(audit.verify()) == []


@pytest.fixture
def unguarded(record):
    audit.remove()
    yield
    audit.install()


STATEMENTS = [
    "UPDATE eqms_auditentry SET because = 'y'",
    "DELETE FROM eqms_auditentry",
    "DELETE FROM eqms_auditseal",
    "UPDATE eqms_operationrun SET reason = 'y'",
    "DELETE FROM eqms_electronicsignature",
]
STATEMENTS += (
    ["TRUNCATE eqms_auditentry"]
    if connection.vendor == "postgresql"
    else ["INSERT OR REPLACE INTO eqms_auditseal SELECT * FROM eqms_auditseal WHERE number = 1"]
)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_record_is_append_only(record, statement):
    user = User.objects.get()
    ElectronicSignature.objects.create(user=user, user_name="ada", meaning="x", model="x", key="1", digest="x")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def problems(head=None):
    return " ".join(audit.verify(head))


def test_finds_an_edited_entry(unguarded):
    AuditEntry.objects.filter(pk=AuditEntry.objects.first().pk).update(because="y")
    assert "were edited after seal 1" in problems()


def test_finds_an_edited_run(unguarded):
    OperationRun.objects.filter(seal__number=2).update(actor_name="eve")
    assert "were edited after seal 2" in problems()


def test_finds_a_removed_entry(unguarded):
    AuditEntry.objects.filter(run__seal__number=3, position=1).delete()
    assert "counts 2 entries, 1 are there" in problems()


def test_finds_a_removed_link(unguarded):
    AuditSeal.objects.filter(number=2).delete()
    assert "Seal 3 follows 1" in problems()


def test_finds_a_fork(unguarded):
    first = AuditSeal.objects.get(number=1)
    AuditSeal.objects.filter(number=3).update(previous=first.hash)
    assert "does not continue seal 2: the chain was forked" in problems()


def test_finds_a_cut_tail_given_the_head(unguarded):
    head = AuditHead.objects.get().hash
    kept = AuditSeal.objects.get(number=2)
    run = OperationRun.objects.get(seal__number=3)
    AuditEntry.objects.filter(run=run).delete()
    AuditSeal.objects.filter(number=3).delete()
    run.delete()
    AuditHead.objects.update(number=2, hash=kept.hash)
    assert "was cut or rewritten" not in problems()
    assert "was cut or rewritten" in problems(head)


def test_a_refusal_is_sealed_and_its_removal_or_edit_is_found(record):
    with pytest.raises(Refused):
        act("never", refuse, by="test")
    refusal = OperationRun.objects.get(state="refused")
    assert refusal.seal.count == 0
    audit.remove()
    OperationRun.objects.filter(pk=refusal.pk).update(message="all was well")
    audit.install()
    assert "run or its entries were edited after seal 4" in problems()


def refuse(plan):
    raise Refused("no")


def test_finds_a_change_made_outside(record):
    Customer.objects.filter(facility_name="North Clinic").update(status="inactive")
    assert "was changed outside the application" in problems()


def test_an_older_head_stays_on_the_chain(record):
    assert problems(AuditSeal.objects.get(number=1).hash) == ""


def test_a_new_column_of_a_run_is_decided_about_before_it_is_sealed():
    assert set(audit.SEALED) == set(Columns.of(OperationRun).names)


def test_a_column_that_a_release_added_or_took_away_is_no_change_from_outside(record):
    entry = AuditEntry.objects.filter(model="customers.Customer", verb="update").latest("id")
    now = Columns.of(Customer).text_of(Customer.objects.get(pk=entry.key))
    then = {name: value for name, value in orjson.loads(entry.before).items() if name != "status"}
    entry.before = canonical({**then, "fax": "1"})
    assert audit.is_as_left(now, entry)
    assert not audit.is_as_left(None, entry)
    entry.before = canonical({**then, "facility_name": "Another"})
    assert not audit.is_as_left(now, entry)
    entry.before = "{"
    assert not audit.is_as_left(now, entry)
