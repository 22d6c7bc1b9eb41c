from typing import Any

from django.core.management.base import CommandError

from distribution.forms.shipstation import scope_of
from distribution.operations import sync_shipstation
from distribution.shipstation.client import ShipStationTrouble
from distribution.shipstation.fetching import client, fetch
from eqms.operations.command import OperationCommand


class Command(OperationCommand):
    operation = sync_shipstation

    def add_arguments(self, parser):
        parser.add_argument("--kept", action="store_true", help="ask ShipStation nothing: use the pages that are kept")
        super().add_arguments(parser)

    def selected(self, options: dict[str, Any]) -> None:
        """Fetch the pages, also in a dry run: they are kept, nothing else is."""
        if options["kept"]:
            return
        cleaned = self.cleaned(self.entered(options))
        try:
            count = fetch(scope_of(**cleaned), client(), self.say_aside)
        except ShipStationTrouble as trouble:
            raise CommandError(f"Nothing was written. {trouble}") from trouble
        self.say_aside(f"{count:,} shipments fetched of {scope_of(**cleaned)}. Their pages are kept.")

    def say_aside(self, line: str) -> None:
        """Say what is not the plan: on standard error where ``--json`` keeps standard output for one document."""
        (self.note if self.as_json else self.say)(line)
