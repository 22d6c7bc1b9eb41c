"""Bugs of traces, scanned codes, signatures and recalls."""

from .bug import Bug

LOT, LINES = "distribution/tracing/lot.py", "distribution/tracing/shipped_lines.py"
CUSTOMER, SEARCH = "distribution/tracing/customer.py", "distribution/tracing/search.py"
EXPORT, BALANCE = "distribution/tracing/export.py", "distribution/tracing/balance.py"
STOCK, RETURNED = "inventory/lot_stock.py", "distribution/tracing/returned.py"
UDI, SIGNATURES, PRODUCTS = "inventory/udi.py", "eqms/signatures.py", "inventory/models/products.py"
RECALLING, ROWS = "distribution/recalling.py", "distribution/models/recalls.py"
TRACING = "tests/distribution/tracing"
OF_LOTS, OF_CUSTOMERS = f"{TRACING}/test_trace_lot.py", f"{TRACING}/test_trace_customer.py"
SEARCHED, COMMAND = f"{TRACING}/test_search.py", f"{TRACING}/test_trace_command.py"
RECALLED, PAGES = f"{TRACING}/test_recall.py", f"{TRACING}/test_recall_pages.py"
SCANNED, SIGNED, STATUS = (
    "tests/inventory/test_udi.py",
    "tests/eqms/test_signatures.py",
    "tests/inventory/test_lot_status.py",
)

BUGS = [
    Bug(
        "customers/models/customer.py",
        "self.filter(pk=key).first() or self.merged_into([key]).get(key)",
        "self.filter(pk=key).first()",
        f"{TRACING}/test_trace_pages.py",
        "merged",
    ),
    Bug(
        "customers/models/customer.py",
        'annotate(former_key=F("aliases__value"))}',
        'annotate(former_key=F("pk"))}',
        "tests/customers/test_merging.py",
        "key_that_is_gone",
    ),
    Bug("eqms/management/commands/demo.py", "        roles.seed()\n", "", "tests/eqms/test_demo.py", "imports"),
    Bug(LOT, "Q(lot=lot) | Q(lot_number_key__in=keys, product=lot.product_id)", "Q(lot=lot)", OF_LOTS),
    Bug(LOT, "lot_number_key__in=keys, product=lot.product_id", "lot_number_key__in=keys", OF_LOTS),
    Bug(LOT, "line.lot_id is not None and line.lot_id != own", "False", OF_LOTS),
    Bug(LOT, "lot.aliases.filter(~Exists(taken))", "lot.aliases.all()", OF_LOTS),
    Bug(LOT, 'line.consignee_key or f"shipment {line.shipment_id}"', "line.consignee_key", OF_LOTS),
    Bug(LINES, "if self.voided_at is not None:", "if False:", OF_LOTS),
    Bug(BALANCE, "with_consignees=shipped - returned", "with_consignees=shipped", OF_LOTS),
    Bug(BALANCE, "if line.lot_id is None and place is not None:", "if False:", OF_LOTS),
    Bug(BALANCE, "stock.taken_in if lot.units_produced is None else lot.units_produced", "stock.taken_in", OF_LOTS),
    Bug(STOCK, "((left, -units), (reached, units))", "((left, units), (reached, units))", OF_LOTS),
    Bug(STOCK, "written_off=-outside[Kind.ADJUSTMENT]", "written_off=abs(outside[Kind.DISPATCH])", OF_LOTS),
    Bug(RETURNED, "returned=units[line.line_id]", "returned=1", OF_LOTS),
    Bug(CUSTOMER, "if not is_name_only(key)", "if key", OF_CUSTOMERS),
    Bug(CUSTOMER, "    if found:\n        return found\n", "", OF_CUSTOMERS, "number_counts_before"),
    Bug(SEARCH, "not others and not self.notes", "not others", SEARCHED),
    Bug(SEARCH, "lots_called(scan.lot_number, products or None)", "lots_called(scan.lot_number)", SEARCHED),
    Bug(SEARCH, "lot_number_key=key, lot__isnull=True, **chosen", "lot_number_key=key, pk=0, **chosen", SEARCHED),
    Bug(
        EXPORT, "return csv_lines([HEAD", 'return (",".join(map(str, row)) + "\\n" for row in [HEAD', COMMAND, "formula"
    ),
    Bug(UDI, 'problem = (device.gtin_error or "") if device else ""', 'problem = ""', SCANNED),
    Bug(UDI, "        text = text.replace(written, GS)", "        pass", SCANNED),
    Bug(SIGNATURES, "signature.key, content, *who]", 'signature.key, "", *who]', SIGNED),
    Bug(SIGNATURES, "signature.meaning, encode_at(signature)]", "signature.meaning]", SIGNED),
    Bug(SIGNATURES, "password=password) != user:", "password=password) == 0:", STATUS),
    Bug("eqms/apps.py", "undo_checks.append(keep_what_was_signed)", "pass", STATUS),
    Bug(PRODUCTS, "for check in status_checks:", "for check in ():", RECALLED),
    Bug(PRODUCTS, 'sign(self, by, f"changed the status to {word}")', "pass", STATUS),
    Bug(RECALLING, "for line in trace.shipped:", "for line in trace.matched:", RECALLED),
    Bug(RECALLING, "lot.plan_status(plan, Lot.Status.RECALLED", "str((plan, Lot.Status.RECALLED)[0]", RECALLED),
    Bug(RECALLING, "told_at__isnull=True))", "pk__isnull=False))", RECALLED),
    Bug(RECALLING, "    if not fresh.is_open:", "    if False:", RECALLED),
    Bug(RECALLING, "if fresh.told_at is None:", "if False:", RECALLED),
    Bug(RECALLING, "    refuse_recalled(lots)\n", "", RECALLED),
    Bug(ROWS, "destroyed + used + max(back, returning)", "destroyed + used + back + returning", RECALLED),
    Bug(ROWS, "min(shipped, ", "max(0, ", RECALLED),
    Bug("distribution/recall_mail.py", "            continue\n", "", PAGES, "refuses"),
]
