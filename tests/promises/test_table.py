"""No promise is left out of the table."""

import re

from tests.promises.table import ROOT, promising


def test_every_file_that_keeps_a_promise_is_run():
    files = [path for path in (ROOT / "tests").rglob("test_*.py") if re.search(r"(?m)^ +promise\(", path.read_text())]
    assert len(files) > 20
    assert {str(path.relative_to(ROOT)) for path in files} <= set(promising())
