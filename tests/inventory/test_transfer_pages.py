"""Transfers in the admin: each step a button, a refusal with its lines, and what is short in a list."""

from datetime import timedelta
from html import unescape

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from eqms import roles
from eqms.models import OperationRun, User
from eqms.operations import Refused
from inventory.models import (
    Lot,
    Product,
    StockMovement,
    StoreFront,
    StoreFrontInventory,
    TransferRequest,
    TransferRequestLineItem,
    Warehouse,
)
from inventory.shortage import wanted
from tests.cast import digest

pytestmark = pytest.mark.django_db(transaction=True)
Status = TransferRequest.Status
LIST = "/admin/inventory/transferrequest/"


@pytest.fixture
def shelf(demo):
    """An empty shelf, so that figures are those of the test."""
    return StoreFront.objects.create(name="Corner shop")


def ask(demo, shelf, *quantities, product=None, lot=None, **values):
    request = TransferRequest.objects.create(**{"warehouse": demo.depot, "storefront": shelf, **values})
    for quantity in quantities:
        values = {"product": product or demo.product, "lot": lot, "requested_quantity": quantity}
        TransferRequestLineItem.objects.create(request=request, **values)
    return request


def page_of(request):
    return reverse("admin:inventory_transferrequest_change", args=[request.pk])


def take(client, request, step, **typed):
    """Press the button of a step and return the page that follows."""
    address = reverse(f"admin:inventory_transferrequest_{step}", args=[request.pk])
    return client.post(address, typed, follow=True)


def text_of(answer):
    return unescape(answer.content.decode())


