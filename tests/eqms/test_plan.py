"""Plans by hand: references, placeholders, spooling, unique values that change places."""

import copy
import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.safestring import mark_safe

from customers.models import Contact, Customer, CustomerNote
from distribution.models import Distribution, DistributionLine
from eqms.checks import traced_models
from eqms.columns import Columns
from eqms.models import OperationRun
from eqms.operations import Approval, Plan, Refused, act
from eqms.operations.plan import new_row
from eqms.operations.undo import undo
from inventory.models import Product, StockMovement, StoreFrontInventory, TransferRequest, TransferRequestLineItem
from sales.models import SalesOrder, SalesOrderLine
from tests.cast import digest


def undo_run(run):
    return undo.apply(Approval("test"), run=run).run


def test_new_rows_with_given_keys_cost_no_query_each(demo, django_assert_num_queries):
    plan = Plan("test")
    with django_assert_num_queries(0):
        for number in range(5):
            plan.create(Contact, customer_id=demo.north.pk, name="x", email=f"{number}@example.org", because="x")
            plan.create(Contact, customer=demo.north, name="x", email=f"x{number}@example.org", because="x")


def test_a_large_plan_goes_to_disk_and_reads_back(demo):
    plan = Plan("test")
    for number in range(8_000):
        plan.create(Contact, customer=demo.north, name="x", email=f"{number}@example.org", because="x" * 400)
    assert plan._lines._rolled
    assert sum(1 for _ in plan.changes) == len(plan) == 8_000


def test_a_warning_does_not_change_the_fingerprint():
    first, second = Plan("test"), Plan("test")
    second.warn("Read this first.")
    assert first.fingerprint == second.fingerprint
    assert second.warnings == ["Read this first."]


def test_three_generations_of_new_rows_are_written_parents_first(demo):
    """The model of the last generation comes before its parent in the alphabet."""

    def draft(plan):
        for number in range(2):
            customer = plan.create(Customer, facility_name=f"New {number}", because="x")
            values = {"order_date": timezone.localdate(), "customer": customer, "because": "x"}
            order = plan.create(SalesOrder, order_number=f"N-{number}", **values)
            plan.create(SalesOrderLine, order=order, line_number=1, sku_printed="A-1", quantity=1, because="x")
            plan.create(Distribution, sales_order=order, ship_date=timezone.localdate(), because="x")

    start = digest()
    run = act("chain", draft, by="test").run
    assert SalesOrderLine.objects.latest("pk").order.customer.facility_name == "New 1"
    assert Distribution.objects.latest("pk").sales_order.order_number == "N-1"
    assert Customer.objects.latest("pk").created_at == run.at
    undo_run(run)
    assert digest() == start


def test_a_random_key_is_made_by_the_writer_and_stays_out_of_the_fingerprint(demo):
    def draft(plan):
        product = plan.create(Product, sku="NEW", name="new", because="x")
        assert product.pk is None
        request = plan.create(TransferRequest, warehouse=demo.depot, storefront=demo.shop, because="x")
        plan.create(TransferRequestLineItem, request=request, product=product, requested_quantity=9, because="x")

    first, second = Plan("test"), Plan("test")
    draft(first)
    draft(second)
    assert first.fingerprint == second.fingerprint
    run = act("new", draft, by="test").run
    assert TransferRequestLineItem.objects.get(product__sku="NEW").requested_quantity == 9
    written = digest()
    undo_run(undo_run(run))
    assert digest() == written


def test_rows_of_several_models_are_deleted_children_first_whatever_their_order_in_the_batch(demo):
    def add(plan):
        customer = plan.create(Customer, facility_name="Tree", because="x")
        for number in range(3):
            plan.create(Contact, customer=customer, name="x", email=f"{number}@example.org", because="x")

    run = act("tree", add, by="test").run
    start = digest()

    def cut(plan):
        customer = Customer.objects.get(facility_name="Tree")
        plan.delete(customer, because="x")
        for contact in customer.contacts.all():
            plan.delete(contact, because="x")

    cut_run = act("cut", cut, by="test").run
    assert not Customer.objects.filter(facility_name="Tree").exists()
    undo_run(cut_run)
    assert digest() == start
    undo_run(run)


NASTY = ("a\tb", "a\nb", "a\r\nb", "\\N", "\\.", "a\\tb", "'", '"', "{}", "%s", "\N{SNOWMAN}", "x" * 60_000, "")


def test_new_rows_get_numbers_that_no_row_has_or_had(demo):
    def make(names):
        def draft(plan):
            for name in names:
                plan.create(Customer, facility_name=name, because="new")

        act("make", draft, by="test")
        return list(Customer.objects.filter(facility_name__in=names).order_by("pk").values_list("pk", flat=True))

    first = make(["A", "B"])
    Customer.objects.filter(pk=first[-1])._raw_delete("default")
    if connection.vendor == "sqlite":  # edits by hand, which a sequence of PostgreSQL never follows
        Customer.objects.filter(pk=first[0]).update(id=first[0] + 50)
        first.append(first[0] + 50)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = 'customers_customer'")
    assert min(make(["C", "D"])) > max(first)


