"""P11 to P16, and P41 as far as storing goes, against a real S3-speaking server.

Bugs that were planted and found by these tests:
- ``asked`` without its time limit (P12: slow answers hold the page)
- ``Circuit.open`` not called (P12: the third file waits as well)
- the row written before the bytes (P11: rows without their file)
- ``put_verified`` without reading back, and ``read_bytes`` without its check (P16)
- ``trouble_of`` quoting what boto says (P41: the key stands in the message)
- ``shown_settings`` with the whole access key (P14, P41)
- ``set_aside`` that deletes at once, ``read_bytes`` that does not look aside (P13)
- a client of storage made when settings are read (P14: the app does not start)
- the refusal of local files only where DEBUG is set (P15)
"""

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.utils import timezone

from eqms.models import SourceDocument, User
from eqms.storage import DamagedDocument, StorageTrouble, bring_over, read_bytes, store, sweep_orphans
from eqms.storage import waiting as waiting_module
from eqms.storage.documents import record
from eqms.storage.places import Folder
from eqms.storage.waiting import circuit
from tests.promises import promise, size
from tests.s3 import s3_error

ROOT = Path(__file__).parents[2]
SEED = 11
USUAL_SECONDS = waiting_module.ANSWER_SECONDS
CANARY = "canary-secret-7f3a"
CAUSES = {  # fault -> words of which one must stand in the message
    "refused": ("refuses connections",),
    "reset": ("broke",),
    "hang": ("does not answer",),
    "slow": ("does not answer",),
    "cut_upload": ("broke",),
    "cut_body": ("broke",),
    "lost_reply": ("broke",),
    "bad_key": ("does not know the access key",),
    "bad_secret": ("secret does not belong",),
    "denied": ("denies access",),
    "no_bucket": ("has no bucket",),
    "InternalError": ("error of its own",),
    "SlowDown": ("slow down",),
    "RequestTimeTooSkewed": ("clocks differ",),
}
STATUS = {
    "InternalError": "500 Internal Server Error",
    "SlowDown": "503 Slow Down",
    "RequestTimeTooSkewed": "403 Forbidden",
}


def set_fault(s3, proxy, fault: str) -> None:
    endpoint = {"endpoint": f"http://127.0.0.1:{proxy.port}"}
    changes = {
        "bad_key": {"access_key_id": "AKIAWRONGWRONGWRONGW"},
        "bad_secret": {"secret_access_key": CANARY},
        "denied": {"access_key_id": s3.denied_key, "secret_access_key": s3.denied_secret},
        "no_bucket": {"bucket": "nothing-here"},
    }
    s3.use(**endpoint, **changes.get(fault, {}))
    if fault in STATUS:
        proxy.answer, proxy.fault = s3_error(STATUS[fault], fault), "answer"
    else:
        proxy.fault = "none" if fault in changes else fault


@pytest.mark.django_db
def test_p11_no_fault_of_storage_loses_a_file_or_hides_its_cause(s3, s3_proxy, monkeypatch):
    """Each fault before and at reading, for files of several sizes: accepted, told in words, and brought over."""
    chance, wrong, tried = random.Random(SEED), [], 0
    for fault in CAUSES:
        for length in size((2_000,), (1, 2_000, 300_000)):
            tried += 1
            # Who hangs, hangs as well for one second as for eight.
            monkeypatch.setattr(waiting_module, "ANSWER_SECONDS", 1 if fault in ("hang", "slow") else USUAL_SECONDS)
            data = f"%PDF-1.4 {fault}".encode() + chance.randbytes(length)
            set_fault(s3, s3_proxy, fault)
            document = store(data, f"{fault}.pdf", by="a clerk")
            if document.stored_at or not any(words in document.storage_problem for words in CAUSES[fault]):
                wrong.append(f"{fault}: {document.storage_problem}")
            set_fault(s3, s3_proxy, "none")
            if (
                list(bring_over()) != [(document, None)]
                or read_bytes(SourceDocument.objects.get(pk=document.pk)) != data
            ):
                wrong.append(f"{fault}: not brought over")
            wrong += trouble_of_reading(s3, s3_proxy, fault, document.pk)
    assert wrong == []
    promise("P11", len(wrong), 0, n=tried, seed=SEED)


