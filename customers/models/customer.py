"""The customer, and what else now means this customer."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from customers.company_key import company_key, customer_number_key, is_name_only
from customers.holders import held_by_words
from eqms.models import Traced, User
from eqms.operations import Plan, Refused, act
from eqms.text_key import KEY_LENGTH, EmptyKey

from .customer_key import MOVE, CustomerKey


class Holder(NamedTuple):
    """What keeps a customer: the rows of one relation, in words."""

    what: str
    count: int

    def __str__(self):
        return f"{self.count} {self.what}"


class KnownCustomers:
    """The customers that a set of numbers and keys means, looked up beforehand.

    An alias counts after the customer's own number or key.
    """

    def __init__(self, by_number: dict[str, "Customer"], by_key: dict[str, "Customer"]):
        self._by_number = by_number
        self._by_key = by_key

    def with_number(self, number: str | None) -> "Customer | None":
        """Return the customer with this number as printed, now or in the past."""
        return self._by_number.get(customer_number_key(number) or "")

    def with_key(self, key: str) -> "Customer | None":
        """Return the customer with this company key. A key from a name alone never attaches."""
        return None if is_name_only(key) else self._by_key.get(key)

    def suggested_by(self, key: str) -> "Customer | None":
        """Return the customer with this key even if it is made from a name alone: for a person to judge."""
        return self._by_key.get(key)

    def find(self, number: str | None, key: str) -> "Customer | None":
        """Return the customer of an order: by the printed number where it is known, else by the key."""
        return self.with_number(number) or self.with_key(key)

    def add_alias(self, alias: "CustomerAlias") -> None:
        """Remember what else means a customer, unless it is someone's own number or key."""
        names = self._by_number if alias.kind == CustomerAlias.Kind.NUMBER else self._by_key
        names.setdefault(alias.value, alias.customer)

    def add(self, customer: "Customer") -> None:
        """Remember ``customer``, planned in this same import, under its number and key."""
        if customer.customer_number_key:
            self._by_number.setdefault(customer.customer_number_key, customer)
        self._by_key.setdefault(customer.company_key, customer)

    def add_number(self, number: str, customer: "Customer") -> None:
        """Remember that ``number``, as printed, was given to ``customer`` in this same import."""
        self._by_number.setdefault(customer_number_key(number) or "", customer)


class CustomerQuerySet(models.QuerySet):
    def active(self):
        """Customers that are not archived."""
        return self.filter(archived_at__isnull=True)

    def without_orders(self):
        """Customers that have no order. The orders' app names this relation ``orders``."""
        return self.filter(orders__isnull=True)

    def surviving(self, key: int) -> "Customer | None":
        """Return the customer with this key, or the one into which it was merged; None for a key of nobody."""
        return self.filter(pk=key).first() or self.merged_into([key]).get(key)

    def merged_into(self, keys: Iterable[int | None]) -> "dict[int, Customer]":
        """Return the customers into which those with ``keys`` were merged, by the keys that are gone. One query."""
        texts = [str(key) for key in keys]
        merged = self.filter(aliases__kind=CustomerAlias.Kind.ID, aliases__value__in=texts)
        return {int(row.former_key): row for row in merged.annotate(former_key=F("aliases__value"))}

    def without_references(self, created_before: date | None = None):
        """Customers that no row of any app refers to. One query."""
        rows = self if created_before is None else self.filter(created_at__date__lt=created_before)
        for relation in self.model._meta.related_objects:
            attribute = relation.field.attname
            held = relation.related_model._base_manager.filter(**{attribute: OuterRef("pk")})
            rows = rows.filter(~Exists(held))
        return rows

    def held_by(self) -> dict[int, list[Holder]]:
        """Return what keeps these customers from leaving, by customer id. One query a relation."""
        holders = defaultdict(list)
        for relation in self.model._meta.related_objects:
            attribute = relation.field.attname
            rows = relation.related_model._base_manager.filter(**{f"{attribute}__in": self.order_by().values("pk")})
            names = relation.related_model._meta
            for pk, count in rows.order_by().values_list(attribute).annotate(Count("pk")):
                what = names.verbose_name if count == 1 else names.verbose_name_plural
                holders[pk].append(Holder(str(what), count))
        return dict(holders)

    def known_as(self, numbers: Iterable[str | None], keys: Iterable[str]) -> KnownCustomers:
        """Return who is meant by these numbers as printed and these company keys. Three queries, however many."""
        wanted_numbers = sorted({key for number in numbers if (key := customer_number_key(number))})
        wanted_keys = sorted(set(filter(None, keys)))
        known = KnownCustomers({}, {})
        own = Q(customer_number_key__among=wanted_numbers), Q(company_key__among=wanted_keys)
        for condition in own:
            for customer in self.filter(condition).order_by("pk"):
                known.add(customer)
        kinds = CustomerAlias.Kind
        alias = Q(kind=kinds.NUMBER, value__among=wanted_numbers) | Q(kind=kinds.KEY, value__among=wanted_keys)
        for row in CustomerAlias.objects.filter(alias, customer__in=self).select_related("customer").order_by("pk"):
            known.add_alias(row)
        return known


def derive_company_key(customer: "Customer") -> str:
    """Return the company key of ``customer``; ValidationError beside the name where none can be made."""
    parts = customer.facility_name, customer.address1, customer.city, customer.state, customer.postal_code
    try:
        return company_key(*parts)
    except EmptyKey as error:
        raise ValidationError({"facility_name": str(error)}) from error


