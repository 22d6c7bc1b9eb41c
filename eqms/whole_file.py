"""Files that appear whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

KEPT_OF_NAME = 50  # characters: what is added to a long name must not make it longer than a file's may be


@contextmanager
def appearing_whole(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes the place of ``path`` when the block ends well; ended otherwise, it leaves nothing behind.

    A link is followed, and what was there lends its permissions.
    """
    target = path.resolve()
    part = target.with_name(f".{target.name[:KEPT_OF_NAME]}.{os.getpid()}.part")
    part.unlink(missing_ok=True)  # of a process that was killed and had this one's number
    try:
        with part.open("xb") as file:
            if target.exists():
                shutil.copymode(target, part)
            yield file
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
