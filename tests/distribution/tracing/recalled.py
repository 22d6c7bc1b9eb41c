"""A lot on its way through the house and out of it, for tests of traces and recalls."""

from datetime import date

from distribution.models import Distribution, DistributionLine
from inventory.models import Lot, LotAlias, Product, StockMovement, StoreFront, Warehouse


class Journey:
    """Lot L-7 of A-2 (known as L7x too): 20 taken in, shipped matched and waiting. The cast is ``demo``."""

    def __init__(self, demo):
        self.demo, self.lot, self.product = demo, demo.lot, demo.tracked
        Lot.objects.filter(pk=self.lot.pk).update(units_produced=20)
        self.lot.refresh_from_db()
        LotAlias.objects.create(lot=self.lot, number="L7x")
        self.other_product = Product.objects.create(sku="B-9", name="Sheath", is_lot_tracked=True)

    def ship(self, units, *, lot="L-7", corrected="", product=None, booked=True, **values):
        """Ship units to Klinik Müller (or to an order's facility), reported as ``lot``.

        ``corrected`` names the lot that is meant: by default the one of that number, None for a lot not known.
        """
        product = product or self.product
        meant = Lot.objects.filter(product=product, number=lot if corrected == "" else corrected).first()
        order = values.get("sales_order")
        block = {"consignee_name": "Klinik Müller", "consignee_address": "Ring 4", "consignee_city": "Ulm"}
        if order:
            block = {"consignee_name": order.ship_to_name, "consignee_address": order.ship_to_address}
        place = values.pop("place", self.demo.depot if booked else None)
        column = "shipped_from_storefront" if isinstance(place, StoreFront) else "shipped_from_warehouse"
        day = values.pop("ship_date", date(2026, 2, 1))
        shipment = Distribution.objects.create(ship_date=day, **{**block, column: place, **values})
        line = DistributionLine.objects.create(
            distribution=shipment, product=product, lot=meant, lot_number=lot, quantity=units
        )
        if booked:
            self.move("dispatch", units, source=place, cause=line, lot=meant, product=product)
        return shipment

    def move(self, kind, units, *, source=None, destination=None, cause=None, **values):
        """Write a ledger line."""
        for side, place in (("from", source), ("to", destination)):
            if place is not None:
                values[f"{side}_{'warehouse' if isinstance(place, Warehouse) else 'storefront'}"] = place
        if cause is not None:
            values |= {"cause_model": cause._meta.label, "cause_key": str(cause.pk)}
        about = {"product": self.product, "lot": self.lot, "reason": "counted", **values}
        return StockMovement.objects.create(kind=kind, quantity=units, **about)
