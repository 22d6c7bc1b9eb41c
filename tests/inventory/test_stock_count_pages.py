"""The pages of a stock count: blind, forgiving, and only for those who may."""

from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from eqms import roles
from eqms.models import User
from inventory.forms.counting import FoundForm
from inventory.models import Lot, Product, StockCount, StockCountLine, StockMovement, StoreFront, Written, open_count
from inventory.views import counts
from tests.cast import digest

pytestmark = pytest.mark.django_db(transaction=True)
OPEN = "/admin/stock-counts/open"


@pytest.fixture
def count(demo):
    """An open count of the depot: 50 of A-1 and 20 of lot L-7."""
    return open_count(demo.depot, by=demo.ada)


@pytest.fixture
def as_wanda(demo, client):
    """A client in which Wanda of the warehouse is signed in."""
    roles.seed()
    wanda = User.objects.create_user("wanda", is_staff=True)
    wanda.groups.add(Group.objects.get(name="warehouse"))
    client.force_login(wanda)
    return client


def sheet(count, page=""):
    return reverse("stock_count_sheet", args=[count.pk]) + page


def typed(count, *texts, **more):
    """Return the sheet as it is sent: ``texts`` beside its lines, from the first on."""
    lines = count.lines.order_by("product__sku", "lot__number")
    boxes = {f"units-{line.pk}": text for line, text in zip(lines, texts, strict=True)}
    seen = {f"seen-{line.pk}": "" if line.counted_quantity is None else line.counted_quantity for line in lines}
    return {**seen, **boxes, **more}


def page_of(answer):
    return unescape(answer.content.decode())


def units_of(count):
    lines = count.lines.order_by("product__sku", "lot__number")
    return list(lines.values_list("counted_quantity", flat=True))


# -- opening -----------------------------------------------------------------------------------------


def test_someone_of_the_warehouse_opens_writes_and_finishes_but_does_not_settle(demo, as_wanda):
    answer = as_wanda.post(OPEN, {"place": f"warehouse {demo.depot.pk}", "note": "yearly"})
    count = StockCount.objects.get()
    assert answer.url == sheet(count)
    answer = as_wanda.post(sheet(count), typed(count, "50", "18", finish="1"), follow=True)
    count.refresh_from_db()
    assert (count.state, units_of(count)) == ("counted", [50, 18])
    assert "waits to be settled" in page_of(answer)
    settle = reverse("admin:inventory_stockcount_operation", args=["settle_stock_count"])
    assert as_wanda.get(settle, {"count": count.pk}).status_code == 403
    assert settle not in page_of(as_wanda.get(reverse("admin:inventory_stockcount_change", args=[count.pk])))
    assert settle not in page_of(answer)


def test_the_sheet_leads_who_may_settle_from_the_end_of_counting_to_the_differences(count, as_ada):
    settle = reverse("admin:inventory_stockcount_operation", args=["settle_stock_count"])
    assert settle not in page_of(as_ada.get(sheet(count)))
    answer = as_ada.post(sheet(count), typed(count, "50", "18", finish="1"), follow=True)
    assert f"{settle}?count={count.pk}" in page_of(answer)


def test_someone_who_may_only_look_opens_and_writes_nothing(demo, client, count):
    roles.seed()
    vera = User.objects.create_user("vera", is_staff=True)
    vera.groups.add(Group.objects.get(name="viewer"))
    client.force_login(vera)
    before = digest()
    names = ("stock_count_sheet", "reopen_stock_count", "cancel_stock_count")
    pages = [OPEN, *(reverse(name, args=[count.pk]) for name in names)]
    assert [client.post(page).status_code for page in pages] == [403] * 4
    assert client.get(reverse("stock_count_print", args=[count.pk])).status_code == 200
    assert digest() == before


def test_only_some_products_can_be_chosen(demo, as_ada):
    as_ada.post(OPEN, {"place": f"warehouse {demo.depot.pk}", "only": "a-2\n\n"})
    assert [line.article for line in StockCountLine.objects.all()] == ["A-2 Catheter, lot L-7"]


def test_unknown_products_are_named_and_what_was_typed_stays(demo, as_ada):
    answer = page_of(as_ada.post(OPEN, {"place": f"warehouse {demo.depot.pk}", "only": "A-1\nA-9\nX"}))
    assert "No product is known by A-9." in answer and "No product is known by X." in answer
    assert "A-1\nA-9\nX</textarea>" in answer
    assert not StockCount.objects.exists()


@pytest.mark.parametrize("chosen", ["", "storefront 0", "storefront x", "nowhere", "ARCHIVED"])
def test_a_place_that_is_not_in_use_cannot_be_chosen(demo, as_ada, chosen):
    gone = StoreFront.objects.create(name="Gone", archived_at=timezone.now())
    answer = as_ada.post(OPEN, {"place": chosen.replace("ARCHIVED", f"storefront {gone.pk}")})
    assert answer.context["form"].errors["place"]
    assert "Gone" not in page_of(answer)
    assert not StockCount.objects.exists()


