"""Opening a PDF: encrypted, damaged or not a PDF at all, and walking its pages without trusting its page tree."""

import io
import logging

import pikepdf
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdftypes import PDFObjRef, PDFStream, dict_value, list_value, resolve1

from eqms.pdf import NEEDS_PASSWORD, UnreadableDocument
from eqms.pdf.kinds import pdf_in
from eqms.pdf.streams import DAMAGE, BoundedParser, TooComplex

MOST_PAGES = 10_000
KEPT_STREAM_BYTES = 32_000_000
INHERITED = frozenset({"Resources", "MediaBox", "CropBox", "Rotate"})  # ISO 32000-1, 7.7.3.4
CLOSING = b"\n%%EOF\n"  # qpdf loses an object that the end of the file follows
AGAIN = "Ask the sender for it again, or print it and scan it."

# Every oddity of a stranger's file is a warning there; what matters is told in Page.problem.
logging.getLogger("pdfminer").setLevel(logging.ERROR)
logging.getLogger("pikepdf").setLevel(logging.ERROR)


class Document(PDFDocument):
    """A document that remembers small objects, and streams only where the file is small."""

    def __init__(self, data: bytes, *, fallback: bool = False) -> None:
        self.was_repaired = False
        self.forgets_streams = len(data) > KEPT_STREAM_BYTES
        super().__init__(BoundedParser(io.BytesIO(data)), fallback=fallback)

    def forget_page(self) -> None:
        """Let go of the streams of the pages read so far, so that memory stays flat over thousands of scans."""
        if self.forgets_streams:
            kept = self._cached_objs.items()
            self._cached_objs = {key: value for key, value in kept if not isinstance(value[0], PDFStream)}


def open_document(data: bytes) -> tuple[Document, list[dict]]:
    """The document in ``data`` and its pages, after a repair where needed. Raises UnreadableDocument."""
    data = pdf_in(data)
    document, nodes, lost = _opened(data)
    if lost or not nodes:
        mended, mended_nodes, _ = _opened_after_repair(data)
        if len(mended_nodes) > len(nodes):
            document, nodes = mended, mended_nodes
    if not nodes:
        raise UnreadableDocument(f"This PDF has no pages, or none that can be found in it. {AGAIN}")
    return document, nodes


def _opened(data: bytes, *, fallback: bool = False) -> tuple[Document | None, list[dict], int]:
    """The document, its pages and how many places of its page tree hold no page. Raises UnreadableDocument."""
    try:
        document = Document(data, fallback=fallback)
        return document, *_nodes_of(document)
    except PDFPasswordIncorrect as error:
        raise UnreadableDocument(NEEDS_PASSWORD) from error
    except PDFEncryptionError as error:
        raise UnreadableDocument(
            "This PDF is encrypted in a way that cannot be read here. Print it as PDF without protection."
        ) from error
    except (*DAMAGE, TooComplex):
        return None, [], 0


def _opened_after_repair(data: bytes) -> tuple[Document | None, list[dict], int]:
    try:
        repaired = repair(data)
    except pikepdf.PasswordError as error:
        raise UnreadableDocument(NEEDS_PASSWORD) from error
    except (pikepdf.PikepdfError, *DAMAGE):
        return _opened(data, fallback=True)
    document, nodes, lost = _opened(repaired)
    if document:
        document.was_repaired = True
    return document, nodes, lost


def repair(data: bytes) -> bytes:
    """``data`` with its cross-reference table written anew and without encryption; streams stay packed."""
    mended = io.BytesIO()
    with pikepdf.open(io.BytesIO(data + CLOSING), suppress_warnings=True) as pdf:
        pdf.save(
            mended,
            encryption=False,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.preserve,
        )
    return mended.getvalue()


def _nodes_of(document: Document) -> tuple[list[dict], int]:
    """The pages in order. The tree may be a loop, be deep or lie about its counts: only its leaves are believed."""
    waiting = [(document.catalog.get("Pages"), {})]
    seen, nodes, lost = set(), [], 0
    while waiting:
        reference, inherited = waiting.pop()
        key = reference.objid if isinstance(reference, PDFObjRef) else id(reference)
        if key in seen:
            continue
        seen.add(key)
        node = dict_value(resolve1(reference))
        lost += not node
        if "Kids" in node:
            kept = inherited | {name: node[name] for name in INHERITED if name in node}
            waiting += [(child, kept) for child in reversed(list_value(node["Kids"]))]
        elif node:
            nodes.append(inherited | node)
        if len(nodes) > MOST_PAGES:
            raise UnreadableDocument(f"This PDF has more than {MOST_PAGES:,} pages. Split it into smaller files.")
    return nodes, lost
