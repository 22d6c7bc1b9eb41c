"""Bugs of CSV files that leave the house and come back."""

from .bug import Bug

TESTS = "tests/promises/test_p42_csv.py"

BUGS = [
    Bug(
        "eqms/csv_cells.py",
        "yield writer.writerow([neutral(cell) for cell in row])",
        "yield writer.writerow(row)",
        TESTS,
    ),
    Bug("eqms/csv_cells.py", 'value.lstrip("\'").startswith', "value.startswith", TESTS, "rows_in_error"),
    Bug(
        "eqms/csv_rows.py",
        "cells = [original(cell) for cell in row.cells]",
        "cells = row.cells",
        TESTS,
        "rows_in_error",
    ),
    Bug("eqms/csv_rows.py", "value_of(place, original(cell.strip()).strip())", "value_of(place, cell.strip())", TESTS),
    Bug(
        "sales/uploads.py",
        "from eqms.jobs import enqueue\n",
        "import csv\n\nfrom eqms.jobs import enqueue\n\nWRITER = csv.writer(open('/dev/null', 'w'))\n",
        TESTS,
        "one_module",
    ),
]
