"""A recall in the admin: opened, told, mailed, answered, kept, closed."""

import csv
import io
import smtplib
import zipfile

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.urls import reverse

from distribution import recalling
from distribution.models import Recall
from eqms import roles
from eqms.models import ElectronicSignature, SourceDocument, User
from eqms.signatures import Signer
from eqms.storage import read_bytes
from inventory.models import Lot

from .recalled import Journey

SAID = {"reason": "cracks in the hub", "instructions": "stop using them", "risk": "II"}


@pytest.fixture
def journey(demo):
    journey = Journey(demo)
    journey.ship(3, sales_order=demo.order)
    journey.ship(2, consignee_contact="lab@example.org")
    return journey


@pytest.fixture
def recall(journey):
    return recalling.open_recall([journey.lot], by=Signer(journey.demo.ada), **SAID)


def page_of(recall) -> str:
    return f"/admin/distribution/recall/{recall.pk}/change/"


def test_a_recall_is_opened_from_a_lot_with_password(as_ada, journey):
    address = f"/admin/recalls/open?lot={journey.lot.pk}"
    shown = as_ada.get(address).content.decode()
    assert "Recall 1 lot and draft 2 notices" in shown
    wrong = as_ada.post(address, {**SAID, "password": "guess"}).content.decode()
    assert "The password is not right" in wrong and "cracks in the hub" in wrong
    assert not Recall.objects.exists()
    text = as_ada.post(address, {**SAID, "password": "pw"}, follow=True).content.decode()
    assert "is open: 2 notices drafted." in text and "Klinik Müller" in text
    assert ElectronicSignature.objects.count() == 2


def test_selected_lots_are_recalled_together(as_ada, journey):
    other = Lot.objects.create(product=journey.product, number="L-8")
    sent = {"action": "recall_lots", "_selected_action": [journey.lot.pk, other.pk]}
    answer = as_ada.post("/admin/inventory/lot/", sent)
    assert answer["Location"] == f"/admin/recalls/open?lot={journey.lot.pk}&lot={other.pk}"
    assert "Recall 2 lots" in as_ada.get(answer["Location"]).content.decode()


def test_without_a_lot_the_page_leads_to_the_trace(as_ada, demo):
    for query in ("", "?lot=x", "?lot=99999999999999999999", "?lot=0"):
        assert "No lot is named" in as_ada.get(f"/admin/recalls/open{query}").content.decode()


def test_chosen_consignees_are_recorded_as_told(as_ada, recall):
    keys = list(recall.notices.values_list("pk", flat=True))
    address = reverse("tell_consignees", args=[recall.pk])
    as_ada.post(address, {"notice": keys[:1], "how": "letter", "note": "R 1"})
    assert recall.notices.to_tell().count() == 1
    text = as_ada.post(address, {"notice": ["x"], "how": "letter"}, follow=True).content.decode()
    assert "Choose at least one consignee" in text
    assert "50 %" in text


def test_mail_goes_to_those_with_an_address_and_is_recorded(as_ada, recall, settings):
    settings.MAIL_PROBLEM = ""
    keys = list(recall.notices.values_list("pk", flat=True))
    text = as_ada.post(reverse("tell_consignees", args=[recall.pk]), {"notice": keys, "mail": "1"}, follow=True)
    assert "1 mails sent and recorded" in text.content.decode()
    (sent,) = mail.outbox
    assert sent.to == ["lab@example.org"]
    assert "cracks in the hub" in sent.body and "2026-02-01: 2 units, lot as marked L-7" in sent.body
    notice = recall.notices.get(email="lab@example.org")
    assert (notice.told_how, notice.told_note, notice.told_by) == ("mail", "lab@example.org", recall.opened_by)


def test_mail_that_the_server_refuses_is_not_recorded(as_ada, recall, settings, monkeypatch):
    settings.MAIL_PROBLEM = ""

    def refuse(*args, **kwargs):
        raise smtplib.SMTPRecipientsRefused({})

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    sent = {"notice": list(recall.notices.values_list("pk", flat=True)), "mail": "1"}
    text = as_ada.post(reverse("tell_consignees", args=[recall.pk]), sent, follow=True).content.decode()
    assert "Not sent: Klinik Müller (lab@example.org)" in text
    assert recall.notices.to_tell().count() == 2


def test_without_mail_settings_the_page_says_so_and_offers_letters(as_ada, recall):
    text = as_ada.get(page_of(recall)).content.decode()
    assert "EMAIL_URL is not set" in text and "Letters to print" in text and "Mail the chosen" not in text


