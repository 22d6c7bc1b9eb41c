"""Customers that the search holds for one: merged where it is sure, each group as a run of its own."""

from collections.abc import Mapping
from datetime import datetime

from customers.forms.merging import DedupeOptions
from customers.groups import BANDS, Band, Group, groups_of, last_changes, pairs_found
from customers.merging import Belongings, Merge, default_survivor
from customers.models import Customer, DuplicateCandidate
from eqms.operations import Plan, Refused, operation
from eqms.operations.words import rows_in_words

MOST_IN_GROUP = 20  # more that are all one are more likely a fault of the data


@operation(
    model=Customer,
    permission="customers.delete_customer",
    form=DedupeOptions,
    ceiling=5000,
    reason_required=True,
)
def dedupe_customers(plan, customers, *, band=Band.AUTOMATIC):
    """Merge the customers that the last search holds for one, each group as a run that can be undone by itself."""
    pairs = list(pairs_found(BANDS[: BANDS.index(band) + 1]))
    keys = {key for pair in pairs for key in (pair.first_id, pair.second_id)}
    there = {c.pk: c for c in plan.watch_all(customers.filter(pk__among=sorted(keys)), leaving=True)}
    in_use = without_archived(plan, pairs, there)
    changes = last_changes(in_use)
    groups = [group for group in groups_of(pairs, in_use) if not is_left(plan, group, changes)]
    survivors = [default_survivor(group.customers) for group in groups]
    losers = [c for group, stays in zip(groups, survivors, strict=True) for c in group.customers if c != stays]
    belongings = Belongings(plan, [*survivors, *losers], losers)
    for group, survivor in zip(groups, survivors, strict=True):
        merge_group(plan, group, survivor, belongings)
    gone = plan.by_model["delete", Customer._meta.label]
    plan.button = f"Merge {rows_in_words(gone, Customer._meta.label)} into others"


def without_archived(plan: Plan, pairs: list[DuplicateCandidate], there: Mapping[int, Customer]) -> dict[int, Customer]:
    """Return the customers in use; an archived one that a pair names with another is skipped."""
    present = [pair for pair in pairs if pair.first_id in there and pair.second_id in there]
    for key in dict.fromkeys(key for pair in present for key in (pair.first_id, pair.second_id)):
        if there[key].archived_at:
            plan.skip(there[key], because="archived: take it out of the archive first if it is to be merged")
    return {key: customer for key, customer in there.items() if not customer.archived_at}


def is_left(plan: Plan, group: Group, changes: Mapping[int, datetime]) -> bool:
    """True where a group is left to a person: it is skipped with the reason."""
    survivor, because = default_survivor(group.customers), ""
    found_at = min(pair.found_at for pair in group.pairs)
    changed = [customer for customer in group.customers if changes.get(customer.pk, found_at) > found_at]
    if len(group.customers) > MOST_IN_GROUP:
        because = f"{len(group.customers)} customers in one group: too many to merge without looking at each"
    elif changed:
        because = f"{changed[0]} changed or came back since it was compared: a person has to look at it"
    if because:
        plan.skip(survivor, because=because)
    return bool(because)


def merge_group(plan: Plan, group: Group, survivor: Customer, belongings: Belongings) -> None:
    """Plan one group as a part of its own; where it must not be merged, its survivor is skipped with the reason."""
    losers = [customer for customer in group.customers if customer != survivor]
    try:
        merge = Merge(survivor, losers, belongings, why=group.reasons)
    except Refused as refusal:
        plan.skip(survivor, because=f"not merged: {refusal}")
        return
    plan.part(merge.title)
    merge.draft(plan)
