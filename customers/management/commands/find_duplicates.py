from argparse import ArgumentTypeError
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import CommandError

from customers.customer_file import BadFile, CustomerFile, appearing_whole, write_pairs
from customers.matching import BANDS, Pair, Record, each_duplicate
from eqms.commands import SpeakingCommand
from eqms.operations import progress

EVERY = 1000  # rows between two words of progress


class Command(SpeakingCommand):
    help = "Find pairs of customers in a CSV file that may be one. Needs no database; writes one CSV file."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--input",
            required=True,
            metavar="FILE.csv",
            help="columns id, name, address, city, state, zip, phone, email, customer_number",
        )
        parser.add_argument(
            "--output",
            required=True,
            metavar="PAIRS.csv",
            help="is written with the columns id_a, id_b, confidence, band, reason, the surest pair first",
        )
        parser.add_argument(
            "--min-confidence", type=share, default=0.0, metavar="X", help="from 0 to 1: leave out less sure pairs"
        )

    def work(self, *, input, output, min_confidence, **options):
        self.bands: Counter[str] = Counter()
        source, target = Path(input), Path(output)
        refuse_target(source, target)
        try:
            with opened(source) as file, appearing_whole(target) as pairs_file:
                customers = CustomerFile(file)
                pairs = each_duplicate(told(customers), tell=progress.tell)
                write_pairs(pairs_file, (pair for pair in pairs if pair.confidence >= min_confidence), self.note_pair)
        except BadFile as bad:
            raise CommandError(f"Nothing was written. {source}:\n{bad}") from bad
        except OSError as error:
            raise CommandError(f"Nothing was written. {target} cannot be written: {error.strerror}.") from error
        self.conclude(self.counted(customers.count, target))

    def note_pair(self, pair: Pair) -> None:
        """Count a pair by its band."""
        self.bands[pair.band] += 1
        if self.bands.total() % EVERY == 0:
            progress.tell("Writing pairs", self.bands.total(), None)

    def counted(self, customers: int, target: Path) -> str:
        """Return the last line."""
        bands = ", ".join(f"{self.bands[band]:,} {band}" for band in BANDS)
        pairs = self.bands.total()
        found = f"{pairs:,} pair{'' if pairs == 1 else 's'} in {target} ({bands})"
        return f"Compared {customers:,} customer{'' if customers == 1 else 's'}: {found}."

    def what_was_written(self) -> str:
        """Say what an interrupted search leaves behind."""
        return "Nothing was written: the file of pairs appears when it is whole."


def share(text: str) -> float:
    """Return a number from 0 to 1."""
    try:
        number = float(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no number") from error
    if not 0 <= number <= 1:
        raise ArgumentTypeError(f"{text} is not from 0 to 1")
    return number


def told(customers: CustomerFile) -> Iterator[Record]:
    """Yield the customers and tell how many were read."""
    for record in customers.records():
        if customers.count % EVERY == 0:
            progress.tell("Reading customers", customers.count, None)
        yield record


def opened(source: Path):
    """Open the file of customers. Raises CommandError."""
    if source.exists() and not source.is_dir() and not source.is_file():
        raise CommandError(f"Nothing was written. {source} is no file: it is read twice, so a pipe will not do.")
    try:
        return source.open("rb")
    except IsADirectoryError as error:
        raise CommandError(f"Nothing was written. {source} is a folder: name a CSV file in it.") from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise CommandError(f"Nothing was written. {source} cannot be opened: {why}.") from error


def refuse_target(source: Path, target: Path) -> None:
    """Raise CommandError where the file of pairs would take the place of something else."""
    if target.is_dir():
        raise CommandError(f"Nothing was written. {target} is a folder: name a file in it.")
    if target.exists() and source.exists() and target.samefile(source):
        raise CommandError(f"Nothing was written. {target} is the file of customers: name another for the pairs.")
    if target.exists() and not target.is_file():
        raise CommandError(f"Nothing was written. {target} is no file.")
