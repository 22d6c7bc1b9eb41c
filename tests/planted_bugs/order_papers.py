"""Bugs of papers that are attached to an order that is there."""

from .bug import Bug

TESTS = "tests/sales/test_order_papers.py"
VIEWS, PAPERS = "sales/views/order_papers.py", "sales/models/papers.py"

BUGS = [
    Bug(PAPERS, 'not in ("", order.order_number_key) and not sure:', 'in ("x",):', TESTS, "another_number"),
    Bug(VIEWS, "if paper.order_number_key == order.order_number_key", "if paper.order_number", TESTS, "another_number"),
    Bug(VIEWS, "paper.order_id == order.pk and paper", "paper", TESTS, "became_another_order"),
    Bug(VIEWS, ', kind="read_papers")', ")", TESTS, "another_kind_of_work"),
    Bug(VIEWS, '@admin_page("sales.add_documentsegment")', "@admin_page()", TESTS, "who_may_upload"),
    Bug(
        "sales/views/papers.py",
        'and "beside" in request.POST else None',
        'and "besides" in request.POST else None',
        TESTS,
        "becomes_its_document",
    ),
    Bug(PAPERS, "if sure and sure != paper.standing:", "if False:", TESTS, "asked_again"),
    Bug(PAPERS, "            return  # the button was pressed twice\n", "            pass\n", TESTS, "pressed_twice"),
    Bug(PAPERS, "paper.order_id not in (None, order.pk) and not sure", "False", TESTS, "taken_from_it"),
    Bug(VIEWS, "if paper.order_id not in (None, order.pk):", "if False:", TESTS, "taken_from_it"),
    Bug(VIEWS, "if paper.no_document:", "if False:", TESTS, "attached_to_nothing"),
    Bug(PAPERS, "if paper.no_document:", "if False:", TESTS, "attached_to_nothing"),
    Bug("distribution/models/papers.py", "if paper.no_document:", "if False:", TESTS, "attached_to_nothing"),
    Bug("distribution/views/shipment_papers.py", "if paper.no_document:", "if False:", TESTS, "attached_to_nothing"),
    Bug("eqms/pdf/kinds.py", "(EMPTY, UNKNOWN, TEXT, ", "(UNKNOWN, ", TESTS, "attached_to_nothing"),
]
