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
