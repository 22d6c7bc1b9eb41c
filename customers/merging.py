"""Two or more customers become one: which column survives, where each row goes, and what goes on meaning it.

Nothing is lost: a row leaves only where the survivor has its twin, and every name and number of those that go
means the survivor from then on. ``plan_merge`` is for one merge; ``Merge`` with ``Belongings`` read for many
customers at once is for many.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from copy import copy
from typing import Any, NamedTuple

from django.db.models import Model, Q
from django.utils import timezone

from customers.compared import changed_values, stays_in_words, taken_in_words
from customers.models import (
    MOVE,
    REFUSE,
    Contact,
    Customer,
    CustomerAlias,
    CustomerKey,
    CustomerRep,
    NotDuplicate,
)
from eqms.models import AuditEntry
from eqms.operations import Plan, Refused
from eqms.operations.plan import called, derived
from eqms.operations.words import rows_in_words

Kind = CustomerAlias.Kind
Rows = dict[int, list[Any]]  # by the customer they belong to


class Relation(NamedTuple):
    """A model whose rows belong to customers, the keys by which they do, and what a merge does with them."""

    model: type[Model]
    keys: tuple[CustomerKey, ...]
    rule: Any

    def among(self, customers: Iterable[int]) -> Q:
        """Return the condition for rows that belong to one of ``customers``."""
        found = Q()
        for key in self.keys:
            found |= Q(**{f"{key.attname}__in": list(customers)})
        return found

    def moved(self, row: Any, gone: Container[int], survivor: int) -> dict[str, int]:
        """Return the keys of ``row`` that change when those who are ``gone`` become ``survivor``."""
        return {key.attname: survivor for key in self.keys if getattr(row, key.attname) in gone}


def relations() -> list[Relation]:
    """Return every relation to Customer, hidden ones too; TypeError for one that says nothing about merging."""
    keys: dict[type[Model], list[CustomerKey]] = defaultdict(list)
    for relation in Customer._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            key = relation.field
            if not isinstance(key, CustomerKey):
                raise TypeError(f"{key} refers to a customer: make it a CustomerKey, which says how it is merged.")
            keys[key.model].append(key)
    found = [Relation(model, tuple(of_model), of_model[0].on_merge) for model, of_model in keys.items()]
    return sorted(found, key=lambda relation: relation.model._meta.label)


class Belongings:
    """What belongs to some customers and what means them: one query a relation, however many customers.

    Of what moves without looking only the rows of ``losers`` are read. The rows are locked where the plan is to be
    written: then nobody changes them between, and the writer need not read them again.
    """

    def __init__(self, plan: Plan, customers: Iterable[Customer], losers: Iterable[Customer]):
        everyone = list(customers)
        keys, leaving = [customer.pk for customer in everyone], [loser.pk for loser in losers]
        self.relations = relations()
        self._rows: dict[type[Model], Rows] = {}
        for relation in self.relations:
            looks = relation.rule not in (MOVE, REFUSE)
            self._rows[relation.model] = self._read(plan, relation, keys if looks else leaving)
        names = set().union(*map(names_of, everyone)) | {(str(Kind.ID), str(key)) for key in keys}
        self.meant = {(alias.kind, alias.value): alias for alias in aliases_among(names)}

    @staticmethod
    def _read(plan: Plan, relation: Relation, customers: list[int]) -> Rows:
        wanted, found = set(customers), defaultdict(list)
        for row in plan.watch_all(relation.model._base_manager.filter(relation.among(customers))):
            for owner in {getattr(row, key.attname) for key in relation.keys} & wanted:
                found[owner].append(row)
        return found

    def of(self, model: type[Model], customers: Iterable[Customer]) -> list[Any]:
        """Return the rows of ``model`` that belong to ``customers``, each once."""
        rows = self._rows[model]
        return list({row.pk: row for customer in customers for row in rows.get(customer.pk, ())}.values())


class Merge:
    """One survivor and the losers that become part of it. Making one raises Refused where it must not be."""

    def __init__(
        self,
        survivor: Customer,
        losers: list[Customer],
        belongings: Belongings,
        *,
        chosen: Mapping[str, int] | None = None,
        why: str = "",
    ):
        self.survivor, self.losers, self.belongings = survivor, losers, belongings
        self.together = [survivor, *losers]
        self.gone = {loser.pk: loser for loser in losers}
        self.because = f"becomes part of {survivor}{why and f': {why}'}"
        self._refuse_who_must_stay_apart()
        self.values = changed_values(survivor, losers, chosen or {})
        self._refuse_names_of_others()

    @property
    def title(self) -> str:
        """What the merge does: "Merge 2 customers into North Clinic"."""
        return f"Merge {rows_in_words(len(self.losers), Customer._meta.label)} into {self.survivor}"

    # -- what must not be ------------------------------------------------------------------------

    def _refuse_who_must_stay_apart(self) -> None:
        if self.survivor.archived_at:
            raise Refused(
                f"{self.survivor} is archived: take it out of the archive first, or let another customer survive."
            )
        members = {customer.pk: customer for customer in self.together}
        for row in self.belongings.of(NotDuplicate, self.together):
            if row.first_id in members and row.second_id in members:
                raise Refused(no_in_words(row, members[row.first_id], members[row.second_id]))
        for relation in self.belongings.relations:
            if relation.rule == REFUSE and (held := self.belongings.of(relation.model, self.losers)):
                loser = self._loser_of(relation, held[0])
                raise Refused(f"{called(type(held[0]), held[0].pk, str(held[0]))} keeps {loser} from being merged.")
        users = [customer for customer in self.together if customer.portal_user_id]
        if len(users) > 1:
            named = " and ".join(f"{customer} ({customer.portal_user})" for customer in users[:3])
            raise Refused(f"{named} each have a portal user, and a customer has one: take one of them away first.")

    def _refuse_names_of_others(self) -> None:
        """Raise Refused where a name that has to mean the survivor means somebody else."""
        members = {customer.pk for customer in self.together}
        for name in sorted(self.names_left_behind()):
            alias = self.belongings.meant.get(name)
            if alias is not None and alias.customer_id not in members:
                raise Refused(
                    f"{alias.get_kind_display().capitalize()} {alias.value} also means customer {alias.customer_id} "
                    f"({alias.customer}). Merge that one too if it is the same, or take its alias away first."
                )
        for column, value in self._survivor_after().items():
            if value and (other := meant_by(column, value, members)):
                what = "name and address" if column == "company_key" else "number"
                raise Refused(
                    f"With these values {self.survivor} would have the {what} of customer {other.pk} ({other}). "
                    "Merge that one too if it is the same, or choose other values."
                )

    # -- what is done ----------------------------------------------------------------------------

    def draft(self, plan: Plan) -> None:
        """Plan every row and column of the merge."""
        primary = self.values.get("primary_rep_id", self.survivor.primary_rep_id)
        for relation in self.belongings.relations:
            self._move_rows(plan, relation)
        self._keep_reps(plan, primary)
        for loser in self.losers:
            plan.delete(loser, because=self.because)
        names = self.names_left_behind()
        if self.values:
            plan.update(self.survivor, because=taken_in_words(self.values, self.losers), **self.values)
        for kind, value in sorted(names):
            if (kind, value) not in self.belongings.meant:
                plan.create(CustomerAlias, kind=kind, value=value, customer=self.survivor, because=self._meaning(value))

    def names_left_behind(self) -> set[tuple[str, str]]:
        """Return as (kind, value) what meant one of these customers and is no longer anybody's own."""
        after = {"company_key": self.survivor.company_key, "customer_number_key": self.survivor.customer_number_key}
        after |= self._survivor_after()
        names = set().union(*map(names_of, self.together))
        names |= {(str(Kind.ID), str(loser.pk)) for loser in self.losers}
        own = {(str(Kind.KEY), after["company_key"]), (str(Kind.NUMBER), after["customer_number_key"])}
        return names - own

    def _survivor_after(self) -> dict[str, Any]:
        """Return the derived columns of the survivor that change with the values."""
        then = copy(self.survivor)
        for name, value in self.values.items():
            setattr(then, name, value)
        return {name: value for name, value in derived(then).items() if value != getattr(self.survivor, name)}

    def _meaning(self, value: str) -> str:
        for customer in self.together:
            if value in (customer.company_key, customer.customer_number_key, str(customer.pk)):
                return f"what was {customer} is {self.survivor} from now on"
        return f"means {self.survivor} from now on"

    def _move_rows(self, plan: Plan, relation: Relation) -> None:
        if relation.rule == MOVE:
            rows = self.belongings.of(relation.model, self.losers)
            because = {pk: f"{loser} {self.because}" for pk, loser in self.gone.items()}
            for row in rows:
                columns = relation.moved(row, self.gone, self.survivor.pk)
                owner = getattr(row, next(iter(columns)))
                plan.update(row, because=because[owner], **columns)
        elif relation.rule != REFUSE:
            self._move_unless_same(plan, relation)

    def _move_unless_same(self, plan: Plan, relation: Relation) -> None:
        """Plan to move what the survivor has not, and to drop each twin of what it has."""
        meta = relation.model._meta
        names = " and ".join(str(meta.get_field(name).verbose_name) for name in relation.rule)
        mine = self.belongings.of(relation.model, [self.survivor])
        kept = {self._place(relation, row): row for row in mine}
        values: dict[int, dict[str, Any]] = defaultdict(dict)  # of rows that stay, by key
        dropped, moved = [], []
        for row in self.belongings.of(relation.model, self.losers):
            place = self._place(relation, row)
            if place not in kept:
                kept[place] = row
                moved.append(row)
                values[row.pk] = relation.moved(row, self.gone, self.survivor.pk)
            else:
                dropped.append((row, kept[place]))
                values[kept[place].pk] |= filled_from(relation, kept[place], values[kept[place].pk], row)
        if relation.model is Contact:
            settle_primary(mine, moved, dropped, values)
        for row, twin in dropped:
            plan.delete(row, because=f"{self.survivor} has the same {names}{differing(relation, twin, row)}")
        for row in kept.values():
            if values.get(row.pk):
                plan.update(row, because=self._why_changed(relation, row), **values[row.pk])

    def _place(self, relation: Relation, row: Any) -> tuple:
        """Return what makes ``row`` the twin of another once it is the survivor's."""
        then = copy(row)
        for name, value in relation.moved(row, self.gone, self.survivor.pk).items():
            setattr(then, name, value)
        then.derive()
        return tuple(getattr(then, relation.model._meta.get_field(name).attname) for name in relation.rule)

    def _why_changed(self, relation: Relation, row: Any) -> str:
        owners = {getattr(row, key.attname) for key in relation.keys}
        owner = next((self.gone[pk] for pk in owners if pk in self.gone), None)
        return f"{owner} {self.because}" if owner else f"takes over from its twin, which leaves: {self.because}"

    def _loser_of(self, relation: Relation, row: Any) -> Customer:
        return next(self.gone[pk] for key in relation.keys if (pk := getattr(row, key.attname)) in self.gone)

    def _keep_reps(self, plan: Plan, primary: int | None) -> None:
        """Plan the primary reps that do not stay primary as further reps."""
        known = {link.rep_id for link in self.belongings.of(CustomerRep, self.together)}
        for customer in self.together:
            rep = customer.primary_rep_id
            if rep and rep != primary and rep not in known:
                known.add(rep)
                because = f"the primary rep of {customer} until now"
                plan.create(CustomerRep, customer=self.survivor, rep_id=rep, because=because)


