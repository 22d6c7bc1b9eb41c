"""P23: undo restores every column of every table exactly, or refuses and names the rows."""

import random

import pytest

from eqms.checks import traced_models
from eqms.models import OperationRun, User
from eqms.operations import Approval, Refused, registry
from eqms.operations.plan import called
from eqms.operations.undo import undo
from tests.cast import digest
from tests.operation_options import options_for
from tests.promises import promise, size

NAMES = sorted(set(registry) - {"undo"})
SEED = 23
KINDS = ("CharField", "TextField")


def applied(op, options, demo):
    second = User.objects.create_superuser("second") if op.four_eyes else None
    return op.apply(Approval(demo.ada, approved_by=second), **options).run


@pytest.mark.parametrize("name", NAMES)
def test_undo_and_redo_are_exact(name, demo):
    options = options_for(name, demo)
    start = digest()
    run, wrong, rounds = applied(registry[name], options, demo), 0, size(2, 10)
    changed = digest()
    for _ in range(rounds):
        run = undo.apply(Approval("test"), run=run).run
        wrong += digest() != start
        run = undo.apply(Approval("test"), run=run).run
        wrong += digest() != changed
    promise("P23", wrong, 0, n=2 * rounds)


@pytest.mark.parametrize("name", NAMES)
def test_an_edit_of_a_written_column_is_refused_with_the_row_named(name, demo):
    run = applied(registry[name], options_for(name, demo), demo)
    chance, silent, tried = random.Random(SEED), 0, 0
    entries = [entry for entry in run.entries.all() if entry.verb != "delete"]
    for entry in chance.sample(entries, min(len(entries), size(3, 50))):
        model = next(m for m in traced_models() if m._meta.label == entry.model)
        field = next((f for f in model._meta.fields if is_free(f) and f'"{f.attname}"' in entry.after), None)
        if field is None:
            continue
        rows = model._base_manager.filter(pk=entry.key)
        old = rows.values_list(field.attname, flat=True).get()
        rows.update(**{field.attname: f"{old or ''}x"})
        before = digest()
        try:
            undo.apply(Approval("test"), run=run)
            silent += 1
        except Refused as refusal:
            silent += called(model, entry.key) not in str(refusal)
        silent += digest() != before
        rows.update(**{field.attname: old})
        tried += 1
    later = OperationRun.objects.applied().filter(undoes=run)
    promise("P23", silent + later.count(), 0, n=tried + 1, seed=SEED)
    undo.apply(Approval("test"), run=run)  # once all is as it was, it works


def is_free(field):
    """True for a text column that may hold anything."""
    return field.get_internal_type() in KINDS and not (field.choices or field.unique or field.name.endswith("key"))
