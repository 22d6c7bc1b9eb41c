"""What must hold for orders."""

from collections.abc import Sequence

from eqms.data_rules import Repair, Rule, Severity, register
from inventory.code_key import code_key_or_empty
from inventory.models import Product
from sales.models import SalesOrder, SalesOrderLine


def unlinked():
    """Order lines whose printed SKU is linked to no product."""
    return SalesOrderLine.objects.filter(product__isnull=True).select_related("order").order_by("pk")


def what_they_name(lines: Sequence[SalesOrderLine]) -> list[str]:
    """Return of each line what its SKU means now. Two queries."""
    known = Product.objects.known_as(line.sku_printed for line in lines)
    means = {line.pk: known.get(code_key_or_empty(line.sku_printed)) for line in lines}
    return [f"order {line.order}, line {line.line_number}: {meaning(line, means[line.pk])}" for line in lines]


def meaning(line: SalesOrderLine, product: Product | None) -> str:
    """Return what the SKU of ``line`` means: ``product``, or nothing known."""
    if product:
        return f"{line.sku_printed} is {product}, and not linked yet"
    return f"no product has the code {line.sku_printed or '(none)'}"


register(
    Rule(
        "order-lines-without-product",
        "Order lines whose SKU is linked to no product",
        Severity.WARNING,
        "SalesOrderLine: product NULL = not yet known: listed by check_data, linked by link_products.",
        SalesOrderLine,
        unlinked,
        what_they_name,
        Repair(
            "Link what is known with link_products. Otherwise add the product, or the code to those of its product.",
            "link_products",
            lambda line: line.order_id,
            "link_products --dry-run",
        ),
        lambda line: (SalesOrder, line.order_id),
    )
)