def trouble_of_reading(s3, proxy, fault: str, pk: int) -> list[str]:
    """Read under the fault: StorageTrouble that names document and cause, or the true bytes."""
    set_fault(s3, proxy, fault)
    document = SourceDocument.objects.get(pk=pk)
    try:
        read_bytes(document)
    except StorageTrouble as cause:
        named = document.filename in str(cause)
        return [] if named and any(words in str(cause) for words in CAUSES[fault]) else [f"read, {fault}: {cause}"]
    # The server answers small requests whole, so cutting an upload leaves a download alone.
    return [] if fault == "cut_upload" else [f"read, {fault}: no trouble was told"]


@pytest.mark.django_db
def test_p12_hanging_storage_answers_within_ten_seconds_and_then_at_once(s3, s3_proxy):
    longest_later = 0.0
    for fault in size(("slow",), ("slow", "hang")):
        s3_proxy.fault = fault
        circuit.close()
        began = time.monotonic()
        store(fault.encode(), "first.pdf", by="a")
        store(fault.encode() + b"2", "second.pdf", by="a")
        promise("P12", time.monotonic() - began, 10, n=2)
        for number in range(size(5, 50)):
            began = time.monotonic()
            store(f"{fault} {number}".encode(), f"{number}.pdf", by="a")
            longest_later = max(longest_later, time.monotonic() - began)
    promise("P12", longest_later, 0.5, n=size(5, 50))


@pytest.mark.django_db
def test_p16_one_flipped_byte_is_found(s3):
    chance, missed, tried = random.Random(SEED), 0, size(20, 500)
    client = s3.client()
    for number in range(tried):
        data = chance.randbytes(chance.randint(1, 5000))
        document = store(data, f"{number}.pdf", by="a")
        assert hashlib.sha256(read_bytes(document)).hexdigest() == hashlib.sha256(data).hexdigest()
        place, bit = chance.randrange(len(data)), 1 << chance.randrange(8)
        damaged = data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]
        client.put_object(Bucket="papers", Key=document.storage_key, Body=damaged)
        try:
            read_bytes(document)
            missed += 1
        except DamagedDocument as damage:
            missed += f"{number}.pdf" not in str(damage)
    promise("P16", missed, 0, n=tried, seed=SEED)


# -- orphans -------------------------------------------------------------------------------------------


class Between(Folder):
    """Storage that lets something else happen before each of its actions."""

    happens = staticmethod(lambda: None)

    def put(self, key, data):
        self.happens()
        super().put(key, data)

    def get(self, key):
        self.happens()
        return super().get(key)

    def delete(self, key):
        self.happens()
        super().delete(key)

    def listed(self, prefix):
        self.happens()
        yield from list(super().listed(prefix))
        self.happens()


def upload(place: Folder, data: bytes, *, dies: bool):
    """Do what ``store`` does, one step at a time; one that dies leaves an orphan."""
    document = SourceDocument(sha256=hashlib.sha256(data).hexdigest(), filename="a.pdf", size=len(data))
    if SourceDocument.objects.filter(sha256=document.sha256).exists():
        return
    Folder.put(place, document.storage_key, data)
    yield
    try:
        Folder.get(place, document.storage_key)
    except StorageTrouble:
        return  # to the spool, from where it is put again
    yield
    document.stored_at = timezone.now()
    if not dies:
        record(document, data, "a")


