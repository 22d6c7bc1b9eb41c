"""The command that finds duplicates in a plain CSV file."""

import csv
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from customers import customer_file, duplicate_file_search
from tests.customers.matching.invented import FIELDS, write
from tests.customers.matching.scoring import facilities_in, score
from tests.promises import promise, size

ROOT = Path(__file__).resolve().parents[2]
HEADER = "id,name,address,city,state,zip,phone,email,customer_number"
ROW = "1,Harbor Family Medicine,410 Main St,Luverne,AL,36049,334-335-3374,,"
INTERRUPTED = "CommandError: Interrupted. Nothing was written: the file of pairs appears when it is whole."
TWIN = "2,Harbor Family Medicine Inc,410 Main Street,Luverne,AL,36049,3343353374,,"


@pytest.fixture
def find(tmp_path):
    """Return a function that runs the command on the bytes of a file; it gives the output and the rows of pairs."""

    def find(content, *arguments):
        source, target = tmp_path / "customers.csv", tmp_path / "pairs.csv"
        source.write_bytes(content if isinstance(content, bytes) else content.encode())
        out = StringIO()
        call_command(
            "find_duplicates", "--input", source, "--output", target, *arguments, stdout=out, stderr=StringIO()
        )
        with target.open(newline="", encoding="utf-8") as file:
            return out.getvalue().splitlines(), list(csv.DictReader(file))

    find.folder = tmp_path
    return find


def refused(find, content, *arguments):
    """Return the message with which a file is refused, after a look that nothing was written."""
    with pytest.raises(CommandError) as refusal:
        find(content, *arguments)
    assert {path.name for path in find.folder.iterdir()} <= {"customers.csv"}
    assert str(refusal.value).startswith("Nothing was written. ")
    return str(refusal.value)


def test_writes_pairs_with_confidence_band_and_reason_and_counts_on_the_last_line(find):
    out, pairs = find("\n".join([HEADER, ROW, TWIN, "3,Other Clinic,9 Elm St,Troy,AL,36081,,,"]))
    assert out == [f"Compared 3 customers: 1 pair in {find.folder}/pairs.csv (1 automatic, 0 likely, 0 review)."]
    assert [(pair["id_a"], pair["id_b"], pair["band"]) for pair in pairs] == [("1", "2", "automatic")]
    assert 0 < float(pairs[0]["confidence"]) < 1
    assert pairs[0]["reason"] == (
        "same phone, shared by no one else; same house number and street; names differ by 'Inc'"
    )


def test_says_where_there_is_nothing_to_find(find):
    out, pairs = find("\n".join([HEADER, ROW]))
    assert pairs == []
    assert out[-1].startswith("Compared 1 customer: 0 pairs in ")


def test_finds_what_is_known_of_invented_customers(find):
    source = find.folder / "invented.csv"
    write(source, size(4000, 100_000), seed=8001)
    _, pairs = find(source.read_bytes())
    assert score_of(source, pairs).f1 >= 0.975
    automatic = [pair for pair in pairs if pair["band"] == "automatic"]
    assert score_of(source, automatic).precision >= 0.999
    assert min(float(pair["confidence"]) for pair in automatic) >= max(
        float(pair["confidence"]) for pair in pairs if pair["band"] != "automatic"
    )


def score_of(source, pairs):
    """Return the score of rows of a file of pairs."""

    class Row:
        def __init__(self, pair):
            self.first, self.second = pair["id_a"], pair["id_b"]

    return score(facilities_in(source), map(Row, pairs))


def test_reads_many_rows_in_moderate_memory(tmp_path):
    rows = size(5000, 1_000_000)
    source, target = tmp_path / "customers.csv", tmp_path / "pairs.csv"
    write(source, rows, seed=8003)
    # Through a small process of its own: a child's peak begins with its parent's, and this one grows with the suite.
    measure = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)\n"
    )
    command = [sys.executable, "manage.py", "find_duplicates", "--input", source, "--output", target]
    answer = subprocess.run(
        [sys.executable, "-c", measure, *command], cwd=ROOT, check=True, capture_output=True, text=True
    )
    promise("find_duplicates, MB", float(answer.stdout), size(150, 1200), n=rows)
    with target.open(newline="", encoding="utf-8") as file:
        promise("find_duplicates, 1 - F1", 1 - score_of(source, csv.DictReader(file)).f1, 0.03, n=rows)


def test_min_confidence_leaves_out_less_sure_pairs(find):
    source = find.folder / "invented.csv"
    write(source, 1000, seed=8002)
    everything = find(source.read_bytes())[1]
    sure = find(source.read_bytes(), "--min-confidence", "0.999")[1]
    assert sure == [pair for pair in everything if float(pair["confidence"]) >= 0.999]
    assert 0 < len(sure) < len(everything)


