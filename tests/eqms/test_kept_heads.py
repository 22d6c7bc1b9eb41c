"""Heads of the audit chain in storage: what they prove, and that storage in trouble stops nothing."""

import pytest
from django.core.management import CommandError, call_command

from eqms import audit, jobs
from eqms.kept_heads import keep_head, kept_heads
from eqms.models import AuditEntry, AuditHead, AuditSeal, OperationRun
from eqms.operations import act

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def two_runs(demo):
    for text in ("first", "second"):
        act("edit", lambda plan, text=text: plan.update(demo.idle, city=text, because="x"), by="test")
    return demo


def said(capsys, *arguments):
    call_command("verify_audit", *arguments)
    return capsys.readouterr().out


def cut_tail() -> None:
    """Remove the last run with all that names it, as somebody with the database's password could."""
    audit.remove()
    last = AuditSeal.objects.order_by("number").last()
    AuditEntry.objects.filter(run=last.run).delete()
    last.delete()
    OperationRun.objects.filter(pk=last.run_id).delete()
    before = AuditSeal.objects.order_by("number").last()
    AuditHead.objects.update(number=before.number, hash=before.hash)
    audit.install()


def test_a_kept_head_lies_on_the_chain(two_runs, capsys):
    key = keep_head()
    assert key.startswith("audit-heads/000000000002-")
    assert list(kept_heads()) == [(key, AuditHead.objects.get().hash)]
    assert "The record is whole" in said(capsys, "--kept")


def test_a_cut_tail_is_found_by_the_head_that_was_kept(two_runs, capsys):
    key = keep_head()
    cut_tail()
    with pytest.raises(CommandError):
        said(capsys, "--kept")
    assert f"no longer holds the head that storage keeps as {key}" in capsys.readouterr().out


def test_the_nightly_job_keeps_the_head(two_runs):
    job = jobs.enqueue("keep_audit_head", by="worker")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert [key for key, _ in kept_heads()] == [job.result["key"]]


def test_a_damaged_head_is_named(two_runs, settings, capsys):
    path = settings.STORAGE_LOCAL_ROOT / keep_head()
    path.write_text("[]")
    with pytest.raises(CommandError):
        said(capsys, "--kept")
    assert "is no kept head" in capsys.readouterr().out


def test_storage_in_trouble_stops_no_release(s3, capsys):
    s3.use(bucket="elsewhere")
    call_command("release", "--no-drift")
    out = capsys.readouterr().out
    assert "Audit head NOT kept in storage: Storage has no bucket elsewhere." in out
    assert "=== eQMS release done ===" in out
