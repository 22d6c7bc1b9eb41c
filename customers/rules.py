"""What must hold for customers."""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from customers.models import Customer, CustomerAlias
from eqms.data_rules import Repair, Rule, Severity, each, register

Kind = CustomerAlias.Kind


def meaning_two() -> QuerySet[CustomerAlias]:
    """Aliases whose key or number is another customer's own, whose name is ``by_key`` or ``by_number``."""
    others = Customer.objects.exclude(pk=OuterRef("customer")).order_by().values("facility_name")
    aliases = CustomerAlias.objects.annotate(
        by_key=Subquery(others.filter(company_key=OuterRef("value"))),
        by_number=Subquery(others.filter(customer_number_key=OuterRef("value"))),
    )
    both = aliases.filter(Q(kind=Kind.KEY, by_key__isnull=False) | Q(kind=Kind.NUMBER, by_number__isnull=False))
    return both.select_related("customer").order_by("pk")


def whom(alias) -> str:
    """Return which two customers ``alias`` means."""
    other = alias.by_key if alias.kind == Kind.KEY else alias.by_number
    return f"{alias.kind} {alias.value} is an alias of {alias.customer} and belongs to {other}, who is found by it"


register(
    Rule(
        "alias-of-another-customer",
        "Aliases that are another customer's own key or number",
        Severity.WARNING,
        "CustomerAlias, unique: what now means this customer.",
        CustomerAlias,
        meaning_two,
        each(whom),
        Repair("Merge the two customers if they are one; otherwise take the alias away on the customer's page."),
        lambda alias: (Customer, alias.customer_id),
    )
)
