"""What a deploy does before the new code serves: schema, roles, the first administrator. Safe to run twice."""

import fcntl
import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection, transaction

from . import drift, roles
from .models import User

LOCK_NUMBER = 0x65514D53  # "eQMS"
GIVES_UP_AFTER_MILLISECONDS = 1500


class ReleaseRefused(Exception):
    """The release ends here; the message says what to do."""


def import_everything() -> int:
    """Import every module of the product and return their number: a broken one ends the release, not a page."""
    names = []
    for config in apps.get_app_configs():
        if config.path.startswith(str(settings.BASE_DIR / config.label)):
            names += [module.name for module in pkgutil.walk_packages([config.path], f"{config.name}.")]
    for name in names:
        importlib.import_module(name)
    return len(names)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let a second release wait until the first one is done. PostgreSQL: an advisory lock; SQLite: a locked file."""
    if connection.vendor != "postgresql":
        with (settings.VAR_DIR / "release.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    with connection.cursor() as cursor:
        # A long migration is no accident here; what is limited is waiting for locks, in migrate().
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET lock_timeout = '30min'")
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK_NUMBER])
    try:
        yield
    finally:
        connection.close()  # gives the lock and the settings of this session back


def migrate() -> None:
    """Apply the waiting migrations; give up where another session holds a lock, since pages would queue behind."""
    with connection.cursor() as cursor:
        wait = "SET lock_timeout = %s" if connection.vendor == "postgresql" else "PRAGMA busy_timeout = %s"
        cursor.execute(wait % GIVES_UP_AFTER_MILLISECONDS)
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        if not is_held_lock(error):
            raise
        raise ReleaseRefused(
            "Migrations gave up: another session holds a lock on a table that they change. "
            "Nothing of that migration was applied. End the session (pg_stat_activity names it) and release again."
        ) from error


def is_held_lock(error: OperationalError) -> bool:
    """True where another session holds a lock, on either database."""
    lock_not_available = "55P03"
    return getattr(error.__cause__, "sqlstate", None) == lock_not_available or "locked" in str(error)


def first_administrator() -> str:
    """Make the first administrator from ADMIN_EMAIL and ADMIN_PASSWORD, where none exists; say what was done.

    An administrator who exists is never touched. Raises ReleaseRefused for a weak password.
    """
    if User.objects.filter(is_superuser=True, is_active=True).exists():
        return "Administrator: exists, left alone."
    email, password = settings.ADMIN_EMAIL, settings.ADMIN_PASSWORD
    if not email or not password:
        return "WARNING: no administrator exists. Set ADMIN_EMAIL and ADMIN_PASSWORD and release again."
    try:
        validate_password(password, User(username=email, email=email))
    except ValidationError as error:
        raise ReleaseRefused(f"ADMIN_PASSWORD is refused: {' '.join(error.messages)}") from error
    if User.objects.filter(username=email).exists():
        raise ReleaseRefused(f"A user {email} exists and is no administrator: name another ADMIN_EMAIL.")
    User.objects.create_superuser(email, email, password)
    return f"Administrator: {email} made from ADMIN_EMAIL."


def seed() -> list[str]:
    """Bring roles and the first administrator in place, both or neither; return what was done."""
    with transaction.atomic():
        try:
            said = roles.seed()
        except roles.UnknownPermission as error:
            raise ReleaseRefused(str(error)) from error
        return [*said, first_administrator()]


def check_schema() -> str:
    """Compare the live schema with the migrations. Raises ReleaseRefused where they differ."""
    try:
        found = drift.differences()
    except drift.NotCompared as error:
        return f"WARNING: schema not compared: {error}."
    if not found:
        return "Schema: as the migrations make it."
    raise ReleaseRefused("\n  ".join([f"The live schema differs from the migrations in {len(found)} points:", *found]))


def reachable() -> None:
    """Raise ReleaseRefused where the database does not answer."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise ReleaseRefused(f"The database is not available: {str(error).splitlines()[0]}") from error
