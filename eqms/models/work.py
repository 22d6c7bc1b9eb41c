"""What takes longer than a page may take, and what the probes last saw."""

from django.conf import settings
from django.db import models
from django.utils import timezone


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

    class Meta:
        indexes = [models.Index(fields=["state", "lease_until"], name="job_lease")]

    def __str__(self):
        return f"job {self.pk} ({self.kind})"


class HealthResult(models.Model):
    """What a check last found, so that probes answer from one query and touch nothing else."""

    name = models.CharField(max_length=40, unique=True)
    is_well = models.BooleanField()
    message = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"{self.name}: {'well' if self.is_well else self.message}"
