"""Customers of a selection become one: who survives, and of whom each column."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from customers.compared import compared
from customers.forms.merging import chosen_in
from customers.merging import default_survivor
from customers.models import Customer
from customers.operations import merge_customers, not_duplicates
from eqms.operations import Operation, Plan
from eqms.operations.words import rows_in_words

MOST_SIDE_BY_SIDE = 10


class MergingAdmin:
    """The actions that begin at a selection of customers, and the page of a merge."""

    operation_templates = {merge_customers.name: "admin/customers/customer/merge.html"}

    def get_actions(self, request):
        actions = super().get_actions(request)
        begun: dict[str, Callable] = {merge_customers.name: merge_selected, not_duplicates.name: keep_selected_apart}
        return actions | {n: (begun[n], n, title) for n, (_, _, title) in actions.items() if n in begun}

    def shown_beside(self, request: HttpRequest, op: Operation, form, plan: Plan) -> dict[str, Any]:
        """Return what the page of a merge shows beside its plan: the customers column by column, and what moves."""
        shown = super().shown_beside(request, op, form, plan)
        if op is not merge_customers:
            return shown
        said = form.cleaned_data
        keys = [said["master"], *said["duplicates"]]
        found = Customer.objects.select_related("primary_rep", "account_manager").in_bulk(keys)
        survivor, *losers = (found[key] for key in keys)
        columns = compared(survivor, losers, chosen_in(said["choose"])) if len(keys) <= MOST_SIDE_BY_SIDE else []
        return {
            **shown,
            "survivor": survivor,
            "together": [(customer, self.with_survivor(customer, found.values())) for customer in (survivor, *losers)],
            "columns": columns,
            "kinds": kinds_of(plan),
        }

    def with_survivor(self, survivor: Customer, customers) -> str:
        """Return the address of the merge in which ``survivor`` stays."""
        losers = [customer.pk for customer in customers if customer.pk != survivor.pk]
        query = urlencode({"master": f"id:{survivor.pk}", "duplicates": [f"id:{key}" for key in losers]}, doseq=True)
        return f"{self.address_of(merge_customers)}?{query}"


def merge_selected(modeladmin, request, queryset) -> HttpResponseRedirect | None:
    """The action: show the plan of making the selected customers one."""
    found = list(queryset.select_related(None).order_by("pk")[: MOST_SIDE_BY_SIDE + 1])
    if not 2 <= len(found) <= MOST_SIDE_BY_SIDE:
        text = f"Select 2 to {MOST_SIDE_BY_SIDE} customers that are one: they are shown side by side."
        return modeladmin.message_user(request, text, messages.WARNING)
    return HttpResponseRedirect(modeladmin.with_survivor(default_survivor(found), found))


def keep_selected_apart(modeladmin, request, queryset) -> HttpResponseRedirect | None:
    """The action: show the plan of noting that the two selected customers are different ones."""
    found = list(queryset.select_related(None).order_by("pk")[:3])
    if len(found) != 2:
        return modeladmin.message_user(request, "Select two customers that are different ones.", messages.WARNING)
    query = urlencode({"first": f"id:{found[0].pk}", "second": f"id:{found[1].pk}"})
    address = reverse("admin:customers_customer_operation", args=[not_duplicates.name])
    return HttpResponseRedirect(f"{address}?{query}")


def kinds_of(plan: Plan) -> list[tuple[str, str]]:
    """Return what happens to rows of each kind, in words: ("12 sales orders", "Move")."""
    words = {"update": "Move", "delete": "Leave, since the survivor has their twin", "create": "New"}
    counted = [(label, verb, n) for (verb, label), n in sorted(plan.by_model.items(), key=lambda item: item[0][1])]
    own = Customer._meta.label
    return [(rows_in_words(n, label), words[verb]) for label, verb, n in counted if label != own and verb in words]
