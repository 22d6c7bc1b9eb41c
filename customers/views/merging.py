"""Duplicates and their merge as JSON, for the runbooks that use these addresses."""

from itertools import chain
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET, require_POST

from customers.models import Customer, DuplicateCandidate
from customers.operations import merge_customers
from eqms.columns import canonical
from eqms.json_views import BadRequest, body_of, error, json_view, page_of, refusal
from eqms.operations import NothingWritten, PlanChanged
from eqms.operations.confirm import (
    AlreadyWritten,
    InvalidToken,
    make_token,
    opened_for,
    refuse_second_use,
    token_digest,
    write_confirmed,
)
from eqms.operations.export import as_json

DUPLICATES_A_PAGE = 100
IDS_WANTED = "master_id and duplicate_id required"
LARGEST_KEY = 2**63 - 1


@require_GET
@json_view
def duplicates(request: HttpRequest) -> JsonResponse:
    """List the pairs that the last search found and nobody has judged, the surest first."""
    denied = refusal(request, "customers.view_duplicatecandidate") or refusal(request, "customers.view_customer")
    if denied:
        return denied
    found = DuplicateCandidate.objects.open().strongest_first()
    shown = list(found[page_of(request, limit=DUPLICATES_A_PAGE)])
    customers = Customer.objects.in_bulk({key for pair in shown for key in (pair.first_id, pair.second_id)})
    rows = [
        {
            **told(1, customers[pair.first_id]),
            **told(2, customers[pair.second_id]),
            "confidence": pair.confidence,
            "match_reason": pair.reasons,
            "band": pair.band,
        }
        for pair in shown
    ]
    return JsonResponse({"duplicates": rows, "count": found.count()})


def told(number: int, customer: Customer) -> dict[str, Any]:
    """Return one customer of a pair as the list names it."""
    start = f"customer{number}"
    return {
        f"{start}_id": customer.pk,
        f"{start}_name": customer.facility_name,
        f"{start}_location": customer.location,
    }


@require_POST
@json_view
def merge(request: HttpRequest) -> HttpResponse:
    """Merge one customer into another as its token confirms; without one, answer with the plan and its token."""
    denied = refusal(request, merge_customers.permission)
    if denied:
        return denied
    body = body_of(request)
    master, duplicate = (key_in(body, name) for name in ("master_id", "duplicate_id"))
    if master == duplicate:
        raise BadRequest("master_id and duplicate_id are the same: a customer cannot become part of itself.")
    token = text_in(body, "confirm_token")
    try:
        refuse_second_use(token_digest(token))
        present = Customer.objects.filter(pk__in=[master, duplicate]).values_list("pk", flat=True)
        if missing := {master, duplicate} - set(present):
            return gone(min(missing))
        data = {"master": f"id:{master}", "duplicates": [f"id:{duplicate}"], "choose": choice_in(body)}
        return merged(request, token, data, text_in(body, "reason"))
    except AlreadyWritten as problem:
        return error(409, str(problem), run=problem.run.pk)
    except NothingWritten as problem:
        return error(409, str(problem))


def merged(request: HttpRequest, token: str, data: dict[str, Any], reason: str) -> HttpResponse:
    """Write the merge that ``token`` confirms; answer with the plan of ``data`` where it confirms another or none."""
    try:
        if not token or opened_for(merge_customers, token, request.user).options != data:
            return planned(request, data, 400, "Confirm this plan: send it again with this confirm_token.")
        plan = write_confirmed(merge_customers, token, request.user, reason=reason)
    except InvalidToken as problem:
        return planned(request, data, 400, str(problem))
    except PlanChanged as problem:
        return planned(request, data, 409, str(problem))
    survivor = Customer.objects.get(pk=int(data["master"].removeprefix("id:")))
    into = {"id": survivor.pk, "facility_name": survivor.facility_name}
    return JsonResponse({"success": True, "merged_into": into, "run": plan.run and plan.run.pk})


def planned(request: HttpRequest, data: dict[str, Any], status: int, why: str) -> HttpResponse:
    """Answer with the plan as the data stand now, and the token that confirms it."""
    form = merge_customers.form(data)
    if not form.is_valid():
        return error(400, form.errors)
    plan = merge_customers.plan(**form.cleaned_data)
    head = canonical({"error": why, "confirm_token": make_token(plan, request.user, None, data)})
    parts = chain([f'{head[:-1]},"plan":'], as_json(plan), ["}"])
    return StreamingHttpResponse(parts, status=status, content_type="application/json")


def key_in(body: dict[str, Any], name: str) -> int:
    """Return the customer's id that stands in ``body``; BadRequest where none does."""
    value = body.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if type(value) is not int or not 0 < value <= LARGEST_KEY:
        raise BadRequest(IDS_WANTED)
    return value


def text_in(body: dict[str, Any], name: str) -> str:
    """Return the text that stands in ``body``, "" where none does; BadRequest for anything else."""
    value = body.get(name) or ""
    if not isinstance(value, str):
        raise BadRequest(f"{name} must be a text.")
    return value.strip()


def choice_in(body: dict[str, Any]) -> str:
    """Return whose values are chosen, where ``{"phone": 42}`` or "phone=42" says it."""
    chosen = body.get("choose") or ""
    if isinstance(chosen, dict):
        return ",".join(f"{name}={key}" for name, key in sorted(chosen.items()))
    if not isinstance(chosen, str):
        raise BadRequest('choose must be an object such as {"phone": 42}.')
    return chosen


def gone(key: int) -> JsonResponse:
    """Answer 404; where the customer was merged, with the one that it is now."""
    customer = Customer.objects.merged_into([key]).get(key)
    if customer is None:
        return error(404, f"There is no customer {key}.")
    now = {"id": customer.pk, "facility_name": customer.facility_name}
    return error(404, f"Customer {key} was merged into customer {customer.pk} already.", merged_into=now)
