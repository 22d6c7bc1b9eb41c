"""Bugs of the mechanism that plans, writes, undoes and records."""

from .bug import Bug

OPERATIONS = "eqms/operations"
EQMS = "tests/eqms"
PROMISES = "tests/promises"
CONTRACT = f"{EQMS}/test_contract.py"
PLANS = f"{EQMS}/test_plan.py"
COLUMNS = f"{EQMS}/test_columns.py"
RACES = f"{EQMS}/test_processes.py"
RECORD = f"{EQMS}/test_audit.py"
CHECKS = f"{EQMS}/test_checks.py"
PAGES = f"{EQMS}/test_pages.py"
JSON = f"{EQMS}/test_json.py"
SIGNING = f"{EQMS}/test_four_eyes.py"
COMMANDS = f"{EQMS}/test_commands.py"
SILENCE = f"{PROMISES}/test_p24_commands.py"
STALE = f"{PROMISES}/test_p21_stale.py"
UNDONE = f"{PROMISES}/test_p23_undo.py"
TAMPERED = f"{PROMISES}/test_p44_record.py"
AT_ONCE = "tests/sales/test_imports_at_once.py"
WRITE = f"{OPERATIONS}/write.py"
PLAN = f"{OPERATIONS}/plan.py"
UNDO = f"{OPERATIONS}/undo.py"
OPERATION = f"{OPERATIONS}/operation.py"
ADMIN = f"{OPERATIONS}/admin.py"
SIGNED = f"{OPERATIONS}/four_eyes.py"
CONFIRM = f"{OPERATIONS}/confirm.py"
UNIQUE = f"{OPERATIONS}/unique.py"
COMMAND = f"{OPERATIONS}/command.py"
AUDIT = "eqms/audit.py"
SKIP_ENTRY = "self.position += 1\n            if self.position == 2:\n                continue\n"
FOR_KEPT_PLAN = "if approval.fingerprint not in (None, plan.fingerprint):"
ON_POSTGRESQL = "postgresql"
RAISES = "            raise\n            return"
FIXED = "tests/inventory/test_fix_storefront_inventory.py"

COMMANDS_TESTED = "tests/eqms/test_commands.py"
BUGS = [
    Bug("eqms/columns.py", "range(max(least), min(most) + 1)", "range(max(least), min(most) + 2)", PLANS, "as_it_is"),
    Bug("eqms/columns.py", "asks = field.choices or len(least)", "asks = len(least)", COLUMNS, "their_size"),
    Bug(
        "eqms/columns.py",
        "value for value, _ in field.flatchoices if value and",
        "'x' for value in 'x' if",
        PLANS,
        "as_it_is",
    ),
    Bug(
        "eqms/columns.py",
        "None if field.choices or field.validators else PLAIN_TYPES.get(type(field))",
        "datetime",
        PLANS,
        "as_it_is",
    ),
    Bug(PLAN, "and isinstance(value, target.model):", "and isinstance(value, Model):", PLANS, "strangers"),
    Bug(PLAN, ", related[name] = getattr(value, target.key), value", " = getattr(value, target.key)", PLANS, "parents"),
    Bug(PLAN, "row.derived_from or not changed or not", "row.derived_from or not", PLANS, "computes_anew"),
    Bug(
        "eqms/operations/database.py",
        "for number, row in zip(keys, rows, strict=True):",
        "for number, row in zip(keys[::-1], rows, strict=True):",
        PLANS,
        "their_order",
        only_on="postgresql",
    ),
    Bug(
        "eqms/operations/database.py",
        'cursor, connection.wrap_database_errors:\n        if connection.vendor == "postgresql":',
        'cursor:\n        if connection.vendor == "postgresql":',
        PLANS,
        "name_each_other",
        only_on="postgresql",
    ),
    Bug(
        "eqms/operations/database.py",
        "for number, row in zip(keys, values, strict=True)",
        "for number, row in zip(keys[::-1], values, strict=True)",
        PLANS,
        "their_order",
        only_on="sqlite",
    ),
    Bug(
        "eqms/operations/database.py",
        'SELECT MAX("{model._meta.pk.column}") FROM',
        "SELECT MAX(0) FROM",
        PLANS,
        "no_row_has_or_had",
        only_on="sqlite",
    ),
    Bug(PLAN, "        stored[name] = make()\n", "        pass\n", PLANS, "django_makes"),
    Bug(
        "distribution/models/shipments.py",
        '["order_number", "tracking_number", *',
        '["order_number", *',
        PLANS,
        "follow",
    ),
    Bug("eqms/commands.py", "if waiting := migrations_that_wait():", "if waiting := 0:", COMMANDS_TESTED, "tables"),
    Bug(AUDIT, "elif not is_as_left(present.get(key), entries[key]):", "elif False:", FIXED, "outside"),
    Bug(AUDIT, "for name in was.keys() & is_now.keys())", "for name in was)", RECORD, "release_added"),
    Bug(AUDIT, "all(is_now[name] == was[name] for", "all(name for", RECORD, "outside"),
    # planning and writing
    Bug(WRITE, "if now.get(change.key) != change.before:", "if False:", CONTRACT, "moves_between"),
    Bug(WRITE, "watched.get((change.label, change.key)) != change.before]", "False]", CONTRACT, "moves_between"),
    Bug(WRITE, "            refuse_orphans(model, keys)\n", "", CONTRACT, "other_rows"),
    Bug(WRITE, "self.position += 1\n", SKIP_ENTRY, TAMPERED, "p44"),
    Bug(WRITE, "audit.seal(run, count, digest)", "pass", CONTRACT, "whole_record"),
    Bug(WRITE, "1 + max([generation.get(n, 0) for n in parents], default=0)", "len(parents)", PLANS, "generations"),
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
    # commands
    Bug(
        COMMAND,
        "        if self.as_json or not sys.stdin.isatty():\n",
        "        if False:\n",
        SILENCE,
        "without_terminal",
    ),
    Bug(COMMAND, '        if plan and options["check"]:\n', "        if False:\n", COMMANDS, "check"),
    Bug("eqms/operations/admin.py", ".select_related(None)", "", "tests/promises/test_every_page.py"),
]
