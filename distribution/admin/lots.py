"""What shipments add to the page of a lot: where it went."""

from django.contrib import admin
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from distribution.recalling import recalls_of
from distribution.tracing.shipped_lines import MAY_TRACE
from inventory.admin.catalogue import LotAdmin
from inventory.models import Lot

MOST_LOTS = 50


class TracedLotAdmin(LotAdmin):
    change_form_template = "admin/inventory/lot/change_form.html"
    actions = ("recall_lots",)

    def get_actions(self, request):
        actions = super().get_actions(request)
        if not request.user.has_perm("distribution.add_recall"):
            actions.pop("recall_lots", None)
        return actions

    @admin.action(description="Open a recall of these lots")
    def recall_lots(self, request, queryset):
        """Lead to the page that opens a recall of the selected lots."""
        keys = [("lot", key) for key in queryset.order_by("pk").values_list("pk", flat=True)[:MOST_LOTS]]
        return redirect(f"{reverse('open_recall')}?{urlencode(keys)}")

    def answers(self, request, lot):
        """Return signatures and recalls, and where the lot is traced and recalled, "" for who may not."""
        address = f"{reverse('trace')}?{urlencode({'lot': lot.pk})}"
        may_open = request.user.has_perm("distribution.add_recall")
        return {
            **super().answers(request, lot),
            "trace_url": address if request.user.has_perm(MAY_TRACE) else "",
            "recall_url": f"{reverse('open_recall')}?{urlencode({'lot': lot.pk})}" if may_open else "",
            "recalls": recalls_of(lot),
        }


admin.site.replace(Lot, TracedLotAdmin)
