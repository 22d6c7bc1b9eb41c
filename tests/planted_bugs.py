"""Plant each bug in a copy and see the tests fail: ``python -m tests.planted_bugs [WORD ...]``.

A check that has never failed is no check. Prints one line per bug, with the test that found it.
With words, only the bugs are planted whose file or text holds one of them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", "staticfiles", "*.sqlite3*")
OPERATIONS = "eqms/operations"
EQMS, PROMISES, CLEANUP = "tests/eqms", "tests/promises", "tests/customers/test_cleanup.py"
CONTRACT, PLANS, COLUMNS = f"{EQMS}/test_contract.py", f"{EQMS}/test_plan.py", f"{EQMS}/test_columns.py"
RACES, RECORD, CHECKS = f"{EQMS}/test_processes.py", f"{EQMS}/test_audit.py", f"{EQMS}/test_checks.py"
PAGES, JSON, SIGNING = f"{EQMS}/test_pages.py", f"{EQMS}/test_json.py", f"{EQMS}/test_four_eyes.py"
COMMANDS, SILENCE = f"{EQMS}/test_commands.py", f"{PROMISES}/test_p24_commands.py"
KILLS, STALE = f"{PROMISES}/test_p07_kills.py", f"{PROMISES}/test_p21_stale.py"
PREDICTED, UNDONE = f"{PROMISES}/test_p22_predicted.py", f"{PROMISES}/test_p23_undo.py"
TAMPERED = f"{PROMISES}/test_p44_record.py"
STORED, READING = f"{EQMS}/test_storage.py", "tests/sales/test_read_orders.py"
PEOPLE, JOBS = f"{EQMS}/test_people_admin.py", f"{EQMS}/test_jobs_faces.py"
AT_ONCE, PICTURED = "tests/sales/test_imports_at_once.py", f"{EQMS}/test_pictures.py"
PROBES, RELEASES, VISITS = f"{EQMS}/test_health.py", f"{EQMS}/test_release.py", f"{EQMS}/test_deployment.py"
OVERSOLD, MACHINE = f"{PROMISES}/test_p01_stock.py", f"{PROMISES}/test_p05_stock_machine.py"
MOVING = "tests/inventory/test_transfers.py"
RUNNING, SCHEMAS, FILES = f"{PROMISES}/test_running.py", f"{PROMISES}/test_schema.py", "tests/test_deploy_files.py"


class Bug(NamedTuple):
    """``old`` stands once in ``file``; with ``new`` in its place a test of ``tests`` must fail (``-k chosen``)."""

    file: str
    old: str
    new: str
    tests: str
    chosen: str = ""  # every test of the file
    only_on: str = ""  # how DATABASE_URL must begin: SQLite's one writer hides some races


WRITE, PLAN, UNDO = f"{OPERATIONS}/write.py", f"{OPERATIONS}/plan.py", f"{OPERATIONS}/undo.py"
OPERATION, ADMIN, JSON_VIEWS = f"{OPERATIONS}/operation.py", f"{OPERATIONS}/admin.py", "eqms/json_views.py"
SIGNED, CONFIRM, UNIQUE = f"{OPERATIONS}/four_eyes.py", f"{OPERATIONS}/confirm.py", f"{OPERATIONS}/unique.py"
COMMAND, AUDIT, CUSTOMERS = f"{OPERATIONS}/command.py", "eqms/audit.py", "customers/operations.py"
SPEECH, PICTURES = "eqms/commands.py", "eqms/pictures.py"
SIZES, TROUBLE, BASE = "eqms/storage/sizes.py", "eqms/storage/trouble.py", "templates/admin/base_site.html"
HEALTH, GATE, SCHEMA, DRIFT = "eqms/health.py", "eqms/gate.py", "eqms/schema.py", "eqms/drift.py"
RELEASE, ROLES, DEPLOYMENT = "eqms/release.py", "eqms/roles.py", "eqms/deployment.py"
SKIP_ENTRY = "self.position += 1\n            if self.position == 2:\n                continue\n"
FOR_KEPT_PLAN = "if approval.fingerprint not in (None, plan.fingerprint):"

ADJUSTING, ADJUSTED = "inventory/forms/adjusting.py", "tests/inventory/test_adjust_stock.py"
ADJUST, NAMED = "inventory/operations/adjust_stock.py", "inventory/forms/named.py"
BOOK, LIFE, GUARD = "inventory/models/book.py", "inventory/models/transfers.py", "inventory/undo_guard.py"
TRANSFERS, TRANSFER_PAGES = "inventory/admin/transfers.py", "tests/inventory/test_transfer_pages.py"
SHORTAGE, ASKING, ROWS = "inventory/shortage.py", "inventory/forms/transfers.py", "inventory/models/transfers.py"
CSV, CSV_TESTS, DAYS = "eqms/csv_rows.py", "tests/eqms/test_csv_rows.py", "eqms/dates.py"
INTAKES, INTAKE, PILES = (
    "inventory/operations/import_stock.py",
    "tests/inventory/test_import_stock.py",
    "inventory/models/stock.py",
)
INTAKE_ADMIN, INTAKE_VIEWS = "inventory/admin/stock.py", "inventory/views/intakes.py"
INTAKE_PAGES, INTAKE_COMMAND = "tests/inventory/test_intake_pages.py", "inventory/management/commands/import_stock.py"
FORM_URL = 'form_url = reverse("admin:inventory_transferrequest_change", args=[transfer.pk])'
COUNTS, SETTLE = "inventory/models/counts.py", "inventory/operations/settle_stock_count.py"
CAUSES, SHEET = "inventory/count_causes.py", "inventory/views/counts.py"
WRITING, COUNTED = "inventory/forms/counting.py", "tests/inventory/test_stock_count.py"
ON_SHEET, ON_PHONE = "tests/inventory/test_stock_count_pages.py", "tests/end_to_end/test_stock_count.py"
SHEET_PAGE = "templates/inventory/stock_count_sheet.html"
STOCK, PRODUCT_PAGE = "inventory/product_stock.py", "tests/inventory/test_product_page.py"
CATALOGUE, LEDGER_FILTERS = "inventory/admin/catalogue.py", "inventory/admin/ledger_filters.py"
DRAWN, CHARTS = f"{EQMS}/test_charts.py", "eqms/charts.py"
ON_POSTGRESQL = "postgresql"
RAISES = "            raise\n            return"
RULES, BROKEN = "inventory/rules", "tests/inventory/test_rules.py"
FIX, FIXED = "inventory/operations/fix_storefront_inventory.py", "tests/inventory/test_fix_storefront_inventory.py"
EFFECTIVE, REPAIRED = "inventory/effective.py", f"{PROMISES}/test_p25_ledger.py"
FIX_COMMAND, REPORT = "inventory/management/commands/fix_storefront_inventory.py", "inventory/stock_report.py"
NAMED_PRODUCTS, DAMAGED = "inventory/forms/reconciling.py", "inventory/damage.py"
CHECKED, DATA_RULES = f"{EQMS}/test_data_check.py", f"{EQMS}/test_data_rules.py"
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
    Bug("eqms/data_rules.py", "len(found) <= shown else", "True else", DATA_RULES, "counted_by"),
    Bug("eqms/data_rules.py", "if user.has_perm(rule.permission)", "if user", CHECKED, "without_rows"),
    Bug("eqms/data_check.py", "if len(results) == len(registry):", "if True:", CHECKED, "in_part or long"),
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
    Bug(AUDIT, "elif present.get(key) != state_after(entries[key]):", "elif False:", FIXED, "outside"),
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
    Bug(
        CHARTS,
        'corners += [f"{x},{scale.y(before)}", f"{x},{scale.y(value)}"]',
        'corners += [f"{x},{scale.y(value)}"]',
        DRAWN,
        "slopes",
    ),
    Bug(
        CHARTS,
        "share = (day - self.days[0]) / (self.last - self.days[0])",
        "share = self.days.index(day) / len(self.days)",
        DRAWN,
        "far_apart",
    ),
    Bug(CHARTS, "length % n == 0 or length > 4 * DATES", "True", DRAWN, "distance"),
    # planning and writing
    Bug(WRITE, "if now.get(change.key) != change.before:", "if False:", CONTRACT, "moves_between"),
    Bug(WRITE, "watched.get((change.label, change.key)) != change.before]", "False]", CONTRACT, "moves_between"),
    Bug(WRITE, "            refuse_orphans(model, keys)\n", "", CONTRACT, "other_rows"),
    Bug(WRITE, "self.position += 1\n", SKIP_ENTRY, TAMPERED, "p44"),
    Bug(WRITE, "audit.seal(self.run, self.position, self.digest.hexdigest())", "pass", CONTRACT, "whole_record"),
    Bug(WRITE, "1 + max((generation.get(n, 0) for n in parents), default=0)", "len(parents)", PLANS, "generations"),
    Bug(WRITE, "in children_first(by_model(batch)):", "in by_model(batch):", PLANS, "children_first"),
    Bug(WRITE, "request_id=request_ids.current(),", "", PAGES, "request_id"),
    Bug(WRITE, 'change.after.count("{") == 1', "True", UNDONE, "exact and import"),
    Bug(UNIQUE, "for attempt in (update_groups, update_parked):", "for attempt in (update_groups,):", PLANS, "swap"),
    Bug(UNIQUE, "return update_one_by_one(model, groups)", "return update_groups(model, groups)", PLANS, "primary"),
    Bug(PLAN, "        if not self._locking:\n", "        if True:\n", RACES, "sixteen", ON_POSTGRESQL),
    Bug(PLAN, "    if field.default is timezone.now:\n        return NOW\n", "", PLANS, "generations"),
    Bug(PLAN, "if row.is_fact and self.undoes is None:", "if False:", CONTRACT, "fact"),
    Bug(PLAN, "                field.validate(value, row)\n", "", CONTRACT, "field_refuses"),
    Bug("eqms/columns.py", 'timespec="microseconds"', 'timespec="milliseconds"', COLUMNS, "DateTime"),
    Bug("eqms/columns.py", "models.JSONField: (in_its_order,", "models.JSONField: (canonical,", COLUMNS, "order"),
    Bug(OPERATION, "if hidden or not words.startswith(READS):", "if False:", CONTRACT, "draft"),
    Bug(OPERATION, FOR_KEPT_PLAN, "if False:", STALE, "edited"),
    Bug(OPERATION, ", token_digest=approval.token_digest", "", JSON, "once"),
    Bug(OPERATION, "for permission in (self.permission, *plan.permissions):", "for permission in ():", STALE, "lost"),
    Bug(OPERATION, "(self.permission, *plan.permissions)", "(self.permission,)", CONTRACT, "undo_needs"),
    Bug(OPERATION, "        audit.seal(run, 0, audit.NO_ENTRIES)\n", "", RECORD, "refusal"),
    Bug(OPERATION, "else in_words(error, plan)", "else str(error)", PLANS, "broken or taken"),
    Bug(OPERATION, "ATTEMPTS = 20 ", "ATTEMPTS = 5 ", AT_ONCE, "all_go_through", ON_POSTGRESQL),
    Bug(OPERATION, "words = OVERTAKEN if overtaken and", "words = OVERTAKEN if False and", AT_ONCE, "overtaken"),
    Bug(OPERATION, "(not conflict or conflict != before)", "True", AT_ONCE, "brings_along"),
    Bug(OPERATION, "approval.must_say_why and self.needs_reason(plan)", "False", PAGES, "needs_a_reason"),
    Bug(OPERATION, "plan.size_against_ceiling > self.ceiling and not approval.force", "False", CONTRACT, "ceiling"),
    Bug(f"{OPERATIONS}/reasons.py", "            row.validate_constraints()\n", "", PLANS, "broken or taken"),
    # undo
    Bug(UNDO, "if now[name] != written:", "if False:", CONTRACT, "edited_and_names"),
    Bug(UNDO, "        refuse_later_entries(run, model, entries)\n", "", CONTRACT, "later_run"),
    Bug(UNDO, "    if run.is_undone():", "    if False:", CONTRACT, "twice_is_refused"),
    Bug(UNDO, 'run.entries.order_by("-position")', 'run.entries.order_by("position")', CONTRACT, "changes_twice"),
    Bug(UNDO, "        rows |= already_taken_back(run, model, entries)\n", "", CONTRACT, "thousand or far_apart"),
    Bug(UNDO, "    plan.permissions += permission_of(run)\n", "", CONTRACT, "undo_needs"),
    Bug(UNDO, 'while run.operation == "undo" and run.undoes:', "while False:", CONTRACT, "undo_needs"),
    # the record
    Bug(AUDIT, "canonical_bytes(parts)\n\n\ndef seal_hash", "b''\n\n\ndef seal_hash", TAMPERED, "p45"),
    Bug(AUDIT, "BEFORE DELETE ON", "BEFORE UPDATE OF id ON", RECORD, "append_only"),
    Bug(AUDIT, "    yield from changed_outside()\n", "", TAMPERED, "p45"),
    Bug(AUDIT, "if link.previous != previous:", "if False:", RECORD, "fork"),
    Bug(AUDIT, "seen = seen or link.hash == head", "seen = True", TAMPERED, "p45"),
    Bug(AUDIT, "OperationRun.objects.filter(seal=None)", "OperationRun.objects.none()", TAMPERED, "p45"),
    Bug(AUDIT, 'return [f"{table} is not', 'return [] and [f"{table} is not', CHECKS, "missing"),
    # tokens and four eyes
    Bug(CONFIRM, "max_age=VALID_SECONDS", "max_age=None", STALE, "expired"),
    Bug(CONFIRM, "if (said.operation, said.user_id) != (op.name, user.pk):", "if False:", STALE, "other"),
    Bug(CONFIRM, "        refuse_second_use(digest)  # another", "        pass  # another", RACES, "confirmations"),
    Bug(CONFIRM, "max(len(old - new), len(new - old))", "0", PAGES, "moved"),
    Bug(OPERATION, "if self.four_eyes and plan and approval.approved_by is None:", "if False:", SIGNING, "mechanism"),
    Bug(OPERATION, "approval.approved_by == approval.actor", "False", SIGNING, "mechanism"),
    Bug(SIGNED, "    if authenticate(request,", "    if False and authenticate(request,", SIGNING, "password"),
    Bug(SIGNED, "    if asked.state != PlanRequest.State.WAITING:\n", "    if False:\n", SIGNING, "again or declined"),
    Bug(SIGNED, "signatures.filter(digest=digest_of(asked), user", "signatures.filter(user", SIGNING, "edited"),
    Bug(
        SIGNED,
        "        asked.fingerprint,\n        asked.reason,",
        "        None,\n        asked.reason,",
        SIGNING,
        "moved",
    ),
    # pages and JSON
    Bug(
        ADMIN, "            request.refusal = self.recorded(request, error)\n            return", RAISES, PAGES, "typed"
    ),
    Bug(ADMIN, "        if not reason:\n", "        if False:\n", PAGES, "delete_in"),
    Bug(
        ADMIN,
        '"selection": signed_selection(op.model, keys)',
        '"selection": signed_selection(op.model, None)',
        PAGES,
        "of_the_selection",
    ),
    Bug("eqms/csv_cells.py", '        return f"\'{value}"\n', "        return value\n", PAGES, "download"),
    Bug(JSON_VIEWS, "if not request.user.is_authenticated:", "if False:", JSON, "sign_in"),
    Bug(JSON_VIEWS, "    except (ValueError, ", "    except (KeyError, ", JSON, "400"),
    Bug(JSON_VIEWS, 'if request.content_type == "application/json":', "if False:", JSON, "csrf"),
    # commands
    Bug(
        COMMAND,
        "        if self.as_json or not sys.stdin.isatty():\n",
        "        if False:\n",
        SILENCE,
        "without_terminal",
    ),
    Bug(COMMAND, '        if plan and options["check"]:\n', "        if False:\n", COMMANDS, "check"),
    Bug(
        SPEECH,
        "        if self.as_json or self.output_is_gone:\n",
        "        if self.as_json:\n",
        SILENCE,
        "pipe and runs",
    ),
    Bug(SPEECH, "except KeyboardInterrupt as error:", "except KeyError as error:", SILENCE, "interrupted"),
    Bug(SPEECH, "except (OperationalError, InterfaceError) as", "except KeyError as", SILENCE, "without_a and runs"),
    # the clean-up
    Bug(CUSTOMERS, "            words += named.get(customer.company_key, [])\n", "", CLEANUP, "waiting"),
    Bug(CUSTOMERS, "until <= timezone.localdate()", "until < timezone.localdate()", CLEANUP, "180"),
    Bug(CUSTOMERS, "    idle = customers.without_orders()\n", "    idle = customers.all()\n", CLEANUP, "neither"),
    Bug("distribution/holders.py", "Distribution.objects.waiting()", "Distribution.objects.all()", CLEANUP, "waiting"),
    # files
    Bug(SIZES, "        refuse_large(filename, file.seek(0, os.SEEK_END))\n", "", READING, "larger_than"),
    Bug(SIZES, "    refuse_large(filename, len(data))  #", "    #", STORED, "name_size_and_limit"),
    Bug(SIZES, "        refuse_large(filename, len(file))\n", "", STORED, "name_size_and_limit"),
    Bug(TROUBLE, '"folder" if writing and words == "missing" else words', "words", STORED, "spool_folder"),
    Bug("eqms/storage/places.py", 'spool folder {shown}", setting="SPOOL_DIR"', 'folder"', STORED, "spool_folder"),
    Bug(BASE, "{{ message }}", "{{ message|capfirst }}", "tests/sales/test_papers_pages.py", "begins_with_a_name"),
    # what people did not mean
    Bug("eqms/admin/people.py", "    actions = None\n", "    ordering = ()\n", PEOPLE, "selection"),
    Bug("sales/admin.py", "validate_min=True, ", "", "tests/test_pages.py", "last_line"),
    Bug("eqms/management/commands/job.py", "def what_was_written(", "def unused(", JOBS, "interrupted_command"),
    # pictures of pages
    Bug(PICTURES, "if not free.acquire(blocking=False):", "if False:", PICTURED, "beyond_two"),
    Bug(PICTURES, "    finally:\n        free.release()\n", "", PICTURED, "gives_its_place_back"),
    Bug(PICTURES, "        return str(problem)\n", "        raise\n", PICTURED, "gives_its_place_back"),
    Bug(PICTURES, 'key = f"{document.sha256}-{page}-{scale}"', "key = document.sha256", PICTURED, "another_page"),
    Bug(PICTURES, '        caches["pictures"].set(', "        str(", PICTURED, "second_view"),
    Bug(PICTURES, "    if len(found) > LARGEST_KEPT:\n        return\n", "", PICTURED, "noise"),
    Bug("eqms/pdf/picture.py", ", file_seconds=DRAW_SECONDS", "", PICTURED, "too_long"),
    Bug("sales/views.py", ', **{"Retry-After": RETRY_SECONDS}', "", "tests/sales/test_papers_pages.py", "no_place"),
    # setting up, probing and releasing
    Bug(HEALTH, "LOOK_EVERY_SECONDS = 1.0", "LOOK_EVERY_SECONDS = 0.05", PROBES, "asks_once"),
    Bug(HEALTH, "if timezone.now() - result.at > silence:", "if False:", PROBES),
    Bug(HEALTH, "status=200 if findings.is_ready else 503", "status=200", PROBES),
    Bug(HEALTH, 'self._findings = Findings(database="the last look at the database failed")', "pass", PROBES),
    Bug(HEALTH, "ANSWER_WITHIN_SECONDS = 1.5", "ANSWER_WITHIN_SECONDS = 9.0", PROBES),
    Bug(GATE, "if probe := PROBES.get(request.path):", "if False:", PROBES),
    Bug(GATE, "        if findings.is_ready:\n", "        if True:\n", PROBES),
    Bug(SCHEMA, "key not in applied and", "False and", PROBES),
    Bug("eqms/csp.py", 'response.headers.setdefault("Content-Security-Policy", policy)', "pass", PROBES),
    Bug("eqms/gunicorn.conf.py", "except ImproperlyConfigured as error:", "except KeyError as error:", RUNNING),
    Bug("eqms/settings.py", "SECURE_HSTS_SECONDS = 31_536_000", "SECURE_HSTS_SECONDS = 0", RUNNING),
    Bug(RELEASE, "validate_password(password, User(username=email, email=email))", "pass", RELEASES),
    Bug(RELEASE, "    if User.objects.filter(is_superuser=True, is_active=True).exists():", "    if False:", RELEASES),
    Bug(RELEASE, 'getattr(error.__cause__, "sqlstate", None) == lock_not_available or', "False and", SCHEMAS),
    Bug(RELEASE, "    for name in names:\n        importlib.import_module(name)\n", "", RELEASES),
    Bug(ROLES, "    group.permissions.set(permissions)\n", "    group.permissions.add(*permissions)\n", RELEASES),
    Bug(ROLES, '"viewer": [(EVERYDAY, VIEW)],', '"viewer": [(EVERYDAY, WRITE)],', RELEASES),
    Bug(DRIFT, "notnull={column[3]} ", "", SCHEMAS),
    Bug(DRIFT, 'lines |= {f"constraint {table}: {text}" for text in constraints(sql)}', "pass", SCHEMAS),
    Bug(DRIFT, " {key[5]} {key[6]}", "", SCHEMAS),
    Bug(DEPLOYMENT, "served == release,", "True,", VISITS),
    Bug(DEPLOYMENT, 'if page.status == 200 and page.path == "/admin/login/":', "if False:", VISITS),
    Bug("eqms/operations/admin.py", ".select_related(None)", "", "tests/promises/test_every_page.py"),
    Bug(".env.example", "#CURRENCY=USD\n", "", FILES),
    Bug(".do/app.yaml", "initial_delay_seconds: 15", "initial_delay_seconds: 5", FILES),
    Bug(
        "sales/order_number_key.py",
        '"""The text',
        'import nothing_like_this\n"""The text',
        "tests/test_architecture.py",
    ),
    # moving units
    Bug(BOOK, "if available >= move.quantity:", "if available >= 0:", MACHINE),
    Bug(BOOK, "self._on_the_way[place][move.product_id, lot] += units", "pass", MOVING, "share"),
    Bug(BOOK, "quantity=balance.quantity + units", "quantity=units", MACHINE),
    Bug(BOOK, "(move.destination, move.quantity)", "(move.destination, -move.quantity)", MACHINE),
    Bug(BOOK, "found[place, product_id] += units", "found[place, product_id] -= units", MACHINE),
    Bug(
        BOOK,
        "return min(ledger, self.available(place, product_id))",
        "return self.available(place, product_id)",
        MACHINE,
    ),
    Bug(BOOK, "if product.is_lot_tracked and move.lot is None:", "if False:", OVERSOLD, "p03"),
    Bug(BOOK, "        if self.problems:\n", "        if False:\n", MACHINE),
    Bug(BOOK, "self._lots[lot.pk] = self.plan.watch(lot)", "self._lots[lot.pk] = lot", MOVING, "moment_ago"),
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
    # intakes by form and file
    Bug(CSV, 'data.decode("utf-8-sig", "surrogateescape")', 'data.decode("utf-8", "surrogateescape")', CSV_TESTS),
    Bug(CSV, 'data.decode("utf-8-sig", "surrogateescape")', 'data.decode("utf-8-sig", "replace")', CSV_TESTS),
    Bug(CSV, "if high.count(0) * 2 > len(high):", "if False:", CSV_TESTS),
    Bug(CSV, "strict=True, skipinitialspace=True)\n        for", "skipinitialspace=True)\n        for", CSV_TESTS),
    Bug(CSV, "return max(DELIMITERS, key=headings), text", 'return ",", text', CSV_TESTS),
    Bug(CSV, "if any(cell.strip() for cell in cells):", "if cells:", CSV_TESTS),
    Bug(CSV, "        if len(named) > 1:\n", "        if False:\n", CSV_TESTS),
    Bug(CSV, "raise TornFile(Problem(number + 1,", "raise TornFile(Problem(number,", CSV_TESTS),
    Bug(CSV, "if GROUPED_OTHERWISE.fullmatch(text):", "if False:", CSV_TESTS),
    Bug(CSV, '"[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+"', '"[0-9]{1,3}(?:,[0-9]{1,3})+|[0-9]+"', CSV_TESTS),
    Bug(CSV, "value_of(place, original(cell.strip()).strip())", "value_of(place, cell.strip())", CSV_TESTS),
    Bug(CSV, "(table if isinstance(bad, ContradictoryCell) else row)", "row", CSV_TESTS),
    Bug(CSV, "if len(cells) < len(places) or any(", "if any(", CSV_TESTS),
    Bug(CSV, "    if len(cells) > MOST_COLUMNS:\n", "    if False:\n", CSV_TESTS),
    Bug(CSV, "if VAGUE.match(text):", "if False:", CSV_TESTS),
    Bug(DAYS, "day_first = day_first or found[2]", "day_first = found[2]", CSV_TESTS),
    Bug(INTAKES, "(work.errors and not good_rows_only)", "work.errors", INTAKE),
    Bug(INTAKES, "if work.table.problems or (", "if (", INTAKE),
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
    Bug(
        INTAKE_VIEWS,
        "@require_GET\n@admin_page(import_stock.permission)\ndef bad",
        "@require_GET\ndef bad",
        INTAKE_PAGES,
    ),
    Bug(INTAKE_VIEWS, "or not work.table.rows:", ":", INTAKE_PAGES),
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
IN_PARALLEL = 2
NO_TEST_RAN = 5  # pytest's exit code: whoever chose no test finds nothing


