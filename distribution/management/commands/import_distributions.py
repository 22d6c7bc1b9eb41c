from distribution.forms.shipment_files import LARGEST_FILE
from distribution.operations import import_distributions
from distribution.operations.import_distributions import ShipmentImport
from distribution.shipment_file import read_shipment_file
from eqms.operations import Plan
from eqms.operations.file_command import FileCommand


class Command(FileCommand):
    operation = import_distributions
    columns = "Ship Date, Order Number, Facility Name, SKU, Lot, Quantity"
    largest_file = LARGEST_FILE
    read = staticmethod(read_shipment_file)

    def work_on(self, document):
        return ShipmentImport(Plan(import_distributions.name), document)
