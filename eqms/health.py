"""What the probes say: is the process alive, and may it be given work?"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from .models import HealthResult
from .schema import NoDatabase, reason, waiting_migrations

LOOK_EVERY_SECONDS = 1.0
ANSWER_WITHIN_SECONDS = 1.5
# How old a result may be before silence counts as trouble.
SILENCE = {"worker": timedelta(minutes=2), "storage": timedelta(minutes=30)}


@dataclass(frozen=True)
class Findings:
    """What was last seen. ``degraded`` names what is in trouble while pages still work."""

    database: str = ""  # what is wrong with it, empty for nothing
    waiting: list[str] = field(default_factory=list)
    degraded: dict[str, str] = field(default_factory=dict)

    @property
    def is_ready(self) -> bool:
        return not self.database and not self.waiting

    @property
    def status(self) -> str:
        if not self.is_ready:
            return "not ready"
        return "degraded" if self.degraded else "ready"

    def as_dict(self) -> dict[str, object]:
        parts: dict[str, object] = {"status": self.status, "release": settings.RELEASE, **self.parts()}
        return {**parts, "waiting": self.waiting} if self.waiting else parts

    def parts(self) -> dict[str, str]:
        """Return each part with "ok" or what is wrong with it."""
        waits = f"{len(self.waiting)} waiting: {', '.join(self.waiting)}" if self.waiting else "ok"
        parts = {"database": self.database or "ok", "migrations": "unknown" if self.database else waits}
        if self.is_ready:
            parts |= {name: f"degraded: {self.degraded[name]}" if name in self.degraded else "ok" for name in SILENCE}
        return parts


class Look:
    """Asks the database at most once a second per process, however often it is asked itself.

    The asking happens in a thread of its own with a connection of its own, closed each time: a database that
    hangs holds that thread and never an answer, and each look shows that new connections are accepted.
    """

    def __init__(self, ask: Callable[[], Findings]):
        self._ask = ask
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._asked_at = float("-inf")
        self._findings = Findings(database="the database was not asked yet")

    def findings(self, within: float = ANSWER_WITHIN_SECONDS) -> Findings:
        """Return what was seen within the last second, or that no answer came ``within`` so many seconds."""
        with self._lock:
            waited = time.monotonic() - self._asked_at
            if waited >= LOOK_EVERY_SECONDS and (self._done.is_set() or self._asked_at == float("-inf")):
                self._asked_at, waited = time.monotonic(), 0.0
                self._done.clear()
                threading.Thread(target=self._look, name="readiness", daemon=True).start()
        if not self._done.wait(max(0.0, within - waited)):
            return Findings(database="the database does not answer")
        return self._findings

    def _look(self) -> None:
        self._findings = Findings(database="the last look at the database failed")
        try:
            self._findings = self._ask()
        finally:
            connection.close()
            self._done.set()


class Schema:
    """Remembers that no migration waits: the code of this process never changes again."""

    is_complete = False

    def ask(self) -> Findings:
        """One query: for migrations until none waits, from then on for what the checks last found."""
        try:
            if self.is_complete:
                return Findings(degraded=troubles())
            waiting = waiting_migrations()
            self.is_complete = not waiting
            return Findings(waiting=waiting, degraded=dict.fromkeys(SILENCE, "not looked at yet"))
        except NoDatabase as error:
            return Findings(database=str(error))
        except DatabaseError as error:
            return Findings(database=reason(error))


def troubles() -> dict[str, str]:
    """Return what is wrong with worker and storage, by name. One query."""
    results = {result.name: result for result in HealthResult.objects.filter(name__in=SILENCE)}
    found = {name: trouble(results.get(name), silence) for name, silence in SILENCE.items()}
    return {name: words for name, words in found.items() if words}


def trouble(result: HealthResult | None, silence: timedelta) -> str:
    """Return what is wrong with one part, empty for nothing: bad news, or none for longer than ``silence``."""
    if result is None:
        return "no result yet: is a worker running?"
    if timezone.now() - result.at > silence:
        return f"no result since {result.at:%Y-%m-%d %H:%M}: is a worker running?"
    return "" if result.is_well else result.message or "not well"


schema = Schema()
look = Look(schema.ask)


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches nothing."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """The process answers, as JSON. Touches nothing."""
    return JsonResponse({"ok": True})


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """May this process be given work? 503 where the database is down or migrations wait."""
    findings = look.findings()
    return JsonResponse(findings.as_dict(), status=200 if findings.is_ready else 503)
