"""Warehouses and storefronts in the admin."""

from uuid import UUID

from django.contrib import admin
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.http import urlencode

from eqms.lists import ArchivedFilter, ListAdmin
from inventory.effective import differences
from inventory.models import Product, StockMovement, StoreFront, StoreFrontInventory, Warehouse
from inventory.place_key import STOREFRONT, PlaceKey

from .causes import ENDS, NEWEST, causes_of
from .ledger_filters import ledger_address

SHOWN = 50  # products on the page of a storefront


class PlaceAdmin(ListAdmin):
    """A place that can be counted."""

    change_form_template = "admin/inventory/place_change_form.html"

    def answers(self, request, place):
        """Where it is counted. No query."""
        if place.archived_at or not request.user.has_perm("inventory.add_stockcount"):
            return {}
        return {
            "count_url": f"{reverse('open_stock_count')}?{urlencode({'place': f'{self.opts.model_name} {place.pk}'})}"
        }


@admin.register(Warehouse)
class WarehouseAdmin(PlaceAdmin):
    list_display = ("name", "is_quarantine", "archived_at")
    list_filter = (ArchivedFilter, "is_quarantine")
    search_fields = ("name",)
    empty_says = "No warehouses yet. Add the place where goods come in."


@admin.register(StoreFront)
class StoreFrontAdmin(PlaceAdmin):
    change_form_template = "admin/inventory/storefront_change_form.html"
    list_display = ("name", "archived_at")
    list_filter = (ArchivedFilter,)
    search_fields = ("name",)
    empty_says = "No storefronts yet. Add the places from which goods are sold."

    def answers(self, request, storefront):
        """Return what stands on it and what moved lately. Five queries, and one for each kind of cause."""
        touched = Q(from_storefront=storefront) | Q(to_storefront=storefront)
        lines = StockMovement.objects.filter(touched).select_related("product", *ENDS).order_by("-at", "-id")
        newest = list(lines[:NEWEST])
        causes = causes_of(newest)
        place = PlaceKey(STOREFRONT, storefront.pk)
        balances = list(standing_on(storefront)[:SHOWN])
        correct = corrections_of(storefront, balances)
        return {
            **super().answers(request, storefront),
            "shelf": shelf_of(storefront),
            "balances": [
                (balance, correct.get(balance.product_id), ledger_address(product=balance.product_id, place=place))
                for balance in balances
            ],
            "lines": [(line, causes.get(line.pk)) for line in newest],
            "ledger": ledger_address(place=place),
        }


def shelf_of(storefront: StoreFront) -> dict:
    """Return the figures of ``storefront`` and where their rows are listed. Two queries."""
    held = storefront.balances.filter(quantity__gt=0)
    balances, transfers = (
        f"{reverse(f'admin:inventory_{name}_changelist')}?storefront__id__exact={storefront.pk}"
        for name in ("storefrontinventory", "transferrequest")
    )
    return {
        **held.aggregate(units=Coalesce(Sum("quantity"), 0), products=Count("pk")),
        "address": balances,
        "asked": storefront.transfer_requests.still_open().count(),
        "asked_address": f"{transfers}&waits=open",
    }


def corrections_of(storefront: StoreFront, balances: list[StoreFrontInventory]) -> dict[UUID, int]:
    """Return by product what the ledger says, for those of ``balances`` that say something else. One query."""
    products = Product.objects.filter(pk__among=sorted(balance.product_id for balance in balances))
    return {row.product_id: row.correct for row in differences(products) if row.storefront_id == storefront.pk}


def standing_on(storefront: StoreFront) -> QuerySet[StoreFrontInventory]:
    """Return what stands on ``storefront``, most units first, each with ``moved_at`` of its newest ledger line."""
    touched = Q(from_storefront=storefront) | Q(to_storefront=storefront)
    lines = StockMovement.objects.filter(touched, product=OuterRef("product")).order_by("-at")
    held = storefront.balances.filter(quantity__gt=0).select_related("product")
    return held.annotate(moved_at=Subquery(lines.values("at")[:1])).order_by("-quantity", "product__sku")
