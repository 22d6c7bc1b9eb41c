import os
import signal
import subprocess
import sys
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

LOOK_SECONDS = 0.5
BEFORE_RESTART_SECONDS = 2
WEB = ["-m", "gunicorn", "--config", "eqms/gunicorn.conf.py", "eqms.wsgi"]
WORKER = ["manage.py", "worker"]


class Command(BaseCommand):
    help = "Serve pages with a worker beside them, on one machine: a worker that dies is started again."

    def handle(self, **options):
        self.asked_to_stop = False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.ask_to_stop)
        web, worker = started(WEB), started(WORKER)
        try:
            while web.poll() is None and not self.asked_to_stop:
                if worker.poll() is not None:
                    self.stderr.write(f"The worker ended with {worker.returncode} and is started again.")
                    time.sleep(BEFORE_RESTART_SECONDS)
                    worker = started(WORKER)
                time.sleep(LOOK_SECONDS)
        finally:
            ended(web, worker)
        if not self.asked_to_stop:
            raise CommandError(f"The web server ended with {web.returncode}.")
        self.stdout.write("Stopped.")

    def ask_to_stop(self, number, frame):
        self.asked_to_stop = True


def started(words: list[str]) -> subprocess.Popen:
    """Start a part of the product as a process of its own."""
    # A group of its own: Ctrl-C reaches this process alone, which then stops both in order.
    return subprocess.Popen([sys.executable, *words], cwd=settings.BASE_DIR, start_new_session=True)


def ended(*processes: subprocess.Popen) -> None:
    """Ask both to stop and wait: the web server for its requests, the worker for the step in hand."""
    for process in processes:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGTERM)
    for process in processes:
        process.wait()
