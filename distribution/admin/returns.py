"""What came back, and from where goods leave, in the admin."""

from django.contrib import admin

from distribution.models import DefaultPlace, Return, ReturnLine
from eqms.lists import ListAdmin, ReadOnlyAdmin, ReadOnlyInline


class ReturnLineInline(ReadOnlyInline):
    model = ReturnLine
    fields = ("product", "lot", "quantity", "shipment_line")
    show_change_link = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("product", "lot", "shipment_line")


@admin.register(Return)
class ReturnAdmin(ReadOnlyAdmin):
    list_display = ("returned_on", "distribution", "units_back", "place_reached", "reason", "received_by")
    list_select_related = ("distribution", "warehouse", "storefront", "received_by")
    search_fields = ("tracking_number", "reason")
    search_related = {"distribution": ("order_number", "tracking_number"), "lines": ("product__sku", "lot__number")}
    ordering = ("-returned_on", "-id")
    inlines = [ReturnLineInline]
    empty_says = "Nothing came back yet. Units are taken back from the page of their shipment."

    def get_queryset(self, request):
        return super().get_queryset(request).with_units()

    @admin.display(description="units", ordering="units")
    def units_back(self, goods_return):
        return goods_return.units

    @admin.display(description="to")
    def place_reached(self, goods_return):
        return goods_return.place


@admin.register(DefaultPlace)
class DefaultPlaceAdmin(ListAdmin):
    list_display = ("source", "place_left")
    list_select_related = ("warehouse", "storefront")
    autocomplete_fields = ("warehouse", "storefront")
    ordering = ("source",)
    empty_says = "No default places. Without one, a shipment that names no place is flagged and takes no stock."

    @admin.display(description="leaves from")
    def place_left(self, default):
        return default.place
