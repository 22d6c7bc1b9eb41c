"""The migrations leave the tables that the models ask for. That they go back and forward again says P27."""

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_the_models_ask_for_nothing_that_the_migrations_lack():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
