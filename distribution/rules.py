"""What must hold for shipments."""

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from distribution.models import (
    Distribution,
    DistributionLine,
    Recall,
    RecallLot,
    RecallNotice,
    Return,
    ReturnLine,
    SkippedShipment,
)
from distribution.moved_units import RETURNED, SHIPPED
from eqms.data_rules import Repair, Rule, Severity, each, register
from inventory.models import Lot, LotAlias
from inventory.rules import rules_of
from sales.models import SalesOrder


def lines() -> QuerySet[DistributionLine]:
    """Return the lines of shipments that are not void, with what names them."""
    rows = DistributionLine.objects.filter(distribution__voided_at__isnull=True)
    return rows.select_related("distribution", "product").order_by("pk")


def shipments() -> QuerySet[Distribution]:
    """Return the shipments that are not void, in a fixed order."""
    return Distribution.objects.filter(voided_at__isnull=True).order_by("pk")


def never_shipped() -> QuerySet[SalesOrder]:
    """Return the orders that no shipment names and nobody cancelled."""
    shipped = Distribution.objects.filter(sales_order=OuterRef("pk"), voided_at__isnull=True)
    return SalesOrder.objects.exclude(status=SalesOrder.Status.CANCELLED).filter(~Exists(shipped)).order_by("pk")


def open_recall_lots() -> QuerySet[RecallLot]:
    """Return the lots of recalls that are not closed."""
    return RecallLot.objects.filter(recall__state=Recall.State.OPEN)


def without_notice() -> QuerySet[DistributionLine]:
    """Return the lines of lots of open recalls whose consignee has no notice, with the ``recall``.

    A line belongs to a lot as a trace says it: by correction, by its number, by one that was mistyped.
    """
    open_lots = open_recall_lots()
    mistyped = LotAlias.objects.filter(lot__in=open_lots.values("lot"))
    keys = Q(lot_number_key__in=open_lots.values("lot__number_key"))
    keys |= Q(lot_number_key__in=mistyped.values("number_key"))
    by_number = open_lots.filter(lot__product=OuterRef("product"))
    taken = Lot.objects.filter(product=OuterRef("product"), number_key=OuterRef("lot_number_key"))
    reported = Coalesce(
        Subquery(by_number.filter(lot__number_key=OuterRef("lot_number_key")).values("recall")[:1]),
        Case(
            When(Exists(taken), then=None),
            default=Subquery(
                by_number.filter(lot__aliases__number_key=OuterRef("lot_number_key")).values("recall")[:1]
            ),
        ),
    )
    corrected = Subquery(open_lots.filter(lot=OuterRef("lot")).values("recall")[:1])
    alone = Concat(Value("shipment "), Cast("distribution_id", CharField()))
    named = Case(When(distribution__consignee_key="", then=alone), default=F("distribution__consignee_key"))
    rows = lines().filter(Q(lot__in=open_lots.values("lot")) | (Q(lot__isnull=True) & keys))
    rows = rows.annotate(recall=Case(When(lot__isnull=True, then=reported), default=corrected), consignee=named)
    noted = RecallNotice.objects.filter(recall=OuterRef("recall"), consignee_key=OuterRef("consignee"))
    return rows.filter(~Exists(noted), recall__isnull=False)


def of_shipment(line: DistributionLine) -> tuple[type[Distribution], int]:
    """Return the shipment on whose page ``line`` is shown."""
    return Distribution, line.distribution_id


def to_whom(line: DistributionLine) -> str:
    """Return the consignee of ``line`` as shipped."""
    place = f"{line.distribution.consignee_city} {line.distribution.consignee_state}".strip()
    return ", ".join(filter(None, [line.distribution.consignee_name or "nobody named", place]))


def of_return(line: ReturnLine) -> tuple[type[Return], int]:
    """Return the return on whose page ``line`` is shown."""
    return Return, line.goods_return_id


def units(line: DistributionLine) -> str:
    """Return what ``line`` sent and with which shipment."""
    return f"{line.distribution}: {line.quantity:,} of {line.product.sku}"


