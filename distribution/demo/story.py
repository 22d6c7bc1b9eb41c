"""What all parts of the demo data share: the plan they fill, the day they are told on, chance from a fixed seed."""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from operator import itemgetter
from random import Random
from typing import TypeVar

from django.db.models import Model

from eqms.models import User
from eqms.operations import Plan
from inventory.models import StoreFront, Warehouse

from .stock import Stock

SEED = 1846
FIRST_ORDER = 1036
Row = TypeVar("Row", bound=Model)


class Story:
    """The rows so far, by the names under which later parts ask for them."""

    def __init__(self, plan: Plan, today: date, people: dict[str, User]):
        self.plan = plan
        self.today = today
        self.people = people
        self.chance = Random(SEED)
        self.reps: list = []
        self.customers: list = []
        self.products: dict = {}  # by SKU
        self.prices: dict = {}  # by SKU
        self.lots: dict = {}  # by number
        self.warehouses: dict[str, Warehouse] = {}
        self.storefronts: dict[str, StoreFront] = {}
        self.duplicates: list = []
        self.neighbours: list = []
        self.stock = Stock(self)
        self.scheduled: list[tuple[datetime, Callable, tuple]] = []
        self.sales: list = []  # orders with their lines, oldest first
        self.shipped: list = []  # lines of shipments that left a known place
        self.orders = self.parcels = self.serials = 0  # counted, for numbers that run on

    def create(self, model: type[Row], because: str = "demo data", **values) -> Row:
        """Plan a new row and return it unsaved."""
        return self.plan.create(model, because=because, **values)

    def next_order_number(self) -> str:
        self.orders += 1
        return f"SO {FIRST_ORDER + self.orders - 1}"

    def schedule(self, at: datetime, happens: Callable, *details) -> None:
        """Let ``happens(story, at, *details)`` be told in its turn, so that keys grow with time."""
        self.scheduled.append((at, happens, details))

    def tell_scheduled(self) -> None:
        for at, happens, details in sorted(self.scheduled, key=itemgetter(0)):
            happens(self, at, *details)

    def day(self, days_ago: int) -> date:
        return self.today - timedelta(days=days_ago)

    def moment(self, day: date, hour: int = 9, minute: int = 0) -> datetime:
        """Return a time of ``day``, in UTC so that every time zone tells the same story."""
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)

    def office_hours(self, day: date) -> datetime:
        """Return some time of ``day`` between eight and five."""
        return self.moment(day, self.chance.randrange(8, 17), self.chance.randrange(60))

    def weekday(self, day: date) -> date:
        """Return ``day``, or the Friday before where it falls on a weekend."""
        return day - timedelta(days=max(0, day.weekday() - 4))


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of one of the CSV files beside this module."""
    with files(__package__).joinpath(name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))
