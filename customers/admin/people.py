"""The people around a customer, on its page and on pages of their own."""

from django.contrib import admin

from customers.models import Contact, CustomerAlias, CustomerNote, CustomerRep, SalesRep
from eqms.lists import LinesInline, ListAdmin, ReadOnlyInline


class ContactInline(LinesInline):
    model = Contact
    fields = ("name", "title", "email", "phone", "is_primary", "notes")


class NoteInline(LinesInline):
    model = CustomerNote
    fields = ("written_on", "text", "author")
    readonly_fields = ("author",)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("author")


class RepInline(LinesInline):
    model = CustomerRep
    autocomplete_fields = ("rep",)


class AliasInline(ReadOnlyInline):
    model = CustomerAlias
    fields = ("kind", "value")
    show_change_link = False


@admin.register(SalesRep)
class SalesRepAdmin(ListAdmin):
    list_display = ("name", "territory", "email", "phone", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "email", "phone", "territory")
    empty_says = "No reps yet. Add the people who sell; they do not sign in."


@admin.register(Contact)
class ContactAdmin(ListAdmin):
    list_display = ("name", "customer", "title", "email", "phone", "is_primary")
    list_filter = ("is_primary",)
    list_select_related = ("customer",)
    search_fields = ("name", "email", "phone")
    search_related = {"customer": ("facility_name", "customer_number")}
    autocomplete_fields = ("customer",)
    ordering = ("-id",)
    empty_says = "No contacts yet. Add them on the page of their customer."
