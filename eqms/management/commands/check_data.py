import json

from django.core.management.base import CommandError

from eqms.commands import SpeakingCommand
from eqms.data_rules import Result, Rule, Severity, check, counted_in_words, in_order, number, registry
from eqms.operations import registry as operations

SHOWN = 5


class Command(SpeakingCommand):
    help = "Look for rows that break a rule, and say how to repair them. Exit 1 if any of them is an error."

    def add_arguments(self, parser):
        parser.add_argument("--rule", nargs="+", action="extend", metavar="NAME", help="only these rules")
        parser.add_argument("--app", nargs="+", action="extend", metavar="APP", help="only rules of these apps")
        parser.add_argument("--limit", type=int, default=SHOWN, help=f"rows shown of each rule (default {SHOWN})")
        output = parser.add_mutually_exclusive_group()
        output.add_argument("--json", action="store_true", help="print one JSON document")
        output.add_argument("--sql", action="store_true", help="print each rule as a query, and run none")

    def work(self, *, rule, app, limit, sql, **options):
        rules = chosen(rule or [], app or [])
        if sql:
            return self.print_queries(rules)
        results = [self.told(rule, max(limit, 0)) for rule in rules]
        said = counted_in_words(results)
        if self.as_json:
            document = {"rules": [as_dict(result) for result in results], "counted": said}
            self.say(json.dumps(document, ensure_ascii=False))
        if any(result.count and result.rule.severity == Severity.ERROR for result in results):
            if not self.as_json:
                self.say(said)
            raise CommandError(said)
        return self.conclude(said)

    def told(self, rule: Rule, limit: int) -> Result:
        """Check one rule, and say at once what came of it."""
        result = check(rule, limit)
        if self.as_json:
            return result
        self.say(f"{rule.severity.upper()} {rule.name}: {rule.title}: {number(result.count, 'row')}")
        for row in result.found:
            self.say(f"  {row.title}: {row.words}")
            if row.repairs and rule.repair.operation in operations:
                self.say(f"    manage.py {rule.repair.command.format(key=row.repairs)}")
        if result.count > len(result.found):
            self.say(f"  and {result.count - len(result.found):,} more")
        if result.count:
            self.say(f"  How to repair: {rule.repair.words}")
        return result

    def print_queries(self, rules: list[Rule]) -> None:
        for rule in rules:
            self.say(f"-- {rule.name} ({rule.severity}): {rule.title}\n{rule.sql()};\n\n")
        self.note(f"{number(len(rules), 'query').replace('querys', 'queries')}, none of them run.")


def chosen(names: list[str], apps: list[str]) -> list[Rule]:
    """Return the rules with these names and of these apps, the gravest first; CommandError for what names nothing."""
    known_apps = {rule.app for rule in registry.values()}
    for given, known, what in ((names, set(registry), "rule"), (apps, known_apps, "app with rules")):
        if unknown := sorted(set(given) - known):
            raise CommandError(f"No {what} is called {', '.join(unknown)}. There are: {', '.join(sorted(known))}.")
    rules = (rule for rule in registry.values() if not names or rule.name in names)
    return in_order(rule for rule in rules if not apps or rule.app in apps)


def as_dict(result: Result) -> dict:
    """Return what came of a rule as JSON holds it."""
    rule = result.rule
    rows = [{"model": row.model, "key": row.key, "title": row.title, "words": row.words} for row in result.found]
    repair = {"words": rule.repair.words, "operation": rule.repair.operation}
    says = {"name": rule.name, "severity": rule.severity, "title": rule.title, "rule": rule.source}
    return {**says, "count": result.count, "rows": rows, "repair": repair}
