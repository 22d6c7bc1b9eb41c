"""Whether storage works, found out by using it, and what to show about it."""

import logging
from dataclasses import asdict, dataclass, field
from urllib.error import HTTPError, URLError
from urllib.request import urlopen
from uuid import uuid4

from django.conf import settings

from eqms.models import HealthResult

from .places import Bucket, Folder, require_settings, storage_place
from .trouble import StorageTrouble, shown_settings
from .waiting import ANSWER_SECONDS, within

log = logging.getLogger(__name__)
PROBE = "diagnostics/probe"
SIGNED_SECONDS = 4


@dataclass(frozen=True)
class Diagnosis:
    """What ``/admin/diagnostics/storage`` answers; ``error`` is the cause in words."""

    backend: str
    configured: bool
    accessible: bool
    error: str | None
    details: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict:
        return asdict(self)

    def __str__(self):
        where = self.details.get("root") or f"bucket {self.details['bucket']} at {self.details['endpoint']}"
        return f"{self.backend}, {where}" if self.accessible else f"{self.backend}: {self.error}"


def diagnose() -> Diagnosis:
    """Write a small object, read it back, and say how that went, within eight seconds.

    It asks storage itself, also while uploads pass it by: this is how the present state is known.
    """
    backend = settings.STORAGE_BACKEND
    configured = False
    try:
        if backend == "s3":
            require_settings()
        configured = True
        within(ANSWER_SECONDS, lambda: write_and_read(storage_place()))
    except StorageTrouble as cause:
        return Diagnosis(backend, configured, False, str(cause), details())
    return Diagnosis(backend, True, True, None, details())


def details() -> dict[str, str]:
    """Return what may be shown of where storage is."""
    if settings.STORAGE_BACKEND == "local":
        return {"root": str(settings.STORAGE_LOCAL_ROOT)}
    shown = shown_settings()
    return {**{name: shown[name] for name in ("endpoint", "region", "bucket")}, "access_key_prefix": shown["key"]}


def write_and_read(place: Folder | Bucket) -> None:
    """Use ``place`` once, as a paper would; StorageTrouble where it fails."""
    written = uuid4().hex.encode()
    key = f"{PROBE}-{written[:8].decode()}" if isinstance(place, Folder) else PROBE
    place.put(key, written)
    read = place.get(key)
    if isinstance(place, Folder):
        place.delete(key)
    elif len(read) != len(written):  # another process may have written its own probe meanwhile
        raise StorageTrouble("broken_connection", "Storage gave back other bytes than it was given.")


def signed_url_problem() -> str | None:
    """Return why a signed address of the probe cannot be read, None where it can or none is used."""
    place = storage_place()
    if isinstance(place, Folder):
        return None
    try:
        address = place.signed_url(PROBE)
        with urlopen(address, timeout=SIGNED_SECONDS) as answer:
            return None if answer.read() else "A signed address gives an empty file."
    except StorageTrouble as cause:
        return str(cause)
    except HTTPError as error:
        return f"Storage refuses a signed address with status {error.code}."
    except (URLError, OSError):
        return "A signed address cannot be reached from here."


_last_said: list[Diagnosis] = []


def record_health() -> Diagnosis:
    """Diagnose and keep the result for the probes, which must not touch storage themselves.

    It is logged the first time and whenever it is another one than the last time.
    """
    found = diagnose()
    if _last_said != [found]:
        _last_said[:] = [found]
        log_result(found)
    HealthResult.record("storage", is_well=found.accessible, message=found.error or "")
    return found


def log_result(found: Diagnosis) -> None:
    """Write the line that monitors look for."""
    if found.accessible:
        log.info("Storage health check PASSED: %s", found)
    else:
        log.error("STORAGE CONFIG ERROR: %s", found)
