"""Out of use and into use again, and notes: steps of one customer, each a run."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from customers.models import Customer, CustomerNote
from eqms.models import AuditEntry, OperationRun, User
from eqms.operations import Refused
from tests.cast import digest


def step(client, customer, name, **typed):
    return client.post(reverse(f"admin:customers_customer_{name}", args=[customer.pk]), typed, follow=True)


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def names_listed(client, **query):
    return [row.facility_name for row in listed(client, **query).result_list]


def listed(client, **query):
    return client.get(reverse("admin:customers_customer_changelist"), query).context["cl"]


def offered(client, term, field="customer", model="salesorder", app="sales"):
    query = {"app_label": app, "model_name": model, "field_name": field, "term": term}
    return [row["text"] for row in client.get("/admin/autocomplete/", query).json()["results"]]


@pytest.fixture
def archived(demo):
    demo.idle.archive(by=demo.ada, reason="closed for good")
    return demo.idle


def test_archiving_is_a_run_with_its_reason(demo, as_ada):
    answer = step(as_ada, demo.idle, "archive", reason=" closed for good ")
    assert said(answer)[0].startswith("Idle One is archived: lists and choices leave it out")
    entry = AuditEntry.objects.get(key=str(demo.idle.pk))
    assert (entry.because, entry.run.actor_name) == ("closed for good", "ada")


def test_archiving_twice_is_archiving_once(demo, archived, as_ada):
    before = digest()
    assert said(step(as_ada, archived, "archive", reason="again")) == ["Idle One was archived already."]
    assert digest() == before
    assert OperationRun.objects.count() == 1


def test_a_customer_comes_back_as_it_was(demo, archived, as_ada):
    assert said(step(as_ada, archived, "unarchive", reason="opened again"))[0].startswith("Idle One is in use again.")
    assert Customer.objects.get(pk=archived.pk).archived_at is None
    assert said(step(as_ada, archived, "unarchive", reason="x")) == ["Idle One is in use already."]


@pytest.mark.parametrize("name", ["archive", "unarchive"])
def test_a_step_without_a_reason_is_refused(demo, as_ada, name):
    if name == "unarchive":
        demo.idle.archive(by=demo.ada, reason="closed")
    before = digest()
    answer = step(as_ada, demo.idle, name, reason="  ")
    assert "the reason stands in the record" in answer.context["problem"]["words"]
    assert digest() == before


def test_a_customer_for_whom_a_shipment_waits_stays_and_what_was_typed_too(demo, as_ada):
    street, place = {"consignee_address": "9 Elm St", "consignee_city": "Springfield"}, {"consignee_state": "IL"}
    demo.shipped(1, consignee_name="Idle Two", consignee_postal_code="62701", order_number="SO-9", **street, **place)
    answer = step(as_ada, demo.idle_two, "archive", reason="moved away")
    page = answer.content.decode()
    assert "Idle Two is still needed: a waiting shipment of 2026-01-05 names it." in page
    assert 'value="moved away"' in page
    assert Customer.objects.get(pk=demo.idle_two.pk).archived_at is None


def test_a_customer_that_is_gone_cannot_be_archived(demo):
    gone = Customer(pk=demo.idle.pk, facility_name="x")
    demo.idle.delete()
    with pytest.raises(Refused, match="is no longer there"):
        gone.archive(by=demo.ada, reason="x")


@pytest.mark.parametrize("name", ["archive", "unarchive", "note"])
def test_who_may_only_look_takes_no_step(demo, client, name):
    vera = User.objects.create_user("vera", is_staff=True)
    vera.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(vera)
    before = digest()
    assert step(client, demo.idle, name, reason="x", text="x").status_code == 403
    page = client.get(reverse("admin:customers_customer_change", args=[demo.idle.pk])).content.decode()
    assert "Archive this customer" not in page
    assert "Add note" not in page
    assert digest() == before


def test_a_step_is_no_link(demo, archived, as_ada):
    address = reverse("admin:customers_customer_unarchive", args=[archived.pk])
    assert as_ada.get(address).status_code == 302
    assert Customer.objects.get(pk=archived.pk).archived_at


def test_an_archived_customer_is_found_only_by_search_and_by_its_tab(demo, archived, as_ada):
    assert "Idle One" not in names_listed(as_ada)
    assert names_listed(as_ada, q="idle") == ["Idle One", "Idle Two"]
    assert names_listed(as_ada, tab="archived") == ["Idle One"]
    assert "Idle One" in names_listed(as_ada, tab="all")
    assert names_listed(as_ada, tab="active", q="idle") == ["Idle Two"]


def test_a_found_archived_customer_is_marked(demo, archived, as_ada):
    page = as_ada.get(reverse("admin:customers_customer_changelist"), {"q": "idle"}).content.decode()
    assert page.count('<span class="status status-archived">archived</span>') == 1


@pytest.mark.parametrize(("app", "model"), [("sales", "salesorder"), ("customers", "contact")])
def test_an_archived_customer_is_not_offered(demo, archived, as_ada, app, model):
    assert offered(as_ada, "idle", app=app, model=model) == ["Idle Two"]


def test_an_order_of_an_archived_customer_can_still_be_saved(demo, as_ada):
    demo.north.archive(by=demo.ada, reason="closed")
    address = reverse("admin:sales_salesorder_change", args=[demo.order.pk])
    assert f'<option value="{demo.north.pk}" selected>North Clinic</option>' in as_ada.get(address).content.decode()


def test_a_note_is_written_alone_with_author_and_date(demo, as_ada):
    Customer.objects.filter(pk=demo.idle.pk).update(phone="555")
    assert "#notes" in step(as_ada, demo.idle, "note", text=" Ring twice.\n").redirect_chain[0][0]
    note = CustomerNote.objects.get(customer=demo.idle)
    assert (note.text, note.author) == ("Ring twice.", demo.ada)
    assert [entry.model for entry in OperationRun.objects.get().entries.all()] == ["customers.CustomerNote"]


def test_an_empty_note_is_refused(demo, as_ada):
    page = step(as_ada, demo.idle, "note", text=" \n").content.decode()
    assert "The note was not written. The note is empty: write something first." in page
    assert not CustomerNote.objects.filter(customer=demo.idle).exists()


def test_a_note_on_an_old_link_of_a_merged_customer_is_not_lost_in_silence(demo, as_ada):
    assert as_ada.post("/admin/customers/customer/99999/note/", {"text": "x"}).status_code == 404
