from eqms.operations import Plan
from eqms.operations.file_command import FileCommand
from sales.forms import LARGEST_ORDER_FILE
from sales.operations import import_sales_orders
from sales.operations.order_files import OrderFileImport
from sales.order_file import read_order_file


class Command(FileCommand):
    operation = import_sales_orders
    columns = (
        "Order Number, Order Date, Customer Number, Facility Name, Address, City, State, Zip, SKU, Quantity and more"
    )
    largest_file = LARGEST_ORDER_FILE
    read = staticmethod(read_order_file)

    def work_on(self, document):
        return OrderFileImport(Plan(import_sales_orders.name), document)
