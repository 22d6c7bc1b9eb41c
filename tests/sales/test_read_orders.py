"""The command that shows what would be read."""

import json
import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from eqms.storage.sizes import LARGEST_FILE

PAPERS = Path(__file__).parents[1] / "papers"


def run(*arguments):
    out, err = StringIO(), StringIO()
    call_command("read_orders", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_prints_a_line_for_every_paper_and_counts_on_the_last_line():
    out, _ = run(PAPERS / "hostile" / "cover_page_then_orders.pdf")
    lines = out.splitlines()
    assert lines[0] == "cover_page_then_orders.pdf: page 1, unknown paper, needs review"
    assert lines[2].startswith("cover_page_then_orders.pdf: page 2, sales order 0000118, 2025-09-02")
    assert lines[-1] == (
        "Read 3 pages of 1 files: 2 sales orders, 1 unknown paper; 1 need review, 0 files cannot be read."
    )


def test_json_is_one_document_and_nothing_else():
    out, err = run(PAPERS / "slip_half_small.pdf", PAPERS / "hostile" / "image_only_scan.pdf", "--json")
    document = json.loads(out)
    assert [order["doc_type"] for order in document["orders"]] == ["packing_slip"] * 3
    assert document["orders"][0]["file"] == "slip_half_small.pdf"
    assert [(d["file"], d["pages"], len(d["papers"])) for d in document["documents"]] == [
        ("slip_half_small.pdf", 2, 3),
        ("image_only_scan.pdf", 1, 1),
    ]
    assert document["documents"][1]["papers"][0]["problems"] == ["Page 1 has no text: it looks like a scan."]
    assert err.splitlines()[-1].startswith("Read 3 pages of 2 files: 3 packing slips, 1 unknown paper")


def test_the_first_line_on_standard_error_says_where_it_works():
    _, err = run(PAPERS / "sage_classic_08.pdf")
    assert err.splitlines()[0].startswith("Database ")


def test_judges_a_named_file_by_its_content():
    out, _ = run(PAPERS / "hostile" / "order_pdf_named.txt")
    assert "2 sales orders" in out.splitlines()[-1]


def test_a_folder_means_its_pdfs_and_only_with_recursive_those_further_down(tmp_path):
    (tmp_path / "below").mkdir()
    content = (PAPERS / "sage_classic_08.pdf").read_bytes()
    for name in ("one.pdf", "two.txt", "below/three.PDF"):
        (tmp_path / name).write_bytes(content)
    assert run(tmp_path)[0].splitlines()[-1].startswith("Read 1 pages of 1 files")
    assert run(tmp_path, "--recursive")[0].splitlines()[-1].startswith("Read 2 pages of 2 files")


def test_an_unreadable_file_is_reported_and_the_rest_goes_on():
    out, _ = run(PAPERS / "hostile" / "encrypted_user_password.pdf", PAPERS / "sage_classic_08.pdf")
    lines = out.splitlines()
    assert lines[0].startswith("encrypted_user_password.pdf: This PDF opens only with a password.")
    assert lines[1].startswith("sage_classic_08.pdf: page 1, sales order 0000556")


def test_a_file_larger_than_a_paper_may_be_is_reported_and_not_read(tmp_path):
    large = tmp_path / "large.pdf"
    large.touch()
    os.truncate(large, 2 * LARGEST_FILE)
    out, _ = run(large)
    assert "large.pdf: large.pdf has 200.0 MB, more than the 100 MB of one file. Split it" in out


def test_a_path_that_names_nothing_is_an_error_after_the_rest_was_read(tmp_path):
    with pytest.raises(CommandError, match="Read 0 pages of 0 files.*no such file or folder: .*absent.pdf"):
        run(tmp_path / "absent.pdf")
