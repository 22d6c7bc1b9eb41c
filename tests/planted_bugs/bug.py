"""What one planted bug is."""

from typing import NamedTuple


class Bug(NamedTuple):
    """``old`` stands once in ``file``; with ``new`` in its place a test of ``tests`` must fail (``-k chosen``)."""

    file: str
    old: str
    new: str
    tests: str
    chosen: str = ""  # every test of the file
    only_on: str = ""  # how DATABASE_URL must begin: SQLite's one writer hides some races
