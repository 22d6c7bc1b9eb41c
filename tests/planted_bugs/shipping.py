"""Bugs of reported shipments, their files, entries by hand, voids and returns."""

from .bug import Bug

SHIPPING = "distribution/shipping/shipping.py"
KNOWN = "distribution/shipping/known.py"
NEW = "distribution/shipping/new.py"
FILES = "distribution/operations/import_distributions.py"
EXPORT = "distribution/shipment_export.py"
MODELS = "distribution/models/shipments.py"
RETURNING = "distribution/returning.py"
SEARCH = "distribution/log_search.py"
SHIPPED = "tests/distribution/test_shipping.py"
IMPORTED = "tests/distribution/test_import_distributions.py"
EXPORTED = "tests/distribution/test_export_distributions.py"
RETURNED = "tests/distribution/test_returns.py"
ENTERED = "tests/distribution/test_entry_pages.py"
SEARCHED = "tests/distribution/test_log_search.py"
ADMIN = "distribution/admin/shipments.py"
MATCHED = "tests/distribution/test_match_distributions.py"

FETCH_PAGE = "tests/distribution/shipstation/test_fetch_page.py"
BUGS = [
    # -- one shipment
    Bug(SHIPPING, "if new.ship_date > self.today:", "if False:", SHIPPED, "still_to_come"),
    Bug(NEW, "if day < EARLIEST:", "if False:", ENTERED, "before_the_order"),
    Bug(NEW, "if order is not None and day < order.order_date:", "if False:", ENTERED, "before_the_order"),
    Bug(SHIPPING, "elif is_by_hand(new) and (reason", "elif (reason", SHIPPED, "others_report"),
    Bug(
        SHIPPING,
        "if lot is None and is_by_hand(outcome.given) and product.is_lot_tracked:",
        "if False:",
        ENTERED,
        "keeps_what",
    ),
    Bug(SHIPPING, "if is_by_hand(new) and outcome.order is None:", "if False:", SHIPPED, "by_hand"),
    Bug(SHIPPING, "        elif units := self.packages.get(key):", "        elif units := 0:", SHIPPED, "package"),
    Bug(SHIPPING, "if product.is_lot_tracked and not line.lot_number:", "if False:", SHIPPED, "reason"),
    Bug(SHIPPING, "self.book.unfit_to_leave(line.lot, outcome.given.ship_date)", "''", SHIPPED, "not_released"),
    Bug("inventory/models/book.py", "if lot.is_expired_on(on)", "if lot.is_expired", SHIPPED, "before_it_expired"),
    Bug(SHIPPING, "new.place or self.defaults.get(new.source)", "new.place", SHIPPED, "default_place"),
    Bug(
        SHIPPING,
        "        if is_by_hand(new):\n            self.book.move",
        "        if True:\n            self.book.move",
        SHIPPED,
        "not_booked",
    ),
    Bug(SHIPPING, "outcome.order is None and not self.may_wait", "False", SHIPPED, "may_wait"),
    Bug(
        SHIPPING,
        "if goods_of(line.as_known(0) for _, line in lines) == goods_of(same.lines):",
        "if True:",
        SHIPPED,
        "conflict",
    ),
    Bug(SHIPPING, "if there.quantity == line.given.quantity]:", "]:", SHIPPED, "quantity"),
    Bug(
        SHIPPING,
        "next((row for row in equal if not row.is_void), equal[0])",
        "next(row for row in equal if not row.is_void)",
        SHIPPED,
        "void",
    ),
    Bug(SHIPPING, "if any(row.voided_at for row in self.joined.values()):", "if True:", SHIPPED, "join"),
    Bug(
        KNOWN,
        "return not row.external_key.startswith((CONTENT, new.external_key))",
        "return False",
        SHIPPED,
        "two_keys",
    ),
    Bug(KNOWN, "row.tracking == tracking_key(tracking)", "True", SHIPPED, "tracking"),
    Bug(
        KNOWN,
        "self.lot_key == lot_key or (lot_id is not None and self.lot_id == lot_id)",
        "self.lot_key == lot_key",
        EXPORTED,
        "here_already or corrected",
    ),
    Bug(NEW, "facility_key(facility), tracking_key(tracking_number)]", "facility_key(facility)]", SHIPPED, "tracking"),
    # -- void
    Bug(SHIPPING, "if outcome.fresh and void:", "if False:", SHIPPED, "correction"),
    Bug(SHIPPING, "found = [row for row in found if not row.is_void]", "pass", SHIPPED, "anew"),
    Bug(MODELS, "        shipment.plan_units_back(plan, by)", "        pass", SHIPPED, "gives_its_units_back"),
    Bug(
        MODELS,
        "        if shipment.voided_at:\n            return",
        "        if False:\n            return",
        SHIPPED,
        "twice",
    ),
    Bug(MODELS, 'if returned := shipment.returns.order_by("pk").first():', "if returned := None:", RETURNED, "voided"),
    Bug(
        SHIPPING,
        "return Line(line, product, lot) if product and not found else None",
        "return None if found or lot and self.book.unfit_to_leave(lot) else Line(line, product, lot)",
        IMPORTED,
        "recalled",
    ),
    # -- files
    Bug(FILES, "        if not table.problems:", "        if True:", IMPORTED, "other_order"),
    Bug(FILES, "if row.values and not noted:", "if not noted:", IMPORTED, "too_few"),
    Bug("eqms/row_files/work.py", "self.errors and not good_rows_only", "False", IMPORTED, "every_error"),
    Bug(FILES, "if place not in bad]", "]", IMPORTED, "good_rows"),
    Bug(FILES, "            if len(told) < 2:", "            if True:", IMPORTED, "contradicts"),
    Bug(
        FILES,
        "        if problems:\n            return Judged(row, REJECTED",
        "        if False:\n            return Judged(row, REJECTED",
        IMPORTED,
        "every_row",
    ),
    Bug(
        FILES,
        "            self._note(row, name, trouble.value, trouble.reason, trouble.remedy)",
        "            pass",
        IMPORTED,
        "every_error",
    ),
    Bug(EXPORT, "self.count += count", 'self.count += text.count(b"\\n")', EXPORTED, "breaks"),
    Bug(EXPORT, "told = Q(distribution__voided_at__isnull=True)", "told = Q()", EXPORTED, "void"),
    Bug(EXPORT, 'Coalesce(F("lot__number"), F("lot_number"))', 'F("lot_number")', EXPORTED, "corrected"),
    Bug(
        EXPORT,
        'return sql, [*params] * self.template.count("%(expressions)s")',
        "return sql, params",
        EXPORTED,
        "whole",
    ),
    Bug(EXPORT, "LTRIM(%(expressions)s, '''')", "%(expressions)s", EXPORTED, "neutralised"),
    Bug(EXPORT, '" + STARTS + ", 39)', '" + STARTS + ")', EXPORTED, "neutralised"),
    Bug(KNOWN, "        rows |= rows_of(with_keys(*of) for of in anew.items())\n", "", SHIPPED, "by_its_key_alone"),
    # -- returns
    Bug(
        RETURNING,
        "if not 0 < back.quantity <= left:",
        "if not 0 < back.quantity <= line.quantity:",
        RETURNED,
        "still_out",
    ),
    Bug(RETURNING, "    shipment = plan.watch(shipment)\n", "", RETURNED, "eight_at_once", "postgres"),
    Bug(RETURNING, "elif lot and lot.unfit and not", "elif False and not", RETURNED, "recalled"),
    Bug(RETURNING, "if named.count(line.pk) > 1:", "if False:", RETURNED, "refuses"),
    Bug(RETURNING, "filter(way, voided_at__isnull=True)", "filter(way)", RETURNED, "not_found"),
    # -- pages
    Bug(
        "distribution/views/entry.py",
        "rows = Distribution.objects.filter(voided_at__isnull=False)",
        "rows = Distribution.objects.none()",
        ENTERED,
        "new_entry",
    ),
    Bug(
        "distribution/views/entry.py",
        "    if not request.user.has_perm(MAY_VOID):\n        raise PermissionDenied\n",
        "",
        ENTERED,
        "nothing_else",
    ),
    Bug(
        "distribution/forms/entry.py",
        "if found.line.product and found.still_open",
        "if found.line.product",
        ENTERED,
        "counts",
    ),
    Bug("distribution/views/entry.py", "if override and not new.notes.strip():", "if False:", ENTERED, "on_hold"),
    # -- search
    Bug(SEARCH, "if not found and len(words) > 1 and scan is None:", "if False:", SEARCHED, "finds"),
    Bug(SEARCH, 'newest.order_by("-ship_date", "-id")', 'newest.order_by("pk")', SEARCHED, "newest"),
    Bug(
        "distribution/views/returns.py",
        "if shipment.voided_at:",
        "if False:",
        "tests/distribution/test_returns.py",
        "void",
    ),
    Bug("distribution/forms/shipstation.py", "if scope.first > timezone.localdate():", "if False:", FETCH_PAGE, "come"),
    Bug(
        "distribution/forms/shipstation.py",
        "if since and since > timezone.localdate():",
        "if False:",
        FETCH_PAGE,
        "come",
    ),
    Bug(
        "eqms/lists.py",
        'return f"{address}?{self.way_back}" if self.way_back else address',
        "return address",
        "tests/test_lists.py",
        "way_back",
    ),
    # -- orders that are typed
    Bug(
        ADMIN,
        "        plan_links(plan, {key: order})",
        "        pass",
        "tests/distribution/shipstation/test_left_out.py",
        "typed",
    ),
    Bug(ADMIN, 'if "order_number" not in form.changed_data:', "if form.instance.pk:", MATCHED, "corrected"),
    Bug(ADMIN, "            release_links(plan, order, old_key)", "            pass", MATCHED, "wait_again"),
    Bug("eqms/operations/admin.py", "request.plan.by_model - on_the_form", "request.plan.by_model", MATCHED, "typed"),
    Bug("eqms/lists.py", 'rows.order_by().values("pk")[:COUNTED].count()', "rows.count()", SEARCHED, "counted"),
]
