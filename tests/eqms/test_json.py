"""Operations as JSON: plan and token, confirmation, refusals with their status."""

import json

import pytest

from customers.models import Customer
from eqms.models import OperationRun, User
from eqms.operations import confirm

CLEANUP = "/admin/maintenance/customers/cleanup"
ZERO_ORDERS = "/admin/maintenance/customers/zero-orders"


@pytest.fixture
def ada(demo, client):
    client.force_login(demo.ada)
    return client


def shown(client, address=CLEANUP):
    return json.loads(client.get(address).getvalue())


def send(client, body, address=CLEANUP):
    return client.post(address, json.dumps(body), content_type="application/json")


def test_get_shows_the_plan_and_writes_nothing(demo, ada):
    plan = shown(ada)
    assert plan["counts"]["delete"] == len(plan["changes"]) == 2
    assert plan["fingerprint"] and plan["confirm_token"]
    assert not OperationRun.objects.exists()


def test_post_with_the_token_writes_once(demo, ada):
    token = shown(ada)["confirm_token"]
    first, second = (send(ada, {"confirm_token": token, "reason": "idle"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json()["run"] == first.json()["run"] == OperationRun.objects.get().pk
    assert OperationRun.objects.get().reason == "idle"


@pytest.mark.parametrize("spoil", ["foreign", "expired", "tampered"])
def test_a_spoiled_confirmation_writes_nothing(demo, ada, client, spoil, monkeypatch):
    token = shown(ada)["confirm_token"]
    if spoil == "foreign":
        client.force_login(User.objects.create_superuser("bob"))
    if spoil == "expired":
        monkeypatch.setattr(confirm, "VALID_SECONDS", -1)
    if spoil == "tampered":
        token = token[:-2] + ("AA" if token[-2:] != "AA" else "BB")
    assert send(client, {"confirm_token": token}).status_code == 400
    assert Customer.objects.count() == 4


def test_moved_data_answers_409_with_the_new_plan_and_its_token(demo, ada):
    token = shown(ada)["confirm_token"]
    Customer.objects.create(facility_name="Another")
    answer = send(ada, {"confirm_token": token})
    assert answer.status_code == 409
    again = json.loads(answer.getvalue())
    assert again["counts"]["delete"] == 3
    assert send(ada, {"confirm_token": again["confirm_token"]}).status_code == 200


def test_above_the_ceiling_the_number_must_be_typed(demo, ada):
    Customer.objects.bulk_create(Customer(facility_name=f"F{i}", company_key=f"f{i}") for i in range(2000))
    token = shown(ada)["confirm_token"]
    answers = [send(ada, {"confirm_token": token, "typed": typed}) for typed in ("", "2001", 2002)]
    assert [answer.status_code for answer in answers] == [409, 409, 200]
    assert "more than the ceiling of 2000" in answers[0].json()["error"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"7", b"\xff", b'{"confirm_token": 7}', b"{}"])
def test_a_body_that_cannot_be_read_is_400(demo, ada, body):
    answer = ada.post(CLEANUP, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_value_that_means_nothing_is_400(demo, ada):
    answer = ada.get(f"{CLEANUP}?created_before=soon")
    assert answer.status_code == 400
    assert "created_before" in answer.json()["error"]


def test_an_unknown_operation_is_404(demo, ada):
    assert ada.get("/admin/maintenance/operations/nothing").status_code == 404


@pytest.mark.parametrize("address", [CLEANUP, ZERO_ORDERS, "/admin/maintenance/operations/undo"])
def test_without_sign_in_or_permission_the_answer_is_json_and_no_redirect(demo, client, address):
    nobody = client.get(address)
    assert (nobody.status_code, nobody.json()["error"]) == (401, "Sign in first.")
    client.force_login(User.objects.create_user("cy", is_staff=True))
    denied = client.get(address)
    assert denied.status_code == 403
    assert denied.json()["error"].startswith("Needs the permission ")


def test_a_missing_csrf_token_is_json_too(demo):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(demo.ada)
    answer = send(strict, {"confirm_token": "x"})
    assert answer.status_code == 403
    assert answer.json()["error"].startswith("CSRF check failed")


def test_zero_orders_are_listed_with_what_holds_them(demo, ada):
    demo.customer("Klinik Jung", status="onboarding")
    answer = ada.get(ZERO_ORDERS).json()
    assert answer["count"] == 3
    assert answer["zero_order_customers"][0] == {
        "id": demo.idle.pk,
        "facility_name": "Idle One",
        "company_key": demo.idle.company_key,
        "held_by": [],
    }
    assert answer["zero_order_customers"][2]["held_by"][0].startswith("onboarding since ")


def test_zero_orders_take_limit_and_offset(demo, ada):
    page = ada.get(f"{ZERO_ORDERS}?limit=1&offset=1").json()
    assert ([row["id"] for row in page["zero_order_customers"]], page["count"]) == ([demo.idle_two.pk], 2)
    assert ada.get(f"{ZERO_ORDERS}?limit=some").status_code == 400


def test_zero_orders_cost_as_many_queries_for_many_as_for_few(demo, ada, django_assert_max_num_queries):
    Customer.objects.bulk_create(Customer(facility_name=f"F{i}", company_key=f"f{i}") for i in range(150))
    with django_assert_max_num_queries(20):
        assert len(ada.get(ZERO_ORDERS).json()["zero_order_customers"]) == 152
