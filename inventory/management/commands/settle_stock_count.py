from eqms.operations.command import OperationCommand
from inventory.operations.settle_stock_count import settle_stock_count


class Command(OperationCommand):
    operation = settle_stock_count
    positional = ("count",)
