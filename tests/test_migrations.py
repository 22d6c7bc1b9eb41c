"""The migrations of each app go back and forward again, and leave the tables that the models ask for."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

APPS = ("distribution", "sales", "inventory", "customers")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("app", APPS)
def test_go_back_to_nothing_and_forward_again(app):
    own = {model._meta.db_table for model in apps.get_app_config(app).get_models()}
    try:
        call_command("migrate", app, "zero", verbosity=0)
        assert own & set(connection.introspection.table_names()) == set()
    finally:
        call_command("migrate", verbosity=0)
    assert own <= set(connection.introspection.table_names())


@pytest.mark.django_db
def test_the_models_ask_for_nothing_that_the_migrations_lack():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
