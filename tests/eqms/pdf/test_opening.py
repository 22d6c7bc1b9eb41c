"""Encrypted, damaged and lying files."""

import base64
import zlib
from pathlib import Path

import pikepdf
import pytest
from pdfminer.pdftypes import LITERALS_DCT_DECODE, LITERALS_LZW_DECODE

from eqms.pdf import UnreadableDocument, opening, streams
from eqms.pdf.words import read_pages
from tests.eqms.pdf.making import HELVETICA, filtered_pdf, page_pdf, pdf_of, stream, texts

HOSTILE = Path(__file__).parents[2] / "papers" / "hostile"
TEXT = b"BT /F1 10 Tf 10 200 Td (Order) Tj ET"


def words_of(data):
    return [texts(page) for page in read_pages(data)]


def encrypted(tmp_path, user, revision):
    with pikepdf.open(HOSTILE / "dup_number_a.pdf") as pdf:
        pdf.save(
            tmp_path / "encrypted.pdf",
            encryption=pikepdf.Encryption(
                owner="owner", user=user, R=revision, aes=revision > 3, metadata=revision > 3
            ),
        )
    return (tmp_path / "encrypted.pdf").read_bytes()


@pytest.mark.parametrize("revision", [2, 3, 4, 6], ids=["RC4-40", "RC4-128", "AES-128", "AES-256"])
def test_reads_what_opens_without_a_password(tmp_path, revision):
    assert words_of(encrypted(tmp_path, "", revision)) == words_of((HOSTILE / "dup_number_a.pdf").read_bytes())


@pytest.mark.parametrize("revision", [2, 3, 4, 6])
def test_says_that_a_password_is_needed(tmp_path, revision):
    with pytest.raises(UnreadableDocument, match="opens only with a password. Ask the sender"):
        words_of(encrypted(tmp_path, "secret", revision))


def test_says_that_a_damaged_file_lost_its_content():
    problems = [page.problem for page in read_pages((HOSTILE / "truncated_half.pdf").read_bytes())]
    assert problems == [f"page {number}: its content is damaged or missing in the file" for number in (1, 2)]


def test_finds_the_pages_of_a_file_without_its_table():
    whole = page_pdf(TEXT)
    assert words_of(whole[: whole.index(b"xref")]) == [["Order"]]


@pytest.mark.parametrize("lost", [3, 4])
def test_a_page_lost_by_a_wrong_table_is_found_by_a_repair(lost):
    page = b"<</Type/Page/Parent 2 0 R/Contents 5 0 R/Resources<</Font<</F1 6 0 R>>>>>>"
    tree = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>"]
    whole = pdf_of([*tree, page, page, stream(TEXT), HELVETICA])
    wrong = whole.replace(b"%010d" % whole.index(b"%d 0 obj" % lost), b"%010d" % 7)
    assert wrong != whole
    assert words_of(wrong) == [["Order"], ["Order"]]


def test_a_tree_that_confuses_the_repair_is_no_end_of_the_reader():
    confusing = b"4 0 obj<<<<[]>>/Type/Page>>\n3 0 obj<<///Pages 15 0 R/Type/Catalog>>\n15 0 obj<</Kids[R 4 0 R]>>n"
    with pytest.raises(UnreadableDocument, match="has no pages"):
        words_of(b"%PDF-1.7\n" + confusing)


def test_counts_leaves_not_promises():
    kids = b" ".join(b"%d 0 R" % number for number in (5, 5, 2, 6, 99))
    data = pdf_of(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[%s]/Count 1000000/Resources<</Font<</F1 3 0 R>>>>>>" % kids,
            HELVETICA,
            stream(TEXT),
            b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>",
            b"<</Kids[7 0 R]/MediaBox[0 0 50 300]>>",
            b"<</Contents[4 0 R 99 0 R]>>",
        ]
    )
    first, second = read_pages(data)
    assert (texts(first), first.width, texts(second), second.width) == (["Order"], 612, ["Order"], 50)


def test_a_tree_ten_thousand_levels_deep_is_walked():
    levels = 10_000
    tree = [b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (number + 5) for number in range(levels)]
    leaf = b"<</Type/Page/Contents 3 0 R/Resources<</Font<</F1 %d 0 R>>>>>>" % (levels + 4)
    data = pdf_of([b"<</Type/Catalog/Pages 4 0 R>>", b"null", stream(TEXT), *tree[:-1], leaf, HELVETICA])
    assert words_of(data) == [["Order"]]


def test_refuses_more_pages_than_any_scan(monkeypatch):
    monkeypatch.setattr(opening, "MOST_PAGES", 999)
    with pytest.raises(UnreadableDocument, match="more than 999 pages. Split it"):
        next(read_pages((HOSTILE / "thousand_pages.pdf").read_bytes()))


@pytest.mark.parametrize("name", ["zero_pages.pdf", "page_tree_loop.pdf", "header_only.pdf"])
def test_says_that_a_file_has_no_pages(name):
    with pytest.raises(UnreadableDocument, match="has no pages"):
        words_of((HOSTILE / name).read_bytes())


@pytest.mark.parametrize(
    ("filters", "packed"),
    [
        (b"/FlateDecode", zlib.compress(TEXT)),
        (b"[/ASCII85Decode/FlateDecode]", base64.a85encode(zlib.compress(TEXT)) + b"~>"),
        (b"/ASCIIHexDecode", TEXT.hex().encode() + b">"),
        (b"/RunLengthDecode", b"\x24" + TEXT[:37] + b"\xfe \x80ignored"),
        (b"/LZWDecode", bytes.fromhex("800b6050220c0c8501")),
    ],
    ids=["Flate", "ASCII85 and Flate", "hexadecimal", "run length", "LZW"],
)
def test_every_filter_of_text_is_undone(filters, packed):
    (page,) = read_pages(filtered_pdf(filters, packed))
    if filters == b"/LZWDecode":
        assert streams.BoundedStream({"Filter": LITERALS_LZW_DECODE[0]}, packed).get_data() == b"-----A---B"
    else:
        assert texts(page) == ["Order"]


def test_predictors_are_undone():
    rows = [TEXT[start : start + 4].ljust(4) for start in range(0, len(TEXT), 4)]
    packed = zlib.compress(b"".join(b"\x00" + row for row in rows))
    (page,) = read_pages(filtered_pdf(b"/FlateDecode/DecodeParms<</Predictor 12/Columns 4>>", packed))
    assert texts(page) == ["Order"]


def test_a_stream_cut_short_gives_what_came_before_the_cut():
    packed = zlib.compress(TEXT + b" 1 0 0 1 0 0 cm" * 2_000, 0)
    for damaged in (packed[:-400], packed[:10_000] + bytes(9_000) + packed[19_000:]):
        (page,) = read_pages(filtered_pdf(b"/FlateDecode", damaged))
        assert texts(page) == ["Order"]


def test_pictures_are_never_unpacked():
    assert streams.BoundedStream({"Filter": LITERALS_DCT_DECODE[0]}, b"any bytes").get_data() == b""


@pytest.mark.parametrize("filters", [b"/FlateDecode", b"[/RunLengthDecode/RunLengthDecode/RunLengthDecode]"])
def test_a_page_that_unpacks_beyond_the_limit_is_refused(filters):
    flate = zlib.compress(bytes(streams.STREAM_BYTES + 1))
    runs = (b"\x81\x81" * 60 + b"\x81\x00") * 800
    (page,) = read_pages(filtered_pdf(filters, flate if filters == b"/FlateDecode" else runs))
    assert page.problem == "page 1: a part of it unpacks to more than 16 MB"
