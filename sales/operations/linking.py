"""Order lines and what they order: known products and lots."""

from collections.abc import Iterable
from itertools import islice

from django.db.models import Model

from eqms.operations import operation
from inventory.code_key import code_key_or_empty
from inventory.models import Lot, Product
from sales.models import SalesOrder, SalesOrderLine

PIECE = 2000  # lines whose products are asked for together


@operation(model=SalesOrder, permission="sales.change_salesorder", ceiling=20_000)
def link_products(plan, orders):
    """Link order lines to the product whose SKU or other code they print, and to the one known lot they name."""
    lines = SalesOrderLine.objects.filter(order__in=orders.order_by(), product__isnull=True).order_by("pk")
    rows = lines.select_related("order").iterator(PIECE)
    while piece := list(islice(rows, PIECE)):
        links = Links([(line.sku_printed, line.lot_numbers) for line in piece])
        for line in piece:
            if found := links.of(line.sku_printed, line.lot_numbers):
                plan.update(line, because=f"{line.sku_printed} is {found['product'].sku}", **found)
            else:
                plan.skip(line, because=f"order {line.order}: no product has the code {line.sku_printed or '(none)'}")


class Links:
    """What printed SKUs and lot numbers mean: known products and lots, asked for in two queries."""

    def __init__(self, printed: Iterable[tuple[str, str]]):
        printed = list(printed)
        self.products = Product.objects.known_as(sku for sku, _ in printed)
        self.lots = Lot.objects.known_as(number for _, numbers in printed for number in numbers.splitlines())

    def of(self, sku: str, lot_numbers: str) -> dict[str, Model]:
        """Return the known product of a line, and its lot where exactly one known lot is printed."""
        product = self.products.get(code_key_or_empty(sku))
        if product is None:
            return {}
        numbers = lot_numbers.splitlines()
        lot = self.lots.get((product.pk, code_key_or_empty(numbers[0]))) if len(numbers) == 1 else None
        return {"product": product, "lot": lot} if lot else {"product": product}
