import json

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date

from eqms.commands import SpeakingCommand
from eqms.models import OperationRun


class Command(SpeakingCommand):
    help = "List the runs of the record, newest first."

    def add_arguments(self, parser):
        parser.add_argument("--operation", help="only runs of this operation")
        parser.add_argument("--state", choices=OperationRun.State.values)
        parser.add_argument("--actor", metavar="USERNAME", help="only runs of this person")
        parser.add_argument("--since", metavar="YYYY-MM-DD", help="only runs from this day on")
        parser.add_argument("--limit", type=int, default=50, help="at most so many (default 50)")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def work(self, *, limit, **options):
        found = self.chosen(**options)
        count = found.count()
        rows = [self.row(run) for run in found.order_by("-pk")[: max(limit, 0)]]
        if self.as_json:
            self.say(json.dumps({"runs": rows, "count": count}, ensure_ascii=False))
        else:
            for row in rows:
                self.say(self.line(row))
        self.conclude(f"{len(rows)} of {count} runs.")

    def chosen(self, *, operation, state, actor, since, **options):
        wanted = {"operation": operation, "state": state, "actor_name": actor}
        runs = OperationRun.objects.filter(**{name: value for name, value in wanted.items() if value})
        if not since:
            return runs
        try:
            day = parse_date(since)
        except ValueError:
            day = None
        if day is None:
            raise CommandError(f"--since {since}: write a day as YYYY-MM-DD.")
        return runs.filter(at__date__gte=day)

    def row(self, run: OperationRun) -> dict:
        names = ("operation", "state", "actor_name", "reason", "message", "created", "updated", "deleted", "skipped")
        at = timezone.localtime(run.at).isoformat(timespec="seconds")
        more = {"undoes": run.undoes_id, "is_undone": run.is_undone(), "request_id": run.request_id}
        return {"run": run.pk, "at": at, **{name: getattr(run, name) for name in names}, **more}

    def line(self, row: dict) -> str:
        counts = f"{row['created']} created, {row['updated']} updated, {row['deleted']} deleted"
        outcome = "undone" if row["is_undone"] else row["state"]
        said = row["message"] or row["reason"]
        start = f"run {row['run']}  {row['at']}  {row['operation']} by {row['actor_name']}"
        return f"{start}: {outcome}, {counts}. {said}".rstrip()
