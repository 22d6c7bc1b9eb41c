"""The cast, and the one place where the append-only triggers are taken down."""

import pytest
from django.test import TransactionTestCase

from eqms import audit

from .cast import Demo
from .s3 import default_mode, s3, s3_proxy, s3_server  # noqa: F401  (fixtures)

flush = TransactionTestCase._fixture_teardown


def flush_without_triggers(self):
    audit.remove()
    flush(self)  # emits post_migrate, which installs them again
    audit.install()


TransactionTestCase._fixture_teardown = flush_without_triggers


@pytest.fixture
def demo(db):
    return Demo()