# -- rules about single rows ---------------------------------------------------------------------


def settle_primary(mine: list, moved: list, dropped: list, values: dict[int, dict[str, Any]]) -> None:
    """Leave one primary contact: the survivor's, else the first of those that come.

    A primary contact that leaves as a twin hands that on to the contact that stays.
    """
    heirs = [(row, row) for row in [*mine, *moved]] + [(gone, twin) for gone, twin in dropped]
    primary = next((heir for row, heir in heirs if row.is_primary), None)
    for row in [*mine, *moved]:
        if row.is_primary != (row is primary):
            values[row.pk]["is_primary"] = row is primary


def filled_from(relation: Relation, twin: Any, planned: dict[str, Any], row: Any) -> dict[str, Any]:
    """Return the columns that ``twin`` leaves empty and ``row``, which is dropped for it, does not."""
    found = {}
    for name in own_columns(relation):
        present = planned.get(name, getattr(twin, name))
        if present in (None, "") and getattr(row, name) not in (None, ""):
            found[name] = getattr(row, name)
    return found


def differing(relation: Relation, twin: Any, row: Any) -> str:
    """Return in words what ``row`` says otherwise than the ``twin`` that stays, "" where nothing."""
    words = []
    for name in own_columns(relation):
        field, kept, gone = relation.model._meta.get_field(name), getattr(twin, name), getattr(row, name)
        if gone not in (None, "") and kept not in (None, "") and kept != gone:
            words.append(f"its {field.verbose_name} {kept} stays, {gone} goes")
    return f"; {', '.join(words)}" if words else ""


