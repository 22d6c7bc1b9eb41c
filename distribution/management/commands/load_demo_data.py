import getpass
import secrets
from datetime import date

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from distribution.demo.loading import load, loaded_run
from eqms.models import User
from eqms.operations import NothingWritten


class Command(BaseCommand):
    help = "Load invented data to try everything with, and make the first administrator."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="count the rows and write nothing")
        parser.add_argument("--day", type=date.fromisoformat, help="tell the data as of this day (default: today)")
        parser.add_argument("--force", action="store_true", help="load it into a database of ENV=production")
        parser.add_argument("--reason", default="")

    def handle(self, *, dry_run, day, force, reason, **options):
        where = connection.settings_dict
        at = f"{connection.vendor} {where['NAME']} on {where['HOST'] or 'this machine'}"
        self.stderr.write(f"Database {at}, ENV {settings.ENV}, release {settings.RELEASE}")
        if settings.IN_PRODUCTION and not (force and reason):
            raise CommandError(
                "Nothing was written: this is a production database. "
                "If demo data belongs in it all the same, say so: --force --reason 'why'."
            )
        counted = self.rows(day or timezone.localdate(), reason or "demo data", dry_run)
        if not dry_run:
            self.stdout.write(self.administrator())
        self.stdout.write(counted)

    def rows(self, day: date, reason: str, dry_run: bool) -> str:
        """Load the rows, and return the line that counts them."""
        if run := loaded_run():
            return f"Nothing to do: {run} of {run.at:%Y-%m-%d} loaded {run.created} rows of demo data."
        try:
            plan = load(day, actor=f"{getpass.getuser()} (operating system)", reason=reason, dry_run=dry_run)
        except NothingWritten as refusal:
            raise CommandError(f"Nothing was written. {refusal}") from refusal
        if dry_run:
            return f"{len(plan)} changes planned, nothing written. Fingerprint {plan.fingerprint}"
        return f"Wrote {len(plan)} changes ({len(plan)} created), skipped 0, run {plan.run.pk}."

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
