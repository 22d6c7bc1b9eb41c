import json

from django.core.management.base import CommandError

from customers.duplicate_search import search
from customers.groups import Group, groups_of, pairs_found, without_refused
from customers.models import Customer
from customers.operations import dedupe_customers
from eqms import progress
from eqms.operations.command import OperationCommand


class Command(OperationCommand):
    operation = dedupe_customers

    def add_arguments(self, parser):
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--list", action="store_true", help="show who may be one, and write nothing (the default)")
        what.add_argument("--merge", action="store_true", help="merge where the search is sure")
        parser.add_argument(
            "--no-search", action="store_true", help="take what the last search found, without a new one"
        )
        parser.add_argument("--min-confidence", type=float, default=0.0, metavar="X", help="list from 0 to 1")
        super().add_arguments(parser)

    def work(self, **options):
        if not 0 <= options["min_confidence"] <= 1:
            raise CommandError(f"--min-confidence {options['min_confidence']}: write a number from 0 to 1.")
        planned = options["dry_run"] or options["check"] or options["approve"]
        merging = options["merge"] or (planned and not options["list"])
        if merging:
            self.cleaned(self.entered(options))  # before a search that may take long
        if not options["no_search"]:
            self.note(f"Compared anew: {search(self.tell)} They are kept, also in a dry run.")
        return super().work(**options) if merging else self.list_groups(options["min_confidence"])

    def tell(self, *, done: int = 0, total: int | None = None, message: str = "") -> None:
        """Say how far the search is."""
        progress.tell(message.lower() or "compared", done, total)

    def list_groups(self, least: float) -> None:
        """Say which customers may be one, the surest first."""
        pairs = without_refused(pairs_found(least=least))
        keys = {key for pair in pairs for key in (pair.first_id, pair.second_id)}
        found = groups_of(pairs, Customer.objects.active().filter(pk__among=sorted(keys)).in_bulk())
        if self.as_json:
            document = {"groups": [as_dict(group) for group in found], "count": len(found)}
            self.say(json.dumps(document, ensure_ascii=False))
        else:
            for group in found:
                self.say_group(group)
        customers = sum(len(group.customers) for group in found)
        self.conclude(f"{len(found)} groups of {customers} customers that may be one. Nothing was written.")

    def say_group(self, group: Group) -> None:
        self.say(f"{group.band}, {group.confidence:.0%}: {group.reasons}")
        for customer in group.customers:
            place = f", {customer.location}" if customer.location else ""
            self.say(f"    customer {customer.pk} ({customer.facility_name}{place})")


def as_dict(group: Group) -> dict:
    """Return ``group`` as JSON shows it."""
    rows = [{"id": c.pk, "facility_name": c.facility_name, "location": c.location} for c in group.customers]
    return {"customers": rows, "confidence": group.confidence, "band": group.band, "reasons": group.reasons}
