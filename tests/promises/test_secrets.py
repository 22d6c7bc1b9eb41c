"""P35 and P41: no password that others know, and no secret of the settings where somebody could read it."""

import secrets

import pytest
from django.core.management import call_command

from eqms import deployment, release
from eqms.models import User
from tests.promises import promise
from tests.running import Web, copied_database, manage

STRONG = "sturdy-lantern-42-harbour"
GUESSES = ["admin", "password", "eqms", "demo", "changeme", "secret", "test", "12345678", "letmein", ""]
PAGES = [
    "/",
    "/admin/",
    "/admin/nowhere",
    "/admin/diagnostics/",
    "/admin/diagnostics/storage",
    "/admin/eqms/user/1/change/",
]


def test_p35_nobody_has_a_password_that_others_know(demo_data, settings):
    settings.ADMIN_PASSWORD = ""
    call_command("load_demo_data")
    release.seed()
    people = list(User.objects.all())
    opened = [
        f"{person}: {guess!r}"
        for person in people
        for guess in [*GUESSES, person.username, person.email]
        if person.has_usable_password() and person.check_password(guess)
    ]
    assert opened == []
    promise("P35", len(opened), 0, n=1 + len(people) * len(GUESSES))


@pytest.fixture
def canaries() -> dict[str, str]:
    """Every secret that the settings may hold, with a value that occurs nowhere else."""
    names = ["SECRET_KEY", "SECRET_KEY_FALLBACKS", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY", "VERIFY_PASSWORD"]
    names += ["SHIPSTATION_API_KEY", "SHIPSTATION_API_SECRET", "EMAIL_URL"]
    return {name: f"CNRY-{secrets.token_urlsafe(48)}" for name in names}


def test_p41_no_page_log_or_message_shows_a_secret(transactional_db, tmp_path, canaries):
    with copied_database(tmp_path) as url:
        given = {
            **canaries,
            "DATABASE_URL": url.replace("postgres@", "postgres:CNRY-of-the-database@"),
            "STORAGE_BACKEND": "s3",
            "S3_ENDPOINT": "http://127.0.0.1:1",
            "S3_REGION": "us-east-1",
            "S3_BUCKET": "eqms",
        }
        released = manage("release", **{**given, "ADMIN_EMAIL": "ada@example.org", "ADMIN_PASSWORD": STRONG})
        assert released.returncode == 0, released.stderr
        said = [released.stdout, released.stderr]
        with Web(tmp_path, **given) as web:
            web.wait_for("/readyz", 200)
            visitor = deployment.Visitor(f"http://127.0.0.1:{web.port}")
            assert visitor.sign_in("ada@example.org", STRONG).is_well
            said += [visitor.open(page).body for page in PAGES]
            said += [web.get("/readyz")[1], web.log.read_text()]
        for command in (["check_storage"], ["health_check", "readyz", "--no-http"], ["check", "--deploy"], ["jobs"]):
            done = manage(*command, **given)
            said += [done.stdout, done.stderr]
        wrong = manage("release", **{**given, "DATABASE_URL": "postgresql://u:CNRY-of-the-database@127.0.0.1:1/x"})
        said += [wrong.stdout, wrong.stderr]
    values = [*canaries.values(), "CNRY-of-the-database", STRONG]
    shown = [value for value in values for text in said if value in text]
    assert "accessible" in "".join(said)
    assert shown == []
    promise("P41", len(shown), 0, n=len(values) * len(said))
