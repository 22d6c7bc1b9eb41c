"""The reading process: what it may not do, and what its caller hears."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from eqms.pdf import UnreadableDocument
from eqms.pdf.child import ROOT, Exchange, ReaderDoesNotStart, ReadingChild
from tests.eqms.pdf.making import pdf_of, stream

MISBEHAVE = "tests.eqms.pdf.walk.misbehave"


@pytest.fixture(scope="module")
def child():
    with ReadingChild(MISBEHAVE, memory_mb=200) as child:
        yield child


@pytest.fixture(scope="module")
def hasty_child():
    with ReadingChild(MISBEHAVE, file_seconds=1) as child:
        yield child


def alive(pid):
    """Whether the process runs; one that ended and waits to be noticed does not."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ends(pid, within_seconds=5):
    """Whether the process ends in time."""
    until = time.monotonic() + within_seconds
    while alive(pid) and time.monotonic() < until:
        os.sched_yield()
    return not alive(pid)


def test_answers_file_after_file_from_one_process(child):
    first, second = child.call(b"", "who"), child.call(b"", "who")
    assert first["pid"] == second["pid"] != os.getpid()


def test_a_process_that_a_file_made_large_is_not_used_again(child):
    first = child.call(b"", "who")
    child.call(b"", "keep", 120)
    assert child.call(b"", "who")["pid"] != first["pid"]


@pytest.mark.parametrize("size", [0, 1, 65_536, 5_000_001])
def test_bytes_arrive_whole(child, size):
    assert child.call(bytes(size), "size") == size


def test_arguments_and_answers_keep_their_letters(child):
    assert child.call(b"", "echo", "é\n\x00", 5, [None]) == ["é\n\x00", 5, [None]]


def test_what_a_library_prints_does_not_stand_in_the_answer(child):
    assert child.call(b"", "chatter") == "quiet"


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("fill", "needed more than 200 MB"),
        ("crash", "ended the reader (SIGSEGV)"),
        ("fail", "ended the reader (KeyError: 'no such key')"),
        ("spend", "took more computing time than any paper needs"),
    ],
)
def test_says_what_a_file_did_and_reads_the_next(child, how, said):
    with pytest.raises(UnreadableDocument) as refusal:
        child.call(b"some bytes", how)
    assert said in str(refusal.value)
    assert child.call(b"next", "size") == 4


def test_the_reader_cannot_write_files(child, tmp_path):
    with pytest.raises(UnreadableDocument, match="File too large"):
        child.call(b"", "write", str(tmp_path / "written"))
    assert (tmp_path / "written").read_bytes() == b""


def test_a_large_file_cannot_hang_a_caller_whose_reader_ended(child):
    with pytest.raises(UnreadableDocument, match="ended the reader"):
        child.call(bytes(20_000_000), "crash")


def test_an_answer_without_end_is_cut_off(child, monkeypatch):
    monkeypatch.setattr("eqms.pdf.child.ANSWER_BYTES", 1_000_000)
    with pytest.raises(UnreadableDocument, match="gave more than 1 MB of text"):
        child.call(b"", "flood")


@pytest.mark.parametrize("how", ["sleep", "loop"])
def test_a_file_without_end_is_stopped(hasty_child, how):
    with pytest.raises(UnreadableDocument, match="took longer than 1 s. Split it, or print it as PDF again."):
        hasty_child.call(b"", how)
    assert hasty_child.call(b"next", "size") == 4


def test_a_file_larger_than_the_memory_is_refused_while_it_is_sent():
    with ReadingChild(MISBEHAVE, memory_mb=100) as child:
        with pytest.raises(UnreadableDocument, match="needed more than 100 MB"):
            child.call(bytes(80_000_000), "size")
        assert child.call(b"next", "size") == 4


def test_every_page_done_earns_time(hasty_child):
    assert hasty_child.call(b"", "quick pages") == 24
    assert hasty_child.call(b"", "many pages") is None


def test_pages_that_take_longer_than_they_earn_are_stopped(hasty_child):
    with pytest.raises(UnreadableDocument, match=r"took longer than 1.[123] s. Pages done: [123]. Split it"):
        hasty_child.call(b"", "slow pages")


def test_the_process_is_limited_and_sees_no_secret(child, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not for strangers' files")
    child.close()
    who = child.call(b"", "who")
    assert set(who["environment"]) <= {"LANG", "LC_CTYPE", "PATH", "PYTHONPATH"}
    assert who["nice"] > os.nice(0)
    assert (who["core"], who["files"]) == ([0, 0], [0, 0])
    assert who["memory"] < 200 * 1024 * 1024
    assert 0 < who["computing"] <= 140


def test_close_ends_the_process():
    with ReadingChild(MISBEHAVE) as child:
        pid = child.call(b"", "who")["pid"]
    assert not alive(pid)


def test_a_killed_caller_takes_the_process_with_it(tmp_path):
    os.mkfifo(tmp_path / "told")
    script = (
        "from eqms.pdf.child import ReadingChild\n"
        f"child = ReadingChild({MISBEHAVE!r})\n"
        "print(child.call(b'', 'who')['pid'], flush=True)\n"
        f"child.call(b'', 'tell and sleep', {str(tmp_path / 'told')!r})\n"
    )
    caller = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    pid = int(caller.stdout.readline())
    assert (tmp_path / "told").read_bytes() == b"x"  # now it is in the middle of a file
    assert alive(pid)
    caller.send_signal(signal.SIGKILL)
    caller.wait()
    caller.stdout.close()
    assert ends(pid)


def test_a_process_that_no_longer_listens_is_heard_out():
    deaf = "import os, time; os.close(0); time.sleep(0.3); os.write(1, b'{\"result\": 7}\\n')"
    with subprocess.Popen([sys.executable, "-c", deaf], stdin=-1, stdout=-1, stderr=-1, bufsize=0) as process:
        assert Exchange(process, b"{}\n", bytes(10_000_000)).answer(10) == {"result": 7}


def test_threads_have_a_process_each():
    def read(number):
        with ReadingChild(MISBEHAVE) as child:
            return [child.call(bytes(number * 1_000), "size") for _ in range(5)]

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(read, range(4))) == [[number * 1_000] * 5 for number in range(4)]


def test_a_function_that_is_not_there_is_no_fault_of_the_file():
    with pytest.raises(ReaderDoesNotStart, match="no_such_function"):
        ReadingChild("eqms.pdf.words.no_such_function").call(b"")


def test_memory_does_not_grow_with_the_scans_of_a_large_file():
    scan = stream(bytes(1_000_000), b"/Subtype/Image/Width 1000/Height 1000/BitsPerComponent 8")
    pages = range(4, 124, 2)
    kids = b" ".join(b"%d 0 R" % number for number in pages)
    tree = b"<</Type/Pages/Kids[%s]/Count 60>>" % kids
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", tree, stream(b"/Im Do")]
    for number in pages:
        objects += [b"<</Type/Page/Contents 3 0 R/Resources<</XObject<</Im %d 0 R>>>>>>" % (number + 1), scan]
    with ReadingChild("tests.eqms.pdf.walk.words_per_page", memory_mb=180) as child:
        assert child.call(pdf_of(objects)) == {"words": [0] * 60, "problems": []}
