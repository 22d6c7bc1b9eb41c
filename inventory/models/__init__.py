"""What there is, and where: products and lots, places, transfers, the ledger."""

from .products import Lot, LotAlias, Product, ProductCode
from .stock import StockMovement, StockProduct, StoreFront, StoreFrontInventory, Warehouse
from .transfers import TransferRequest, TransferRequestLineItem

__all__ = [
    "Lot",
    "LotAlias",
    "Product",
    "ProductCode",
    "StockMovement",
    "StockProduct",
    "StoreFront",
    "StoreFrontInventory",
    "TransferRequest",
    "TransferRequestLineItem",
    "Warehouse",
]
