"""Bugs of orders that come as CSV files."""

from .bug import Bug

FILES, ROWS, FILE = "sales/operations/order_files.py", "sales/order_rows.py", "sales/order_file.py"
WORK = "eqms/row_files/work.py"
ORDERS = "sales/operations/new_orders.py"
TESTS = "tests/sales/test_import_sales_orders.py"

BUGS = [
    Bug(FILES, "            self._leave_whole(rows, wrong)\n", "            pass\n", TESTS, "whole"),
    Bug(FILES, "for row in rows.all if known else rows.repeats:", "for row in rows.all:", TESTS, "become_one_order"),
    Bug(FILES, ', "")) > today:', ', "")) > "9999":', TESTS, "bad_input"),
    Bug(FILES, "return first is None or bool(", "return True or bool(", TESTS, "a_person_changed"),
    Bug(FILES, "        self.made.settle()\n", "", TESTS, "waiting"),
    Bug(FILES, "if len(found) > 1 and (None in found or len(set(found)) > 1)}", "if False}", TESTS, "without_address"),
    Bug(WORK, "if self.table.problems or (self.errors and not good_rows_only):", "if False:", TESTS, "bad_input"),
    Bug(ROWS, "is_repeat = not count_equal_rows and ", "is_repeat = ", TESTS, "equal_rows"),
    Bug(ROWS, 'WORDS = {"facility", ', 'WORDS = {"facility", "sku", ', TESTS, "punctuation"),
    Bug(ROWS, "if first and value and not is_alike", "if first and not is_alike", TESTS, "says_nothing"),
    Bug(ROWS, "    if now != then:\n", "    if len(now) != len(then):\n", TESTS, "conflict"),
    Bug(
        ROWS,
        "        if now and not is_alike(name, now, then)\n",
        "        if not is_alike(name, now, then)\n",
        TESTS,
        "paper_brought",
    ),
    Bug(FILE, 'order_number),\n        Column("order_date"', 'str),\n        Column("order_date"', TESTS, "bad_input"),
    Bug(ORDERS, 'verb="create")', 'verb="update")', TESTS, "a_person_changed"),
]
