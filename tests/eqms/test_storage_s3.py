"""Documents in a bucket of a real S3-speaking server, through a proxy that goes wrong."""

import time

import pytest
from botocore.exceptions import ClientError, HTTPClientError

from eqms.models import Job, SourceDocument
from eqms.storage import (
    DamagedDocument,
    StorageTrouble,
    bring_over,
    diagnose,
    read_bytes,
    store,
    waiting,
)
from eqms.storage.trouble import trouble_of
from eqms.storage.waiting import circuit
from tests.s3 import BUCKET, s3_error

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 an order, long enough to be cut in the middle" + b"." * 2000


def test_keeps_documents_in_the_bucket(s3):
    document = store(PDF, "order.pdf", by="a")
    assert document.stored_at and s3.stored_keys() == [document.storage_key]
    assert read_bytes(document) == PDF


def test_objects_are_private(s3):
    document = store(PDF, "order.pdf", by="a")
    grants = s3.client().get_object_acl(Bucket=BUCKET, Key=document.storage_key)["Grants"]
    assert [grant["Grantee"]["Type"] for grant in grants] == ["CanonicalUser"]


def test_finds_one_flipped_byte(s3):
    document = store(PDF, "order.pdf", by="a")
    s3.client().put_object(Bucket=BUCKET, Key=document.storage_key, Body=PDF[:-1] + b"/")
    with pytest.raises(DamagedDocument, match="order.pdf"):
        read_bytes(document)


FAULTS = {
    "refused": "refuses connections",
    "reset": "broke in the middle",
    "hang": "does not answer in time",
    "slow": "does not answer in time",
    "cut_upload": "broke in the middle",
    "cut_body": "broke in the middle",
    "lost_reply": "broke in the middle",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_sends_the_file_to_the_spool_and_back_when_it_is_over(s3, s3_proxy, fault, monkeypatch):
    if fault in ("hang", "slow"):
        monkeypatch.setattr(waiting, "ANSWER_SECONDS", 1)
    s3_proxy.fault = fault
    document = store(PDF, "order.pdf", by="a")
    assert document.stored_at is None
    assert FAULTS[fault] in document.storage_problem
    assert read_bytes(document) == PDF
    s3_proxy.fault = "none"
    circuit.close()
    assert list(bring_over()) == [(document, None)]
    document.refresh_from_db()
    assert document.stored_at and not document.storage_problem
    assert read_bytes(document) == PDF and s3.stored_keys() == [document.storage_key]
    assert list(bring_over()) == []


ANSWERS = {
    "SlowDown": ("503 Slow Down", "asks to slow down"),
    "InternalError": ("500 Internal Server Error", "error of its own"),
    "RequestTimeTooSkewed": ("403 Forbidden", "clocks differ"),
    "NoSuchBucket": ("404 Not Found", "has no bucket papers"),
    "SomethingNew": ("418 Teapot", "answer SomethingNew"),
}


@pytest.mark.parametrize("code", ANSWERS)
def test_an_error_of_storage_is_told_in_words(s3, s3_proxy, code):
    status, words = ANSWERS[code]
    s3_proxy.answer, s3_proxy.fault = s3_error(status, code), "answer"
    document = store(PDF, "order.pdf", by="a")
    assert document.stored_at is None and words in document.storage_problem


@pytest.mark.parametrize(
    "error",
    [
        ValueError("Invalid thing b'Credential=canary'"),
        ValueError("Invalid header value b'Credential=canary'"),
        OSError(5, "canary"),
        HTTPClientError(error="canary"),
        ClientError({"Error": {"Code": "AccessDenied", "Message": "canary"}}, "PutObject"),
        ClientError({"Error": {"Code": "Odd", "Message": "canary"}}, "PutObject"),
        RuntimeError("canary"),
    ],
)
def test_the_text_of_a_foreign_error_is_never_shown(error):
    assert "canary" not in str(trouble_of(error))


def test_while_storage_hangs_the_next_files_do_not_wait(s3, s3_proxy, monkeypatch):
    monkeypatch.setattr(waiting, "ANSWER_SECONDS", 1)
    s3_proxy.fault = "hang"
    store(PDF, "first.pdf", by="a")
    before = time.monotonic()
    store(PDF + b"2", "second.pdf", by="a")
    assert time.monotonic() - before < 0.5


def test_after_the_pause_one_caller_tries_again(s3, s3_proxy, monkeypatch):
    s3_proxy.fault = "refused"
    store(PDF, "first.pdf", by="a")
    s3_proxy.fault = "none"
    circuit.until = time.monotonic()
    assert store(PDF + b"2", "second.pdf", by="a").stored_at
    assert circuit.cause is None


def test_uploading_again_while_storage_is_away_makes_no_second_document(s3, s3_proxy):
    s3_proxy.fault = "refused"
    first = store(PDF, "order.pdf", by="a")
    assert store(PDF, "order.pdf", by="b") == first
    assert SourceDocument.objects.count() == 1


def test_uploading_again_heals_a_document_whose_spool_file_is_gone(s3, s3_proxy, settings):
    s3_proxy.fault = "refused"
    first = store(PDF, "order.pdf", by="a")
    (settings.SPOOL_DIR / first.sha256).unlink()
    s3_proxy.fault = "none"
    circuit.close()
    assert store(PDF, "order.pdf", by="b").stored_at
    assert read_bytes(SourceDocument.objects.get()) == PDF


def test_a_file_in_the_spool_is_followed_by_one_job(s3, s3_proxy):
    s3_proxy.fault = "refused"
    store(PDF, "order.pdf", by="a")
    store(PDF + b"2", "second.pdf", by="a")
    assert list(Job.objects.values_list("kind", flat=True)) == ["bring_over_spool"]


def test_bringing_over_stops_at_an_outage_and_says_why(s3, s3_proxy):
    s3_proxy.fault = "refused"
    documents = [store(PDF + bytes([65 + n]), f"{n}.pdf", by="a") for n in range(3)]
    ((document, cause),) = bring_over()
    assert document == documents[0] and "refuses connections" in str(cause)


def test_a_damaged_spool_file_is_not_brought_over(s3, s3_proxy, settings):
    s3_proxy.fault = "refused"
    document = store(PDF, "order.pdf", by="a")
    (settings.SPOOL_DIR / document.sha256).write_bytes(b"other")
    s3_proxy.fault = "none"
    circuit.close()
    ((_, cause),) = bring_over()
    assert isinstance(cause, DamagedDocument)
    assert s3.stored_keys() == [] and not SourceDocument.objects.get().stored_at


def test_reading_names_the_document_and_the_cause(s3, s3_proxy):
    document = store(PDF, "order.pdf", by="a")
    s3_proxy.fault = "refused"
    with pytest.raises(StorageTrouble, match=rf"order.pdf \(document {document.pk}\): .* refuses connections"):
        read_bytes(document)


def test_a_bucket_that_works_is_accessible(s3):
    found = diagnose()
    assert (found.configured, found.accessible, found.error) == (True, True, None)
    assert found.details["access_key_prefix"] == f"{s3.key[:4]}..."
