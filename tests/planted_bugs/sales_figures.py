"""Bugs of the sales on the first page."""

from .bug import Bug

FIGURES, BOARD = "distribution/sales_figures.py", "distribution/sales_board.py"
TESTS, P51 = "tests/distribution/test_sales_figures.py", "tests/promises/test_p51_sales.py"

BUGS = [
    Bug(
        FIGURES,
        "return Distribution.objects.matched().filter(ship_date__range=window)",
        "return Distribution.objects.filter(ship_date__range=window)",
        TESTS,
    ),
    Bug(FIGURES, "return DistributionLine.objects.matched().filter", "return DistributionLine.objects.filter", P51),
    Bug(FIGURES, "is_first = firsts[customer].replace(day=1) == month", "is_first = firsts[customer] == month", TESTS),
    Bug(FIGURES, "sum(firsts[customer] >= window.first for", "sum(firsts[customer] > window.first for", TESTS),
    Bug(FIGURES, "self.distributed - self.waiting + self.returned", "self.distributed + self.returned", TESTS),
    Bug(
        FIGURES,
        'Count("distribution__sales_order__customer", distinct=True)',
        'Count("distribution__sales_order__customer")',
        P51,
    ),
    Bug(FIGURES, '-{run}"', '"', TESTS),
    Bug(FIGURES, "self.last.year * 12 + self.last.month)", "self.last.year * 12 + self.last.month - 1)", TESTS),
    Bug(BOARD, "if first and last and first > last:", "if False:", TESTS),
    Bug(BOARD, "    if form.errors:\n", "    if False:\n", TESTS),
    Bug(
        "distribution/dashboard.py",
        "sales_board(chosen) if counts.may_see(Distribution) else None",
        "sales_board(chosen)",
        TESTS,
    ),
]
