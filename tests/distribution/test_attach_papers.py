"""Packing slips and labels find their shipment: exactly the right one, or none and a reason."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections

from customers.models import Customer
from distribution.models import Distribution, DistributionDocument, DistributionLine
from distribution.models.papers import attach
from distribution.operations import attach_papers
from distribution.printed_shipment import printed_shipment, spellings
from eqms.models import OperationRun
from eqms.operations import Approval, Refused
from eqms.operations.undo import undo
from inventory.models import Lot, LotAlias, Product
from sales.models import DocumentSegment, SalesOrder
from sales.order_pdf import read_document
from sales.papers import columns_of_paper
from tests.cast import Demo, digest
from tests.eqms.processes import in_processes
from tests.papers.scoring import truth_of

SAMPLES = Path(__file__).parent.parent / "papers"
Status = DocumentSegment.Status
TRACKING = "1Z999AA10123456784"
DAY = date(2026, 1, 5)


def printed(kind="packing_slip", lines=(("A-1", 1),), **fields):
    """Return a paper as the reader gives it: lines of code, quantity and lots."""
    names = ("sku", "quantity", "lots")
    rows = [{name: {"value": value} for name, value in zip(names, line, strict=False)} for line in lines]
    values = {name: {"value": value} for name, value in fields.items()}
    return {"kind": kind, "pages": [1], "box": None, "problems": [], "fields": values, "lines": rows}


def slip(demo, lines=(("A-1", 1),), *, status=Status.UNMATCHED, **fields):
    return demo.paper(kind="packing_slip", status=status, fields=json.dumps(printed(lines=lines, **fields)))


def label(demo, **fields):
    content = json.dumps(printed("shipping_label", (), **fields))
    return demo.paper(kind="shipping_label", status=Status.UNMATCHED, fields=content)


def outcome(*papers):
    """Return of each paper the shipment it would be laid with, or why none."""
    plan = attach_papers.plan()
    created = [json.loads(c.after) for c in plan.changes if c.label.endswith("DistributionDocument")]
    laid = {values["segment_id"]: values["distribution_id"] for values in created}
    skipped = {skip.key: skip.because for skip in plan.skips}
    found = [laid.get(paper.pk) or skipped[paper.pk] for paper in papers]
    return found[0] if len(found) == 1 else found


def tracked(demo, quantity=1, **values):
    """Make a shipment of order SO-1 with a tracking number."""
    return demo.shipped(
        quantity, sales_order=demo.order, order_number="SO-1", **{"tracking_number": TRACKING, **values}
    )


# -- by tracking number --------------------------------------------------------------------------------


@pytest.mark.parametrize("written", [TRACKING, TRACKING.lower(), "1Z 999 AA1 01 2345 6784"])
def test_a_label_finds_its_shipment_by_tracking_number_however_it_is_written(demo, written):
    shipment = tracked(demo, tracking_number=written)
    assert outcome(label(demo, tracking_number="1Z 999 AA1 01 2345 6784")) == shipment.pk


def test_a_number_printed_in_groups_is_the_one_stored_without(demo):
    shipment = tracked(demo, tracking_number="397613789113")
    assert outcome(label(demo, tracking_number="3976 1378 9113")) == shipment.pk


def test_a_label_of_a_waiting_shipment_is_laid_with_it_and_names_no_order(demo):
    shipment = demo.shipped(4, order_number="SO-78", tracking_number=TRACKING)
    paper = label(demo, tracking_number=TRACKING)
    attach_papers.apply(Approval(demo.ada))
    paper.refresh_from_db()
    assert (paper.status, paper.order, paper.problem) == (Status.ATTACHED, None, "")
    document = paper.distribution_documents.get()
    assert (document.distribution, document.kind, document.added_by) == (shipment, "label", None)


def test_part_of_a_tracking_number_finds_nothing(demo):
    tracked(demo, tracking_number="1397613789113")
    assert outcome(label(demo, tracking_number="397613789113")) == (
        "no shipment in the log has its tracking number 397613789113"
    )


def test_an_equal_tracking_number_with_another_order_number_is_left_to_a_person(demo):
    shipment = tracked(demo)
    because = outcome(label(demo, tracking_number=TRACKING, order_number="SO-2"))
    assert because.startswith(
        f"a shipment has its tracking number {TRACKING}, but the paper names order SO-2 and the shipment order SO-1; "
    )
    assert str(shipment) in because


def test_carriers_use_numbers_again_so_a_paper_of_another_month_is_left(demo):
    tracked(demo)
    assert "but the paper is of 2026-03-05 and the shipment of 2026-01-05" in outcome(
        label(demo, tracking_number=TRACKING, ship_date="2026-03-05")
    )


def test_two_shipments_with_one_tracking_number_are_told_apart_by_their_lines_or_not_at_all(demo):
    one, other = tracked(demo, 1), tracked(demo, 3)
    assert outcome(slip(demo, [("A-1", 3)], tracking_number=TRACKING), label(demo, tracking_number=TRACKING)) == [
        other.pk,
        f"2 shipments have its tracking number {TRACKING}; {one} has the same tracking number {TRACKING}; "
        f"{other} has the same tracking number {TRACKING}",
    ]


def test_a_slip_found_by_tracking_number_says_where_it_differs(demo):
    tracked(demo)
    slip(demo, [("A-1", 9)], tracking_number=TRACKING, ship_date="2026-01-06")
    [created, _] = attach_papers.plan().changes
    assert created.because == (
        f"its tracking number {TRACKING} is that of this shipment; but it says shipped on 2026-01-06, "
        "the paper counts 9 of A-1 and the shipment 1"
    )


# -- by order number -----------------------------------------------------------------------------------


def test_a_slip_finds_the_one_shipment_of_its_order_with_the_same_lines(demo):
    assert outcome(slip(demo, order_number="so-1")) == demo.shipment.pk
    assert outcome(slip(demo, [("A-1", 4)], order_number="SO 77")) == demo.waiting.pk


@pytest.mark.parametrize("number", ["285", "A-100", "2851"])
def test_a_number_that_is_part_of_another_or_only_like_it_finds_nothing(demo, number):
    for other in ("1285", "B-100"):
        demo.shipped(1, order_number=other)
    assert outcome(slip(demo, order_number=number)) == f"no shipment in the log has its order number {number}"


def test_the_number_of_the_linked_order_counts_not_the_reported_one(demo):
    shipment = tracked(demo, 2, tracking_number="")
    Distribution.objects.filter(pk=shipment.pk).update(order_number="4711", order_number_key="4711")
    assert outcome(slip(demo, [("A-1", 2)], order_number="4711")).startswith("no shipment")
    assert outcome(slip(demo, [("A-1", 2)], order_number="SO-1")) == shipment.pk


def test_of_two_equal_shipments_of_an_order_the_day_tells_which(demo):
    one, other = (demo.shipped(5, order_number="SO-9", ship_date=date(2026, 1, day)) for day in (5, 6))
    first, second, neither = (
        slip(demo, [("A-1", 5)], order_number="SO-9", **said)
        for said in ({"ship_date": "2026-01-05"}, {"ship_date": "2026-01-06"}, {})
    )
    assert outcome(first, second) == [one.pk, other.pk]
    assert outcome(neither).startswith("2 shipments of order SO-9 fit; ")


@pytest.mark.parametrize(
    ("lines", "fields", "why"),
    [
        ([("A-1", 2)], {}, "the paper counts 2 of A-1 and the shipment 1"),
        ([("A-1", 1), ("A-2", 1)], {}, "the paper counts 1 of A-2 and the shipment 0"),
        ([("X-9", 1)], {}, "X-9 cannot be compared"),
        ([("A-1", 1)], {"ship_date": "2026-01-20"}, "it left on 2026-01-05"),
        ([("A-1", 1)], {"tracking_number": TRACKING}, "it has tracking number 1Z-1"),
    ],
)
def test_a_shipment_of_the_order_that_says_otherwise_is_left_to_a_person(demo, lines, fields, why):
    because = outcome(slip(demo, lines, order_number="SO-1", **fields))
    assert because.startswith(f"the shipment of order SO-1 in the log does not fit: {why}; ")


def test_other_lots_are_other_goods_and_mistyped_ones_are_not(demo):
    LotAlias.objects.create(product=demo.tracked, lot=demo.lot, number="L7")
    other = Lot.objects.create(product=demo.tracked, number="L-8")
    shipment = demo.shipped(2, product=demo.tracked, lot=demo.lot, order_number="SO-9")
    right, mistyped, wrong = (
        slip(demo, [("A-2", 2, [lot])], order_number="SO-9") for lot in ("L-7", "L7", other.number)
    )
    assert outcome(right, mistyped) == [shipment.pk] * 2
    assert "does not fit: lot L-8 is not on the shipment" in outcome(wrong)


def test_a_shipment_that_still_needs_its_lot_fits_a_slip_that_names_one(demo):
    shipment = demo.shipped(2, product=demo.tracked, order_number="SO-9")
    assert outcome(slip(demo, [("A-2", 2, ["L-7"])], order_number="SO-9")) == shipment.pk


def test_what_was_not_shipped_is_not_compared(demo):
    assert outcome(slip(demo, [("A-1", 1), ("X-9", 0)], order_number="SO-1")) == demo.shipment.pk


def test_a_label_with_an_order_number_needs_the_same_day(demo):
    there, away, bare = (
        label(demo, order_number="SO-77", **said)
        for said in ({"ship_date": "2026-01-06"}, {"ship_date": "2026-01-08"}, {})
    )
    assert outcome(there) == demo.waiting.pk
    assert "does not fit: it left on 2026-01-05" in outcome(away)
    assert "does not fit: nothing but the order number points to it" in outcome(bare)


def test_an_address_or_reference_only_suggests(demo):
    customer = Customer.objects.get(pk=demo.north.pk)
    place = {"ship_to.name": customer.facility_name, "ship_to.lines": [customer.address1]}
    place |= {"ship_to.city": "Springfield", "ship_to.state": "IL", "ship_to.zip": "62701"}
    where = {"consignee_city": "Springfield", "consignee_state": "IL", "consignee_postal_code": "62701"}
    near = demo.shipped(1, sales_order=demo.order, order_number="SO-1", **where)
    because = outcome(label(demo, tracking_number=TRACKING, ship_date="2026-01-07", reference="77", **place))
    assert because == (
        f"no shipment in the log has its tracking number {TRACKING}; {demo.waiting} is of order 77, the paper's "
        f"reference; {near} went to the same name and address about then"
    )


# -- which papers, and what it does ----------------------------------------------------------------------


def test_a_void_shipment_is_no_shipment(demo):
    Distribution.objects.filter(pk=demo.waiting.pk).update(voided_at="2026-01-06T00:00Z", void_reason="twice")
    assert outcome(slip(demo, [("A-1", 4)], order_number="SO-77")).startswith("no shipment")


def test_a_paper_in_doubt_is_left_with_its_problem(demo):
    paper = slip(demo, order_number="SO-1", status=Status.NEEDS_REVIEW)
    DocumentSegment.objects.filter(pk=paper.pk).update(problem="Line 1: unreadable.")
    assert outcome(paper) == "Line 1: unreadable."


def test_orders_and_settled_papers_are_not_looked_at(demo):
    demo.paper(
        kind="sales_order", status=Status.UNMATCHED, fields=json.dumps(printed("sales_order", order_number="SO-1"))
    )
    slip(demo, order_number="SO-1", status=Status.SET_ASIDE)
    plan = attach_papers.plan()
    assert (len(plan), list(plan.skips)) == (0, [])


def test_no_number_of_shipment_order_or_customer_changes(demo):
    slip(demo, order_number="SO-1")
    label(demo, tracking_number="1Z-1")
    numbers = (Distribution, DistributionLine, SalesOrder, Customer, Product)
    before = digest(*numbers)
    assert attach_papers.apply(Approval(demo.ada)).counts == {"create": 2, "update": 2}
    assert digest(*numbers) == before
    assert len(attach_papers.plan()) == 0


def test_is_undone_to_the_column(demo):
    slip(demo, order_number="SO-1")
    before = digest()
    run = attach_papers.apply(Approval(demo.ada)).run
    undo.apply(Approval(demo.ada, force=True, reason="wrong"), run=run)
    assert digest() == before


def test_asks_as_many_questions_for_many_papers_as_for_one(demo, django_assert_num_queries):
    for _ in range(20):
        slip(demo, order_number="SO-1", ship_date="2026-01-05", tracking_number=TRACKING)
    with django_assert_num_queries(12):
        attach_papers.plan()


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_lay_each_paper_once():
    demo = Demo()
    papers = [slip(demo, order_number="SO-1"), label(demo, tracking_number="1Z-1")]
    assert in_processes(attach_all, [(number,) for number in range(8)]) == ([0] * 8, ["done"] * 8)
    assert DistributionDocument.objects.count() == len(papers)
    assert OperationRun.objects.filter(operation="attach_papers", state="applied").count() == 1


def attach_all(number, queue):
    attach_papers.apply(Approval(f"process {number}"))
    queue.put("done")
    connections.close_all()


def test_the_command_says_what_it_did_and_what_it_left(demo, capsys):
    slip(demo, order_number="SO-1")
    label(demo, tracking_number="777")
    call_command("attach_papers")
    assert "skipped 1" in capsys.readouterr().out.splitlines()[-1]


# -- the sample papers ---------------------------------------------------------------------------------


def logged(truth):
    """Put a packing slip of the truth into the log as a shipment; return it."""
    day = truth["ship_date"] or truth["order_date"]
    shipment = Distribution.objects.create(ship_date=day, order_number=truth["order_number"])
    for number, line in enumerate(truth["lines"], 1):
        product, _ = Product.objects.get_or_create(sku=line["sku"], defaults={"name": line["description"]})
        values = {"line_number": number, "lot_number": ", ".join(line["lots"]), "quantity": line["quantity"]}
        DistributionLine.objects.create(distribution=shipment, product=product, **values)
    return shipment


def test_every_sample_slip_and_label_finds_its_own_shipment_and_no_other(demo):
    truths = {(doc["file"], doc["pages"][0], doc["doc_type"], doc["order_number"]): doc for doc in truth_of(SAMPLES)}
    shipments = {key: logged(doc) for key, doc in truths.items() if key[2] == "packing_slip"}
    expected = {}
    for path in sorted({key[0] for key in shipments}):
        document = demo.document(path)
        for paper in read_document((SAMPLES / path).read_bytes())["papers"]:
            columns = columns_of_paper(paper)
            number = columns["order_number"].removeprefix("SO ") or None
            row = demo.paper(document=document, **columns)
            if number:
                expected[row.pk] = shipments[path, paper["pages"][0], "packing_slip", number].pk
            else:  # the label of the slip on the same page
                tracking = truths[path, paper["pages"][0], "shipping_label", None]["tracking_number"]
                (key,) = [key for key in shipments if key[:2] == (path, paper["pages"][0])]
                Distribution.objects.filter(pk=shipments[key].pk).update(tracking_number=tracking)
                expected[row.pk] = shipments[key].pk
    attach_papers.apply(Approval(demo.ada))
    assert len(expected) == 24
    assert dict(DistributionDocument.objects.values_list("segment", "distribution")) == expected


# -- by hand -----------------------------------------------------------------------------------------


def test_a_person_lays_any_slip_label_or_unknown_paper_with_a_shipment(demo):
    for kind, words in (("packing_slip", "evidence"), ("shipping_label", "label"), ("unknown", "evidence")):
        paper = demo.paper(kind=kind, status=Status.UNMATCHED)
        attach(paper, demo.waiting, by=demo.ada)
        document = DistributionDocument.objects.get(segment=paper)
        assert (document.kind, document.added_by) == (words, demo.ada)


def test_by_hand_the_same_paper_twice_a_void_shipment_and_an_order_are_refused(demo):
    paper = label(demo, tracking_number="777")
    attach(paper, demo.waiting, by=demo.ada)
    with pytest.raises(Refused, match="lies with the shipment already"):
        attach(paper, demo.waiting, by=demo.ada)
    with pytest.raises(Refused, match="This paper is a sales order"):
        attach(demo.paper(kind="sales_order"), demo.waiting, by=demo.ada)
    Distribution.objects.filter(pk=demo.shipment.pk).update(voided_at="2026-01-06T00:00Z", void_reason="twice")
    with pytest.raises(Refused, match="is void. Choose the entry that replaced it"):
        attach(label(demo), demo.shipment, by=demo.ada)


# -- what is printed -----------------------------------------------------------------------------------


def test_a_paper_is_read_into_what_is_compared():
    one = printed_shipment(printed(order_number="SO 0000123", tracking_number="3976 1378 9113", ship_date="2026-01-05"))
    assert (one.order_key, one.tracking_key, one.ship_date, one.goods) == (
        "0000123",
        "397613789113",
        DAY,
        (("A-1", 1, ()),),
    )


def test_spellings_of_nothing_are_none():
    assert spellings("") == spellings(" - ") == set()