def found_by(bug: Bug) -> str | None:
    """Return the first test that fails with this bug, None if all pass."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(ROOT, Path(folder) / "copy", ignore=LEFT_OUT))
        text = (copy / bug.file).read_text()
        assert text.count(bug.old) == 1, f"{bug.file} no longer holds {bug.old!r} once"
        (copy / bug.file).write_text(text.replace(bug.old, bug.new))
        command = [sys.executable, "-m", "pytest", "-qx", "--tb=no", "-p", "no:xdist", bug.tests]
        command += ["-k", bug.chosen] if bug.chosen else []
        environment = {**os.environ, "TEST_DATABASE_FILE": f"{folder}/test.sqlite3", "VAR_DIR": f"{folder}/var"}
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)
        if done.returncode == NO_TEST_RAN:
            return None
        lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return lines[0].split("::")[-1][:70] if lines else None if done.returncode == 0 else done.stdout[-200:]


def main(words: list[str]) -> int:
    """Plant the chosen bugs and return the exit code: 1 where one was missed."""
    address = os.environ.get("DATABASE_URL", "")
    chosen = [bug for bug in BUGS if not words or any(word in bug.file + bug.old for word in words)]
    chosen = [bug for bug in chosen if address.startswith(bug.only_on)]
    missed = 0
    with ThreadPoolExecutor(IN_PARALLEL) as pool:
        for bug, finder in zip(chosen, pool.map(found_by, chosen), strict=True):
            missed += finder is None
            outcome = "MISSED" if finder is None else "found "
            print(f"{outcome} {bug.file}: {bug.old.strip()[:60]!r} by {finder}", flush=True)
    print(f"{len(chosen) - missed} of {len(chosen)} planted bugs found.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
