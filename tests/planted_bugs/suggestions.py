"""Bugs of the customers that an import suggests, and that a person chooses."""

from .bug import Bug

ORDERS, PAPERS, PAGE = "sales/operations/new_orders.py", "sales/models/papers.py", "sales/paper_customers.py"
TESTS = "tests/sales/test_customer_suggestions.py"

BUGS = [
    Bug(ORDERS, "                self.plan.warn(text)\n", "                pass\n", TESTS, "preview_says"),
    Bug(ORDERS, "return self.chosen.get(order.customer_id) or self", "return self", TESTS, "choice_counts"),
    Bug(ORDERS, "            self.plan_name(customer, order.facility.key, because)\n", "", TESTS, "from_then_on"),
    Bug(ORDERS, "if not is_name_only(key) and ", "if ", TESTS, "another_name_without"),
    Bug(ORDERS, "        found |= Customer.objects.merged_into(gone)\n", "        pass\n", TESTS, "merged"),
    Bug(ORDERS, "if order.customer_id and order.customer_id not in self.chosen:", "if False:", TESTS, "is_gone"),
    Bug(ORDERS, "compared = new[:MOST_COMPARED]", "compared = new", TESTS, "many"),
    Bug(ORDERS, ", *alike_in_words(self.new)]:", "]:", TESTS, "each_other"),
    Bug(ORDERS, "{len(pairs) - MOST_SAID:,} more pairs", "{len(pairs):,} others", TESTS, "is_counted"),
    Bug(PAPERS, "        if paper.chosen:\n", "        if False:\n", TESTS, "completed"),
    Bug(PAGE, "if self.found or not", "if not", TESTS),
]
