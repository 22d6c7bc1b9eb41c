"""Requests to move units between warehouses and storefronts, and their life."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from eqms.models import Traced, User
from eqms.operations import Plan, Refused, act

from .book import Move, StockBook
from .ledger import Place, Source, StockMovement, sources
from .places import StoreFront, Warehouse
from .products import Lot, Product
from .stock import refuse_missing_or_foreign_lot, units


def person(name: str) -> models.ForeignKey:
    """Return a key to the user who did something to a transfer."""
    related = f"transfers_{name}"
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name=related)


class TransferQuerySet(models.QuerySet):
    def still_open(self):
        """Requests that nobody fulfilled or cancelled yet."""
        return self.filter(status__in=TransferRequest.OPEN)

    def with_units(self):
        """Annotate ``units_asked``: correlated, so a page costs its own rows only."""
        lines = TransferRequestLineItem.objects.filter(request=OuterRef("pk")).order_by()
        sums = lines.values("request").annotate(n=Sum("requested_quantity")).values("n")
        return self.annotate(units_asked=Coalesce(Subquery(sums), 0))


class TransferRequest(Traced):
    """Units asked for: from a warehouse for a storefront, or from a storefront for another or back to a warehouse.

    Without ``from_storefront`` the units leave ``warehouse`` for ``storefront``; with it they leave that
    storefront for the one place that the request names beside it.
    """

    class Status(models.TextChoices):
        NEW = "NEW", "New"
        ASSIGNED = "ASSIGNED", "Assigned"
        FULFILLED = "FULFILLED", "Fulfilled"
        CANCELLED = "CANCELLED", "Cancelled"

    class Priority(models.TextChoices):
        LOW = "LOW", "Low"
        MEDIUM = "MEDIUM", "Medium"
        HIGH = "HIGH", "High"

    # Runbooks use these names from `manage.py shell`.
    STATUS_NEW, STATUS_ASSIGNED = Status.NEW, Status.ASSIGNED
    STATUS_FULFILLED, STATUS_CANCELLED = Status.FULFILLED, Status.CANCELLED
    OPEN = (Status.NEW, Status.ASSIGNED)
    STAGES = ("assigned_to_id", "assigned_by_id", "assigned_at", "fulfilled_by_id", "fulfilled_at", "cancelled_by_id")
    STAGES += ("cancelled_at", "cancel_reason")
    TWICE_WITHIN = timedelta(minutes=1)

    warehouse = models.ForeignKey(Warehouse, models.PROTECT, null=True, blank=True, related_name="transfer_requests")
    storefront = models.ForeignKey(StoreFront, models.PROTECT, null=True, blank=True, related_name="transfer_requests")
    from_storefront = models.ForeignKey(
        StoreFront,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="transfers_out",
        help_text="leave empty where the units come from the warehouse",
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.NEW)
    priority = models.CharField(max_length=6, choices=Priority, default=Priority.MEDIUM)
    requested_by = person("requested")
    requested_at = models.DateTimeField(default=timezone.now)
    assigned_to = person("assigned_to")
    assigned_by = person("assigned")
    assigned_at = models.DateTimeField(null=True, blank=True)
    fulfilled_by = person("fulfilled")
    fulfilled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = person("cancelled")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.TextField(blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_storefront__isnull=True, warehouse__isnull=False, storefront__isnull=False)
                | Q(from_storefront__isnull=False, warehouse__isnull=False, storefront__isnull=True)
                | Q(from_storefront__isnull=False, warehouse__isnull=True, storefront__isnull=False),
                name="transfer_two_places",
                violation_error_message="A transfer has two places: a warehouse and a storefront, or two storefronts.",
            ),
            models.CheckConstraint(
                condition=Q(from_storefront__isnull=True) | ~Q(from_storefront=F("storefront")),
                name="transfer_goes_somewhere",
                violation_error_message="A transfer goes to another storefront than it comes from.",
            ),
            models.CheckConstraint(
                condition=~Q(status="FULFILLED") | Q(fulfilled_at__isnull=False),
                name="transfer_fulfilled_at",
                violation_error_message="A fulfilled transfer says when it was fulfilled.",
            ),
            models.CheckConstraint(
                condition=~Q(status="CANCELLED") | Q(cancelled_at__isnull=False),
                name="transfer_cancelled_at",
                violation_error_message="A cancelled transfer says when it was cancelled.",
            ),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="transfer_status")]

    def __str__(self):
        return f"transfer {self.pk}"

    @property
    def source(self) -> Place:
        """The place that the units leave."""
        return self.from_storefront or self.warehouse

    @property
    def destination(self) -> Place:
        """The place that the units reach."""
        return self.storefront or self.warehouse

    @property
    def is_open(self) -> bool:
        """True until it is fulfilled or cancelled."""
        return self.status in self.OPEN

    def looks_like(self) -> list["TransferRequest"]:
        """Return the open requests of the same minute and places that ask for a product and quantity of this one.

        Two queries.
        """
        near = (self.requested_at - self.TWICE_WITHIN, self.requested_at + self.TWICE_WITHIN)
        places = {name: getattr(self, name) for name in ("warehouse_id", "storefront_id", "from_storefront_id")}
        others = TransferRequest.objects.still_open().filter(**places, requested_at__range=near).exclude(pk=self.pk)
        same = Q(pk__in=[])
        for values in self.lines.values("product", "lot", "requested_quantity"):
            same |= Q(**values)
        lines = TransferRequestLineItem.objects.filter(same)
        return list(others.filter(pk__in=lines.values("request")))

    def assign(self, *, to: User, by: User | str) -> Plan:
        """Give an open request to the person who is to bring the units. Again with the same person changes nothing."""
        return self._act("assign transfer", partial(self._plan_assignment, to, by), by)

    def fulfil(self, *, by: User | str, reason: str = "", override: bool = False) -> Plan:
        """Move the units: balances, ledger lines and status together. A second time changes nothing.

        ``override`` lets lots go out that are expired or not released: it needs the permission
        inventory.override_lot_status and ``reason``. Raises Refused, and then has changed nothing.
        """
        book = partial(StockBook, by=by, override=override, reason=reason)
        return self._act("fulfil transfer", partial(self._plan_fulfilment, book, by), by, reason)

    def cancel(self, *, by: User | str, reason: str) -> Plan:
        """End an open request without moving anything. A second time changes nothing."""
        return self._act("cancel transfer", partial(self._plan_cancellation, by, reason.strip()), by, reason)

    def _act(self, name: str, draft: Callable[[Plan], None], by: User | str, reason: str = "") -> Plan:
        """Do one step, and let this row show what it came to."""
        plan = act(name, draft, by=by, reason=reason)
        for name in ("status", *self.STAGES):
            setattr(self, name, getattr(self._as_it_stands, name))
        return plan

    def _plan_assignment(self, to: User, by: User | str, plan: Plan) -> None:
        request = self._open_in(plan, "assigned")
        if request is None or request.assigned_to_id == to.pk:
            return
        if not to.is_active:
            raise Refused(f"{to} does not work here any more. Assign {request} to somebody else.")
        because = f"assigned to {to}"
        stage = {"status": self.Status.ASSIGNED, "assigned_to": to, "assigned_by": user_or_none(by)}
        plan.update(request, **stage, assigned_at=plan.now, because=because)

    def _plan_fulfilment(self, book_of, by: User | str, plan: Plan) -> None:
        request = self._open_in(plan, "fulfilled", unless=self.Status.FULFILLED)
        if request is None:
            return
        lines = list(request.lines.select_related("lot").order_by("pk"))
        if not lines:
            raise Refused(f"{request} has no lines: there is nothing to fulfil.")
        book = book_of(plan, products=[line.product_id for line in lines])
        places = {"source": request.source, "destination": request.destination}
        for line in lines:
            move = Move(StockMovement.Kind.TRANSFER, line.product_id, line.lot, line.requested_quantity, **places)
            book.move(move, cause=line, because=f"{request} to {request.destination}")
        book.settle()
        stage = {"status": self.Status.FULFILLED, "fulfilled_by": user_or_none(by), "fulfilled_at": plan.now}
        plan.update(request, **stage, because=f"its units reached {request.destination}")

    def _plan_cancellation(self, by: User | str, reason: str, plan: Plan) -> None:
        request = self._open_in(plan, "cancelled", unless=self.Status.CANCELLED)
        if request is None:
            return
        if not reason:
            raise Refused(f"Say why {request} is cancelled: the reason stands in the record.")
        stage = {"status": self.Status.CANCELLED, "cancelled_by": user_or_none(by), "cancelled_at": plan.now}
        plan.update(request, **stage, cancel_reason=reason, because=reason)

    def _open_in(self, plan: Plan, step: str, unless: str = "") -> "TransferRequest | None":
        """Return this request, locked; None where it is ``unless`` already. Refused where it is over."""
        request = self._as_it_stands = plan.watch(self, "warehouse", "storefront")
        if request.status == unless:
            return None
        if not request.is_open:
            raise Refused(f"{request} is {request.get_status_display().lower()}: it cannot be {step} any more.")
        return request


# The order of a list: open before over, urgent before the rest. The words themselves sort HIGH, LOW, MEDIUM.
URGENCY = Case(
    When(~Q(status__in=TransferRequest.OPEN), then=Value(3)),
    When(priority=TransferRequest.Priority.HIGH, then=Value(0)),
    When(priority=TransferRequest.Priority.MEDIUM, then=Value(1)),
    default=Value(2),
)


def user_or_none(by: User | str) -> User | None:
    """Return the user who acts, None for the name of an operating system's user."""
    return by if isinstance(by, User) else None


