"""How a command speaks: lines that appear at once, a last line that counts, progress, streams that may go away."""

import os
import sys
import time
from collections.abc import Callable
from typing import Protocol

SECONDS_BETWEEN_LINES = 5
BAR_WIDTH = 30


class Stream(Protocol):
    """What a command writes to."""

    def write(self, text: str, /) -> object: ...

    def flush(self) -> None: ...


class Voice:
    """Speaks on standard output and standard error once ``speak_through`` named them."""

    as_json = False  # standard output is data: the last line goes to standard error
    output_is_gone = False
    out: Stream
    err: Stream

    def speak_through(self, out: Stream, err: Stream) -> None:
        """Speak on ``out`` and ``err`` from now on."""
        self.out, self.err, self.output_is_gone = out, err, False

    def say(self, line: str) -> None:
        """Write one line of the report at once, also without a terminal."""
        if self.output_is_gone:
            return
        try:
            self.out.write(line if line.endswith("\n") else f"{line}\n")
            self.out.flush()
        except BrokenPipeError:
            self.output_is_gone = True
            forget(sys.stdout)

    def note(self, line: str, ending: str = "\n") -> None:
        """Write to standard error, which may be gone too."""
        try:
            self.err.write(f"{line}{ending}")
            self.err.flush()
        except BrokenPipeError:
            forget(sys.stderr)

    def conclude(self, line: str) -> None:
        """Write the last line, which counts."""
        if not self.as_json:
            self.say(line)
        if self.as_json or self.output_is_gone:
            self.note(line)


def forget(stream) -> None:
    """Point a stream whose reader left at nothing, so that Python's last flush finds no broken pipe."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, stream.fileno())
    os.close(nothing)


class Progress:
    """Shows how far work is: a bar on a terminal, else a line every few seconds."""

    def __init__(self, note: Callable[..., None]):
        self.note = note
        self.on_terminal = sys.stderr.isatty()
        self.shown_at = time.monotonic()

    def __call__(self, doing: str, done: int, total: int | None) -> None:
        is_last = done == total
        if time.monotonic() - self.shown_at < (0.2 if self.on_terminal else SECONDS_BETWEEN_LINES) and not is_last:
            return
        self.shown_at = time.monotonic()
        how_far = f"{doing} {done:,}{f' of {total:,}' if total else ''}"
        if self.on_terminal:
            self.note(f"\r{bar(done, total)} {how_far}", "\n" if is_last else "")
        elif not is_last:
            self.note(how_far)


def bar(done: int, total: int | None) -> str:
    """Return the bar of a terminal, empty while the total is unknown."""
    filled = BAR_WIDTH * done // total if total else 0
    return f"[{'#' * filled}{'.' * (BAR_WIDTH - filled)}]"
