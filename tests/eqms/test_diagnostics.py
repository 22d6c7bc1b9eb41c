"""Diagnostics for the people who keep the product running, as page, JSON and command."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from eqms.models import HealthResult, Job, SourceDocument, User
from eqms.storage import record_health, store

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(client):
    client.force_login(User.objects.create_user("keeper", is_staff=True))
    return client


def refuse(folders):
    """Make local storage refuse."""
    (folders / "files").write_text("a file where a folder should be")


def test_local_storage_that_works(keeper, folders):
    assert keeper.get("/admin/diagnostics/storage").json() == {
        "backend": "local",
        "configured": True,
        "accessible": True,
        "error": None,
        "details": {"root": str(folders / "files")},
    }


def test_local_storage_that_refuses(keeper, folders):
    refuse(folders)
    found = keeper.get("/admin/diagnostics/storage").json()
    assert (found["configured"], found["accessible"]) == (True, False)
    assert found["error"] == "The folder for files cannot be used. Check STORAGE_LOCAL_ROOT."


def test_a_bucket_that_works(keeper, s3):
    found = keeper.get("/admin/diagnostics/storage").json()
    assert found["accessible"] and found["details"] == {
        "endpoint": s3.address,
        "region": "us-east-1",
        "bucket": "papers",
        "access_key_prefix": "AKIA...",
    }


def test_what_is_not_set_is_shown_as_missing(keeper, s3):
    s3.use(endpoint="", region="", bucket="", access_key_id="", secret_access_key="")
    found = keeper.get("/admin/diagnostics/storage").json()
    assert (found["configured"], found["accessible"]) == (False, False)
    assert found["details"] == {
        "endpoint": "(default AWS)",
        "region": "(default AWS)",
        "bucket": "(missing)",
        "access_key_prefix": "(missing)",
    }
    assert "S3_BUCKET and S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY is not set" in found["error"]


def test_strangers_get_401_and_customers_403_as_json(client):
    answer = client.get("/admin/diagnostics/storage")
    assert (answer.status_code, answer.json()) == (401, {"error": "Sign in first."})
    client.force_login(User.objects.create_user("customer"))
    answer = client.get("/admin/diagnostics/storage")
    assert (answer.status_code, answer.json()) == (403, {"error": "Only staff may see this."})


def test_the_page_is_for_staff(client):
    assert client.get(reverse("diagnostics")).status_code == 302


def test_the_page_shows_each_part(keeper):
    HealthResult.record("worker", is_well=True)
    page = keeper.get(reverse("diagnostics")).content.decode()
    for words in ("Database", "None wait.", "No file waits", "Last seen", "0 queued", "Head at seal", "development"):
        assert words in page
    assert "needs you" not in page


def test_the_page_says_what_to_do(keeper, folders):
    refuse(folders)
    store(b"%PDF-1.4", "order.pdf", by="a")
    HealthResult.record("worker", is_well=True)
    HealthResult.objects.update(at=timezone.now() - timedelta(minutes=3))
    Job.objects.update(state="failed")
    page = keeper.get(reverse("diagnostics")).content.decode()
    for words in ("1 files wait for storage", "Start one: ./run worker", "1 failed", "manage.py check_storage"):
        assert words in page
    assert page.count("needs you") == 4


def test_the_self_check_is_logged_and_kept(caplog, folders):
    with caplog.at_level("INFO"):
        record_health()
        record_health()
    assert caplog.text.count(f"Storage health check PASSED: local, {folders / 'files'}") == 1
    assert HealthResult.objects.get(name="storage").is_well


def test_the_self_check_names_what_is_wrong(caplog, folders):
    refuse(folders)
    record_health()
    assert "STORAGE CONFIG ERROR: local: The folder for files cannot be used" in caplog.text
    kept = HealthResult.objects.get(name="storage")
    assert not kept.is_well and kept.message.startswith("The folder for files")


def test_the_command_tells_what_works(capsys, s3, default_mode):
    call_command("check_storage")
    lines = capsys.readouterr().out.splitlines()
    assert "reachable and writable: yes" in lines and "signed address works: yes" in lines
    assert lines[-1] == "Storage works. 0 files wait in the spool."


def test_the_command_prints_one_json_document(capsys):
    call_command("check_storage", "--json")
    assert json.loads(capsys.readouterr().out)["signed_url"] is True


def test_the_command_fails_with_the_cause(folders):
    refuse(folders)
    with pytest.raises(CommandError, match="The folder for files cannot be used"):
        call_command("check_storage")


def test_the_command_brings_over_what_waits(capsys, folders):
    refuse(folders)
    document = store(b"%PDF-1.4", "order.pdf", by="a")
    (folders / "files").unlink()
    call_command("check_storage", "--bring-over")
    assert "order.pdf: brought over" in capsys.readouterr().err
    document.refresh_from_db()
    assert document.stored_at


@pytest.fixture
def paper_clerk(client):
    client.force_login(User.objects.create_superuser("clerk"))
    return client


def test_a_document_is_handed_out_so_that_nothing_in_it_runs(paper_clerk):
    html = b"<html><script>alert(1)</script>"
    document = store(html, "order é.pdf", by="a")
    answer = paper_clerk.get(reverse("download_document", args=[document.pk]))
    assert answer.content == html
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''order%20%C3%A9.pdf")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")


def test_a_document_that_cannot_be_had_is_named_with_the_cause(paper_clerk, folders):
    document = store(b"%PDF-1.4", "order.pdf", by="a")
    (folders / "files" / document.storage_key).unlink()
    answer = paper_clerk.get(reverse("download_document", args=[document.pk]))
    assert answer.status_code == 503
    assert f"order.pdf (document {document.pk}): Storage does not hold this file" in answer.content.decode()


def test_a_document_needs_the_permission_to_see_documents(keeper):
    document = store(b"%PDF-1.4", "order.pdf", by="a")
    assert keeper.get(reverse("download_document", args=[document.pk])).status_code == 403


def test_the_list_of_documents_says_where_each_is(paper_clerk, folders):
    store(b"%PDF-1.4", "order.pdf", by="a")
    page = paper_clerk.get(reverse("admin:eqms_sourcedocument_changelist")).content.decode()
    assert "in storage" in page and SourceDocument.objects.count() == 1
