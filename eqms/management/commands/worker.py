from django.core.management.base import BaseCommand

from eqms.worker import work


class Command(BaseCommand):
    help = "Do jobs until asked to stop (SIGTERM: after the step in hand). Sweeps, and checks storage every minute."

    def add_arguments(self, parser):
        parser.add_argument("--interval", type=float, default=1, help="seconds between two looks at an empty queue")

    def handle(self, *, interval, **options):
        self.stderr.write("Worker started.")
        work(interval)
