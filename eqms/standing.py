"""Where a command stands: the first line that each one says."""

from django.conf import settings
from django.db import connection


def standing() -> str:
    """Return database, host, ENV and release in one line."""
    where = connection.settings_dict
    host = where.get("HOST") or "this machine"
    return f"Database {connection.vendor} {where['NAME']} on {host}, {settings.ENV}, release {settings.RELEASE}"
