from eqms.operations import Plan
from eqms.operations.file_command import FileCommand
from inventory.forms.intakes import LARGEST_FILE
from inventory.operations.import_stock import StockImport, import_stock
from inventory.stock_file import read_stock_file


class Command(FileCommand):
    operation = import_stock
    columns = "SKU, Lot, Quantity, Received On, Warehouse"
    largest_file = LARGEST_FILE
    read = staticmethod(read_stock_file)

    def work_on(self, document):
        return StockImport(Plan(import_stock.name), document)
