"""What was shipped to whom, with which lot."""

from .papers import DistributionDocument
from .shipments import Distribution, DistributionLine
from .shipstation import ShipStationPage
from .skipped import SkippedShipment

__all__ = ["Distribution", "DistributionDocument", "DistributionLine", "ShipStationPage", "SkippedShipment"]
