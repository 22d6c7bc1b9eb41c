"""Products, the codes that mean them, and their lots."""

from collections.abc import Callable, Iterable
from datetime import date
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from eqms.models import Traced
from eqms.operations import Plan, Refused, act
from eqms.signatures import Signer, sign
from eqms.text_key import KEY_LENGTH, EmptyKey
from inventory.code_key import code_key, code_key_or_empty
from inventory.udi import forms_of


def key_of(field: str):
    """Return the function that derives the key of a row from ``field``."""

    def derive(row) -> str:
        try:
            return code_key(getattr(row, field) or "")
        except EmptyKey as error:
            raise ValidationError({field: str(error)}) from error

    return derive


class ProductQuerySet(models.QuerySet):
    def known_as(self, codes: Iterable[str]) -> dict[str, "Product"]:
        """Return the products that ``codes`` mean, by code key: SKUs first, then other codes. Two queries."""
        wanted = sorted({code_key_or_empty(code) for code in codes} - {""})
        known = {product.sku_key: product for product in self.filter(sku_key__among=wanted)}
        others = ProductCode.objects.filter(code_key__among=wanted, product__in=self).select_related("product")
        for code in others:
            known.setdefault(code.code_key, code.product)
        return known

    def with_gtin(self, gtin: str):
        """Products whose single unit or package has this GTIN of 14 digits, however many of its zeros are written."""
        if not gtin:
            return self.none()
        written = forms_of(gtin)
        packages = ProductCode.objects.filter(code_key__in=written).values("product")
        return self.filter(Q(gtin__in=written) | Q(pk__in=packages))


class Product(Traced):
    """Something that is made, stocked and shipped."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    sku = models.CharField("SKU", max_length=60)
    sku_key = models.CharField(max_length=KEY_LENGTH, editable=False)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    gtin = models.CharField("GTIN", max_length=14, blank=True, help_text="UDI-DI of the single unit")
    is_lot_tracked = models.BooleanField("lot-tracked", default=False)
    is_serialised = models.BooleanField("serialised", default=False)
    is_active = models.BooleanField("active", default=True)

    derived = {"sku_key": key_of("sku")}
    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["sku"]
        constraints = [
            models.UniqueConstraint(
                fields=["sku_key"],
                name="product_sku",
                violation_error_message="A product with this SKU exists already.",
            ),
            models.UniqueConstraint(
                fields=["gtin"],
                condition=~Q(gtin=""),
                name="product_gtin",
                violation_error_message="Another product has this GTIN.",
            ),
        ]
        indexes = [
            models.Index(fields=["name"], name="product_name"),
            models.Index(fields=["sku"], name="product_sku_order"),
        ]

    def __str__(self):
        return f"{self.sku} {self.name}".strip()


class ProductCodeQuerySet(models.QuerySet):
    def packages_among(self, keys: Iterable[str]) -> dict[str, int]:
        """Return those of the code keys ``keys`` that mean a package of several units, with how many. One query."""
        rows = self.filter(code_key__among=sorted(keys), quantity__gt=1)
        return dict(rows.values_list("code_key", "quantity"))


class ProductCode(Traced):
    """Another code for a product, asked when a code is no SKU: a customer's code, a carton's GTIN."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="codes")
    code = models.CharField(max_length=60)
    code_key = models.CharField(max_length=KEY_LENGTH, editable=False)
    quantity = models.PositiveIntegerField(default=1, help_text="units in a package with this code")

    derived = {"code_key": key_of("code")}
    objects = ProductCodeQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code_key"],
                name="product_code_once",
                violation_error_message="This code means a product already.",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0),
                name="product_code_quantity",
                violation_error_message="A package holds at least one unit.",
            ),
        ]

    def __str__(self):
        return self.code


# Rules of the apps above that may forbid a lot another status: (lot, status).
status_checks: list[Callable[["Lot", str], None]] = []


