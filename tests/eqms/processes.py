"""Real processes for races and kills: what one process with threads does not show."""

import os
import signal
from collections.abc import Callable, Iterable
from multiprocessing import get_context

from django.db import connections

from tests.cast import everything

SECONDS = 120


def in_processes(work: Callable, arguments: Iterable[tuple]) -> tuple[list, list]:
    """Run ``work(*args, queue)`` once per entry, all at once; return exit codes and queued answers."""
    connections.close_all()  # a forked connection must not be shared
    context = get_context("fork")
    queue = context.SimpleQueue()
    children = [context.Process(target=work, args=(*args, queue)) for args in arguments]
    for child in children:
        child.start()
    for child in children:
        child.join(SECONDS)
    answers = []
    while not queue.empty():
        answers.append(queue.get())
    return [child.exitcode for child in children], answers


class Killer:
    """An execute wrapper that counts statements and kills its process before or after one of them."""

    def __init__(self, at: int, *, after: bool):
        self.at, self.after, self.count = at, after, 0

    def __call__(self, execute, sql, params, many, context):
        self.count += 1
        if self.count == self.at and not self.after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = execute(sql, params, many, context)
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


def kill_everywhere(work: Callable, arguments: tuple, *, every: int = 1) -> int:
    """Kill before and after each statement until the work outlives it; return how many there are.

    With ``every`` only each so many-th statement is tried.

    ``work(*arguments, at, after, queue)`` puts the number of its statements into the queue once it
    is through. Asserts that each kill left every row as it was.
    """
    start, at = everything(), 1 - every
    while True:
        at += every
        for after in (False, True):
            codes, answers = in_processes(work, [(*arguments, at, after)])
            if answers:  # fewer statements than ``at``: it was committed
                assert everything() != start
                return answers[0]
            assert codes == [-signal.SIGKILL]
            assert everything() == start, f"torn {'after' if after else 'before'} statement {at}"
