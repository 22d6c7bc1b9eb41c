"""The foreign key to a customer, which has to say what a merge does with its rows."""

from django.db import models

MOVE, REFUSE = "move", "refuse"


class MOVE_UNLESS_SAME(tuple):
    """Move a row to the survivor, unless the survivor has one with the same values of these fields.

    The values are compared as they are after the move, derived ones too. Name the fields of the unique
    rule that holds for the rows of one customer: nothing else may make a row a twin.
    """

    def __new__(cls, *fields):
        return super().__new__(cls, fields)


class CustomerKey(models.ForeignKey):
    """A foreign key to Customer: MOVE, MOVE_UNLESS_SAME(fields) or REFUSE when the customer is merged.

    The rule is required, so no new relation can forget it; and customers finds every
    relation through ``_meta.related_objects`` without knowing the apps above.
    """

    def __init__(self, *args, on_merge, **kwargs):
        self.on_merge = on_merge
        kwargs = {"to": "customers.Customer", "on_delete": models.PROTECT, **kwargs}
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        """Leave the rule out of migrations: it is no part of the schema."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "on_merge": MOVE}
