"""The reading process: ``python -m eqms.pdf.reader DOTTED.FUNCTION MEMORY_MB``. Started by ``ReadingChild`` only.

It limits itself before it imports anything that touches a file, then answers file after file on its pipes.
"""

import importlib
import json
import os
import resource
import select
import sys
import threading
import time
from collections.abc import Callable

from eqms.pdf import UnreadableDocument
from eqms.pdf.progress import Progress

MEGABYTE = 1_048_576
# What the interpreter and its libraries take without being counted as data: code, and pages shared with others.
UNCOUNTED_MB = 60
ADDRESS_SPACE_MB = 600  # on top: libraries reserve addresses that they never fill
CPU_SECONDS = 130  # more than the caller ever waits: ends a process whose caller was killed
TOO_MUCH_MEMORY = b'{"too_much_memory": true, "last": true}\n'


def main(function: str, memory_mb: int) -> None:
    """Answer calls until the caller closes its end."""
    limit_myself(memory_mb)
    threading.stack_size(MEGABYTE // 4)
    threading.Thread(target=end_with_caller, daemon=True).start()
    answers = os.dup(1)
    os.dup2(2, 1)  # what a library prints must not stand between the answers
    Progress.after_page = lambda number: _tell(answers, {"page": number})
    module, _, name = function.rpartition(".")
    call = getattr(importlib.import_module(module), name)
    _tell(answers, {"ready": True})
    while header := sys.stdin.buffer.readline():
        request = json.loads(header)
        limit_computing_time()
        try:
            answer = answer_of(call, sys.stdin.buffer.read(request["size"]), request["args"])
            # Memory that a large file took is seldom given back: the next file gets a new process.
            answer["last"] = memory_held() > memory_mb * MEGABYTE // 2
            _tell(answers, answer)
        except MemoryError:
            os.write(answers, TOO_MUCH_MEMORY)
            return
        if answer["last"]:
            return


def answer_of(call: Callable, data: bytes, args: list) -> dict:
    """What is sent back for one file. An error nobody expected ends the process: the caller hears of it so."""
    try:
        return {"result": call(data, *args)}
    except UnreadableDocument as error:
        return {"unreadable": str(error)}


def limit_myself(memory_mb: int) -> None:
    """Set the limits that hold for the whole life of the process."""
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    data = (memory_mb - UNCOUNTED_MB) * MEGABYTE
    resource.setrlimit(resource.RLIMIT_DATA, (data, data))
    addresses = (memory_mb + ADDRESS_SPACE_MB) * MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (addresses, addresses))


def limit_computing_time() -> None:
    """Give the next file its computing time, counted from now."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + CPU_SECONDS, most))


def memory_held() -> int:
    """Resident bytes of this process. (The peak that getrusage tells begins with the caller's own.)"""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def end_with_caller() -> None:
    """End the process as soon as nobody holds the other end of standard input, even in the middle of a file."""
    watch = select.poll()
    watch.register(0, 0)  # hang-up is reported always
    watch.poll()
    os._exit(0)


def _tell(answers: int, message: dict) -> None:
    line = memoryview(json.dumps(message).encode() + b"\n")
    while line:
        line = line[os.write(answers, line) :]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
