"""P26: every relation to Customer says how it is merged; units, orders and documents per lot stay what they were."""

import random
from collections import Counter

import pytest
from django.core.exceptions import ValidationError
from django.db import connections, models

from customers.merging import relations
from customers.models import (
    MOVE,
    MOVE_UNLESS_SAME,
    REFUSE,
    Contact,
    Customer,
    CustomerAlias,
    CustomerNote,
    CustomerRep,
    NotDuplicate,
    SalesRep,
)
from customers.operations import merge_customers, not_duplicates
from distribution.models import DistributionLine
from eqms import audit
from eqms.models import AuditEntry, OperationRun
from eqms.operations import Approval, NothingWritten, Refused, act
from eqms.operations.undo import undo
from inventory.models import Lot
from sales.models import DocumentSegment, SalesOrder
from sales.operations import import_orders
from tests.cast import Demo, digest
from tests.eqms.processes import in_processes
from tests.operation_options import a_paper_of
from tests.promises import promise, size
from tests.promises.test_p22_predicted import differences, rows_of_all_tables

SEED = 26
SETTLED = {"contact_one_primary"}  # conditional rules that a merge settles by a rule of its own


# -- every relation has its rule -----------------------------------------------------------------


def test_every_relation_to_a_customer_has_a_rule():
    found = relations()
    ruleless = [str(key) for one in found for key in one.keys if not has_rule(key)]
    mixed = [one.model._meta.label for one in found if len({str(key.on_merge) for key in one.keys}) > 1]
    assert ruleless + mixed == []
    promise("P26", len(ruleless) + len(mixed), 0, n=len(found))


def has_rule(key) -> bool:
    return key.on_merge in (MOVE, REFUSE) or isinstance(key.on_merge, MOVE_UNLESS_SAME)


def test_a_relation_without_a_rule_is_noticed(monkeypatch):
    monkeypatch.setattr(SalesOrder._meta.get_field("customer"), "__class__", models.ForeignKey)
    with pytest.raises(TypeError, match=r"sales.SalesOrder.customer refers to a customer: make it a CustomerKey"):
        relations()


def test_no_unique_rule_can_stand_in_the_way_of_a_row_that_moves():
    """A row that moves into a taken place would be refused by the database: its rule must name that place."""
    found = [
        f"{one.model._meta.label}: {constraint.name}"
        for one in relations()
        for constraint in one.model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and stands_in_the_way(one, constraint)
    ]
    found += [str(key) for one in relations() for key in one.keys if key.unique and one.rule != REFUSE]
    assert found == []


def stands_in_the_way(relation, constraint) -> bool:
    moved = {key.name for key in relation.keys} | derived_from_keys(relation)
    if relation.rule == REFUSE or not moved & set(constraint.fields) or constraint.name in SETTLED:
        return False
    rest = set(constraint.fields) - {key.name for key in relation.keys}
    return relation.rule == MOVE or set(relation.rule) != rest


def derived_from_keys(relation) -> set[str]:
    """Return the derived columns that change with the customer."""
    rows = [relation.model(**{key.attname: number for key in relation.keys[:1]}) for number in (1, 2)]
    try:
        one, other = (row.derive() for row in rows)
    except ValidationError:  # made of other columns, which are empty here
        return set()
    return {name for name in one if one[name] != other[name]}


# -- what is conserved ---------------------------------------------------------------------------


def per_lot() -> dict:
    """Return units, orders and papers of every lot, and the orders that are there at all."""
    lines = DistributionLine.objects.select_related("distribution").order_by("pk")
    units, orders = Counter(), Counter()
    for line in lines:
        units[line.lot_id] += line.quantity
        orders[line.lot_id, line.distribution.sales_order_id] += 1
    papers = Counter(DocumentSegment.objects.values_list("order__distributions__lines__lot", flat=True))
    return {"units": units, "orders": orders, "papers": papers, "all": SalesOrder.objects.count()}


