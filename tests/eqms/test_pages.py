"""Operations and traced rows in the admin."""

import csv
import html
import json

import pytest
from django.contrib.auth.models import Permission
from django.forms import MultiWidget
from django.urls import reverse

from customers.models import Customer, SalesRep
from eqms import audit
from eqms.models import AuditEntry, OperationRun, User
from eqms.operations import act

PAGE = "/admin/customers/customer/operations/cleanup_zero_order_customers/"
EDITED = ("facility_name", "address1", "city", "state", "postal_code", "status", "country", "customer_number")


@pytest.fixture
def ada(demo, client):
    client.force_login(demo.ada)
    return client


def confirm(client, reason="idle for years", **more):
    page = client.get(PAGE)
    return client.post(PAGE, {"confirm": page.context["confirm"], "reason": reason, **more}, follow=True)


def text(response):
    return " ".join(html.unescape(response.content.decode()).split())


def test_a_page_shows_figures_changes_and_what_its_button_does(demo, ada):
    page = text(ada.get(PAGE))
    assert "<strong>2</strong><span>deleted</span>" in page
    assert "Idle One" in page
    assert ">Delete 2 customers</button>" in page
    assert "required" in page
    assert not OperationRun.objects.exists()


def test_a_page_writes_what_it_showed_once_and_leads_to_the_run(demo, ada):
    token = ada.get(PAGE).context["confirm"]
    done = text(ada.post(PAGE, {"confirm": token, "reason": "idle"}, follow=True))
    assert "Cleanup zero order customers: done. 2 deleted." in done
    assert "Undo: show what that would change" in done
    again = text(ada.post(PAGE, {"confirm": token, "reason": "idle"}, follow=True))
    assert "was written already, as run" in again


def test_a_page_that_deletes_needs_a_reason(demo, ada):
    page = confirm(ada, reason=" ")
    assert "say why" in text(page)
    assert Customer.objects.filter(pk=demo.idle.pk).exists()
    assert page.context["confirm"]


def test_a_page_counts_the_rows_that_moved_and_shows_the_new_plan(demo, ada):
    token = ada.get(PAGE).context["confirm"]
    Customer.objects.create(facility_name="Another")
    Customer.objects.filter(pk=demo.idle.pk).update(phone="1")
    page = ada.post(PAGE, {"confirm": token, "reason": "kept while looking"})
    assert "Someone changed 2 of these rows while you were looking. Here is the new plan." in text(page)
    assert "Another" in text(page)
    assert "kept while looking" in text(page)
    assert Customer.objects.filter(facility_name="Another").exists()


def test_an_action_covers_the_selection_only_and_the_run_says_so(demo, ada):
    selected = {"action": "cleanup_zero_order_customers", "_selected_action": [demo.idle.pk, demo.north.pk]}
    page = ada.post("/admin/customers/customer/", selected)
    assert "For 2 selected customers." in text(page)
    sent = {name: page.context[name] for name in ("confirm", "selection")}
    ada.post(PAGE, {**sent, "reason": "idle"})
    assert not Customer.objects.filter(pk=demo.idle.pk).exists()
    assert Customer.objects.filter(pk=demo.idle_two.pk).exists()
    assert sorted(json.loads(OperationRun.objects.get().selection)) == sorted([str(demo.idle.pk), str(demo.north.pk)])


def test_a_new_plan_after_a_change_is_still_the_one_of_the_selection(demo, ada):
    selected = {"action": "cleanup_zero_order_customers", "_selected_action": [demo.idle.pk]}
    page = ada.post("/admin/customers/customer/", selected)
    Customer.objects.filter(pk=demo.idle.pk).update(phone="1")
    sent = {name: page.context[name] for name in ("confirm", "selection")}
    again = ada.post(PAGE, {**sent, "reason": "idle"})
    assert [change.name for change in again.context["changes"]] == ["Idle One"]


def test_a_selection_that_was_tampered_with_is_refused(demo, ada):
    assert ada.post(PAGE, {"selection": "x:y:z"}).status_code == 403


def test_above_the_ceiling_the_number_must_be_typed(demo, ada):
    Customer.objects.bulk_create(Customer(facility_name=f"F{i}", company_key=f"f{i}") for i in range(2000))
    assert "Type the number to go on" in text(ada.get(PAGE))
    assert "more than the ceiling of 2000" in text(confirm(ada))
    assert "done. 2002 deleted." in text(confirm(ada, typed="2002"))


