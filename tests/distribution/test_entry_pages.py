"""Shipments by hand: enter one for its order, void it, enter it anew. And the files of shipments, as pages."""

import csv
import html
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from distribution.models import DefaultPlace, Distribution
from distribution.operations.import_distributions import import_distributions
from eqms.models import OperationRun, SourceDocument, User
from inventory.models import Lot, ProductCode, StockMovement
from tests.cast import digest

pytestmark = pytest.mark.django_db(transaction=True)
HEADER = "Ship Date,Order Number,Facility Name,SKU,Lot,Quantity\n"


@pytest.fixture
def ada(client, demo):
    client.force_login(demo.ada)
    return client


def entry(demo, *lines, **values):
    """What the form sends: lines as (sku, lot, quantity)."""
    block = {"name": "North Clinic", "address": "1 Main St", "city": "Springfield", "state": "IL", "postal_code": "1"}
    sent = {"ship_date": "2026-03-04", "place": f"warehouse-{demo.depot.pk}", **block, **values}
    sent |= {"lines-TOTAL_FORMS": str(len(lines)), "lines-INITIAL_FORMS": "0"}
    for number, (sku, lot, quantity) in enumerate(lines):
        sent |= {
            f"lines-{number}-{name}": value
            for name, value in zip(("sku", "lot", "quantity"), (sku, lot, quantity), strict=True)
        }
    return sent


def enter(client, demo, *lines, order="SO-1", **values):
    return client.post(f"{reverse('enter_shipment')}?order={order}", entry(demo, *lines, **values))


def page_of(shipment):
    return reverse("admin:distribution_distribution_change", args=[shipment.pk])


# -- by hand -----------------------------------------------------------------------------------------


def test_asks_for_an_order_that_is_here(ada):
    page = reverse("enter_shipment")
    assert "belongs to an order" in ada.get(page).content.decode()
    assert "No sales order has the number SO-404." in ada.get(f"{page}?order=SO-404").content.decode()


def test_proposes_what_the_order_owes_its_consignee_and_the_default_place(ada, demo):
    DefaultPlace.objects.create(source="manual", warehouse=demo.depot)
    answer = ada.get(f"{reverse('enter_shipment')}?order=so 1")
    form, formset = answer.context["form"], answer.context["formset"]
    assert form.initial["name"] == "North Clinic"
    assert form.initial["place"] == f"warehouse-{demo.depot.pk}"
    assert formset.initial == [{"sku": "A-1", "quantity": "1", "lot": ""}]  # two ordered, one shipped


def test_writes_the_shipment_with_its_ledger_lines(ada, demo):
    answer = enter(ada, demo, ("a-1", "", "1"), ("A-2", "l-7", "3"), ("", "", ""), tracking_number="1Z-9")
    shipment = Distribution.objects.latest("pk")
    assert answer.url == page_of(shipment)
    assert (shipment.sales_order, shipment.may_wait, shipment.source) == (demo.order, False, "manual")
    assert [(line.product.sku, line.lot, line.quantity) for line in shipment.lines.all()] == [
        ("A-1", None, 1),
        ("A-2", demo.lot, 3),
    ]
    assert StockMovement.objects.filter(kind="dispatch", from_warehouse=demo.depot, by=demo.ada).count() == 2
    assert OperationRun.objects.latest("pk").operation == "enter shipment"


GTIN = "00844588003288"
SENT = [
    f"(01){GTIN}(17)300131(10)L-7(21)S9",
    f"01{GTIN}1730013110L-7\x1d21S9",
    f"]d201{GTIN}1730013110L-7<GS>21S9",
    f"01{GTIN}1730013110L-7|21S9",
]


@pytest.fixture
def scanned_product(demo):
    demo.tracked.gtin = GTIN
    demo.tracked.save()
    demo.order.lines.update(product=demo.tracked)
    return demo.tracked


def shown(page, number=0):
    """Return what stands in the fields of a line of the page, and what is said of its expiry."""
    line = page.context["formset"].forms[number]
    return [line[name].value() for name in ("sku", "lot", "serial_number", "quantity")], line.expiry


