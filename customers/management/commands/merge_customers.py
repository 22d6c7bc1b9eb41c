from customers.operations import merge_customers
from eqms.operations.command import OperationCommand


class Command(OperationCommand):
    operation = merge_customers
    positional = ("master", "duplicates")
