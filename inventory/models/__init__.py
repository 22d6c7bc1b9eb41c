"""What there is, and where: products and lots, places, transfers, the ledger."""

from .book import Move, StockBook
from .ledger import Place, Source, StockMovement, sources
from .places import StoreFront, Warehouse
from .products import Lot, LotAlias, Product, ProductCode
from .stock import StockProduct, StoreFrontInventory
from .transfers import TransferRequest, TransferRequestLineItem

__all__ = [
    "Lot",
    "LotAlias",
    "Move",
    "Place",
    "Product",
    "ProductCode",
    "Source",
    "StockBook",
    "StockMovement",
    "StockProduct",
    "StoreFront",
    "StoreFrontInventory",
    "TransferRequest",
    "TransferRequestLineItem",
    "Warehouse",
    "sources",
]