class LotQuerySet(models.QuerySet):
    def expiring_before(self, day: date):
        """Lots with an expiry date before ``day``."""
        return self.filter(expires_on__lt=day)

    def known_as(self, numbers: Iterable[str]) -> dict[tuple, "Lot"]:
        """Return lots by (product id, number key), numbers as they were mistyped included. Two queries."""
        wanted = sorted({code_key_or_empty(number) for number in numbers} - {""})
        known = {(lot.product_id, lot.number_key): lot for lot in self.filter(number_key__among=wanted)}
        for alias in LotAlias.objects.filter(number_key__among=wanted, lot__in=self).select_related("lot"):
            known.setdefault((alias.product_id, alias.number_key), alias.lot)
        return known


class Lot(Traced):
    """Units of a product that were made together. "Expired" is computed from its date."""

    class Status(models.TextChoices):
        RELEASED = "released"
        ON_HOLD = "on_hold", "On hold"
        QUARANTINED = "quarantined"
        RECALLED = "recalled"

    product = models.ForeignKey(Product, models.PROTECT, related_name="lots")
    number = models.CharField(max_length=60)
    number_key = models.CharField(max_length=KEY_LENGTH, editable=False)
    manufactured_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    units_produced = models.PositiveIntegerField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.RELEASED)

    derived = {"number_key": key_of("number")}
    objects = LotQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        permissions = [("override_lot_status", "Can let lots out that are expired or not released")]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "number_key"],
                name="lot_number",
                violation_error_message="This product has a lot with this number already.",
            ),
            models.CheckConstraint(
                condition=Q(manufactured_on__isnull=True)
                | Q(expires_on__isnull=True)
                | Q(expires_on__gte=models.F("manufactured_on")),
                name="lot_dates",
                violation_error_message="A lot cannot expire before it was made.",
            ),
        ]
        indexes = [
            models.Index(fields=["number_key"], name="lot_number_key"),
            models.Index(fields=["expires_on"], name="lot_expires"),
        ]

    def __str__(self):
        return self.number

    def change_status(self, status: str, *, by: Signer, reason: str) -> Plan:
        """Change the status at once, signed. Raises Refused; the status that it has already changes nothing."""
        word = Lot.Status(status).label.lower()

        def draft(plan: Plan) -> None:
            self.plan_status(plan, status, reason=reason)

        def afterwards(run) -> None:
            sign(self, by, f"changed the status to {word}")

        plan = act("change lot status", draft, by=by.user, reason=reason, afterwards=afterwards)
        self.refresh_from_db(fields=["status"])
        return plan

    def plan_status(self, plan: Plan, status: str, *, reason: str) -> None:
        """Plan another status. Whoever calls it signs the lot once that is written."""
        lot = plan.watch(self)
        if lot.status == status:
            return
        if not reason.strip():
            raise Refused("Say why the status of the lot changes: the reason stands in the record.")
        for check in status_checks:
            check(lot, status)
        plan.update(lot, status=status, because=reason.strip())

    @property
    def is_expired(self) -> bool:
        """True from the day after the expiry date on."""
        return self.is_expired_on(None)

    def is_expired_on(self, day: date | None) -> bool:
        """Tell whether the lot was past its expiry date on ``day``, None for today."""
        return self.expires_on is not None and self.expires_on < (day or timezone.localdate())

    @property
    def unfit(self) -> str:
        """Why units of this lot may only lie in quarantine, "" where they may be stocked."""
        if self.status == Lot.Status.RECALLED:
            return "is recalled"
        return f"expired on {self.expires_on:%Y-%m-%d}" if self.is_expired else ""


class LotAlias(Traced):
    """A lot's number as it was mistyped. The paper keeps what it says; reports show the lot."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="aliases")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", editable=False)
    number = models.CharField(max_length=60)
    number_key = models.CharField(max_length=KEY_LENGTH, editable=False)

    derived = {
        "number_key": key_of("number"),
        "product": lambda alias: alias.lot.product if alias.lot_id or "lot" in alias._state.fields_cache else None,
    }

    class Meta:
        verbose_name_plural = "lot aliases"
        constraints = [
            models.UniqueConstraint(
                fields=["product", "number_key"],
                name="lot_alias_once",
                violation_error_message="This number means a lot of the product already.",
            )
        ]

    def __str__(self):
        return self.number