@pytest.mark.parametrize("code", SENT)
def test_a_scan_fills_product_lot_expiry_and_serial_number_and_writes_nothing_yet(ada, demo, scanned_product, code):
    before = digest()
    page = enter(ada, demo, (code, "L-proposed", "2"))
    assert shown(page) == (["A-2", "L-7", "S9", "2"], "expires 2030-01-31")
    assert "Line 1 read from the code." in page.content.decode()
    assert digest() == before
    again = {"lines-0-serial_number": "S9", "lines-0-expires_on": "2030-01-31"}
    enter(ada, demo, ("A-2", "L-7", "2"), **again)
    line = Distribution.objects.latest("pk").lines.get()
    assert (line.product, line.lot, line.serial_number, line.quantity) == (demo.tracked, demo.lot, "S9", 2)


def test_a_scan_asks_for_the_units_that_nobody_wrote(ada, demo, scanned_product):
    page = enter(ada, demo, ("A-1", "", "1"), (SENT[0], "", ""))
    assert shown(page, 1)[0] == ["A-2", "L-7", "S9", ""]
    assert "Write how many units left." in page.content.decode()


def test_a_scan_of_another_product_leaves_the_proposal_and_asks_for_its_own_units(ada, demo, scanned_product):
    demo.order.lines.update(product=demo.product)
    page = enter(ada, demo, (SENT[0], "", "1"), ("", "", ""))
    assert [shown(page, line)[0] for line in (0, 1)] == [["A-1", "", None, "1"], ["A-2", "L-7", "S9", ""]]
    text = page.content.decode()
    assert "Line 2 read from the code." in text
    assert "Order SO-1 does not have A-2." in text


def test_a_scan_over_another_product_goes_to_the_line_of_its_own_else_to_a_new_one(ada, demo, scanned_product):
    demo.order.lines.update(product=demo.product)
    assert shown(enter(ada, demo, (SENT[0], "", "1"), ("a-2", "", "3")), 1)[0] == ["A-2", "L-7", "S9", "3"]
    page = enter(ada, demo, (SENT[0], "", "1"), ("A-2", "L-8", "3"))
    assert [shown(page, line)[0][:2] for line in (1, 2)] == [["A-2", "L-8"], ["A-2", "L-7"]]


def test_the_page_is_silent_about_products_that_the_order_has(ada, demo, scanned_product):
    assert "does not have" not in enter(ada, demo, (SENT[0], "", "1")).content.decode()


def test_a_lot_whose_code_says_otherwise_than_its_page_shows_both(ada, demo, scanned_product):
    page = enter(ada, demo, (f"(01){GTIN}(17)310131(10)L-7", "", "1"))
    assert shown(page)[1] == "expires 2030-01-31, but its code says 2031-01-31"


def test_an_expired_lot_stays_whether_its_page_or_only_its_code_says_so(ada, demo, scanned_product):
    said = {"lines-0-expires_on": "2020-01-31"}
    page = enter(ada, demo, (f"(01){GTIN}(17)200131(10)NEW-1", "", "1"))
    assert shown(page)[1] == "expired 2020-01-31 by its code"
    text = enter(ada, demo, ("A-2", "NEW-1", "1"), **said).content.decode()
    assert "A-2, lot NEW-1: expired on 2020-01-31 as its code says." in text
    assert "as its code says" in enter(ada, demo, ("A-2", "L-7", "1"), **said).content.decode()
    Lot.objects.update(expires_on="2020-01-31")
    assert "expired on 2020-01-31" in enter(ada, demo, ("A-2", "L-7", "1"), **said).content.decode()
    assert StockMovement.objects.filter(kind="dispatch").count() == 0
    Lot.objects.update(expires_on="2030-01-31")
    assert enter(ada, demo, ("A-2", "L-7", "1"), override="on", notes="recorded late", **said).status_code == 302


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("(01)00844588003289(10)L-7", "Invalid GTIN check digit"),
        ("(01)10844588003285(10)L-7", "No product has the GTIN 10844588003285."),
        ("(10)L-7(17)300131", "This code names no product."),
        ("(01)20844588003282(10)L-7", "This is the code of a package of 10. Write A-2 and single units."),
    ],
)
def test_a_code_that_names_no_single_unit_stays_in_its_field_and_says_why(ada, demo, scanned_product, code, says):
    ProductCode.objects.create(product=scanned_product, code="20844588003282", quantity=10)
    page = enter(ada, demo, (code, "", "1"))
    assert says in html.unescape(page.content.decode())
    assert shown(page)[0][0] == code


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (("A-1", "", "51"), "A-1 Monitor: 51 wanted, 50 available in Depot."),
        (("A-1", "", "2.500"), "can be read in two ways. Write 2500."),
        (("A-2", "", "1"), "is missing, and A-2 is lot-tracked"),
        (("A-2", "NOSUCH", "1"), "&quot;NOSUCH&quot; is no known lot of A-2. Compare it with the goods."),
        (("NOPE", "", "1"), "No product is known by NOPE."),
        (("", "", "1"), "Write which product."),
        (("A-1", "", ""), "Name at least one product that left."),
    ],
)
def test_refuses_with_the_reason_and_keeps_what_was_typed(ada, demo, line, says):
    before = digest()
    text = enter(ada, demo, line, name="Kept Clinic").content.decode()
    assert says.replace("'", "&#x27;") in text
    assert 'value="Kept Clinic"' in text
    assert digest() == before


