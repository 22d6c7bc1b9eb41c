"""The people around a customer, on its page and on pages of their own."""

from django.contrib import admin
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from customers.models import Contact, Customer, CustomerNote, CustomerRep, SalesRep
from eqms import look
from eqms.lists import CountingFilter, LinesInline, ListAdmin

CUSTOMERS_SHOWN = 50


class ContactInline(LinesInline):
    model = Contact
    fields = ("name", "title", "email", "phone", "is_primary", "notes")


class RepInline(LinesInline):
    model = CustomerRep
    autocomplete_fields = ("rep",)


class SellingFilter(CountingFilter):
    """Those who sell, or those who left."""

    title = "state"
    parameter_name = "state"
    choices_by_name = {"sells": "sells", "left": "left"}

    def chosen(self, rows, name):
        return rows.filter(is_active=name == "sells")


@admin.register(SalesRep)
class SalesRepAdmin(ListAdmin):
    change_form_template = "admin/customers/salesrep/change_form.html"
    list_display = ("name", "state", "territory", "email", "phone", "customer_count")
    list_filter = (SellingFilter,)
    search_fields = ("name", "email", "phone", "territory")
    empty_says = "No reps yet. Add the people who sell; they do not sign in."

    def get_queryset(self, request):
        """Return the reps with ``customer_count``: in use, as the primary or a further rep of theirs."""
        theirs = Customer.objects.active().filter(primary_rep=OuterRef("pk")).order_by().values("primary_rep")
        links = CustomerRep.objects.filter(rep=OuterRef("pk"), customer__archived_at=None).order_by().values("rep")
        further = links.exclude(customer__primary_rep=OuterRef("pk"))
        counts = [Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0) for rows in (theirs, further)]
        return super().get_queryset(request).annotate(customer_count=counts[0] + counts[1])

    def offered(self, rows):
        return rows.filter(is_active=True)

    @admin.display(description="state", ordering="is_active")
    def state(self, rep):
        return look.status("active", "sells") if rep.is_active else look.status("left")

    @admin.display(description="customers", ordering="customer_count")
    def customer_count(self, rep):
        return rep.customer_count

    def answers(self, request, rep):
        """Return the customers in use that ``rep`` looks after. Two queries."""
        if not request.user.has_perm("customers.view_customer"):
            return {"rep": rep}
        theirs = Customer.objects.active().filter(Q(primary_rep=rep) | Q(rep_links__rep=rep)).distinct()
        shown = list(theirs.order_by("facility_name", "pk")[:CUSTOMERS_SHOWN])
        return {
            "rep": rep,
            "customers": shown,
            "more": max(0, rep.customer_count - len(shown)),
            "all_address": f"{reverse('admin:customers_customer_changelist')}?primary_rep__id__exact={rep.pk}",
        }


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


@admin.register(CustomerNote)
class CustomerNoteAdmin(ListAdmin):
    list_display = ("written_on", "customer", "text", "author")
    list_select_related = ("customer", "author")
    search_fields = ("text",)
    search_related = {"customer": ("facility_name", "customer_number"), "author": ("username",)}
    autocomplete_fields = ("customer",)
    readonly_fields = ("author",)
    fields = ("customer", "text", "written_on", "author")
    ordering = ("-written_on", "-id")
    empty_says = "No notes yet. Write one on the page of its customer."

    def save_model(self, request, obj, form, change):
        obj.author_id = obj.author_id or request.user.pk
        super().save_model(request, obj, form, change)
