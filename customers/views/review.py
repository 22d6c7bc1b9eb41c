"""The review of customers that look alike: one pair at a time, side by side, decided by a key or a button."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from customers.compared import Column
from customers.compared import compared as differing
from customers.forms.merging import ChoiceOfValues, chosen_in
from customers.forms.reviewing import DecisionForm, FilterForm, PairField
from customers.jobs import FIND_DUPLICATES, SUBJECT
from customers.lookalikes import COLUMNS, Suggestion, lookalikes
from customers.merging import default_survivor
from customers.models import Customer, DuplicateCandidate
from customers.operations import merge_customers, not_duplicates
from customers.review import Queue, confidence_in_words, found_pair, others_of, refusal
from customers.side_by_side import compared, hanging_on, with_counts
from eqms.jobs import enqueue_once
from eqms.models import Job, OperationRun
from eqms.operations import Approval, NothingWritten, Plan
from eqms.operations.admin import shown_of
from eqms.operations.confirm import make_token, write_confirmed
from eqms.pages import admin_page, answer_page

LATER = "duplicates_later"  # in the session: the candidates that this person put off
KEPT_FOR_LATER = 2000
MAY_SEARCH = "customers.change_customer"


class Pair(NamedTuple):
    """The two customers on the page, with the evidence where there is some."""

    first: Customer
    second: Customer
    evidence: DuplicateCandidate | Suggestion | None

    @property
    def name(self) -> str:
        return f"{self.first.pk}-{self.second.pk}"

    def other(self, customer: Customer) -> Customer:
        return self.second if customer == self.first else self.first

    def numbered(self, number: str | None) -> Customer | None:
        """Return the one of the two with this number."""
        return next((customer for customer in self[:2] if str(customer.pk) == number), None)


@require_GET
@admin_page("customers.view_duplicatecandidate")
def review_duplicates(request) -> HttpResponse:
    """The pair that the address names (``?pair=12-34``), else the next one under the filters."""
    form = FilterForm(request.GET)
    filters = form.chosen()
    queue = Queue(filters, tuple(request.session.get(LATER, ())))
    tally = queue.tally()
    form.count(tally)
    pair = named_pair(request) or next_pair(queue)
    context = {
        "filter_form": form,
        "filters": urlencode({name: getattr(value, "pk", value) for name, value in filters.items()}),
        "progress": queue.progress(tally),
        "job": Job.objects.filter(kind=FIND_DUPLICATES).order_by("-pk").first(),
        "may_refuse": request.user.has_perm(not_duplicates.permission),
        "may_merge": request.user.has_perm(merge_customers.permission),
        "may_search": request.user.has_perm(MAY_SEARCH),
        "pair": pair,
        "is_nav_sidebar_enabled": False,  # two customers need the width
        **(shown(request, pair) if pair else {}),
    }
    return answer_page(request, "customers/review_duplicates.html", "Review duplicates", **context)


# -- which pair --------------------------------------------------------------------------------------


def next_pair(queue: Queue) -> Pair | None:
    """Return the next pair of the queue, None where all are decided."""
    found = queue.next()
    customers = with_counts([found.first_id, found.second_id]) if found else {}
    return Pair(customers[found.first_id], customers[found.second_id], found) if len(customers) == 2 else None


def named_pair(request) -> Pair | None:
    """Return the pair that the address names, whether a search found it or not; None where it names none."""
    try:
        numbers = PairField().clean(request.GET.get("pair", ""))
    except ValidationError:
        return None
    customers = with_counts(numbers)
    gone = [number for number in numbers if number not in customers]
    for number in gone:
        messages.info(request, gone_in_words(number))
    if gone:
        return None
    first, second = (customers[number] for number in numbers)
    return Pair(first, second, evidence_of(first, second))


def gone_in_words(number: int) -> str:
    """Return what became of a customer that is no longer there."""
    customer = Customer.objects.merged_into([number]).get(number)
    return f"Customer {number} is part of {customer} now." if customer else f"There is no customer {number}."


def evidence_of(first: Customer, second: Customer) -> DuplicateCandidate | Suggestion | None:
    """Return what the last search found of these two, else what the matcher says now."""
    if found := found_pair(first.pk, second.pk):
        return found
    values = {name: getattr(first, name) for name in COLUMNS}
    return next((one for one in lookalikes.like(values, key=first.pk) if one.customer_id == second.pk), None)


# -- what the page shows of it -----------------------------------------------------------------------


def shown(request, pair: Pair) -> dict[str, Any]:
    """Return what the page says of ``pair``, with the plan of its merge where that is asked for."""
    survivor = pair.numbered(request.GET.get("survivor")) or default_survivor(pair[:2])
    loser = pair.other(survivor)
    evidence = pair.evidence
    context = {
        "survivor": survivor,
        "loser": loser,
        "lines": compared(pair.first, pair.second),
        "hanging": hanging_on(pair.first, pair.second),
        "others": others_of(pair.first, pair.second),
        "refusal": refusal(pair.first.pk, pair.second.pk),
        "reasons": [reason.strip() for reason in evidence.reasons.split(";")] if evidence else [],
        "confidence": confidence_in_words(evidence.confidence) if evidence else "",
    }
    if "merge" in request.GET and request.user.has_perm(merge_customers.permission):
        context |= planned(request, survivor, loser)
    return context


def planned(request, survivor: Customer, loser: Customer) -> dict[str, Any]:
    """Return the plan of merging ``loser`` into ``survivor`` with the values that were chosen, or why there is none."""
    op = merge_customers
    entered = {"master": str(survivor.pk), "duplicates": [str(loser.pk)], **chosen_values(request.GET)}
    form = op.form(entered)
    own_page = reverse("admin:customers_customer_operation", args=[op.name])
    context = {"merge_address": f"{own_page}?{urlencode(entered, doseq=True)}", "operation": op, "merging": True}
    try:
        if not form.is_valid():
            raise NothingWritten(" ".join(str(text) for texts in form.errors.values() for text in texts))
        plan = op.plan(**form.cleaned_data)
        choose = form.cleaned_data["choose"]
        context |= {"choose": choose, "columns": columns_of(survivor, loser, choose)}
    except NothingWritten as refused:
        return {**context, "merge_refused": str(refused)}
    return {**context, "plan": plan, "confirm": make_token(plan, request.user, None, entered), **shown_of(op, plan)}


def chosen_values(sent: QueryDict) -> dict[str, str]:
    """Return the choices in ``sent``, as the form of the merge reads them."""
    found = ChoiceOfValues().value_from_datadict(sent, None, "choose")
    return {"choose": found} if found else {}


def columns_of(survivor: Customer, loser: Customer, choose: str) -> list[Column]:
    """Return the columns of which a person may choose the value: in which both have one, and they differ."""
    columns = differing(survivor, [loser], chosen_in(choose))
    return [column for column in columns if all(text for _, text in column.values)]


# -- what a person decides ---------------------------------------------------------------------------


@require_POST
@admin_page("customers.view_duplicatecandidate")
def decide_duplicates(request) -> HttpResponse:
    """Record what was decided about a pair, and go on to the next one under the same filters."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Nothing was written: that was no decision about a pair. Here is the next one.")
        return to_review(request)
    said = form.cleaned_data
    decide = {"later": put_off, "not_duplicate": say_no, "merge": merge_confirmed}[said["decision"]]
    try:
        decide(request, said)
    except NothingWritten as refused:
        messages.error(request, f"Nothing was written. {refused}")
        again: dict[str, Any] = {"pair": "{}-{}".format(*said["pair"])}
        if said["decision"] == "merge":
            again |= {name: said[name] or "" for name in ("survivor", "choose", "reason")} | {"merge": 1}
        return to_review(request, **again)
    return to_review(request)


