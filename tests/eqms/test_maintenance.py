import pytest
from django.contrib.auth import get_user_model

from eqms import maintenance
from eqms.operations import registry


@pytest.fixture
def ada(db):
    return get_user_model().objects.create_superuser("ada", "ada@example.org", "pw")


def test_lists_every_registered_operation_with_its_sentence(ada, client):
    client.force_login(ada)
    page = client.get("/admin/maintenance/").content.decode()
    for op in registry.values():
        assert op.title in page
    assert {entry.operation.name for entry in maintenance.entries(ada)} == set(registry)


def test_lists_nothing_to_a_user_without_permission(ada, client):
    bert = get_user_model().objects.create_user("bert", is_staff=True)
    client.force_login(bert)
    assert "permission for no operation" in client.get("/admin/maintenance/").content.decode()


def test_costs_one_query_for_all_last_runs(ada, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        maintenance.entries(ada)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/admin/sales-orders", "/admin/sales/salesorder/"),
        ("/admin/sales-orders?status=pending", "/admin/sales/salesorder/?status=pending"),
        ("/admin/sales-orders/41", "/admin/sales/salesorder/41/change/"),
        ("/admin/distribution-log", "/admin/distribution/distribution/"),
        ("/admin/customers", "/admin/customers/customer/"),
        ("/admin/sales-dashboard", "/admin/"),
        ("/admin/maintenance", "/admin/maintenance/"),
    ],
)
def test_an_address_of_old_runbooks_leads_to_the_page(db, client, old, new):
    answer = client.get(old)
    assert (answer.status_code, answer["Location"]) == (302, new)
