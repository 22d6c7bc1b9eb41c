"""Intakes as a clerk of the warehouse enters them: the form, the upload, the preview, the bad rows."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from eqms import roles
from eqms.models import OperationRun, SourceDocument, User
from eqms.operations import Approval
from eqms.operations.undo import undo
from eqms.storage.places import storage_place
from inventory.models import Lot, StockMovement, StockProduct, Warehouse
from inventory.operations.import_stock import StockImport
from inventory.stock_file import STOCK_FILE
from tests.cast import digest

pytestmark = pytest.mark.django_db(transaction=True)
UPLOAD = "/admin/stock/import-csv"
LIST = "/admin/inventory/stockproduct/"
HEADER = "SKU,Lot,Quantity,Received On,Warehouse\n"
GOOD = HEADER + 'A-1,,"2,500",2026-03-04,Depot\nA-2,L-7,5,2026-03-05,depot\n'
MIXED = HEADER + "A-1,,abc,2026-03-04,Depot\nA-1,,5,2026-03-04,Depot\n"


def signed_in_as(client, role):
    roles.seed()
    person = User.objects.create_user(f"a {role}", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    client.force_login(person)
    return person


@pytest.fixture
def clerk(demo, client):
    return signed_in_as(client, "warehouse")


def upload(client, text, name="stock.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, data)}, follow=True)


def confirmed(client, page, **values):
    """Press the button of a preview."""
    hidden = {name: str(value) for name, value in page.context["form"].cleaned_data.items()}
    hidden["document"] = page.context["form"].cleaned_data["document"].pk
    data = {**hidden, "confirm": page.context["confirm"], "reason": "delivery of March", **values}
    return client.post(page.context["action_url"], data, follow=True)


# -- upload ------------------------------------------------------------------------------------------


def test_an_upload_leads_to_the_preview_and_one_button_writes_it(clerk, client):
    page = upload(client, GOOD)
    text = page.content.decode()
    assert page.redirect_chain[-1][0].startswith("/admin/inventory/stockproduct/operations/import_stock/?document=")
    assert "row 2: 2,500 of A-1, received 2026-03-04, into Depot (stock.csv)" in text
    assert "Take in 2 rows" in text
    assert not OperationRun.objects.exists()
    confirmed(client, page)
    assert StockProduct.objects.count() == 4
    run = OperationRun.objects.get()
    assert (run.actor, run.reason) == (clerk, "delivery of March")


def test_a_file_with_errors_shows_each_with_its_remedy_and_its_good_rows_can_be_taken_in(clerk, client):
    page = upload(client, MIXED)
    text = page.content.decode()
    assert page.redirect_chain[-1][0].startswith("/admin/stock/files/")
    assert [figure for figure in page.context["figures"]] == [
        (2, "rows"),
        (1, "in error"),
        (1, "ready"),
        (0, "duplicates"),
    ]
    assert all(words in text for words in ("abc", "is no number", "Write whole units in digits, such as 25."))
    preview = client.get(page.context["preview_url"])
    assert "What stays as it is, and why" in preview.content.decode()
    confirmed(client, preview)
    assert StockProduct.objects.latest("pk").quantity == 5


def test_bad_rows_come_as_a_download_that_can_be_mended_and_sent(clerk, client):
    number = upload(client, MIXED).context["document"].pk
    answer = client.get(f"/admin/stock/files/{number}/bad-rows.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bad rows of stock.csv"'
    assert "abc" in answer.content.decode()
    page = upload(client, answer.content.decode().replace("abc", "9"), "mended.csv")
    assert page.redirect_chain[-1][0].startswith("/admin/inventory/stockproduct/operations/import_stock/")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "the file is empty"),
        (b"A,B\n1,2\n", "Add a column headed SKU"),
        (b"%PDF-1.4 nothing", "this is a PDF, not a CSV file"),
        (HEADER.encode(), "a header and no rows"),
    ],
)
def test_a_file_that_holds_no_rows_says_what_it_is(clerk, client, data, says):
    text = upload(client, data).content.decode()
    assert says in text


def test_without_a_file_the_form_says_so(clerk, client):
    assert "Choose a file." in client.post(UPLOAD, {}).content.decode()


def test_a_file_too_large_is_refused_by_name(clerk, client, monkeypatch):
    monkeypatch.setattr(StockImport, "kind", replace(STOCK_FILE, largest=10))
    assert "Not kept: stock.csv has" in upload(client, GOOD).content.decode()
    assert not SourceDocument.objects.filter(filename="stock.csv").exists()


def test_while_storage_loses_the_file_the_import_says_so_in_words(clerk, client):
    document = upload(client, GOOD).context["form"].cleaned_data["document"]
    document.readings.all().delete()
    storage_place().delete(document.storage_key)
    page = client.get(f"{LIST}operations/import_stock/?document={document.pk}")
    assert "The file cannot be read now" in page.content.decode()


def test_json_names_the_document_and_writes_with_its_token(clerk, client):
    document = upload(client, GOOD).context["form"].cleaned_data["document"]
    address = "/admin/maintenance/operations/import_stock"
    planned = client.get(address, {"document": document.pk})
    token = b"".join(planned.streaming_content).decode().split('"confirm_token": "')[1].split('"')[0]
    body = {"confirm_token": token, "reason": "delivery"}
    answer = client.post(address, body, content_type="application/json")
    assert answer.json()["counts"]["create"] == 4
    assert client.get(address, {"document": 0}).status_code == 400


@pytest.mark.parametrize(
    "address", [UPLOAD, "/admin/stock/files/1", "/admin/stock/files/1/bad-rows.csv", f"{LIST}add/"]
)
def test_who_may_not_take_in_sees_none_of_its_pages(demo, client, address):
    signed_in_as(client, "viewer")
    assert client.get(address).status_code == 403
    assert "Import from CSV" not in client.get(LIST).content.decode()


def test_the_list_leads_to_the_upload_and_the_form(clerk, client):
    text = client.get(LIST).content.decode()
    assert f'href="{UPLOAD}"' in text
    assert f"{LIST}add/" in text


def test_another_document_is_no_file_of_intakes(demo, clerk, client):
    assert client.get(f"/admin/stock/files/{demo.document().pk}").status_code == 404


# -- by hand -----------------------------------------------------------------------------------------


def entered(demo, **values):
    return {
        "product": demo.product.pk,
        "lot": "",
        "quantity": "2,500",
        "received_on": "2026-03-04",
        "warehouse": demo.depot.pk,
        **values,
    }


def test_an_intake_by_hand_writes_its_ledger_line_with_it(demo, clerk, client):
    before = digest()
    client.post(f"{LIST}add/", entered(demo, reason="delivery note 7"))
    intake = StockProduct.objects.latest("pk")
    line = StockMovement.objects.caused_by(intake).get()
    assert (intake.quantity, line.quantity, line.by, line.reached) == (2500, 2500, clerk, demo.depot)
    assert timezone.localtime(line.at).isoformat()[:16] == "2026-03-04T12:00"
    run = OperationRun.objects.get()
    assert (run.operation, run.reason, run.created) == ("add inventory.StockProduct", "delivery note 7", 2)
    undo.apply(Approval("test", reason="back"), run=run)
    assert digest() == before


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("quantity", "2,5", "is no whole number"),
        ("quantity", "0", "is less than 1"),
        ("quantity", "-5", "is less than 1"),
        ("quantity", "abc", "is no number"),
        ("quantity", "1000000000000", "is more than 9,999,999"),
        ("quantity", "", "Write how many units came in."),
        ("received_on", "TOMORROW", "This day is still to come. Write the day on which the units came in."),
        ("received_on", "soon", "Enter a valid date."),
        ("lot", "RECALLED", "Lot L-R is recalled. Take it into a quarantine warehouse."),
        ("lot", "", "A-2 is lot-tracked: name the lot."),
        ("warehouse", "OLD", "Old is archived. Choose a warehouse in use."),
        ("product", "no-uuid", "is not a valid UUID"),
    ],
)
def test_an_error_stands_beside_its_field_and_nothing_typed_is_lost(demo, clerk, client, field, value, says):
    special = {
        "TOMORROW": str(timezone.localdate() + timedelta(days=1)),
        "RECALLED": Lot.objects.create(product=demo.tracked, number="L-R", status=Lot.Status.RECALLED).pk,
        "OLD": Warehouse.objects.create(name="Old", archived_at=timezone.now()).pk,
    }
    typed = {"product": demo.tracked.pk, "lot": demo.lot.pk, field: special.get(value, value)}
    before = digest()
    page = client.post(f"{LIST}add/", entered(demo, **typed))
    form = page.context["adminform"].form
    assert any(says in error for error in form.errors[field])
    assert form["quantity"].value() == (value if field == "quantity" else "2,500")
    assert digest() == before


def test_an_intake_is_a_fact(demo, as_ada):
    page = f"{LIST}{StockProduct.objects.first().pk}/"
    assert as_ada.post(f"{page}change/", entered(demo, quantity="1")).status_code == 403
    assert as_ada.post(f"{page}delete/", {"post": "yes"}).status_code == 403
