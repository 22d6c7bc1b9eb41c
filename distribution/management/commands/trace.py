import sys

from django.core.management.base import CommandError

from distribution.tracing import CustomerTrace, LotTrace, trace_customer
from distribution.tracing.customer import customers_called
from distribution.tracing.export import as_csv, as_json
from distribution.tracing.left_out import LeftOutLine
from distribution.tracing.search import LotMatch, lots_called, lots_like
from distribution.tracing.shipped_lines import ShippedLine
from eqms.commands import SpeakingCommand
from inventory.models import Product
from inventory.udi import Scan, scanned

LISTED = 10


class Command(SpeakingCommand):
    help = "Where did a lot go, or what did a customer get. Exit 1 where the name means nothing, or several things."

    def add_arguments(self, parser):
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("lot", nargs="?", metavar="LOT", help="a lot number, also as mistyped, or a scanned GS1 code")
        what.add_argument("--customer", metavar="ID", help="a customer's number, id, or a former one")
        parser.add_argument("--product", metavar="SKU", help="the product, where lots of several have the number")
        output = parser.add_mutually_exclusive_group()
        output.add_argument("--json", action="store_true", help="print one JSON document")
        output.add_argument("--csv", action="store_true", help="print every line as CSV")

    def work(self, *, lot, customer, product, csv, **options):
        self.is_data = csv or self.as_json
        trace = trace_customer(self.customer(customer)) if customer else self.match(lot, product).trace()
        if self.as_json:
            self.say(as_json(trace))
        elif csv:
            for line in as_csv(trace):
                self.say(line.rstrip("\r\n"))
        elif isinstance(trace, LotTrace):
            self.report_lot(trace)
        else:
            self.report_customer(trace)
        # With --csv, too, standard output holds the data and nothing else.
        (self.note if csv else self.conclude)(counted(trace))

    # -- what is meant ---------------------------------------------------------------------------

    def customer(self, text: str):
        found = customers_called(text)
        if not found:
            raise CommandError(f"No customer is known by {text}. Write a customer number or an id.")
        if len(found) > 1:
            raise CommandError(f"{text} means several customers: {in_words(found)}. Write the id of one.")
        return found[0]

    def match(self, text: str, sku: str | None) -> LotMatch:
        """Return the one lot that is meant; CommandError where there is none, or several and nobody to ask."""
        scan = scanned(text)
        if scan and scan.problem:
            raise CommandError(scan.problem)
        number = scan.lot_number if scan else text
        found = lots_called(number, self.products(sku, scan))
        if not found:
            near = lots_like(number)
            perhaps = f" Perhaps: {in_words(near)}." if near else ""
            raise CommandError(f"No lot and no shipment is known by the number {number}.{perhaps}")
        return found[0] if len(found) == 1 else self.chosen(number, found)

    def products(self, sku: str | None, scan: Scan | None) -> list[Product] | None:
        """Return the products that were named or scanned, None where any may be meant."""
        if sku is not None:
            if not (known := Product.objects.known_as([sku])):
                raise CommandError(f"No product is known by {sku}.")
            return list(known.values())
        if scan is None or not scan.gtin:
            return None
        if not (known := list(Product.objects.with_gtin(scan.gtin))):
            raise CommandError(f"No product has the GTIN {scan.gtin}.")
        return known

    def chosen(self, number: str, found: list[LotMatch]) -> LotMatch:
        """Return the lot that a person chooses; without a terminal nothing is chosen."""
        self.note(f"{number} is the number of {len(found)} lots:")
        for position, match in enumerate(found, 1):
            self.note(f"  {position}  {match}")
        if self.is_data or not sys.stdin.isatty():
            raise CommandError(f"{number} means {len(found)} lots: name the product with --product SKU.")
        try:
            answer = input(f"Which one? [1-{len(found)}] ").strip()
        except EOFError:
            answer = ""
        if not answer.isdecimal() or not 0 < int(answer) <= len(found):
            raise CommandError(f"{number} means {len(found)} lots, and none of them was chosen.")
        return found[int(answer) - 1]

    # -- what is said ----------------------------------------------------------------------------

    def report_lot(self, trace: LotTrace) -> None:
        status = (
            f", {trace.lot.get_status_display().lower()}" if trace.lot else ", which no lot of the product is called"
        )
        self.say(f"{trace.title}{status}")
        if trace.aliases:
            self.say(f"  also reported as {', '.join(trace.aliases)}")
        if balance := trace.balance:
            self.say(f"  Produced: {balance.produced} units")
            for name, units in balance.parts:
                self.say(f"    {name}: {units}")
            for note in balance.notes:
                self.say(f"  {note}")
        self.list_lines("Shipped", trace.matched)
        self.list_lines("Shipped, waiting for the order", trace.waiting)
        self.list_lines("Void, counted nowhere", trace.void)
        self.list_lines("Reported under this number and corrected to another lot, counted there", trace.elsewhere)
        self.list_left_out("Left out of the log", trace.left_out)

    def report_customer(self, trace: CustomerTrace) -> None:
        number = f" ({trace.customer.customer_number})" if trace.customer.customer_number else ""
        self.say(f"{trace.customer}{number}, {trace.customer.location}")
        for title, lots in (("Got", trace.lots), ("Reads like it, waiting for the order", trace.lots_waiting)):
            if lots:
                self.say(f"{title}:")
            for lot in lots:
                of_lot = f" lot {lot.number}" if lot.number else ""
                back = f", {lot.returned} came back" if lot.returned else ""
                when = f"{lot.first}" if lot.first == lot.last else f"{lot.first} to {lot.last}"
                self.say(f"  {lot.units} of {lot.sku}{of_lot}, {when}{back}")
        self.list_lines("Void, counted nowhere", trace.void)
        self.list_left_out("Left out of the log, to this name and address", trace.left_out)

    def list_left_out(self, title: str, lines: list[LeftOutLine]) -> None:
        """Say what was reported and counts nowhere, why, and that somebody has to complete it."""
        if lines:
            self.say(f"{title}; complete them under Skipped shipments:")
        for line in lines:
            lot = f"reported as {line.reported_number}" if line.reported_number else "no lot reported"
            what = f"{line.quantity} of {line.sku}, {lot}" if line.sku else "goods that could not be read"
            perhaps = "" if line.names_lot else "perhaps "
            who = f"{addressed(line)}, skipped shipment {line.skipped_id}"
            self.say(f"  {line.ship_date or 'no date'}  {perhaps}{what}, {who}: {line.why}")

    def list_lines(self, title: str, lines: list[ShippedLine]) -> None:
        if lines:
            self.say(f"{title}:")
        for line in lines:
            back = f", {line.returned} came back" if line.returned else ""
            start = f"  {line.ship_date}  {line.quantity} {addressed(line)}, shipment {line.shipment_id}"
            why = f": {line.void_reason}" if line.voided_at else ""
            self.say(f"{start}, reported as {line.reported_number or 'no lot'}{back}{why}")


