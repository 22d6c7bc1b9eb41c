"""Bugs of traces and recalls that keep silent about what was left out of the log."""

from .bug import Bug

TRACING = "distribution/tracing"
OUT, TESTS = f"{TRACING}/left_out.py", "tests/distribution/tracing/test_left_out.py"
COMPLETING, PAGE = "distribution/shipping/left_out.py", "distribution/views/shipstation.py"

SYNC, LINKING = "distribution/operations/sync_shipstation.py", "distribution/operations/linking.py"
RULES, RECALLING = "distribution/rules.py", "distribution/recalling.py"
SYNCED, MATCHED = "tests/distribution/shipstation/test_left_out.py", "tests/distribution/test_match_distributions.py"
BUGS = [
    # -- what may be of a lot
    Bug(OUT, "found.append(line._replace(names_lot=False))", "found.append(line)", TESTS, "without_a_lot"),
    Bug(OUT, "        elif named is None and product.pk", "        elif product.pk", TESTS, "trace_alone"),
    Bug(OUT, "product.pk in {lot.product_id for lot in lots}", "product", TESTS, "without_a_lot"),
    Bug(OUT, "names_lot=line.lot_key in numbers", "names_lot=False", TESTS, "nobody_knows"),
    Bug(OUT, "names_lot=line.lot_key in numbers", "names_lot=True", TESTS, "could_not_be_read"),
    Bug(OUT, "        if product is None:\n", "        if product is None and not line.sku:\n", TESTS, "nobody_knows"),
    Bug(OUT, "line._replace(place_in_it=place)", "line", TESTS, "two"),
    Bug(OUT, "list(lots), every_line() if lines is None", "list(lots), every_line() if lots", TESTS, "read_once"),
    Bug("distribution/recall_packet.py", "list(dict.fromkeys(line", "list((line", TESTS, "stands_once"),
    Bug(OUT, "if line.sku and line.lot_key == key", "if line.sku", TESTS, "mistyped"),
    Bug(OUT, "if products.get(code_key_or_empty(line.sku)) == product]", "]", TESTS, "mistyped"),
    Bug(OUT, "    if not found.is_read_whole:", "    if not found.items:", TESTS, "could_not_be_read"),
    Bug(OUT, "SkippedShipment.objects.left_out()", "SkippedShipment.objects", TESTS, "was_completed"),
    Bug(OUT, "if line.consignee.key in addressed or", "if", TESTS, "a_customer"),
    Bug(OUT, " or order_number_key_or_empty(line.order) in own", "", TESTS, "whatever_the_address"),
    Bug(OUT, "        yield nothing_read  # of another release, or edited\n", "", TESTS, "another_release"),
    Bug(
        "distribution/shipping/new.py",
        "        except (ValueError, TypeError, ",
        "        except (",
        TESTS,
        "another_release",
    ),
    Bug("distribution/shipstation/reported.py", '.encode("utf-8", "ignore").decode()', "", TESTS, "emoji"),
    Bug(f"{TRACING}/search.py", "        if products is None or product in products:", "        if True:", TESTS),
    Bug(f"{TRACING}/search.py", "        or name in line.name.casefold()\n", "", TESTS, "search_finds"),
    Bug(f"{TRACING}/search.py", "or self.customers or self.left_out)", "or self.customers)", TESTS, "search_finds"),
    Bug(f"{TRACING}/export.py", ", *map(cells_left_out, trace.left_out)", "", TESTS, "csv"),
    Bug(f"{TRACING}/export.py", 'else f"{LEFT_OUT}, lot not known"', "else LEFT_OUT", TESTS, "csv"),
    # -- recalls and reports
    Bug(RECALLING, "        refuse_left_out(fresh)\n", "", TESTS, "not_closed"),
    Bug(RECALLING, "in of_lots(lots) if line.names_lot}", "in of_lots(lots)}", TESTS, "after_the_recall"),
    Bug(RULES, "in of_lots(lots) if line.names_lot}", "in of_lots(lots) if not line.names_lot}", TESTS, "not_closed"),
    Bug(RULES, "open_ones | Q(lot__status=Lot.Status.RECALLED)", "open_ones", TESTS, "after_the_recall"),
    Bug(RULES, "SkippedShipment.objects.left_out()", "SkippedShipment.objects", TESTS, "check_data"),
    Bug(RULES, ".exclude(order_number_key=F(", ".filter(order_number_key=F(", MATCHED, "another_number"),
    Bug("distribution/views/recalls.py", '"left_out": left_out_of(traces)}', '"left_out": []}', TESTS, "every_page"),
    Bug("distribution/admin/recalls.py", "of_lots(lots)", "[]", TESTS, "every_page"),
    Bug("distribution/reports/asked.py", "self.month <= line.ship_date <= self.last_day", "True", TESTS, "report"),
    Bug(
        "distribution/admin/reports.py",
        "Asked.of(report).left_out_count() if report.is_draft else 0",
        "0",
        TESTS,
        "draft",
    ),
    Bug(
        "distribution/dashboard.py",
        "SkippedShipment.objects.left_out()",
        "SkippedShipment.objects.all()",
        "tests/distribution/test_dashboard.py",
        "left_out",
    ),
    # -- completed or settled
    Bug(COMPLETING, "if goods_left and not reason.strip():", "if False:", TESTS, "who_may"),
    Bug(COMPLETING, "by=by, goods_left=goods_left)", "by=by)", TESTS, "who_may"),
    Bug(COMPLETING, "    if not reason.strip():", "    if False:", TESTS, "never_sent"),
    Bug(COMPLETING, "        if there.voided_at:", "        if False:", TESTS, "by_hand"),
    Bug(COMPLETING, "left_out().filter(pk=row.pk).exists()", "filter(pk=row.pk).exists()", TESTS, "never_sent"),
    Bug(COMPLETING, "new.order_number or order_number.strip()", "new.order_number", SYNCED, "is_named"),
    Bug(COMPLETING, "if not may_wait() and not orders_by_key", "if False and not orders_by_key", SYNCED, "is_named"),
    Bug(
        COMPLETING,
        "            plan.update(row, reason=reason, because",
        "            dict(reason=reason, because",
        TESTS,
    ),
    Bug(PAGE, 'self.data.get("settle") == self.SAME and', "False and", TESTS, "settles_it"),
    Bug(PAGE, 'self.data.get("settle") == self.NEVER and', "False and", TESTS, "settles_it"),
    Bug(PAGE, "        if not may_override:", "        if False:", TESTS, "only_who"),
    Bug(PAGE, 'names = ("reason", "goods_left", "order_number")', 'names = ("reason",)', TESTS, "only_who"),
    Bug("distribution/models/skipped.py", " | Q(distribution__voided_at__isnull=False)", "", TESTS, "void_again"),
    # -- the next sync
    Bug(SYNC, 'if hasattr(row, "not_sent")}', "if False}", TESTS, "never_sent"),
    Bug(SYNC, "and not (there and self.lots.units_of", "and not (False and self.lots.units_of", SYNCED, "no_second"),
    Bug(SYNC, "before is not None and before.distribution_id is not None:", "False:", SYNCED, "completed"),
    Bug(
        SYNC,
        "before.distribution_id is None:\n                self.plan",
        "False:\n                self.plan",
        SYNCED,
        "over",
    ),
    Bug(SYNC, "        elif before := self.left_before.get(", "        elif before := {}.get(", TESTS, "voids"),
    Bug("distribution/shipstation/reported.py", "if len(getattr(said, name)) > most]", "if False]", SYNCED, "too_long"),
    Bug(
        "distribution/shipping/shipping.py",
        "            if line.given.goods in before:",
        "            if True:",
        "tests/distribution/test_shipping.py",
        "may_wait_it",
    ),
    Bug(LINKING, "row.order_number_key != key and row.source != ", "row.source != ", MATCHED, "wait_again"),
    Bug(LINKING, " and row.source != Distribution.Source.MANUAL]", "]", MATCHED, "wait_again"),
    Bug(LINKING, "if stuck := [row for row in others if not row.may_wait]:", "if stuck := []:", MATCHED, "wait_again"),
]
