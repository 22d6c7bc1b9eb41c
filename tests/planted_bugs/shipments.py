"""Bugs of shipments."""

from .bug import Bug

CLEANUP = "tests/customers/test_cleanup.py"

BUGS = [
    Bug("distribution/holders.py", "Distribution.objects.waiting()", "Distribution.objects.all()", CLEANUP, "waiting"),
]
