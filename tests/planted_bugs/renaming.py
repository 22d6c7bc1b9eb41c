"""Bugs of customers that get another name."""

from .bug import Bug

RENAMING, TESTS = "customers/renaming.py", "tests/customers/test_renaming.py"

BUGS = [
    Bug(RENAMING, "        if name not in self.meant:\n", "        if True:\n", TESTS, "comes_back"),
    Bug(RENAMING, "(other := self.meant[name]).pk != customer.pk", "False", TESTS, "refuses_to_leave"),
    Bug(RENAMING, ", (Kind.NUMBER, customer.customer_number_key)}", "}", TESTS, "number"),
    Bug(
        "customers/admin/customer.py",
        "        plan_change(plan, row, because=because, **values)\n",
        "        plan.update(row, because=because, **values)\n",
        TESTS,
        "in_the_admin",
    ),
]
