"""Bugs of packing slips, labels and how they find their shipment."""

from .bug import Bug

READING = "tests/sales/order_pdf/test_shipment_papers.py"
CARRIERS = "sales/order_pdf/carriers.py"
SHIPMENTS = "sales/order_pdf/shipments.py"
PARTS = "sales/order_pdf/parts.py"
ATTACHING = "tests/distribution/test_attach_papers.py"
PAGES = "tests/distribution/test_shipment_paper_pages.py"
VIEWS = "distribution/views/shipment_papers.py"
SLIPS, ATTACHED = "distribution/slips.py", "distribution/models/papers.py"

BUGS = [
    # reading
    Bug(CARRIERS, "2 * sum(numbers[1::2])", "sum(numbers[1::2])", READING, "check_digit"),
    Bug(CARRIERS, "(?<![\\w.@-])(?:{words})(?![\\w@])", "(?:{words})", READING, "words_of_its_own"),
    Bug("sales/order_pdf/values.py", 're.match(r"(?i)p\\.?o\\b|po[-#\\d]", plain)', "False", READING, "purchase_order"),
    Bug(SHIPMENTS, "if is_unmistakable(token.text):", "if _usual(token.text):", READING, "only_a_carrier_writes"),
    Bug(SHIPMENTS, "_size(blocks[0]) < 1.15 * _size(blocks[1])", "False", READING, "equal_type"),
    Bug(SHIPMENTS, 'found.fields["reference"] = ', 'found.fields["order_number"] = ', READING, "kept_apart"),
    Bug("sales/order_pdf/items.py", ' and kind != "shipped"', "", READING, "where_it_is_nothing"),
    Bug("sales/order_pdf/items.py", "if not values.phone(lot)]", "]", READING, "telephone_number_is_no_lot"),
    Bug("sales/order_pdf/lot_rows.py", "if rows and total == sum(counts)", "if rows", READING, "parts_of_its_quantity"),
    Bug("sales/order_pdf/lot_rows.py", "**named, ", "", READING, "same_item"),
    Bug(
        "sales/order_pdf/tables.py",
        "    if _is_note(placed[number][0]):\n",
        "    if not placed:\n",
        READING,
        "as_promised",
    ),
    Bug("sales/order_pdf/blocks.py", " or (reached and not block.lines)", "", READING, "above_the_addressee"),
    Bug("sales/order_pdf/sheets.py", "title.is_weak and not self.heading", "False", READING, "large_type"),
    Bug(PARTS, "cut = _between_sides(tokens, starts)", "cut = None", READING, "beside_each_other"),
    Bug(
        "sales/order_pdf/papers.py",
        "if not titled and not _names_money",
        "if not _names_money",
        READING,
        "without_title",
    ),
    Bug(
        "sales/order_pdf/papers.py",
        '        found.problems.append(f"Page {page} has no title',
        '        str(f"Page {page} has no title',
        READING,
        "without_title",
    ),
    Bug(PARTS, "if len(starts) > _MOST:", "if not starts:", READING, "crammed"),
    # finding the shipment
    Bug(
        SLIPS, 'printed.order_key == self._order_key(row) != ""', "printed.order_key in self._order_key(row)", ATTACHING
    ),
    Bug(
        SLIPS, "if printed.order_key and named and printed.order_key != named:", "if False:", ATTACHING, "another_order"
    ),
    Bug(SLIPS, "if printed.ship_date and abs(printed", "if False and abs(printed", ATTACHING, "use_numbers_again"),
    Bug(SLIPS, "        if len(free) == 1:", "        if free:", ATTACHING, "told_apart"),
    Bug(
        SLIPS,
        "        if len(fitting) == 1:\n            (one,) =",
        "        if fitting:\n            one, *_ =",
        ATTACHING,
        "day_tells",
    ),
    Bug(SLIPS, "if apart is not None and apart > LEFT_LATER:", "if False:", ATTACHING, "says_otherwise"),
    Bug(
        SLIPS,
        '            return "nothing but the order number points to it"',
        '            return ""',
        ATTACHING,
        "same_day",
    ),
    Bug(SLIPS, "bool(on_it) and key not in on_it", "False", ATTACHING, "other_lots"),
    Bug(SLIPS, " and (lot is None or lot.pk not in on_it)", "", ATTACHING, "mistyped"),
    Bug(SLIPS, "self.orders.get(shipment.pk) or ", "", ATTACHING, "linked_order"),
    Bug("distribution/printed_shipment.py", " if line.quantity != 0", "", ATTACHING, "not_shipped"),
    Bug("distribution/printed_shipment.py", "signs.lower(), fours", "fours", ATTACHING, "however_it_is_written"),
    Bug(
        "distribution/operations/attaching.py",
        "if paper.status != Status.UNMATCHED:",
        "if paper.status not in (Status.UNMATCHED, Status.NEEDS_REVIEW):",
        ATTACHING,
        "in_doubt",
    ),
    Bug(ATTACHED, "    if shipment.voided_at:\n", "    if False:\n", ATTACHING, "by_hand"),
    Bug(ATTACHED, "    if paper.kind == DocumentSegment.Kind.SALES_ORDER:\n", "    if False:\n", ATTACHING, "by_hand"),
    # pages
    Bug(VIEWS, "if paper.order_number_key != shipment.order_number_key:", "if False:", PAGES, "another_number"),
    Bug(
        "distribution/slips.py",
        'found.append(f"it names tracking number',
        'str(f"it names tracking number',
        PAGES,
        "one_button",
    ),
    Bug(VIEWS, ', kind="read_papers")', ")", PAGES, "another_kind_of_work"),
    Bug(
        VIEWS,
        '@require_POST\n@admin_page("distribution.add_distributiondocument")',
        '@require_POST\n@admin_page("sales.view_documentsegment")',
        PAGES,
        "warehouse",
    ),
    Bug("sales/views/papers.py", "editable = is_order and decidable", "editable = decidable", PAGES, "mere_save"),
    Bug(
        "distribution/attached.py",
        "around(json.loads(paper.box), page) if paper.box else whole",
        "whole",
        PAGES,
        "cut_to",
    ),
    Bug("distribution/views/papers.py", "findings[paper] if paper in sure else None", "None", PAGES, "why_none"),
]