def to_review(request, **more) -> HttpResponseRedirect:
    """Lead back to the review, under the filters that the form's address carried."""
    query = {name: request.GET[name] for name in FilterForm.base_fields if request.GET.get(name)} | more
    return redirect(f"{reverse('review_duplicates')}{'?' if query else ''}{urlencode(query)}")


def put_off(request, said: dict[str, Any]) -> None:
    """Put a pair at the end of this person's queue."""
    found = found_pair(*said["pair"])
    if found is None:
        return
    later = [number for number in request.session.get(LATER, ()) if number != found.pk]
    request.session[LATER] = [*later, found.pk][-KEPT_FOR_LATER:]


def say_no(request, said: dict[str, Any]) -> None:
    """Record that the two are different customers; a second time changes nothing."""
    if not request.user.has_perm(not_duplicates.permission):
        raise PermissionDenied
    first, second = said["pair"]
    words = f"Different customers: {' and '.join(names_of(said['pair']))}."
    if refusal(first, second):
        messages.info(request, f"{words} That was noted already.")
        return
    why = said["reason"].strip()
    plan = not_duplicates.apply(Approval(request.user, reason=why), first=first, second=second, why=why)
    say_done(request, words, plan)


def names_of(numbers: tuple[int, int]) -> list[str]:
    """Return what the customers with these numbers are called, those that are there."""
    customers = Customer.objects.in_bulk(numbers)
    return [str(customers[number]) for number in numbers if number in customers]


def merge_confirmed(request, said: dict[str, Any]) -> None:
    """Write the merge whose plan was shown."""
    if not request.user.has_perm(merge_customers.permission):
        raise PermissionDenied
    token, why = said["confirm"], said["reason"].strip()
    plan = write_confirmed(merge_customers, token, request.user, reason=why, must_say_why=True)
    survivor = Customer.objects.filter(pk=said["survivor"]).first()
    say_done(request, f"Merged into {survivor}." if survivor else "Merged.", plan)


def say_done(request, words: str, plan: Plan) -> None:
    """Say what was written, with the way back where the person may take it."""
    back = way_back(request, plan.run) if plan.run else ""
    messages.success(request, format_html('{} <a href="{}">Undo</a>', words, back) if back else words)


def way_back(request, run: OperationRun) -> str:
    """Return the address that shows the plan of undoing ``run``, "" for who may not."""
    if not request.user.has_perm("eqms.undo_run"):
        return ""
    return f"{reverse('admin:eqms_operationrun_operation', args=['undo'])}?run={run.pk}"


@require_POST
@admin_page(MAY_SEARCH)
def search_duplicates(request) -> HttpResponse:
    """Ask for a search in the background, unless one is under way."""
    running = Job.objects.unfinished().filter(kind=FIND_DUPLICATES).first()
    job = running or enqueue_once(FIND_DUPLICATES, by=request.user, subject=SUBJECT)
    address = reverse("admin:eqms_job_change", args=[job.pk])
    words = "A search is under way already" if running else "The search begins"
    messages.success(request, format_html('{}: <a href="{}">job {}</a>.', words, address, job.pk))
    return to_review(request)
