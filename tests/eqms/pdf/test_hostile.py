"""Every hostile file through the reading process: in time, in memory, and with words that help."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from eqms.pdf import UnreadableDocument
from eqms.pdf.child import ROOT, ReadingChild

HOSTILE = Path(__file__).parents[2] / "papers" / "hostile"
MANIFEST = json.loads((HOSTILE / "manifest.json").read_text())
WALK = "tests.eqms.pdf.walk.words_per_page"
NO_PAGES = "has no pages"
REFUSED = {
    "encrypted_user_password.pdf": "opens only with a password",
    "page_tree_loop.pdf": NO_PAGES,
    "zero_pages.pdf": NO_PAGES,
    "header_only.pdf": NO_PAGES,
    "empty.pdf": "is empty (0 bytes)",
    "really_a_png.pdf": "not a PDF but a PNG picture",
    "really_a_docx.pdf": "not a PDF but a Word document",
    "really_html.pdf": "not a PDF but a web page",
}
PROBLEMS = {
    "bomb_flate_200mb.pdf": "unpacks to more than 16 MB",
    "bomb_nested_flate_400mb.pdf": "unpacks to more than 16 MB",
    "bomb_million_operators.pdf": "more than 200,000 drawing steps",
    "bomb_one_long_string.pdf": "more than 60,000 letters",
    "truncated_half.pdf": "its content is damaged or missing in the file",
}
WITHOUT_WORDS = {
    "image_only_scan.pdf", "deep_nesting.pdf", "bomb_image_20000px.pdf", "form_xobject_recursion.pdf",
    "claims_million_pages.pdf", "blank_page.pdf",
}  # fmt: skip


@pytest.fixture(scope="module")
def child():
    with ReadingChild(WALK) as child:
        yield child


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["file"])
def test_a_hostile_file_ends_in_words_or_in_a_reason(child, entry):
    name, started = entry["file"], time.monotonic()
    data = (HOSTILE / name).read_bytes()
    if name in REFUSED:
        with pytest.raises(UnreadableDocument) as refusal:
            child.call(data)
        assert REFUSED[name] in str(refusal.value)
    else:
        answer = child.call(data)
        assert PROBLEMS.get(name, "") in "".join(answer["problems"])
        assert bool(answer["problems"]) == (name in PROBLEMS)
        assert any(answer["words"]) == (name not in PROBLEMS and name not in WITHOUT_WORDS)
        assert len(answer["words"]) >= max((max(order["pages"]) for order in entry["orders"]), default=1)
    assert time.monotonic() - started < min(entry["max_seconds"], 15)


def test_all_hostile_files_together_stay_within_the_memory():
    script = (
        "import resource, pathlib\n"
        "from eqms.pdf import UnreadableDocument\n"
        "from eqms.pdf.child import ReadingChild\n"
        f"with ReadingChild({WALK!r}) as child:\n"
        f"    for path in sorted(pathlib.Path({str(HOSTILE)!r}).glob('*.[pt]*')):\n"
        "        try:\n"
        "            child.call(path.read_bytes())\n"
        "        except UnreadableDocument:\n"
        "            pass\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)\n"
    )
    answer = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120)
    peak_mb = int(answer.stdout)
    assert 20 < peak_mb <= 150  # allowed are 400; measured are 85
