"""Warehouses and storefronts in the admin."""

from django.contrib import admin

from eqms.lists import ArchivedFilter, ListAdmin
from inventory.models import StoreFront, Warehouse


@admin.register(Warehouse)
class WarehouseAdmin(ListAdmin):
    list_display = ("name", "is_quarantine", "archived_at")
    list_filter = (ArchivedFilter, "is_quarantine")
    search_fields = ("name",)
    empty_says = "No warehouses yet. Add the place where goods come in."


@admin.register(StoreFront)
class StoreFrontAdmin(ListAdmin):
    list_display = ("name", "archived_at")
    list_filter = (ArchivedFilter,)
    search_fields = ("name",)
    empty_says = "No storefronts yet. Add the places from which goods are sold."