def test_many_new_rows_keep_every_character_and_their_order(demo):
    """So many that PostgreSQL takes them by COPY."""
    texts = [text + str(number) if text else "" for number in range(10) for text in NASTY]

    def draft(plan):
        for text in texts:
            plan.create(CustomerNote, customer=demo.north, text=text or "-", author=demo.ada, because=text)

    run = act("notes", draft, by="test").run
    entries = list(run.entries.order_by("position").values_list("key", "because"))
    rows = CustomerNote.objects.in_bulk([int(key) for key, _ in entries])
    assert [because for _, because in entries] == texts
    assert [rows[int(key)].text for key, _ in entries] == [text or "-" for text in texts]
    written = digest()
    undo_run(undo_run(run))
    assert digest() == written


# -- shortcuts come to the same --------------------------------------------------------------------


def label(model) -> str:
    return model._meta.label


@pytest.mark.parametrize("model", traced_models(), ids=label)
def test_a_planned_row_is_the_one_that_django_makes(model):
    made, stock = new_row(model, {}), model()
    anew = {field.attname for field in model._meta.concrete_fields if callable(field.default)}
    assert made.__dict__.keys() == stock.__dict__.keys()
    assert {n: v for n, v in made.__dict__.items() if n not in {"_state", *anew}} == {
        n: v for n, v in stock.__dict__.items() if n not in {"_state", *anew}
    }
    assert [type(getattr(made, name)) for name in sorted(anew)] == [type(getattr(stock, name)) for name in sorted(anew)]
    assert vars(made._state) | {"fields_cache": {}} == vars(stock._state) | {"fields_cache": {}}


def test_a_planned_row_knows_its_parents_and_refuses_strangers(demo):
    row = new_row(Distribution, {"sales_order": demo.order, "order_number": "SO-1"})
    assert (row.sales_order, row.sales_order_id, row.order_number) == (demo.order, demo.order.pk, "SO-1")
    line = new_row(DistributionLine, {"distribution": row})
    assert line.distribution is row
    assert line.distribution_id is None
    with pytest.raises(ValueError, match="must be a"):
        new_row(Distribution, {"sales_order": demo.north})
    with pytest.raises(TypeError, match="has no column colour"):
        new_row(Distribution, {"colour": "red"})


VALUES = [None, "", "x", "x" * 400, "csv", "dispatch", "active", True, False, -1, 0, 1, 2**31, 2**63, 2**64, 1.5]
VALUES += [Decimal("1.5"), dt.date(2026, 1, 31), dt.datetime(2026, 1, 31, 8, 30, tzinfo=dt.UTC), uuid.UUID(int=7)]
VALUES += [*Distribution.Source, *StockMovement.Kind, mark_safe("csv")]


@pytest.mark.filterwarnings("ignore:DateTimeField .* received a naive datetime")
@pytest.mark.parametrize("model", traced_models(), ids=label)
def test_what_is_taken_as_it_is_is_what_a_full_look_takes(model):
    def taken(columns, name, value):
        try:
            return plan._encoded(row, columns, name, value)
        except Exception as error:  # a type that nobody gives such a column: both ways break alike
            return type(error)

    plan, row, quick = Plan("test"), model(), Columns.of(model)
    slow = copy.copy(quick)
    slow.plain_texts = slow.plain_numbers = slow.plain_choices = slow.plain_types = {}
    for name in quick.names:
        for value in VALUES:
            found, wanted = taken(quick, name, value), taken(slow, name, value)
            assert (type(found), found) == (type(wanted), wanted), (name, value)


OTHERS = {"UUIDField": uuid.UUID(int=9), "DateField": dt.date(2020, 2, 2), "BooleanField": True}
OTHERS |= {"DateTimeField": dt.datetime(2020, 2, 2, tzinfo=dt.UTC), "DecimalField": Decimal("7.25")}
TEXTS = ("CharField", "TextField", "EmailField", "URLField")


@pytest.mark.parametrize("model", [model for model in traced_models() if model.derived_from], ids=label)
def test_derived_columns_follow_from_what_the_model_says_and_nothing_else(model):
    fields = {field.attname: field for field in model._meta.concrete_fields if field.name not in model.derived}
    texts = {name: f"First {nth}" for nth, (name, f) in enumerate(fields.items()) if f.get_internal_type() in TEXTS}
    assert model.derived_from <= fields.keys()
    before = model(**texts).derive()
    for name in fields.keys() - model.derived_from:
        kind = fields[name].get_internal_type()
        other = "Other 9" if kind in TEXTS else OTHERS.get(kind, 9)
        assert model(**{**texts, name: other}).derive() == before, name
    assert any(model(**{**texts, name: "Other 9"}).derive() != before for name in model.derived_from)


