"""Customers as JSON for runbooks and monitors."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from customers.models import Customer
from customers.operations import with_holders
from eqms.json_views import json_view, page_of, refusal

ZERO_ORDERS_A_PAGE = 200


@require_GET
@json_view
def zero_orders(request: HttpRequest) -> JsonResponse:
    """List the customers without orders, each with what holds it: the clean-up deletes those that nothing holds."""
    denied = refusal(request, "customers.view_customer")
    if denied:
        return denied
    part = page_of(request, limit=ZERO_ORDERS_A_PAGE)
    idle = Customer.objects.without_orders()
    shown = Customer.objects.filter(pk__in=list(idle.order_by("pk").values_list("pk", flat=True)[part]))
    rows = [
        {
            "id": customer.pk,
            "facility_name": customer.facility_name,
            "company_key": customer.company_key,
            "held_by": holders,
        }
        for customer, holders in with_holders(shown)
    ]
    return JsonResponse({"zero_order_customers": rows, "count": idle.count()})
