"""Customers that nobody needs any more."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from django import forms
from django.utils import timezone

from customers.holders import held_by_words
from customers.models import Customer
from eqms.operations import operation

ONBOARDING_DAYS = 180
PIECE = 5000  # customers whose holders are asked for together


class CleanupOptions(forms.Form):
    created_before = forms.DateField(required=False, help_text="leave younger customers out (YYYY-MM-DD)")


@operation(model=Customer, permission="customers.delete_customer", form=CleanupOptions, ceiling=2000)
def cleanup_zero_order_customers(plan, customers, *, created_before=None):
    """Delete customers without orders that nothing refers to and nothing waits for."""
    idle = customers.without_orders()
    if created_before:
        idle = idle.filter(created_at__date__lt=created_before)
    for customer, holders in with_holders(idle):
        if holders:
            plan.skip(customer, because=f"kept: {', '.join(holders)}")
        else:
            plan.delete(customer, because="no order, and nothing refers to this customer")


def with_holders(customers) -> Iterator[tuple[Customer, list[str]]]:
    """Yield each customer with what holds it, in words. One query a relation for PIECE customers."""
    rows = customers.order_by("pk").iterator(PIECE)
    while piece := list(islice(rows, PIECE)):
        references = Customer.objects.filter(pk__among=[customer.pk for customer in piece]).held_by()
        named = held_by_words(customer.company_key for customer in piece)
        for customer in piece:
            words = [str(holder) for holder in references.get(customer.pk, [])]
            words += named.get(customer.company_key, [])
            yield customer, words + onboarding_words(customer)


def onboarding_words(customer: Customer) -> list[str]:
    """Return why a young customer in onboarding stays: its first order may still come."""
    since = timezone.localdate(customer.created_at)
    until = since + timedelta(days=ONBOARDING_DAYS)
    if customer.status != Customer.Status.ONBOARDING or until <= timezone.localdate():
        return []
    return [f"onboarding since {since:%Y-%m-%d}, kept until {until:%Y-%m-%d}"]
