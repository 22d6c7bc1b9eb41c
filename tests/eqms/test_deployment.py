"""``verify_deploy`` against a real server."""

import pytest

from eqms import deployment
from tests.running import Web, copied_database, manage

# The server is set up before any of these opens its transaction, and none of them queries.
pytestmark = pytest.mark.django_db
STRONG = "sturdy-lantern-42-harbour"


@pytest.fixture(scope="module")
def web(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("web")
    with django_db_blocker.unblock(), copied_database(folder) as url:
        done = manage("release", "--no-drift", DATABASE_URL=url, ADMIN_EMAIL="ada@example.org", ADMIN_PASSWORD=STRONG)
        assert done.returncode == 0, done.stderr
        with Web(folder, DATABASE_URL=url, RELEASE="7.1") as web:
            web.wait_for("/readyz", 200)
            yield web


def verify(web, password=STRONG, release="7.1"):
    arguments = [f"http://127.0.0.1:{web.port}/", "--user", "ada@example.org", "--release", release]
    return manage("verify_deploy", *arguments, VERIFY_PASSWORD=password)


def test_passes_on_a_good_deployment(web):
    done = verify(web)
    assert done.returncode == 0, done.stdout
    assert "ok   sign in: as ada@example.org" in done.stdout
    assert "ok   /admin/auth/group/" in done.stdout
    assert "checks passed" in done.stdout.splitlines()[-1]


def test_fails_where_another_release_serves(web):
    done = verify(web, release="7.2")
    assert done.returncode == 1
    assert "FAIL release: serves 7.1, expected 7.2" in done.stdout


def test_fails_where_the_password_is_wrong(web):
    done = verify(web, password="wrong")
    assert done.returncode == 1
    assert "FAIL sign in" in done.stdout
    assert "wrong" not in done.stdout + done.stderr


def test_fails_without_a_server():
    done = manage("verify_deploy", "http://127.0.0.1:1", "--user", "ada", VERIFY_PASSWORD="x")
    assert done.returncode == 1
    assert "FAIL /healthz" in done.stdout
    assert "Traceback" not in done.stderr


def test_fails_without_a_password(web):
    done = verify(web, password="")
    assert done.returncode == 1
    assert "VERIFY_PASSWORD is missing" in done.stderr


def test_fails_on_a_page_that_is_broken(web):
    """A page behind the sign-in that answers 404 or 500 is a failure, and so is one that asks to sign in."""
    visitor = deployment.Visitor(f"http://127.0.0.1:{web.port}")
    assert not visitor.look("/admin/nothing/here/")[0].is_well
    assert "asks to sign in" in str(visitor.look("/admin/")[0])


def test_takes_the_newest_row():
    assert deployment.newest(["/admin/a/b/9/change/", "/admin/a/b/10/change/"]) == "/admin/a/b/10/change/"
    assert deployment.newest(["/admin/a/b/x-1/change/", "/admin/a/b/a-2/change/"]) == "/admin/a/b/x-1/change/"
