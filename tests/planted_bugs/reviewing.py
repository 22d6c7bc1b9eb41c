"""Bugs of the search for duplicates, of suggestions, and of their review."""

from .bug import Bug

LOOKALIKES = "tests/customers/test_lookalikes.py"
SEARCH = "tests/customers/test_duplicate_search.py"
REVIEW = "tests/customers/test_review.py"
FORM = "tests/customers/test_customer_form.py"
KEYS = "tests/end_to_end/test_review_duplicates.py"
INDEX = "customers/lookalikes.py"
FOUND = "customers/duplicate_search.py"
QUEUE = "customers/review.py"
PAIRS = "customers/models/duplicates.py"
PAGE = "customers/views/review.py"
SIDES = "customers/side_by_side.py"
ENTRY = "customers/forms/customer.py"
NEAREST = "nearest[other] = Other(rows[other], pair, mine[own])"
SCRIPT = "customers/static/customers/review.js"

BUGS = [
    # the index that answers at once
    Bug(INDEX, "run__seal__number__gt=after", "run__seal__number__gt=until", LOOKALIKES, "follows"),
    Bug(INDEX, "        known.remove(set(piece) - {one.id for one in there})\n", "", LOOKALIKES, "archived or follows"),
    Bug(INDEX, "return self._seal == 0 or self._hash == digest", "return True", LOOKALIKES, "older_state or rolled"),
    Bug(INDEX, "if frozenset(pair[:2]) not in refused", "if True", LOOKALIKES, "persons_no"),
    Bug(INDEX, '[told["address1"], told["address2"]]', '[told["address1"]]', LOOKALIKES, "both_lines"),
    Bug(INDEX, "            self._rebuild_in_time()\n", "", LOOKALIKES, "past_the_record"),
    # the search
    Bug(FOUND, ", distinct=refused_pairs()", "", SEARCH, "refused"),
    Bug(FOUND, "            elif evidence(row) != evidence(found):\n", "            else:\n", SEARCH, "found_again"),
    Bug(FOUND, "        DuplicateCandidate.objects.update(found_at=begun)\n", "", SEARCH, "dated_anew"),
    Bug(
        FOUND,
        "customers, begun = Customer.objects.active()",
        "customers, begun = Customer.objects.all()",
        SEARCH,
        "archived",
    ),
    Bug(FOUND, '    tell(done=total, message=f"Keeping the pairs found: {len(pairs):,}")\n', "", SEARCH, "ended"),
    # which pair comes
    Bug(PAIRS, "Q(**pair) | Q(**turned)", "Q(**pair)", REVIEW, "come_again"),
    Bug(PAIRS, "Customer.objects.active().filter", "Customer.objects.filter", REVIEW, "come_again"),
    Bug(QUEUE, "left[pk] for pk in self.later if pk in left", "left[pk] for pk in sorted(left)", REVIEW, "put_off"),
    Bug(QUEUE, " | Q(pk__in=further)", "", REVIEW, "further"),
    Bug(QUEUE, "nearest.setdefault(other, Other(rows[other], pair, mine[own]))", NEAREST, REVIEW, "cluster"),
    # what the page says and what is decided
    Bug(SIDES, "        return ONE_SIDE\n", "        return SAME\n", REVIEW, "marks_what"),
    Bug(PAGE, "    if not request.user.has_perm(not_duplicates.permission):\n", "    if False:\n", REVIEW, "viewer"),
    Bug(
        PAGE, "    if not request.user.has_perm(merge_customers.permission):\n", "    if False:\n", REVIEW, "sales_may"
    ),
    Bug(PAGE, 'for name in ("survivor", "choose", "reason")', 'for name in ("survivor",)', REVIEW, "keeps_the_choices"),
    Bug(PAGE, "    if refusal(first, second):\n", "    if False:\n", REVIEW, "noted_once"),
    Bug(PAGE, ", must_say_why=True", "", REVIEW, "without_a_reason"),
    # the form
    Bug(ENTRY, "<= seen else found", "<= seen or seen else found", FORM, "covers_only"),
    Bug(ENTRY, "        if not set(COLUMNS) & set(self.changed_data):\n", "        if False:\n", FORM, "anything_else"),
    Bug(ENTRY, "if pk != self.instance.pk", "if pk", FORM, "own_old_number"),
    # the keys
    Bug(SCRIPT, 'if (typing(at) && event.key !== "Escape") return;', "", KEYS, "letters_typed"),
    Bug(SCRIPT, "|| localStorage.getItem(KEYS_OFF)) return;", ") return;", KEYS, "turned_off"),
]
