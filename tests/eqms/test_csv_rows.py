"""CSV files as people send them: the same rows whatever wrote them, every error with its place."""

import csv
import io
import json
from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eqms.csv_rows import BadCell, Column, Table, day, mendable, read_rows, whole_number

number = partial(whole_number, largest=9_999_999)
COLUMNS = [
    Column("sku", "SKU", ("Item", "Item Number")),
    Column("lot", "Lot", required=False, filled=False),
    Column("quantity", "Quantity", ("Qty",), number),
    Column("received_on", "Received On", ("Received Date",), partial(day, day_first=False)),
]
GOOD = "SKU,Lot,Quantity,Received On\nA-1,,2500,2026-03-04\nA-2,L-7,5,2026-03-05\n"
VALUES = [
    {"sku": "A-1", "lot": "", "quantity": 2500, "received_on": "2026-03-04"},
    {"sku": "A-2", "lot": "L-7", "quantity": 5, "received_on": "2026-03-05"},
]


def read(text, encoding="utf-8"):
    return read_rows(text if isinstance(text, bytes) else text.encode(encoding), COLUMNS)


def values(table):
    assert not table.problems
    return [row.values for row in table.rows]


def errors(table):
    return [str(problem) for problem in [*table.problems, *(p for row in table.rows for p in row.problems)]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_dialect_gives_the_same_rows(encoding, ending, delimiter):
    table = read(GOOD.replace(",", delimiter).replace("\n", ending), encoding)
    assert values(table) == VALUES
    assert table.headings == ["SKU", "Lot", "Quantity", "Received On"]


def test_the_line_with_which_excel_names_the_separator_is_no_row():
    table = read("sep=;\r\n" + GOOD.replace(",", ";").replace("\n", "\r\n"))
    assert values(table) == VALUES
    assert [row.number for row in table.rows] == [2, 3]


@pytest.mark.parametrize("heading", ["Received On", "received date", "RECEIVED_ON", " Received-On ", "received  on"])
def test_headings_are_known_however_they_are_spelled(heading):
    assert values(read(GOOD.replace("Received On", heading))) == VALUES


def test_columns_stand_in_any_order_and_unknown_ones_are_named():
    table = read("Note,Qty,Received Date,Item\nfragile,5,2026-03-04,A-1\n")
    assert values(table) == [{"quantity": 5, "received_on": "2026-03-04", "sku": "A-1"}]
    assert table.ignored == ["Note"]


def test_blank_rows_count_as_a_spreadsheet_counts_them():
    table = read("\nSKU,Quantity,Received On\n\n,,\nA-1,x,2026-03-04\n")
    assert errors(table) == ['row 5: Quantity "x" is no number. Write whole units in digits, such as 25.']


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20),
            st.integers(1, 9_999_999),
            st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 1, 1)),
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_whatever_a_writer_of_csv_writes_is_read_back(rows, encoding, delimiter, ending, quoting):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ending, quoting=quoting)
    writer.writerow(["SKU", "Quantity", "Received On"])
    writer.writerows((f"x{sku}", f"{units:,}", when) for sku, units, when in rows)
    expected = [{"sku": f"x{sku}", "quantity": units, "received_on": str(when)} for sku, units, when in rows]
    table = read(out.getvalue(), encoding)
    assert values(table) == expected
    assert Table.from_json(json.loads(json.dumps(table.as_json()))) == table


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"SKU,Quantity,Received On\n{text}".encode()))
def test_no_bytes_break_the_reader(data):
    table = read(data)
    text = "".join(errors(table)) + json.dumps(table.as_json(), ensure_ascii=False)
    text.encode()  # no half of a character is left
    assert "\\u0000" not in text
    assert Table.from_json(json.loads(json.dumps(table.as_json()))) == table


@pytest.mark.parametrize(
    ("text", "units"), [("2500", 2500), ("2,500", 2500), ("1", 1), ("007", 7), ("9,999,999", 9999999)]
)
def test_reads_whole_numbers(text, units):
    assert number(text) == units


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2.500", "Write 2500."),
        ("2 500", "Write 2500."),
        ("2.0", "Write 2."),
        ("2,5", "is no whole number"),
        ("0,500", "is no whole number"),
        ("25,00", "Write 25."),
        ("abc", "is no number"),
        ("1e3", "is no number"),
        ("٣", "is no number"),
        ("-5", "is less than 1"),
        ("0", "Write at least 1"),
        ("1000000000000", "is more than 9,999,999"),
        ("9" * 5000, "is more than 9,999,999"),
    ],
)
def test_a_number_that_is_none_says_what_to_write(text, says):
    with pytest.raises(BadCell) as bad:
        number(text)
    assert says in f"{bad.value.reason}. {bad.value.remedy}"


