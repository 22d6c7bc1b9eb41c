"""The cast, and the one place where the append-only triggers are taken down."""

from functools import cache

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.utils import timezone

from customers.lookalikes import lookalikes
from distribution.demo.loading import load
from eqms import audit

from .cast import Demo
from .s3 import default_mode, s3, s3_proxy, s3_server  # noqa: F401  (fixtures)

flush = TransactionTestCase._fixture_teardown
NEVER_EMPTIED = ("django_content_type", "auth_permission", "django_migrations")  # nearly all of Django's flush


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Remember the rows that every migrate writes, which no test changes for good."""
    with django_db_blocker.unblock():
        TransactionTestCase.written_by_migrate = written_by_migrate()


def written_by_migrate() -> list[list[tuple]]:
    """Return the kinds of rows and the permissions on them."""
    return [list(model.objects.order_by("pk").values_list()) for model in (ContentType, Permission)]


def emptied(self):
    """Take away what a test left: with Django's own flush only where it changed what that would make anew."""
    audit.remove()
    if written_by_migrate() != self.written_by_migrate:
        flush(self)
        TransactionTestCase.written_by_migrate = written_by_migrate()
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f'DELETE FROM "{table}"')
    audit.install()


@cache
def tables() -> list[str]:
    """Return the tables that hold what tests write."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(names) - set(NEVER_EMPTIED))


TransactionTestCase._fixture_teardown = emptied


def pytest_addoption(parser):
    parser.addoption("--of-the-database", action="store_true", help="leave out tests that ask no database anything")


def pytest_collection_modifyitems(config, items):
    """Leave out, for the second of two databases, what is the same with any: ``./run test`` runs all on the first."""
    if not config.getoption("--of-the-database"):
        return
    chosen = [item for item in items if asks_a_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


def pytest_sessionfinish(session, exitstatus):
    """Take it for well when none of the chosen tests asks a database."""
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and session.config.getoption("--of-the-database"):
        session.exitstatus = pytest.ExitCode.OK


def asks_a_database(item) -> bool:
    """True for a test with a database, and for every promise: some start processes that find theirs by themselves."""
    return (
        item.get_closest_marker("django_db") is not None
        or not {"db", "transactional_db", "url"}.isdisjoint(item.fixturenames)
        or "promises" in item.path.parts
    )


@pytest.fixture
def demo(db):
    return Demo()


@pytest.fixture
def as_ada(demo, client):
    """A client in which Ada, who administrates, is signed in."""
    client.force_login(demo.ada)
    return client


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    """Keep the files of each test in folders of its own: storage is local and works. Returns their parent."""
    settings.STORAGE_BACKEND = "local"
    settings.STORAGE_LOCAL_ROOT, settings.SPOOL_DIR = tmp_path / "files", tmp_path / "spool"
    pictures = {**settings.CACHES["pictures"], "LOCATION": str(tmp_path / "pictures")}
    default = {**settings.CACHES["default"], "LOCATION": str(tmp_path)}  # what is kept there names no database
    settings.CACHES = {**settings.CACHES, "pictures": pictures, "default": default}
    return tmp_path


@pytest.fixture(scope="module")
def demo_data_of_module(django_db_setup, django_db_blocker):
    """The demo data, loaded once for the tests of a module and taken away after them."""
    day = timezone.localdate()
    whole = transaction.atomic()
    whole._from_testcase = True  # as in Django's TestCase: durable blocks may open inside
    with django_db_blocker.unblock(), whole:
        load(day)
        yield day
        transaction.set_rollback(True)


@pytest.fixture
def demo_data(demo_data_of_module, db):
    """The demo data; what a test changes is rolled back after it. Returns the day on which it is told."""
    return demo_data_of_module


@pytest.fixture(autouse=True)
def fresh_lookalikes():
    """Forget the customers of the test before: it took them away without a trace in the record."""
    lookalikes.forget()


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Hash quickly: Argon2 costs each test half a second, and what it protects is not tested here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
