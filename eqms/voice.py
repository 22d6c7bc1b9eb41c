"""How a command speaks: lines that appear at once, a last line that counts, progress, streams that may go away."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

SECONDS_BETWEEN_LINES = 5
BAR_WIDTH = 30


class Stream(Protocol):
    """What a command writes to."""

    def write(self, text: str, /) -> object: ...

    def flush(self) -> None: ...

    def fileno(self) -> int: ...


class Voice:
    """Speaks on standard output and standard error once ``speak_through`` named them."""

    as_json = False  # standard output is data: the last line goes to standard error
    output_is_gone = False
    drawn = 0  # how wide what stands in the last line of the terminal is
    out: Stream
    err: Stream

    def speak_through(self, out: Stream, err: Stream) -> None:
        """Speak on ``out`` and ``err`` from now on."""
        self.out, self.err, self.output_is_gone = out, err, False

    def say(self, line: str) -> None:
        """Write one line of the report at once, also without a terminal."""
        if self.output_is_gone:
            return
        self.end_drawing()
        try:
            self.out.write(line if line.endswith("\n") else f"{line}\n")
            self.out.flush()
        except OSError:
            self.output_is_gone = True
            forget(self.out)

    def note(self, line: str) -> None:
        """Write a line to standard error, which may be gone too."""
        self.end_drawing()
        self._write_aside(f"{line}\n")

    def draw(self, text: str) -> None:
        """Show ``text`` in the last line of the terminal, in place of what was drawn before."""
        self._write_aside(f"\r{text.ljust(self.drawn)}")
        self.drawn = len(text)

    def end_drawing(self) -> None:
        """Let what was drawn stand; what comes next gets a line of its own."""
        if self.drawn:
            self.drawn = 0
            self._write_aside("\n")

    def conclude(self, line: str) -> None:
        """Write the last line, which counts."""
        if not self.as_json:
            self.say(line)
        if self.as_json or self.output_is_gone:
            self.note(line)

    def _write_aside(self, text: str) -> None:
        try:
            self.err.write(text)
            self.err.flush()
        except OSError:
            forget(self.err)


def forget(stream: Stream) -> None:
    """Point a stream that takes nothing any more at nothing, so that Python's last flush meets no trouble."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, stream.fileno())
    os.close(nothing)


@contextmanager
def stopping_alike() -> Iterator[None]:
    """Let whatever asks the process to stop do so as Ctrl-C does, so that what is unfinished is cleared away."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_DFL]
    for number in asked:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number in asked:
            signal.signal(number, signal.SIG_DFL)


class Progress:
    """Shows how far work is: a bar on a terminal, else a line every few seconds."""

    def __init__(self, voice: Voice):
        self.voice = voice
        self.on_terminal = sys.stderr.isatty()
        self.shown_at = time.monotonic()

    def __call__(self, doing: str, done: int, total: int | None) -> None:
        is_last = done == total
        if time.monotonic() - self.shown_at < (0.2 if self.on_terminal else SECONDS_BETWEEN_LINES) and not is_last:
            return
        self.shown_at = time.monotonic()
        how_far = f"{doing} {done:,}{f' of {total:,}' if total else ''}"
        if self.on_terminal:
            self.voice.draw(f"{bar(done, total)} {how_far}")
            if is_last:
                self.voice.end_drawing()
        elif not is_last:
            self.voice.note(how_far)


def bar(done: int, total: int | None) -> str:
    """Return the bar of a terminal, empty while the total is unknown."""
    filled = BAR_WIDTH * done // total if total else 0
    return f"[{'#' * filled}{'.' * (BAR_WIDTH - filled)}]"
