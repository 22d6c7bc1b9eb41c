"""Addresses of stock counts, below /admin/stock-counts/."""

from django.urls import path

from inventory.views import counts

urlpatterns = [
    path("open", counts.open_stock_count, name="open_stock_count"),
    path("<int:number>", counts.stock_count_sheet, name="stock_count_sheet"),
    path("<int:number>/print", counts.stock_count_print, name="stock_count_print"),
    path("<int:number>/reopen", counts.reopen_stock_count, name="reopen_stock_count"),
    path("<int:number>/cancel", counts.cancel_stock_count, name="cancel_stock_count"),
]
