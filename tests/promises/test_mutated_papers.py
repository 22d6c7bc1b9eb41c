"""P17, the half about PDFs: mutated papers end in words or in a reason, in time and in memory, and harm nobody."""

import io
import random
import re
import time
from pathlib import Path

import pikepdf

from eqms.pdf import UnreadableDocument
from eqms.pdf.child import ReadingChild
from tests.promises import promise, size

PAPERS = Path(__file__).parents[1] / "papers"
SEED = 17
SOURCES = [
    *sorted(PAPERS.glob("*_08.pdf")),
    PAPERS / "slip_half_small.pdf",
    PAPERS / "hostile" / "text_in_form_xobject.pdf",
    PAPERS / "hostile" / "encrypted_empty_password_rc4.pdf",
    PAPERS / "hostile" / "encrypted_empty_password_aes256.pdf",
    PAPERS / "hostile" / "mixed_text_and_scan.pdf",
]
TOKENS = [
    b"0", b"-1", b"99999999999", b"NaN", b"1e9", b"<<", b">>", b"[", b"]", b"(", b")", b"{", b"\x00", b"null", b"true",
    b"1 0 R", b"3 0 R", b"endobj", b"stream", b"endstream", b"/Kids", b"/Type/Pages", b"/Filter/LZWDecode",
    b"/Length 99999999", b"/Predictor 15/Columns 100000", b"/Rotate 45", b"/MediaBox[0 0 0 0]", b"/Encoding/Identity-V",
]  # fmt: skip


def unpacked(data: bytes) -> bytes:
    """The same paper with plain streams, so that mutations reach the operators."""
    plain = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(plain, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
    return plain.getvalue()


def mutated(data: bytes, chance: random.Random) -> bytes:
    """``data`` with one to two hundred bytes, tokens, numbers or pieces changed, sometimes cut."""
    paper = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5, 20, 200])):
        place = chance.randrange(len(paper))
        change = chance.choice(["byte", "cut", "token", "copy", "number"])
        if change == "byte":
            paper[place] = chance.randrange(256)
        elif change == "cut":
            del paper[place : place + chance.randrange(1, 30)]
        elif change == "token":
            paper[place : place + chance.randrange(6)] = chance.choice(TOKENS)
        elif change == "copy":
            start = chance.randrange(len(paper))
            paper[place:place] = paper[start : start + chance.randrange(200)]
        elif number := re.search(rb"\d+", paper[place : place + 300]):
            value = b"%d" % chance.choice([0, 1, 3, -1, 10**6, 2**31, 10**20])
            paper[place + number.start() : place + number.end()] = value
    return bytes(paper[: chance.randrange(len(paper))] if chance.random() < 0.1 else paper)


def peak_mb(child: ReadingChild) -> float:
    """The peak memory of the process that the child has now."""
    status = Path(f"/proc/{child.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def test_mutated_pdfs_end_in_words_or_in_a_reason():
    chance, count = random.Random(SEED), size(quick=250, full=10_000)
    packed = [path.read_bytes() for path in SOURCES]
    sources = packed + [unpacked(data) for data in packed]
    deaths, slowest, outcomes = 0, 0.0, {"words": 0, "problem": 0, "refused": 0, "empty": 0}
    with ReadingChild("tests.eqms.pdf.walk.words_per_page") as child:
        for _ in range(count):
            started = time.monotonic()
            try:
                answer = child.call(mutated(chance.choice(sources), chance))
                kind = "words" if any(answer["words"]) else "problem" if answer["problems"] else "empty"
            except UnreadableDocument as refusal:
                kind = "refused"
                deaths += "ended the reader" in str(refusal)
            outcomes[kind] += 1
            slowest = max(slowest, time.monotonic() - started)
        child.call(packed[0])
        most_memory = peak_mb(child)
    assert min(outcomes["words"], outcomes["problem"], outcomes["refused"]) > count / 50, outcomes
    promise("P17 PDFs that ended their reader", deaths, 0, n=count, seed=SEED)
    promise("P17 PDFs, slowest in seconds", slowest, 15, n=count, seed=SEED)
    promise("P17 PDFs, memory in MB", most_memory, 400, n=count, seed=SEED)