def generate(demo: Demo, chance: random.Random, number: int) -> list[Customer]:
    """Make two to four customers with rows of every kind, some of them twins."""
    made = []
    for nth in range(chance.randint(2, 4)):
        values = {
            "address1": chance.choice(["", f"{number}-{nth} Oak Ave"]),
            "phone": chance.choice(["", "41", "42"]),
            "customer_number": chance.choice([None, f"N-{number}-{nth}"]),
            "status": chance.choice(Customer.Status.values),
            "primary_rep": chance.choice([None, demo.rep, demo.other_rep]),
        }
        customer = demo.customer(f"{chance.choice(['Klinik Müller', '東京病院', 'St. Mary'])} {number} {nth}", **values)
        surround(demo, chance, customer, f"{number}-{nth}")
        made.append(customer)
    return made


def surround(demo: Demo, chance: random.Random, customer: Customer, name: str) -> None:
    for person in chance.sample(["Ann", "Ben", "Cy"], chance.randint(0, 3)):
        first = not customer.contacts.filter(is_primary=True).exists()
        about = {"phone": chance.choice(["", "1", "2"]), "is_primary": first and chance.random() < 0.5}
        Contact.objects.create(customer=customer, name=person, email=f"{person}@example.org", **about)
    for rep in chance.sample([demo.rep, demo.other_rep], chance.randint(0, 2)):
        CustomerRep.objects.create(customer=customer, rep=rep)
    if chance.random() < 0.5:
        CustomerNote.objects.create(customer=customer, text="x", author=demo.ada)
        CustomerAlias.objects.create(kind="number", value=f"former-{name}", customer=customer)
    if chance.random() < 0.5:
        pair = [customer, demo.idle] if chance.random() < 0.5 else [demo.idle, customer]
        NotDuplicate.objects.create(first=pair[0], second=pair[1])
    for nth in range(chance.randint(0, 2)):
        order = demo.ordered(f"G-{name}-{nth}", customer)
        shipment = demo.shipped(
            chance.randint(1, 9), product=demo.tracked, lot=chance.choice(demo.lots), sales_order=order
        )
        demo.paper(order=order, status=DocumentSegment.Status.IMPORTED)
        assert shipment.sales_order == order


def chosen_by(chance: random.Random, together: list[Customer]) -> str:
    names = chance.sample(["phone", "status", "address1", "customer_number", "primary_rep"], chance.randint(0, 3))
    return ",".join(f"{name}={chance.choice(together).pk}" for name in names)


@pytest.mark.django_db
def test_merges_of_generated_customers_conserve_everything_and_undo_is_exact():
    demo, chance, wrong, changes = Demo(), random.Random(SEED), 0, 0
    demo.other_rep = SalesRep.objects.create(name="Olaf Other")
    demo.lots = [demo.lot, Lot.objects.create(product=demo.tracked, number="L-8")]
    databases = size(12, 500)
    for number in range(databases):
        together = generate(demo, chance, number)
        survivor, *losers = chance.sample(together, len(together))
        orders = set(SalesOrder.objects.filter(customer__in=together).values_list("pk", flat=True))
        before, start, lots = rows_of_all_tables(), digest(), per_lot()
        options = {"master": survivor.pk, "duplicates": [c.pk for c in losers], "choose": chosen_by(chance, together)}
        plan = merge_customers.plan(**options)
        run = merge_customers.apply(Approval("test", plan.fingerprint), **options).run
        wrong += differences(plan, before) + (per_lot() != lots)
        wrong += set(survivor.orders.values_list("pk", flat=True)) != orders
        wrong += sum(not is_found(loser, survivor) for loser in together)
        changes += len(plan)
        if chance.random() < 0.8:
            undone = undo.apply(Approval("test"), run=run).run
            wrong += (digest() != start) + (per_lot() != lots)
            if chance.random() < 0.3:
                undo.apply(Approval("test"), run=undone)
    assert changes > 5 * databases
    wrong += len(list(audit.verify()))
    promise("P26", wrong, 0, n=databases, seed=SEED)


def is_found(customer: Customer, survivor: Customer) -> bool:
    """True where the key and the number that ``customer`` had mean the survivor."""
    known = Customer.objects.known_as([customer.customer_number], [customer.company_key])
    by_key = known.suggested_by(customer.company_key)
    return by_key == survivor and (
        customer.customer_number is None or known.with_number(customer.customer_number) == by_key
    )


# -- races ---------------------------------------------------------------------------------------