def schedule(place: Between, chance: random.Random) -> int:
    """Let uploads and sweeps of a few days meet in one random order; return how many documents cannot be read."""
    running: list = []

    def happens():
        if running and chance.random() < 0.6 and next(one := chance.choice(running), "over") == "over":
            running.remove(one)

    for _ in range(4):
        running += [upload(place, chance.choice(PAPERS), dies=chance.random() < 0.5) for _ in range(3)]
        place.happens = happens
        list(sweep_orphans())
        while running:  # no upload takes a day
            happens()
        for path in place.root.rglob("*"):
            os.utime(path, (1_000_000_000, 1_000_000_000))
    place.happens = lambda: None
    return sum(not readable(document) for document in SourceDocument.objects.all())


def readable(document: SourceDocument) -> bool:
    try:
        return bool(read_bytes(document))
    except StorageTrouble:
        return False


PAPERS = (b"%PDF one", b"%PDF two", b"%PDF three")


@pytest.mark.django_db
def test_p13_the_sweep_of_orphans_loses_no_document(tmp_path, settings, monkeypatch):
    lost, tried, swept = 0, size(60, 1000), 0
    settings.STORAGE_LOCAL_ROOT = tmp_path
    place = Between(tmp_path)
    monkeypatch.setattr("eqms.storage.orphans.storage_place", lambda: place)
    for number in range(tried):
        shutil.rmtree(tmp_path)
        SourceDocument.objects.all().delete()
        lost += schedule(place, random.Random(SEED + number))
        swept += any((place.root / "orphans").rglob("*"))
    assert swept > tried / 10, "the sweep found nothing to do: the schedules prove nothing"
    promise("P13", lost, 0, n=tried, seed=SEED)


# -- whole processes with wrong settings ---------------------------------------------------------------

LOOK = """
import django, json
django.setup()
from django.test import Client
from django.core.management import call_command
from eqms.models import User
call_command("migrate", verbosity=0)
client = Client()
login = client.get("/admin/login/").status_code
client.force_login(User.objects.create_superuser("keeper"))
first, people = client.get("/admin/").status_code, client.get("/admin/eqms/job/").status_code
page = client.get("/admin/diagnostics/")
found = client.get("/admin/diagnostics/storage")
print(json.dumps({"codes": [login, first, people, page.status_code, found.status_code], "found": found.json(),
                  "page": page.content.decode()}))
"""


def started(tmp_path, **environ: str) -> subprocess.CompletedProcess:
    """Start the product in a process of its own with these settings and look at its pages."""
    base = {name: value for name, value in os.environ.items() if not name.startswith(("S3_", "STORAGE_", "AWS_"))}
    settings = {
        "DJANGO_SETTINGS_MODULE": "eqms.settings",
        "ENV": "development",
        "ENV_FILE": "none",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'eqms.sqlite3'}",
        "STORAGE_BACKEND": "s3",
    }
    (tmp_path / "eqms.sqlite3").unlink(missing_ok=True)
    run = [sys.executable, "-c", LOOK]
    return subprocess.run(
        run, cwd=ROOT, env={**base, **settings, **environ}, capture_output=True, text=True, timeout=60
    )


def wrong_settings(s3, dead_port: int) -> dict[str, tuple[dict[str, str], str]]:
    """Nine wrong configurations with the words that must name their cause."""
    right = {
        "S3_ENDPOINT": s3.address,
        "S3_BUCKET": "papers",
        "S3_ACCESS_KEY_ID": s3.key,
        "S3_SECRET_ACCESS_KEY": s3.secret,
    }
    return {
        "nothing set": ({}, "is not set"),
        "no bucket named": ({**right, "S3_BUCKET": ""}, "S3_BUCKET is not set"),
        "no secret": ({**right, "S3_SECRET_ACCESS_KEY": ""}, "S3_SECRET_ACCESS_KEY is not set"),
        "wrong key": ({**right, "S3_ACCESS_KEY_ID": "AKIAZZZZ" + CANARY}, "does not know the access key AKIA..."),
        "wrong secret": ({**right, "S3_SECRET_ACCESS_KEY": CANARY}, "secret does not belong to key AKIA..."),
        "no such bucket": ({**right, "S3_BUCKET": "nothing-here"}, "has no bucket nothing-here"),
        "host unknown": ({**right, "S3_ENDPOINT": "storage.invalid"}, "is unknown (storage.invalid)"),
        "port closed": ({**right, "S3_ENDPOINT": f"http://127.0.0.1:{dead_port}"}, "refuses connections"),
        "key with a line break": ({**right, "S3_ACCESS_KEY_ID": f"AKIA{CANARY}\nX"}, "character that cannot be sent"),
    }


