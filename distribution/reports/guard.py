"""Undo takes back neither a report nor what a report lists."""

from distribution.models import Distribution, ReportApproval, ReportDecision, ReportedShipment, TracingReport
from eqms.models import OperationRun
from eqms.operations import Plan, Refused

REPORTING = [model._meta.label for model in (TracingReport, ReportApproval, ReportDecision)]


def keep_reports(plan: Plan, run: OperationRun) -> None:
    """Refuse to undo what a run did about a report, or shipments that it made and a report lists. Three statements."""
    if run.entries.filter(model__in=REPORTING).exists():
        raise Refused(
            f"{str(run).capitalize()} is about a tracing report, and nothing about one is taken back: "
            "a draft is discarded with a reason, a final report stays."
        )
    made = run.entries.filter(model=Distribution._meta.label, verb="create").values_list("key", flat=True)
    listed = ReportedShipment.objects.filter(shipment__pk__among=list(made)).select_related("report", "shipment")
    if first := listed.select_related("report__decision").order_by("report_id", "shipment_id").first():
        raise Refused(
            f"Shipment {first.shipment_id} ({first.shipment}) stands in {first.report}, a {first.report.status} one: "
            "what was reported stays in the log. Void the shipment if it was entered in error, "
            "or discard the report while it is a draft."
        )
