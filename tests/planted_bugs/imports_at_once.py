"""Bugs of imports that run beside each other; SQLite's one writer hides them."""

from .bug import Bug

LINKING, SHIPPING = "distribution/operations/linking.py", "distribution/shipping/shipping.py"
TESTS = "tests/distribution/test_imports_at_once.py"
POSTGRES = "postgres"

BUGS = [
    Bug(LINKING, "    plan.look_last(lambda: came_meanwhile(orders, seen))\n", "", TESTS, "", POSTGRES),
    Bug(LINKING, " + len(now.left_out - seen.left_out)", "", TESTS, "may_not_wait", POSTGRES),
    Bug(SHIPPING, "self.plan.look_last(lambda: orders_meanwhile(unmatched))", "pass", TESTS, "", POSTGRES),
    Bug("eqms/operations/write.py", "if moved := look():", "if (moved := look()) and False:", TESTS, "", POSTGRES),
]
