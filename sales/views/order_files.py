"""Pages on which CSV files become orders."""

from eqms.row_files.pages import FilePages
from sales.operations import import_sales_orders
from sales.operations.order_files import OrderFileImport

ORDER_FILES = FilePages(
    OrderFileImport,
    import_sales_orders,
    template="sales/upload_orders.html",
    addresses=("upload_orders", "order_file", "bad_order_rows"),
)
