"""Addresses of traces, recalls and ShipStation, below /admin/."""

from django.urls import path

from distribution.views import shipstation, trace

urlpatterns = [
    path("shipstation/", shipstation.fetch_page, name="shipstation"),
    path("skipped-shipments/<int:number>/complete", shipstation.complete_page, name="complete_shipment"),
    path("trace/", trace.trace_page, name="trace"),
    path("trace/csv", trace.trace_csv, name="trace_csv"),
    path("trace/json", trace.trace_json, name="trace_json"),
]
