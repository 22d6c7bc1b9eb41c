import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection, models

from eqms import audit
from eqms.checks import problem_of, record_is_protected


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (models.DateTimeField(auto_now=True), "auto_now"),
        (models.DateTimeField(auto_now_add=True), "auto_now"),
        (models.ForeignKey("eqms.User", models.CASCADE), "PROTECT"),
        (models.ForeignKey("eqms.User", models.SET_NULL, null=True), "PROTECT"),
        (models.Field(), "no codec"),
    ],
)
def test_a_column_that_undo_could_not_bring_back_is_refused(field, words):
    assert words in problem_of(field)


def test_plain_columns_pass():
    assert problem_of(models.DecimalField(max_digits=5, decimal_places=2)) is None


@pytest.mark.django_db
def test_a_record_with_its_triggers_is_protected():
    assert audit.problems_of_protection() == []
    assert record_is_protected(None, databases=["default"]) == []


@pytest.mark.django_db
def test_a_missing_trigger_is_named_with_its_remedy():
    name = audit.trigger_names("eqms_auditentry")[0]
    with connection.cursor() as cursor:
        on_table = " ON eqms_auditentry" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER {name}{on_table}")
    assert audit.problems_of_protection() == [
        "eqms_auditentry is not append-only: its triggers are gone. Run manage.py migrate."
    ]
    with pytest.raises(SystemCheckError, match="eqms_auditentry is not append-only"):
        call_command("check", databases=["default"], fail_level="WARNING")
    audit.install()
    assert audit.problems_of_protection() == []