def test_the_page_of_a_place_leads_to_its_count(demo, as_ada):
    page = page_of(as_ada.get(reverse("admin:inventory_storefront_change", args=[demo.shop.pk])))
    assert f'href="{OPEN}?place=storefront+{demo.shop.pk}"' in page
    form = page_of(as_ada.get(f"{OPEN}?place=storefront+{demo.shop.pk}"))
    assert f'<option value="storefront {demo.shop.pk}" selected>Main</option>' in form


# -- blind -------------------------------------------------------------------------------------------


def test_no_page_of_a_count_holds_what_is_expected(demo, as_wanda):
    demo.intake(demo.product, 7_031_457)
    demo.intake(demo.tracked, 5_512_903, lot=demo.lot)
    count = open_count(demo.depot, by=demo.ada)
    change = reverse("admin:inventory_stockcount_change", args=[count.pk])
    pages = [sheet(count), reverse("stock_count_print", args=[count.pk]), change]
    pages += [as_wanda.get(page) for page in pages]
    pages = pages[3:] + [as_wanda.post(sheet(count), typed(count, "x", "3"))]
    for answer in pages:
        text = page_of(answer).replace(",", "")
        assert answer.status_code == 200
        assert "7031507" not in text and "7031457" not in text
        assert "5512923" not in text and "5512903" not in text


def test_the_order_of_the_sheet_does_not_tell_how_many_there_are(demo, as_ada):
    for sku, units in (("C-3", 1), ("C-1", 5), ("C-2", 900)):
        demo.intake(Product.objects.create(sku=sku, name="x"), units)
    rows = as_ada.get(sheet(open_count(demo.depot, by=demo.ada))).context["rows"]
    assert [row.line.product.sku for row in rows] == ["A-1", "A-2", "C-1", "C-2", "C-3"]


# -- writing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["-3", "2,5", "1000000000000", "abc", "１２", "1 2", "99999999"])
def test_what_is_no_number_of_units_is_said_beside_it_and_the_rest_is_kept(count, as_ada, wrong):
    answer = as_ada.post(sheet(count), typed(count, wrong, "18"))
    page = page_of(answer)
    assert units_of(count) == [None, 18]
    assert f'value="{wrong}"' in page
    assert "The other numbers are kept." in page
    assert page.count("Write whole units, such as 12" if len(wrong) < 8 else "Write at most 9,999,999.") == 2


def test_a_corrected_number_is_kept_after_an_error(count, as_ada):
    first = as_ada.post(sheet(count), typed(count, "abc", "18"))
    seen = {row.seen_name: row.seen for row in first.context["rows"]}
    assert as_ada.post(sheet(count), {**typed(count, "50", "17"), **seen}).status_code == 302
    assert units_of(count) == [50, 17]


def test_after_an_error_the_sheet_shows_what_somebody_else_wrote_meanwhile(demo, count, as_ada):
    sent = typed(count, "abc", "")
    count.write_down({count.lines.get(lot=demo.lot).pk: Written(18, None)}, by="bert")
    again = as_ada.post(sheet(count), sent).context["rows"]
    assert [row.text for row in again] == ["abc", "18"]
    shown = {row.name: row.text.replace("abc", "50") for row in again} | {row.seen_name: row.seen for row in again}
    as_ada.post(sheet(count), shown)
    assert units_of(count) == [50, 18]


def test_a_page_that_was_opened_before_somebody_else_wrote_does_not_erase_that(demo, count, as_ada):
    sent = typed(count, "50", "")
    count.write_down({count.lines.get(lot=demo.lot).pk: Written(18, None)}, by="bert")
    as_ada.post(sheet(count), sent)
    assert units_of(count) == [50, 18]


def test_another_number_of_somebody_else_is_shown_and_can_be_written_over(demo, count, as_ada):
    sent = typed(count, "", "17")
    count.write_down({count.lines.get(lot=demo.lot).pk: Written(18, None)}, by="bert")
    answer = as_ada.post(sheet(count), sent)
    assert "A-2 Catheter, lot L-7: somebody wrote 18 in the meantime" in page_of(answer)
    assert units_of(count) == [None, 18]
    seen = {row.seen_name: row.seen for row in answer.context["rows"]}
    as_ada.post(sheet(count), {**sent, **seen})
    assert units_of(count) == [None, 17]


def test_numbers_that_come_after_the_end_are_named_in_the_answer(demo, count, as_ada):
    sent = typed(count, "50", "18")
    count.write_down({count.lines.get(lot=demo.lot).pk: Written(20, None)}, by="bert")
    count.finish(by="bert")
    page = page_of(as_ada.post(sheet(count), sent))
    assert "nothing is written down any more. Not kept: A-1 Monitor: 50; A-2 Catheter, lot L-7: 18." in page