def test_more_than_two_hundred_changes_are_a_download(demo, ada):
    Customer.objects.bulk_create(
        Customer(facility_name=f"={i}", company_key=f"f{i}", address1="-1 Main") for i in range(300)
    )
    page = ada.get(PAGE)
    assert "The first 200 of 302 changes" in text(page)
    answer = ada.post(PAGE, {"selection": page.context["selection"], "download": "csv"})
    rows = list(csv.DictReader(answer.getvalue().decode().splitlines()))
    assert len({row["key"] for row in rows}) == 302
    assert {row["row"][:2] for row in rows if row["key"] != str(demo.idle.pk)} >= {"'="}
    assert {row["before"] for row in rows if row["column"] == "address1"} >= {"'-1 Main"}
    plan = json.loads(ada.post(PAGE, {"selection": page.context["selection"], "download": "json"}).getvalue())
    assert len(plan["changes"]) == 302
    assert not OperationRun.objects.exists()


def test_without_permission_there_is_no_operation(demo, client):
    client.force_login(User.objects.create_user("cy", is_staff=True))
    assert client.get(PAGE).status_code == 403


# -- runs ----------------------------------------------------------------------------------------


def test_a_run_is_shown_in_words_and_undone_from_its_page(demo, ada):
    def draft(plan):
        plan.update(plan.watch(demo.idle), status="inactive", primary_rep=demo.rep, because="asked by phone")

    run = act("retire", draft, by=demo.ada, reason="spring cleaning").run
    page = text(ada.get(reverse("admin:eqms_operationrun_change", args=[run.pk])))
    assert 'status: <del class="before">Active</del> → <ins class="after">Inactive</ins>' in page
    assert '<del class="before">empty</del> → <ins class="after">Rita Rep</ins>' in page
    assert "because “spring cleaning”" in page
    address = reverse("admin:eqms_operationrun_operation", args=["undo"])
    preview = ada.get(f"{address}?run={run.pk}")
    assert f">Undo run {run.pk} (retire)</button>" in text(preview)
    data = {"confirm": preview.context["confirm"], "run": run.pk, "reason": "a mistake"}
    done = text(ada.post(address, data, follow=True))
    assert f'Takes back <a href="/admin/eqms/operationrun/{run.pk}/change/">run {run.pk} (retire)</a>' in done
    demo.idle.refresh_from_db()
    assert demo.idle.status == "active"
    assert "Undo: show" not in text(ada.get(reverse("admin:eqms_operationrun_change", args=[run.pk])))


def test_a_refused_run_says_why(demo, ada):
    confirm(ada, reason="")
    run = OperationRun.objects.get()
    page = text(ada.get(reverse("admin:eqms_operationrun_change", args=[run.pk])))
    assert "Nothing was written. This plan deletes, merges or adjusts rows: say why." in page


def test_runs_are_listed_with_filters_in_few_queries(demo, ada, django_assert_max_num_queries):
    for number in range(30):
        act("edit", lambda plan, n=number: plan.update(plan.watch(demo.idle), phone=str(n), because="x"), by=demo.ada)
    with django_assert_max_num_queries(8):
        page = ada.get("/admin/eqms/operationrun/?undo=has&state=applied")
    assert page.context["cl"].result_count == 0
    assert ada.get("/admin/eqms/operationrun/?operation=undo").status_code == 200


def test_history_tells_what_happened_in_sentences(demo, ada):
    run = act("retire", lambda plan: plan.update(plan.watch(demo.idle), phone="5", because="asked"), by=demo.ada).run
    page = text(ada.get(f"/admin/customers/customer/{demo.idle.pk}/history/"))
    assert "Phone empty -> 5; by retire" in page
    assert f'<a href="/admin/eqms/operationrun/{run.pk}/change/">run {run.pk}</a>, because asked.' in page


# -- ordinary saves ------------------------------------------------------------------------------


def form_of(row, **changed):
    form = {name: getattr(row, name) or "" for name in EDITED}
    return {**form, **changed}


def submit(client, address, data):
    """Post ``data`` over what the form at ``address`` shows."""
    context = client.get(address).context
    formsets = [inline.formset for inline in context["inline_admin_formsets"]]
    forms = [context["adminform"].form, *(form for formset in formsets for form in formset)]
    forms += [formset.management_form for formset in formsets]
    shown = {name: value for form in forms for field in form for name, value in sent_by(field)}
    return client.post(address, {**shown, **data})


