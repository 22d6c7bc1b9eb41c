"""What shipments add to the page of a lot: where it went."""

from django.contrib import admin
from django.urls import reverse
from django.utils.http import urlencode

from distribution.tracing.shipped_lines import MAY_TRACE
from inventory.admin.catalogue import LotAdmin
from inventory.models import Lot


class TracedLotAdmin(LotAdmin):
    change_form_template = "admin/inventory/lot/change_form.html"

    def answers(self, request, lot):
        """Return the signatures, and where the page of the trace is, "" for who may not see it."""
        address = f"{reverse('trace')}?{urlencode({'lot': lot.pk})}"
        return {**super().answers(request, lot), "trace_url": address if request.user.has_perm(MAY_TRACE) else ""}


admin.site.replace(Lot, TracedLotAdmin)
