"""Waiting shipments find their orders by equal number keys, and by nothing else."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from distribution.models import Distribution
from distribution.operations import match_distributions
from distribution.policy import may_wait
from eqms.data_rules import check, registry
from eqms.models import OperationRun
from eqms.operations import Approval, Refused
from eqms.operations.undo import undo
from sales.models import SalesOrder
from tests.cast import digest
from tests.test_pages import change, order_form

pytestmark = pytest.mark.django_db
KLINIK = {
    "consignee_name": "Klinik Müller",
    "consignee_address": "5 Ring",
    "consignee_city": "Springfield",
    "consignee_state": "IL",
    "consignee_postal_code": "62701",
}


def said(rows=None, **options):
    """Return what the plan links, and why each other shipment stays, by the number as reported."""
    plan = match_distributions.plan(rows, **options)
    numbers = dict(Distribution.objects.values_list("pk", "order_number"))
    linked = {numbers[change.key]: change.because for change in plan.changes}
    return linked, {numbers[line.key]: line.because for line in plan.skips}


def ordered(demo, number, **values):
    """Make an order of North Clinic."""
    more = {"customer": demo.north, "order_date": "2026-03-01", **values}
    return SalesOrder.objects.create(order_number=number, **more)


def test_links_a_shipment_whose_order_is_written_in_another_way(demo):
    ordered(demo, "SO-1285")
    shipment = demo.shipped(1, order_number="so #1285")
    linked, left = said()
    assert linked == {"so #1285": "waited for order SO-1285"}
    match_distributions.apply(Approval(demo.ada))
    shipment.refresh_from_db()
    assert shipment.sales_order.order_number == "SO-1285"
    assert said()[0] == {}
    assert set(left) == {demo.waiting.order_number}


@pytest.mark.parametrize(
    ("ordered_as", "shipped_as"),
    [
        ("1285", "285"),
        ("285", "1285"),
        ("A-100", "B-100"),
        ("A-100", "100"),
        ("0285", "285"),
        ("285", "285-1"),
        ("285", "285/286"),
        ("SOMERSET-9", "9"),
    ],
)
def test_a_number_that_is_only_like_an_order_links_nothing(demo, ordered_as, shipped_as):
    ordered(demo, ordered_as)
    demo.shipped(1, order_number=shipped_as)
    linked, left = said()
    assert linked == {}
    assert left[shipped_as].startswith(f"no order has the number {shipped_as}")


@pytest.mark.parametrize(("shipped_as", "hint"), [("285-1", "285"), ("285/286", "285"), ("A-285", "285")])
def test_a_number_like_an_order_is_a_suggestion(demo, shipped_as, hint):
    ordered(demo, hint)
    demo.shipped(1, order_number=shipped_as)
    assert f"order {hint} has a number like it" in said()[1][shipped_as]


def test_an_equal_address_is_a_suggestion_and_never_a_link(demo):
    klinik = demo.customer("Klinik Müller", address1="5 Ring")
    for number in ("400", "401"):  # two orders of one facility on one day
        ordered(demo, number, customer=klinik)
    demo.shipped(1, order_number="499", ship_date="2026-03-04", **KLINIK)
    demo.shipped(1, order_number="", ship_date="2026-03-04", **KLINIK)
    linked, left = said()
    assert linked == {}
    same_place = (
        "order 401 of 2026-03-01 went to the same name and address; "
        "order 400 of 2026-03-01 went to the same name and address"
    )
    assert left["499"] == f"no order has the number 499; {same_place}"
    assert left[""] == f"it names no order number; {same_place}"


def test_orders_of_another_year_are_no_suggestion(demo):
    ordered(demo, "400", customer=demo.customer("Klinik Müller", address1="5 Ring"), order_date="2024-03-01")
    demo.shipped(1, order_number="499", ship_date="2026-03-04", **KLINIK)
    assert said()[1]["499"] == "no order has the number 499, and nothing else points to an order"


def test_void_shipments_stay_as_they_are(demo):
    ordered(demo, "1285")
    demo.shipped(1, order_number="1285", voided_at="2026-03-05T00:00Z", void_reason="entered in error")
    assert said()[0] == {}


def test_links_only_what_was_selected(demo):
    ordered(demo, "1285")
    one, _ = (demo.shipped(1, order_number="1285", tracking_number=str(n)) for n in range(2))
    assert len(match_distributions.plan(Distribution.objects.filter(pk=one.pk))) == 1


def test_asks_a_fixed_number_of_questions(demo, django_assert_num_queries):
    demo.customer("Klinik Müller", address1="5 Ring")

    def many(first):
        for number in range(first, first + 20):
            ordered(demo, f"R-{number}")
            demo.shipped(1, order_number=f"R-{number}")
            demo.shipped(1, order_number=f"R-{number}-1", **KLINIK)

    many(0)
    with django_assert_num_queries(5):
        match_distributions.plan()
    many(100)
    with django_assert_num_queries(5):
        match_distributions.plan()


# -- enforced ------------------------------------------------------------------------------------


def test_enforcing_is_refused_while_a_shipment_waits(demo):
    with pytest.raises(Refused, match="1 shipments wait for their orders. Run match_distributions without --enforce"):
        match_distributions.plan(enforce=True)


def test_enforced_nothing_may_wait_until_it_is_undone(demo):
    ordered(demo, demo.waiting.order_number)
    void = demo.shipped(1, voided_at="2026-03-05T00:00Z", void_reason="entered in error")
    match_distributions.apply(Approval(demo.ada))
    before = digest()
    run = match_distributions.apply(Approval(demo.ada), enforce=True).run
    assert not may_wait()
    assert not Distribution.objects.filter(may_wait=True).exclude(pk=void.pk).exists()
    assert len(match_distributions.plan(enforce=True)) == 0
    undo.apply(Approval(demo.ada, reason="back"), run=run)
    assert may_wait()
    assert digest() == before


def test_the_command_lists_and_links(demo, capsys):
    ordered(demo, demo.waiting.order_number)
    call_command("match_distributions", "--dry-run")
    assert "waited for order" in capsys.readouterr().out
    call_command("match_distributions")
    assert "Wrote 1 change" in capsys.readouterr().out
    assert not Distribution.objects.waiting().exists()


def test_what_stays_is_named_as_people_know_it(as_ada, demo):
    page = as_ada.get("/admin/distribution/distribution/operations/match_distributions/")
    assert f"Shipment {demo.waiting.pk} (shipment of 2026-01-05, order SO-77)" in page.content.decode()


LINES = [{"line_number": 1, "sku_printed": "A-1", "quantity": 4}]


def test_a_typed_order_gets_the_shipments_that_wait_for_its_number(demo, as_ada):
    before = digest()
    form = order_form(demo.north, order_number="so #77", lines=LINES)
    answer = as_ada.post(reverse("admin:sales_salesorder_add"), form, follow=True)
    assert "Changed 1 shipment with it." in [str(message) for message in answer.context["messages"]]
    demo.waiting.refresh_from_db()
    assert demo.waiting.sales_order == SalesOrder.objects.get(order_number="so #77")
    undo.apply(Approval(demo.ada, reason="typed wrong"), run=OperationRun.objects.get())
    assert digest() == before


def test_an_order_whose_number_is_corrected_gets_what_waits_for_the_right_one(demo, as_ada):
    line = {"id": demo.order.lines.get().pk, "order": demo.order.pk, **LINES[0]}
    form = order_form(demo.north, lines=[line]) | {"lines-INITIAL_FORMS": 1}
    as_ada.post(change(demo.order), {**form, "order_number": "SO-1", "po_number": "P-9"})
    assert Distribution.objects.waiting().get() == demo.waiting
    as_ada.post(change(demo.order), {**form, "order_number": "SO-77"})
    demo.waiting.refresh_from_db()
    assert demo.waiting.sales_order == demo.order


def test_shipments_of_a_number_that_is_corrected_wait_again(demo, as_ada):
    by_hand = demo.shipped(1, sales_order=demo.order, source="manual", may_wait=False, order_number="SO-1")
    other = demo.shipped(1, order_number="SO-78")
    Distribution.objects.filter(pk__in=[demo.shipment.pk, demo.waiting.pk, other.pk]).update(source="csv")
    line = {"id": demo.order.lines.get().pk, "order": demo.order.pk, **LINES[0]}
    form = order_form(demo.north, lines=[line]) | {"lines-INITIAL_FORMS": 1}
    for number, linked in (("SO-77", demo.waiting), ("SO-78", other), ("SO-1", demo.shipment)):
        as_ada.post(change(demo.order), {**form, "order_number": number})
        assert set(Distribution.objects.filter(sales_order=demo.order)) == {linked, by_hand}
    Distribution.objects.filter(pk=other.pk).update(sales_order=demo.order)
    as_ada.post(change(demo.order), {**form, "order_number": "SO-78"})
    assert set(Distribution.objects.filter(sales_order=demo.order)) == {other, by_hand}
    as_ada.post(change(demo.order), {**form, "order_number": "SO-1"})
    Distribution.objects.filter(pk=demo.shipment.pk).update(may_wait=False)
    page = as_ada.post(change(demo.order), {**form, "order_number": "SO-77"}).content.decode()
    assert "1 shipments name SO-1 and may not wait for an order of that number" in page


def test_another_spelling_of_the_same_number_lets_go_of_nothing(demo, as_ada):
    Distribution.objects.filter(pk=demo.shipment.pk).update(
        source="csv", order_number="SO-OLD", order_number_key="so-old"
    )
    line = {"id": demo.order.lines.get().pk, "order": demo.order.pk, **LINES[0]}
    for number in ("so 1", "SO-2000"):
        form = order_form(demo.north, order_number=number, lines=[line]) | {"lines-INITIAL_FORMS": 1}
        as_ada.post(change(demo.order), form)
        demo.shipment.refresh_from_db()
        assert demo.shipment.sales_order == demo.order


def test_a_shipment_of_another_number_than_its_order_is_named(demo):
    assert check(registry["shipments-of-another-number"], 5).count == 0
    Distribution.objects.filter(pk=demo.shipment.pk).update(source="csv")
    SalesOrder.objects.filter(pk=demo.order.pk).update(order_number="SO-5", order_number_key="5")
    [found] = check(registry["shipments-of-another-number"], 5).found
    assert "it names SO-1, and belongs to order SO-5" in found.words


def test_an_order_that_nothing_waits_for_is_saved_without_a_word_of_shipments(demo, as_ada):
    answer = as_ada.post(reverse("admin:sales_salesorder_add"), order_form(demo.north, lines=LINES), follow=True)
    assert len(answer.context["messages"]) == 1
