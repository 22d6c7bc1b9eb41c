from eqms.row_files.command import FileCommand
from sales.operations import import_sales_orders
from sales.operations.order_files import OrderFileImport


class Command(FileCommand):
    operation = import_sales_orders
    file_work = OrderFileImport
