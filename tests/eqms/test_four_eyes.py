"""Four eyes: one person asks, another signs with the password, and both stand in the run."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from customers.management.commands.cleanup_zero_order_customers import Command
from customers.models import Customer
from eqms import audit
from eqms.models import ElectronicSignature, OperationRun, PlanRequest, User
from eqms.operations import Approval, Refused, registry
from eqms.operations.four_eyes import is_signed

NAME = "cleanup_zero_order_customers"
PAGE = f"/admin/customers/customer/operations/{NAME}/"
JSON = f"/admin/maintenance/operations/{NAME}"


@pytest.fixture
def op(demo, monkeypatch):
    """The clean-up, asking for four eyes."""
    from django.contrib import admin

    op = replace(registry[NAME], four_eyes=True)
    monkeypatch.setitem(registry, NAME, op)
    monkeypatch.setattr(admin.site._registry[Customer], "operations", (op,))
    monkeypatch.setattr(Command, "operation", op)
    return op


@pytest.fixture
def bob(db):
    return User.objects.create_superuser("bob", password="secret of bob")


@pytest.fixture
def asked(op, demo, client):
    client.force_login(demo.ada)
    client.post(PAGE, {"confirm": client.get(PAGE).context["confirm"], "reason": "idle"})
    return PlanRequest.objects.get()


def page_of(asked):
    return reverse("admin:eqms_planrequest_change", args=[asked.pk])


def sign(client, asked, user, password="secret of bob"):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.post(page_of(asked), {"sign": "1", "password": password}, follow=True)


def nothing_written():
    return Customer.objects.count() == 4 and not OperationRun.objects.applied().exists()


def test_one_person_alone_only_asks(asked, demo):
    assert nothing_written()
    assert (asked.asked_by, asked.changes, asked.reason, asked.state) == (demo.ada, 2, "idle", "waiting")


def test_asking_twice_is_one_request(asked, client):
    client.post(PAGE, {"confirm": client.get(PAGE).context["confirm"], "reason": "idle"})
    assert PlanRequest.objects.count() == 1


def test_another_person_signs_and_both_stand_in_the_run(asked, client, bob):
    page = sign(client, asked, bob)
    assert b"Signed and written as run" in page.content
    asked.refresh_from_db()
    run = asked.run
    assert (run.planned_by_name, run.approved_by_name, run.reason) == ("ada", "bob", "idle")
    assert run.fingerprint == asked.fingerprint
    assert Customer.objects.count() == 2
    assert is_signed(asked)
    assert list(audit.verify()) == []


def test_the_same_person_cannot_sign(asked, client, demo):
    page = sign(client, asked, demo.ada, "pw")
    assert b"Another person has to decide this" in page.content
    assert nothing_written()


def test_a_wrong_password_signs_nothing(asked, client, bob):
    page = sign(client, asked, bob, "wrong")
    assert b"The password is not right" in page.content
    assert nothing_written()
    assert not ElectronicSignature.objects.exists()


def test_a_second_person_without_the_permission_cannot_sign(asked, client):
    cy = User.objects.create_user("cy", password="secret of bob", is_staff=True)
    from django.contrib.auth.models import Permission

    cy.user_permissions.add(Permission.objects.get(codename="view_planrequest"))
    page = sign(client, asked, cy)
    assert b"cy lacks the permission customers.delete_customer" in page.content
    assert nothing_written()


def test_a_plan_that_moved_cannot_be_signed(asked, client, bob):
    Customer.objects.create(facility_name="Another")
    client.force_login(bob, backend="django.contrib.auth.backends.ModelBackend")
    assert b"It can no longer be signed" in client.get(page_of(asked)).content
    page = sign(client, asked, bob)
    assert b"The data changed since this preview" in page.content
    assert Customer.objects.count() == 5
    assert not ElectronicSignature.objects.exists()


def test_a_signed_plan_is_not_signed_again(asked, client, bob):
    sign(client, asked, bob)
    page = sign(client, asked, bob)
    assert b"This plan was approved already" in page.content
    assert OperationRun.objects.applied().count() == 1


def test_a_declined_plan_stays_unwritten(asked, client, bob):
    client.force_login(bob, backend="django.contrib.auth.backends.ModelBackend")
    client.post(page_of(asked), {"decline": "1"})
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("declined", bob)
    assert b"This plan was declined already" in sign(client, asked, bob).content
    assert nothing_written()


def test_a_signature_does_not_fit_a_request_that_was_edited(asked, client, bob):
    sign(client, asked, bob)
    PlanRequest.objects.filter(pk=asked.pk).update(options={"created_before": "2020-01-01"})
    assert not is_signed(PlanRequest.objects.get())


def test_the_mechanism_itself_refuses_one_person(op, demo):
    with pytest.raises(Refused, match="asks for four eyes"):
        op.apply(Approval(demo.ada))
    with pytest.raises(Refused, match="asks for four eyes"):
        op.apply(Approval("somebody (operating system)"))
    with pytest.raises(Refused, match="Another person"):
        op.apply(Approval(demo.ada, approved_by=demo.ada))


def test_json_answers_202_with_the_request(op, demo, client):
    import json

    client.force_login(demo.ada)
    token = json.loads(client.get(JSON).getvalue())["confirm_token"]
    body = json.dumps({"confirm_token": token, "reason": "idle"})
    answer = client.post(JSON, body, content_type="application/json")
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    assert nothing_written()


def test_a_command_asks_in_the_name_of_a_user(op, demo):
    with pytest.raises(CommandError, match="say who you are with --actor"):
        call_command(NAME, "--yes", stdout=StringIO(), stderr=StringIO())
    out = StringIO()
    call_command(NAME, "--yes", "--actor", "ada", stdout=out, stderr=StringIO())
    assert out.getvalue().splitlines()[-1].startswith("Nothing was written yet: 2 changes wait for a second person")
    assert nothing_written()
