"""Shipments into the log, by whichever way they come: by hand, CSV, ShipStation, a paper. One place for the rule.

A caller describes what was shipped (``NewShipment`` with its ``NewLine``s), and inside a draft:

    shipping = Shipping(plan, [new, ...], by=user)      # looks everything up, in a fixed number of queries
    for outcome in shipping.outcomes:                   # one for each shipment given, in order
        outcome.troubles                                # why it, or one of its lines, is not taken in
        outcome.repeated                                # lines that are here already, with their shipment
        outcome.fresh                                   # lines that will be written
        outcome.flags                                   # what is written and wants a person's eye
    shipping.draft()                                    # plans all that is fresh; ledger lines and balances too

``plan_shipment(plan, new, by=user)`` does that for one shipment and raises Refused for its troubles.
Nothing is planned for lines with troubles: a caller that wants all or nothing looks at ``troubles`` before
``draft``. Looking (``outcomes``) plans nothing, so a page can show what would happen.

What is decided here:

- product: a SKU or any other code; unknown, or a code that means a package of several units, is a trouble;
- lot: a known number or a mistyped one (alias); an unknown number is kept as reported and flagged, by hand it is
  refused; an empty one of a lot-tracked product is a trouble;
- day: none that is still to come; by hand none before the day of the order, nor before ``eqms.dates.EARLIEST``;
- order: equal order number keys. Otherwise the shipment waits; where nothing may wait any more (the policy
  ``distributions_may_wait`` says "no") it is kept as SkippedShipment; by hand it is refused;
- place: the one that is named, else the default place of the source, else none (flagged);
- stock: by hand, units that are not there are refused. What others report did leave: it is written and
  flagged, its units are not booked, and ``check_data`` lists the line until stock is mended;
- lots on hold, quarantined, recalled, or expired on the day of shipping are refused, unless the line is known
  already; ``Shipping(..., goods_left=True)`` takes such facts in and asks for the permission to override lots;
- known already: the same source and external key, or the same day, order, facility and tracking number.
  Equal lines are repeated, another quantity is a conflict for a person. A void shipment stays void: its lines are
  repeated too, and a line that differs from them makes a new shipment.
"""

from .new import NewLine, NewShipment, Trouble, content_key, facility_key, tracking_key
from .shipping import Outcome, Shipping, orders_by_key, plan_shipment

__all__ = [
    "NewLine",
    "NewShipment",
    "Outcome",
    "Shipping",
    "Trouble",
    "content_key",
    "facility_key",
    "orders_by_key",
    "plan_shipment",
    "tracking_key",
]
