import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from eqms.models import User


def test_adds_a_person_with_a_hashed_password(as_ada):
    words = {"username": "bert", "usable_password": "true", "password1": "long enough 7", "password2": "long enough 7"}
    assert as_ada.post("/admin/eqms/user/add/", words).status_code == 302
    assert User.objects.get(username="bert").check_password("long enough 7")


def test_never_deletes_a_person(as_ada, demo):
    assert as_ada.get(f"/admin/eqms/user/{demo.ada.pk}/delete/").status_code == 403
    assert "Delete selected" not in as_ada.get("/admin/eqms/user/").content.decode()


def test_the_rows_of_the_queue_are_not_shown(as_ada):
    assert "Task Results" not in as_ada.get("/admin/").content.decode()


def test_no_selection_of_roles_is_deleted_but_one_may_be(as_ada):
    role = Group.objects.create(name="quality")
    page = as_ada.get("/admin/auth/group/").content.decode()
    assert "quality" in page and "Delete selected" not in page
    as_ada.post("/admin/auth/group/", {"action": "delete_selected", "index": "0", "_selected_action": role.pk})
    assert Group.objects.filter(pk=role.pk).exists()
    as_ada.post(f"/admin/auth/group/{role.pk}/delete/", {"post": "yes"})
    assert not Group.objects.filter(pk=role.pk).exists()


@pytest.mark.parametrize("key", ["no key", "\0", "9" * 30])
def test_a_selection_of_what_is_no_key_is_a_server_error_on_no_list(as_ada, key):
    sent = {"action": "delete_selected", "index": "0", "_selected_action": key}
    for model in admin.site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert as_ada.post(address, sent).status_code < 500, address
