"""What people decided about customers that look alike."""

from django.contrib import admin

from customers.models import NotDuplicate
from eqms.lists import ListAdmin


@admin.register(NotDuplicate)
class NotDuplicateAdmin(ListAdmin):
    list_display = ("first", "second", "decided_by", "decided_at", "reason")
    list_display_links = ("decided_at",)
    list_select_related = ("first", "second", "decided_by")
    search_fields = ("reason",)
    search_related = {"first": ("facility_name", "customer_number"), "second": ("facility_name", "customer_number")}
    autocomplete_fields = ("first", "second")
    readonly_fields = ("decided_by", "decided_at")
    ordering = ("-id",)
    empty_says = "Nobody has said yet that two similar customers are different ones."

    def save_model(self, request, obj, form, change):
        obj.decided_by = obj.decided_by or request.user
        super().save_model(request, obj, form, change)
