"""The list of planted bugs fits the code as it stands: a stale entry would find nothing."""

from pathlib import Path

import pytest

from .planted_bugs import all_bugs

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("file", sorted({bug.file for bug in all_bugs()}))
def test_every_bug_has_its_one_place_in_the_code(file):
    text = (ROOT / file).read_text()
    assert [bug.old for bug in all_bugs() if bug.file == file and text.count(bug.old) != 1] == []


def test_every_bug_changes_something_and_names_tests_that_exist():
    assert [bug for bug in all_bugs() if bug.old == bug.new or not (ROOT / bug.tests).exists()] == []


def test_no_bug_is_listed_twice():
    listed = [(bug.file, bug.old, bug.new, bug.tests, bug.chosen) for bug in all_bugs()]
    assert [one for one in set(listed) if listed.count(one) > 1] == []
