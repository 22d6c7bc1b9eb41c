"""Files that appear whole or not at all."""

import os
from pathlib import Path

import pytest

from eqms.whole_file import appearing_whole


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_appears_when_the_block_ends_well(tmp_path):
    path = tmp_path / "pairs.csv"
    with appearing_whole(path) as file:
        file.write(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["pairs.csv"]


@pytest.mark.parametrize("trouble", [OSError, KeyboardInterrupt, SystemExit])
def test_whatever_ends_the_block_leaves_what_was_there(tmp_path, trouble):
    path = tmp_path / "pairs.csv"
    path.write_bytes(b"old")
    with pytest.raises(trouble), appearing_whole(path) as file:
        file.write(b"new")
        raise trouble
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["pairs.csv"]


def test_a_link_is_followed_and_permissions_stay(tmp_path):
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_bytes(b"old")
    real.chmod(0o600)
    link.symlink_to(real)
    with appearing_whole(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert (real.read_bytes(), real.stat().st_mode & 0o777) == (b"new", 0o600)


def test_what_a_killed_process_of_this_number_left_is_no_hindrance(tmp_path):
    (tmp_path / f".pairs.csv.{os.getpid()}.part").write_bytes(b"half")
    with appearing_whole(tmp_path / "pairs.csv") as file:
        file.write(b"new")
    assert names(tmp_path) == ["pairs.csv"]


def test_a_name_may_be_as_long_as_a_name_can_be(tmp_path):
    path = tmp_path / ("n" * 250)
    with appearing_whole(path) as file:
        file.write(b"new")
    assert path.read_bytes() == b"new"