def test_letters_are_printed_for_those_who_were_not_told(as_ada, recall):
    address = reverse("recall_letters", args=[recall.pk])
    recalling.tell([recall.notices.get(consignee_name="North Clinic")], by=recall.opened_by, how="phone")
    text = as_ada.get(address).content.decode()
    assert text.count('class="panel letter"') == 1 and "Klinik Müller" in text
    assert as_ada.get(f"{address}?all").content.decode().count('class="panel letter"') == 2


def test_one_consignee_is_told_and_answers(as_ada, recall):
    notice = recall.notices.get(consignee_name="North Clinic")
    address = reverse("recall_notice", args=[notice.pk])
    assert "order</th>" not in as_ada.get(address).content.decode()
    as_ada.post(address, {"tell": "1", "how": "phone", "note": "Anna"})
    refused = as_ada.post(address, {"answer": "1", "name": "", "units_destroyed": "x"}).content.decode()
    assert "Enter a whole number" in refused
    text = as_ada.post(address, {"answer": "1", "name": "Anna", "units_destroyed": "2"}, follow=True).content.decode()
    assert "Answered" in text and "by Anna: 2 destroyed, 0 used" in text
    assert "50 %" in as_ada.get(page_of(recall)).content.decode()


def test_new_consignees_are_looked_for(as_ada, journey, recall):
    journey.ship(1, consignee_name="Late Clinic")
    packet = as_ada.get(reverse("recall_packet", args=[recall.pk])).content.decode()
    assert "1 consignee of these lots has no notice yet" in packet
    text = as_ada.post(reverse("refresh_recall", args=[recall.pk]), follow=True).content.decode()
    assert "1 notices added or brought up to date." in text and "Late Clinic" in text
    again = as_ada.post(reverse("refresh_recall", args=[recall.pk]), follow=True).content.decode()
    assert "Nothing changed: everything was up to date." in again


def test_the_packet_is_kept_with_its_hash_and_holds_everything(as_ada, recall):
    address = reverse("recall_packet", args=[recall.pk])
    as_ada.post(address), as_ada.post(address)
    document = SourceDocument.objects.get()
    assert document.sha256 in as_ada.get(address).content.decode()
    packed = zipfile.ZipFile(io.BytesIO(read_bytes(document)))
    assert packed.namelist() == ["recall.html", "notices.csv", "shipments.csv"]
    page = packed.read("recall.html").decode()
    assert "Klinik Müller" in page and "(waiting)" in page and "cracks in the hub" in page
    rows = list(csv.DictReader(io.StringIO(packed.read("shipments.csv").decode())))
    assert sorted(row["Quantity"] for row in rows) == ["2", "3"]
    recalling.tell(recall.notices.all(), by=recall.opened_by, how="phone")
    as_ada.post(address)
    assert recall.packets.count() == 2


def test_csv_of_notices_runs_no_formula(as_ada, journey):
    journey.ship(1, consignee_name="=1+1")
    recall = recalling.open_recall([journey.lot], by=Signer(journey.demo.ada), **SAID)
    answer = as_ada.get(reverse("recall_csv", args=[recall.pk, "notices"]))
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert sorted(row["Consignee"] for row in rows) == ["'=1+1", "Klinik Müller", "North Clinic"]


def test_a_recall_is_closed_with_password_and_has_no_buttons_any_more(as_ada, recall):
    address = reverse("close_recall", args=[recall.pk])
    assert "The password is not right" in as_ada.post(address, {"reason": "done", "password": "x"}).content.decode()
    text = as_ada.post(address, {"reason": "all destroyed", "password": "pw"}, follow=True).content.decode()
    assert "is closed." in text and "all destroyed" in text and "Look for new consignees" not in text
    late = as_ada.post(reverse("refresh_recall", args=[recall.pk]), follow=True).content.decode()
    assert "Nothing about it changes any more." in late


def test_quality_recalls_and_others_look(client, recall):
    roles.seed()
    pages = {"open": "/admin/recalls/open", "close": reverse("close_recall", args=[recall.pk])}
    steps = [reverse(name, args=[recall.pk]) for name in ("refresh_recall", "tell_consignees")]
    for role, may in {"quality": True, "viewer": False, "warehouse": False, "sales": False}.items():
        person = User.objects.create_user(role, is_staff=True)
        person.groups.add(Group.objects.get(name=role))
        client.force_login(person)
        assert client.get(page_of(recall)).status_code == 200
        assert {client.get(page).status_code for page in pages.values()} == {200 if may else 403}
        assert {client.post(step).status_code for step in steps} == {302 if may else 403}
        client.post(reverse("recall_packet", args=[recall.pk]))
        notice = recall.notices.to_tell().first()
        client.post(reverse("recall_notice", args=[notice.pk]), {"tell": "1", "how": "phone"})
    assert set(recall.notices.filter(told_at__isnull=False).values_list("told_by__username", flat=True)) == {"quality"}
    assert {packet.made_by.username for packet in recall.packets.all()} == {"quality"}
