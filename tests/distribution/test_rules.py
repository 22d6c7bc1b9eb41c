"""The rules of all apps on the demo data: each planted fault is found, and nothing else is an error."""

import io

import pytest
from django.core.management import call_command
from django.db import connection

from distribution.demo.faults import FAULTS
from eqms.data_rules import Severity, check, in_order, registry

# What a rule counts on the demo data, by the faults that were planted. Rules that are not here find nothing.
PLANTED = {
    "shelves-over-intake": ["EX-0003", "EX-0020"],
    "fulfilled-over-intake": ["EX-0020"],
    "balance-differs": ["EX-0003", "EX-0012"],
    "balance-missing": ["AC-0120", "AC-0120"],
    "warehouse-below-zero": ["EX-0020"],
    "orphaned-ledger-lines": ["AC-0120"],
    "transfer-lines-without-ledger-line": ["AC-0120"],
    "shipment-lines-without-ledger-line": ["AC-0100"],
    "recall-consignees-without-notice": ["UD-2000"],
}
FOUND_AS = {
    "orphaned ledger line": "orphaned-ledger-lines",
    "doubled transfer": "doubled-fulfilled-requests",
    "doubled request": "doubled-open-requests",
    "more transferred than received": "fulfilled-over-intake",
    "unknown SKU": "order-lines-without-product",
    "mistyped lot": "shipment-lines-with-unknown-lot",
    "left from nowhere": "shipments-from-nowhere",
    "shipment without ledger line": "shipment-lines-without-ledger-line",
    "recalled, and not noted": "recall-consignees-without-notice",
}
NAMED = [fault for fault in FAULTS if "check_data" in fault.found_by]


def test_every_fault_that_names_check_data_has_its_rule():
    assert {fault.name for fault in NAMED} == FOUND_AS.keys()


@pytest.mark.parametrize("fault", NAMED, ids=lambda fault: fault.name)
def test_a_planted_fault_is_found(demo_data, fault):
    result = check(registry[FOUND_AS[fault.name]], 50)
    if fault.name == "unknown SKU":  # among those that have a product and are not linked to it
        assert sum("no product has the code" in row.words for row in result.found) == fault.expected
    else:
        assert result.count == fault.expected


def test_nothing_is_an_error_that_was_not_planted(demo_data):
    errors = [rule for rule in registry.values() if rule.severity == Severity.ERROR]
    found = {rule.name: [f"{row.title} {row.words}" for row in check(rule, 50).found] for rule in errors}
    assert {name: len(rows) for name, rows in found.items() if rows} == {n: len(skus) for n, skus in PLANTED.items()}
    for name, skus in PLANTED.items():
        assert all(sku in row for sku, row in zip(skus, found[name], strict=True)), found[name]


def test_the_doubled_transfer_is_told_with_its_numbers(demo_data):
    row = check(registry["fulfilled-over-intake"], 5).found[0]
    assert row.words.startswith("40 fulfilled, 25 received: 15 too many; transfers ")
    assert row.words.endswith(" ask for 20 of EX-0020 for Online shop within a minute")


def test_no_rule_costs_more_queries_for_more_rows(demo_data, django_assert_max_num_queries):
    for rule in registry.values():
        with django_assert_max_num_queries(6):
            check(rule, 50)


def test_the_printed_queries_run_in_the_database_s_own_shell(demo_data):
    out = io.StringIO()
    call_command("check_data", "--sql", stdout=out, stderr=io.StringIO())
    queries = out.getvalue().split(";\n\n")[:-1]
    assert len(queries) == len(registry)
    for rule, query in zip(in_order(registry.values()), queries, strict=True):
        assert query.startswith(f"-- {rule.name} ({rule.severity}): {rule.title}\n")
        assert "%s" not in query
        assert rows_of(query) == rule.rows().count(), rule.name


def rows_of(query: str) -> int:
    """Return how many rows ``query`` gives without values beside it."""
    assert "django_" not in query.lower()  # functions that Django gives SQLite, and its shell does not know
    with connection.cursor() as cursor:
        return len(cursor.cursor.execute(query).fetchall())
