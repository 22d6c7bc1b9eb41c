"""Tracing reports in the admin: looked at here, with what became of their signatures, worked on with their buttons."""

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.utils.http import urlencode

from distribution.forms.reports import ApproveForm, DiscardForm, MailForm
from distribution.models import TracingReport
from distribution.reports import changes_since, proved, standing_of, standings_of
from distribution.reports.asked import Asked
from distribution.reports.making import goods_in
from eqms import look
from eqms.lists import CountingFilter, ReadOnlyAdmin
from eqms.storage import DamagedDocument, StorageTrouble

ADD, APPROVE, DECIDE = (f"distribution.add_{name}" for name in ("tracingreport", "reportapproval", "reportdecision"))
COMPARED_AT_ONCE = 10_000  # rows: of more, the log is compared when a person asks
GOODS_SHOWN = 50


class ReportFilter(CountingFilter):
    title = "state"
    parameter_name = "status"
    choices_by_name = {"draft": "draft", "final": "final", "discarded": "discarded"}
    counted = ("draft",)

    def chosen(self, rows, name):
        return rows.drafts() if name == "draft" else rows.filter(decision__outcome=name)


class StandingList(ChangeList):
    """The list knows of each report on the page how it stands: in as many queries for one as for all."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        standings = standings_of(self.result_list)
        for report in self.result_list:
            report.standing = standings[report.pk]


@admin.register(TracingReport)
class TracingReportAdmin(ReadOnlyAdmin):
    change_form_template = "admin/distribution/tracingreport/change_form.html"
    list_display = ("number", "scope", "status", "approvals", "rows_listed", "units_listed", "made", "short_hash")
    list_filter = (ReportFilter,)
    search_fields = ("sha256", "lot_number", "customer_name", "note")
    ordering = ("-id",)
    tools = (("New tracing report", "new_report", ADD),)
    empty_says = "No tracing reports. Make one of a month: it is kept as a file, approved, then final."

    def get_queryset(self, request):
        return super().get_queryset(request).with_all()

    def get_fieldsets(self, request, obj=None):
        """All columns as they are signed, folded away: the page says them in words before."""
        columns = [name for name in self.get_fields(request, obj) if name != "decision"]
        return [("All that is signed", {"fields": columns, "classes": ["collapse"]})]

    def get_changelist(self, request, **kwargs):
        return StandingList

    def answers(self, request, report):
        """Return how the report stands, what its file holds, what the log says since, and what can be done."""
        may, standing = request.user.has_perm, standing_of(report)
        return {
            "report": report,
            "standing": standing,
            "has_approved": request.user.get_username() in {one.approval.approver for one in standing.approvals},
            "approve": ApproveForm(auto_id="approve_%s"),
            "mail": MailForm(auto_id="mail_%s"),
            "discard": DiscardForm(auto_id="discard_%s"),
            "may_approve": report.is_draft and may(APPROVE),
            "may_decide": report.is_draft and may(DECIDE),
            "may_discard": report.is_draft and may(ADD),
            "again": again(report) if may(ADD) else "",
            "left_out": Asked.of(report).left_out_count() if report.is_draft else 0,
            **file_of(report, compare=report.row_count <= COMPARED_AT_ONCE or "compare" in request.GET),
        }

    @admin.display(description="report", ordering="id")
    def number(self, report):
        return report.pk

    @admin.display(description="what of", ordering="month")
    def scope(self, report):
        return report.scope

    @admin.display(description="state")
    def status(self, report):
        return look.status(report.status)

    @admin.display(description="approved by")
    def approvals(self, report):
        if report.standing.in_words:
            return look.status("failed", "no longer fits")
        return ", ".join(one.approval.approver for one in report.standing.valid) or look.NOTHING

    @admin.display(description="rows", ordering="row_count")
    def rows_listed(self, report):
        return f"{report.row_count:,}"

    @admin.display(description="units", ordering="units")
    def units_listed(self, report):
        return f"{report.units:,}"

    @admin.display(description="made", ordering="made_at")
    def made(self, report):
        return f"{report.made_at:%Y-%m-%d} by {report.made_by or 'nobody named'}"

    @admin.display(description="sha256")
    def short_hash(self, report):
        return f"{report.sha256[:12]}…"


def file_of(report: TracingReport, *, compare: bool) -> dict:
    """Return what the page says from the file: is it whole, which goods, what the log says since."""
    try:
        data = proved(report)
    except DamagedDocument as damage:
        return {"damage": damage}
    except StorageTrouble as trouble:
        return {"trouble": trouble}
    goods = goods_in(data)
    told = {"goods": goods[:GOODS_SHOWN], "goods_more": max(0, len(goods) - GOODS_SHOWN)}
    return {**told, "compared": compare, "changes": changes_since(report, data) if compare else None}


def again(report: TracingReport) -> str:
    """Return the query under which a new report is asked for the same."""
    said = {"month": f"{report.month:%Y-%m}", "customer": report.customer_key, "lot": report.lot_number}
    said |= {"product": report.product.sku if report.product else "", "source": report.source, "state": report.state}
    return urlencode({name: value for name, value in said.items() if value})
