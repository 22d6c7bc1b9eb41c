"""Documents in local storage: kept under their hash, proved when read."""

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections

from eqms.models import SourceDocument, User
from eqms.storage import DamagedDocument, StorageTrouble, TooLarge, open_document, read_bytes, store
from eqms.storage.names import harmless

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 an order"


def test_keeps_bytes_under_their_hash_and_gives_them_back(folders):
    document = store(io.BytesIO(PDF), "order 285.pdf", by="a clerk")
    assert (document.sha256, document.size) == (hashlib.sha256(PDF).hexdigest(), len(PDF))
    assert (folders / "files" / document.storage_key).read_bytes() == PDF
    assert read_bytes(document) == open_document(document).read() == PDF
    assert document.stored_at and not document.storage_problem


def test_remembers_who_uploaded_it():
    clerk = User.objects.create(username="ada")
    document = store(PDF, "order.pdf", by=clerk)
    assert (document.uploaded_by, document.uploaded_by_name) == (clerk, "ada")


def test_the_same_bytes_twice_are_one_document():
    first = store(PDF, "order.pdf", by="a")
    again = store(PDF, "the same order.pdf", by="b")
    assert first == again and again.filename == "order.pdf"
    assert SourceDocument.objects.count() == 1


def test_judges_the_kind_by_content_not_by_name():
    assert store(PDF, "order.txt", by="a").content_type == "application/pdf"
    assert store(b"<html><script>alert(1)</script>", "order.pdf", by="a").content_type == "text/html"


def test_finds_one_flipped_byte_and_names_the_document(folders):
    document = store(PDF, "order 285.pdf", by="a")
    path = folders / "files" / document.storage_key
    path.write_bytes(PDF[:-1] + bytes([PDF[-1] ^ 1]))
    with pytest.raises(DamagedDocument, match=rf"order 285.pdf \(document {document.pk}\): the bytes in storage"):
        read_bytes(document)


def test_names_the_document_whose_file_is_gone(folders):
    document = store(PDF, "order.pdf", by="a")
    (folders / "files" / document.storage_key).unlink()
    with pytest.raises(StorageTrouble, match=r"order.pdf \(document \d+\): Storage does not hold this file"):
        read_bytes(document)


def test_leaves_no_half_written_file_behind(folders):
    document = store(PDF, "order.pdf", by="a")
    assert [path.name for path in (folders / "files").rglob("*") if path.is_file()] == [document.sha256]


def test_a_folder_that_cannot_be_used_sends_files_to_the_spool(folders):
    (folders / "files").write_text("a file where a folder should be")
    document = store(PDF, "order.pdf", by="a")
    assert document.stored_at is None
    assert document.storage_problem == "The folder for files cannot be used. Check STORAGE_LOCAL_ROOT."
    assert read_bytes(document) == PDF


def test_says_so_when_the_spool_refuses_as_well(folders):
    (folders / "files").write_text("")
    (folders / "spool").write_text("")
    with pytest.raises(StorageTrouble):
        store(PDF, "order.pdf", by="a")
    assert not SourceDocument.objects.exists()


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("/proc/eqms/spool", "The spool folder /proc/eqms/spool cannot be used. Check SPOOL_DIR."),
        ("/sys/eqms/spool", "The spool folder /sys/eqms/spool may not be made or written. Check its owner and SPOOL"),
    ],
)
def test_names_the_spool_folder_that_cannot_be_made_and_what_to_do(folders, settings, folder, words):
    (folders / "files").write_text("")
    settings.SPOOL_DIR = Path(folder)
    with pytest.raises(StorageTrouble) as refusal:
        store(PDF, "order.pdf", by="a")
    assert words in str(refusal.value)


def test_a_long_name_of_the_spool_folder_leaves_room_for_what_to_do(folders, settings):
    (folders / "files").write_text("")
    settings.SPOOL_DIR = Path("/proc") / ("x" * 200) / "spool"
    with pytest.raises(StorageTrouble, match="x/spool cannot be used. Check SPOOL_DIR.$"):
        store(PDF, "order.pdf", by="a")


@pytest.mark.parametrize("as_file", [bytes, io.BytesIO, lambda data: io.BufferedReader(Pipe(data))])
def test_refuses_what_is_larger_than_a_file_may_be_by_name_size_and_limit(as_file, monkeypatch):
    monkeypatch.setattr("eqms.storage.sizes.LARGEST_FILE", 1024**2)
    with pytest.raises(TooLarge, match="^large.pdf has 1.1 MB, more than the 1 MB of one file. Split it and send"):
        store(as_file(b"x" * (1024**2 + 1)), "folder/large.pdf", by="a")
    assert not SourceDocument.objects.exists()
    assert store(as_file(b"x" * 1024**2), "large.pdf", by="a").size == 1024**2


class Pipe(io.RawIOBase):
    """Bytes that come once and tell their number to nobody."""

    def __init__(self, data):
        self.data = io.BytesIO(data)

    def readable(self):
        return True

    def readinto(self, buffer):
        return self.data.readinto(buffer)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("order.pdf", "order.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\order.pdf", "order.pdf"),
        ("a\x00b\nc\u202e.pdf", "ab c.pdf"),
        ("Auftrag Müller 東京.pdf", "Auftrag Müller 東京.pdf"),
        ('a<b>"c":d|e?f*.pdf', "a_b__c__d_e_f_.pdf"),
        ("..", "document"),
        ("", "document"),
        ("\udcff.pdf", "pdf"),
    ],
)
def test_makes_file_names_harmless(sent, kept):
    assert harmless(sent) == kept


def test_shortens_a_name_and_keeps_its_ending():
    name = harmless("x" * 400 + ".pdf")
    assert len(name) <= 150 and name.endswith("….pdf")


@pytest.mark.django_db(transaction=True)
def test_eight_uploads_of_the_same_bytes_at_once_are_one_document():
    def upload(number: int) -> int:
        try:
            return store(PDF, f"{number}.pdf", by="a").pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(upload, range(8)))
    assert keys == {SourceDocument.objects.get().pk}
