"""Bugs in merging customers, and in plans of several parts."""

from .bug import Bug

MERGING, COMPARED, GROUPS = "customers/merging.py", "customers/compared.py", "customers/groups.py"
DEDUPE, NAMED, FORMS = "customers/operations/dedupe.py", "customers/forms/named.py", "customers/forms/merging.py"
VIEWS, ADMIN = "customers/views/merging.py", "customers/admin/merging.py"
WRITE, PLAN, OPERATION = "eqms/operations/write.py", "eqms/operations/plan.py", "eqms/operations/operation.py"
MERGED, DEDUPED = "tests/customers/test_merging.py", "tests/customers/test_dedupe.py"
AS_JSON, PAGES = "tests/customers/test_merging_as_json.py", "tests/customers/test_merging_pages.py"
CONSERVED, PARTS = "tests/promises/test_p26_merge.py", "tests/eqms/test_parts.py"

BUGS = [
    Bug(MERGING, "if not isinstance(key, CustomerKey):", "if False:", CONSERVED, "without_a_rule"),
    Bug(
        MERGING,
        "if row.first_id in members and row.second_id in members:",
        "if False:",
        MERGED,
        "persons_no or between_two_losers",
    ),
    Bug(MERGING, "        if self.survivor.archived_at:\n", "        if False:\n", MERGED, "archived_survivor"),
    Bug(MERGING, "        if len(users) > 1:\n", "        if False:\n", MERGED, "portal_users"),
    Bug(
        MERGING,
        "if relation.rule == REFUSE and (held := self.belongings.of(relation.model, self.losers)):",
        "if relation.rule == REFUSE and (held := []):",
        MERGED,
        "rows_that_refuse",
    ),
    Bug(MERGING, "alias.customer_id not in members:", "False:", MERGED, "third_customer"),
    Bug(MERGING, "if value and (other := meant_by(", "if False and (other := meant_by(", MERGED, "third_customer"),
    Bug(MERGING, "        self._keep_reps(plan, primary)\n", "", MERGED, "primary_rep"),
    Bug(MERGING, "settle_primary(mine, moved, dropped, values)\n        for", "pass\n        for", MERGED, "primary"),
    Bug(
        MERGING, "[(gone, twin) for gone, twin in dropped]", "[(twin, twin) for gone, twin in dropped]", MERGED, "hands"
    ),
    Bug(
        MERGING,
        "values[kept[place].pk] |= filled_from(relation, kept[place], values[kept[place].pk], row)",
        "pass",
        MERGED,
        "alone_knows or two_losers",
    ),
    Bug(MERGING, "        then.derive()\n        return tuple", "        return tuple", MERGED, "same_no"),
    Bug(
        MERGING, "        return names - own\n", "        return names\n", MERGED, "name_and_address or number_it_lacks"
    ),
    Bug(
        MERGING,
        "        names |= {(str(Kind.ID), str(loser.pk)) for loser in self.losers}\n        own",
        "        own",
        MERGED,
        "old_address or chain",
    ),
    Bug(
        MERGING,
        "(plan, [survivor, *losers], leaving=True)}",
        "(plan, [survivor, *losers])}",
        CONSERVED,
        "imported",
        "p",
    ),
    Bug(COMPARED, "if all(agree(a, after[a], getattr(loser, a)) for a in attributes.values()):", "if True:", MERGED),
    Bug(
        COMPARED,
        'or (attribute == "status" and value == Customer.Status.ONBOARDING)',
        "",
        MERGED,
        "onboarding",
    ),
    Bug(COMPARED, "        if key not in together:\n", "        if False:\n", MERGED, "somebody_else"),
    Bug(GROUPS, "if pair.band != Band.REVIEW]", "]", DEDUPED, "list_shows"),
    Bug(GROUPS, "COMPARED & json.loads(after).keys()", "True", DEDUPED, "changed_since"),
    Bug("customers/models/duplicates.py", ".exclude(Exists(refused))", "", AS_JSON, "judged"),
    Bug(DEDUPE, "        if there[key].archived_at:\n", "        if False:\n", DEDUPED, "archived"),
    Bug(DEDUPE, "if len(group.customers) > MOST_IN_GROUP:", "if False:", DEDUPED, "ten_thousand"),
    Bug(DEDUPE, "    elif changed:\n", "    elif False:\n", DEDUPED, "changed_since"),
    Bug(DEDUPE, "BANDS[: BANDS.index(band) + 1]", "BANDS", DEDUPED, "only_likely"),
    Bug(DEDUPE, "    plan.part(merge.title)\n", "", DEDUPED, "own or each_group"),
    Bug(NAMED, "        if len(meant) == 1:\n", "        if meant:\n", "tests/customers/test_named.py", "two"),
    Bug(NAMED, "if len(texts) > self.most:", "if False:", "tests/customers/test_named.py", "many"),
    Bug(VIEWS, "opened_for(merge_customers, token, request.user).options != data", "False", AS_JSON, "another_pair"),
    Bug(VIEWS, "        refuse_second_use(token_digest(token))\n", "", AS_JSON, "written_once"),
    Bug(VIEWS, "    if master == duplicate:\n", "    if False:\n", AS_JSON, "itself"),
    Bug(ADMIN, "default_survivor(found), found", "found[-1], found", PAGES, "default_survivor"),
    Bug(FORMS, "if key.startswith(start) and data[key]]", "if False]", PAGES, "without_script"),
    Bug(WRITE, '{**columns, "token_digest": None}', "columns", PARTS, "token"),
    Bug(WRITE, '    parts[0].counts["skip"] += outside\n', "", PARTS, "own_counts"),
    Bug(
        WRITE, "            return encode(field.target_field, self.run.actor_id)\n", "            return None\n", PARTS
    ),
    Bug(PLAN, '        self._digest.update(canonical_bytes(["part", name]) + b"\\n")\n', "", PARTS, "fingerprint"),
]
