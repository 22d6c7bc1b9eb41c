"""The list and the page of customers."""

from operator import attrgetter

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import URLInput
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from customers.forms.customer import CustomerForm
from customers.known_as import former_names
from customers.models import Customer
from customers.operations import cleanup_zero_order_customers, dedupe_customers, merge_customers, not_duplicates
from customers.renaming import plan_change
from customers.review import looks_like
from customers.standing import standing_of
from customers.timeline import timeline_of
from eqms import look
from eqms.list_export import ExportedListAdmin
from eqms.lists import status_column

from .merging import MergingAdmin
from .people import ContactInline, RepInline
from .steps import StepsAdmin
from .tabs import StatusTabs, TabbedList

NOTES_SHOWN, CONTACTS_SHOWN, EVENTS_SHOWN = 5, 10, 5
# Stock's widget shows the raw address beside the field: the page above the form shows the label that leads there.
PLAIN_ADDRESS = {"assume_scheme": "https", "widget": URLInput(attrs={"class": "vURLField"})}


@admin.register(Customer)
class CustomerAdmin(StepsAdmin, MergingAdmin, ExportedListAdmin):
    change_form_template = "admin/customers/customer/change_form.html"
    change_list_template = "admin/customers/customer/change_list.html"
    list_display = (
        "facility",
        "customer_number",
        "place",
        "status_word",
        "rep",
        "account_manager",
        "leads_sheet",
    )
    list_filter = (StatusTabs,)
    list_per_page = 100
    list_select_related = ("primary_rep", "account_manager")
    list_reads = (
        *("facility_name", "customer_number", "city", "state", "status", "archived_at"),
        *("leads_sheet_url", "leads_sheet_label", "primary_rep__name", "primary_rep__is_active"),
        *("account_manager__username", "account_manager__first_name", "account_manager__last_name"),
    )
    search_fields = ("facility_name", "customer_number", "city", "postal_code", "phone", "email", "leads_sheet_label")
    search_related = {"contacts": ("name", "email"), "aliases": ("value",)}
    autocomplete_fields = ("primary_rep",)
    readonly_fields = ("archived_at", "portal_user", "company_key", "leads_sheet")
    formfield_overrides = {models.URLField: PLAIN_ADDRESS}
    inlines = [ContactInline, RepInline]
    form = CustomerForm
    operations = (cleanup_zero_order_customers, dedupe_customers, merge_customers, not_duplicates)
    tools = (("Review duplicates", "review_duplicates", "customers.view_duplicatecandidate"),)
    empty_says = "No customers yet. Importing sales orders creates them."
    fieldsets = [
        (None, {"fields": ("facility_name", "customer_number", "status")}),
        ("Address", {"fields": ("address1", "address2", "city", "state", "postal_code", "country")}),
        ("Reached at", {"fields": ("phone", "email", "portal_user")}),
        ("Looked after by", {"fields": ("primary_rep", "account_manager", "leads_sheet_url", "leads_sheet_label")}),
        ("Record", {"fields": ("company_key", "archived_at"), "classes": ["collapse"]}),
    ]

    export_columns = {
        "Customer ID": attrgetter("pk"),
        "Facility Name": attrgetter("facility_name"),
        "Customer Number": attrgetter("customer_number"),
        "Status": lambda customer: customer.get_status_display().lower(),
        "Archived": lambda customer: customer.archived_at and f"{timezone.localtime(customer.archived_at):%Y-%m-%d}",
        "Address": attrgetter("address1"),
        "Address 2": attrgetter("address2"),
        "City": attrgetter("city"),
        "State": attrgetter("state"),
        "Zip": attrgetter("postal_code"),
        "Country": attrgetter("country"),
        "Phone": attrgetter("phone"),
        "Email": attrgetter("email"),
        "Reps": lambda customer: "; ".join(map(str, customer.reps())),
        "Account Manager": attrgetter("account_manager"),
        "Leads Sheet": attrgetter("leads_sheet"),
    }

    status_word = status_column()

    # -- the list --------------------------------------------------------------------------------

    def get_changelist(self, request, **kwargs):
        return TabbedList

    def get_paginator(self, request, queryset, *args, **kwargs):
        """Return the pages of the list; it is not counted once more where the tabs say how many there are."""
        pages = super().get_paginator(request, queryset, *args, **kwargs)
        if hasattr(queryset, "known_count"):
            pages.count = queryset.known_count
        return pages

    def offered(self, rows):
        return rows.active()

    def exported(self, rows):
        return rows.prefetch_related("rep_links__rep")

    @admin.display(description="facility", ordering="facility_name")
    def facility(self, customer):
        if not customer.archived_at:
            return customer.facility_name
        return format_html("{} {}", customer.facility_name, look.status("archived"))

    @admin.display(description="place", ordering="city")
    def place(self, customer):
        return ", ".join(filter(None, [customer.city, customer.state])) or look.NOTHING

    @admin.display(description="rep", ordering="primary_rep__name")
    def rep(self, customer):
        rep = customer.primary_rep
        if rep is None or rep.is_active:
            return rep or look.NOTHING
        return format_html("{} {}", rep, look.status("left"))

    @admin.display(description="leads sheet")
    def leads_sheet(self, customer):
        return look.link(customer.leads_sheet_url, customer.leads_sheet) or look.NOTHING

    # -- one customer ----------------------------------------------------------------------------

    def answers(self, request, customer):
        """Return who they are to us, whom to speak to, what was noted and what happened."""
        notes = list(customer.notes.select_related("author")[: NOTES_SHOWN + 1])
        return {
            "customer": customer,
            "standing": standing_of(customer),
            "reps": customer.reps(),
            "contacts": customer.contacts.all()[:CONTACTS_SHOWN],
            "notes": notes[:NOTES_SHOWN],
            "more_notes": len(notes) > NOTES_SHOWN,
            "formers": former_names(customer),
            "timeline": timeline_of(customer, request.user, limit=EVENTS_SHOWN),
            "alike": looks_like(customer) if request.user.has_perm("customers.view_duplicatecandidate") else [],
            "may": self.may(request),
        }

    def get_fieldsets(self, request, obj=None):
        """Return the fieldsets; who may only look sees the leads sheet by its label, never its raw address."""
        found = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return found
        raw, label = "leads_sheet_url", "leads_sheet_label"
        shown = [["leads_sheet" if f == raw else f for f in part["fields"] if f != label] for _, part in found]
        return [(title, {**part, "fields": fields}) for (title, part), fields in zip(found, shown, strict=True)]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "account_manager":
            field.queryset = field.queryset.filter(is_staff=True)
        return field

    def plan_change(self, plan, row, *, because, **values):
        plan_change(plan, row, because=because, **values)

    def get_urls(self):
        view = self.admin_site.admin_view(self.timeline_page)
        return [path("<int:number>/timeline/", view, name="customers_customer_timeline"), *super().get_urls()]

    def timeline_page(self, request, number):
        """Show all that happened to a customer, page by page."""
        customer = get_object_or_404(Customer, pk=number)
        if not self.has_view_permission(request, customer):
            raise PermissionDenied
        before = request.GET.get("before", "")
        context = {
            **self.admin_site.each_context(request),
            "title": f"What happened to {customer}",
            "opts": self.opts,
            "customer": customer,
            "timeline": timeline_of(customer, request.user, before=number_in(before)),
            "is_first": not before,
        }
        return TemplateResponse(request, "admin/customers/customer/timeline.html", context)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """Lead an old link of a merged customer to the one that stayed."""
        key = number_in(unquote(object_id))
        customer = Customer.objects.merged_into([key]).get(key)
        if customer is None:
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        return HttpResponseRedirect(reverse("admin:customers_customer_change", args=[customer.pk]))


def number_in(text: str) -> int | None:
    """Return ``text`` as the number of a row, None where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