def test_an_update_computes_anew_what_follows_from_it_and_one_without_values_everything(demo):
    shipment = demo.shipment
    Distribution.objects.filter(pk=shipment.pk).update(order_number_key="stale")
    shipment.refresh_from_db()
    plan = Plan("test")
    plan.update(shipment, notes="x", because="x")
    plan.update(shipment, because="x")
    plan.update(shipment, tracking_number="1Z 9", because="x")
    changes = [change.columns() for change in plan.changes]
    assert [sorted(name for name, *_ in columns) for columns in changes] == [
        ["notes"],
        ["order_number_key"],
        ["tracking_key", "tracking_number"],
    ]


# -- a broken rule is a sentence -----------------------------------------------------------------


def refused(draft) -> str:
    with pytest.raises(Refused) as refusal:
        act("bad", draft, by="test")
    assert OperationRun.objects.get().state == "refused"
    return str(refusal.value)


def test_a_broken_check_names_the_row_and_says_the_rule(demo):
    balance = StoreFrontInventory.objects.first()
    words = refused(lambda plan: plan.update(balance, quantity=-1, because="x"))
    assert f"storefront balance {balance.pk}" in words
    assert "constraint" not in words.lower().replace("constraint “", "")
    assert "CHECK" not in words


def test_a_taken_unique_value_names_the_row_and_says_the_rule(demo):
    def draft(plan):
        values = {"facility_name": demo.north.facility_name, "address1": demo.north.address1}
        plan.update(plan.watch(demo.idle_two), phone="1", because="fine")
        plan.update(plan.watch(demo.idle), because="x", **values)

    words = refused(draft)
    assert "A customer with this name and address exists already" in words
    assert f"customer {demo.idle.pk} (" in words


@pytest.mark.parametrize("others", [0, 100])
def test_two_new_rows_with_one_unique_value_name_each_other(demo, others):
    def draft(plan):
        for number in range(others):
            plan.create(Customer, facility_name=f"Other {number}", because=f"row {number}")
        for number in (1, 2):
            plan.create(Customer, facility_name="Twin", because=f"row {number}")

    words = refused(draft)
    assert "of the same plan has the same company_key" in words


def test_a_value_too_long_for_its_column_is_a_sentence(demo):
    plan_text = "x" * 60
    words = refused(lambda plan: plan.update(demo.idle, phone=plan_text, because="x"))
    assert "at most 50 characters" in words


# -- unique values that change places ------------------------------------------------------------


def test_two_rows_swap_a_unique_value(demo):
    lines = [
        SalesOrderLine.objects.create(order=demo.order, line_number=n, sku_printed=f"S-{n}", quantity=1)
        for n in (2, 3, 4)
    ]

    def rotate(plan):
        for line, number in zip(lines, (3, 4, 2), strict=True):
            plan.update(plan.watch(line), line_number=number, because="order of the paper")

    start = digest()
    run = act("rotate", rotate, by="test").run
    numbers = {line.sku_printed: line.line_number for line in demo.order.lines.all() if line.line_number > 1}
    assert numbers == {"S-2": 3, "S-3": 4, "S-4": 2}
    undo_run(run)
    assert digest() == start


def test_two_customers_swap_names_and_another_column_changes_beside(demo):
    def swap(plan):
        one, two = plan.watch(demo.idle), plan.watch(demo.idle_two)
        names = {"facility_name": one.facility_name, "address1": one.address1}
        values = {"facility_name": two.facility_name, "address1": two.address1, "phone": "7"}
        plan.update(one, because="x", **values)
        plan.update(two, because="x", **names)

    start = digest()
    run = act("swap", swap, by="test").run
    demo.idle.refresh_from_db()
    assert demo.idle.facility_name == "Idle Two"
    undo_run(run)
    assert digest() == start


def test_the_one_primary_contact_changes(demo):
    anna = demo.north.contacts.get()
    bert = Contact.objects.create(customer=demo.north, name="Bert", email="bb@example.org")

    def change(plan):
        plan.update(plan.watch(bert), is_primary=True, because="x")
        plan.update(plan.watch(anna), is_primary=False, because="x")

    act("primary", change, by="test")
    assert [c.name for c in demo.north.contacts.filter(is_primary=True)] == ["Bert"]


def test_a_swap_that_ends_in_a_taken_value_is_refused(demo):
    def draft(plan):
        plan.update(plan.watch(demo.idle), facility_name="X", address1="", because="x")
        plan.update(plan.watch(demo.idle_two), facility_name="X", address1="", because="x")

    assert "same company_key" in refused(draft)


def test_a_row_with_a_key_that_nobody_speaks_is_called_by_its_name(demo):
    plan = Plan("test")
    plan.skip(demo.product, because="seen")
    plan.skip(demo.north, because="seen")
    titles = [skip.title for skip in plan.skips]
    assert titles == ["product A-1 Monitor", f"customer {demo.north.pk} (North Clinic)"]
