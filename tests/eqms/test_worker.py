"""A real worker process: killed, stopped, and taken over from."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from eqms.jobs import enqueue
from eqms.models import HealthResult, Job
from tests.running import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[2]


def database_address() -> str:
    where = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{where['NAME']}"
    login = where["USER"] + (f":{where['PASSWORD']}" if where["PASSWORD"] else "")
    return f"postgresql://{login}@{where['HOST']}:{where['PORT']}/{where['NAME']}"


@pytest.fixture
def start_worker(tmp_path):
    """Start workers on the test's database, and end those that are left."""
    started = []

    def start() -> subprocess.Popen:
        environ = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "eqms.settings",
            "DATABASE_URL": database_address(),
            "STORAGE_LOCAL_ROOT": str(tmp_path / "files"),
            "SPOOL_DIR": str(tmp_path / "spool"),
        }
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        command = [sys.executable, "-m", "tests.eqms.worker_process"]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environ, **pipes))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def read_until(process: subprocess.Popen, line: str) -> None:
    for said in process.stdout:
        if said.strip() == line:
            return
    pytest.fail(f"the worker ended without saying {line!r}")


def test_a_job_goes_on_after_its_worker_was_killed(start_worker):
    job = enqueue("say steps", by="a", held=True)
    first = start_worker()
    read_until(first, "step 2 of attempt 1")
    first.send_signal(signal.SIGKILL)
    first.wait(20)
    job.refresh_from_db()
    assert job.state == "running"
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    second = start_worker()
    read_until(second, "step 3 of attempt 2")
    second.terminate()
    assert second.wait(20) == 0
    job.refresh_from_db()
    assert (job.state, job.attempts, job.done) == ("done", 2, 3)


def test_a_worker_that_is_asked_to_stop_ends_its_step_and_gives_the_job_back(start_worker):
    job = enqueue("say steps", by="a", held=True)
    first = start_worker()
    read_until(first, "step 2 of attempt 1")
    first.terminate()
    first.communicate("go on\n", timeout=20)
    assert first.returncode == 0
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("queued", 0)
    second = start_worker()
    read_until(second, "step 2 of attempt 1")


def test_a_worker_says_that_it_lives_and_how_storage_is(start_worker):
    enqueue("say steps", by="a", held=False)
    worker = start_worker()
    read_until(worker, "step 3 of attempt 1")
    said = HealthResult.objects.filter(is_well=True, name__in=["worker", "storage"])
    wait_until(lambda: said.count() == 2, "the worker did not say both")
    worker.terminate()
    worker.wait(20)
