"""Bugs of the page and the list of customers."""

from .bug import Bug

ARCHIVE = "tests/customers/test_archive.py"
TIMELINE = "tests/customers/test_timeline.py"
LIST = "tests/customers/test_customer_list.py"
ROW = "customers/models/customer.py"
TOLD = "customers/timeline.py"
TABS = "customers/admin/tabs.py"
PAGE = "customers/admin/customer.py"
FIGURES = "distribution/statistics.py"

BUGS = [
    # out of use and back
    Bug(ROW, "        if customer.archived_at:\n            return\n", "", ARCHIVE, "twice"),
    Bug(ROW, "        if holders:\n            raise", "        if False:\n            raise", ARCHIVE, "waits_stays"),
    Bug(PAGE, "        return rows.active()\n", "        return rows\n", ARCHIVE, "not_offered"),
    Bug(TABS, " else ALL if self.searches else IN_USE", " else IN_USE", ARCHIVE, "found_only_by_search"),
    Bug(
        "customers/admin/steps.py",
        "        if not self.may(request)[name]:\n",
        "        if False:\n",
        ARCHIVE,
        "only_look",
    ),
    Bug("customers/admin/steps.py", 'if request.method != "POST":', "if False:", ARCHIVE, "no_link"),
    # what happened
    Bug(TOLD, "flat=True).distinct() for", "flat=True) for", TIMELINE, "one_event"),
    Bug(TOLD, 'end in ",}"]', 'end in ("",)]', TIMELINE, "begins_alike"),
    Bug(
        TOLD,
        "        about = [part.filter(run__lt=before) for part in about]\n",
        "        about = [part.filter(run__lte=before) for part in about]\n",
        TIMELINE,
    ),
    Bug(
        TOLD,
        "    customers = [str(customer.pk), *aliases.values_list",
        "    customers = [*aliases.values_list",
        TIMELINE,
    ),
    Bug(TOLD, '*aliases.values_list("value", flat=True)]', "]", TIMELINE, "loser"),
    Bug(TOLD, " if user.has_perm(", " if user.is_active or user.has_perm(", TIMELINE, "may_not_see"),
    Bug(TOLD, "            if column.label not in derived:\n", "            if True:\n", TIMELINE, "keys_that_follow"),
    Bug("customers/standing.py", 'order_by("-pk").first()', 'order_by("pk").first()', TIMELINE, "since"),
    Bug(
        "customers/known_as.py",
        '        return Former(", ".join(parts_of(row)), "merged here", run)\n',
        "",
        TIMELINE,
        "merged_customer",
    ),
    # the list and its export
    Bug(TABS, "IN_USE: everyone - gone", "IN_USE: everyone", LIST, "as_many_as_it_says"),
    Bug(TABS, "<= UNFILTERED:", ">= set():", LIST, "narrowed_further"),
    Bug(
        PAGE, '"Leads Sheet": attrgetter("leads_sheet")', '"Leads Sheet": attrgetter("leads_sheet_url")', LIST, "label"
    ),
    Bug(
        "eqms/operations/plan.py",
        '        veils = getattr(self.model, "shown_as", {})\n',
        "        veils = {}\n",
        LIST,
        "read_nowhere",
    ),
    Bug(
        "eqms/list_export.py",
        "        if not self.has_view_permission(request):\n",
        "        if False:\n",
        LIST,
        "who_may_see",
    ),
    Bug(PAGE, '"account_manager__username", ', "", LIST, "cost_the_same"),
    Bug(
        "distribution/admin/shipments.py",
        '"voided_at", "sales_order__order_number"',
        '"sales_order__order_number"',
        "tests/distribution/test_log_search.py",
        "for_many_as_for_few",
    ),
    Bug(FIGURES, "max(0, units - sent", "(units - sent", LIST, "owed"),
    Bug(FIGURES, '"status__in": OPEN', '"pk__gt": 0', LIST, "owed"),
    Bug(
        "customers/admin/people.py",
        "        return rows.filter(is_active=True)\n",
        "        return rows\n",
        LIST,
        "who_left",
    ),
    Bug(
        "customers/admin/people.py",
        '        further = links.exclude(customer__primary_rep=OuterRef("pk"))\n',
        "        further = links\n",
        LIST,
        "once",
    ),
]