def own_columns(relation: Relation) -> list[str]:
    """Return the columns that people fill in on a row of ``relation``, beside what makes it a twin."""
    apart = {*relation.rule, *(key.name for key in relation.keys)}
    fields = [f for f in relation.model._meta.concrete_fields if f.editable and f.blank and f.name not in apart]
    return [f.attname for f in fields if not (f.primary_key or f.unique or f.get_internal_type() == "BooleanField")]


def no_in_words(row: NotDuplicate, first: Customer, second: Customer) -> str:
    """Return that a person called these two customers different ones: who, when and why. Up to two queries."""
    said_by = row.decided_by and row.decided_by.get_username()
    if not said_by:
        made = AuditEntry.objects.filter(model=row._meta.label, key=str(row.pk), verb="create").select_related("run")
        said_by = next((entry.run.actor_name for entry in made.order_by("-pk")[:1]), "somebody")
    when = timezone.localtime(row.decided_at)
    why = f", because “{row.reason}”" if row.reason else ""
    return (
        f"{first} and {second} are different customers: {said_by} said so on {when:%Y-%m-%d}{why}. "
        "If they are one after all, take that back first."
    )


def names_of(customer: Customer) -> set[tuple[str, str]]:
    """Return the key, the number and the id of ``customer`` as aliases would hold them."""
    names = {(Kind.KEY, customer.company_key), (Kind.NUMBER, customer.customer_number_key)}
    return {(str(kind), value) for kind, value in names if value}


