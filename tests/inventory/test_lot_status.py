"""The status of a lot: with a reason, signed, and what is not released stays where it is."""

import pytest
from django.contrib.auth.models import Group

from eqms import roles
from eqms.models import ElectronicSignature, OperationRun, User
from eqms.operations import Approval, Refused
from eqms.operations.undo import undo
from eqms.signatures import Signer, signatures_of
from inventory.models import Lot
from tests.stock import House

PASSWORD = "pw"


def address(demo) -> str:
    return f"/admin/inventory/lot/{demo.lot.pk}/status/"


def test_a_status_changes_with_reason_and_signature(as_ada, demo):
    answer = as_ada.post(address(demo), {"status": "on_hold", "reason": "torn bags", "password": PASSWORD}, follow=True)
    assert "Lot L-7 is on hold now." in answer.content.decode()
    demo.lot.refresh_from_db()
    assert demo.lot.status == Lot.Status.ON_HOLD
    (signed,) = signatures_of(demo.lot)
    assert (signed.signature.user, signed.signature.meaning, signed.is_valid) == (
        demo.ada,
        "changed the status to on hold",
        True,
    )
    run = OperationRun.objects.applied().get()
    assert (run.operation, run.reason, run.actor) == ("change lot status", "torn bags", demo.ada)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"password": "wrong", "reason": "x"}, "The password is not right. Nothing was signed."),
        ({"password": PASSWORD, "reason": " "}, "This field is required"),
        ({"password": PASSWORD, "reason": "x", "status": "lost"}, "Select a valid choice"),
    ],
)
def test_without_password_reason_or_status_nothing_changes(as_ada, demo, sent, words):
    answer = as_ada.post(address(demo), {"status": "recalled", **sent})
    assert words in answer.content.decode()
    demo.lot.refresh_from_db()
    assert demo.lot.status == Lot.Status.RELEASED
    assert not ElectronicSignature.objects.exists()


def test_the_status_it_has_already_is_not_signed(as_ada, demo):
    as_ada.post(address(demo), {"status": "released", "reason": "x", "password": PASSWORD})
    assert not ElectronicSignature.objects.exists()


def test_who_may_not_change_lots_changes_no_status(client, demo):
    roles.seed()
    viewer = User.objects.create_user("vi", is_staff=True, password=PASSWORD)
    viewer.groups.add(Group.objects.get(name="viewer"))
    client.force_login(viewer)
    assert client.get(address(demo)).status_code == 403
    sent = {"status": "recalled", "reason": "x", "password": PASSWORD}
    assert client.post(address(demo), sent).status_code == 403
    assert address(demo) not in client.get(f"/admin/inventory/lot/{demo.lot.pk}/change/").content.decode()


def test_guesses_of_the_password_lock_like_those_of_the_login(as_ada, demo, settings):
    settings.AXES_FAILURE_LIMIT = 3
    sent = {"status": "recalled", "reason": "x"}
    for _ in range(3):
        as_ada.post(address(demo), {**sent, "password": "guess"})
    as_ada.post(address(demo), {**sent, "password": PASSWORD})
    assert not ElectronicSignature.objects.exists()


def test_what_was_signed_is_not_taken_back_by_an_undo(demo):
    plan = demo.lot.change_status("recalled", by=Signer(demo.ada), reason="cracks")
    with pytest.raises(Refused, match="lot .* was signed by ada"):
        undo.apply(Approval(demo.ada, reason="oops"), run=plan.run)
    demo.lot.refresh_from_db()
    assert demo.lot.status == "recalled"


@pytest.mark.parametrize("status", ["on_hold", "quarantined", "recalled"])
def test_a_lot_that_is_not_released_is_dispatched_no_more(db, status):
    house = House()
    house.receive(house.tracked, 5, lot=house.lots[0])
    house.lots[0].change_status(status, by=Signer(house.wanda), reason="found cracks")
    with pytest.raises(Refused, match=f"lot L-1 is {status.replace('_', ' ')}, so it stays where it is"):
        house.ship(house.depot, house.tracked, 1, lot=house.lots[0])
    house.lots[0].change_status("released", by=Signer(house.wanda), reason="they are none")
    house.ship(house.depot, house.tracked, 1, lot=house.lots[0])
