"""Who buys: customers, what else means them, their people, and who may be the same."""

from .customer import Customer, CustomerAlias, KnownCustomers
from .customer_key import MOVE, MOVE_UNLESS_SAME, REFUSE, CustomerKey
from .duplicates import DuplicateCandidate, NotDuplicate
from .people import Contact, CustomerNote, CustomerRep, SalesRep

__all__ = [
    "MOVE",
    "MOVE_UNLESS_SAME",
    "REFUSE",
    "Contact",
    "Customer",
    "CustomerAlias",
    "CustomerKey",
    "CustomerNote",
    "CustomerRep",
    "DuplicateCandidate",
    "KnownCustomers",
    "NotDuplicate",
    "SalesRep",
]