def test_a_product_beyond_the_proposed_lines_asks_for_its_units(ada, demo):
    assert "Write how many units left." in enter(ada, demo, ("A-1", "", "1"), ("A-1", "", "")).content.decode()


def test_refuses_a_day_to_come_and_a_lot_on_hold(ada, demo):
    assert "still to come" in enter(ada, demo, ("A-1", "", "1"), ship_date="2099-01-01").content.decode()
    Lot.objects.update(status="on_hold")
    assert "is on hold" in enter(ada, demo, ("A-2", "L-7", "1")).content.decode()
    assert "Say in the notes why" in enter(ada, demo, ("A-2", "L-7", "1"), override="on").content.decode()
    assert enter(ada, demo, ("A-2", "L-7", "1"), override="on", notes="urgent").status_code == 302


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("2026-01-01", "ship date &quot;2026-01-01&quot; is before 2026-01-02, the date of order SO-1."),
        ("0001-01-01", "ship date &quot;0001-01-01&quot; is before 1990-01-01, the first day that is read."),
    ],
)
def test_refuses_a_day_before_the_order_and_before_all_that_is_read(ada, demo, day, says):
    before = digest()
    assert says in enter(ada, demo, ("A-1", "", "1"), ship_date=day).content.decode()
    assert digest() == before
    assert enter(ada, demo, ("A-1", "", "1"), ship_date="2026-01-02").status_code == 302


def test_only_who_may_override_lets_such_a_lot_out(client, demo):
    from eqms.roles import seed

    seed()
    wanda = User.objects.create_user("wanda", is_staff=True)
    wanda.groups.add(*[group for group in wanda.groups.model.objects.filter(name="warehouse")])
    client.force_login(wanda)
    Lot.objects.update(status="on_hold")
    answer = enter(client, demo, ("A-2", "L-7", "1"), override="on", notes="urgent")
    assert "lacks the permission inventory.override_lot_status" in answer.content.decode()


def test_sending_the_form_twice_is_one_shipment(ada, demo):
    enter(ada, demo, ("A-1", "", "1"))
    text = enter(ada, demo, ("A-1", "", "1")).content.decode()
    assert "The same goods are here already as shipment" in text


def test_the_order_page_counts_it_until_it_is_void(ada, demo):
    page = reverse("admin:sales_salesorder_change", args=[demo.order.pk])
    enter(ada, demo, ("A-1", "", "1"))
    [line] = ada.get(page).context["open_lines"]
    assert (line.shipped, line.still_open) == (2, 0)
    assert ada.get(f"{reverse('enter_shipment')}?order=SO-1").context["formset"].initial == []
    Distribution.objects.latest("pk").void(by=demo.ada, reason="not sent")
    [line] = ada.get(page).context["open_lines"]
    assert (line.shipped, line.still_open) == (1, 1)


# -- void --------------------------------------------------------------------------------------------


