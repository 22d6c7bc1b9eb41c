"""Small PDFs written by hand, so that a test shows every operator it is about."""

from eqms.pdf.words import Page, read_pages

HELVETICA = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object with its length."""
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


def pdf_of(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalog."""
    whole, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(whole)
    whole += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    whole += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(whole)


def page_pdf(content: bytes, page: bytes = b"", *more: bytes, font: bytes = HELVETICA, resources: bytes = b"") -> bytes:
    """A PDF of one page, 400 by 300 points. ``more`` objects are numbered from 6."""
    return pdf_of(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 400 300]>>",
            b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>%s>>%s>>" % (resources, page),
            stream(content),
            font,
            *more,
        ]
    )


def filtered_pdf(filters: bytes, packed: bytes) -> bytes:
    """A PDF of one page whose content went through ``filters``."""
    return pdf_of(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
            stream(packed, b"/Filter" + filters),
            HELVETICA,
        ]
    )


def page_with(content: bytes, page: bytes = b"", *more: bytes, **options: bytes) -> Page:
    """The one page of ``page_pdf`` as read."""
    (read,) = read_pages(page_pdf(content, page, *more, **options))
    return read


def texts(page: Page) -> list[str]:
    """The words of a page without their boxes."""
    return [word.text for word in page.words]