@pytest.mark.parametrize("text", ["2", "-0.1", "nan", "much"])
def test_a_confidence_that_is_none_is_refused(find, text):
    with pytest.raises(CommandError, match="--min-confidence"):
        find("\n".join([HEADER, ROW]), "--min-confidence", text)


def test_cells_that_a_spreadsheet_would_run_are_neutral_and_come_back(find):
    rows = [HEADER, ROW.replace("1,", "=1+1,", 1), TWIN.replace("2,", "@x,", 1)]
    _, pairs = find("\n".join(rows))
    assert (pairs[0]["id_a"], pairs[0]["id_b"]) == ("'=1+1", "'@x")
    _, again = find("\n".join([HEADER, ROW.replace("1,", "'=1+1,", 1), TWIN]))
    assert again[0]["id_a"] == "'=1+1"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_reads_what_spreadsheets_save(find, encoding, delimiter):
    twins = [row.replace("Harbor", "Hôpital 東京") for row in (ROW, TWIN)]
    text = "\r\n".join([HEADER, "", *twins]).replace(",", delimiter)
    assert len(find(text.encode(encoding))[1]) == 1


def test_headings_may_stand_in_any_order_and_others_are_passed_over(find):
    out, pairs = find(f"cluster,{HEADER},note\n9,{ROW},x\n9,{TWIN},y\n")
    assert len(pairs) == 1


# -- bad input ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", [field for field in FIELDS if field != "cluster"])
def test_a_missing_column_is_named(find, column):
    header = HEADER.replace(column, "something", 1) if column != "id" else HEADER.replace("id,", "something,", 1)
    assert f"row 1: {column} is missing. Add a column headed {column}" in refused(find, f"{header}\n{ROW}\n")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (f"{HEADER}\n", "The file holds a header and no rows."),
        (f"{HEADER}\n{ROW}\n{ROW}\n", 'row 3: id "1" stands in a row above too. Give each row an id of its own.'),
        (f"{HEADER}\n,A,,,,,,,\n", "row 2: id is empty. Give each row an id of its own."),
        (f"{HEADER}\n{ROW}\n7, ,,,,,,,\n", "row 3: name is empty. Fill the cell, or take the row out."),
        (f"{HEADER}\n1,A\n", "row 2: the row has 2 cells, the header 9."),
        (f'{HEADER}\n1,"A\n', "row 2: the row cannot be read"),
        (f"{HEADER}\n{ROW}".encode() + b"\n2,M\xfcller,,,,,,,\n", "line 3: holds bytes that are not UTF-8."),
        (f"{HEADER}\n1,A\0B,,,,,,,\n", "line 2: holds a NUL character."),
        (f"{HEADER}\n1,{'x' * 10_000_000}", "line 2: has more than 1,000,000 characters."),
        (f"{HEADER}\n1,{'x' * 200_000},,,,,,,\n", "row 2: the row cannot be read (field larger than field limit"),
        (b"PK\x03\x04xl/workbook", "not a CSV file"),
        (b"%PDF-1.7", "This is a PDF, not a CSV file."),
        (f"{HEADER}\n{ROW}\n".encode("utf-16") + b"\x00\xd8\x00\x00", "UTF-16"),
    ],
    ids=["empty", "no rows", "id twice", "no id", "no name", "short row", "torn", "latin-1", "nul", "10 MB line"]
    + ["long cell", "zip", "pdf", "utf-16"],
)  # fmt: skip
def test_a_file_that_cannot_be_compared_is_refused(find, content, words):
    assert words in refused(find, content)


def test_many_problems_are_counted_and_the_first_are_named(find):
    message = refused(find, "\n".join([HEADER, *[f"{number},,,,,,,," for number in range(50)]]))
    assert message.count("name is empty") == 10
    assert message.endswith("... and 40 more.")


