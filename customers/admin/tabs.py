"""The tabs above the list of customers: by status, onboarding first, each with its count."""

from typing import NamedTuple

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import ALL_VAR, ORDER_VAR, PAGE_VAR, SEARCH_VAR
from django.db.models import Count, QuerySet

from customers.models import Customer
from eqms.lists import FilteredList

IN_USE, ARCHIVED, ALL = "in_use", "archived", "all"
STATUSES = {str(value): str(label).lower() for value, label in Customer.Status.choices}
TABS = {**STATUSES, IN_USE: "all in use", ARCHIVED: "archived", ALL: "all"}


class Tab(NamedTuple):
    """One tab: what it is called, how many customers it holds, where it leads."""

    words: str
    count: int
    address: str
    is_open: bool


class StatusTabs(SimpleListFilter):
    """Which customers the list shows: those in use, unless a tab is chosen. A search without a tab finds all."""

    title = "status"
    parameter_name = "tab"

    def __init__(self, request, params, model, model_admin):
        super().__init__(request, params, model, model_admin)
        self.searches = bool(request.GET.get(SEARCH_VAR, "").strip())

    def lookups(self, request, model_admin):
        return tuple(TABS.items())

    @property
    def open_tab(self) -> str:
        """The tab that is shown."""
        chosen = self.value()
        return chosen if chosen in TABS else ALL if self.searches else IN_USE

    def queryset(self, request, queryset):
        name = self.open_tab
        if name == ALL:
            return queryset
        queryset = queryset.filter(archived_at__isnull=name != ARCHIVED)
        return queryset.filter(status=name) if name in STATUSES else queryset


UNFILTERED = {StatusTabs.parameter_name, ORDER_VAR, ALL_VAR}  # what an address may say of a list with all of a tab


class TabbedList(FilteredList):
    """A list whose filter stands above it, as tabs, and not beside it."""

    def get_queryset(self, request):
        """Return the rows; where they are all of a tab, with their number, which the tabs say anyway."""
        rows = super().get_queryset(request)
        self.counts = counts_by_tab(self.model._default_manager.all())
        if self.params.keys() <= UNFILTERED:
            rows.known_count = self.counts[self.status.open_tab]
        return rows

    def get_filters(self, request):
        specs, has_filters, *rest = super().get_filters(request)
        self.status = next(spec for spec in specs if isinstance(spec, StatusTabs))
        return specs, has_filters and len(specs) > 1, *rest

    def tabs(self) -> list[Tab]:
        """Return the tabs with their counts, whatever is searched for."""
        chosen = self.status.open_tab
        return [
            Tab(words, self.counts[name], self.get_query_string({"tab": name}, [PAGE_VAR]), name == chosen)
            for name, words in TABS.items()
        ]


def counts_by_tab(customers: QuerySet[Customer]) -> dict[str, int]:
    """Return how many of ``customers`` each tab holds. One grouped query."""
    found = list(customers.order_by().values_list("status").annotate(Count("pk"), Count("archived_at")))
    everyone, gone = (sum(row[place] for row in found) for place in (1, 2))
    counts = {status: total - archived for status, total, archived in found}
    return {**dict.fromkeys(TABS, 0), **counts, IN_USE: everyone - gone, ARCHIVED: gone, ALL: everyone}
