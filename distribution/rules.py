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
from distribution.tracing.left_out import of_lots
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


def lots_still_recalled() -> QuerySet[RecallLot]:
    """Return the lots of open recalls and those of closed ones that nobody released since, newest recall first."""
    open_ones = Q(recall__state=Recall.State.OPEN)
    return RecallLot.objects.filter(open_ones | Q(lot__status=Lot.Status.RECALLED)).order_by("-recall")


def left_out_of_recalls() -> QuerySet[SkippedShipment]:
    """Return the shipments left out of the log that name a lot which is recalled still."""
    lots = Lot.objects.filter(recall_lots__in=lots_still_recalled()).distinct()
    named = {line.skipped_id for line in of_lots(lots) if line.names_lot}
    return SkippedShipment.objects.filter(pk__among=sorted(named)).order_by("pk")


def of_another_number() -> QuerySet[Distribution]:
    """Return the shipments whose order has another number than they name; what was entered by hand chose its order."""
    rows = shipments().exclude(source=Distribution.Source.MANUAL).exclude(order_number_key="")
    return rows.exclude(order_number_key=F("sales_order__order_number_key")).filter(sales_order__isnull=False)


def without_notice() -> QuerySet[DistributionLine]:
    """Return the lines of lots that are recalled still whose consignee has no notice, with the ``recall``.

    A line belongs to a lot as a trace says it: by correction, by its number, by one that was mistyped.
    """
    open_lots = lots_still_recalled()
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
        "shipments-of-another-number",
        "Shipments whose order has another number than they name",
        Severity.WARNING,
        "Matching: order number keys must be equal.",
        Distribution,
        lambda: of_another_number().select_related("sales_order"),
        each(lambda row: f"{row}: it names {row.order_number}, and belongs to order {row.sales_order.order_number}"),
        Repair("Compare with its papers: correct the number of the order, or void the shipment and enter it anew."),
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
        Repair(
            "Bring the consignees up to date on the page of the recall, then tell those who are new. Where the recall "
            "is closed, open another one of the lot."
        ),
        lambda line: (Recall, line.recall),
    ),
    Rule(
        "recall-units-left-out",
        "Shipments that name a recalled lot and are not in the log",
        Severity.ERROR,
        "Recall: lots, consignees as shipped (waiting rows too), told when and how, answered.",
        SkippedShipment,
        left_out_of_recalls,
        each(lambda row: f"{row.get_source_display()} shipment {row.external_key}: nobody told its consignee"),
        Repair("Complete it as goods that did leave, or settle it where it was never sent; then look at the recall."),
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
