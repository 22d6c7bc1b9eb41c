"""Bugs of customers."""

from .bug import Bug

CLEANUP = "tests/customers/test_cleanup.py"
CUSTOMERS = "customers/operations/cleanup.py"

BUGS = [
    # the clean-up
    Bug(CUSTOMERS, "            words += named.get(customer.company_key, [])\n", "", CLEANUP, "waiting"),
    Bug(CUSTOMERS, "until <= timezone.localdate()", "until < timezone.localdate()", CLEANUP, "180"),
    Bug(CUSTOMERS, "    idle = customers.without_orders()\n", "    idle = customers.all()\n", CLEANUP, "neither"),
]
