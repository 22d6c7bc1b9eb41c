"""Bugs of stock."""

from .bug import Bug

PROMISES = "tests/promises"
OVERSOLD = f"{PROMISES}/test_p01_stock.py"
MACHINE = f"{PROMISES}/test_p05_stock_machine.py"
MOVING = "tests/inventory/test_transfers.py"
ADJUSTING = "inventory/forms/adjusting.py"
ADJUSTED = "tests/inventory/test_adjust_stock.py"
ADJUST = "inventory/operations/adjust_stock.py"
NAMED = "inventory/forms/named.py"
BOOK = "inventory/models/book.py"
LIFE = "inventory/models/transfers.py"
GUARD = "inventory/undo_guard.py"
TRANSFERS = "inventory/admin/transfers.py"
TRANSFER_PAGES = "tests/inventory/test_transfer_pages.py"
SHORTAGE = "inventory/shortage.py"
ASKING = "inventory/forms/transfers.py"
ROWS = "inventory/models/transfers.py"
INTAKES = "inventory/operations/import_stock.py"
INTAKE = "tests/inventory/test_import_stock.py"
PILES = "inventory/models/stock.py"
INTAKE_ADMIN = "inventory/admin/stock.py"
FILE_PAGES, FILE_WORK = "eqms/row_files/pages.py", "eqms/row_files/work.py"
INTAKE_PAGES = "tests/inventory/test_intake_pages.py"
INTAKE_COMMAND = "eqms/row_files/command.py"
FORM_URL = 'form_url = reverse("admin:inventory_transferrequest_change", args=[transfer.pk])'
COUNTS = "inventory/models/counts.py"
SETTLE = "inventory/operations/settle_stock_count.py"
CAUSES = "inventory/count_causes.py"
SHEET = "inventory/views/counts.py"
WRITING = "inventory/forms/counting.py"
COUNTED = "tests/inventory/test_stock_count.py"
ON_SHEET = "tests/inventory/test_stock_count_pages.py"
ON_PHONE = "tests/end_to_end/test_stock_count.py"
SHEET_PAGE = "templates/inventory/stock_count_sheet.html"
STOCK = "inventory/product_stock.py"
PRODUCT_PAGE = "tests/inventory/test_product_page.py"
CATALOGUE = "inventory/admin/catalogue.py"
LEDGER_FILTERS = "inventory/admin/ledger_filters.py"
ON_POSTGRESQL = "postgresql"
RULES = "inventory/rules"
BROKEN = "tests/inventory/test_rules.py"
FIX = "inventory/operations/fix_storefront_inventory.py"
FIXED = "tests/inventory/test_fix_storefront_inventory.py"
EFFECTIVE = "inventory/effective.py"
REPAIRED = f"{PROMISES}/test_p25_ledger.py"
FIX_COMMAND = "inventory/management/commands/fix_storefront_inventory.py"
REPORT = "inventory/stock_report.py"
NAMED_PRODUCTS = "inventory/forms/reconciling.py"
DAMAGED = "inventory/damage.py"

