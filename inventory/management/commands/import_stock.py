from eqms.row_files.command import FileCommand
from inventory.operations.import_stock import StockImport, import_stock


class Command(FileCommand):
    operation = import_stock
    file_work = StockImport
