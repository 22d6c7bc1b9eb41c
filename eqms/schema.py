"""Which migrations the running code knows, and which of them the database still lacks."""

from functools import cache

from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.loader import MigrationLoader

Key = tuple[str, str]


class NoDatabase(Exception):
    """The database did not answer; the message says how."""


@cache
def known_migrations() -> dict[Key, tuple[Key, ...]]:
    """Return each migration on disk with those it replaces. Read once: code does not change while it runs."""
    loader = MigrationLoader(None)
    return {key: tuple(migration.replaces) for key, migration in loader.disk_migrations.items()}


def applied_migrations() -> set[Key]:
    """Return what the database recorded. One query; raises NoDatabase."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            return set(cursor.fetchall())
    except DatabaseError as error:
        # A database without this table has simply never been migrated.
        if "django_migrations" in str(error):
            return set()
        raise NoDatabase(reason(error)) from error


def waiting_migrations() -> list[str]:
    """Return the names of the migrations that wait, sorted. One query; raises NoDatabase."""
    applied = applied_migrations()

    def waits(key: Key, replaced: tuple[Key, ...]) -> bool:
        return key not in applied and not (replaced and applied.issuperset(replaced))

    return sorted(".".join(key) for key, replaced in known_migrations().items() if waits(key, replaced))


def reason(error: Exception) -> str:
    """Return what happened in a few words; the driver's own text may hold addresses and users."""
    text = str(error).lower()
    if "timeout" in text or "timed out" in text:
        return "the database does not answer"
    if "refused" in text:
        return "the database refuses connections"
    if "password" in text or "role" in text or "authentication" in text:
        return "the database refuses this user"
    if isinstance(error, OperationalError) and "locked" in text:
        return "the database is locked"
    return "the database cannot be read"
