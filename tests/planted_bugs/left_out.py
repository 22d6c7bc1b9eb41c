"""Bugs of traces and recalls that keep silent about what was left out of the log."""

from .bug import Bug

TRACING = "distribution/tracing"
OUT, TESTS = f"{TRACING}/left_out.py", "tests/distribution/tracing/test_left_out.py"
COMPLETING, PAGE = "distribution/shipping/left_out.py", "distribution/views/shipstation.py"

BUGS = [
    Bug(OUT, "names_it=named is not None)", "names_it=True)", TESTS, "without_a_lot"),
    Bug(OUT, "        if named is None or named == lot", "        if True", TESTS, "trace_alone"),
    Bug(OUT, "        if named is None or named == lot", "        if named == lot", TESTS, "without_a_lot"),
    Bug(OUT, "list(dict.fromkeys(line for lot", "list((line for lot", TESTS, "stands_once"),
    Bug("distribution/recall_packet.py", "list(dict.fromkeys(line", "list((line", TESTS, "stands_once"),
    Bug(OUT, "if line.sku and code_key_or_empty(line.reported_number) == key", "if line.sku", TESTS, "mistyped"),
    Bug(OUT, ', *product.codes.values_list("code_key", flat=True)}', "}", TESTS, "another_code"),
    Bug(OUT, "if not line.sku or code_key_or_empty", "if code_key_or_empty", TESTS, "could_not_be_read"),
    Bug(OUT, "    if not found.is_read_whole:", "    if not found.items:", TESTS, "could_not_be_read"),
    Bug(OUT, "SkippedShipment.objects.left_out()", "SkippedShipment.objects", TESTS, "was_completed"),
    Bug(OUT, "if line.consignee.key in wanted", "if wanted", TESTS, "a_customer"),
    Bug(f"{TRACING}/search.py", "        if products is None or product in products:", "        if True:", TESTS),
    Bug(f"{TRACING}/export.py", "    yield from map(cells_left_out, trace.left_out)", "", TESTS, "csv"),
    Bug(f"{TRACING}/export.py", 'else f"{LEFT_OUT}, lot not known"', "else LEFT_OUT", TESTS, "csv"),
    Bug(COMPLETING, "if goods_left and not reason.strip():", "if False:", TESTS, "who_may"),
    Bug(COMPLETING, "by=by, goods_left=goods_left)", "by=by)", TESTS, "who_may"),
    Bug(
        COMPLETING,
        "            plan.update(row, reason=reason, because",
        "            dict(reason=reason, because",
        TESTS,
    ),
    Bug("distribution/reports/asked.py", "self.month <= line.ship_date <= self.last_day", "True", TESTS, "report"),
    Bug("distribution/rules.py", "SkippedShipment.objects.left_out()", "SkippedShipment.objects", TESTS, "check_data"),
    Bug(PAGE, "        if not may_override:", "        if False:", TESTS, "only_who"),
    Bug(PAGE, 'for name in ("reason", "goods_left")', 'for name in ("reason",)', TESTS, "only_who"),
    Bug("distribution/views/recalls.py", '"left_out": left_out_of(traces)}', '"left_out": []}', TESTS, "every_page"),
    Bug("distribution/admin/recalls.py", "of_lots(lots)", "[]", TESTS, "every_page"),
    Bug(
        "distribution/dashboard.py",
        "SkippedShipment.objects.left_out()",
        "SkippedShipment.objects.all()",
        "tests/distribution/test_dashboard.py",
        "left_out",
    ),
]