BUGS = [
    # rules of the data
    Bug(f"{RULES}/balances.py", "balance.quantity <> COALESCE(held.units, 0)", "1 = 0", BROKEN, "differs"),
    Bug(f"{RULES}/balances.py", "LEFT JOIN held ON", "JOIN held ON", BROKEN, "without_any"),
    Bug(f"{RULES}/balances.py", "balance.id IS NULL AND held.units <> 0", "balance.id IS NULL", BROKEN, "all_left"),
    Bug(f"{RULES}/balances.py", "WHERE held.units < 0", "WHERE held.units < -20", BROKEN, "doubled_request or left"),
    Bug(EFFECTIVE, "*unbooked, all=True", "all=True", BROKEN, "without_ledger_line"),
    Bug(EFFECTIVE, "*unbooked, all=True", "*unbooked", BROKEN, "likely_cause or sent_again"),
    Bug(EFFECTIVE, "lines.filter(source.is_there(), cause", "lines.filter(cause", BROKEN, "orphaned"),
    Bug(EFFECTIVE, '    yield lines.filter(cause_key="")\n', "", BROKEN, "found"),
    Bug(f"{RULES}/transfers.py", "first__lt=", "first__lte=", BROKEN, "not_doubled"),
    Bug(f"{RULES}/transfers.py", "status__in=statuses,", "status__in=[*Status],", BROKEN, "doubled"),
    Bug(f"{RULES}/transfers.py", ".exclude(status=Status.CANCELLED)", "", BROKEN, "not_doubled"),
    Bug(f"{RULES}/transfers.py", " - total(sent_back", " - 0 * total(sent_back", BROKEN, "sent_again"),
    Bug(f"{RULES}/transfers.py", "+ total(gained)", "", BROKEN, "found"),
    Bug(f"{RULES}/lots.py", "OR lot.expires_on < %s", "OR lot.expires_on <= %s", BROKEN, "today"),
    Bug(f"{RULES}/ledger.py", ".orphaned()", ".none()", BROKEN, "orphaned"),
    Bug(f"{RULES}/ledger.py", "for name in MOVED\n    )", "for name in MOVED[2:]\n    )", BROKEN, "lot_and_product"),
    # reconciling storefronts
    Bug(EFFECTIVE, " OR (MAX(shown) IS NULL AND MAX(units) > 0)", "", REPAIRED, "exactly"),
    Bug(EFFECTIVE, "COALESCE(MAX(shown), 0) <> SUM(units)", "MAX(shown) > SUM(units)", REPAIRED, "exactly"),
    Bug(EFFECTIVE, '{"" if healthy else wrong}', '{""}', FIXED, "refused_transfers"),
    Bug(EFFECTIVE, "            if column in (source.columns or {}):", "            if False:", REPAIRED, "exactly"),
    Bug(FIX, " or told.total != one.correct", "", FIXED, "moved_meanwhile"),
    Bug(FIX, "(balance and balance.quantity) != one.shown or ", "", FIXED, "moved_meanwhile"),
    Bug(FIX, "    if one.correct < 0:\n", "    if False:\n", FIXED, "below_nothing"),
    Bug(FIX, "    if one.product_id in contested:\n", "    if False:\n", REPAIRED, "exactly"),
    Bug(FIX, "        plan_line(plan, source, line)\n", "        pass\n", FIXED, "undo"),
    Bug(FIX, 'columns["at"] = moment(at)', "pass", FIXED, "undo"),
    Bug(FIX, "datetime.combine(at, time(12))", "datetime.combine(at, time(0))", FIXED, "day_and_the_person"),
    Bug(FIX, "        watch_products(plan, wanted)\n", "        pass\n", FIXED, "waits_for", ON_POSTGRESQL),
    Bug(FIX, "if one.balance_id in outside else", "if False else", REPAIRED, "exactly"),
    Bug(FIX, "if place.archived_at else", "if False else", FIXED, "archived"),
    Bug(FIX, "return products.filter(pk=key)", "return None", FIXED, "one_product"),
    Bug(FIX, "        contested |= damage.contests", "        pass", REPAIRED, "exactly"),
    Bug(DAMAGED, "ledger.moved_too_early()", "ledger.moved_too_early().none()", REPAIRED, "exactly"),
    Bug(DAMAGED, "*changed.get(product.pk, [])", "", REPAIRED, "exactly"),
    Bug(DAMAGED, "if product.pk not in named:", "if True:", REPAIRED, "exactly"),
    Bug(DAMAGED, '"warehouse", balances.WAREHOUSE, products', '"warehouse", balances.WAREHOUSE', REPAIRED, "exactly"),
    Bug(f"{RULES}/ledger.py", ", kind=source.kind).order_by()", ").order_by()", REPAIRED, "healthy"),
    Bug(FIX_COMMAND, "            self.say(DRY_RUN)\n", "            pass\n", FIXED, "dry_run"),
    Bug(FIX_COMMAND, "if len(found) > 1 and not yes and", "if False and", FIXED, "names_nothing"),
    Bug(REPORT, "gone if line.pk in orphaned else", "", FIXED, "do_not_count"),
    Bug(REPORT, "left = left_because(one, contested)", 'left = ""', FIXED, "in_doubt"),
    Bug(REPORT, "if shown > one.correct else", "if shown < one.correct else", FIXED, "dry_run"),
    Bug(FIX_COMMAND, 'in ("y", "yes")', 'not in ("n", "no")', FIXED, "terminal"),
    Bug(NAMED_PRODUCTS, "return exact if exact.exists() else", "return", FIXED, "whole_name"),
    # adjusting stock
    Bug(ADJUST, "if seen is not None and seen != there:", "if False:", ADJUSTED, "seen"),
    Bug(ADJUST, 'if difference > 0 else {"source": place}', 'if True else {"source": place}', ADJUSTED, "lost"),
    Bug(ADJUST, "    if shown != ledger:", "    if False:", ADJUSTED, "damage"),
    Bug(ADJUSTING, "        if units == 0:", "        if False:", ADJUSTED, "no_sense"),
    Bug(ADJUSTING, "kind in LOWERS and units > 0", "False", ADJUSTED, "no_sense"),
    Bug(NAMED, "        if product_id == product.pk:", "        if True:", ADJUSTED, "no_sense"),
    Bug(NAMED, "    if len(same) == 1:", "    if same:", ADJUSTED, "several"),
    # pages of transfers
    Bug(SHORTAGE, "        if not asked.missing:", "        if False:", TRANSFER_PAGES, "short"),
    Bug(SHORTAGE, "units = min(units, self._balances.get((place, product), 0))", "pass", TRANSFER_PAGES, "balance"),
    Bug(SHORTAGE, "max(units - available, lots_lack, 0)", "max(units - available, 0)", TRANSFER_PAGES, "adds_up"),
    Bug(
        TRANSFERS,
        "if not request.user.has_perm(CHANGE):\n            raise PermissionDenied\n        if",
        "if",
        TRANSFER_PAGES,
    ),
    Bug(TRANSFERS, '"typed": request.POST}', '"typed": {}}', TRANSFER_PAGES, "keeps_what"),
    Bug(TRANSFERS, FORM_URL, 'form_url = ""', TRANSFER_PAGES, "not_sent_to_the_step"),
    Bug(TRANSFERS, "held and request.user.has_perm(OVERRIDE)", "held", TRANSFER_PAGES, "box"),
    Bug(TRANSFERS, '        if request.method != "POST":\n            return page\n', "", TRANSFER_PAGES, "posted"),
    Bug(TRANSFERS, "people().filter(pk=", "User.objects.filter(pk=", TRANSFER_PAGES, "cannot_bring"),
    Bug(
        TRANSFERS,
        'select_related(*PLACES, "assigned_to")',
        "select_related(*PLACES)",
        "tests/test_lists.py",
        "lists_cost",
    ),
    Bug(
        ROWS,
        "When(priority=TransferRequest.Priority.HIGH, then=Value(0))",
        "When(priority=TransferRequest.Priority.HIGH, then=Value(2))",
        TRANSFER_PAGES,
        "urgent",
    ),
    Bug(ROWS, "requested_at__range=near", "", TRANSFER_PAGES, "within_a_minute"),
    Bug(
        ASKING,
        "            self.keep(source, goal)",
        "            self.keep(goal, source)",
        TRANSFER_PAGES,
        "directions",
    ),
    Bug(ASKING, "        if source == goal:", "        if False:", TRANSFER_PAGES, "beside"),
    Bug(ASKING, "Q(archived_at__isnull=True) | Q(pk__in=named)", "Q()", TRANSFER_PAGES, "archived"),
    # stock counts
    Bug(COUNTS, "    if place.archived_at:", "    if False:", COUNTED, "archived"),
    Bug(COUNTS, "if units or pile[1] is None} | lately", "if units or pile[1] is None}", COUNTED, "lately"),
    Bug(COUNTS, "if line.counted_quantity not in (seen, units):", "if False:", COUNTED, "two_people"),
    Bug(COUNTS, "if one.units != one.seen]", "]", ON_SHEET, "erase"),
    Bug(COUNTS, "        if not count.is_open:", "        if False:", COUNTED, "finished_reopened"),
    Bug(COUNTS, "<= at <= plan.now:", "<= at:", COUNTED, "paper"),
    Bug(SETTLE, ", at=one.at, reason=", ", reason=", COUNTED, "adjusted_once"),
    Bug(SETTLE, "        if at > one.at:", "        if False:", COUNTED, "older_count"),
    Bug(SETTLE, "now.get(pile, 0) - moved_after", "now.get(pile, 0)", COUNTED, "after_counting"),
    Bug(SETTLE, "if shown.get(key, 0) != ledger[key]:", "if False:", COUNTED, "does_not_explain"),
    Bug(SETTLE, ", *rows_that_the_ledger_lacks(place, book)]", "]", COUNTED, "lacks"),
    Bug(SETTLE, "    if count.state == State.OPEN:", "    if False:", COUNTED, "only_a_finished"),
    Bug(SETTLE, "if line.counted_quantity is not None]", "]", COUNTED, "nobody_counted"),
    Bug(SETTLE, "cause=line, because", "cause=None, because", COUNTED, "undo or sets_balance or settles_once"),
    Bug(CAUSES, "        if nearest.at > difference.at:", "        if False:", COUNTED, "booked_after"),
    Bug(CAUSES, "if first and minute_of(first) == minute_of(transfer):", "if False:", COUNTED, "doubled"),
    Bug(CAUSES, "and other.units == -difference.units", "and False", COUNTED, "mix_up"),
    Bug(CAUSES, "if (difference.units < 0) == (came != after):", "if True:", COUNTED, "do_not_explain"),
    Bug(SHEET, "        refresh(rows)\n        if plan:", "        if plan:", ON_SHEET, "corrected_number"),
    Bug(SHEET, "row.text, row.seen = now if untouched else row.text, now", "row.seen = now", ON_SHEET, "meanwhile"),
    Bug(
        SHEET,
        '@admin_page("inventory.change_stockcount")\ndef stock',
        "@admin_page()\ndef stock",
        ON_SHEET,
        "only_look",
    ),
    Bug(WRITING, "    use_required_attribute = False", "    prefix = None", ON_PHONE, "phone"),
    Bug(WRITING, "if not (text.isascii() and text.isdigit()):", "if not text.isdigit():", ON_SHEET, "no_number"),
    Bug(WRITING, "model.objects.filter(archived_at=None)", "model.objects.all()", ON_SHEET, "not_in_use"),
    Bug(
        SHEET_PAGE,
        "<strong>{{ row.line.product.sku }}",
        "<strong>{{ row.line.product.intakes.last.quantity }}",
        ON_SHEET,
        "holds",
    ),
    # the page of a product, and pictures
    Bug(STOCK, "product.movements.counted(), LEDGER", "product.movements.all(), LEDGER", PRODUCT_PAGE, "gone"),
    Bug(STOCK, "yield rows, source.columns or {}, source.kind", "pass", PRODUCT_PAGE, "lacks_counts"),
    Bug(STOCK, "((flow.source, -flow.units), ", "((None, 0), ", PRODUCT_PAGE, "add_up"),
    Bug(STOCK, "- self.in_quarantine", "", PRODUCT_PAGE, "add_up"),
    Bug(STOCK, "self.balance != self.units", "self.balance > self.units + 300", PRODUCT_PAGE, "284"),
    Bug(STOCK, "sign * line[", "line[", PRODUCT_PAGE, "history_ends"),
    Bug(STOCK, "if days // length + 3 <= MOST_POINTS), ", "), ", PRODUCT_PAGE, "few_points"),
    Bug(STOCK, "        if points and points[-1][0] < today:", "        if False:", PRODUCT_PAGE, "history_ends"),
    Bug(CATALOGUE, "place=at.key)", "lot=1)", PRODUCT_PAGE, "leads_to"),
    Bug(LEDGER_FILTERS, "filter(**{self.parameter_name: self.value()})", "all()", PRODUCT_PAGE, "narrow"),
    Bug(
        LEDGER_FILTERS,
        "except (ValidationError, OverflowError) as error:",
        "except OverflowError as error:",
        PRODUCT_PAGE,
        "nothing",
    ),
    Bug("inventory/admin/places.py", "if row.storefront_id == storefront.pk}", "if False}", PRODUCT_PAGE, "stands_on"),
    Bug("inventory/admin/causes.py", " or gone(line)", "", PRODUCT_PAGE, "gone"),
    Bug("distribution/shipped.py", "filter=placeless", "filter=waiting", PRODUCT_PAGE, "make_up"),
    # moving units
    Bug(BOOK, "if available >= move.quantity:", "if available >= 0:", MACHINE),
    Bug(BOOK, "self._on_the_way[place][move.product_id][lot] += units", "pass", MOVING, "share"),
    Bug(BOOK, "quantity=balance.quantity + units", "quantity=units", MACHINE),
    Bug(BOOK, "(move.destination, move.quantity)", "(move.destination, -move.quantity)", MACHINE),
    Bug(
        BOOK,
        "found[place, product_id] += sum(piles.values())",
        "found[place, product_id] -= 1",
        MACHINE,
    ),
    Bug(
        BOOK,
        "return units if lot is None else min(units, units_in(piles, lot))",
        "return units",
        MACHINE,
    ),
    Bug(BOOK, "if product.is_lot_tracked and move.lot is None:", "if False:", OVERSOLD, "p03"),
    Bug(BOOK, "        if self.problems:\n", "        if False:\n", MACHINE),
    Bug(BOOK, "self._lots[lot.id] = self.plan.watch(lot)", "self._lots[lot.id] = lot", MOVING, "moment_ago"),
    Bug(BOOK, "if move.destination is not None and move.destination.archived_at", "if False", MOVING, "archived"),
    Bug(BOOK, "if isinstance(self.by, User) and not self.by.has_perm(OVERRIDE):", "if False:", MOVING, "expired"),
    Bug(BOOK, "rows = plan.watch_all(Product.objects", "rows = list(Product.objects", OVERSOLD, "p01", ON_POSTGRESQL),
    Bug(BOOK, "units if reached == place.pk else -units", "units", MACHINE),
    Bug(LIFE, "        if request.status == unless:\n", "        if False:\n", MACHINE),
    Bug(LIFE, "if not request.is_open:", "if False:", MACHINE),
    Bug(
        LIFE, "return self.from_storefront or self.warehouse", "return self.warehouse or self.from_storefront", MACHINE
    ),
    Bug(LIFE, 'plan.watch(self, "warehouse", "storefront")', "self", MOVING, "saw_before"),
    Bug(GUARD, "        if there < units:\n", "        if False:\n", MACHINE),
    Bug(GUARD, '1 if verb == "create" else -1', "1", MOVING, "bringing_back"),
    Bug(GUARD, "for of_lot in {None, lot}:", "for of_lot in {None}:", MACHINE),
    Bug(FILE_WORK, "(self.errors and not good_rows_only)", "self.errors", INTAKE),
    Bug(FILE_WORK, "if self.table.problems or (", "if (", INTAKE),
    Bug(INTAKES, "            if taken[key] > 0:\n", "            if False:\n", INTAKE),
    Bug(INTAKES, "taken[key] -= self.count_equal_rows", "taken[key] -= 1", INTAKE),
    Bug(INTAKES, "rows = rows.filter(pk__among=taken_from(self.document))", "pass", INTAKE),
    Bug(INTAKES, "book_intake(self.book, intake, because=because)", "pass", INTAKE),
    Bug(
        INTAKES,
        "datetime.combine(intake.received_on, time(12))",
        "datetime.combine(intake.received_on, time(0))",
        INTAKE,
    ),
    Bug(INTAKES, "if units := self.packages.get(key):", "if units := 0:", INTAKE),
    Bug(INTAKES, "if len(several) == 1 or exactly:", "if several:", INTAKE),
    Bug(INTAKES, "found = {**intake.refusals(), **found}", "pass", INTAKE),
    Bug(PILES, "not self.warehouse.is_quarantine and (", "(", INTAKE, "quarantine"),
    Bug(PILES, "self.received_on > timezone.localdate()", "False", INTAKE),
    Bug(PILES, "if self.warehouse_id and self.warehouse.archived_at:", "if False:", INTAKE),
    Bug(INTAKE_ADMIN, '        book_intake(book, obj, because="taken in by hand")\n', "", INTAKE_PAGES),
    Bug(FILE_PAGES, "require_GET(page(self.bad_rows))", "require_GET(self.bad_rows)", INTAKE_PAGES),
    Bug(FILE_PAGES, "require_GET(page(self.file))", "require_GET(self.file)", INTAKE_PAGES),
    Bug(FILE_PAGES, "page(self.upload)", "self.upload", INTAKE_PAGES),
    Bug(FILE_PAGES, ", largest=self.work.kind.largest)", ")", INTAKE_PAGES, "too_large"),
    Bug(FILE_PAGES, '{"good_rows_only": "on"} if good_rows_only else {}', "{}", INTAKE_PAGES),
    Bug("eqms/row_files/kind.py", "return sorted(problems, key=", "return list(problems) or sorted([], key=", INTAKE),
    Bug(FILE_PAGES, "or not work.table.rows:", ":", INTAKE_PAGES),
    Bug(INTAKE_COMMAND, "except IsADirectoryError as error:", "except NotImplementedError as error:", INTAKE),
    Bug("eqms/lists.py", "[text for text in value if self.can_be_key(text)]", "value", INTAKE_PAGES),
    Bug(
        "inventory/admin/transfers.py",
        "if change and not may_edit(",
        "if False and not may_edit(",
        "tests/inventory/test_transfer_pages.py",
        "somebody_fulfils",
    ),
]
