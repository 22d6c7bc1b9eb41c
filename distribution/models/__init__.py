"""What was shipped to whom, with which lot, and what came back."""

from .default_places import DefaultPlace
from .papers import DistributionDocument
from .recalls import Recall, RecallLot, RecallNotice, RecallPacket
from .reports import ReportApproval, ReportDecision, ReportedShipment, TracingReport
from .returns import Return, ReturnLine
from .shipments import Distribution, DistributionLine
from .shipstation import ShipStationPage
from .skipped import NotSent, SkippedShipment

__all__ = [
    "DefaultPlace",
    "Distribution",
    "DistributionDocument",
    "DistributionLine",
    "NotSent",
    "Recall",
    "RecallLot",
    "RecallNotice",
    "RecallPacket",
    "ReportApproval",
    "ReportDecision",
    "ReportedShipment",
    "Return",
    "ReturnLine",
    "ShipStationPage",
    "SkippedShipment",
    "TracingReport",
]
