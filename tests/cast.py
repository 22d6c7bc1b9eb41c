"""The people and rows that tests speak of, and the hash over all of them."""

import hashlib
from datetime import date, timedelta

from django.apps import apps
from django.utils import timezone

from customers.models import Contact, Customer, CustomerAlias, CustomerNote, DuplicateCandidate, SalesRep
from distribution.models import Distribution, DistributionLine
from eqms.checks import traced_models
from eqms.columns import Columns, canonical
from eqms.models import Reading, SourceDocument, User
from inventory.models import (
    Lot,
    Product,
    StockCount,
    StockCountLine,
    StockMovement,
    StockProduct,
    StoreFront,
    StoreFrontInventory,
    TransferRequest,
    TransferRequestLineItem,
    Warehouse,
)
from sales.models import DocumentSegment, SalesOrder, SalesOrderLine


class Demo:
    """Ada administrates. North Clinic ordered, North Clinic Inc at another address too; two others are idle.

    Product A-1 has 50 units in the depot and a transfer of 5 that the ledger lacks; A-2 is
    lot-tracked. Order SO-1 of North Clinic was shipped in part, shipment SO-77 waits for its order.
    """

    def __init__(self):
        self.ada = User.objects.create_superuser("ada", "ada@example.org", "pw")
        self.make_customers()
        self.make_stock()
        self.make_orders()
        self.make_shipments()

    # -- customers -------------------------------------------------------------------------------

    def make_customers(self):
        moment = timezone.now().replace(microsecond=123457) - timedelta(days=3)
        self.rep = SalesRep.objects.create(name="Rita Rep", territory="North")
        streets = {"North Clinic": "1 Main St", "North Clinic Inc": "2 Oak Ave", "Idle One": "", "Idle Two": "9 Elm St"}
        made = [
            self.customer(name, address1=street, created_at=moment, country="US") for name, street in streets.items()
        ]
        self.north, self.north_inc, self.idle, self.idle_two = made
        Customer.objects.filter(pk=self.north.pk).update(customer_number="C-100", customer_number_key="c-100")
        self.north.refresh_from_db()
        Contact.objects.create(customer=self.north, name="Anna", email="a@example.org", is_primary=True)
        Contact.objects.create(customer=self.north_inc, name="Anna", email="a@example.org", created_at=moment)
        Contact.objects.create(customer=self.north_inc, name="Bert", email="b@example.org")
        CustomerNote.objects.create(customer=self.north, text="Call before noon.", author=self.ada)
        CustomerAlias.objects.create(kind="key", value="northcliniclimited|2oakave", customer=self.north_inc)

    def customer(self, name, **values):
        """Make a customer in Springfield."""
        place = {"city": "Springfield", "state": "IL", "postal_code": "62701"}
        return Customer.objects.create(facility_name=name, **place, **values)

    def candidate(self, first, second, **values):
        """Make a pair that a search found alike."""
        told = {"confidence": 0.95, "bits": 9, "band": "likely", "reasons": "same phone; names differ by 'Inc'"}
        told |= {"version": "test", **values}
        return DuplicateCandidate.objects.create(first_id=first.pk, second_id=second.pk, **told)

    # -- stock -----------------------------------------------------------------------------------

    def make_stock(self):
        self.product = Product.objects.create(sku="A-1", name="Monitor")
        self.tracked = Product.objects.create(sku="A-2", name="Catheter", is_lot_tracked=True)
        self.lot = Lot.objects.create(product=self.tracked, number="L-7", expires_on=date(2030, 1, 31))
        self.depot = Warehouse.objects.create(name="Depot")
        self.shop = StoreFront.objects.create(name="Main")
        self.intake(self.product, 50)
        self.intake(self.tracked, 20, lot=self.lot)
        StoreFrontInventory.objects.create(storefront=self.shop, product=self.product, quantity=7)
        StoreFrontInventory.objects.create(storefront=self.shop, product=self.tracked, quantity=3)
        self.fulfilled = self.transfer(5, status=TransferRequest.Status.FULFILLED)

    def intake(self, product, quantity, *, lot=None):
        """Take units into the depot, with their ledger line."""
        intake = StockProduct.objects.create(product=product, lot=lot, warehouse=self.depot, quantity=quantity)
        values = {"cause_model": "inventory.StockProduct", "cause_key": str(intake.pk), "to_warehouse": self.depot}
        StockMovement.objects.create(kind="intake", product=product, lot=lot, quantity=quantity, **values)
        return intake

    def transfer(self, quantity, **values):
        """Ask for units of A-1 for the shop. A fulfilled one comes without its ledger line: damage to find."""
        if values.get("status") == TransferRequest.Status.FULFILLED:
            values = {"fulfilled_by": self.ada, "fulfilled_at": timezone.now(), **values}
        places = {"warehouse": self.depot, "storefront": self.shop}
        request = TransferRequest.objects.create(**{**places, **values})
        TransferRequestLineItem.objects.create(request=request, product=self.product, requested_quantity=quantity)
        return request

    # -- orders ----------------------------------------------------------------------------------

    def make_orders(self):
        self.order = self.ordered("SO-1", self.north, po_number="PO-9")
        self.order_of_inc = self.ordered("SO-2", self.north_inc)

    def ordered(self, number, customer, quantity=2, **values):
        """Make an order with one line of A-1, dated 2 January 2026."""
        block = {
            "ship_to_name": customer.facility_name,
            "ship_to_address": customer.address1,
            "ship_to_city": customer.city,
            "ship_to_state": customer.state,
            "ship_to_postal_code": customer.postal_code,
        }
        day = values.pop("order_date", date(2026, 1, 2))
        order = SalesOrder.objects.create(order_number=number, customer=customer, order_date=day, **block, **values)
        line = {"line_number": 1, "sku_printed": "A-1", "product": self.product, "quantity": quantity}
        SalesOrderLine.objects.create(order=order, **line)
        return order

    def document(self, name="order.pdf", content=None):
        """Make an uploaded file (its row: the bytes are not stored)."""
        sha256 = hashlib.sha256((content or name).encode()).hexdigest()
        kind = "application/pdf"
        return SourceDocument.objects.create(
            sha256=sha256, filename=name, size=1000, content_type=kind, uploaded_by=self.ada, uploaded_by_name="ada"
        )

    def paper(self, **values):
        """Make a paper on page 1 of a document of its own."""
        document = values.pop("document", None) or self.document(f"paper-{DocumentSegment.objects.count()}.pdf")
        reading, _ = Reading.objects.get_or_create(document=document, reader="test 1")
        where = {"position": document.segments.count() + 1, "first_page": 1, "last_page": 1}
        return DocumentSegment.objects.create(document=document, reading=reading, **{**where, **values})

    # -- shipments -------------------------------------------------------------------------------

    def make_shipments(self):
        self.shipment = self.shipped(1, sales_order=self.order, order_number="SO-1", tracking_number="1Z-1")
        self.waiting = self.shipped(4, order_number="SO-77", consignee_name="Klinik Müller")

    def shipped(self, quantity, *, product=None, lot=None, **values):
        """Make a shipment with one line, dated 5 January 2026."""
        order = values.get("sales_order")
        if order:
            values = {"consignee_name": order.ship_to_name, "consignee_address": order.ship_to_address, **values}
        day = values.pop("ship_date", date(2026, 1, 5))
        shipment = Distribution.objects.create(ship_date=day, **values)
        DistributionLine.objects.create(
            distribution=shipment,
            product=product or self.product,
            lot=lot,
            lot_number=lot.number if lot else "",
            quantity=quantity,
        )
        return shipment


def counted(lot, units: int) -> StockCount:
    """Return a finished count of the place that took ``lot`` in: so many units of it."""
    place = lot.intakes.get().warehouse
    count = StockCount.objects.create(warehouse=place, state=StockCount.State.COUNTED, counted_at=timezone.now())
    about = {"counted_quantity": units, "counted_at": timezone.now()}
    StockCountLine.objects.create(count=count, product=lot.product, lot=lot, **about)
    return count


def digest(*models) -> str:
    """A hash over all columns of all rows of ``models`` (default: every traced one)."""
    total = hashlib.sha256()
    for model in sorted(models or traced_models(), key=lambda m: m._meta.label):
        columns = Columns.of(model)
        for row in model._base_manager.order_by("pk").values_list(*columns.names):
            total.update(f"{model._meta.label} {canonical(columns.encoded(row))}\n".encode())
    return total.hexdigest()


def everything() -> str:
    """A hash over all traced rows and the record."""
    record = [apps.get_model("eqms", n) for n in ("OperationRun", "AuditEntry", "AuditSeal", "AuditHead")]
    return digest(*traced_models(), *record)
