from django.core.management.base import BaseCommand, CommandError

from customers.duplicate_file_search import Refusal, Search, add_arguments
from eqms.commands import PlainStream


class Command(BaseCommand):
    help = "Find pairs of customers in a CSV file that may be one. Needs no database; writes one CSV file."
    requires_system_checks = []

    def add_arguments(self, parser):
        add_arguments(parser)

    def handle(self, *, input, output, min_confidence, **options):
        try:
            Search(PlainStream(self.stdout), PlainStream(self.stderr)).find(input, output, min_confidence)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
