"""Functions that the tests run inside the reading process."""

import ctypes
import os
import resource
import time
from pathlib import Path

from eqms.pdf.progress import page_done
from eqms.pdf.words import read_pages

KEPT = []


def words_per_page(data: bytes) -> dict:
    """How many words each page holds, and the problems named."""
    pages = [(len(page.words), page.problem) for page in read_pages(data)]
    return {"words": [words for words, _ in pages], "problems": [problem for _, problem in pages if problem]}


def turn_pages(count: int, seconds: float) -> int:
    """Report ``count`` pages, each after ``seconds``."""
    for number in range(1, count + 1):
        time.sleep(seconds)
        page_done(number)
    return count


def misbehave(data: bytes, how: str, *args) -> dict:
    """Do what a reader must survive."""
    return {
        "sleep": lambda: time.sleep(600),
        "tell and sleep": lambda: [Path(args[0]).write_bytes(b"x"), time.sleep(600)],
        "loop": lambda: sum(1 for _ in iter(int, 1)),
        "fill": lambda: [bytes(10_000_000) for _ in range(1_000)],
        "keep": lambda: KEPT.append(b"x" * args[0] * 1_000_000),
        "crash": lambda: ctypes.string_at(0),
        "fail": lambda: {}["no such key"],
        "write": lambda: Path(args[0]).write_bytes(b"x"),
        "chatter": lambda: [print("noise " * 100_000), "quiet"][1],
        "quick pages": lambda: turn_pages(24, 0.05),
        "slow pages": lambda: turn_pages(100, 0.5),
        "many pages": lambda: [page_done(number) for number in range(1, 20_000)][-1],
        "flood": lambda: "x" * 2_000_000,
        "size": lambda: len(data),
        "echo": lambda: args,
        "who": lambda: {
            "pid": os.getpid(),
            "environment": sorted(os.environ),
            "nice": os.nice(0),
            "core": resource.getrlimit(resource.RLIMIT_CORE),
            "files": resource.getrlimit(resource.RLIMIT_FSIZE),
            "memory": resource.getrlimit(resource.RLIMIT_DATA)[0],
            "computing": resource.getrlimit(resource.RLIMIT_CPU)[0],
        },
        "spend": lambda: [resource.setrlimit(resource.RLIMIT_CPU, (0, -1)), sum(1 for _ in iter(int, 1))],
    }[how]()
