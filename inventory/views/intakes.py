"""Pages on which CSV files become intakes."""

from eqms.row_files.pages import FilePages
from inventory.operations.import_stock import StockImport, import_stock

STOCK_FILES = FilePages(
    StockImport,
    import_stock,
    template="inventory/upload_stock.html",
    addresses=("upload_stock", "stock_file", "bad_rows"),
)
