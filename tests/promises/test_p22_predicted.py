"""P22: what a plan predicts is what changes, to the row and column, for generated databases."""

import json
import random
from datetime import timedelta

import pytest
from django.utils import timezone

from customers.models import Contact, Customer
from customers.operations import cleanup_zero_order_customers
from eqms.checks import traced_models
from eqms.columns import Columns
from eqms.operations import Approval, registry
from eqms.operations.undo import undo
from tests.cast import Demo, digest
from tests.operation_options import options_for
from tests.promises import promise, size

SEED = 22


def rows_of_all_tables() -> dict[tuple[str, str], str]:
    """Return every traced row as (model, key) -> text of its columns."""
    found = {}
    for model in traced_models():
        columns = Columns.of(model)
        for row in model._base_manager.all():
            found[model._meta.label, str(columns.of_row(row)[columns.key])] = columns.text_of(row)
    return found


def predicted_from(plan, before: dict) -> dict:
    """Return the rows as they should stand after ``plan``; created rows as (model, "new") -> how many."""
    rows, created = dict(before), {}
    for change in plan.changes:
        place = change.label, str(change.key)
        if change.verb == "create":
            created[change.label] = created.get(change.label, 0) + 1
        elif change.verb == "delete":
            del rows[place]
        else:
            row = {**json.loads(rows[place]), **json.loads(change.after)}
            rows[place] = json.dumps(row, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return rows | {(label, "new"): number for label, number in created.items()}


def actual_after(before: dict) -> dict:
    rows, created = {}, {}
    for (label, key), text in rows_of_all_tables().items():
        if (label, key) in before:
            rows[label, key] = text
        else:
            created[label] = created.get(label, 0) + 1
    return rows | {(label, "new"): number for label, number in created.items()}


def differences(plan, before) -> int:
    predicted, actual = predicted_from(plan, before), actual_after(before)
    places = predicted.keys() | actual.keys()
    return sum(not is_as_predicted(predicted.get(place), actual.get(place)) for place in places)


def is_as_predicted(predicted, actual) -> bool:
    """Compare texts or counts; a column whose value only the writer knows may hold anything."""
    if not isinstance(predicted, str) or not isinstance(actual, str):
        return predicted == actual
    wanted, found = json.loads(predicted), json.loads(actual)
    return all(isinstance(wanted[name], dict) or wanted[name] == found[name] for name in wanted)


@pytest.mark.parametrize("name", sorted(set(registry) - {"undo"}))
def test_each_operation_does_what_its_plan_predicts(name, demo):
    options = options_for(name, demo)
    before, plan = rows_of_all_tables(), registry[name].plan(**options)
    second = None if not registry[name].four_eyes else type(demo.ada).objects.create_superuser("second")
    registry[name].apply(Approval(demo.ada, plan.fingerprint, approved_by=second), **options)
    promise("P22", differences(plan, before), 0, n=1)


def generate(demo: Demo, chance: random.Random) -> None:
    """Add customers of every sort: with orders, contacts, waiting shipments, in onboarding, with odd names."""
    for number in range(chance.randint(1, 8)):
        name = chance.choice(["Klinik Müller", "東京病院", "St. Mary's", 'O\'Neil "Care"', "a\u0301 b"])
        since = timezone.now() - timedelta(days=chance.randint(0, 400), microseconds=chance.randint(0, 999_999))
        status = chance.choice(Customer.Status.values)
        street = f"{chance.randint(1, 99)} Main St {demo.rounds} {number}"
        customer = demo.customer(name, status=status, created_at=since, address1=street)
        if chance.random() < 0.3:
            demo.ordered(f"G-{demo.rounds}-{number}", customer)
        if chance.random() < 0.3:
            Contact.objects.create(customer=customer, name="x", email=f"{number}@example.org")
        if chance.random() < 0.2:
            demo.shipped(
                1, order_number="", consignee_name=name, consignee_address=street, consignee_city="Springfield"
            )


def test_the_clean_up_of_generated_databases_does_what_its_plan_predicts_and_undo_is_exact(demo):
    chance, wrong, changes = random.Random(SEED), 0, 0
    databases = size(25, 500)
    for demo.rounds in range(databases):
        generate(demo, chance)
        before, start = rows_of_all_tables(), digest()
        plan = cleanup_zero_order_customers.plan()
        written = cleanup_zero_order_customers.apply(Approval("test", plan.fingerprint))
        wrong += differences(plan, before)
        changes += len(plan)
        if written.run and chance.random() < 0.7:
            undo.apply(Approval("test"), run=written.run)
            wrong += digest() != start
    assert changes > databases
    promise("P22", wrong, 0, n=databases, seed=SEED)
