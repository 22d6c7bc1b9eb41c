"""Every list and form of the admin: quiet, within the window, without barriers. New models come by themselves."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from eqms import maintenance
from eqms.models import HealthResult, Job, OperationRun
from eqms.operations import act

APPS = sorted({model._meta.app_label for model in admin.site._registry})


@pytest.fixture
def visit_as_ada(demo, client, visit):
    client.force_login(demo.ada)
    visit.sign_in_quietly(client)
    return visit


def pages_of(app_label: str, user):
    """Yield the list, the add form and the form of one row of each model of an app, as far as ``user`` may add."""
    request = RequestFactory().get("/admin/")
    request.user = user
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label != app_label:
            continue
        name = f"admin:{app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        if model_admin.has_add_permission(request):
            yield reverse(f"{name}_add")
        if row := model._default_manager.first():
            yield reverse(f"{name}_change", args=[row.pk])


@pytest.mark.parametrize("app_label", APPS)
def test_lists_and_forms_are_quiet_narrow_and_without_barriers(visit_as_ada, demo, busy, app_label):
    Group.objects.create(name="quality")
    for path in pages_of(app_label, demo.ada):
        visit_as_ada.look_at(path)


def test_history_deletion_and_password_are_quiet_narrow_and_without_barriers(visit_as_ada, demo):
    group = Group.objects.create(name="quality")
    for page in ("history", "delete"):
        visit_as_ada.look_at(reverse(f"admin:auth_group_{page}", args=[group.pk]))
    visit_as_ada.look_at("/admin/password_change/")


def test_a_form_with_an_error_keeps_what_was_typed_and_leads_to_the_field(visit_as_ada):
    Group.objects.create(name="quality")
    visit_as_ada.open("/admin/auth/group/add/")
    page = visit_as_ada.page
    page.get_by_label("Name:").fill("quality")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("alert").get_by_role("link", name="Name").click()
    assert page.url.endswith("#id_name")
    assert page.get_by_label("Name:").input_value() == "quality"
    visit_as_ada.look("a form with an error")


def test_the_page_of_each_operation_is_quiet_narrow_and_without_barriers(visit_as_ada):
    for path in maintenance.pages().values():
        visit_as_ada.look_at(path)


def test_signs_in_by_the_form_and_meets_the_overview(demo, visit):
    visit.open("/admin/")
    visit.look_at("/admin/login/?next=/admin/")
    visit.sign_in("ada", "pw")
    assert visit.page.get_by_role("heading", level=1).inner_text() == "Overview"
    visit.look_at("/admin/")


def test_the_theme_and_the_sidebar_switch_and_stay_switched(visit_as_ada):
    page, theme = visit_as_ada.page, "document.documentElement.dataset.theme"
    visit_as_ada.open("/admin/auth/group/")
    page.get_by_role("button", name="Toggle theme").click()
    page.get_by_role("button", name="Toggle navigation").click()
    visit_as_ada.open("/admin/eqms/operationrun/")
    assert page.evaluate(theme) in ("light", "dark")
    expect(page.get_by_role("navigation", name="Sidebar")).to_be_hidden()


def test_print_leaves_out_what_only_a_screen_needs(visit_as_ada, busy):
    visit_as_ada.open("/admin/")
    visit_as_ada.page.emulate_media(media="print")
    expect(visit_as_ada.page.get_by_role("button", name="Log out")).to_be_hidden()
    expect(visit_as_ada.page.get_by_role("heading", name="What wants attention")).to_be_visible()
    visit_as_ada.picture("overview-in-print")


def test_the_overview_maintenance_and_diagnostics_are_readable_in_light_and_dark(visit_as_ada, busy):
    for path in ("/admin/", "/admin/maintenance/", "/admin/maintenance/check-data", "/admin/diagnostics/"):
        for theme in ("light", "dark"):
            visit_as_ada.theme(theme)
            visit_as_ada.look_at(path, f"-{theme}")


@pytest.fixture
def busy(demo):
    """A day with orders, waiting papers, a failed job and runs."""
    today = timezone.localdate()
    for number in range(30):
        demo.ordered(f"SO-1{number}", demo.north, order_date=today - timedelta(days=number * number // 3))
    for status in ("needs_review", "needs_review", "unmatched", "unreadable"):
        demo.paper(status=status)
    Job.objects.create(kind="read papers", state=Job.State.FAILED, asked_by_name="ada")
    Job.objects.create(kind="read papers", state=Job.State.RUNNING, asked_by_name="ada")
    HealthResult.record("storage", is_well=True)
    change = demo.shop.balances.first()
    act("correct_count", lambda plan: plan.update(plan.watch(change), because="counted", quantity=284), by=demo.ada)
    act("reconcile", lambda plan: plan.update(plan.watch(change), because="ledger", quantity=10), by=demo.ada)
    OperationRun.objects.create(operation="merge_customers", state="refused", actor_name="bert", message="moved")
