"""The only module that knows all apps."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from customers.views import duplicates, merge, zero_orders
from distribution.dashboard import first_page
from distribution.sales_board import export_sales
from distribution.views.papers import unmatched_papers
from eqms.data_check import check_data
from eqms.diagnostics import diagnostics, storage_json
from eqms.health import health, healthz, readyz
from eqms.maintenance import maintenance
from eqms.operations.views import operation_view
from eqms.storage.views import download


def leads_to(address: str) -> RedirectView:
    """Return a view that sends an address of old runbooks on to ``address``, with its query."""
    return RedirectView.as_view(url=address, query_string=True)


# They stand before the admin's own, whose catch-all would swallow them.
ADDRESSES_OF_RUNBOOKS = [
    re_path(r"^admin/sales-orders/?$", leads_to("/admin/sales/salesorder/")),
    re_path(r"^admin/sales-orders/(?P<key>\d+)/?$", leads_to("/admin/sales/salesorder/%(key)s/change/")),
    re_path(r"^admin/distribution-log/?$", leads_to("/admin/distribution/distribution/")),
    path("admin/sales-orders/unmatched-pdfs", unmatched_papers, name="unmatched_papers"),
    path("admin/sales-orders/", include("sales.urls")),
    path("admin/", include("inventory.urls")),
    path("admin/", include("distribution.urls")),
    path("admin/customers/", include("customers.urls")),
    path("admin/customers", leads_to("/admin/customers/customer/")),
    re_path(r"^admin/tracing-reports/?$", leads_to("/admin/distribution/tracingreport/")),
    re_path(r"^admin/sales-dashboard/?$", leads_to("/admin/")),
    path("admin/sales-dashboard.csv", export_sales, name="export_sales"),
    path("admin/maintenance", leads_to("/admin/maintenance/")),
    path("admin/maintenance/", maintenance, name="maintenance"),
    path("admin/maintenance/check-data", check_data, name="check_data"),
]
urlpatterns = [
    # The gate answers these before any other middleware; the names are for reverse() and health_check.
    path("healthz", healthz, name="healthz"),
    path("health", health, name="health"),
    path("readyz", readyz, name="readyz"),
    path("admin/maintenance/operations/<slug:name>", operation_view, name="operation"),
    path("admin/maintenance/customers/zero-orders", zero_orders, name="zero_orders"),
    path("admin/maintenance/customers/duplicates", duplicates, name="duplicates"),
    path("admin/maintenance/customers/merge", merge, name="merge_customers"),
    path(
        "admin/maintenance/customers/cleanup",
        operation_view,
        {"name": "cleanup_zero_order_customers"},
        name="cleanup",
    ),
    *ADDRESSES_OF_RUNBOOKS,
    path("admin/diagnostics/", diagnostics, name="diagnostics"),
    path("admin/diagnostics/storage", storage_json, name="diagnostics_storage"),
    path("admin/documents/<int:pk>/download", download, name="download_document"),
    path("admin/", admin.site.admin_view(first_page)),
    path("admin/", admin.site.urls),
]
