"""Which files a person means by the paths of a command line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def files_of(paths: Iterable[str], *, recursive: bool = False) -> tuple[list[Path], list[str]]:
    """Return the files, each once, and the paths that name nothing.

    A folder means its ``*.pdf`` (``recursive``: those of the folders in it too); a named file is taken whatever its
    name says, its content decides later.
    """
    files: dict[Path, None] = {}
    nothing = []
    for text in paths:
        path = Path(text)
        if path.is_dir():
            inside = path.rglob("*") if recursive else path.iterdir()
            files.update(dict.fromkeys(sorted(p for p in inside if p.suffix.lower() == ".pdf" and p.is_file())))
        elif path.exists():
            files[path] = None
        else:
            nothing.append(text)
    return list(files), nothing
