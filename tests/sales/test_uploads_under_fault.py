"""Uploads while storage is wrong, away or slow, and five hundred files at once: through the page, as a clerk does."""

import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from eqms import jobs
from eqms.models import Job, SourceDocument
from eqms.storage import read_bytes
from sales.models import DocumentSegment, SalesOrder

PAPERS = Path(__file__).parent.parent / "papers"
UPLOAD = "/admin/sales-orders/import-pdf-bulk"
STORAGE = "/admin/diagnostics/storage"
ANSWER_SECONDS = 10
Status = DocumentSegment.Status

pytestmark = pytest.mark.django_db(transaction=True)

WRONG = {
    "wrong key": ({"access_key_id": "AKIAWRONGWRONGWRONG1"}, "does not know the access key AKIA"),
    "wrong secret": ({"secret_access_key": "canary-secret-value"}, "refuses the signature"),
    "wrong bucket": ({"bucket": "elsewhere"}, "no bucket elsewhere"),
    "no key": ({"access_key_id": ""}, "S3_ACCESS_KEY_ID is not set"),
    "unreachable": ({"endpoint": "http://127.0.0.1:9"}, "refuses connections"),
}
FAULTS = {"hang": "does not answer", "refused": "refuses connections", "slow": ""}


def send(client, *contents: bytes):
    """Upload files with these contents and return the page that answers."""
    files = [SimpleUploadedFile(f"order-{number}.pdf", content) for number, content in enumerate(contents)]
    return client.post(UPLOAD, {"papers": files}, follow=True).content.decode()


def copies(count: int) -> list[bytes]:
    """Return the bytes of one order, different in each file by a comment behind its end."""
    one = (PAPERS / "qb_grid_08.pdf").read_bytes()
    return [one + b"\n%% copy %d\n" % number for number in range(count)]


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_is_named_on_the_page_and_in_the_diagnostics(as_ada, s3, name, caplog):
    changes, cause = WRONG[name]
    secret = changes.get("secret_access_key", s3.secret)
    s3.use(**changes)
    started = time.monotonic()
    page = send(as_ada, *copies(3))
    assert time.monotonic() - started < ANSWER_SECONDS
    assert cause in page and "Do not upload them again" in page
    found = as_ada.get(STORAGE).json()
    assert found["accessible"] is False and cause in found["error"]
    assert secret not in page + str(found) + caplog.text
    s3.use()
    jobs.run_waiting()
    assert SourceDocument.objects.filter(filename__startswith="order-", stored_at=None).count() == 0
    assert [len(read_bytes(row)) > 0 for row in SourceDocument.objects.filter(filename__startswith="order-")] == [
        True
    ] * 3


@pytest.mark.parametrize("fault", FAULTS)
def test_a_storage_that_is_away_keeps_no_clerk_waiting_and_loses_no_file(as_ada, s3, s3_proxy, fault):
    s3_proxy.fault = fault
    started = time.monotonic()
    page = send(as_ada, *copies(3))
    assert time.monotonic() - started < ANSWER_SECONDS
    assert FAULTS[fault] in page
    s3_proxy.fault = "none"
    s3.use()
    while jobs.run_waiting():
        pass
    assert SourceDocument.objects.filter(filename__startswith="order-", stored_at=None).count() == 0
    assert len(s3.stored_keys()) == 3
    papers = DocumentSegment.objects.filter(document__filename__startswith="order-")
    assert set(papers.values_list("status", flat=True)) == {Status.READ}


def test_five_hundred_files_in_one_upload_are_all_accounted_for(as_ada):
    count = 500
    contents = [*copies(count - 2), (PAPERS / "hostile/empty.pdf").read_bytes(), b"no paper at all"]
    before = SalesOrder.objects.count()
    send(as_ada, *contents)
    jobs.run_waiting()
    job = Job.objects.get(kind="read_papers")
    page = as_ada.get(f"/admin/sales-orders/uploads/{job.pk}")
    assert (job.done, job.total, job.errors) == (count, count, 0)
    assert page.context["counts"]["all"] == count
    assert (page.context["ready"], page.context["counts"]["waiting"]) == (count - 2, 2)
    assert SalesOrder.objects.count() == before