class Customer(Traced):
    """A facility that buys. Two clinics in one building are two customers."""

    class Status(models.TextChoices):
        ONBOARDING = "onboarding"
        ACTIVE = "active"
        INACTIVE = "inactive"
        WIN_BACK = "win_back", "Win back"

    customer_number = models.CharField(max_length=40, null=True, blank=True)
    customer_number_key = models.CharField(max_length=KEY_LENGTH, null=True, blank=True, editable=False)
    company_key = models.CharField(max_length=KEY_LENGTH, editable=False)
    facility_name = models.CharField(max_length=200)
    address1 = models.CharField("address", max_length=200, blank=True)
    address2 = models.CharField("address, second line", max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=50, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=50, blank=True)
    phone = models.CharField(max_length=50, blank=True)
    email = models.EmailField(blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.ACTIVE)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True)
    primary_rep = models.ForeignKey(
        "customers.SalesRep", models.PROTECT, null=True, blank=True, related_name="primary_customers"
    )
    account_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="managed_customers"
    )
    leads_sheet_url = models.URLField("leads sheet", max_length=500, blank=True)
    leads_sheet_label = models.CharField(max_length=100, blank=True, help_text="shown in place of the address")
    portal_user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="customer"
    )

    derived = {
        "company_key": derive_company_key,
        "customer_number_key": lambda customer: customer_number_key(customer.customer_number),
    }
    shown_as = {"leads_sheet_url": "leads_sheet_label"}
    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["facility_name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["company_key"],
                name="customer_company_key",
                violation_error_message="A customer with this name and address exists already. Open that one.",
            ),
            models.UniqueConstraint(
                fields=["customer_number_key"],
                name="customer_number_key",
                violation_error_message="Another customer has this customer number.",
            ),
            models.CheckConstraint(
                condition=~Q(company_key=""),
                name="customer_key_filled",
                violation_error_message="The facility name holds no letter and no digit.",
            ),
            models.CheckConstraint(
                condition=~Q(customer_number=""),
                name="customer_number_filled",
                violation_error_message="A customer number has at least one character; leave it empty otherwise.",
            ),
        ]
        indexes = [models.Index(fields=["facility_name", "id"], name="customer_name")]

    def __str__(self):
        return self.facility_name

    @property
    def location(self) -> str:
        """City, state and postal code in one line."""
        return " ".join(filter(None, [", ".join(filter(None, [self.city, self.state])), self.postal_code]))

    @property
    def leads_sheet(self) -> str:
        """What is shown of the leads sheet: its label, never the raw address where a label is set."""
        return self.leads_sheet_label or self.leads_sheet_url

    def reps(self) -> list:
        """Return the primary rep first, then the others by name. Two queries; none where they were prefetched."""
        fetched = "rep_links" in getattr(self, "_prefetched_objects_cache", ())
        links = self.rep_links.all() if fetched else self.rep_links.select_related("rep")
        others = sorted((link.rep for link in links), key=lambda rep: (rep.name, rep.pk))
        first = [self.primary_rep] if self.primary_rep_id else []
        return first + [rep for rep in others if rep.pk != self.primary_rep_id]

    def archive(self, *, by: User | str, reason: str) -> Plan:
        """Take the customer out of use; lists and choices leave it out from then on. A second time changes nothing.

        Refused without a reason, and while something waits for this customer, such as a shipment for its order.
        """
        return self._act("archive customer", self._plan_archiving, by, reason)

    def unarchive(self, *, by: User | str, reason: str) -> Plan:
        """Take an archived customer into use again. A second time changes nothing. Refused without a reason."""
        return self._act("unarchive customer", self._plan_return, by, reason)

    def add_note(self, text: str, *, by: User) -> Plan:
        """Write down ``text`` under today's date and the name of ``by``. Refused where it is empty."""
        return self._act("add customer note", partial(self._plan_note, by), by, text)

    def _act(self, name: str, draft: Callable[[str, Plan], None], by: User | str, words: str) -> Plan:
        return act(name, partial(draft, words.strip()), by=by)

    def _plan_archiving(self, reason: str, plan: Plan) -> None:
        customer = plan.watch(self)
        if customer.archived_at:
            return
        if not reason:
            raise Refused(f"Say why {customer} is archived: the reason stands in the record.")
        holders = held_by_words([customer.company_key]).get(customer.company_key)
        if holders:
            raise Refused(f"{customer} is still needed: {', '.join(holders)}. See to that first, then archive.")
        plan.update(customer, archived_at=plan.now, because=reason)

    def _plan_return(self, reason: str, plan: Plan) -> None:
        customer = plan.watch(self)
        if not customer.archived_at:
            return
        if not reason:
            raise Refused(f"Say why {customer} is taken into use again: the reason stands in the record.")
        plan.update(customer, archived_at=None, because=reason)

    def _plan_note(self, by: User, text: str, plan: Plan) -> None:
        if not text:
            raise Refused("The note is empty: write something first.")
        notes = self._meta.get_field("notes").related_model
        plan.create(notes, customer=plan.watch(self), text=text, author=by, because="written on the customer's page")


class CustomerAlias(Traced):
    """A key, number or id that now means this customer: after a merge, or a change of name or number.

    Values are keys: of kind "key" a company key, of kind "number" a customer number's key,
    of kind "id" the id of a row that is gone.
    """

    class Kind(models.TextChoices):
        KEY = "key"
        NUMBER = "number"
        ID = "id"

    kind = models.CharField(max_length=10, choices=Kind)
    value = models.CharField(max_length=KEY_LENGTH)
    customer = CustomerKey(on_merge=MOVE, related_name="aliases")

    named_by = ("value",)

    class Meta:
        verbose_name_plural = "customer aliases"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value"],
                name="alias_unique",
                violation_error_message="This key, number or id means another customer already.",
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.value}"