def merge_in(survivor, loser, queue):
    try:
        merge_customers.apply(Approval("merger"), master=survivor, duplicates=[loser])
        queue.put("merged")
    except NothingWritten as refusal:
        queue.put(f"refused: {refusal}")
    connections.close_all()


def import_in(queue):
    import_orders.apply(Approval("importer"))
    queue.put("imported")
    connections.close_all()


def edit_in(key, queue):
    def draft(plan):
        plan.update(plan.watch(Customer(pk=key)), phone="555", because="edited")

    try:
        act("edit", draft, by="editor")
        queue.put("edited")
    except Refused as refusal:
        queue.put(f"refused: {refusal}")
    connections.close_all()


def say_no_in(first, second, queue):
    try:
        not_duplicates.apply(Approval("person"), first=first, second=second)
        queue.put("said no")
    except NothingWritten as refusal:
        queue.put(f"refused: {refusal}")
    connections.close_all()


def start_one(work, *arguments):
    work(*arguments)


def raced(*work) -> list[str]:
    """Run all at once; return what they say."""
    codes, answers = in_processes(start_one, work)
    assert codes == [0] * len(work)
    return sorted(answers)


def pair(demo, number) -> tuple[Customer, Customer]:
    first, second = (demo.customer(f"Racer {number} {letter}", address1="1 Oak Ave") for letter in "AB")
    for customer in (first, second):
        demo.ordered(f"R-{customer.pk}", customer)
        Contact.objects.create(customer=customer, name="Ann", email="ann@example.org")
    return first, second


@pytest.mark.django_db(transaction=True)
def test_of_two_merges_that_cross_one_goes_through():
    demo, wrong, rounds = Demo(), 0, size(4, 50)
    for number in range(rounds):
        first, second = pair(demo, number)
        answers = raced((merge_in, first.pk, second.pk), (merge_in, second.pk, first.pk))
        wrong += answers[0] != "merged" or "no longer there" not in answers[1]
        left = Customer.objects.filter(pk__in=[first.pk, second.pk])
        wrong += len(left) != 1 or left[0].orders.count() != 2 or left[0].contacts.count() != 1
    promise("P26", wrong + len(list(audit.verify())), 0, n=rounds)


@pytest.mark.django_db(transaction=True)
def test_an_order_that_is_imported_for_the_loser_ends_with_the_survivor():
    demo, wrong, rounds = Demo(), 0, size(4, 50)
    for number in range(rounds):
        first, second = pair(demo, number)
        a_paper_of(demo, f"SO-{5000 + number}", second.facility_name, street="1 Oak Ave")
        customers = Customer.objects.count()
        answers = raced((merge_in, first.pk, second.pk), (import_in,))
        wrong += answers != ["imported", "merged"]
        wrong += SalesOrder.objects.get(order_number=f"SO-{5000 + number}").customer != first
        wrong += Customer.objects.count() != customers - 1
    promise("P26", wrong + len(list(audit.verify())), 0, n=rounds)


@pytest.mark.django_db(transaction=True)
def test_an_edit_of_the_loser_is_taken_over_or_refused():
    demo, wrong, rounds = Demo(), 0, size(4, 50)
    for number in range(rounds):
        first, second = pair(demo, number)
        answers = raced((merge_in, first.pk, second.pk), (edit_in, second.pk))
        first.refresh_from_db()
        edited = "edited" in answers
        wrong += "merged" not in answers or (first.phone == "555") != edited
        gone = AuditEntry.objects.get(model="customers.Customer", key=str(second.pk), verb="delete")
        wrong += ('"phone":"555"' in gone.before) != edited
    promise("P26", wrong + len(list(audit.verify())), 0, n=rounds)


@pytest.mark.django_db(transaction=True)
def test_a_no_and_a_merge_at_once_never_both_hold():
    demo, wrong, rounds = Demo(), 0, size(4, 50)
    for number in range(rounds):
        first, second = pair(demo, number)
        answers = raced((merge_in, first.pk, second.pk), (say_no_in, second.pk, first.pk))
        wrong += sum(not answer.startswith("refused") for answer in answers) != 1
    wrong += OperationRun.objects.applied().count() != rounds
    promise("P26", wrong + len(list(audit.verify())), 0, n=rounds)
