"""The page that shows which rows break a rule, and leads to the repair of each."""

from typing import NamedTuple

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from eqms import look
from eqms.data_rules import Found, Result, Rule, Severity, check, counted_in_words, keep, registry, visible_to
from eqms.maintenance import pages
from eqms.models import User
from eqms.operations import registry as operations
from eqms.operations.confirm import signed_selection
from eqms.pages import admin_page, answer_page

SHOWN, PER_PAGE = 5, 50
BUDGET_SECONDS = 15  # after that no further rule is begun: the server ends a page after a minute


class Row(NamedTuple):
    """A row as the page shows it. ``selection`` carries it, signed, to the page of the operation that repairs it."""

    found: Found
    address: str
    selection: str


class Section(NamedTuple):
    """A rule that rows break: the first of them, and where they are repaired."""

    rule: Rule
    badge: str
    count: int
    rows: list[Row]
    operation: str  # its title, "" where no operation of this user repairs the rows
    operation_address: str


@require_GET
@admin_page()
def check_data(request):
    """Answer with all rules that the user may see, or with the rows of one: ``?rule=NAME&page=2``."""
    rules = visible_to(request.user)
    if name := request.GET.get("rule"):
        rule = next((rule for rule in rules if rule.name == name), None)
        if rule is None:
            raise Http404(f"No rule that you may see is called {name}.")
        return one_rule(request, rule)
    results, left = checked_in_time(rules)
    if len(results) == len(registry):
        keep(results)
    context = {
        "sections": [section_of(result, request.user) for result in results if result.count],
        "kept": [result.rule for result in results if not result.count],
        "left": left,
        "counted": counted_in_words(results),
        "checked_at": timezone.now(),
        "seconds": sum(result.seconds for result in results),
    }
    return answer_page(request, "admin/check_data.html", "Check data", **context)


def checked_in_time(rules: list[Rule]) -> tuple[list[Result], list[Rule]]:
    """Check ``rules`` until the time is spent; return what came of them, and the rules that are left."""
    results, seconds = [], 0.0
    for position, rule in enumerate(rules):
        if seconds > BUDGET_SECONDS:
            return results, rules[position:]
        results.append(check(rule, SHOWN))
        seconds += results[-1].seconds
    return results, []


def one_rule(request, rule: Rule) -> HttpResponse:
    """Answer with a page of the rows that break ``rule``."""
    page = Paginator(range(rule.rows().count()), PER_PAGE).get_page(request.GET.get("page"))
    start = (page.number - 1) * PER_PAGE
    found = rule.found(start, start + PER_PAGE)
    section = section_of(Result(rule, page.paginator.count, found, 0), request.user)
    context = {"section": section, "page": page, "checked_at": timezone.now()}
    return answer_page(request, "admin/check_data_rule.html", rule.title, **context)


def section_of(result: Result, user: User) -> Section:
    """Return a rule and its rows as ``user`` may see and repair them. No query."""
    rule = result.rule
    badge = look.status("waiting" if rule.severity == Severity.WARNING else rule.severity, rule.severity)
    operation = operations.get(rule.repair.operation)
    address = pages().get(operation.name, "") if operation and user.has_perm(operation.permission) else ""
    rows = [
        Row(found, address_of(found, user), signed_selection(operation.model, [found.repairs]) if address else "")
        for found in result.found
    ]
    return Section(rule, badge, result.count, rows, operation.title if address else "", address)


def address_of(found: Found, user: User) -> str:
    """Return the address of the page that shows a row, "" where the admin has none for ``user``."""
    model, key = found.shown_on
    app, name = model._meta.app_label, model._meta.model_name
    if model not in admin.site._registry or not user.has_perm(f"{app}.view_{name}"):
        return ""
    return reverse(f"admin:{app}_{name}_change", args=[key])
