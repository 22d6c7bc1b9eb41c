"""Bugs that the tests were seen to find, a module a subject: each lists its own as ``BUGS``."""

from importlib import import_module
from pathlib import Path

from .bug import Bug

THE_REST = ("__init__", "__main__", "bug")
SUBJECTS = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in THE_REST)


def all_bugs() -> list[Bug]:
    """Return the bugs of every subject."""
    return [bug for subject in SUBJECTS for bug in import_module(f"{__name__}.{subject}").BUGS]
