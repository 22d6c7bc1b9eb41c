from typing import Any

from django.core.management.base import CommandError

from customers.models import Customer
from eqms.operations.command import OperationCommand
from sales.operations import refresh_customers_from_orders


class Command(OperationCommand):
    operation = refresh_customers_from_orders

    def add_arguments(self, parser):
        parser.add_argument("customers", nargs="*", metavar="CUSTOMER", type=int, help="only these, by their ids")
        super().add_arguments(parser)

    def selected(self, options: dict[str, Any]) -> list[str] | None:
        """Return the keys of the customers that are named, None where none is: then all are looked at."""
        wanted = dict.fromkeys(options["customers"])
        if not wanted:
            return None
        there = set(Customer.objects.filter(pk__among=list(wanted)).values_list("pk", flat=True))
        if missing := [str(key) for key in wanted if key not in there]:
            raise CommandError(f"Nothing was written. No customer has the id {', '.join(missing)}.")
        return [str(key) for key in wanted]
