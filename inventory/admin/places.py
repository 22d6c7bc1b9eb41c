"""Warehouses and storefronts in the admin."""

from django.contrib import admin
from django.urls import reverse
from django.utils.http import urlencode

from eqms.lists import ArchivedFilter, ListAdmin
from inventory.models import StoreFront, Warehouse


class PlaceAdmin(ListAdmin):
    """A place that can be counted."""

    change_form_template = "admin/inventory/place_change_form.html"

    def answers(self, request, place):
        """Where it is counted. No query."""
        if place.archived_at or not request.user.has_perm("inventory.add_stockcount"):
            return {}
        return {
            "count_url": f"{reverse('open_stock_count')}?{urlencode({'place': f'{self.opts.model_name} {place.pk}'})}"
        }


@admin.register(Warehouse)
class WarehouseAdmin(PlaceAdmin):
    list_display = ("name", "is_quarantine", "archived_at")
    list_filter = (ArchivedFilter, "is_quarantine")
    search_fields = ("name",)
    empty_says = "No warehouses yet. Add the place where goods come in."


@admin.register(StoreFront)
class StoreFrontAdmin(PlaceAdmin):
    list_display = ("name", "archived_at")
    list_filter = (ArchivedFilter,)
    search_fields = ("name",)
    empty_says = "No storefronts yet. Add the places from which goods are sold."
