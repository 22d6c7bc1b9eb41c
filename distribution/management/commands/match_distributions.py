from distribution.operations import match_distributions
from eqms.operations.command import OperationCommand


class Command(OperationCommand):
    operation = match_distributions