register(
    Rule(
        "shipment-lines-without-lot",
        "Shipped units of lot-tracked products without any lot",
        Severity.ERROR,
        "A lot number that is not known yet is kept as reported; an empty one for a lot-tracked product is an error.",
        DistributionLine,
        lambda: lines().filter(product__is_lot_tracked=True, lot__isnull=True, lot_number=""),
        each(lambda line: f"{units(line)}, and nobody said of which lot"),
        Repair("Find the lot on the packing slip. A shipment is a fact: void it, then enter it anew."),
        of_shipment,
    ),
    Rule(
        "shipment-lines-with-unknown-lot",
        "Shipped units of a lot that nobody knows",
        Severity.WARNING,
        "A lot number that is not known yet is kept as reported and flagged (the trace finds it by its number).",
        DistributionLine,
        lambda: lines().filter(lot__isnull=True).exclude(lot_number=""),
        each(lambda line: f"{units(line)}, lot {line.lot_number}, which no lot of the product is called"),
        Repair("Add the lot, or the number as it was mistyped on the page of the right lot."),
        of_shipment,
    ),
    Rule(
        "shipments-from-nowhere",
        "Shipments that name no place they left",
        Severity.WARNING,
        "shipped_from: warehouse or storefront; a default location per source, else flagged.",
        Distribution,
        lambda: shipments().filter(shipped_from_warehouse__isnull=True, shipped_from_storefront__isnull=True),
        each(lambda shipment: f"{shipment}: nobody said which warehouse or storefront it left"),
        Repair("Ask where it was packed and enter the place: until then its units are still counted where they lay."),
    ),
    Rule(
        "shipments-left-out",
        "Shipments that were reported and are not in the log",
        Severity.WARNING,
        "SkippedShipment (reason; tried again at every order import).",
        SkippedShipment,
        lambda: SkippedShipment.objects.left_out().order_by("pk"),
        each(lambda row: f"{row.get_source_display()} shipment {row.external_key}: {row.reason}"),
        Repair("Complete it from the list of skipped shipments: with its lots, or as goods that did leave."),
    ),
    Rule(
        "shipments-waiting",
        "Shipments whose order is not here yet",
        Severity.INFORMATION,
        "sales_order NULL = waiting: kept, shown in traces, counted in no statistics.",
        Distribution,
        lambda: Distribution.objects.waiting().order_by("pk"),
        each(lambda shipment: f"{shipment}, to {shipment.consignee_name or 'nobody named'}: waits for its order"),
        Repair(
            "Import the order: it links what waits for it. Shipments of orders that are here already are matched.",
            "match_distributions",
            command="match_distributions --dry-run",
        ),
    ),
    Rule(
        "recall-consignees-without-notice",
        "Consignees of recalled lots that no notice names",
        Severity.ERROR,
        "Recall: lots, consignees as shipped (waiting rows too), told when and how, answered.",
        DistributionLine,
        without_notice,
        each(lambda line: f"{units(line)} to {to_whom(line)}: recall {line.recall} has no notice for them"),
        Repair("Bring the consignees up to date on the page of the recall, then tell those who are new."),
        lambda line: (Recall, line.recall),
    ),
    Rule(
        "recall-lots-not-stopped",
        "Lots of open recalls that may still be shipped",
        Severity.ERROR,
        "Lot status on hold or recalled stops new dispatches.",
        RecallLot,
        lambda: (
            open_recall_lots().filter(lot__status=Lot.Status.RELEASED).select_related("lot__product").order_by("pk")
        ),
        each(lambda row: f"{row.lot.product.sku} {row.lot} of recall {row.recall_id}: {row.lot.get_status_display()}"),
        Repair("Set the lot to recalled on its page: with a reason and your password."),
        lambda row: (Lot, row.lot_id),
    ),
    Rule(
        "orders-without-shipment",
        "Orders without any shipment",
        Severity.INFORMATION,
        "An order without shipment is valid.",
        SalesOrder,
        never_shipped,
        each(lambda order: f"order {order} of {order.order_date:%Y-%m-%d} ({order.get_status_display().lower()})"),
        Repair("Nothing, unless goods were sent: then enter or import the shipment."),
    ),
    *rules_of(SHIPPED, "shipment lines", shown_on=of_shipment),
    *rules_of(RETURNED, "return lines", shown_on=of_return),
)