def test_all_errors_of_all_rows_come_at_once():
    table = read("SKU,Lot,Quantity,Received On\n,,abc,soon\nA-1,,5,2026-03-04\nA-1,,2.500,31/31/2026\n")
    assert errors(table) == [
        "row 2: SKU is empty. Fill the cell, or take the row out.",
        'row 2: Quantity "abc" is no number. Write whole units in digits, such as 25.',
        'row 2: Received On "soon" is no day. Write it as YYYY-MM-DD, such as 2026-03-04.',
        'row 4: Quantity "2.500" can be read in two ways. Write 2500.',
        'row 4: Received On "31/31/2026" is no day. Write it as YYYY-MM-DD, such as 2026-03-04.',
    ]


def test_days_are_read_in_the_order_of_the_house():
    assert day("3/4/2026", day_first=False) == "2026-03-04"
    assert day("3/4/2026", day_first=True) == "2026-04-03"


@pytest.mark.parametrize("text", ["about 3/4/2026", "week of 2026-03-02", "46085", "2026-02-30", "3/2026"])
def test_what_is_no_one_day_is_an_error(text):
    with pytest.raises(BadCell) as bad:
        day(text, day_first=False)
    assert (bad.value.reason, bad.value.remedy) == ("is no day", "Write it as YYYY-MM-DD, such as 2026-03-04.")


def test_a_file_that_contradicts_the_order_of_the_house_is_refused_as_a_whole():
    table = read("SKU,Quantity,Received On\nA-1,5,3/4/2026\nA-1,5,25/3/2026\n")
    (problem,) = table.problems
    assert (problem.row, problem.value) == (3, "25/3/2026")
    assert "puts the day first, but dates are read with the month first (setting DATE_ORDER)" in str(problem)


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \r\n\n"])
def test_an_empty_file_says_so(data):
    assert errors(read(data)) == ["row 1: the file is empty. Write a header and rows, and send it again."]


def test_missing_and_doubled_columns_are_named_together():
    assert errors(read("Item,SKU,Received On\nA-1,A-1,2026-03-04\n")) == [
        "row 1: SKU stands in the header 2 times (Item, SKU). Take out all but one.",
        "row 1: Quantity is missing. Add a column headed Quantity, Qty.",
    ]


def test_rows_with_too_many_or_too_few_cells_are_errors():
    table = read("SKU,Quantity,Received On\nA-1,2,500,2026-03-04\nA-1,5\nA-1,5,2026-03-04,,\n")
    assert [text[:40] for text in errors(table)] == [
        "row 2: the row has 4 cells, the header 3",
        "row 3: the row has 2 cells, the header 3",
    ]


def test_other_encodings_are_named_by_cell():
    table = read("SKU,Quantity,Received On\nKl\u00e4mme,5,2026-03-04\nA-1,5,2026-03-04\n", "latin-1")
    assert errors(table)[0].startswith('row 2: SKU "Kl\N{REPLACEMENT CHARACTER}mme" is not written in UTF-8. Save it')
    assert table.rows[1].values["sku"] == "A-1"


def test_a_nul_is_named_by_cell():
    table = read("SKU,Quantity,Received On\nA\0-1,5,2026-03-04\n")
    assert "holds a NUL character" in errors(table)[0]


def test_a_file_that_breaks_off_in_a_quotation_names_its_row():
    table = read('SKU,Quantity,Received On\nA-1,5,2026-03-04\n"A-1,5,2026-03-04\nA-1,5,2026-03-04\n')
    assert errors(table)[0].startswith("row 3: the row cannot be read")
    assert "quotation mark" in errors(table)[0]


@pytest.mark.parametrize("line", ["x" * 10_000_000, "x," * 5_000_000])
def test_a_line_of_ten_million_characters_is_one_short_error(line):
    table = read(f"SKU,Quantity,Received On\nA-1,5,2026-03-04\n{line}\n")
    (error,) = errors(table)
    assert error.startswith("row 3: the row ")
    assert len(error) < 300


def test_a_header_of_ten_million_characters_is_refused_in_words():
    assert all(len(error) < 300 for error in errors(read("x" * 10_000_000)))
    (error,) = errors(read("x," * 5_000_000))
    assert error.startswith("row 1: the header has 5,000,001 cells, more than 1,000. Save it")


def test_a_workbook_is_told_from_a_csv_file():
    data = b"PK\x03\x04" + b"\0" * 30 + b"xl/workbook.xml"
    assert "this is an Excel workbook, not a CSV file" in errors(read(data))[0]


def test_bad_rows_come_back_as_a_file_that_can_be_mended_and_read():
    table = read("SKU,Note,Quantity,Received On\nA-1,=1+1,-5,2026-03-04\nA-1,ok,5,2026-03-04\nA-2,x,abc,2026-03-05\n")
    text = "".join(mendable(table, {row.number: row.problems for row in table.rows if row.problems}))
    assert [line.split(",")[0] for line in text.splitlines()] == ["\ufeffSKU", "A-1", "A-2"]
    assert "'=1+1" in text
    again = read(text)
    assert errors(again) == [error.replace("row 4", "row 3") for error in errors(table)]
    mended = read(text.replace("'-5", "5").replace("abc", "7"))
    assert [row["quantity"] for row in values(mended)] == [5, 7]
    assert mended.ignored == ["Note"]
