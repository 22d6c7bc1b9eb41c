"""Addresses of traces and recalls, below /admin/."""

from django.urls import path

from distribution.views import trace

urlpatterns = [
    path("trace/", trace.trace_page, name="trace"),
    path("trace/csv", trace.trace_csv, name="trace_csv"),
    path("trace/json", trace.trace_json, name="trace_json"),
]