def test_what_is_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for source, words in (
        (tmp_path / "nowhere.csv", "cannot be opened: No such file"),
        (tmp_path, "is a folder"),
        (tmp_path / "pipe", "is no file"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("find_duplicates", "--input", source, "--output", tmp_path / "pairs.csv")
    assert list(tmp_path.iterdir()) == [tmp_path / "pipe"]


def test_pairs_never_take_the_place_of_a_folder_or_of_the_customers(tmp_path):
    source = tmp_path / "customers.csv"
    source.write_text(f"{HEADER}\n{ROW}\n")
    os.mkfifo(tmp_path / "pipe")
    for target, words in (
        (tmp_path, "is a folder"),
        (source, "is the file of customers"),
        (tmp_path / "pipe", "is no file"),
        (tmp_path / "no" / "pairs.csv", "cannot be written: No such file"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("find_duplicates", "--input", source, "--output", target)
    assert source.read_text() == f"{HEADER}\n{ROW}\n"


def test_what_was_there_stays_until_the_new_file_is_whole(find):
    (find.folder / "pairs.csv").write_text("before")
    with pytest.raises(CommandError):
        find(f"{HEADER}\n{ROW}\n{ROW}\n")
    assert (find.folder / "pairs.csv").read_text() == "before"
    assert {path.name for path in find.folder.iterdir()} == {"customers.csv", "pairs.csv"}


def test_rows_are_read_one_after_the_other(tmp_path):
    path = tmp_path / "customers.csv"
    path.write_text("\n".join([HEADER, *[f"{number},A,,,,,,," for number in range(100)]]))
    with path.open("rb") as file:
        customers = customer_file.CustomerFile(file)
        next(customers.records())
        assert customers.count == 1


def run(*arguments):
    """Run the command as a process of its own; the database that is named does not answer."""
    command = [sys.executable, "manage.py", "find_duplicates", *arguments]
    environment = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()


def test_needs_no_database_and_ends_with_0_and_1(tmp_path):
    source, target = tmp_path / "customers.csv", tmp_path / "pairs.csv"
    source.write_text("\n".join([HEADER, ROW, TWIN]))
    code, out, err = run("--input", source, "--output", target)
    assert (code, len(out)) == (0, 1)
    assert err[0] == f"Reads {source}, writes {target}, needs no database"
    code, out, err = run("--input", tmp_path / "nowhere.csv", "--output", target)
    assert (code, out) == (1, [])
    assert err[-1].startswith("CommandError: Nothing was written.")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--help"], 0, "Find pairs of customers in a CSV file that may be one."),
        (["--input", "customers.csv"], 2, "the following arguments are required: --output"),
        (["--inputs", "customers.csv", "--output", "pairs.csv"], 2, "--input"),
        (["--input", "nowhere.csv", "--output", "pairs.csv", "--no-color"], 1, "cannot be opened: No such file"),
    ],
    ids=["help", "too few", "misspelt", "an option of all commands"],
)
def test_django_answers_what_is_asked_otherwise(arguments, code, words):
    ended, out, err = run(*arguments)
    assert ended == code
    assert words in " ".join(out + err)


def test_the_search_starts_without_django(tmp_path):
    (tmp_path / "customers.csv").write_text("\n".join([HEADER, ROW, TWIN]))
    command = ["find_duplicates", "--input", tmp_path / "customers.csv", "--output", tmp_path / "pairs.csv"]
    watch = "import runpy, sys; runpy.run_path('manage.py', run_name='__main__'); print('django' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", watch, *command], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "False"
    assert (tmp_path / "pairs.csv").exists()


def test_an_interrupted_search_writes_nothing_and_says_so(tmp_path, monkeypatch, capsys):
    (tmp_path / "customers.csv").write_text("\n".join([HEADER, ROW, TWIN]))
    monkeypatch.setattr(duplicate_file_search, "write_pairs", interrupted)
    with pytest.raises(SystemExit, match="Interrupted. Nothing was written"):
        duplicate_file_search.run(["--input", str(tmp_path / "customers.csv"), "--output", str(tmp_path / "pairs.csv")])
    assert [path.name for path in tmp_path.iterdir()] == ["customers.csv"]


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">/dev/full", "2>/dev/full", ">&- 2>&-"])
def test_closed_and_full_streams_keep_nobody_from_the_pairs(tmp_path, closed):
    (tmp_path / "customers.csv").write_text("\n".join([HEADER, ROW, TWIN]))
    asked = f"find_duplicates --input {tmp_path}/customers.csv --output {tmp_path}/pairs.csv"
    done = subprocess.run(f"{sys.executable} manage.py {asked} {closed}", shell=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0
    assert len((tmp_path / "pairs.csv").read_text().splitlines()) == 2


def test_a_search_that_is_asked_to_stop_leaves_nothing_behind(tmp_path):
    write(tmp_path / "customers.csv", 30_000, seed=8003)
    asked = ["--input", tmp_path / "customers.csv", "--output", tmp_path / "pairs.csv"]
    command = [sys.executable, "manage.py", "find_duplicates", *asked]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as search:
        assert search.stderr.readline().startswith("Reads ")
        search.terminate()
        said = search.stderr.read()
    assert (search.returncode, said.splitlines()[-1]) == (1, INTERRUPTED)
    assert [path.name for path in tmp_path.iterdir()] == ["customers.csv"]


def test_what_cannot_be_read_is_not_blamed_on_the_pairs(tmp_path):
    code, _, err = run("--input", tmp_path / ("n" * 300), "--output", tmp_path / "pairs.csv")
    assert code == 1
    assert err[-1].endswith("cannot be read: File name too long.")


def interrupted(*arguments):
    raise KeyboardInterrupt