def meant_by(column: str, value: str, members: set[int]) -> Customer | None:
    """Return the customer outside of ``members`` that a key or number means. Two queries."""
    own = Customer.objects.filter(**{column: value}).exclude(pk__in=members).first()
    kind = Kind.KEY if column == "company_key" else Kind.NUMBER
    alias = CustomerAlias.objects.filter(kind=kind, value=value).exclude(customer__in=members).first()
    return own or (alias.customer if alias else None)


def aliases_among(names: Iterable[tuple[str, str]]) -> Iterable[CustomerAlias]:
    """Return the aliases that hold one of ``names``. One query."""
    values: dict[str, list[str]] = defaultdict(list)
    for kind, value in sorted(names):
        values[kind].append(value)
    wanted = Q(pk=None)
    for kind, of_kind in values.items():
        wanted |= Q(kind=kind, value__among=of_kind)
    return CustomerAlias.objects.filter(wanted).select_related("customer")


# -- one merge -----------------------------------------------------------------------------------


def plan_merge(
    plan: Plan, survivor: Customer, losers: Iterable[Customer], *, chosen: Mapping[str, int] | None = None
) -> None:
    """Plan to make ``losers`` part of ``survivor``.

    ``chosen`` maps a column of Customer to the id of the customer whose value survives. All of them are locked
    before anything is read, so that nothing begins to refer to those that leave.
    """
    found = {customer.pk: customer for customer in locked(plan, [survivor, *losers], leaving=True)}
    fresh = [found[pk] for pk in dict.fromkeys(loser.pk for loser in losers)]
    merge = Merge(found[survivor.pk], fresh, Belongings(plan, found.values(), fresh), chosen=chosen)
    merge.draft(plan)
    plan.button = merge.title
    if not plan.is_locking:
        for words in stays_in_words(merge.survivor, merge.losers, chosen or {}):
            plan.note(words)
        note_following(plan, merge.losers)


def note_following(plan: Plan, losers: list[Customer]) -> None:
    """Say which rows follow those that move: nothing about them is written. One query a relation of what moves."""
    keys = [loser.pk for loser in losers]
    for relation in relations():
        moving = relation.model._base_manager.filter(relation.among(keys))
        if relation.rule == MOVE and plan.by_model["update", relation.model._meta.label]:
            words = [rows_in_words(count, label) for label, count in following(relation.model, moving)]
            if words:
                plan.note(f"With the {relation.model._meta.verbose_name_plural} follow {', '.join(words)}.")


def following(model: type[Model], rows: Any) -> Iterable[tuple[str, int]]:
    """Yield (label, count) of each model whose rows refer to ``rows`` and so follow them."""
    keys: dict[type[Model], Q] = defaultdict(Q)
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            keys[relation.field.model] |= Q(**{f"{relation.field.name}__in": rows.order_by().values("pk")})
    for follower, condition in keys.items():
        if count := follower._base_manager.filter(condition).count():
            yield follower._meta.label, count


def default_survivor(customers: Iterable[Customer]) -> Customer:
    """Return who survives unless a person says otherwise: in use, with a customer number, then the lower id."""
    return min(customers, key=lambda c: (c.archived_at is not None, not c.customer_number, c.pk))


def plan_not_duplicates(plan: Plan, first: Customer, second: Customer, *, why: str = "") -> None:
    """Plan a person's "no": these two are different customers. Where that is noted already, nothing is planned."""
    if first.pk == second.pk:
        raise Refused(f"{first} is one customer: name two.")
    one, other = locked(plan, [first, second])
    if noted := NotDuplicate.objects.filter(pair=f"{one.pk}-{other.pk}").first():
        plan.skip(noted, because=f"noted already: {no_in_words(noted, one, other)}")
        return
    because = why or "a person says that these are different customers"
    plan.create(NotDuplicate, because=because, first=one, second=other, reason=why, decided_by_id=plan.actor)
    plan.button = f"{one} and {other} are different customers"


def locked(plan: Plan, customers: Iterable[Customer], *, leaving: bool = False) -> list[Customer]:
    """Return ``customers`` as they stand now, in the order of their keys, locked where the plan is to be written."""
    wanted = sorted({customer.pk for customer in customers})
    found = plan.watch_all(Customer.objects.filter(pk__among=wanted), leaving=leaving)
    if missing := sorted(set(wanted) - {customer.pk for customer in found}):
        raise Refused(f"{called(Customer, missing[0])} is no longer there.")
    return found
