"""Bugs of scanned codes in the search box of the log, on the entry form and where units come back."""

from .bug import Bug

UDI, SEARCH = "inventory/udi.py", "distribution/log_search.py"
FORM, VIEW, RETURNING = "distribution/forms/entry.py", "distribution/views/entry.py", "distribution/returning.py"
READ, FOUND = "tests/inventory/test_udi.py", "tests/distribution/test_log_search.py"
ENTERED, RETURNED = "tests/distribution/test_entry_pages.py", "tests/distribution/test_returns.py"
ON_A_PHONE = "tests/end_to_end/test_shipments.py"

BUGS = [
    Bug("eqms/static/eqms/eqms.css", "td:is(td, .num, :last-child) { display: grid;", "td {", ON_A_PHONE, "scanner"),
    Bug(UDI, "GS1Message.parse(NO_ELEMENT_HOLDS.sub(GS, text).strip(GS))", "GS1Message.parse(text)", READ, "every_way"),
    Bug(SEARCH, "yield of_lines(alone if is_known else told)", "yield of_lines(told)", FOUND, "scanned"),
    Bug(
        SEARCH, "told &= Q(lot__in=lots) | Q(lot_number_key=code_key", "told = Q(lot_number_key=code_key", FOUND, "scan"
    ),
    Bug(SEARCH, "if scan.problem or not", "if not", FOUND, "scanned"),
    Bug("distribution/admin/shipments.py", "messages.warning(request, scan.problem)", "pass", FOUND, "scanned"),
    Bug(VIEW, " and formset.is_valid() and not read:", " and formset.is_valid():", ENTERED, "writes_nothing_yet"),
    Bug(FORM, "if said is None or said >= on or", "if said is None or", ENTERED, "fills_product"),
    Bug(VIEW, "    if not override and (expired := ", "    if (expired := ", ENTERED, "expired_lot"),
    Bug(VIEW, '        raise Refused("\\n".join(expired))', "        pass", ENTERED, "expired_lot"),
    Bug(FORM, "place = line_for(told, sku, scan, proposals)", "pass", ENTERED, "another_product"),
    Bug(FORM, "if is_same and serial in", "if False and serial in", ENTERED, "line_of_its_own"),
    Bug(FORM, "if line.product}", "if False}", ENTERED, "another_product"),
    Bug(FORM, "if one.pk not in products and", "if", ENTERED, "is_silent"),
    Bug(FORM, "for units in ProductCode", "for units in () and ProductCode", ENTERED, "no_single_unit"),
    Bug(FORM, ' if scan.expires_on else ""}', ' if not scan.expires_on else ""}', ENTERED, "says_otherwise"),
    Bug(
        RETURNING,
        "            lines = lines.filter(product__in",
        "            lines.filter(product__in",
        RETURNED,
        "goods",
    ),
]
