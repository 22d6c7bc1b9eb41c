from django.apps import AppConfig


class DistributionConfig(AppConfig):
    name = "distribution"

    def ready(self):
        # What is known of a customer and what holds one, what moves stock, what the rows must keep.
        from customers.timeline import follow
        from distribution import customer_facts, holders, moved_units, rules  # noqa: F401
        from distribution.models import Distribution, ReportApproval, ReportDecision, TracingReport
        from distribution.operations import plan_links
        from distribution.recalling import keep_recalled
        from distribution.reports import rules as rules_of_reports  # noqa: F401
        from distribution.reports.guard import keep_reports
        from eqms import audit
        from eqms.operations.undo import undo_checks
        from inventory.models.products import status_checks
        from sales.operations import after_import

        after_import.append(plan_links)
        status_checks.append(keep_recalled)
        undo_checks.append(keep_reports)
        audit.APPEND_ONLY.extend([TracingReport, ReportApproval, ReportDecision])
        follow(Distribution, "sales_order__customer")
