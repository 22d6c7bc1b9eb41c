"""Duplicates found among invented customers: ours beside a sketch of the same idea and beside splink, in one run.

    python -m benchmarks.matching --rows 10000 100000 --sketch FOLDER/matching.py --splink VENV/bin/python

The sketch is a module with ``Linker(rows).find()``; splink lives in an environment of its own. Without them only
ours is measured. Every engine is a process of its own that reads a CSV file and writes pairs; F1 is of the clusters
that the pairs make. Files of other customers with a column ``cluster`` are measured with ``--files``.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.customers.matching.invented import write
from tests.customers.matching.scoring import facilities_in, score

HERE = Path(__file__).parent
SEED = 20_261


class Measured(NamedTuple):
    """What one engine took for one file, and how good it was."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    f1: float


class Found(NamedTuple):
    """A pair of a written file."""

    first: str
    second: str


def engines(options: argparse.Namespace) -> dict[str, list[str]]:
    """Return the command of each engine; the file to read and the one to write come behind."""
    found = {"find_duplicates": [sys.executable, str(HERE / "_ours.py")]}
    if options.sketch:
        found["sketch"] = [sys.executable, str(HERE / "_sketch.py"), options.sketch]
    if options.splink:
        found["splink"] = [options.splink, str(HERE / "_splink.py")]
    return found


def measured(command: list[str], source: Path, folder: Path) -> Measured:
    """Run an engine on a file."""
    target = folder / "pairs.csv"
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, str(source), str(target)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} {source} ended with {process.returncode}.")
    with target.open(newline="", encoding="utf-8") as file:
        f1 = score(facilities_in(source), (Found(row["id_a"], row["id_b"]) for row in csv.DictReader(file))).f1
    return Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, f1)


def show(name: str, results: dict[str, Measured]) -> None:
    """Print the lines of one file, with ratios to the sketch or, without it, to ours."""
    against = results.get("sketch", results["find_duplicates"])
    for engine, result in results.items():
        ratios = f"{result.cpu_seconds / against.cpu_seconds:6.2f} {result.peak_mb / against.peak_mb:7.2f}"
        figures = f"{result.seconds:8.1f} {result.cpu_seconds:8.1f} {result.peak_mb:8.0f} {result.f1:7.4f}"
        print(f"{name:24} {engine:16} {figures} {ratios}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, nargs="*", default=[10_000])
    parser.add_argument("--files", type=Path, nargs="*", default=[])
    parser.add_argument("--sketch", help="the file of the sketch")
    parser.add_argument("--splink", help="a Python that has splink")
    options = parser.parse_args()
    print(
        f"{'customers':24} {'engine':16} {'seconds':>8} {'CPU s':>8} {'peak MB':>8} {'F1':>7} {'CPU x':>6} {'MB x':>7}"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for rows in options.rows:
            source = folder / f"{rows} invented"
            write(source, rows, SEED)
            options.files.append(source)
        for source in options.files:
            show(
                source.name, {engine: measured(command, source, folder) for engine, command in engines(options).items()}
            )


if __name__ == "__main__":
    main()
