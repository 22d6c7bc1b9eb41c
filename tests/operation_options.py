"""With which options each operation has something to do on the demo data. The contract tests loop over the registry.

An operation without an entry is called without options.
"""

from collections.abc import Callable
from typing import Any

OPTIONS: dict[str, Callable[[Any], dict[str, Any]]] = {}


def options_for(name: str, demo: Any) -> dict[str, Any]:
    """Return the options for the operation ``name``; a function in OPTIONS may also add the rows that it needs."""
    return OPTIONS[name](demo) if name in OPTIONS else {}
