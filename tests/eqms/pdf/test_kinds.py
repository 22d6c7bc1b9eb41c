"""What a file is by its content."""

import pytest

from eqms.pdf import UnreadableDocument
from eqms.pdf.kinds import PDF, kind_of, name_of, pdf_in


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.4\n", PDF),
        (b"\x00" * 1024 + b"%PDF-1.4", PDF),
        (b"\x00" * 1025 + b"%PDF-1.4", "application/octet-stream"),
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xe0 with %PDF- inside", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"PK\x03\x04....word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"PK\x03\x04....anything", "application/zip"),
        (b"  <!DOCTYPE HTML><p>", "text/html"),
        (b'<?xml version="1.0"?><html xmlns="">', "text/html"),
        (b'<?xml version="1.0"?><order/>', "text/xml"),
        (b"Received: from mail", "message/rfc822"),
        (b"Order 117\nLot 5\n", "text/plain"),
        ("Straße".encode("utf-16"), "text/plain"),
        (b"\x01\x02\x03", "application/octet-stream"),
        (b"", "application/x-empty"),
    ],
)
def test_tells_the_kind_by_content(data, kind):
    assert kind_of(data) == kind


def test_a_pdf_counts_from_its_header():
    assert pdf_in(b"\r\n\r\n%PDF-1.7 rest") == b"%PDF-1.7 rest"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "This file is empty (0 bytes)."),
        (b"\x89PNG\r\n\x1a\n", "This is not a PDF but a PNG picture. Open it, save or print it as PDF"),
        (b"\x01\x02", "This is not a PDF but a file of an unknown kind."),
    ],
)
def test_says_what_a_file_is_instead_of_a_pdf(data, said):
    with pytest.raises(UnreadableDocument) as refusal:
        pdf_in(data)
    assert said in str(refusal.value)


def test_every_kind_has_a_name_a_person_uses():
    assert name_of("image/heic") == "a HEIC picture"
    assert name_of("application/x-unheard-of") == "a file of an unknown kind"
