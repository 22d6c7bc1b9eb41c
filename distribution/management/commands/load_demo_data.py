import secrets
from datetime import date

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from distribution.demo.loading import load, loaded_run
from distribution.demo.reports import tell_reports
from eqms.commands import SpeakingCommand, actor_named, refused
from eqms.models import User
from eqms.operations import NothingWritten
from eqms.operations.words import plan_in_words
from eqms.storage import StorageTrouble


class Command(SpeakingCommand):
    help = "Load invented data to try everything with, and make the first administrator."
    writes = True

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="count the rows and write nothing")
        parser.add_argument("--day", type=date.fromisoformat, help="tell the data as of this day (default: today)")
        parser.add_argument("--force", action="store_true", help="load it into a database of ENV=production")
        parser.add_argument("--reason", default="", help="why, for the record")
        parser.add_argument("--actor", metavar="USERNAME", help="who, for the record; else the system's user")

    def work(self, *, dry_run, day, force, reason, actor, **options):
        if settings.IN_PRODUCTION and not (force and reason):
            raise CommandError(
                "Nothing was written: this is a production database. "
                "If demo data belongs in it all the same, say so: --force --reason 'why'."
            )
        about = {"actor": actor_named(actor), "reason": reason or "demo data", "dry_run": dry_run}
        last_line = self.rows(day or timezone.localdate(), **about)
        if not dry_run:
            self.say(self.administrator())
        self.conclude(last_line)

    def rows(self, day: date, *, dry_run: bool, **about) -> str:
        """Load the rows, and return the line that counts them."""
        if run := loaded_run():
            return f"Nothing to do: {run} of {run.at:%Y-%m-%d} loaded {run.created} rows of demo data."
        try:
            plan = load(day, dry_run=dry_run, **about)
        except NothingWritten as refusal:
            raise refused(refusal) from refusal
        if dry_run:
            return f"Would write {plan_in_words(plan)}. Nothing was written. Fingerprint {plan.fingerprint}"
        self.say(self.reports(day))
        return f"Wrote {plan_in_words(plan)}, run {plan.run.pk}."

    def reports(self, day: date) -> str:
        """Make the tracing reports, and return the line that names them, or why there are none."""
        try:
            made = tell_reports(day)
        except StorageTrouble as trouble:
            return f"No tracing reports were made: {trouble}"
        return f"Tracing reports: {', '.join(f'{one.pk} ({one.scope})' for one in made)}."

    def administrator(self) -> str:
        """Make the user admin unless there is an administrator, and return the line that says how to sign in.

        A password made here is shown in this line only: the database holds its hash.
        """
        known = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
        if known:
            return f"Administrator {known.username}: password unchanged."
        password = settings.ADMIN_PASSWORD or secrets.token_urlsafe(12)
        User.objects.create_superuser("admin", settings.ADMIN_EMAIL, password)
        if settings.ADMIN_PASSWORD:
            return "Administrator admin: password as in ADMIN_PASSWORD."
        return f"Administrator admin: password {password} (shown this once, stored nowhere)."
