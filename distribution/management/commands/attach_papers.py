from distribution.operations import attach_papers
from eqms.operations.command import OperationCommand


class Command(OperationCommand):
    operation = attach_papers
