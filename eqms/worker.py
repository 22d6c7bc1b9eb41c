"""The process that does jobs, and looks after them every minute."""

import logging
import threading
import time
from collections.abc import Callable

from django.db import Error as DatabaseError
from django.db import connections
from django.utils.crypto import get_random_string
from django_tasks import task_backends
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.management.commands import db_worker

from eqms import jobs
from eqms.models import HealthResult, Job
from eqms.schema import reason
from eqms.storage import bring_over, record_health

log = logging.getLogger(__name__)
MINUTE_SECONDS = 60
AFTER_DATABASE_TROUBLE_SECONDS = 1


class Worker(db_worker.Worker):
    """Takes tasks from the database. Asked to stop, it ends after the step in hand and gives the job back."""

    def __init__(self, interval_seconds: float):
        super().__init__(
            queue_names=["*"],
            interval=interval_seconds,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )

    def shutdown(self, signum, frame):
        Job.stop_asked.set()
        super().shutdown(signum, frame)

    def work(self) -> None:
        """Work until asked to stop; a database that goes away is waited for, and that is said once a minute."""
        self.configure_signals()
        said_at = float("-inf")
        while self.running:
            try:
                self.run()
            except DatabaseError as error:
                if time.monotonic() - said_at > MINUTE_SECONDS:
                    said_at = time.monotonic()
                    log.error("The worker waits for the database: %s", reason(error))
                connections.close_all()
                time.sleep(AFTER_DATABASE_TROUBLE_SECONDS)


def work(interval_seconds: float = 1) -> None:
    """Do jobs and look after them until asked to stop.

    Another engine than the database brings its own worker; then this one only looks after jobs.
    """
    look_after = threading.Thread(target=every_minute, args=[chores()], name="every minute", daemon=True)
    look_after.start()
    queue: object = task_backends["default"]
    if isinstance(queue, DatabaseBackend):
        Worker(interval_seconds).work()
    else:
        look_after.join()


def chores() -> list[Callable[[], object]]:
    """Return what is looked after every minute."""
    return [beat, jobs.sweep, bring_over_now, record_health, ask_for_daily_work]


def beat() -> None:
    """Let the probes know that a worker lives."""
    HealthResult.record("worker", is_well=True)


def bring_over_now() -> None:
    """Empty this machine's spool as far as storage takes it, and log each file."""
    for document, cause in bring_over():
        log.info("%s: %s", document.filename, cause or "brought over to storage")


def ask_for_daily_work() -> None:
    """Queue what is done once a day."""
    jobs.learn_kinds()
    for kind, subject in jobs.daily_kinds.items():
        jobs.enqueue_daily(kind, by="worker", subject=subject)


def every_minute(tasks: list[Callable[[], object]]) -> None:
    """Do ``tasks`` now and every minute. One that meets a database in trouble is done in the next minute."""
    while True:
        for chore in tasks:
            try:
                chore()
            except DatabaseError as error:
                log.error("%s: %s", chore.__name__, reason(error))
        connections.close_all()
        time.sleep(MINUTE_SECONDS)


def watch_storage() -> None:
    """Look at storage once and bring over this machine's spool every minute: for a process that serves pages.

    The worker may run on another machine, which does not see the spool of this one.
    """
    threading.Thread(target=watched, name="storage watch", daemon=True).start()


def watched() -> None:
    """Look at storage once, then empty the spool every minute."""
    try:
        record_health()
    except DatabaseError as error:
        log.error("The result of the storage health check was not kept: %s", reason(error))
    every_minute([bring_over_now])
