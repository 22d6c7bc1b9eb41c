"""What a deploy runs before the new code serves. Its first and last lines are what runbooks look for."""

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, SystemCheckError

from eqms import release
from eqms.kept_heads import keep_head
from eqms.storage import StorageTrouble


class Command(BaseCommand):
    help = "Migrate, seed roles and the first administrator, check settings and schema. Safe to run twice."
    requires_system_checks = []  # run below, with those of a deploy, after the database is ready

    def add_arguments(self, parser):
        parser.add_argument("--no-drift", action="store_true", help="do not compare the live schema (two seconds)")

    def handle(self, **options):
        self.stdout.write("=== eQMS release start ===")
        self.stdout.write(f"Release {settings.RELEASE}, {settings.ENV}.")
        try:
            self.stdout.write(f"Imported {release.import_everything()} modules.")
            release.reachable()
            with release.one_at_a_time():
                self.bring_forward(compare=not options["no_drift"])
        except (release.ReleaseRefused, SystemCheckError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("=== eQMS release done ===")

    def bring_forward(self, *, compare: bool) -> None:
        self.stdout.write("Running migrations...")
        release.migrate()
        self.stdout.write("Migrations complete.")
        for line in release.seed():
            self.stdout.write(line)
        self.stdout.write("Seed complete.")
        self.stdout.write(head_kept())
        # In development the checks of a deploy would complain about what only production has.
        call_command("check", deploy=settings.IN_PRODUCTION, fail_level="WARNING", stdout=self.stdout)
        if compare:
            self.stdout.write(release.check_schema())


def head_kept() -> str:
    """Keep the audit chain's head in storage and say how that went: storage in trouble stops no release."""
    try:
        return f"Audit head kept in storage as {keep_head()}."
    except StorageTrouble as trouble:
        return f"Audit head NOT kept in storage: {trouble}"