def test_voids_with_a_reason_and_leads_to_the_new_entry(ada, demo):
    enter(ada, demo, ("A-2", "L-7", "3"), carrier="UPS")
    shipment = Distribution.objects.latest("pk")
    page = ada.post(reverse("void_shipment", args=[shipment.pk]), {"reason": "it was 2"}, follow=True)
    anew = f"{reverse('enter_shipment')}?corrects={shipment.pk}"
    assert anew in page.content.decode()
    assert "it was 2" in page.content.decode()
    answer = ada.get(anew)
    assert answer.context["form"].initial["carrier"] == "UPS"
    assert answer.context["formset"].initial[0]["quantity"] == "3"
    assert ada.post(anew, entry(demo, ("A-2", "L-7", "2"))).status_code == 302


def test_voiding_without_reason_or_by_get_changes_nothing(ada, demo):
    before = digest()
    page = reverse("void_shipment", args=[demo.shipment.pk])
    assert "Say why" in ada.post(page, {"reason": " "}, follow=True).content.decode()
    ada.get(page)
    assert digest() == before


def test_the_list_strikes_a_void_shipment_through(ada, demo):
    demo.shipment.void(by=demo.ada, reason="not sent")
    text = ada.get("/admin/distribution/distribution/").content.decode()
    assert "<s>SO-1</s>" in text
    assert "⚠ waiting" in text


def test_nobody_deletes_or_edits_a_shipment(ada, demo):
    assert ada.post(f"/admin/distribution/distribution/{demo.shipment.pk}/delete/", {"post": "yes"}).status_code == 403
    assert ada.post(page_of(demo.shipment), {"order_number": "x"}).status_code == 403


# -- files -------------------------------------------------------------------------------------------


def upload(client, text):
    return client.post(reverse("upload_shipments"), {"file": SimpleUploadedFile("log.csv", text.encode())}, follow=True)


def test_a_good_file_leads_to_its_preview_and_is_written(ada, demo):
    page = upload(ada, HEADER + "2026-03-04,SO-1,North Clinic,A-1,,5\n")
    assert "Write 1 row" in page.content.decode()
    sent = {"confirm": page.context["confirm"], "document": str(SourceDocument.objects.get().pk), "reason": "log"}
    address = reverse("admin:distribution_distribution_operation", args=[import_distributions.name])
    assert "done" in ada.post(address, sent, follow=True).content.decode()
    assert Distribution.objects.latest("pk").source == "csv"


def test_a_file_with_errors_shows_each_and_hands_its_bad_rows_back(ada, demo):
    page = upload(ada, HEADER + "2026-03-04,SO-1,North Clinic,A-1,,5\n2026-03-04,SO-1,North Clinic,NOPE,,5\n")
    assert page.context["figures"] == [(2, "rows"), (1, "in error"), (1, "ready"), (0, "duplicates")]
    assert "NOPE" in page.content.decode()
    document = SourceDocument.objects.get()
    bad = ada.get(reverse("bad_shipment_rows", args=[document.pk])).content.decode()
    assert bad.count("\n") == 2
    preview = ada.get(page.context["preview_url"]).content.decode()
    assert "Write 1 row" in preview


def test_the_log_is_downloaded_with_filters(ada, demo):
    page = reverse("export_shipments")
    answer = ada.get(page, {"download": "csv", "state": "waiting"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode(), newline="")))
    assert [row[1] for row in rows] == ["Order #", "SO-77"]
    assert f"shipments {timezone.localdate()}.csv" in answer["Content-Disposition"]
    assert (
        "before the first one"
        in ada.get(page, {"download": "csv", "since": "2026-03-04", "until": "2026-03-03"}).content.decode()
    )


def test_who_may_only_look_may_export_and_nothing_else(client, demo):
    from eqms.roles import seed

    seed()
    vera = User.objects.create_user("vera", is_staff=True)
    vera.groups.add(*[group for group in vera.groups.model.objects.filter(name="viewer")])
    client.force_login(vera)
    assert client.get(reverse("export_shipments")).status_code == 200
    pages = ("enter_shipment", "find_shipment", "upload_shipments")
    assert [client.get(reverse(name)).status_code for name in pages] == [403] * 3
    assert client.post(reverse("void_shipment", args=[demo.shipment.pk]), {"reason": "x"}).status_code == 403
