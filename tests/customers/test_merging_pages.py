"""The merge in the admin: from a selection to its plan, a choice for each column, the button, the way back."""

import re

import pytest
from django.contrib.auth.models import Permission

from customers.models import Customer, NotDuplicate
from eqms.models import OperationRun, User

LIST = "/admin/customers/customer/"
PAGE = f"{LIST}operations/merge_customers/"


def select(client, action, *customers):
    data = {"action": action, "_selected_action": [customer.pk for customer in customers], "index": 0}
    return client.post(LIST, data, follow=True)


def page_of(client, *customers, **more):
    master, *others = (f"id:{customer.pk}" for customer in customers)
    return client.post(PAGE, {"master": master, "duplicates": others, **more})


def confirmed(client, answer, **more):
    """Press the button of a shown plan, as a browser would."""
    form = answer.content.decode().split("<h2>Write it</h2>")[1].split("</form>")[0]
    data = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', form):
        data.setdefault(name, []).append(value)
    return client.post(PAGE, {**data, "reason": "one house", **more}, follow=True)


@pytest.fixture
def two(demo):
    Customer.objects.filter(pk=demo.north.pk).update(phone="41")
    Customer.objects.filter(pk=demo.north_inc.pk).update(phone="42")
    return demo.north, demo.north_inc


def test_the_action_shows_the_plan_with_the_default_survivor(two, as_ada):
    answer = select(as_ada, "merge_customers", *reversed(two))
    text = answer.content.decode()
    assert "Merge 1 customer into North Clinic</button>" in text
    assert "<li>Move: 1 sales order</li>" in text
    assert "<li>Leave, since the survivor has their twin: 1 contact</li>" in text


@pytest.mark.parametrize("number", [1, 11])
def test_too_few_or_too_many_to_compare_are_sent_back_with_the_rule(demo, as_ada, number):
    rows = Customer.objects.bulk_create(Customer(facility_name=f"F{i}", company_key=f"f{i}") for i in range(number))
    answer = select(as_ada, "merge_customers", *rows)
    assert "Select 2 to 10 customers that are one" in answer.content.decode()


def test_each_differing_column_can_be_chosen_without_script(two, as_ada):
    text = page_of(as_ada, *two).content.decode()
    checked = re.findall(r'name="choose.phone" value="(\d+)"[^>]* checked', text)
    assert checked == [str(two[0].pk)]
    chosen = {f"choose.{name}": two[0].pk for name in ("facility_name", "address1")}
    answer = page_of(as_ada, *two, **chosen, **{"choose.phone": two[1].pk})
    text = answer.content.decode()
    assert re.findall(r'name="choose.phone" value="(\d+)"[^>]* checked', text) == [str(two[1].pk)]
    confirmed(as_ada, answer)
    assert Customer.objects.get(pk=two[0].pk).phone == "42"


def test_the_written_merge_leads_to_its_run_with_undo(two, as_ada):
    answer = confirmed(as_ada, page_of(as_ada, *two))
    run = OperationRun.objects.get()
    assert answer.redirect_chain[-1][0] == f"/admin/eqms/operationrun/{run.pk}/change/"
    assert "Undo: show what that would change" in answer.content.decode()


def test_without_a_reason_nothing_is_merged(two, as_ada):
    answer = confirmed(as_ada, page_of(as_ada, *two), reason=" ")
    assert "say why" in answer.content.decode()
    assert Customer.objects.filter(pk=two[1].pk).exists()


def test_the_other_one_can_stay_instead(two, as_ada):
    text = page_of(as_ada, *two).content.decode()
    address = re.search(r'<a href="([^"]+)">Let North Clinic Inc', text)[1].replace("&amp;", "&")
    assert "Merge 1 customer into North Clinic Inc</button>" in as_ada.get(address).content.decode()


def test_what_must_not_be_merged_is_said_on_the_page(two, demo, as_ada):
    NotDuplicate.objects.create(first=two[0], second=two[1], decided_by=demo.ada)
    assert "ada said so" in page_of(as_ada, *two).content.decode()


def test_two_selected_customers_are_kept_apart(two, as_ada):
    answer = select(as_ada, "not_duplicates", *two)
    assert "North Clinic and North Clinic Inc are different customers</button>" in answer.content.decode()
    assert "Select two customers" in select(as_ada, "not_duplicates", two[0]).content.decode()


def test_who_may_not_merge_sees_neither_action_nor_page(two, client):
    person = User.objects.create_user("vic", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_customer"))
    client.force_login(person)
    assert "merge_customers" not in client.get(LIST).content.decode()
    assert client.get(PAGE).status_code == 403
