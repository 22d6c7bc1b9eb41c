from eqms.operations.command import OperationCommand
from sales.operations import link_products


class Command(OperationCommand):
    operation = link_products