def test_p14_nine_wrong_configurations_start_and_name_their_cause(s3, s3_proxy, tmp_path):
    s3_proxy.fault = "refused"
    wrong = []
    cases = wrong_settings(s3, s3_proxy.port)
    for name, (environ, words) in cases.items():
        done = started(tmp_path, **environ)
        if done.returncode:
            wrong.append(f"{name}: did not start: {done.stderr[-300:]}")
            continue
        wrong += [f"{name}: {problem}" for problem in problems(done, environ, words)]
    assert wrong == []
    promise("P14", len(wrong), 0, n=len(cases))


def problems(done: subprocess.CompletedProcess, environ: dict[str, str], words: str) -> list[str]:
    seen = json.loads(done.stdout.splitlines()[-1])
    everything = done.stdout + done.stderr
    key, secret = environ.get("S3_ACCESS_KEY_ID", ""), environ.get("S3_SECRET_ACCESS_KEY", "")
    shown = seen["found"]["details"]["access_key_prefix"]
    checks = {
        f"pages answered {seen['codes']}": seen["codes"] != [200] * 5,
        f"said {seen['found']['error']!r}": words not in (seen["found"]["error"] or ""),
        "is called accessible": seen["found"]["accessible"],
        "the page does not name the cause": words.split(" (")[0] not in seen["page"],
        f"shows {shown} of the key": shown != (f"{key[:4]}..." if key else "(missing)"),
        "shows more of the key": bool(key) and key[:6] in everything,
        "shows the secret": bool(secret) and secret in everything or CANARY in everything,
    }
    return [problem for problem, is_so in checks.items() if is_so]


def test_p15_production_with_local_files_refuses_to_start(tmp_path):
    environ = {"ENV": "production", "SECRET_KEY": "k3y" * 20 + "abcdefgh", "ALLOWED_HOSTS": "eqms.example.com"}
    right = started(tmp_path, **environ, STORAGE_BACKEND="s3")
    wrong = started(tmp_path, **environ, STORAGE_BACKEND="local")
    assert "STORAGE_BACKEND" not in right.stderr
    last = wrong.stderr.strip().splitlines()[-1]
    stopped = wrong.returncode != 0 and "STORAGE_BACKEND is local: in production" in last
    promise("P15", not stopped, 0, n=1)


@pytest.mark.django_db
def test_p41_no_secret_of_storage_stands_in_a_message_page_or_log(s3, s3_proxy, client, caplog):
    """The canary is key or secret in every way that storage can fail; everything said is searched for it."""
    caplog.set_level("INFO")
    client.force_login(User.objects.create_superuser("keeper"))
    said = []
    for fault in ("none", "refused", "reset", "answer"):
        for name in ("access_key_id", "secret_access_key"):
            for value in (f"AKIA{CANARY}", f"AKIA{CANARY}\n", f"AKIA{CANARY}é", f"AKIA {CANARY}/+="):
                s3.use(endpoint=f"http://127.0.0.1:{s3_proxy.port}", **{name: value})
                s3_proxy.answer, s3_proxy.fault = s3_error("418 Teapot", "Odd"), fault
                document = store(f"{fault}{name}{value}".encode(), "order.pdf", by="a")
                said += [document.storage_problem, client.get("/admin/diagnostics/storage").content.decode()]
    said.append(client.get("/admin/diagnostics/").content.decode())
    said += [record.getMessage() + (record.exc_text or "") for record in caplog.records]
    promise("P41", sum(CANARY in words for words in said), 0, n=len(said))
