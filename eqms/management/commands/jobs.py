import json

from django.core.management.base import BaseCommand

from eqms.models import Job
from eqms.standing import standing

SHOWN = 100


class Command(BaseCommand):
    help = "List jobs, newest first; with --stuck those that nobody works on although they are not over."

    def add_arguments(self, parser):
        parser.add_argument("--stuck", action="store_true", help="only jobs that a worker or the queue lost")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *, stuck, **options):
        self.stderr.write(standing())
        chosen = Job.objects.stuck() if stuck else Job.objects.all()
        rows = list(chosen.order_by("-pk")[:SHOWN])
        if options["json"]:
            self.stdout.write(json.dumps({"jobs": [as_dict(job) for job in rows], "count": chosen.count()}))
            return
        for job in rows:
            self.stdout.write(
                f"{job.pk:>6}  {job.state:<9}  {job.done}/{job.total}  {job.kind}  {job.subject}  {job.message}"
            )
        unfinished = Job.objects.unfinished().count()
        word = "stuck jobs" if stuck else "jobs"
        self.stdout.write(f"{len(rows)} of {chosen.count()} {word} shown, {unfinished} not over yet.")


def as_dict(job: Job) -> dict:
    names = ("id", "kind", "subject", "state", "attempts", "done", "total", "errors", "message", "asked_by_name")
    times = ("asked_at", "started_at", "heartbeat_at", "ended_at")
    return {
        **{name: getattr(job, name) for name in names},
        **{name: at.isoformat() if (at := getattr(job, name)) else None for name in times},
    }
