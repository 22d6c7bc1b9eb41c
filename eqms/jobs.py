"""Long work in the background. The queue carries only a job's number; the row is the truth.

A kind of work is a function of one argument::

    @job_kind("read_papers")
    def read_papers(job):
        for done, paper in enumerate(papers(job.arguments), 1):
            ...
            job.progress(done=done, message=f"Reading {paper}")
        return {"papers": done}

It may be run again after a crash, so it begins by asking what is already done. What it returns
is the job's ``result``. Kinds live in ``jobs.py`` or ``operations.py`` of any app.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from django.db import Error as DatabaseError
from django.db import connections, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules
from django_tasks import task

from eqms import request_ids
from eqms.data_rules import check, counted_in_words, in_order, keep, registry
from eqms.kept_heads import keep_head
from eqms.models import Job, JobCancelled, JobStopped, User, WorkerStopping, user_and_name
from eqms.models.work import LEASE, current_job
from eqms.storage import bring_over, patiently, sweep_orphans

log = logging.getLogger(__name__)
ATTEMPTS = 3
TAKEN_UP_WITHIN = timedelta(minutes=10)  # after that the queue has probably lost the task
WAIT_BEFORE_RETRY = timedelta(seconds=10)  # times the number of attempts
RENEW_SECONDS = 15
LONGEST_STEP_RENEWALS = 60  # a step that reports nothing for 15 minutes hangs: its lease runs out

Work = Callable[[Job], dict | None]
kinds: dict[str, Work] = {}
daily_kinds: dict[str, str] = {}  # kinds that are asked for once a day, with what they work on


def job_kind(name: str, *, daily: str = "") -> Callable[[Work], Work]:
    """Register the function that does the work of jobs of this kind.

    With ``daily``, what it works on in words, the worker asks for it once a day.
    """

    def register(work: Work) -> Work:
        kinds[name] = work
        if daily:
            daily_kinds[name] = daily
        return work

    return register


def enqueue(kind: str, *, by: User | str, subject: str = "", total: int = 0, **arguments) -> Job:
    """Write a job and send its number to the queue once the transaction commits. Arguments are JSON values."""
    user, name = user_and_name(by)
    job = Job.objects.create(
        kind=kind,
        subject=subject[:200],
        total=total,
        arguments=arguments,
        asked_by=user,
        asked_by_name=name,
        lease_until=timezone.now() + TAKEN_UP_WITHIN,
    )
    send(job.pk)
    return job


def enqueue_once(kind: str, *, by: User | str, subject: str = "") -> Job:
    """Return the waiting job of this kind, or a new one: for work that looks for itself what is to be done."""
    waiting = Job.objects.filter(kind=kind, state=Job.State.QUEUED, arguments={}).first()
    return waiting or enqueue(kind, by=by, subject=subject)


def enqueue_daily(kind: str, *, by: User | str, subject: str = "") -> None:
    """Queue a job of this kind, if none was asked for within a day."""
    if not Job.objects.filter(kind=kind, asked_at__gt=timezone.now() - timedelta(days=1)).exists():
        enqueue(kind, by=by, subject=subject)


def send(number: int) -> None:
    """Put the number of a job into the queue once the transaction commits."""
    # Robust: where the queue is away, the row stays and the sweep sends it later.
    transaction.on_commit(partial(run_job.enqueue, number), robust=True)


@task()
def run_job(number: int) -> None:
    """What travels through the queue."""
    run(number)


def run(number: int) -> None:
    """Do the work of a job, if nobody else has it: delivering a task twice does no harm."""
    job = take(number)
    if job is None:
        return
    try:
        with patiently(), lease_kept(job), writing_for(job):
            finish(job, Job.State.DONE, result=work_of(job)(job) or {})
    except JobCancelled:
        finish(job, Job.State.CANCELLED, message=f"Cancelled. {job.message}")
    except WorkerStopping:
        give_back(job)
    except JobStopped:
        log.warning("%s went on elsewhere.", job)
    except Exception as error:  # the border of foreign work: whatever it raises belongs to this job
        log.exception("%s failed in attempt %s.", job, job.attempts)
        failed(job, f"{type(error).__name__}: {error}"[:500].replace("\0", "�"))


def take(number: int) -> Job | None:
    """Take up the job for one attempt; None where it is over, cancelled or held by another worker."""
    now = timezone.now()
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    values = {"attempts": F("attempts") + 1, "lease_until": now + LEASE, "heartbeat_at": now, "started_at": now}
    with transaction.atomic():
        job = Job.objects.select_for_update(no_key=True).filter(free, pk=number, attempts__lt=ATTEMPTS).first()
        if job is None:
            return None
        Job.objects.filter(pk=number).update(state=Job.State.RUNNING, **values)
        job.refresh_from_db()
    return job


def learn_kinds() -> None:
    """Import where apps register their kinds of work."""
    autodiscover_modules("jobs", "operations")


def work_of(job: Job) -> Work:
    """Return the function that does the work of ``job``; LookupError where this release knows none."""
    learn_kinds()
    if job.kind not in kinds:
        raise LookupError(f"no work is known by the name {job.kind}")
    return kinds[job.kind]


@contextmanager
def lease_kept(job: Job):
    """Renew the lease from a thread, so that one long step is not taken for a lost worker."""
    over = threading.Event()

    def renew():
        for _ in range(LONGEST_STEP_RENEWALS):
            if over.wait(RENEW_SECONDS):
                return
            try:
                job.mine().update(lease_until=timezone.now() + LEASE, heartbeat_at=timezone.now())
            except DatabaseError as error:
                log.warning("The lease of %s could not be renewed: %s", job, error)
            finally:
                connections.close_all()

    keeper = threading.Thread(target=renew, name=f"lease of {job}", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


@contextmanager
def writing_for(job: Job):
    """Let the runs and log lines of the block name the job and its attempt."""
    token = current_job.set(job.pk)
    try:
        with request_ids.under(f"job-{job.pk}-{job.attempts}"):
            yield
    finally:
        current_job.reset(token)


def finish(job: Job, state: str, **columns) -> None:
    """End the job, if this attempt still holds it."""
    counts = {name: getattr(job, name) for name in ("done", "total", "errors", "message")}
    job.mine().update(**{**counts, **columns}, state=state, ended_at=timezone.now(), lease_until=None)


def give_back(job: Job) -> None:
    """Queue a job again that its worker had to leave; the attempt does not count."""
    due = timezone.now() + TAKEN_UP_WITHIN
    values = {"attempts": F("attempts") - 1, "lease_until": due, "message": job.message}
    if job.mine().update(state=Job.State.QUEUED, done=job.done, errors=job.errors, **values):
        send(job.pk)


def failed(job: Job, why: str) -> None:
    """Try again a little later, up to three attempts; then leave it to a person."""
    if job.attempts >= ATTEMPTS:
        finish(job, Job.State.FAILED, message=f"Gave up after {ATTEMPTS} attempts. {why}")
        return
    due = timezone.now() + WAIT_BEFORE_RETRY * job.attempts
    job.mine().update(state=Job.State.QUEUED, lease_until=due, message=f"Will be tried again. {why}")


def sweep() -> int:
    """Take up again what the queue or a worker lost, park what lost its worker three times; return how many.

    Safe to run by several at once.
    """
    now = timezone.now()
    stuck = list(Job.objects.stuck().order_by("pk"))
    for job in stuck:
        same = Job.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts, lease_until=job.lease_until)
        if job.attempts >= ATTEMPTS:
            lost = f"Parked: its worker was lost {ATTEMPTS} times. Last seen: {job.message or 'at the start'}"
            same.update(state=Job.State.FAILED, ended_at=now, lease_until=None, message=lost)
        elif same.update(state=Job.State.QUEUED, lease_until=now + TAKEN_UP_WITHIN):
            log.warning("%s is taken up again (attempt %s).", job, job.attempts + 1)
            send(job.pk)
    return len(stuck)


def retry(job: Job) -> None:
    """Queue a job again that failed or was cancelled; any other stays as it is."""
    over = Job.objects.filter(pk=job.pk, state__in=[Job.State.FAILED, Job.State.CANCELLED])
    values = {"attempts": 0, "cancel_asked": False, "ended_at": None, "message": "Queued again."}
    due = timezone.now() + TAKEN_UP_WITHIN
    if over.update(state=Job.State.QUEUED, lease_until=due, done=0, errors=0, **values):
        send(job.pk)
    job.refresh_from_db()


def run_waiting() -> int:
    """Do every queued job in this process and return how many: for commands and tests without a worker."""
    numbers = list(Job.objects.filter(state=Job.State.QUEUED).order_by("pk").values_list("pk", flat=True))
    for number in numbers:
        run(number)
    return len(numbers)


@job_kind("bring_over_spool")
def bring_over_spool(job: Job) -> dict:
    """Bring files from the spool to storage, when it is back."""
    brought = left = 0
    for document, cause in bring_over():
        brought, left = brought + (cause is None), left + (cause is not None)
        job.progress(done=brought, errors=left, message=f"{document.filename}: {cause or 'stored'}")
    return {"brought": brought, "left": left}


@job_kind("sweep_orphans", daily="files in storage that no document names")
def sweep_stored_orphans(job: Job) -> dict:
    """Clear storage of what uploads left that died in the middle."""
    done = 0
    for done, words in enumerate(sweep_orphans(), 1):
        job.progress(done=done, message=words)
    return {"orphans": done}


@job_kind("keep_audit_head", daily="the head of the audit chain, kept in storage")
def keep_audit_head(job: Job) -> dict:
    """Keep tonight's head of the audit chain in storage."""
    return {"key": keep_head()}


@job_kind("check_data", daily="rules that rows break")
def check_rules(job: Job) -> dict:
    """Check every rule of the data, and keep what was counted for the first page."""
    results = []
    for done, rule in enumerate(in_order(registry.values()), 1):
        results.append(check(rule, 0))
        job.progress(done=done, message=rule.title)
    keep(results)
    return {"counted": counted_in_words(results)}
