"""Looks at a deployment from outside, after it went out: ``verify_deploy https://eqms.example.com --user ada``."""

from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import BaseCommand

from eqms import deployment


class Command(BaseCommand):
    help = "Probe, sign in (password from VERIFY_PASSWORD), open every key page, compare the release."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("url")
        parser.add_argument("--user", required=True, help="someone who may open the admin")
        parser.add_argument("--release", default=settings.RELEASE, help=f"what must serve (default {settings.RELEASE})")

    def handle(self, *, url, user, release, **options):
        if not settings.VERIFY_PASSWORD:
            raise CommandError("VERIFY_PASSWORD is missing: set it to the password of --user.")
        seen = failed = 0
        for step in deployment.verify(url, user, settings.VERIFY_PASSWORD, release):
            seen, failed = seen + 1, failed + (not step.is_well)
            self.stdout.write(str(step))
            self.stdout.flush()
        if failed:
            raise CommandError(f"{failed} of {seen} checks failed at {url}.")
        self.stdout.write(f"All {seen} checks passed at {url}.")
