"""The only module that knows all apps."""

from django.contrib import admin
from django.urls import path

from eqms.operations.views import operation_view

urlpatterns = [
    path("operations/<slug:name>/", operation_view, name="operation"),
    path("admin/", admin.site.urls),
]
