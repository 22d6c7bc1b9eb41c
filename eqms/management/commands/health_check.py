"""``health_check readyz --no-http``: what the probe says, as text. Other endpoints as the library asks them."""

from django.conf import settings
from django.core.management.base import CommandError
from health_check.management.commands.health_check import Command as HealthCheckCommand

from eqms.health import Schema


class Command(HealthCheckCommand):
    help = "Ask a probe by HTTP, or with --no-http look at the database directly. Exit 0 where the answer is ready."

    def handle(self, *args, **options):
        if options["use_http"] or options["endpoint"] != "readyz":
            super().handle(*args, **options)
            return
        schema = Schema()
        findings = schema.ask()
        findings = schema.ask() if schema.is_complete else findings  # the second look is for worker and storage
        self.stdout.write(f"release: {settings.RELEASE}")
        for name, words in findings.parts().items():
            self.stdout.write(f"{name}: {words}")
        if not findings.is_ready:
            raise CommandError(findings.status)
        self.stdout.write(findings.status)
