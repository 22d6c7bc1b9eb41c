"""Bugs of papers and orders."""

from .bug import Bug

READING = "tests/sales/test_read_orders.py"
SIZES = "eqms/storage/sizes.py"
BASE = "templates/admin/base_site.html"

BUGS = [
    # files
    Bug(SIZES, "        refuse_large(filename, file.seek(0, os.SEEK_END))\n", "", READING, "larger_than"),
    Bug(BASE, "{{ message }}", "{{ message|capfirst }}", "tests/sales/test_papers_pages.py", "begins_with_a_name"),
    Bug("sales/admin.py", "validate_min=True, ", "", "tests/test_pages.py", "last_line"),
    Bug(
        "sales/views/papers.py",
        ', **{"Retry-After": RETRY_SECONDS}',
        "",
        "tests/sales/test_papers_pages.py",
        "no_place",
    ),
    Bug(
        "sales/order_number_key.py",
        '"""The text',
        'import nothing_like_this\n"""The text',
        "tests/test_architecture.py",
    ),
]
