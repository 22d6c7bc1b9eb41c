from customers.operations import not_duplicates
from eqms.operations.command import OperationCommand


class Command(OperationCommand):
    operation = not_duplicates
    positional = ("first", "second")

    def add_option(self, parser, name, field):
        if name != "why":  # it is the reason, which every command takes
            super().add_option(parser, name, field)

    def entered(self, options):
        """Return the options of the form: the reason stands beside the pair too."""
        return super().entered({**options, "why": options["reason"]})
