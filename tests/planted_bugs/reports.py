"""Bugs of tracing reports: what they hold, who approved them, what shows when one was edited."""

from .bug import Bug

REPORTS = "distribution/reports"
ASKED, MAKING, CHANGES = f"{REPORTS}/asked.py", f"{REPORTS}/making.py", f"{REPORTS}/changes.py"
STANDING, APPROVING, DECIDING = f"{REPORTS}/standing.py", f"{REPORTS}/approving.py", f"{REPORTS}/deciding.py"
MAIL, GUARD, RULES = f"{REPORTS}/mail.py", f"{REPORTS}/guard.py", f"{REPORTS}/rules.py"
PAGE = "templates/admin/distribution/tracingreport/change_form.html"
TESTS = "tests/distribution/reports"
MADE, CHANGED, MAILED = f"{TESTS}/test_making.py", f"{TESTS}/test_changes.py", f"{TESTS}/test_mail.py"
APPROVED, PAGES = f"{TESTS}/test_approving.py", f"{TESTS}/test_pages.py"

MODEL = "customers/models/customer.py"

BUGS = [
    Bug(ASKED, "until=self.last_day, ", "", MADE, "other_months"),
    Bug(ASKED, "return ordered | alike", "return ordered", MADE, "customer"),
    Bug(MODEL, "self.filter(pk=key).first() or self.merged", "self.merged", MADE, "customer"),
    Bug("distribution/tracing/lot.py", "lot__isnull=True, lot_number_key", "lot_number_key", MADE, "mistyped"),
    Bug(MAKING, "hashlib.sha256(data).hexdigest() != report.sha256", "False", MADE, "other_bytes and sha256"),
    Bug(MAKING, 'rows.exclude(decision__outcome="discarded")', "rows", MADE, "same_again"),
    Bug(
        MAKING,
        '        append_rows(ReportedShipment, ("report_id", "shipment_id"), listed)\n',
        "",
        MADE,
        "holds_the_shipments",
    ),
    Bug(
        "eqms/operations/database.py",
        "    if not rows:\n        return\n",
        "",
        MADE,
        "in_which_nothing_left",
        only_on="postgres",
    ),
    Bug(
        "distribution/apps.py",
        "audit.APPEND_ONLY.extend([TracingReport, ReportApproval, ReportDecision])",
        "pass",
        MADE,
        "database_refuses",
    ),
    Bug("distribution/apps.py", "undo_checks.append(keep_reports)", "pass", MADE, "undo"),
    Bug(GUARD, "    if run.entries.filter(model__in=REPORTING).exists():", "    if False:", MADE, "nothing_about"),
    Bug(
        DECIDING,
        "        ReportedShipment.objects.filter(report=report.pk).delete()",
        "        pass",
        MADE,
        "discarded",
    ),
    Bug(DECIDING, "if not standing.valid:", "if False:", APPROVED, "final_needs"),
    Bug(DECIDING, "if standing.broken:", "if False:", APPROVED, "beside_a_good_one"),
    Bug(DECIDING, "    proved(report)\n", "", APPROVED, "flipped"),
    Bug(APPROVING, "    proved(report)\n", "", APPROVED, "flipped"),
    Bug(APPROVING, "            sign(report, signer, MEANING)", "            pass", APPROVED, "signature_approves"),
    Bug(APPROVING, "if not fresh.is_draft:", "if False:", APPROVED, "final_or_a_discarded"),
    Bug(APPROVING, "if problem := standing.problem", "if problem := ''", APPROVED, "edited_draft"),
    Bug(STANDING, "outside_changes(reports)", "{}", APPROVED, "edit_of_anything"),
    Bug(STANDING, "any(one.is_valid for one in theirs)", "theirs", APPROVED, "forges"),
    Bug(STANDING, "    if not theirs:", "    if False:", APPROVED, "without_signature"),
    Bug(STANDING, "outside_changes(decisions)", "{}", APPROVED, "decision_written"),
    Bug(STANDING, "outside_changes(approvals)", "{}", APPROVED, "edited_approval"),
    Bug(
        "eqms/signatures.py",
        'digest_over(signature, contents.get(signature.key, ""))',
        "signature.digest",
        APPROVED,
        "forges",
    ),
    Bug(RULES, 'if trouble.kind == "missing" else ""', "", APPROVED, "away"),
    Bug(CHANGES, "        if there[key]:\n", "        if key in there:\n", CHANGED, "equal_lines"),
    Bug(CHANGES, "    if shipment.voided_at:", "    if False:", CHANGED, "void"),
    Bug(CHANGES, "waiting[goods(row)].pop(0) if waiting[goods(row)] else None", "None", CHANGED, "corrected_lot"),
    Bug(
        ASKED,
        "Customer.objects.surviving(self.customer_key)",
        "Customer.objects.filter(pk=self.customer_key).first()",
        CHANGED,
        "merge",
    ),
    Bug(MAIL, "if len(text) <= LONGEST_DECODED:", "if True:", MAILED, "minutes"),
    Bug(MAIL, "sign in SPACES or not hidden(sign))", "True)", MAILED, "nobody_sees"),
    Bug(MAIL, "if len(known) != 1 or len(found) != 1:", "if not known:", MAILED, "one_person"),
    Bug(MAIL, "if len(as_written(message, name)) > 1]:", "if False]:", MAILED, "twice"),
    Bug(
        "distribution/views/reports.py",
        "        refuse_large(name, file.size or 0, LARGEST_MAIL)\n",
        "",
        PAGES,
        "too_large",
    ),
    Bug(
        "distribution/views/reports.py",
        'by = confirmed(request, form.cleaned_data["password"])',
        "by = Signer(request.user)",
        PAGES,
        "signed_with_the_password",
    ),
    Bug("distribution/admin/reports.py", "if report.standing.in_words:", "if False:", PAGES, "shows_on_page"),
    Bug(MAIL, "if sent < made_at - CLOCKS_DIFFER:", "if False:", APPROVED, "not_that_of_an_approval and before"),
    Bug(MAIL, "if sent > now + CLOCKS_DIFFER:", "if False:", APPROVED, "not_that_of_an_approval and future"),
    Bug(APPROVING, "if trouble := date_trouble(", "if False and date_trouble(", APPROVED, "not_that_of_an_approval"),
    Bug(PAGE, 'elif one.approval.how == "signature"', "elif one.approval", PAGES, "does_not_read_valid"),
    Bug("distribution/models/reports.py", ">= next_month:", ">= self.month:", PAGES, "was_not_over"),
    Bug(STANDING, "[self.problem, self.listing, *said]", "[self.problem, *said]", PAGES, "taken_off"),
    Bug(APPROVING, "standing.problem or standing.listing", "standing.problem", PAGES, "taken_off"),
]
