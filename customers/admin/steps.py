"""What people do on the page of a customer beside its form: archive it, take it into use again, write a note."""

from copy import copy
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html

from customers.models import Customer
from eqms import look
from eqms.operations import NothingWritten

CHANGE, ADD_NOTE = "customers.change_customer", "customers.add_customernote"
NEEDED = {"archive": CHANGE, "unarchive": CHANGE, "note": ADD_NOTE}
DONE = {
    "archive": "{} is archived: lists and choices leave it out, a search still finds it.",
    "unarchive": "{} is in use again.",
    "note": "The note about {} is written.",
}
NOTHING_DONE = {"archive": "{} was archived already.", "unarchive": "{} is in use already."}


class StepsAdmin:
    """The steps of a customer: each a button with its own address, written by the one writer."""

    def get_urls(self):
        steps = [
            path(
                f"<int:number>/{name}/",
                self.admin_site.admin_view(partial(self.step, name=name)),
                name=f"customers_customer_{name}",
            )
            for name in NEEDED
        ]
        return [*steps, *super().get_urls()]

    def may(self, request: HttpRequest) -> dict[str, bool]:
        """Return which steps ``request.user`` may take."""
        return {name: request.user.has_perm(permission) for name, permission in NEEDED.items()}

    def step(self, request: HttpRequest, number: int, *, name: str) -> HttpResponse:
        """Take a step and show the customer again; where it is refused, with the reason and what was typed.

        Not in a transaction: the steps open the durable one.
        """
        customer = get_object_or_404(Customer, pk=number)
        page = reverse("admin:customers_customer_change", args=[number])
        if not self.may(request)[name]:
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseRedirect(page)
        try:
            run = taken(request, customer, name).run
        except NothingWritten as refusal:
            return self.refused(request, customer, name, str(refusal))
        words = (DONE if run else NOTHING_DONE)[name].format(customer)
        if run and request.user.has_perm("eqms.view_operationrun"):
            address = reverse("admin:eqms_operationrun_change", args=[run.pk])
            words = format_html("{} {}", words, look.link(address, f"{run}: look at it or undo it"))
        self.message_user(request, words, messages.SUCCESS if run else messages.INFO)
        return HttpResponseRedirect(f"{page}#notes" if name == "note" else page)

    def refused(self, request, customer: Customer, name: str, refusal: str) -> HttpResponse:
        """Answer a refused step with the page as it was, and what was typed."""
        shown = copy(request)
        shown.method, shown.POST = "GET", QueryDict()
        # The form below would else be sent to the address of the step.
        form_url = reverse("admin:customers_customer_change", args=[customer.pk])
        typed = {"problem": {"step": name, "words": refusal}, "typed": request.POST}
        return self.change_view(shown, str(customer.pk), form_url, typed)


def taken(request: HttpRequest, customer: Customer, name: str):
    """Take the step ``name`` with what was typed; return its plan."""
    if name == "note":
        return customer.add_note(request.POST.get("text", ""), by=request.user)
    step = customer.archive if name == "archive" else customer.unarchive
    return step(by=request.user, reason=request.POST.get("reason", ""))
