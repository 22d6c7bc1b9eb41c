"""Whose order a paper is, as its page shows it: chosen by a person, found by what is printed, or new."""

from functools import cached_property

from customers.lookalikes import Suggestion, lookalikes
from customers.models import Customer, DuplicateCandidate
from sales.models import DocumentSegment
from sales.operations.new_orders import chosen_customers, told


class CustomersOfPaper:
    """Who is meant by one paper that is not an order yet. A few queries."""

    def __init__(self, paper: DocumentSegment):
        self.order = paper.printed
        number, key = self.order.columns["customer_number"], self.order.facility.key
        known = Customer.objects.known_as([number], [key])
        self.chosen = chosen_customers([self.order.customer_id]).get(self.order.customer_id)
        self.found = known.find(number, key)
        self.same_name = None if self.found else known.suggested_by(key)

    @cached_property
    def alike(self) -> list[Suggestion]:
        """Known customers who may be meant where nobody is chosen, the likeliest first; empty where one is found."""
        if self.found or not self.order.facility.key:
            return []
        likes = lookalikes.like(told(self.order))
        if (same := self.same_name) and same.pk not in [one.customer_id for one in likes]:
            why = "the same name, and no address is printed"
            band = DuplicateCandidate.Band.REVIEW
            likes.insert(0, Suggestion(same.pk, same.facility_name, same.location, 0.0, band, why))
        return likes