def sent_by(field):
    """Yield what a browser sends for a field that nobody touched."""
    widget, value = field.field.widget, field.value()
    if isinstance(widget, MultiWidget):
        for number, part in enumerate(widget.decompress(value)):
            yield f"{field.html_name}_{number}", part or ""
    elif value is not None and value is not False:
        yield field.html_name, value


def test_an_ordinary_save_is_one_run_with_its_reason(demo, ada):
    answer = submit(ada, "/admin/customers/customer/add/", {"facility_name": "Fresh", "reason": "called us"})
    assert answer.status_code == 302, answer.context["errors"]
    assert Customer.objects.get(facility_name="Fresh").company_key == "fresh"
    run = OperationRun.objects.get()
    assert (run.created, run.operation, run.reason) == (1, "add customers.Customer", "called us")
    assert list(audit.verify()) == []


def test_an_edit_is_a_run_of_the_changed_columns(demo, ada):
    address = f"/admin/customers/customer/{demo.idle.pk}/change/"
    answer = submit(ada, address, {"facility_name": "Idle 1"})
    assert answer.status_code == 302, answer.context["errors"]
    entry = AuditEntry.objects.get(verb="update")
    assert set(json.loads(entry.after)) == {"company_key", "facility_name"}
    assert list(audit.verify()) == []


def test_a_delete_in_the_admin_needs_a_reason_and_can_be_undone(demo, ada):
    address = f"/admin/customers/customer/{demo.idle.pk}/delete/"
    assert "Reason (needed" in text(ada.get(address))
    refused = ada.post(address, {"post": "yes"}, follow=True)
    assert "Nothing was deleted. Say why this row leaves" in text(refused)
    assert ada.post(address, {"post": "yes", "reason": "twice here"}).status_code == 302
    assert not Customer.objects.filter(pk=demo.idle.pk).exists()
    assert list(audit.verify()) == []


def test_a_duplicate_is_an_error_in_the_form_and_nothing_typed_is_lost(demo, ada):
    typed = form_of(demo.north, phone="555-0100", customer_number="")
    answer = submit(ada, "/admin/customers/customer/add/", typed)
    assert answer.status_code == 200
    assert "A customer with this name and address exists already. Open that one." in text(answer)
    assert 'value="555-0100"' in text(answer)
    assert Customer.objects.count() == 4


def test_a_refusal_of_the_writer_shows_the_form_again_as_it_was_typed(demo, ada, monkeypatch):
    """The form found nothing wrong; another writer came first."""
    monkeypatch.setattr(SalesRep, "validate_constraints", lambda self, exclude=None: None)
    before = SalesRep.objects.count()
    typed = {"name": demo.rep.name, "phone": "555-0100", "email": "", "territory": "", "is_active": "on"}
    answer = submit(ada, "/admin/customers/salesrep/add/", typed)
    assert answer.status_code == 200
    assert 'value="555-0100"' in text(answer)
    assert "errornote" in text(answer)
    assert OperationRun.objects.get().state == "refused"
    assert "UNIQUE" not in text(answer)
    assert SalesRep.objects.count() == before


def test_every_response_and_run_carry_the_request_id(demo, ada):
    answer = ada.get("/admin/", headers={"X-Request-ID": "abc-1"})
    assert answer.headers["X-Request-ID"] == "abc-1"
    assert len(ada.get("/admin/", headers={"X-Request-ID": "a b\n"}).headers["X-Request-ID"]) == 32
    token = ada.get(PAGE).context["confirm"]
    ada.post(PAGE, {"confirm": token, "reason": "idle"}, headers={"X-Request-ID": "abc-2"})
    assert OperationRun.objects.get().request_id == "abc-2"


def test_a_person_who_may_undo_but_not_delete_cannot_take_back_a_clean_up(demo, ada, client):
    confirm(ada)
    run = OperationRun.objects.get()
    bob = User.objects.create_user("bob", is_staff=True)
    bob.user_permissions.add(*Permission.objects.filter(codename__in=["undo_run", "view_operationrun"]))
    client.force_login(bob)
    address = reverse("admin:eqms_operationrun_operation", args=["undo"])
    token = client.get(f"{address}?run={run.pk}").context["confirm"]
    page = client.post(address, {"confirm": token, "run": run.pk, "reason": "x"}, follow=True)
    assert "bob lacks the permission customers.delete_customer" in text(page)
    assert not Customer.objects.filter(pk=demo.idle.pk).exists()