def one_of(role):
    roles.seed()
    person = User.objects.create_user(f"one of {role}", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    return person


# -- the page ----------------------------------------------------------------------------------------------


def test_the_page_says_what_is_there_for_each_line_and_what_is_short(demo, as_ada, shelf):
    page = text_of(as_ada.get(page_of(ask(demo, shelf, 30, 30))))
    assert "<strong>60</strong><span>units wanted</span>" in page
    assert "<strong>10</strong><span>units missing now</span>" in page
    assert "short: 10 of 30</span>" in page


def test_the_page_tells_what_happened_in_order(demo, as_ada, shelf):
    request = ask(demo, shelf, 1, requested_by=demo.ada)
    request.assign(to=demo.ada, by=demo.ada)
    request.cancel(by=demo.ada, reason="shop is <closed>")
    page = as_ada.get(page_of(request)).content.decode()
    assert page.index("status-requested") < page.index("status-assigned") < page.index("status-cancelled")
    assert "shop is &lt;closed&gt;" in page and "<closed>" not in page


def test_the_page_shows_a_lot_that_may_not_go_out(demo, as_ada, shelf):
    Lot.objects.filter(pk=demo.lot.pk).update(status="on_hold")
    page = text_of(as_ada.get(page_of(ask(demo, shelf, 1, product=demo.tracked, lot=demo.lot))))
    assert '<span class="status status-on-hold">on hold</span>' in page
    assert 'name="override"' in page


def test_a_request_that_is_over_offers_no_step(demo, as_ada, shelf):
    request = ask(demo, shelf, 1)
    request.fulfil(by=demo.ada)
    page = text_of(as_ada.get(page_of(request)))
    assert "/fulfil/" not in page and "units missing now" not in page


def test_the_page_costs_the_same_for_ten_lines_and_for_two_hundred(demo, as_ada, shelf):
    few, many = ask(demo, shelf, *[1] * 10), ask(demo, shelf, *[1] * 200)
    as_ada.get(page_of(few))
    assert queries(as_ada, page_of(few)) == queries(as_ada, page_of(many)) == 12


def queries(client, path):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200, path
    return len(captured)


# -- its steps ---------------------------------------------------------------------------------------------


def test_assign_is_to_me_where_nobody_is_chosen(demo, as_ada, shelf):
    request = ask(demo, shelf, 1)
    assert f"Transfer {request.pk} is assigned to ada." in text_of(take(as_ada, request, "assign"))
    request.refresh_from_db()
    assert (request.status, request.assigned_to) == (Status.ASSIGNED, demo.ada)


@pytest.mark.parametrize("to", ["", "0", "x", "9" * 30, "viewer"])
def test_assign_refuses_who_cannot_bring_units(demo, as_ada, shelf, to):
    request = ask(demo, shelf, 1)
    chosen = one_of("viewer").pk if to == "viewer" else to
    assert "Choose who brings the units" in text_of(take(as_ada, request, "assign", to=chosen))
    request.refresh_from_db()
    assert request.status == Status.NEW


def test_fulfil_moves_the_units_and_keeps_the_note(demo, as_ada, shelf):
    request = ask(demo, shelf, 5)
    assert f"Transfer {request.pk} is fulfilled." in text_of(take(as_ada, request, "fulfil", reason="by van"))
    assert shelf.balances.get().quantity == 5
    assert OperationRun.objects.latest("pk").reason == "by van"


def test_a_refusal_names_every_line_and_keeps_what_was_typed(demo, as_ada, shelf):
    request = ask(demo, shelf, 51, 60)
    before = digest()
    answer = take(as_ada, request, "fulfil", reason='the "blue" van')
    page = text_of(answer)
    assert "<li>A-1 Monitor: 51 wanted, 50 available in Depot.</li>" in page
    assert "<li>A-1 Monitor: 60 wanted, 50 available in Depot.</li>" in page
    assert 'value="the &quot;blue&quot; van"' in answer.content.decode()
    assert digest() == before


def test_the_form_below_a_refusal_is_not_sent_to_the_step(demo, as_ada, shelf):
    request = ask(demo, shelf, 51)
    assert f'action="{page_of(request)}"' in text_of(take(as_ada, request, "fulfil"))


def test_pressing_fulfil_twice_says_who_did_it_and_changes_nothing(demo, as_ada, shelf):
    request = ask(demo, shelf, 5)
    take(as_ada, request, "fulfil")
    request.refresh_from_db()
    before = digest()
    said = f"was fulfilled already by ada at {request.fulfilled_at:%Y-%m-%d %H:%M}. Nothing was changed."
    assert said in text_of(take(as_ada, request, "fulfil"))
    assert digest() == before


def test_cancel_needs_its_reason(demo, as_ada, shelf):
    request = ask(demo, shelf, 1)
    assert "Say why transfer" in text_of(take(as_ada, request, "cancel", reason=" "))
    assert f"Transfer {request.pk} is cancelled." in text_of(take(as_ada, request, "cancel", reason="twice"))
    request.refresh_from_db()
    assert (request.status, request.cancel_reason) == (Status.CANCELLED, "twice")


def test_a_fulfilled_transfer_is_not_cancelled(demo, as_ada, shelf):
    request = ask(demo, shelf, 1)
    request.fulfil(by=demo.ada)
    page = text_of(take(as_ada, request, "cancel", reason="late"))
    assert "is fulfilled: it cannot be cancelled any more." in page


def test_an_expired_lot_goes_out_with_the_box_and_a_reason(demo, as_ada, shelf):
    Lot.objects.filter(pk=demo.lot.pk).update(expires_on="2020-01-31")
    request = ask(demo, shelf, 1, product=demo.tracked, lot=demo.lot)
    assert "lot L-7 expired on 2020-01-31" in text_of(take(as_ada, request, "fulfil", reason="training"))
    page = text_of(take(as_ada, request, "fulfil", override="on"))
    assert "Say why lots" in page and 'name="override" checked' in page
    assert "is fulfilled." in text_of(take(as_ada, request, "fulfil", override="on", reason="training"))


def test_the_box_is_shown_only_to_those_who_may_use_it(demo, client, shelf):
    Lot.objects.filter(pk=demo.lot.pk).update(status="recalled")
    request = ask(demo, shelf, 1, product=demo.tracked, lot=demo.lot)
    client.force_login(one_of("warehouse"))
    assert 'name="override"' not in text_of(client.get(page_of(request)))
    page = text_of(take(client, request, "fulfil", override="on", reason="x"))
    assert "lacks the permission inventory.override_lot_status" in page
    client.force_login(one_of("quality"))
    assert 'name="override"' in text_of(client.get(page_of(request)))


@pytest.mark.parametrize("step", ["assign", "fulfil", "cancel"])
def test_steps_need_the_permission_and_are_posted(demo, client, shelf, step):
    request = ask(demo, shelf, 1)
    address = reverse(f"admin:inventory_transferrequest_{step}", args=[request.pk])
    before = digest()
    client.force_login(one_of("viewer"))
    assert client.post(address, {"reason": "x"}).status_code == 403
    assert address not in text_of(client.get(page_of(request)))
    client.force_login(one_of("warehouse"))
    assert client.get(address).url == page_of(request)
    assert client.post(address.replace(str(request.pk), "999999"), {"reason": "x"}).status_code == 404
    assert digest() == before


# -- the form ----------------------------------------------------------------------------------------------


def entered(source, goal, *lines, **values):
    """Return what the form sends: each line is (product, lot, quantity)."""
    code = {key: f"{place._meta.model_name}-{place.pk}" for key, place in {"from": source, "to": goal}.items()}
    sent = {"from_place": code["from"], "to_place": code["to"], "priority": "HIGH", **values}
    sent |= {"lines-TOTAL_FORMS": len(lines), "lines-INITIAL_FORMS": 0}
    for number, (product, lot, quantity) in enumerate(lines):
        sent |= {f"lines-{number}-product": product.pk, f"lines-{number}-lot": lot.pk if lot else ""}
        sent[f"lines-{number}-requested_quantity"] = quantity
    return sent


def test_a_transfer_is_asked_for_in_three_directions(demo, as_ada, shelf):
    ways = [(demo.depot, shelf), (shelf, demo.shop), (shelf, demo.depot)]
    for source, goal in ways:
        answer = as_ada.post(f"{LIST}add/", entered(source, goal, (demo.product, None, 3)), follow=True)
        assert "was added successfully" in text_of(answer)
    made = TransferRequest.objects.order_by("-pk")[:3]
    assert [(request.source, request.destination) for request in reversed(made)] == ways
    assert {request.requested_by for request in made} == {demo.ada}


def test_places_that_make_no_transfer_are_refused_beside_the_field(demo, as_ada, shelf):
    other = Warehouse.objects.create(name="Other depot")
    for source, goal, words in [(shelf, shelf, "there already"), (demo.depot, other, "has a storefront on one side")]:
        answer = as_ada.post(f"{LIST}add/", entered(source, goal, (demo.product, None, 3)))
        assert words in str(answer.context["adminform"].form.errors["to_place"])


def test_archived_places_are_not_offered(demo, as_ada, shelf):
    StoreFront.objects.filter(pk=shelf.pk).update(archived_at="2026-01-01T00:00Z")
    assert "Corner shop" not in text_of(as_ada.get(f"{LIST}add/"))
    answer = as_ada.post(f"{LIST}add/", entered(demo.depot, shelf, (demo.product, None, 3)))
    assert "Select a valid choice" in text_of(answer)


@pytest.mark.parametrize(
    ("quantity", "words"),
    [
        ("0", "Write at least 1."),
        ("-5", "Write at least 1."),
        ("2,5", "Write whole units, such as 3."),
        ("1000000000000", "Write at most 9,999,999."),
        ("", "This field is required."),
    ],
)
def test_a_quantity_that_is_none_is_refused_beside_its_field(demo, as_ada, shelf, quantity, words):
    before = digest()
    answer = as_ada.post(f"{LIST}add/", entered(demo.depot, shelf, (demo.product, None, quantity)))
    formset = answer.context["inline_admin_formsets"][0].formset
    assert words in str(formset.forms[0].errors["requested_quantity"])
    assert digest() == before


def test_a_lot_of_another_product_is_refused_beside_its_field(demo, as_ada, shelf):
    answer = as_ada.post(f"{LIST}add/", entered(demo.depot, shelf, (demo.product, demo.lot, 1)))
    assert "Lot L-7 is not a lot of A-1." in text_of(answer)
    answer = as_ada.post(f"{LIST}add/", entered(demo.depot, shelf, (demo.tracked, None, 1)))
    assert "A-2 is lot-tracked: name the lot." in text_of(answer)


def test_a_transfer_asks_for_something(demo, as_ada, shelf):
    assert "Ask for at least one product." in text_of(as_ada.post(f"{LIST}add/", entered(demo.depot, shelf)))


def test_the_same_request_within_a_minute_is_saved_with_a_warning(demo, as_ada, shelf):
    first = ask(demo, shelf, 3)
    answer = as_ada.post(f"{LIST}add/", entered(demo.depot, shelf, (demo.product, None, 3)), follow=True)
    assert f"This looks like transfer {first.pk}, asked for within the same minute." in text_of(answer)
    TransferRequest.objects.update(requested_at=first.requested_at - timedelta(minutes=5))
    answer = as_ada.post(f"{LIST}add/", entered(demo.depot, shelf, (demo.product, None, 3)), follow=True)
    assert "This looks like" not in text_of(answer)


def test_the_places_of_a_new_request_are_changed_and_recorded(demo, as_ada, shelf):
    request = ask(demo, shelf, 3)
    line = request.lines.get()
    sent = entered(demo.depot, demo.shop, (demo.product, None, 4))
    sent |= {"lines-INITIAL_FORMS": 1, "lines-0-id": line.pk, "lines-0-request": request.pk}
    as_ada.post(page_of(request), sent)
    request.refresh_from_db()
    assert (request.storefront, request.lines.get().requested_quantity) == (demo.shop, 4)


# -- the list ----------------------------------------------------------------------------------------------


def test_open_ones_stand_first_and_urgent_ones_before_the_rest(demo, as_ada, shelf):
    TransferRequestLineItem.objects.all().delete()
    TransferRequest.objects.all().delete()
    made = {name: ask(demo, shelf, 1, priority=name) for name in ("LOW", "MEDIUM", "HIGH")}
    made["over"] = ask(demo, shelf, 1, priority="HIGH")
    made["over"].cancel(by=demo.ada, reason="x")
    listed = list(as_ada.get(LIST).context["cl"].result_list)
    assert listed == [made[name] for name in ("HIGH", "MEDIUM", "LOW", "over")]


def test_the_list_says_what_is_short_and_counts_it(demo, as_ada, shelf):
    short, fine = ask(demo, shelf, 53), ask(demo, shelf, 2, assigned_to=demo.ada, status=Status.ASSIGNED)
    page = text_of(as_ada.get(LIST))
    assert "A-1: 3 of 53 missing" in page
    assert "open (2)" in page and "short: units are missing (1)" in page and "assigned to me (1)" in page
    for choice, rows in {"short": [short], "mine": [fine], "open": [fine, short]}.items():
        assert list(as_ada.get(LIST, {"waits": choice}).context["cl"].result_list) == rows


def test_the_list_costs_the_same_for_ten_rows_and_for_two_hundred(demo, as_ada, shelf):
    as_ada.get(LIST)
    costs = []
    for number in (10, 190):
        for count in range(number):
            ask(demo, shelf, count + 1)
        costs.append((queries(as_ada, LIST), queries(as_ada, f"{LIST}?waits=short"), queries(as_ada, f"{LIST}short/")))
    assert costs[0] == costs[1]
    assert costs[0][0] == 9


def test_assign_to_me_takes_a_selection_one_run_each(demo, as_ada, shelf):
    asked = [ask(demo, shelf, 1), ask(demo, shelf, 2)]
    over = ask(demo, shelf, 3)
    over.cancel(by=demo.ada, reason="x")
    runs = OperationRun.objects.filter(state="applied").count()
    sent = {"action": "assign_to_me", "_selected_action": [row.pk for row in [*asked, over]]}
    page = text_of(as_ada.post(LIST, sent, follow=True))
    assert "2 transfers assigned to you." in page and f"Not assigned: transfer {over.pk} is cancelled" in page
    assert OperationRun.objects.filter(state="applied").count() == runs + 2


def test_what_is_short_adds_up_what_all_open_requests_want(demo, as_ada, shelf):
    asked = [ask(demo, shelf, 30), ask(demo, shelf, 25)]
    second = Lot.objects.create(product=demo.tracked, number="L-8")
    asked.append(ask(demo, shelf, 4, product=demo.tracked, lot=second))
    assert [tuple(row) for row in wanted()] == [
        (demo.product, demo.depot, 55, 50, 5, [asked[0].pk, asked[1].pk]),
        (demo.tracked, demo.depot, 4, 20, 4, [asked[2].pk]),
    ]
    page = text_of(as_ada.get(f"{LIST}short/"))
    assert "5 missing" in page and "4 missing" in page and "9 units missing" in page


def test_what_is_short_needs_the_permission_to_look(demo, client):
    client.force_login(User.objects.create_user("eve", is_staff=True))
    assert client.get(f"{LIST}short/").status_code == 403


def test_a_storefront_gives_what_both_its_balance_and_the_ledger_hold(demo, as_ada, shelf):
    ask(demo, shelf, 6).fulfil(by=demo.ada)
    StoreFrontInventory.objects.filter(storefront=shelf).update(quantity=4)
    back = TransferRequest.objects.create(from_storefront=shelf, warehouse=demo.depot)
    TransferRequestLineItem.objects.create(request=back, product=demo.product, requested_quantity=5)
    assert "A-1: 1 of 5 missing" in text_of(as_ada.get(LIST))


def test_names_that_people_typed_are_escaped_in_the_list(demo, as_ada):
    shelf = StoreFront.objects.create(name="<b>shop</b>")
    product = Product.objects.create(sku="<i>", name="x")
    ask(demo, shelf, 1, product=product)
    page = as_ada.get(LIST).content.decode()
    assert "<b>shop" not in page and "<i>:" not in page and "&lt;i&gt;: 1 of 1 missing" in page
    assert StockMovement.objects.filter(product=product).count() == 0


def test_lines_are_not_edited_while_somebody_fulfils_them(demo, rf):
    """The page was opened, and even sent, before the units moved: the ledger must not say other than the line."""
    asked = demo.transfer(5)
    seen = TransferRequest.objects.get(pk=asked.pk)
    asked.fulfil(by=demo.ada)
    request = rf.post("/")
    request.user = demo.ada
    model_admin = admin.site.get_model_admin(TransferRequest)
    form = model_admin.get_form(request, seen, change=True)(instance=seen)
    with transaction.atomic(), pytest.raises(Refused, match="Somebody was faster: transfer .* is fulfilled by now"):
        model_admin.save_model(request, seen, form, change=True)