class TransferRequestLineItem(Traced):
    """So many units of one product on a transfer."""

    request = models.ForeignKey(TransferRequest, models.PROTECT, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="transfer_lines")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="transfer_lines")
    requested_quantity = units()

    class Meta:
        verbose_name = "transfer line"
        constraints = [
            models.CheckConstraint(
                condition=Q(requested_quantity__gt=0),
                name="transfer_line_quantity",
                violation_error_message="Ask for at least one unit.",
            )
        ]

    def __str__(self):
        return f"transfer line {self.pk}"

    def clean(self):
        super().clean()
        refuse_missing_or_foreign_lot(self)


def fulfilled_lines() -> models.QuerySet:
    """Return the lines whose units were moved."""
    return TransferRequestLineItem.objects.filter(request__status=TransferRequest.Status.FULFILLED)


FROM_WAREHOUSE = When(request__from_storefront__isnull=True, then=F("request__warehouse"))
TO_WAREHOUSE = When(request__from_storefront__isnull=False, then=F("request__warehouse"))
LINE_COLUMNS = {
    "product_id": "product",
    "lot_id": "lot",
    "quantity": "requested_quantity",
    "from_warehouse_id": Case(FROM_WAREHOUSE, default=None),
    "from_storefront_id": "request__from_storefront",
    "to_warehouse_id": Case(TO_WAREHOUSE, default=None),
    "to_storefront_id": "request__storefront",
    "at": "request__fulfilled_at",
    "by_id": "request__fulfilled_by",
}
sources.append(Source(TransferRequestLineItem, StockMovement.Kind.TRANSFER, fulfilled_lines, LINE_COLUMNS, "request"))
