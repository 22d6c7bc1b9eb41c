"""Addresses of shipments, returns, ShipStation, traces and recalls, below /admin/."""

from django.urls import path

from distribution.views import entry, returns, shipment_files, shipstation, trace

urlpatterns = [
    path("distribution-log/enter", entry.enter_shipment, name="enter_shipment"),
    path("distribution-log/<int:number>/void", entry.void_shipment, name="void_shipment"),
    path("distribution-log/take-back", returns.find_shipment, name="find_shipment"),
    path("distribution-log/<int:number>/take-back", returns.take_back_page, name="take_back"),
    path("distribution-log/import-csv", shipment_files.upload_shipments, name="upload_shipments"),
    path("distribution-log/files/<int:number>", shipment_files.shipment_file, name="shipment_file"),
    path(
        "distribution-log/files/<int:number>/bad-rows.csv", shipment_files.bad_shipment_rows, name="bad_shipment_rows"
    ),
    path("distribution-log/export", shipment_files.export_shipments, name="export_shipments"),
    path("shipstation/", shipstation.fetch_page, name="shipstation"),
    path("skipped-shipments/<int:number>/complete", shipstation.complete_page, name="complete_shipment"),
    path("trace/", trace.trace_page, name="trace"),
    path("trace/csv", trace.trace_csv, name="trace_csv"),
    path("trace/json", trace.trace_json, name="trace_json"),
]
