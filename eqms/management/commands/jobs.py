import json

from eqms.commands import SpeakingCommand
from eqms.models import Job

SHOWN = 100


class Command(SpeakingCommand):
    help = "List jobs, newest first; with --stuck those that nobody works on although they are not over."

    def add_arguments(self, parser):
        parser.add_argument("--stuck", action="store_true", help="only jobs that a worker or the queue lost")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def work(self, *, stuck, **options):
        chosen = Job.objects.stuck() if stuck else Job.objects.all()
        count, rows = chosen.count(), list(chosen.order_by("-pk")[:SHOWN])
        if self.as_json:
            self.say(json.dumps({"jobs": [as_dict(job) for job in rows], "count": count}, ensure_ascii=False))
        else:
            for job in rows:
                self.say(line(job))
        kind = "stuck jobs" if stuck else "jobs"
        self.conclude(f"{len(rows)} of {count} {kind} shown, {Job.objects.unfinished().count()} not over yet.")


def line(job: Job) -> str:
    """Return one job on one line."""
    return f"{job.pk:>6}  {job.state:<9}  {job.done}/{job.total}  {job.kind}  {job.subject}  {job.message}".rstrip()


def as_dict(job: Job) -> dict:
    """Return one job as the JSON document lists it; times are ISO 8601 or null."""
    names = ("id", "kind", "subject", "state", "attempts", "done", "total", "errors", "message", "asked_by_name")
    times = ("asked_at", "started_at", "heartbeat_at", "ended_at")
    return {
        **{name: getattr(job, name) for name in names},
        **{name: at.isoformat() if (at := getattr(job, name)) else None for name in times},
    }
