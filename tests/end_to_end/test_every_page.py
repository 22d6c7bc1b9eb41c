"""Every list and form of the admin: quiet, within the window, without barriers. New models come by themselves."""

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import RequestFactory
from django.urls import reverse

APPS = sorted({model._meta.app_label for model in admin.site._registry})


@pytest.fixture
def ada(transactional_db):
    return get_user_model().objects.create_superuser("ada", "ada@example.org", "a long pass phrase")


@pytest.fixture
def visit_as_ada(ada, client, visit):
    client.force_login(ada)
    visit.sign_in_quietly(client)
    return visit


def pages_of(app_label: str, user):
    """Yield the address of the list of each model of an app, and of its add form where ``user`` may add."""
    request = RequestFactory().get("/admin/")
    request.user = user
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label == app_label:
            name = f"admin:{app_label}_{model._meta.model_name}"
            yield reverse(f"{name}_changelist")
            if model_admin.has_add_permission(request):
                yield reverse(f"{name}_add")


@pytest.mark.parametrize("app_label", APPS)
def test_lists_and_forms_are_quiet_narrow_and_without_barriers(visit_as_ada, ada, app_label):
    for path in pages_of(app_label, ada):
        visit_as_ada.look_at(path)


def test_signs_in_by_the_form_and_meets_the_overview(ada, visit):
    visit.open("/admin/")
    visit.look_at("/admin/login/?next=/admin/")
    visit.sign_in("ada", "a long pass phrase")
    assert visit.page.get_by_role("heading", level=1).inner_text() == "Overview"
    visit.look_at("/admin/")
