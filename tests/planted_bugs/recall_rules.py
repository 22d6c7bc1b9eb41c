"""Bugs of what check_data says of recalls, and of the recall of the demo data."""

from .bug import Bug

RULES = "distribution/rules.py"
TESTS, DEMO = "tests/distribution/tracing/test_recall_rules.py", "tests/distribution/test_demo_data.py"

BUGS = [
    Bug(RULES, "filter(recall__state=Recall.State.OPEN)", "all()", TESTS, "closed"),
    Bug(RULES, "    keys |= Q(lot_number_key__in=mistyped", "    Q(lot_number_key__in=mistyped", TESTS, "later"),
    Bug(RULES, "When(Exists(taken), then=None)", "When(~Exists(taken), Exists(taken), then=None)", TESTS, "other_lots"),
    Bug(RULES, 'When(distribution__consignee_key="", then=alone)', "When(lot=0, then=alone)", TESTS, "of_its_own"),
    Bug(RULES, "When(lot__isnull=True, then=reported)", "When(lot=0, then=reported)", TESTS, "later"),
    Bug(RULES, ".filter(lot__status=Lot.Status.RELEASED)", ".exclude(lot__status=Lot.Status.RECALLED)", TESTS, "leave"),
    Bug("distribution/demo/recalls.py", ".items())[:-1])", ".items()))", DEMO, "planted_fault"),
]