def addressed(line: ShippedLine | LeftOutLine) -> str:
    """Return to whom a line went, for which order, under which tracking number."""
    to = ", ".join(filter(None, [line.name, line.place])) or "nobody named"
    order = f", order {line.order}" if line.order else ""
    tracking = f", tracking {line.tracking_number}" if line.tracking_number else ""
    return f"to {to}{order}{tracking}"


def in_words(rows: list) -> str:
    """Return the first of ``rows`` in one line."""
    names = [f"{row} ({row.pk})" if hasattr(row, "pk") else str(row) for row in rows[:LISTED]]
    return ", ".join(names) + (", ..." if len(rows) > LISTED else "")


def counted(trace: LotTrace | CustomerTrace) -> str:
    """Return the last line, which counts."""
    waiting = f", {sum(line.quantity for line in trace.waiting):,} of them waiting for their order"
    units = f"{trace.units:,} units{waiting if trace.waiting else ''}"
    shipments = len({line.shipment_id for line in trace.shipped})
    skipped = len({line.skipped_id for line in trace.left_out})
    left_out = f"; {skipped:,} shipments left out of the log" if skipped else ""
    if isinstance(trace, CustomerTrace):
        return f"{units} in {shipments:,} shipments{left_out}."
    balance = f"; {trace.balance.unaccounted:,} unaccounted for" if trace.balance else ""
    return f"{units} with {trace.consignees:,} consignees in {shipments:,} shipments{balance}{left_out}."
