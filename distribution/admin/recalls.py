"""Recalls and their notices in the admin: looked at here, worked on with their buttons."""

from django.conf import settings
from django.contrib import admin
from django.urls import reverse

from distribution.forms.recalls import TellForm
from distribution.models import Recall, RecallNotice
from distribution.tracing.left_out import of_lots
from eqms import look
from eqms.lists import CountingFilter, ReadOnlyAdmin, status_column
from eqms.signatures import signatures_of

CHANGE = "distribution.change_recall"
SHOWN = 100  # consignees on the page of a recall


@admin.register(Recall)
class RecallAdmin(ReadOnlyAdmin):
    change_form_template = "admin/distribution/recall/change_form.html"
    list_display = ("number", "state_word", "lots", "opened", "notice_count", "told_count", "answered_count", "risk")
    list_filter = ("state", "risk")
    list_select_related = ("opened_by",)
    search_fields = ("reason",)
    search_related = {"recall_lots": ("lot__number", "lot__product__sku")}
    ordering = ("-id",)
    empty_says = "No recalls. Trace a lot first: its page opens the recall of it."

    state_word = status_column("state")

    def get_queryset(self, request):
        return super().get_queryset(request).with_counts().prefetch_related("recall_lots__lot__product")

    def answers(self, request, recall):
        """Return how far the recall is, who is to be told, and what can be done now."""
        notices = recall.notices.order_by("told_at", "answered_at", "consignee_name", "pk")
        lots = [row.lot for row in recall.recall_lots.all()]
        return {
            "recall": recall,
            "lots": lots,
            "left_out": of_lots(lots),
            "effectiveness": recall.notices.effectiveness(),
            "notices": notices[:SHOWN],
            "notice_count": notices.count(),
            "to_tell": recall.notices.to_tell().count(),
            "tell": TellForm(),
            "mail_problem": settings.MAIL_PROBLEM,
            "signatures": signatures_of(recall),
            "may": recall.is_open and request.user.has_perm(CHANGE),
        }

    @admin.display(description="recall", ordering="id")
    def number(self, recall):
        return recall.pk

    @admin.display(description="lots")
    def lots(self, recall):
        return ", ".join(f"{row.lot.product.sku} {row.lot}" for row in recall.recall_lots.all()) or look.NOTHING

    @admin.display(description="opened", ordering="opened_at")
    def opened(self, recall):
        return f"{recall.opened_at:%Y-%m-%d} by {recall.opened_by or 'nobody named'}"

    @admin.display(description="consignees", ordering="notice_count")
    def notice_count(self, recall):
        return recall.notice_count

    @admin.display(description="told", ordering="told_count")
    def told_count(self, recall):
        return recall.told_count

    @admin.display(description="answered", ordering="answered_count")
    def answered_count(self, recall):
        return recall.answered_count


class NoticeFilter(CountingFilter):
    title = "state"
    parameter_name = "state"
    choices_by_name = {"to_tell": "to tell", "told": "told, no answer yet", "answered": "answered"}
    counted = ("to_tell", "told")

    def chosen(self, rows, name):
        if name == "to_tell":
            return rows.to_tell()
        return rows.filter(told_at__isnull=False, answered_at__isnull=name == "told")


@admin.register(RecallNotice)
class RecallNoticeAdmin(ReadOnlyAdmin):
    list_display = ("consignee", "recall", "state", "units_shipped", "units_back", "told_at", "told_how", "answered_at")
    list_filter = (NoticeFilter, "told_how")
    list_select_related = ("recall",)
    search_fields = ("consignee_name", "consignee_city", "email")
    ordering = ("-id",)
    empty_says = "No notices. A recall drafts one for every consignee of its lots."

    @admin.display(description="consignee", ordering="consignee_name")
    def consignee(self, notice):
        return look.link(reverse("recall_notice", args=[notice.pk]), notice.consignee_name or "nobody named")

    @admin.display(description="state")
    def state(self, notice):
        return look.status(notice.status)
