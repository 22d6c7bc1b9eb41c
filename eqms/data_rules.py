"""Rules that the rows keep: which rows break one, in words, and how to repair them. Apps register theirs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from time import perf_counter
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet

from eqms.models import HealthResult, User


class Severity(StrEnum):
    """An error is wrong data, a warning wants a person's eye, information is good to know."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


class SqlRows:
    """Rows of ``model`` that ``sql`` finds, with what it computed as further attributes, in the order of ``order``.

    Counted and sliced like a queryset. All rows are found before the first is given: a database that
    hopes to meet the first few early walks a million in their order.
    """

    def __init__(self, model: type[Model], sql: str, order: str, params: Sequence[Any] = (), prefetch=()):
        self.model, self.params, self.prefetch = model, tuple(params), prefetch
        self.sql = f"WITH found AS MATERIALIZED ({sql}\n)\nSELECT * FROM found ORDER BY {order}"

    def count(self) -> int:
        """Return how many rows there are. One query."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({self.sql}) AS rows_found", self.params)
            return cursor.fetchone()[0]

    def __getitem__(self, page: slice) -> list[Model]:
        """Return the rows of ``page``. One query, and one for each relation that is read with them."""
        sql = f"{self.sql} LIMIT %s OFFSET %s"
        start = page.start or 0
        rows = self.model._base_manager.raw(sql, [*self.params, page.stop - start, start])
        return list(rows.prefetch_related(*self.prefetch))


Rows = QuerySet | SqlRows


@dataclass(frozen=True)
class Repair:
    """How to mend the rows of a rule: in ``words``, and by an operation where one does it.

    ``key`` gives of a row the key of the operation's row, "" where it does not help; ``command`` holds
    ``{key}`` for it, ``option`` names the option that takes it too.
    """

    words: str
    operation: str = ""
    key: Callable[[Any], Any] = lambda row: row.pk
    command: str = ""
    option: str = ""


class Found(NamedTuple):
    """A row that breaks a rule.

    ``shown_on`` is the row on whose page people see it, ``repairs`` the key of the row that the
    operation takes, "" without one.
    """

    model: str
    key: str
    title: str
    words: str
    shown_on: tuple[type[Model], Any]
    repairs: str


@dataclass(frozen=True)
class Rule:
    """What must hold for the rows of ``model``.

    ``source`` is the sentence of the domain that the rule stands for, ``rows`` gives the rows that break it
    in a fixed order, ``words`` says of a page of them what is wrong, in a fixed number of queries.
    """

    name: str
    title: str
    severity: Severity
    source: str
    model: type[Model]
    rows: Callable[[], Rows]
    words: Callable[[Sequence[Any]], list[str]]
    repair: Repair
    shown_on: Callable[[Any], tuple[type[Model], Any]] = lambda row: (type(row), row.pk)

    @property
    def app(self) -> str:
        """The app whose rows the rule is about."""
        return self.model._meta.app_label

    @property
    def permission(self) -> str:
        """What a person needs to see the rows."""
        return f"{self.app}.view_{self.model._meta.model_name}"

    def found(self, start: int, stop: int) -> list[Found]:
        """Return the rows from ``start`` up to ``stop``, in words."""
        rows = list(self.rows()[start:stop])
        return [self._as_found(row, words) for row, words in zip(rows, self.words(rows), strict=True)]

    def _as_found(self, row: Model, words: str) -> Found:
        names = row._meta
        title = str(row) if isinstance(row.pk, UUID) else f"{names.verbose_name} {row.pk}"
        repairs = str(self.repair.key(row)) if self.repair.operation else ""
        return Found(names.label, names.pk.value_to_string(row), title, words, self.shown_on(row), repairs)

    def sql(self) -> str:
        """Return the query of the rows with its values in it, to be run in the database's own shell."""
        rows = self.rows()
        text, params = (rows.sql, rows.params) if isinstance(rows, SqlRows) else rows.query.sql_with_params()
        if connection.vendor == "postgresql":
            return connection.ops.compose_sql(text, params)  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            return connection.ops.last_executed_query(cursor, text, params)


class Result(NamedTuple):
    """What came of one rule: how many rows break it, and the first of them."""

    rule: Rule
    count: int
    found: list[Found]
    seconds: float


registry: dict[str, Rule] = {}


def register(*rules: Rule) -> None:
    """Add ``rules``. A name stands for one rule."""
    for rule in rules:
        if rule.name in registry:
            raise ValueError(f"Two rules are called {rule.name}.")
        registry[rule.name] = rule


def each(words: Callable[[Any], str]) -> Callable[[Sequence[Any]], list[str]]:
    """Return ``words``, which says it of one row, as what says it of a page of rows."""
    return lambda rows: [words(row) for row in rows]


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """Return ``rules`` with the gravest first, and as they were registered among equals."""
    grave = list(Severity)
    return sorted(rules, key=lambda rule: grave.index(rule.severity))


def visible_to(user: User) -> list[Rule]:
    """Return the rules whose rows ``user`` may see, the gravest first."""
    return in_order(rule for rule in registry.values() if user.has_perm(rule.permission))


def check(rule: Rule, shown: int) -> Result:
    """Return the first ``shown`` rows that break ``rule``, and how many there are.

    The query of the rows runs a second time only where there are more than are shown.
    """
    began = perf_counter()
    found = rule.found(0, shown + 1)
    count = len(found) if len(found) <= shown else rule.rows().count()
    return Result(rule, count, found[:shown], perf_counter() - began)


def counted_in_words(results: Sequence[Result]) -> str:
    """Return the line that counts: "2 errors, 0 warnings in 21 rules; 3 rows to look at."."""
    broken = {severity: [r for r in results if r.count and r.rule.severity == severity] for severity in Severity}
    errors, warnings = len(broken[Severity.ERROR]), len(broken[Severity.WARNING])
    rows = sum(result.count for result in results)
    said = f"{number(errors, 'error')}, {number(warnings, 'warning')} in {number(len(results), 'rule')}"
    return f"{said}; {number(rows, 'row')} to look at."


def keep(results: Sequence[Result]) -> None:
    """Keep what a check of all rules counted, as "data", for pages that must not count it themselves."""
    is_well = not any(result.count for result in results if result.rule.severity == Severity.ERROR)
    HealthResult.record("data", is_well=is_well, message=counted_in_words(results))


def number(count: int, what: str) -> str:
    """Return ``count`` of ``what``: "1 row", "2 rows"."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
