"""What no page sends: each is answered in words, none is a server error."""

import json

import pytest
from django.urls import reverse

from customers.models import Customer
from customers.operations import cleanup_zero_order_customers
from eqms.models import OperationRun
from eqms.operations.confirm import make_token, signed_selection
from sales.models import DocumentSegment

JSON = "/admin/maintenance/customers/cleanup"
PAGE = "/admin/customers/customer/operations/cleanup_zero_order_customers/"


@pytest.fixture
def ada(demo, client):
    client.force_login(demo.ada)
    return client


def token(client):
    return json.loads(client.get(JSON).getvalue())["confirm_token"]


def sent(client, body):
    return client.post(JSON, body if isinstance(body, str) else json.dumps(body), content_type="application/json")


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 50_000])
def test_a_body_of_brackets_is_a_bad_request(ada, body):
    assert sent(ada, body).status_code == 400


@pytest.mark.parametrize("text", ["a:b:\ud800", "a:\ud800:c", "\0", "é:é:é"])
def test_a_token_of_strange_characters_confirms_nothing(ada, text):
    answer = sent(ada, {"confirm_token": text})
    assert (answer.status_code, OperationRun.objects.count()) == (400, 0)


@pytest.mark.parametrize("reason", ["idle\0", "idle\ud83d"])
def test_a_reason_is_kept_without_what_no_database_holds(ada, reason):
    assert sent(ada, {"confirm_token": token(ada), "reason": reason}).status_code == 200
    assert OperationRun.objects.get().reason.startswith("idle")


def test_a_refusal_is_recorded_whatever_the_reason_holds(demo, ada):
    address = reverse("admin:customers_customer_delete", args=[demo.north.pk])
    ada.post(reverse("admin:customers_customer_delete", args=[demo.idle.pk]), {"post": "yes", "reason": "gone\0"})
    assert not Customer.objects.filter(pk=demo.idle.pk).exists()
    assert ada.post(address, {"post": "yes", "reason": "\0"}).status_code == 200


def test_a_plan_without_changes_confirmed_on_the_page_says_so(demo, ada):
    plan = cleanup_zero_order_customers.plan(Customer.objects.none())
    page = ada.post(PAGE, {"confirm": make_token(plan, demo.ada, [], {}), "reason": "x"}, follow=True)
    assert "nothing to do" in page.content.decode()
    assert not OperationRun.objects.exists()


def test_a_selection_of_papers_is_none_of_customers(demo, ada):
    papers = signed_selection(DocumentSegment, [str(demo.idle.pk)])
    assert ada.post(PAGE, {"selection": papers}).status_code == 403


@pytest.mark.parametrize("key", ["abc", "\0", "1e3", "99999999999999999999"])
def test_an_action_on_what_are_no_keys_is_a_bad_request(ada, key):
    answer = ada.post("/admin/customers/customer/", {"action": "any", "_selected_action": key, "index": 0})
    assert answer.status_code == 400


@pytest.mark.parametrize("address", ["?q=%00", "?status__exact=%00", "%00/change/", "?status=a%00b"])
def test_an_address_with_nul_is_a_bad_request(ada, address):
    assert ada.get(f"/admin/customers/customer/{address}").status_code == 400


@pytest.mark.parametrize("value", ["abc", "9999-12-31", "99999999999999999999", "NaN"])
@pytest.mark.parametrize("model", [Customer, *Customer._meta.apps.get_app_config("inventory").get_models()])
def test_a_form_takes_from_its_address_only_what_its_fields_hold(ada, model, value):
    label = f"{model._meta.app_label}/{model._meta.model_name}"
    filled = "&".join(f"{field.name}={value}" for field in model._meta.fields)
    assert ada.get(f"/admin/{label}/add/?{filled}").status_code in (200, 403, 404)


def test_a_form_is_filled_from_its_address(demo, ada):
    page = ada.get(f"/admin/sales/salesorder/add/?customer={demo.north.pk}&order_number=SO-9&order_date=2026-02-28")
    form = page.context["adminform"].form
    assert [form[name].value() for name in ("customer", "order_number")] == [demo.north.pk, "SO-9"]
