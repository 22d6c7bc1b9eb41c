"""The record of every change: runs, their entries, the chain of seals."""

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone


class RunQuerySet(models.QuerySet):
    def applied(self):
        return self.filter(state=OperationRun.State.APPLIED)


class OperationRun(models.Model):
    """One write, or one refusal: who, when, why, and which plan. Append-only.

    A run counts as undone while an applied run names it in ``undoes`` and is not undone itself.
    """

    class State(models.TextChoices):
        APPLIED = "applied"
        REFUSED = "refused"

    operation = models.CharField(max_length=100)
    options = models.TextField(default="{}")
    selection = models.TextField(default="", help_text="keys of the selected rows as JSON; empty: the whole table")
    state = models.CharField(max_length=10, choices=State)
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="runs")
    actor_name = models.CharField(max_length=150)
    planned_by_name = models.CharField(max_length=150, blank=True)
    approved_by_name = models.CharField(max_length=150, blank=True, help_text="the second person, where one is asked")
    reason = models.TextField(blank=True)
    message = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64)
    token_digest = models.CharField(max_length=64, null=True, unique=True)
    request_id = models.CharField(max_length=64, blank=True)
    job_number = models.BigIntegerField(null=True)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    deleted = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    undoes = models.ForeignKey("self", models.PROTECT, null=True, related_name="undone_by")

    objects = RunQuerySet.as_manager()

    class Meta:
        permissions = [("undo_run", "Can undo a run"), ("exceed_ceiling", "Can exceed a ceiling")]
        indexes = [models.Index(fields=["operation", "-id"], name="run_operation")]

    def __str__(self):
        return f"run {self.pk} ({self.operation_in_words})"

    @property
    def operation_in_words(self) -> str:
        """The operation's name; of a save in the admin "change sales order" in place of "change sales.SalesOrder"."""
        verb, _, label = self.operation.partition(" ")
        try:
            return f"{verb} {apps.get_model(label)._meta.verbose_name}"
        except (LookupError, ValueError):  # no label stands there, or its model is gone since
            return self.operation

    @property
    def title(self) -> str:
        """The operation as a title: "Change sales order", "Import orders"."""
        words = self.operation_in_words.replace("_", " ")
        return words[:1].upper() + words[1:]

    def is_undone(self) -> bool:
        """True while the effect of this run is taken back. One query per undo of an undo."""
        return any(not run.is_undone() for run in self.undone_by.applied())


class AuditEntry(models.Model):
    """One changed row. Who, when and why stand once, on the run. Append-only.

    ``before`` is the whole row (empty for a create); ``after`` is the whole row of a
    create, the changed columns of an update, empty for a delete.
    """

    run = models.ForeignKey(OperationRun, models.PROTECT, related_name="entries", db_index=False)
    position = models.PositiveIntegerField()
    verb = models.CharField(max_length=6)
    model = models.CharField(max_length=100)
    key = models.CharField(max_length=64)
    before = models.TextField()
    after = models.TextField()
    because = models.TextField()

    class Meta:
        verbose_name_plural = "audit entries"
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="entry_position")]
        indexes = [
            models.Index(fields=["model", "key"], name="entry_row"),
            # Rows that are gone name what they belonged to only in the entry that deleted them.
            models.Index(fields=["model", "-id"], condition=models.Q(verb="delete"), name="entry_deleted"),
        ]

    def __str__(self):
        return f"{self.verb} {self.model} {self.key}"


class AuditSeal(models.Model):
    """One link of the chain over all runs. Append-only."""

    number = models.BigIntegerField(primary_key=True)
    run = models.OneToOneField(OperationRun, models.PROTECT, related_name="seal")
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    count = models.PositiveIntegerField()

    def __str__(self):
        return f"seal {self.number}"


class AuditHead(models.Model):
    """The one row that a writer locks to add a seal."""

    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    def __str__(self):
        return f"head at seal {self.number}"


class PlanRequest(models.Model):
    """A plan that waits for a second person, where an operation asks for four eyes.

    The other person signs ``fingerprint``: what is written is what the first one saw.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        APPROVED = "approved"
        DECLINED = "declined"

    operation = models.CharField(max_length=100)
    options = models.JSONField(default=dict, help_text="as entered")
    selection = models.JSONField(null=True, help_text="keys of the selected rows; null: the whole table")
    fingerprint = models.CharField(max_length=64)
    changes = models.PositiveIntegerField()
    size_against_ceiling = models.PositiveIntegerField(default=0)
    reason = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="plans_asked")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="plans_decided")
    decided_at = models.DateTimeField(null=True)
    run = models.OneToOneField(OperationRun, models.PROTECT, null=True, related_name="request")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("asked_by")),
                name="plan_decided_by_another",
                violation_error_message="Another person has to decide this: you asked for it.",
            )
        ]

    def __str__(self):
        return f"plan {self.pk} ({self.operation})"
