"""A separate process that reads strangers' files under limits, so that no file can hang, fill or end its caller.

The caller's half. The other half, inside the process, is ``eqms.pdf.reader``. They speak over pipes: a line of JSON
and the file's bytes one way, lines of JSON the other way.
"""

import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path

from eqms.pdf import UnreadableDocument

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
END_SECONDS = 5
FILE_SECONDS = 15.0
SECONDS_EARNED_A_PAGE = 0.1
MOST_SECONDS = 120.0
MEMORY_MB = 400
ANSWER_BYTES = 64_000_000
MESSAGE_BYTES = 8_000
logger = logging.getLogger(__name__)


class ReaderDoesNotStart(RuntimeError):
    """The reading process cannot be started: an error of the installation, not of a file."""


class ReadingChild:
    """A process that calls one function for file after file: ``function(data, *args)`` -> what JSON can hold.

    A file has 15 seconds and a tenth of a second more for each page that is done, 120 at most, and 400 MB. The
    process has low priority, cannot write files, leaves no core dump, sees none of the caller's environment and ends
    when the caller ends. It starts with the first call and lives until ``close``; after a file that breaks a limit
    it is killed and started anew. One caller at a time: threads have one each.
    """

    def __init__(self, function: str, *, file_seconds: float = FILE_SECONDS, memory_mb: int = MEMORY_MB) -> None:
        self.function = function
        self.file_seconds = file_seconds
        self.memory_mb = memory_mb
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> "ReadingChild":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def call(self, data: bytes, *args) -> dict:
        """What the function returns for ``data``.

        Raises UnreadableDocument where the function does, and where the file breaks a limit or ends the process.
        """
        self._start()
        header = json.dumps({"size": len(data), "args": args}).encode() + b"\n"
        try:
            answer = Exchange(self.process, header, data).answer(self.file_seconds)
        except UnreadableDocument:
            self.close()
            raise
        if answer.get("last"):
            self.close()
        if "unreadable" in answer:
            raise UnreadableDocument(answer["unreadable"])
        if "too_much_memory" in answer:
            raise UnreadableDocument(
                f"Reading this file needed more than {self.memory_mb} MB. Split it, or print it as PDF again."
            )
        return answer["result"]

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if not self.process:
            return
        process, self.process = self.process, None
        process.kill()
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()
        process.wait()

    def _start(self) -> None:
        if self.process and self.process.poll() is None:
            return
        self.close()
        command = [sys.executable, "-B", "-X", "utf8", "-m", "eqms.pdf.reader", self.function, str(self.memory_mb)]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
        try:
            Exchange(self.process, b"", b"").answer(START_SECONDS)
        except UnreadableDocument as error:
            self.close()
            raise ReaderDoesNotStart(f"{self.function}: {error.__cause__ or error}") from error


class Ended(Exception):
    """The process ended without an answer; the text is what it said on standard error."""


class Exchange:
    """One file sent to the process and its answer taken, neither side waiting for the other for ever."""

    def __init__(self, process: subprocess.Popen, header: bytes, data: bytes) -> None:
        self.process = process
        self.outgoing = [memoryview(part) for part in (header, data) if part]
        self.incoming: list[bytes] = []
        self.incoming_bytes = 0
        self.said = b""
        self.pages = 0

    def answer(self, file_seconds: float) -> dict:
        """The answer. Raises UnreadableDocument where the time is up or the process ends."""
        started = time.monotonic()
        with selectors.DefaultSelector() as selector:
            self._watch(selector)
            while True:
                allowed = min(file_seconds + SECONDS_EARNED_A_PAGE * self.pages, max(MOST_SECONDS, file_seconds))
                remaining = started + allowed - time.monotonic()
                if remaining <= 0:
                    raise UnreadableDocument(self._too_slow(allowed))
                for key, _ in selector.select(remaining):
                    answer = key.data(selector)
                    if answer is not None:
                        return answer

    def _watch(self, selector: selectors.BaseSelector) -> None:
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            os.set_blocking(pipe.fileno(), False)
        selector.register(self.process.stdout, selectors.EVENT_READ, self._receive)
        selector.register(self.process.stderr, selectors.EVENT_READ, self._listen)
        if self.outgoing:
            selector.register(self.process.stdin, selectors.EVENT_WRITE, self._send)

    def _send(self, selector: selectors.BaseSelector) -> None:
        try:
            sent = os.write(self.process.stdin.fileno(), self.outgoing[0][: 1 << 20])
        except BrokenPipeError:
            selector.unregister(self.process.stdin)
            return
        self.outgoing[0] = self.outgoing[0][sent:]
        if not self.outgoing[0]:
            self.outgoing.pop(0)
        if not self.outgoing:
            selector.unregister(self.process.stdin)

    def _receive(self, _: selectors.BaseSelector) -> dict | None:
        received = os.read(self.process.stdout.fileno(), 1 << 20)
        if not received:
            raise UnreadableDocument(self._ended()) from Ended(self.said.decode("utf-8", "replace").strip())
        self.incoming.append(received)
        self.incoming_bytes += len(received)
        if self.incoming_bytes > ANSWER_BYTES:
            raise UnreadableDocument(f"Reading this file gave more than {ANSWER_BYTES // 1_000_000} MB of text.")
        return self._latest_line() if received.endswith(b"\n") else None

    def _latest_line(self) -> dict | None:
        lines = b"".join(self.incoming).splitlines()
        self.incoming = []
        message = json.loads(lines[-1])
        if "page" not in message:
            return message
        self.pages = message["page"]
        return None

    def _listen(self, selector: selectors.BaseSelector) -> None:
        heard = os.read(self.process.stderr.fileno(), 65536)
        self.said = (self.said + heard)[-MESSAGE_BYTES:]
        if not heard:
            selector.unregister(self.process.stderr)

    def _too_slow(self, allowed: float) -> str:
        done = f" Pages done: {self.pages}." if self.pages else ""
        return f"Reading this file took longer than {allowed:.3g} s.{done} Split it, or print it as PDF again."

    def _ended(self) -> str:
        """Why the process ended, for a clerk; what it said goes to the log."""
        try:
            code = self.process.wait(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.said += self.process.stderr.read() or b""
        said = self.said.decode("utf-8", "replace").strip()
        logger.error("The reading process ended with code %s: %s", code, said)
        if code == -signal.SIGXCPU:
            return "Reading this file took more computing time than any paper needs. Print it as PDF again."
        cause = signal.Signals(-code).name if code < 0 else (said.splitlines() or [f"exit {code}"])[-1][:200]
        return f"This file ended the reader ({cause}). It is kept; print it as PDF again, or enter it by hand."
