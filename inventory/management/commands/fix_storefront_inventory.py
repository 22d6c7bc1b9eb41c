import json
import sys

from django.core.management.base import CommandError

from eqms.operations.command import OperationCommand
from inventory.forms.reconciling import listed, products_called
from inventory.models import Product
from inventory.operations.fix_storefront_inventory import fix_storefront_inventory
from inventory.stock_report import report

DRY_RUN = "*** DRY RUN MODE - No changes will be made ***"


class Command(OperationCommand):
    operation = fix_storefront_inventory

    def add_arguments(self, parser):
        self.one_of = parser.add_mutually_exclusive_group(required=True)
        super().add_arguments(parser)
        parser.add_argument("--verbose", action="store_true", help="also what is right, and the ledger lines behind it")

    def add_option(self, parser, name, field):
        super().add_option(self.one_of, name, field)

    def work(self, **options):
        self.is_dry = options["dry_run"] or options["check"]
        self.verbose, self.keys = options["verbose"], None
        if options["product_name"]:
            self.keys = self.keys_called(options["product_name"], yes=options["yes"])
        elif options["product_id"]:
            self.keys = [options["product_id"]]
        super().work(**options)

    def entered(self, options):
        """Return the options without the name: it is answered by the keys of the products."""
        return {name: value for name, value in super().entered(options).items() if name != "product_name"}

    def selected(self, options):
        return self.keys if options["product_name"] else None

    def keys_called(self, name: str, *, yes: bool) -> list[str]:
        """Return the keys of the products of this name; where it fits several, ask whether all are meant."""
        found = list(products_called(name))
        if not found:
            raise CommandError(f"No product is called {name}. Write its name, or a part of it. Nothing was written.")
        if len(found) > 1 and not yes and not self.all_are_meant(listed(found)):
            raise CommandError("Nothing was written. Write the whole name, use --product-id, or --yes for all of them.")
        return [str(product.pk) for product in found]

    def all_are_meant(self, question: str) -> bool:
        """Return the answer of a person; without a terminal it is no."""
        self.note(question.rstrip())
        if self.as_json or not sys.stdin.isatty():
            return False
        try:
            return input("All of them? [y/N] ").strip().lower() in ("y", "yes")
        except EOFError:
            return False

    def show(self, plan):
        """Print the report that runbooks read, then what the plan leaves and why."""
        if self.as_json:
            return super().show(plan)
        if self.is_dry:
            self.say(DRY_RUN)
        for warning in plan.warnings:
            self.say(f"Warning: {warning}")
        change = "Would change to" if self.is_dry else "Changing to"
        for line in report(self.products(plan), change=change, verbose=self.verbose):
            self.say(line)
        for line in plan.changes:
            if line.label == "inventory.StockMovement":
                self.say(f"create {line.title}: {line.because}")
        for skip in plan.skips:
            self.say(f"skip {skip.title}: {skip.because}")
        return None

    def products(self, plan):
        """Return the products that were named; of all, those with work, or every one where --verbose asks for it."""
        if self.keys is not None:
            return Product.objects.filter(pk__among=self.keys)
        if self.verbose:
            return Product.objects.all()
        rows = (json.loads(line.after) | json.loads(line.before) for line in plan.changes)
        return Product.objects.filter(pk__among=sorted({row["product_id"] for row in rows}))
