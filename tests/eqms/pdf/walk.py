"""Functions that the tests run inside the reading process."""

import ctypes
import resource
import time
from pathlib import Path

from eqms.pdf.words import read_pages


def words_per_page(data: bytes) -> dict:
    """How many words each page holds, the problems named, and the peak memory so far in MB."""
    pages = [(len(page.words), page.problem) for page in read_pages(data)]
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"words": [words for words, _ in pages], "problems": [p for _, p in pages if p], "peak_mb": peak_mb}


def misbehave(data: bytes, how: str) -> dict:
    """Does what a reader must survive."""
    return {
        "sleep": lambda: time.sleep(600),
        "loop": lambda: sum(1 for _ in iter(int, 1)),
        "memory": lambda: [bytes(10_000_000) for _ in range(1_000)],
        "crash": lambda: ctypes.string_at(0),
        "error": lambda: {}["no such key"],
        "write": lambda: Path("written-by-a-reader").write_bytes(b"x"),
        "print": lambda: print("noise " * 100_000),
        "size": lambda: len(data),
    }[how]()
