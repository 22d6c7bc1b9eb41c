from eqms.operations.command import OperationCommand
from inventory.operations.adjust_stock import adjust_stock


class Command(OperationCommand):
    operation = adjust_stock
