from distribution.operations import import_distributions
from distribution.operations.import_distributions import ShipmentImport
from eqms.row_files.command import FileCommand


class Command(FileCommand):
    operation = import_distributions
    file_work = ShipmentImport
