"""What takes longer than a page may take, and what the probes last saw."""

import threading
import time
from contextvars import ContextVar
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

LEASE = timedelta(seconds=60)
# The job in whose name this thread writes: runs carry its number.
current_job: ContextVar[int | None] = ContextVar("current_job", default=None)
BETWEEN_REPORTS_SECONDS = 0.5


class JobStopped(Exception):
    """The work on a job ends here: it lost its lease, or a subclass says why."""


class JobCancelled(JobStopped):
    """A person asked to cancel the job."""


class WorkerStopping(JobStopped):
    """The worker goes down; another one takes up the job."""


class JobQuerySet(models.QuerySet):
    def stuck(self):
        """Running jobs whose lease ran out, and queued ones that nobody took up in time."""
        open_states = [Job.State.RUNNING, Job.State.QUEUED]
        return self.filter(state__in=open_states, lease_until__lt=timezone.now())

    def unfinished(self):
        return self.filter(state__in=[Job.State.RUNNING, Job.State.QUEUED])


class Job(models.Model):
    """A piece of long work. The queue carries only its number; this row is the truth.

    A worker holds a lease and renews it with each heartbeat; a sweep takes up a job
    whose lease ran out, since queues lose killed tasks.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=200, blank=True, help_text="what it works on, in words")
    arguments = models.JSONField(default=dict, blank=True)
    result = models.JSONField(default=dict, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="jobs")
    asked_by_name = models.CharField(max_length=150)
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    cancel_asked = models.BooleanField(default=False)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    message = models.TextField(blank=True)

    # Set when this process is asked to stop: work ends at its next report of progress.
    stop_asked: ClassVar[threading.Event] = threading.Event()
    reported_at = 0.0  # monotonic

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "lease_until"], name="job_lease")]

    def __str__(self):
        return f"job {self.pk} ({self.kind})"

    def mine(self):
        """This job as long as this attempt holds it: a worker that lost its lease writes nothing more."""
        return Job.objects.filter(pk=self.pk, state=Job.State.RUNNING, attempts=self.attempts)

    def progress(self, *, done: int | None = None, message: str | None = None, **counts: int) -> None:
        """Report how far the work is (also ``total`` and ``errors``) and renew the lease. Call it once per step.

        It writes at most twice a second. Raises JobStopped where the work has to end here.
        Call it outside of transactions: nobody sees what is not committed.
        """
        words = message.replace("\0", "�") if message else message  # PostgreSQL refuses NUL in text
        said = {"done": done, "message": words, **counts}
        for name, value in said.items():
            if value is not None:
                setattr(self, name, value)
        if Job.stop_asked.is_set():
            raise WorkerStopping(str(self))
        if time.monotonic() - self.reported_at >= BETWEEN_REPORTS_SECONDS:
            self.report()

    def report(self) -> None:
        now = timezone.now()
        columns = {name: getattr(self, name) for name in ("done", "total", "errors", "message")}
        if not self.mine().update(lease_until=now + LEASE, heartbeat_at=now, **columns):
            raise JobStopped(f"{self} is no longer held by this worker.")
        self.reported_at = time.monotonic()
        if self.mine().filter(cancel_asked=True).exists():
            raise JobCancelled(str(self))

    def cancel(self) -> None:
        """Cancel a queued job at once, a running one at its next step; one that is over stays as it is."""
        now = timezone.now()
        waiting = Job.objects.filter(pk=self.pk, state=Job.State.QUEUED)
        waiting.update(state=Job.State.CANCELLED, ended_at=now, message="Cancelled before it began.")
        Job.objects.filter(pk=self.pk, state=Job.State.RUNNING).update(cancel_asked=True)
        self.refresh_from_db()

    @property
    def is_over(self) -> bool:
        return self.state in (Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED)

    @property
    def rate(self) -> float:
        """Steps per second since it started, 0 where that is not known."""
        until = self.ended_at or timezone.now()
        seconds = (until - self.started_at).total_seconds() if self.started_at else 0
        return self.done / seconds if seconds > 0 else 0.0

    @property
    def seconds_left(self) -> int | None:
        """How long it may still take at this rate; None where that is not known."""
        if self.state != Job.State.RUNNING or not self.rate or self.total <= self.done:
            return None
        return round((self.total - self.done) / self.rate)


class HealthResult(models.Model):
    """What a check last found, so that probes answer from one query and touch nothing else."""

    name = models.CharField(max_length=40, unique=True)
    is_well = models.BooleanField()
    message = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"{self.name}: {'well' if self.is_well else self.message}"

    @classmethod
    def record(cls, name: str, *, is_well: bool, message: str = "") -> None:
        """Keep what the check ``name`` found just now."""
        found = {"is_well": is_well, "message": message[:300], "at": timezone.now()}
        cls.objects.update_or_create(name=name, defaults=found)
