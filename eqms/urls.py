"""The only module that knows all apps."""

from django.contrib import admin
from django.urls import path

from eqms.health import health, healthz, readyz
from eqms.operations.views import operation_view

urlpatterns = [
    # The gate answers these before any other middleware; the names are for reverse() and health_check.
    path("healthz", healthz, name="healthz"),
    path("health", health, name="health"),
    path("readyz", readyz, name="readyz"),
    path("operations/<slug:name>/", operation_view, name="operation"),
    path("admin/", admin.site.urls),
]
