"""Runs the promises and prints one table of their figures: ``./run promises [pytest's arguments]``."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
IMPORT = re.compile(r"^from (?:tests\.promises|\.) import .*\b(?:promise|size)\b", re.MULTILINE)
LINE = re.compile(r"PROMISE (?P<name>.+?) figure=(?P<figure>\S+) limit=(?P<limit>\S+) n=(?P<n>\d+) seed=(?P<seed>\S+)")


def figures(arguments: list[str]) -> tuple[list[dict[str, str]], int]:
    """Run the promises, show what they say as it comes, and return their figures and pytest's exit code."""
    named = any((ROOT / argument.partition("::")[0]).exists() for argument in arguments)
    command = [sys.executable, "-m", "pytest", "-s", "-q", *([] if named else promising()), *arguments]
    found = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        for line in running.stdout or ():
            print(line, end="", flush=True)
            found += [match.groupdict() for match in LINE.finditer(line)]
    return found, running.returncode


def promising() -> list[str]:
    """Return the files of tests that keep a promise, wherever they stand."""
    tests = sorted((ROOT / "tests").rglob("test_*.py"))
    return [str(path.relative_to(ROOT)) for path in tests if IMPORT.search(path.read_text())]


def table(found: list[dict[str, str]]) -> str:
    """Return the figures by promise, the worst of each beside how much was tried in all."""
    rows = [("promise", "figure", "limit", "tried", "kept")]
    for name in sorted({line["name"] for line in found}, key=place_of):
        lines = [line for line in found if line["name"] == name]
        worst = max(lines, key=lambda line: float(line["figure"]) - float(line["limit"]))
        kept = all(float(line["figure"]) <= float(line["limit"]) for line in lines)
        tried = str(sum(int(line["n"]) for line in lines))
        rows.append((name, worst["figure"], worst["limit"], tried, "yes" if kept else "NO"))
    return "\n".join(f"{a:<44}{b:>12}{c:>12}{d:>10}  {e}" for a, b, c, d, e in rows)


def place_of(name: str) -> tuple[int, str]:
    """Return where a promise stands: P7 comes before P10, and what has no number last."""
    number = re.match(r"P(\d+)", name)
    return (int(number[1]) if number else sys.maxsize, name)


if __name__ == "__main__":
    seen, code = figures(sys.argv[1:])
    print("\n" + table(seen))
    sys.exit(code)
