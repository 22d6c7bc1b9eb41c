"""Fetching from ShipStation in the admin: asked for, done by a job, gone on to the plan."""

import pytest
from django.urls import reverse

from distribution.demo.shipstation_double import KEY, SECRET, ShipStationDouble
from distribution.models import ShipStationPage
from eqms.jobs import run_waiting
from eqms.models import Job, User

from .rows import shipment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account(settings):
    with ShipStationDouble([shipment(1, ("A-1", 2))]) as double:
        settings.SHIPSTATION = {"url": double.url, "key": KEY, "secret": SECRET}
        yield double


def test_a_month_is_fetched_by_a_job_and_leads_to_its_plan(demo, client, account):
    client.force_login(demo.ada)
    page = reverse("shipstation")
    assert "Nothing was fetched yet" in client.get(page).content.decode()
    client.post(page, {"month": "2026-03", "since": ""})
    answer = client.get(page)
    assert "ShipStation 2026-03" in answer.content.decode()
    assert answer["Refresh"]
    run_waiting()
    answer = client.get(page)
    assert "Refresh" not in answer
    address = f"{reverse('admin:distribution_distribution_operation', args=['sync_shipstation'])}?month=2026-03"
    assert address in answer.content.decode()
    assert "Would" not in client.get(address).content.decode()
    assert "1 shipments of 2026-03: 1 new" in client.get(address).content.decode()


def test_a_fetch_that_failed_says_why_and_what_was_cut_is_no_plan(demo, client, account, settings):
    client.force_login(demo.ada)
    page = reverse("shipstation")
    ShipStationPage.objects.create(scope="2026-02", kind="shipments", number=1, content="[]", row_count=0)
    settings.SHIPSTATION = {**settings.SHIPSTATION, "secret": "wrong"}
    client.post(page, {"since": "2026-03-01", "month": ""})
    run_waiting()
    Job.objects.update(state=Job.State.FAILED)
    shown = client.get(page).content.decode()
    assert "ShipStation refuses the key (401)" in shown
    assert "cut in the middle: fetch it again" in shown


def test_a_scope_that_is_none_asks_for_nothing(demo, client, account):
    client.force_login(demo.ada)
    answer = client.post(reverse("shipstation"), {"since": "2026-03-01", "month": "2026-03"})
    assert "Give a day or a month, not both." in answer.content.decode()
    assert not Job.objects.exists()


@pytest.mark.parametrize("scope", [{"month": "2999-01"}, {"since": "2999-01-01"}])
def test_a_time_to_come_is_refused(demo, client, account, scope):
    client.force_login(demo.ada)
    assert "is still to come" in client.post(reverse("shipstation"), scope).content.decode()
    assert not Job.objects.exists()


def test_a_house_without_a_key_is_told_who_sets_it(demo, client, settings):
    settings.SHIPSTATION = {"url": "", "key": "", "secret": ""}
    client.force_login(demo.ada)
    assert "SHIPSTATION_API_KEY and SHIPSTATION_API_SECRET" in client.get(reverse("shipstation")).content.decode()


def test_who_may_not_add_shipments_fetches_none(client):
    client.force_login(User.objects.create_user("bert", is_staff=True))
    assert client.post(reverse("shipstation"), {"month": "2026-03"}).status_code == 403
    assert not Job.objects.exists()
