"""Addresses of stock counts and of files of intakes, below /admin/."""

from django.urls import path

from inventory.views import counts, intakes

urlpatterns = [
    path("stock-counts/open", counts.open_stock_count, name="open_stock_count"),
    path("stock-counts/<int:number>", counts.stock_count_sheet, name="stock_count_sheet"),
    path("stock-counts/<int:number>/print", counts.stock_count_print, name="stock_count_print"),
    path("stock-counts/<int:number>/reopen", counts.reopen_stock_count, name="reopen_stock_count"),
    path("stock-counts/<int:number>/cancel", counts.cancel_stock_count, name="cancel_stock_count"),
    *intakes.STOCK_FILES.paths("stock/"),
]