def test_the_next_page_keeps_the_numbers_of_this_one(count, as_ada, monkeypatch):
    monkeypatch.setattr(counts, "LINES_OF_A_PAGE", 1)
    line = count.lines.get(product__sku="A-1")
    answer = as_ada.post(sheet(count), {f"units-{line.pk}": "50", f"seen-{line.pk}": "", "next": "1"})
    assert answer.url == sheet(count, "?page=2")
    assert units_of(count) == [50, None]


def test_numbers_from_paper_are_refused_with_a_time_to_come(count, as_ada):
    page = page_of(as_ada.post(sheet(count), typed(count, "50", "18", at="2199-01-01T10:00")))
    assert "It was counted between" in page and 'value="50"' in page
    assert "Enter a valid date/time." in page_of(as_ada.post(sheet(count), typed(count, "50", "18", at="noon")))
    assert units_of(count) == [None, None]


# -- found articles ----------------------------------------------------------------------------------


def test_a_scanned_code_leads_to_its_line_and_keeps_the_numbers(demo, count, as_ada):
    demo.tracked.codes.create(code="0095011019999")
    answer = as_ada.post(sheet(count), typed(count, "50", "", product="0095011019999", save="1"))
    line = count.lines.get(product=demo.tracked)
    assert answer.url == sheet(count, f"?page=1#units-{line.pk}")
    assert units_of(count) == [50, None]


def test_a_found_lot_comes_onto_the_sheet(demo, count, as_ada):
    Lot.objects.create(product=demo.tracked, number="L-8")
    as_ada.post(sheet(count), typed(count, "", "", product="a-2", lot="l-8"))
    assert count.lines.get(lot__number="L-8").counted_quantity is None


@pytest.mark.parametrize(
    ("product", "lot", "said"),
    [
        ("A-9", "", "No product is known by A-9."),
        ("A-2", "L-99", "A-2 Catheter has no lot L-99."),
        ("A-1", "L-7", "A-1 Monitor has no lot L-7: it is a lot of A-2 Catheter."),
    ],
)
def test_an_unknown_article_is_refused_and_what_was_typed_stays(count, as_ada, product, lot, said):
    page = page_of(as_ada.post(sheet(count), typed(count, "50", "x", product=product, lot=lot)))
    assert said in page
    assert f'value="{product}"' in page
    assert units_of(count) == [50, None]
    assert count.lines.count() == 2


def test_a_lot_tracked_product_that_is_not_on_the_sheet_needs_its_lot(demo, count):
    count.lines.filter(product=demo.tracked).delete()
    form = FoundForm({"product": "A-2"}, count=count)
    assert form.errors["lot"] == ["A-2 Catheter is lot-tracked: name the lot."]


# -- the end -----------------------------------------------------------------------------------------


def test_a_count_is_reopened_and_cancelled_by_buttons(count, as_ada):
    as_ada.post(sheet(count), typed(count, "50", "18", finish="1"))
    as_ada.post(reverse("reopen_stock_count", args=[count.pk]))
    count.refresh_from_db()
    assert count.is_open
    cancel = reverse("cancel_stock_count", args=[count.pk])
    assert "Say why" in page_of(as_ada.post(cancel, {"reason": " "}, follow=True))
    as_ada.post(cancel, {"reason": "the wrong place"})
    count.refresh_from_db()
    assert count.state == "cancelled"


def test_the_page_of_a_finished_count_leads_to_its_plan_which_is_written_with_a_reason(demo, count, as_ada):
    as_ada.post(sheet(count), typed(count, "", "18", finish="1"))
    settle = reverse("admin:inventory_stockcount_operation", args=["settle_stock_count"])
    assert f'href="{settle}?count={count.pk}"' in page_of(
        as_ada.get(reverse("admin:inventory_stockcount_change", args=[count.pk]))
    )
    shown = as_ada.get(settle, {"count": count.pk})
    assert "A-2 Catheter, lot L-7: 18 counted, 20 expected" in page_of(shown)
    assert f"Settle {count}: adjust 1 line" in page_of(shown)
    sent = {"count": count.pk, "confirm": shown.context["confirm"]}
    assert "say why" in page_of(as_ada.post(settle, sent))
    assert as_ada.post(settle, {**sent, "reason": "yearly count"}).status_code == 302
    assert StockMovement.objects.get(kind="adjustment").lot == demo.lot


def test_the_page_of_a_count_shows_its_lines_a_page_at_a_time(count, as_ada, monkeypatch):
    monkeypatch.setattr("inventory.admin.counts.LINES_SHOWN", 1)
    change = reverse("admin:inventory_stockcount_change", args=[count.pk])
    first, second = (page_of(as_ada.get(f"{change}?lines={number}")) for number in (1, 2))
    assert "<td>Monitor</td>" in first and "<td>Catheter</td>" not in first
    assert "<td>Catheter</td>" in second and "<td>Monitor</td>" not in second
