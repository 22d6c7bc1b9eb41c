"""Bugs of the refresh of customers from their orders."""

from .bug import Bug

REFRESH, PRINTED = "sales/operations/refreshing.py", "sales/printed_customer.py"
TESTS = "tests/sales/test_refresh_customers.py"

BUGS = [
    Bug(REFRESH, "if len(one.printed_by) >= agreeing:", "if True:", TESTS, "stray"),
    Bug(REFRESH, '[F("order_date").desc(), F("pk").desc()]', '[F("pk").desc()]', TESTS, "whatever_came_in_first"),
    Bug(REFRESH, ".exclude(status=SalesOrder.Status.CANCELLED)", "", TESTS, "cancelled"),
    Bug(REFRESH, "self.taken[one.customer.company_key] = one.customer\n", "pass\n", TESTS, "do_not_both"),
    Bug(REFRESH, "self.known.suggested_by(key), ", "", TESTS, "another_customer_has"),
    Bug(REFRESH, ", self.renaming.other_meant_by(one.customer)", "", TESTS, "old_name_means"),
    Bug(REFRESH, "if one.customer.archived_at:", "if False:", TESTS, "archived"),
    Bug(REFRESH, ' or " ".join(too_long(Customer, one.values))', "", TESTS, "no_column_can_hold"),
    Bug(PRINTED, "if printed[name] and plain(", "if plain(", TESTS, "emptied"),
    Bug(PRINTED, "if not others and is_same(", "if is_same(", TESTS, "in_between"),
    Bug(PRINTED, "    if words_of_street(printed) == words_of_street(known):\n", "    if False:\n", TESTS, "spelling"),
    Bug(PRINTED, "facility if facility.key else AddressBlock()", "facility", TESTS, "says_nothing"),
]
