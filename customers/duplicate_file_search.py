"""The search for duplicates in a CSV file. It knows neither database nor Django, whose start takes longer than it."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, NoReturn

from customers.customer_file import BadFile, CustomerFile, write_pairs
from customers.matching import BANDS, Pair, Record, each_duplicate
from eqms import progress
from eqms.voice import Progress, Stream, Voice, stopping_alike
from eqms.whole_file import appearing_whole

EVERY = 1000  # rows between two words of progress


class Refusal(Exception):
    """Nothing was written; the message says why and what to do."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the search asks for."""
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


class Search(Voice):
    """One search, told on two streams."""

    def __init__(self, out: Stream, err: Stream):
        self.speak_through(out, err)
        self.bands: Counter[str] = Counter()

    def find(self, input: str, output: str, min_confidence: float) -> None:
        """Write the pairs of the file ``input`` to the file ``output``. Raises Refusal."""
        source, target = Path(input), Path(output)
        try:
            with stopping_alike(), progress.listening(Progress(self)):
                self.note(f"Reads {source}, writes {target}, needs no database")
                refuse_target(source, target)
                count = self.write(source, target, min_confidence)
        except BadFile as bad:
            raise Refusal(f"Nothing was written. {source}:\n{bad}") from bad
        except OSError as error:
            where = f"{source} cannot be read" if error.filename == str(source) else f"{target} cannot be written"
            raise Refusal(f"Nothing was written. {where}: {error.strerror}.") from error
        except KeyboardInterrupt as error:
            raise Refusal("Interrupted. Nothing was written: the file of pairs appears when it is whole.") from error
        finally:
            self.end_drawing()
        self.conclude(self.counted(count, target))

    def write(self, source: Path, target: Path, min_confidence: float) -> int:
        """Write the pairs and return how many customers were compared."""
        with (
            opened(source) as file,
            appearing_whole(target) as whole,
            TextIOWrapper(whole, "utf-8", newline="") as text,
        ):
            customers = CustomerFile(file)
            pairs = each_duplicate(told(customers), tell=progress.tell)
            write_pairs(text, (pair for pair in pairs if pair.confidence >= min_confidence), self.note_pair)
        return customers.count

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


def opened(source: Path) -> BinaryIO:
    """Open the file of customers. Raises Refusal."""
    if source.exists() and not source.is_dir() and not source.is_file():
        raise Refusal(f"Nothing was written. {source} is no file: it is read twice, so a pipe will not do.")
    try:
        return source.open("rb")
    except IsADirectoryError as error:
        raise Refusal(f"Nothing was written. {source} is a folder: name a CSV file in it.") from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise Refusal(f"Nothing was written. {source} cannot be opened: {why}.") from error


def refuse_target(source: Path, target: Path) -> None:
    """Raise Refusal where the file of pairs would take the place of something else."""
    if target.is_dir():
        raise Refusal(f"Nothing was written. {target} is a folder: name a file in it.")
    if target.exists() and source.exists() and target.samefile(source):
        raise Refusal(f"Nothing was written. {target} is the file of customers: name another for the pairs.")
    if target.exists() and not target.is_file():
        raise Refusal(f"Nothing was written. {target} is no file.")


class WellAsked(ArgumentParser):
    """A parser that raises ValueError where it is not asked as it should be."""

    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


def run(arguments: Sequence[str]) -> bool:
    """Search as the command line asks for, and return True.

    False, and nothing done, where Django has to answer: help, options of all its commands, what is asked wrongly.
    """
    parser = WellAsked(add_help=False, allow_abbrev=False)
    add_arguments(parser)
    try:
        options = parser.parse_args(arguments)
    except ValueError:
        return False
    try:
        Search(sys.stdout, sys.stderr).find(**vars(options))
    except Refusal as refusal:
        sys.exit(f"CommandError: {refusal}")
    return True
