"""Promises as figures. Each test prints its line through ``promise``; PROMISES=full asks for the full sizes.

PROMISES=full python -m pytest -s tests/promises
"""

import os


def size(quick: int, full: int) -> int:
    """How much a test does: ``full`` with PROMISES=full in the environment, else ``quick``."""
    return full if os.environ.get("PROMISES") == "full" else quick


def promise(name: str, figure: float, limit: float, *, n: int, seed: int = 0) -> None:
    """Print the figure of a promise, and fail where it is above its limit or nothing was tried."""
    print(f"\nPROMISE {name} figure={figure:g} limit={limit:g} n={n} seed={seed}")
    assert n > 0, f"{name}: nothing was tried"
    assert figure <= limit, f"{name}: {figure:g} is more than {limit:g}"
