"""Transfers in the admin."""

from django.contrib import admin

from eqms.lists import LinesInline, ListAdmin, status_column
from inventory.models import TransferRequest, TransferRequestLineItem


class TransferLineInline(LinesInline):
    model = TransferRequestLineItem
    min_num = 1
    autocomplete_fields = ("product", "lot")

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and is_open(obj)

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and is_open(obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and is_open(obj)


def is_open(request: TransferRequest | None) -> bool:
    """True while a transfer may still be edited: before it is assigned, fulfilled or cancelled."""
    return request is None or request.status == TransferRequest.Status.NEW


@admin.register(TransferRequest)
class TransferRequestAdmin(ListAdmin):
    list_display = ("id", "status_word", "priority_word", "warehouse", "storefront", "requested_at", "assigned_to")
    list_filter = ("status", "priority")
    list_select_related = ("warehouse", "storefront", "assigned_to")
    search_fields = ("cancel_reason",)
    search_related = {"storefront": ("name",), "warehouse": ("name",)}
    autocomplete_fields = ("warehouse", "storefront")
    inlines = [TransferLineInline]
    fieldsets = [
        (None, {"fields": ("warehouse", "storefront", "priority", "status")}),
        (
            "What happened",
            {
                "fields": (
                    ("requested_by", "requested_at"),
                    ("assigned_to", "assigned_by", "assigned_at"),
                    ("fulfilled_by", "fulfilled_at"),
                    ("cancelled_by", "cancelled_at", "cancel_reason"),
                )
            },
        ),
    ]
    readonly_fields = (
        "status",
        "requested_by",
        "requested_at",
        "assigned_to",
        "assigned_by",
        "assigned_at",
        "fulfilled_by",
        "fulfilled_at",
        "cancelled_by",
        "cancelled_at",
        "cancel_reason",
    )
    empty_says = "No transfers yet. A storefront asks for units by adding one."

    status_word = status_column()
    priority_word = status_column("priority")

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and is_open(obj)

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        obj.requested_by = obj.requested_by or request.user
        super().save_model(request, obj, form, change)
