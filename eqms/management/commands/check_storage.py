import json

from django.core.management.base import CommandError

from eqms.commands import SpeakingCommand
from eqms.storage import bring_over, diagnose, patiently, spooled
from eqms.storage.diagnosis import Diagnosis, signed_url_problem


class Command(SpeakingCommand):
    help = "Is storage configured, reachable, writable, and do signed addresses work? Exit 1 if not."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument("--bring-over", action="store_true", help="also bring what waits in the spool to storage")

    def work(self, *, bring_over, **options):
        found = diagnose()
        url_problem = signed_url_problem() if found.accessible else "Not tried: storage cannot be used."
        if self.as_json:
            self.say(json.dumps({**found.as_dict(), "signed_url": url_problem is None}, ensure_ascii=False))
        else:
            self.show(found, url_problem)
        if not found.accessible or url_problem:
            raise CommandError(found.error or url_problem)
        if bring_over:
            self.bring_over()
        self.conclude(f"Storage works. {spooled().count()} files wait in the spool.")

    def what_was_written(self) -> str:
        """Say what a check leaves behind: ``writes`` is about runs, of which it makes none."""
        return "Nothing but a probe of a few bytes was written; what --bring-over brought is there, and it may go on."

    def show(self, found: Diagnosis, url_problem: str | None) -> None:
        for name, value in {"backend": found.backend, **found.details}.items():
            self.say(f"{name}: {value}")
        self.say(f"configured: {yes(found.configured)}")
        self.say(f"reachable and writable: {yes(found.accessible)}")
        self.say(f"signed address works: {yes(not url_problem)}")

    def bring_over(self) -> None:
        with patiently():
            for document, cause in bring_over():
                self.note(f"{document.filename}: {cause or 'brought over'}")


def yes(it_is: bool) -> str:
    """Return "yes" or "no"."""
    return "yes" if it_is else "no"
