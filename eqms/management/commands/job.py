from django.core.management.base import CommandError
from django.db import DatabaseError, connection

from eqms import jobs
from eqms.commands import SpeakingCommand
from eqms.models import Job


class Command(SpeakingCommand):
    number = 0
    help = "Cancel a job (a running one ends after its present step), or queue one again that failed or was cancelled."

    def add_arguments(self, parser):
        parser.add_argument("verb", choices=["cancel", "retry"])
        parser.add_argument("number", type=int)

    def work(self, *, verb, number, **options):
        self.number = number
        job = Job.objects.filter(pk=number).first()
        if job is None:
            raise CommandError(f"There is no job {number}. See: manage.py jobs")
        self.conclude(self.cancelled(job) if verb == "cancel" else self.retried(job))

    def what_was_written(self) -> str:
        """Say in which state the job is, as the database knows it: that is all this command writes."""
        connection.close()
        try:
            job = Job.objects.filter(pk=self.number).first()
        except DatabaseError:
            return f"See `jobs` for what became of job {self.number}, once the database answers."
        if job is None:
            return "Nothing was written."
        asked = ", and is asked to end" if job.cancel_asked and not job.is_over else ""
        return f"Job {job.pk} is {job.state} now{asked}."

    def cancelled(self, job: Job) -> str:
        if job.is_over:
            raise CommandError(f"Job {job.pk} is {job.state} already: nothing to cancel.")
        job.cancel()
        return f"Job {job.pk}: {job.state}." if job.is_over else f"Job {job.pk} ends after its present step."

    def retried(self, job: Job) -> str:
        if job.state not in (Job.State.FAILED, Job.State.CANCELLED):
            raise CommandError(f"Job {job.pk} is {job.state}: only failed and cancelled jobs are tried again.")
        jobs.retry(job)
        return f"Job {job.pk} is queued again."
