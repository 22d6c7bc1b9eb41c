"""The list and the page of customers."""

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db import models
from django.http import HttpResponseRedirect
from django.urls import reverse

from customers.models import Customer, CustomerAlias, CustomerNote
from customers.operations import cleanup_zero_order_customers
from customers.renaming import plan_change
from eqms import look
from eqms.lists import ArchivedFilter, ListAdmin, status_column

from .people import AliasInline, ContactInline, NoteInline, RepInline


@admin.register(Customer)
class CustomerAdmin(ListAdmin):
    list_display = (
        "facility_name",
        "customer_number",
        "city",
        "state",
        "status_word",
        "primary_rep",
        "account_manager",
        "leads_sheet",
    )
    list_filter = (ArchivedFilter, "status")
    list_select_related = ("primary_rep", "account_manager")
    search_fields = ("facility_name", "customer_number", "city", "postal_code", "phone", "email")
    search_related = {"contacts": ("name", "email")}
    autocomplete_fields = ("primary_rep",)
    readonly_fields = ("archived_at", "portal_user", "company_key")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = [ContactInline, NoteInline, RepInline, AliasInline]
    operations = (cleanup_zero_order_customers,)
    empty_says = "No customers yet. Importing sales orders creates them."
    fieldsets = [
        (None, {"fields": ("facility_name", "customer_number", "status")}),
        ("Address", {"fields": ("address1", "address2", "city", "state", "postal_code", "country")}),
        ("Reached at", {"fields": ("phone", "email", "portal_user")}),
        ("Looked after by", {"fields": ("primary_rep", "account_manager", "leads_sheet_url", "leads_sheet_label")}),
        ("Record", {"fields": ("company_key", "archived_at"), "classes": ["collapse"]}),
    ]

    status_word = status_column()

    @admin.display(description="leads sheet")
    def leads_sheet(self, customer):
        return look.link(customer.leads_sheet_url, customer.leads_sheet) or look.NOTHING

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "account_manager":
            field.queryset = field.queryset.filter(is_staff=True)
        return field

    def plan_change(self, plan, row, *, because, **values):
        plan_change(plan, row, because=because, **values)

    def save_formset(self, request, form, formset, change):
        if formset.model is CustomerNote:
            for note in (inner.instance for inner in formset.forms):
                note.author_id = note.author_id or request.user.pk
        super().save_formset(request, form, formset, change)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """Lead an old link of a merged customer to the one that stayed."""
        alias = CustomerAlias.objects.filter(kind=CustomerAlias.Kind.ID, value=object_id).first()
        if alias is None:
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        return HttpResponseRedirect(reverse("admin:customers_customer_change", args=[quote(alias.customer_id)]))
