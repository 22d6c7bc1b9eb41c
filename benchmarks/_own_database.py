"""A database of their own for measurements, made and removed by the process that prints the table."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


def set_up() -> None:
    """Start Django on the database of the measurement where one is named, else on the configured one."""
    import django
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eqms.settings")
    if name := os.environ.get("BENCHMARK_DATABASE"):
        settings.DATABASES["default"]["NAME"] = name
    django.setup()


@contextmanager
def in_own_database() -> Iterator[None]:
    """Make test_<name>, let children find it, and remove it afterwards."""
    from django.db import connection

    creation = connection.creation
    creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    os.environ["BENCHMARK_DATABASE"] = str(connection.settings_dict["NAME"])
    try:
        yield
    finally:
        creation.destroy_test_db(os.environ["BENCHMARK_DATABASE"], verbosity=0)
