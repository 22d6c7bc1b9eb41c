"""Addresses of shipments and their papers, returns, ShipStation, traces and recalls, below /admin/."""

from django.urls import path, re_path

from distribution.views import entry, recalls, reports, returns, shipment_files, shipment_papers, shipstation, trace

urlpatterns = [
    path("distribution-log/enter", entry.enter_shipment, name="enter_shipment"),
    path("distribution-log/<int:number>/void", entry.void_shipment, name="void_shipment"),
    path("distribution-log/take-back", returns.find_shipment, name="find_shipment"),
    path("distribution-log/<int:number>/take-back", returns.take_back_page, name="take_back"),
    *shipment_files.SHIPMENT_FILES.paths("distribution-log/"),
    path("distribution-log/export", shipment_files.export_shipments, name="export_shipments"),
    path("distribution-log/upload-labels", shipment_papers.upload_labels, name="upload_labels"),
    path("distribution-log/papers/<int:number>", shipment_papers.shipment_of_paper, name="shipment_of_paper"),
    path("distribution-log/papers/<int:number>/attach", shipment_papers.attach_paper, name="attach_paper"),
    path("distribution-log/<int:number>/upload-label", shipment_papers.upload_label, name="upload_label"),
    path("distribution-log/<int:number>/upload-pdf", shipment_papers.upload_pdf, name="upload_pdf"),
    path("shipstation/", shipstation.fetch_page, name="shipstation"),
    path("skipped-shipments/<int:number>/complete", shipstation.complete_page, name="complete_shipment"),
    path("trace/", trace.trace_page, name="trace"),
    path("trace/csv", trace.trace_csv, name="trace_csv"),
    path("trace/json", trace.trace_json, name="trace_json"),
    path("recalls/open", recalls.open_recall, name="open_recall"),
    path("recalls/<int:number>/refresh", recalls.refresh_recall, name="refresh_recall"),
    path("recalls/<int:number>/tell", recalls.tell_consignees, name="tell_consignees"),
    path("recalls/<int:number>/letters", recalls.recall_letters, name="recall_letters"),
    path("recalls/<int:number>/packet", recalls.recall_packet, name="recall_packet"),
    re_path(r"^recalls/(?P<number>\d{1,18})/(?P<what>notices|shipments)\.csv$", recalls.recall_csv, name="recall_csv"),
    path("recalls/<int:number>/close", recalls.close_recall, name="close_recall"),
    path("recalls/notices/<int:number>", recalls.recall_notice, name="recall_notice"),
    path("tracing-reports/new", reports.new_report, name="new_report"),
    path("tracing-reports/<int:number>/file.csv", reports.report_file, name="report_file"),
    path("tracing-reports/<int:number>/approve", reports.approve_report, name="approve_report"),
    path("tracing-reports/<int:number>/e-mail", reports.approve_report_by_mail, name="approve_report_by_mail"),
    path("tracing-reports/<int:number>/finalise", reports.finalise_report, name="finalise_report"),
    path("tracing-reports/<int:number>/discard", reports.discard_report, name="discard_report"),
]
