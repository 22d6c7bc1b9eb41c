"""The page of rules: what is wrong, where it is repaired, and nothing that a person may not see."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import Group

from eqms import data_check, data_rules, jobs, roles
from eqms.models import HealthResult, User
from inventory.models import StoreFrontInventory

PAGE = "/admin/maintenance/check-data"


@pytest.fixture
def as_viewer(demo, client):
    roles.seed()
    viewer = User.objects.create_user("vera", is_staff=True)
    viewer.groups.add(Group.objects.get(name="viewer"))
    client.force_login(viewer)
    return client


def test_names_each_row_in_words_with_a_link_and_its_repair(as_ada, demo):
    page = as_ada.get(PAGE).content.decode()
    balance = StoreFrontInventory.objects.get(product=demo.tracked)
    assert f'<a href="/admin/inventory/storefrontinventory/{balance.pk}/change/">Storefront balance' in page
    assert "Main shows 3 of A-2, the ledger has no line of it: 3 too many" in page
    assert "Reconcile the product: the balance is set to the ledger" in page
    assert "More on shelves than was ever received: <" in page  # a rule that every row keeps


def test_sections_come_with_the_gravest_first(as_ada):
    sections = as_ada.get(PAGE).context["sections"]
    found = [section.rule.severity for section in sections]
    assert found == sorted(found, key=["error", "warning", "information"].index)
    assert set(found) == {"error", "warning", "information"}


def test_a_person_without_rows_sees_no_rule(demo, client):
    client.force_login(User.objects.create_user("bert", is_staff=True))
    assert "You may see the rows of no rule" in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}?rule=balance-differs").status_code == 404


def test_the_button_of_a_row_shows_the_plan_for_this_row_alone(as_ada, demo, monkeypatch):
    rule = data_rules.registry["balance-differs"]
    by_adjusting = replace(rule.repair, operation="adjust_stock", option="product")
    monkeypatch.setitem(data_rules.registry, rule.name, replace(rule, repair=by_adjusting))
    section = as_ada.get(PAGE).context["sections"][0]
    assert section.operation_address == "/admin/inventory/product/operations/adjust_stock/"
    sent = {"selection": section.rows[1].selection, "product": section.rows[1].found.repairs}
    preview = as_ada.post(section.operation_address, sent)
    assert preview.context["selected"] == 1
    assert preview.context["form"]["product"].value() == str(demo.tracked.pk)


def test_a_viewer_sees_the_rows_and_no_button_that_writes(as_viewer):
    page = as_viewer.get(PAGE).content.decode()
    assert "Main shows 3 of A-2" in page
    assert 'name="selection"' not in page


def test_one_rule_is_read_page_by_page(as_ada, demo, monkeypatch):
    monkeypatch.setattr(data_check, "PER_PAGE", 1)
    first, second = (as_ada.get(f"{PAGE}?rule=balance-differs&page={number}") for number in (1, 2))
    told = [answer.context["section"].rows[0].found.words for answer in (first, second)]
    assert told == [
        "Main shows 7 of A-1, the ledger says 5: 2 too many",
        "Main shows 3 of A-2, the ledger has no line of it: 3 too many",
    ]
    assert "Page 2 of 2" in second.content.decode()


def test_a_rule_that_nothing_breaks_says_so(as_ada):
    assert "No row breaks this rule." in as_ada.get(f"{PAGE}?rule=lot-over-produced").content.decode()


def test_the_first_page_leads_here_once_errors_were_found(as_ada):
    assert PAGE not in as_ada.get("/admin/").content.decode()
    as_ada.get(PAGE)
    page = as_ada.get("/admin/").content.decode()
    assert f'<strong>2</strong><a href="{PAGE}">Errors in the data, looked at ' in page


def test_a_check_that_found_no_error_leads_nobody_here(as_ada):
    HealthResult.record("data", is_well=True, message="0 errors, 2 warnings in 28 rules; 3 rows to look at.")
    assert PAGE not in as_ada.get("/admin/").content.decode()


def test_the_daily_job_keeps_what_it_counted(demo):
    job = jobs.enqueue("check_data", by="worker")
    jobs.run(job.pk)
    job.refresh_from_db()
    kept = HealthResult.objects.get(name="data")
    assert (kept.is_well, kept.message) == (False, job.result["counted"])
    assert kept.message.startswith("2 errors, ")


def test_a_page_that_takes_long_begins_no_further_rule_and_links_those_left(as_ada, monkeypatch):
    monkeypatch.setattr(data_check, "BUDGET_SECONDS", 0)
    answer = as_ada.get(PAGE)
    assert " in 1 rule; " in answer.context["counted"]
    assert f"Not looked at: this page took long enough ({len(data_rules.registry) - 1})" in answer.content.decode()
    assert '<a href="?rule=balance-differs">' in answer.content.decode()
    assert not HealthResult.objects.filter(name="data").exists()


def test_what_a_person_sees_in_part_is_not_kept_as_the_whole(demo, client):
    sales = User.objects.create_user("sam", is_staff=True)
    roles.seed()
    sales.user_permissions.add(*Group.objects.get(name="viewer").permissions.filter(codename="view_salesorder"))
    client.force_login(sales)
    assert client.get(PAGE).context["counted"].endswith("in 1 rule; 1 row to look at.")
    assert not HealthResult.objects.filter(name="data").exists()
