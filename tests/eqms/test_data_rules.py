"""The registry of rules and the command that checks them, whatever the rules are about."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from eqms import data_rules
from eqms.data_rules import Repair, Rule, Severity, SqlRows, check, counted_in_words, each
from eqms.models import User
from inventory.models import Product, StoreFrontInventory


def called(*arguments):
    """Return what check_data prints, and its error."""
    out, error = io.StringIO(), ""
    try:
        call_command("check_data", *arguments, stdout=out, stderr=io.StringIO())
    except CommandError as refusal:
        error = str(refusal)
    return out.getvalue(), error


def rule_over(rows, **values):
    """Make a rule about products that is in no registry."""
    given = {"name": "made-up", "title": "Made up", "severity": Severity.ERROR, "source": "Tests", "model": Product}
    return Rule(**{**given, "words": each(str), "repair": Repair("Do nothing."), "rows": rows, **values})


def test_a_name_stands_for_one_rule():
    with pytest.raises(ValueError, match="Two rules are called balance-differs"):
        data_rules.register(data_rules.registry["balance-differs"])


def test_every_rule_says_what_it_stands_for_and_how_to_repair():
    for rule in data_rules.registry.values():
        assert rule.title and rule.source and rule.repair.words.endswith("."), rule.name
        assert not rule.repair.command or rule.repair.command.startswith(rule.repair.operation)


def test_rows_of_sql_are_counted_and_paged_like_a_queryset(db):
    for number in range(7):
        Product.objects.create(sku=f"P-{number}", name="Part")
    sql = f"SELECT product.*, 3 AS units FROM {Product._meta.db_table} AS product WHERE sku <> %s"
    rows = SqlRows(Product, sql, "sku_key", ["P-3"])
    assert rows.count() == 6
    assert [(row.sku, row.units) for row in rows[2:5]] == [("P-2", 3), ("P-4", 3), ("P-5", 3)]


def test_few_rows_are_not_counted_by_a_second_query(demo, django_assert_num_queries):
    rule = rule_over(lambda: Product.objects.order_by("sku"))
    with django_assert_num_queries(1):
        assert check(rule, 2).count == 2
    with django_assert_num_queries(2):
        result = check(rule, 1)
    assert (result.count, len(result.found)) == (2, 1)


def test_the_last_line_counts():
    errors = rule_over(Product.objects.all), rule_over(Product.objects.all, severity=Severity.WARNING)
    results = [data_rules.Result(rule, count, [], 0) for rule, count in zip(errors, (3, 0), strict=True)]
    assert counted_in_words(results) == "1 error, 0 warnings in 2 rules; 3 rows to look at."
    assert counted_in_words(results[1:]) == "0 errors, 0 warnings in 1 rule; 0 rows to look at."


def test_the_command_names_each_row_and_its_repair_and_fails_for_errors(demo):
    out, error = called("--rule", "balance-differs")
    assert "Main shows 3 of A-2, the ledger has no line of it: 3 too many" in out
    assert "How to repair: Reconcile the product" in out
    assert out.splitlines()[-1] == error == "1 error, 0 warnings in 1 rule; 2 rows to look at."


def test_warnings_and_information_are_no_failure(demo):
    out, error = called("--rule", "orders-without-shipment", "order-lines-without-product")
    assert error == ""
    assert "INFORMATION orders-without-shipment: Orders without any shipment: 1 row" in out


def test_says_how_many_more_rows_there_are(demo):
    out, _ = called("--rule", "balance-differs", "--limit", "1")
    assert "  and 1 more\n" in out


def test_json_is_one_document_with_rules_and_rows(demo):
    out, error = called("--json", "--app", "inventory")
    document = json.loads(out)
    by_name = {rule["name"]: rule for rule in document["rules"]}
    wrong = by_name["balance-differs"]
    balance = StoreFrontInventory.objects.get(product=demo.tracked)
    assert {key: wrong[key] for key in ("severity", "count")} == {"severity": "error", "count": 2}
    assert (wrong["rows"][1]["model"], wrong["rows"][1]["key"]) == ("inventory.StoreFrontInventory", str(balance.pk))
    assert wrong["repair"]["operation"] == "fix_storefront_inventory"
    assert document["counted"] == error and "orders-without-shipment" not in by_name


def test_names_that_mean_nothing_are_refused_with_what_there_is(db):
    assert "No rule is called nonsense. There are: alias-of-another-customer" in called("--rule", "nonsense")[1]
    known = "customers, distribution, inventory, sales"
    assert called("--app", "eqms")[1] == f"No app with rules is called eqms. There are: {known}."


def test_a_person_sees_the_rules_whose_rows_they_may_see(db):
    bert = User.objects.create_user("bert", is_staff=True)
    assert data_rules.visible_to(bert) == []
    root = User.objects.create_superuser("root")
    found = data_rules.visible_to(root)
    assert len(found) == len(data_rules.registry)
    assert [rule.severity for rule in found] == sorted((rule.severity for rule in found), key=list(Severity).index)
