"""What a file is by its content. Its name and the sender's word for it are not asked."""

from eqms.pdf import UnreadableDocument

PDF = "application/pdf"
EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"
TEXT = "text/plain"
HEADER_WITHIN = 1024  # a reader must find the header there: ISO 32000-1, Annex H, note 13

SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"{\\rtf", "application/rtf"),
    (b"%!PS", "application/postscript"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
)
OFFICE = "application/vnd.openxmlformats-officedocument."
PARTS_OF_ZIPS = (
    (b"word/", OFFICE + "wordprocessingml.document"),
    (b"xl/", OFFICE + "spreadsheetml.sheet"),
    (b"ppt/", OFFICE + "presentationml.presentation"),
    (b"application/vnd.oasis.opendocument", "application/vnd.oasis.opendocument"),
)
NAMES = {
    PDF: "a PDF",
    EMPTY: "an empty file",
    TEXT: "plain text",
    "text/html": "a web page (HTML)",
    "text/xml": "an XML file",
    "message/rfc822": "an e-mail",
    "image/png": "a PNG picture",
    "image/jpeg": "a JPEG picture",
    "image/gif": "a GIF picture",
    "image/tiff": "a TIFF picture",
    "image/bmp": "a BMP picture",
    "image/webp": "a WebP picture",
    "image/heic": "a HEIC picture",
    "application/rtf": "an RTF document",
    "application/postscript": "a PostScript file",
    "application/x-ole-storage": "an old Office document or an Outlook message",
    "application/zip": "a ZIP archive",
    "application/gzip": "a gzip archive",
    "application/x-7z-compressed": "a 7z archive",
    "application/vnd.rar": "a RAR archive",
    OFFICE + "wordprocessingml.document": "a Word document",
    OFFICE + "spreadsheetml.sheet": "an Excel workbook",
    OFFICE + "presentationml.presentation": "a PowerPoint presentation",
    "application/vnd.oasis.opendocument": "an OpenDocument file",
}
ARCHIVES = ("application/zip", "application/gzip", "application/x-7z-compressed", "application/vnd.rar")
NO_DOCUMENTS = (EMPTY, UNKNOWN, TEXT, *ARCHIVES)


def kind_of(data: bytes) -> str:
    """The media type of ``data`` by its first bytes; ``application/octet-stream`` where they tell nothing."""
    if not data:
        return EMPTY
    for signature, kind in SIGNATURES:
        if data.startswith(signature):
            return kind
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_zip(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        return "image/heic"
    if header_at(data) >= 0:
        return PDF
    return _kind_of_text(data[:4096])


def header_at(data: bytes) -> int:
    """Where the PDF header stands in ``data``; -1 where the first 1,024 bytes hold none."""
    return data.find(b"%PDF-", 0, HEADER_WITHIN + len(b"%PDF-"))


def pdf_in(data: bytes) -> bytes:
    """``data`` from its PDF header on: offsets inside count from there. Raises UnreadableDocument where it has none."""
    start = header_at(data)
    if start >= 0:
        return data[start:]
    if not data:
        raise UnreadableDocument("This file is empty (0 bytes). Upload it again, or ask the sender for it again.")
    remedy = "Open it, save or print it as PDF, and upload that."
    raise UnreadableDocument(f"This is not a PDF but {name_of(kind_of(data))}. {remedy}")


def name_of(kind: str) -> str:
    """A media type as a person calls it: ``a PNG picture``."""
    return NAMES.get(kind, "a file of an unknown kind")


def no_document(kind: str) -> str:
    """Why a file of this media type can be attached to nothing, "" where it may be a paper or its picture."""
    if kind not in NO_DOCUMENTS:
        return ""
    return f"This is {name_of(kind)}, no document: it cannot be attached. Upload the paper as PDF."


def _kind_of_zip(data: bytes) -> str:
    for part, kind in PARTS_OF_ZIPS:
        if part in data[:65536]:
            return kind
    return "application/zip"


def _kind_of_text(start: bytes) -> str:
    words = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if words.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<script")):
        return "text/html"
    if words.startswith(b"<?xml"):
        return "text/html" if b"<html" in words else "text/xml"
    if words.startswith((b"received:", b"return-path:", b"mime-version:", b"from:", b"delivered-to:")):
        return "message/rfc822"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return TEXT
    binary = sum(byte < 9 or 13 < byte < 32 for byte in start)
    return UNKNOWN if binary else TEXT
