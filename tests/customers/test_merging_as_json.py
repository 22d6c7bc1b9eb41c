"""Duplicates and merges as JSON: what runbooks send, and with which status they are answered."""

import json

import pytest

from customers.models import Customer, DuplicateCandidate, NotDuplicate
from eqms.models import OperationRun, User
from tests.cast import digest

LIST, MERGE = "/admin/maintenance/customers/duplicates", "/admin/maintenance/customers/merge"


@pytest.fixture
def ada(as_ada):
    return as_ada


def found(first, second, confidence=0.9, band="likely"):
    told = {"confidence": confidence, "band": band, "reasons": "same phone", "version": "1"}
    return DuplicateCandidate.objects.create(first_id=first.pk, second_id=second.pk, **told)


def send(client, body):
    answer = client.post(MERGE, json.dumps(body), content_type="application/json")
    return answer.status_code, json.loads(answer.getvalue())


def ids(demo):
    return {"master_id": demo.north.pk, "duplicate_id": demo.north_inc.pk}


def test_duplicates_are_listed_the_surest_first(demo, ada):
    found(demo.idle, demo.idle_two, 0.7)
    found(demo.north, demo.north_inc, 0.9)
    answer = ada.get(LIST).json()
    assert answer["count"] == 2
    assert answer["duplicates"][0] == {
        "customer1_id": demo.north.pk,
        "customer1_name": "North Clinic",
        "customer1_location": "Springfield, IL 62701",
        "customer2_id": demo.north_inc.pk,
        "customer2_name": "North Clinic Inc",
        "customer2_location": "Springfield, IL 62701",
        "confidence": 0.9,
        "match_reason": "same phone",
        "band": "likely",
    }
    second = ada.get(f"{LIST}?limit=1&offset=1").json()
    assert ([row["customer1_name"] for row in second["duplicates"]], second["count"]) == (["Idle One"], 2)


def test_pairs_that_are_judged_or_gone_are_not_listed(demo, ada):
    found(demo.idle, demo.idle_two)
    found(demo.north, demo.north_inc)
    NotDuplicate.objects.create(first=demo.north_inc, second=demo.north)
    Customer.objects.filter(pk=demo.idle.pk).delete()
    assert ada.get(LIST).json() == {"duplicates": [], "count": 0}


def test_without_a_token_the_answer_is_the_plan_and_its_token(demo, ada):
    before = digest()
    status, answer = send(ada, ids(demo))
    assert (status, answer["plan"]["operation"], answer["plan"]["counts"]["delete"]) == (400, "merge_customers", 2)
    assert answer["confirm_token"]
    assert digest() == before


def test_with_its_token_the_merge_is_written_once(demo, ada):
    token = send(ada, ids(demo))[1]["confirm_token"]
    status, answer = send(ada, {**ids(demo), "confirm_token": token, "reason": "one house"})
    run = OperationRun.objects.get()
    into = {"id": demo.north.pk, "facility_name": "North Clinic"}
    assert (status, answer) == (200, {"success": True, "merged_into": into, "run": run.pk})
    assert run.reason == "one house"
    status, answer = send(ada, {**ids(demo), "confirm_token": token})
    assert (status, answer["run"]) == (409, run.pk)


def test_a_choice_stands_in_plan_and_token(demo, ada):
    Customer.objects.filter(pk=demo.north_inc.pk).update(phone="42")
    Customer.objects.filter(pk=demo.north.pk).update(phone="41")
    body = {**ids(demo), "choose": {"phone": demo.north_inc.pk}}
    token = send(ada, body)[1]["confirm_token"]
    assert send(ada, {**ids(demo), "confirm_token": token})[0] == 400  # another choice than was confirmed
    assert send(ada, {**body, "confirm_token": token})[0] == 200
    assert Customer.objects.get(pk=demo.north.pk).phone == "42"


def test_moved_data_are_answered_with_the_new_plan(demo, ada):
    token = send(ada, ids(demo))[1]["confirm_token"]
    demo.ordered("SO-3", demo.north_inc)
    status, answer = send(ada, {**ids(demo), "confirm_token": token})
    assert (status, answer["plan"]["counts"]["update"]) == (409, 4)
    assert send(ada, {**ids(demo), "confirm_token": answer["confirm_token"]})[0] == 200


def test_a_token_of_another_pair_confirms_nothing(demo, ada):
    token = send(ada, {"master_id": demo.idle.pk, "duplicate_id": demo.idle_two.pk})[1]["confirm_token"]
    status, answer = send(ada, {**ids(demo), "confirm_token": token})
    assert (status, answer["plan"]["counts"]["delete"]) == (400, 2)
    assert not OperationRun.objects.exists()


@pytest.mark.parametrize("token", ["x", "\ud800", "a:b:c"])
def test_a_token_that_was_not_made_here_is_answered_with_the_plan(demo, ada, token):
    status, answer = send(ada, {**ids(demo), "confirm_token": token})
    assert (status, bool(answer["confirm_token"])) == (400, True)
    assert "not made here" in answer["error"]


@pytest.mark.parametrize(
    "body", [{}, {"master_id": 1}, {"master_id": "x", "duplicate_id": 2}, {"duplicate_id": 10**30}]
)
def test_missing_ids_are_400_in_these_words(demo, ada, body):
    assert send(ada, body) == (400, {"error": "master_id and duplicate_id required"})


@pytest.mark.parametrize("extra", [{"confirm_token": 7}, {"reason": []}, {"choose": 7}, {"choose": "phone"}])
def test_other_values_that_mean_nothing_are_400(demo, ada, extra):
    assert send(ada, {**ids(demo), **extra})[0] == 400


def test_a_customer_and_itself_are_400(demo, ada):
    assert send(ada, {"master_id": demo.north.pk, "duplicate_id": demo.north.pk})[0] == 400


def test_an_unknown_customer_is_404_and_a_merged_one_is_named(demo, ada):
    assert send(ada, {"master_id": demo.north.pk, "duplicate_id": 999_999})[0] == 404
    token = send(ada, ids(demo))[1]["confirm_token"]
    send(ada, {**ids(demo), "confirm_token": token})
    status, answer = send(ada, ids(demo))
    assert (status, answer["merged_into"]) == (404, {"id": demo.north.pk, "facility_name": "North Clinic"})


def test_what_must_not_be_merged_is_409_in_words(demo, ada):
    NotDuplicate.objects.create(first=demo.north, second=demo.north_inc, decided_by=demo.ada)
    status, answer = send(ada, ids(demo))
    assert (status, "ada said so" in answer["error"]) == (409, True)


def test_without_sign_in_or_permission_nothing_is_told(demo, client):
    assert client.get(LIST).status_code == 401
    assert send(client, ids(demo))[0] == 401
    client.force_login(User.objects.create_user("cy", is_staff=True))
    assert client.get(LIST).status_code == 403
    assert send(client, ids(demo))[0] == 403


def test_the_list_costs_as_many_queries_for_many_as_for_few(demo, ada, django_assert_max_num_queries):
    Customer.objects.bulk_create(Customer(facility_name=f"F{i}", company_key=f"f{i}") for i in range(100))
    rows = list(Customer.objects.order_by("pk"))
    for one, other in zip(rows[::2], rows[1::2], strict=True):
        found(one, other)
    with django_assert_max_num_queries(12):
        assert len(ada.get(LIST).json()["duplicates"]) == 52
