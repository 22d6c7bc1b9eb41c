"""Filters of the ledger's list that name one row: the figures of other pages lead to their lines by them."""

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from inventory.models import Lot, Product
from inventory.place_key import KINDS


class RowFilter(admin.SimpleListFilter):
    """The lines of the one row that the address names. It lists no others, however many there are."""

    model: type[models.Model] = Product

    def lookups(self, request, model_admin):
        row = self.named(self.value())
        return [(self.value(), str(row))] if row else []

    def named(self, text: str | None) -> models.Model | None:
        """Return the row that ``text`` is the key of; IncorrectLookupParameters where there is none."""
        if not text:
            return None
        try:
            row = self.model._base_manager.filter(pk=self.model._meta.pk.to_python(text)).first()
        except (ValidationError, OverflowError) as error:
            raise IncorrectLookupParameters(error) from error
        if row is None:
            raise IncorrectLookupParameters(f"no such {self.title}")
        return row

    def queryset(self, request, queryset):
        return queryset.filter(**{self.parameter_name: self.value()}) if self.value() else queryset


class OneProduct(RowFilter):
    title, parameter_name, model = "product", "product", Product


class OneLot(RowFilter):
    title, parameter_name, model = "lot", "lot", Lot


class AtPlace(RowFilter):
    """Lines that touch a place such as "storefront-3", or any of a kind."""

    title, parameter_name = "place", "place"
    any_of = {"storefronts": "on shelves", "warehouses": "in warehouses"}

    def lookups(self, request, model_admin):
        kinds = list(self.any_of.items())
        text = self.value()
        if not text or text in self.any_of:
            return kinds
        kind, _, key = text.partition("-")
        if kind not in KINDS or not key.isascii() or not key.isdigit():
            raise IncorrectLookupParameters("no such place")
        self.model = KINDS[kind]
        return [*kinds, (text, str(self.named(key)))]

    def queryset(self, request, queryset: QuerySet):
        text = self.value() or ""
        kind, _, key = text.partition("-")
        if text in self.any_of:
            kind = text.removesuffix("s")
            return queryset.filter(~Q(**{f"from_{kind}": None}) | ~Q(**{f"to_{kind}": None}))
        return queryset.filter(Q(**{f"from_{kind}": key}) | Q(**{f"to_{kind}": key})) if key else queryset


def ledger_address(**filters) -> str:
    """Return the address of the ledger's list with ``filters``, such as product, kind, lot and place."""
    if "kind" in filters:
        filters["kind__exact"] = filters.pop("kind")
    return f"{reverse('admin:inventory_stockmovement_changelist')}?{urlencode(filters)}"
