"""Customers column by column: what survives when they become one, and what a person may choose instead."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import Field
from django.utils.text import capfirst, get_text_list

from customers.models import Customer
from eqms.operations import Refused
from eqms.text_key import letters_and_digits

ADDRESS = ("address1", "address2", "city", "state", "postal_code", "country")
LEADS_SHEET = ("leads_sheet_url", "leads_sheet_label")
TOGETHER = (ADDRESS, LEADS_SHEET)  # columns that make sense with each other only
NOT_CHOSEN = ("portal_user", "archived_at")  # a portal user signs in: it is moved, never given up


class Column(NamedTuple):
    """One column of the customers that become one. ``values`` are (customer, value in words), the survivor's first."""

    name: str
    label: str
    values: list[tuple[Customer, str]]
    survives: int | None  # id of the customer whose value stays, None where nobody has one


def columns() -> list[Field]:
    """Return the columns that people fill in, of which one may choose whose value survives."""
    fields = Customer._meta.concrete_fields
    return [f for f in fields if f.editable and not f.primary_key and f.name not in NOT_CHOSEN]


def changed_values(survivor: Customer, losers: Iterable[Customer], chosen: Mapping[str, int]) -> dict[str, Any]:
    """Return by attribute what changes of ``survivor``: what was chosen, and what it lacks and a loser has.

    An address is filled only where what both have agrees, so that no address is made of two.
    """
    together = {customer.pk: customer for customer in (survivor, *losers)}
    refuse_choices(chosen, together)
    values: dict[str, Any] = {}
    for names in groups():
        values |= group_after(names, survivor, list(losers), {n: together[chosen[n]] for n in names if n in chosen})
    for loser in losers:
        if loser.portal_user_id and not survivor.portal_user_id:
            values["portal_user_id"] = loser.portal_user_id
    return {name: value for name, value in values.items() if value != getattr(survivor, name)}


def groups() -> list[tuple[str, ...]]:
    """Return the names of the columns, those that belong together in one group."""
    names = [field.name for field in columns()]
    grouped = {name for group in TOGETHER for name in group}
    return [*TOGETHER, *((name,) for name in names if name not in grouped)]


def group_after(
    names: tuple[str, ...], survivor: Customer, losers: list[Customer], chosen: Mapping[str, Customer]
) -> dict[str, Any]:
    """Return by attribute what one group of columns holds after the merge."""
    attributes = {name: Customer._meta.get_field(name).attname for name in names}
    after = {a: getattr(chosen.get(name, survivor), a) for name, a in attributes.items()}
    open_ones = [a for name, a in attributes.items() if name not in chosen]
    for loser in losers:
        if all(agree(a, after[a], getattr(loser, a)) for a in attributes.values()):
            after |= {a: getattr(loser, a) for a in open_ones if is_empty(a, after[a])}
    return after


def agree(attribute: str, one: Any, other: Any) -> bool:
    """True where two values are the same but for case and signs, or one is missing."""
    if is_empty(attribute, one) or is_empty(attribute, other):
        return True
    return one == other or letters_and_digits(str(one)) == letters_and_digits(str(other))


def is_empty(attribute: str, value: Any) -> bool:
    """True where nothing is known; a customer in onboarding has no status to keep."""
    return value in (None, "") or (attribute == "status" and value == Customer.Status.ONBOARDING)


def refuse_choices(chosen: Mapping[str, int], together: Mapping[int, Customer]) -> None:
    """Raise Refused for a column that nobody may choose, or a customer that is not merged here."""
    known = {field.name for field in columns()}
    for name, key in chosen.items():
        if name not in known:
            raise Refused(f"{name} is no column to choose. Choose of {', '.join(sorted(known))}.")
        if key not in together:
            raise Refused(f"{name}={key}: customer {key} is not among those that become one.")


# -- in words ------------------------------------------------------------------------------------


def compared(survivor: Customer, losers: Iterable[Customer], chosen: Mapping[str, int]) -> list[Column]:
    """Return the columns in which the customers differ, in the order of their page."""
    together = [survivor, *losers]
    values = changed_values(survivor, together[1:], chosen)
    found = []
    for field in columns():
        differs = len({getattr(customer, field.attname) for customer in together}) > 1
        if differs:
            after = values.get(field.attname, getattr(survivor, field.attname))
            owner = next((c for c in together if getattr(c, field.attname) == after), None)
            shown = [(customer, value_of(customer, field)) for customer in together]
            found.append(Column(field.name, capfirst(str(field.verbose_name)), shown, owner.pk if owner else None))
    return found


def value_of(customer: Customer, field: Field) -> str:
    """Return what ``customer`` has in a column, as people read it; "" for nothing."""
    if field.choices:
        return str(getattr(customer, f"get_{field.name}_display")())
    value = getattr(customer, field.name)
    if value in (None, ""):
        return ""
    label = getattr(customer, Customer.shown_as[field.name]) if field.name in Customer.shown_as else ""
    return f"link “{label}”" if label else str(value)


def taken_in_words(values: Mapping[str, Any], losers: Iterable[Customer]) -> str:
    """Return from whom the survivor has its new ``values``: "takes customer number and phone of North Clinic"."""
    said = []
    left = dict(values)
    for loser in losers:
        names = [name for name, value in left.items() if getattr(loser, name) == value]
        if names:
            labels = [str(Customer._meta.get_field(name).verbose_name) for name in names]
            said.append(f"{get_text_list(labels, 'and')} of {loser}")
        left = {name: value for name, value in left.items() if name not in names}
    return f"takes {'; '.join(said)}"


def stays_in_words(survivor: Customer, losers: Iterable[Customer], chosen: Mapping[str, int]) -> Iterable[str]:
    """Yield a sentence for each column of which one value stays and others go."""
    for column in compared(survivor, losers, chosen):
        stays = next((text for customer, text in column.values if customer.pk == column.survives), "")
        others = [f"{text} of {c}" for c, text in column.values if text and text != stays]
        if others:
            yield f"{column.label}: {stays or 'nothing'} stays, {get_text_list(others, 'and')} goes."
