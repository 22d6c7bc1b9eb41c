"""P44 to P46: every changed row is in the record, every tampering is found, 16 writers leave one chain."""

import random
from collections import Counter

import pytest
from django.db import connection, connections, transaction

from customers.models import Customer
from eqms import audit
from eqms.checks import traced_models
from eqms.columns import Columns
from eqms.models import AuditEntry, AuditHead, AuditSeal, OperationRun, User
from eqms.operations import Approval, act, registry
from eqms.operations.undo import undo
from tests.cast import Demo
from tests.eqms.processes import in_processes
from tests.operation_options import options_for
from tests.promises import promise, size

SEED = 45


def texts():
    found = {}
    for model in traced_models():
        columns = Columns.of(model)
        for row in model._base_manager.all():
            found[model._meta.label, str(columns.of_row(row)[columns.key])] = columns.text_of(row)
    return found


@pytest.mark.parametrize("name", sorted(set(registry) - {"undo"}))
def test_p44_rows_changed_are_rows_audited(name, demo):
    op, options = registry[name], options_for(name, demo)
    second = User.objects.create_superuser("second") if op.four_eyes else None
    before = texts()
    run = op.apply(Approval(demo.ada, approved_by=second), **options).run
    after = texts()
    changed = {place for place in before.keys() | after.keys() if before.get(place) != after.get(place)}
    audited = set(run.entries.values_list("model", "key"))
    back = undo.apply(Approval(demo.ada), run=run).run
    missing = len(changed ^ audited) + len(audited ^ set(back.entries.values_list("model", "key")))
    promise("P44", missing, 0, n=len(changed))


# -- P45 -----------------------------------------------------------------------------------------


def edited_entry(chance):
    entry = chance.choice(list(AuditEntry.objects.all()))
    name = chance.choice(["verb", "model", "key", "before", "after", "because", "position"])
    others = {"position": entry.position + 1000, "verb": "delete" if entry.verb != "delete" else "create"}
    AuditEntry.objects.filter(pk=entry.pk).update(**{name: others.get(name, f"{getattr(entry, name)} ")})


def edited_run(chance):
    run = chance.choice(list(OperationRun.objects.all()))
    name = chance.choice(["operation", "actor_name", "reason", "message", "fingerprint", "options", "planned_by_name"])
    OperationRun.objects.filter(pk=run.pk).update(**{name: f"{getattr(run, name)[:60]}x"})


def other_state(chance):
    run = chance.choice(list(OperationRun.objects.all()))
    state = "refused" if run.state == "applied" else "applied"
    OperationRun.objects.filter(pk=run.pk).update(state=state)


def removed_entry(chance):
    AuditEntry.objects.filter(pk=chance.choice(list(AuditEntry.objects.all())).pk).delete()


def added_entry(chance):
    entry = chance.choice(list(AuditEntry.objects.all()))
    entry.pk, entry.position = None, entry.position + 5000
    entry.save(force_insert=True)


def removed_seal(chance):
    AuditSeal.objects.filter(pk=chance.choice(list(AuditSeal.objects.all())).pk).delete()


def edited_seal(chance):
    seal = chance.choice(list(AuditSeal.objects.all()))
    name = chance.choice(["previous", "hash", "count"])
    value = seal.count + 1 if name == "count" else f"{getattr(seal, name)[1:]}0"
    AuditSeal.objects.filter(pk=seal.pk).update(**{name: value if value != getattr(seal, name) else "f" * 64})


def cut_tail(chance):
    """Remove the last runs with all that belongs to them, and set the head back: only an old head shows it."""
    last = AuditSeal.objects.order_by("-number")[: chance.randint(1, 3)]
    runs = [seal.run_id for seal in last]
    AuditEntry.objects.filter(run__in=runs).delete()
    AuditSeal.objects.filter(run__in=runs).delete()
    OperationRun.objects.filter(undoes__in=runs).delete()  # before what they undid
    OperationRun.objects.filter(pk__in=runs).delete()
    end = AuditSeal.objects.order_by("-number").first()
    AuditHead.objects.update(number=end.number, hash=end.hash)


def unsealed_run(chance):
    OperationRun.objects.create(operation="slipped in", state="applied", actor_name="eve", fingerprint="")


def changed_outside(chance):
    key = chance.choice(list(AuditEntry.objects.filter(model="customers.Customer").values_list("key", flat=True)))
    if not Customer.objects.filter(pk=key).update(phone=f"{chance.random()}"):
        values = {"facility_name": f"Back {key}", "company_key": f"back{key}"}
        Customer.objects.bulk_create([Customer(pk=key, **values)])


TAMPERINGS = (
    edited_entry,
    edited_run,
    other_state,
    removed_entry,
    added_entry,
    removed_seal,
    edited_seal,
    cut_tail,
    unsealed_run,
    changed_outside,
)


class Rollback(Exception):
    pass


@pytest.mark.django_db(transaction=True)
def test_p45_every_tampering_is_found():
    demo, chance, tries = Demo(), random.Random(SEED), size(60, 1000)
    for number in range(4):
        act("edit", lambda plan, n=number: plan.update(plan.watch(demo.north), phone=str(n), because="x"), by=demo.ada)
    undo.apply(Approval(demo.ada), run=registry["cleanup_zero_order_customers"].apply(Approval(demo.ada)).run)
    with pytest.raises(Exception, match="no"):
        act("never", refuse, by="test")
    assert list(audit.verify()) == []
    audit.remove()
    head, missed = AuditHead.objects.get().hash, Counter()
    for number in range(tries):
        tamper = TAMPERINGS[number % len(TAMPERINGS)]
        with pytest.raises(Rollback), transaction.atomic():
            with connection.constraint_checks_disabled():
                tamper(chance)
            missed[tamper.__name__] += not list(audit.verify(head))
            raise Rollback
    audit.install()
    assert list(audit.verify(head)) == []
    assert +missed == Counter()
    promise("P45", sum(missed.values()), 0, n=tries, seed=SEED)


def refuse(plan):
    from eqms.operations import Refused

    raise Refused("no")


# -- P46 -----------------------------------------------------------------------------------------


def write_many(number, rounds, queue):
    for turn in range(rounds):
        name = f"Writer {number:02} {turn:02}"  # apart in letters and digits too
        act("make", lambda plan, n=name: plan.create(Customer, facility_name=n, because="race"), by="racer")
    queue.put(rounds)
    connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_p46_sixteen_writers_leave_one_chain():
    Demo()
    rounds = size(3, 25)
    codes, done = in_processes(write_many, [(number, rounds) for number in range(16)])
    assert codes == [0] * 16
    made = Customer.objects.filter(facility_name__startswith="Writer ").count()
    numbers = list(AuditSeal.objects.order_by("number").values_list("number", flat=True))
    forks = numbers != list(range(1, len(numbers) + 1))
    apart = abs(made - AuditEntry.objects.count()) + abs(made - sum(done)) + abs(made - len(numbers))
    promise("P46", forks + apart + len(list(audit.verify())), 0, n=16 * rounds)
