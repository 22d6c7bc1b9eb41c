"""P7: SIGKILL before and after every SQL statement of every operation and of its undo: nothing torn, lost or double."""

import os
import signal

import pytest
from django.db import connection

from eqms import audit
from eqms.models import OperationRun
from eqms.operations import Approval, registry
from eqms.operations.undo import undo
from tests.cast import Demo, digest
from tests.eqms.processes import Killer, kill_everywhere
from tests.operation_options import options_for
from tests.promises import promise, size

EVERY = size(7, 1)  # statements: the full size kills at each
LEAST_STATEMENTS = 8  # savepoints, plan, lock, comparison, write, entries, run, seal: fewer would mean no count


def apply_and_die(name, options, at, after, queue):
    killer = Killer(at, after=after)
    with connection.execute_wrapper(killer):
        registry[name].apply(Approval("victim"), **options)
    queue.put(killer.count)
    if after:
        os.kill(os.getpid(), signal.SIGKILL)  # after the commit


def undo_and_die(run, at, after, queue):
    apply_and_die("undo", {"run": OperationRun.objects.get(pk=run)}, at, after, queue)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", sorted(set(registry) - {"undo"}))
def test_a_kill_at_any_statement_leaves_before_or_after(name):
    demo = Demo()
    options = options_for(name, demo)
    start = digest()
    applied = kill_everywhere(apply_and_die, (name, options), every=EVERY)
    changed = digest()
    run = OperationRun.objects.get()
    assert undo.plan(run=run)
    undone = kill_everywhere(undo_and_die, (run.pk,), every=EVERY)
    assert min(applied, undone) >= LEAST_STATEMENTS
    torn = (digest() != start) + (changed == start) + len(list(audit.verify()))
    promise("P07", torn, 0, n=2 * (applied + undone) // EVERY)
