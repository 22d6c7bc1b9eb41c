"""What there is, and where: products and lots, places, transfers, the ledger."""

from .book import Move, StockBook
from .counts import StockCount, StockCountLine, Written, open_count
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
    "StockCount",
    "StockCountLine",
    "StockMovement",
    "StockProduct",
    "StoreFront",
    "StoreFrontInventory",
    "TransferRequest",
    "TransferRequestLineItem",
    "Warehouse",
    "Written",
    "open_count",
    "sources",
]
