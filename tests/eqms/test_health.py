"""What the probes say, and what people meet while the database does not fit the code."""

import io
import json
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.backends.signals import connection_created
from django.utils import timezone

from eqms import gate, health
from eqms.health import Findings, Look, Schema
from eqms.models import HealthResult
from eqms.schema import waiting_migrations


@pytest.fixture
def schema(monkeypatch):
    """A process that has just started."""
    fresh = Schema()
    monkeypatch.setattr(gate, "schema", fresh)
    monkeypatch.setattr(gate, "look", look := Look(fresh.ask))
    monkeypatch.setattr(health, "look", look)
    return fresh


@contextmanager
def counted_queries():
    """Give the list of statements that any connection opened meanwhile runs."""
    seen: list[str] = []

    def count(execute, sql, params, many, context):
        seen.append(sql)
        return execute(sql, params, many, context)

    def watch(sender, connection, **kwargs):
        connection.execute_wrappers.append(count)

    connection_created.connect(watch)
    try:
        yield seen
    finally:
        connection_created.disconnect(watch)


def test_healthz_and_health_answer_without_a_database(client):
    """pytest-django refuses every query here, so an answer shows that there was none."""
    assert client.get("/healthz").content == b"ok"
    assert client.get("/healthz")["Content-Type"] == "text/plain"
    assert client.get("/health").json() == {"ok": True}


def test_probes_answer_under_any_host_name(client, settings):
    settings.ALLOWED_HOSTS = ["eqms.example.com"]
    assert client.get("/healthz", headers={"host": "10.0.0.7:8080"}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_readyz_is_ready_where_worker_and_storage_are_well(client, schema):
    for name in ("worker", "storage"):
        HealthResult.objects.create(name=name, is_well=True)
    schema.is_complete = True
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert answer.json()["storage"] == "ok"


@pytest.mark.django_db(transaction=True)
def test_readyz_is_degraded_where_storage_is_in_trouble(client, schema):
    HealthResult.objects.create(name="worker", is_well=True)
    HealthResult.objects.create(name="storage", is_well=False, message="the bucket is gone")
    schema.is_complete = True
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["storage"] == "degraded: the bucket is gone"
    assert answer.json()["worker"] == "ok"


@pytest.mark.django_db(transaction=True)
def test_readyz_does_not_believe_a_worker_that_fell_silent(client, schema):
    HealthResult.objects.create(name="worker", is_well=True, at=timezone.now() - timedelta(minutes=10))
    schema.is_complete = True
    assert "is a worker running?" in client.get("/readyz").json()["worker"]


@pytest.mark.django_db(transaction=True)
def test_readyz_asks_once_a_second_however_often_it_is_asked(client, schema):
    schema.is_complete = True
    started, asked = time.monotonic(), 0
    with counted_queries() as seen:
        while time.monotonic() - started < 2.1:
            assert client.get("/readyz").status_code == 200
            asked += 1
    assert asked > 20
    assert 2 <= len(seen) <= 3


@pytest.mark.django_db(transaction=True)
def test_waiting_migrations_are_named_and_keep_everybody_out(client, schema):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'eqms' AND name = '0001_initial'")
    try:
        answer = client.get("/readyz")
        page = client.get("/admin/login/")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('eqms', '0001_initial', %s)",
                [timezone.now()],
            )
    assert (answer.status_code, answer.json()["waiting"]) == (503, ["eqms.0001_initial"])
    assert page.status_code == 503
    assert "An update is being installed" in page.content.decode()
    assert page["Retry-After"] == "5"
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_gate_never_asks_again_once_the_schema_is_complete(client, schema):
    assert client.get("/admin/login/").status_code == 200
    assert schema.is_complete
    with counted_queries() as seen:
        threading.Thread(target=client.get, args=["/healthz"]).start()
        client.get("/admin/login/")
    assert not [sql for sql in seen if "django_migrations" in sql]


@pytest.mark.django_db
def test_a_migrated_database_has_nothing_waiting():
    assert waiting_migrations() == []


def test_a_database_that_hangs_is_reported_in_time():
    release = threading.Event()

    def hang() -> Findings:
        release.wait(30)
        return Findings()

    look = Look(hang)
    started = time.monotonic()
    assert look.findings().database == "the database does not answer"
    assert time.monotonic() - started < 1.9
    assert look.findings().database == "the database does not answer"
    release.set()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_look_that_breaks_is_not_taken_for_readiness(monkeypatch):
    monkeypatch.setattr(health, "LOOK_EVERY_SECONDS", 0)
    answers = [Findings()]
    look = Look(answers.pop)
    assert look.findings().is_ready
    assert not look.findings().is_ready
    for thread in threading.enumerate():
        if thread.name == "readiness":
            thread.join()  # its error is this test's, not that of the test after it


@pytest.mark.django_db
def test_the_command_says_the_same_as_text():
    out = io.StringIO()
    call_command("health_check", "readyz", "--no-http", stdout=out)
    assert "database: ok" in out.getvalue()
    assert out.getvalue().endswith("degraded\n")


@pytest.mark.django_db
def test_the_command_fails_where_migrations_wait(monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'eqms' AND name = '0001_initial'")
    out = io.StringIO()
    with pytest.raises(CommandError, match="not ready"):
        call_command("health_check", "readyz", "--no-http", stdout=out)
    assert "eqms.0001_initial" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_every_page_carries_the_content_security_policy(client):
    assert "default-src 'self'" in client.get("/admin/login/")["Content-Security-Policy"]


def test_probe_json_has_no_secret(schema):
    said = json.dumps(Findings(database="the database refuses this user").as_dict())
    assert "password" not in said
