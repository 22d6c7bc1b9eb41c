"""E-mails as files: what their headers say, and hostile ones."""

import random

import pytest

from distribution.reports.mail import HEADERS_WITHIN, LONGEST, NoMail, read_mail

from .reported import MAIL


def mail(**headers) -> bytes:
    """Return an e-mail with these headers in place of its own; None leaves one out."""
    said = {"From": "Quinn <q@example.org>", "To": "a@example.org", "Date": "Tue, 3 Mar 2026 10:00:00 +0000"}
    said |= {"Subject": "Approved", "Message-ID": "<1@example.org>"}
    said |= {name.replace("_", "-"): text for name, text in headers.items()}
    lines = [
        name.encode() + b": " + (text if isinstance(text, bytes) else text.encode())
        for name, text in said.items()
        if text is not None
    ]
    return b"\r\n".join([*lines, b"", b"Yes."])


def test_reads_the_headers():
    found = read_mail(MAIL)
    assert (found.sender, found.address) == ("Quinn Adler <quinn@example.org>", "quinn@example.org")
    assert (found.to, found.message_id) == ("quality@example.org", "<1@example.org>")
    assert found.subject == "Approved: tracing report of February"


def test_subject_to_and_message_id_may_be_missing():
    found = read_mail(mail(Subject=None, To=None, Message_ID=None))
    assert (found.subject, found.to, found.message_id) == ("", "", "")


def test_encoded_words_and_other_scripts_are_read():
    found = read_mail(mail(From="=?utf-8?q?J=C3=BCrgen_M=C3=BCller?= <JM@Example.org>", Subject="=?utf-8?b?5om/6KqN?="))
    assert (found.sender, found.address) == ("Jürgen Müller <JM@Example.org>", "jm@example.org")
    assert found.subject == "承認"


def test_an_unknown_encoding_is_shown_as_far_as_it_goes():
    assert read_mail(mail(Subject="=?x-nonsense?q?abc?=")).subject


def test_folded_lines_are_one_and_what_nobody_sees_is_left_out():
    assert read_mail(mail(Subject="Approved\r\n by Quinn")).subject == "Approved by Quinn"
    assert read_mail(mail(Subject="a\u202eb\u200bc\x07d")).subject == "abcd"


def test_a_header_hidden_in_an_encoded_word_stays_text():
    found = read_mail(mail(Subject="=?utf-8?q?x=0D=0AFrom:_eve=40example.org?="))
    assert found.address == "q@example.org"
    assert "\n" not in found.subject


def test_a_message_id_that_is_none_is_shown_as_it_stands():
    assert read_mail(mail(Message_ID="<>>example.org>")).message_id == "<>>example.org>"


def test_a_header_that_would_take_minutes_to_decode_is_shown_as_it_is_written():
    assert read_mail(mail(To="=?utf-8?q?=C3=BC?= <a@example.org>, " * 200)).to.startswith("=?utf-8?q?")
    with pytest.raises(NoMail, match="longer than any person's"):
        read_mail(mail(From="a@example.org, " * 500))


def test_a_long_header_is_cut():
    assert len(read_mail(mail(Subject="x" * 5000)).subject) == LONGEST


@pytest.mark.parametrize("name", ["From", "Date"])
def test_what_is_needed_and_missing_is_named(name):
    with pytest.raises(NoMail, match=f"it has no {name}"):
        read_mail(mail(**{name: None}))


@pytest.mark.parametrize(
    "sender", ["nobody", "a@example.org, b@example.org", "Undisclosed:;", "<>", "x <@>"], ids=lambda text: text[:9]
)
def test_one_person_approves(sender):
    with pytest.raises(NoMail, match="where one person approves|cannot be read"):
        read_mail(mail(From=sender))


@pytest.mark.parametrize("name", ["From", "Date", "Subject", "Message-ID"])
def test_a_header_said_twice_is_refused(name):
    with pytest.raises(NoMail, match=f"says {name} twice"):
        read_mail(name.encode() + b": x@example.org\r\n" + mail())


NO_MAILS = {
    "empty": b"",
    "words": b"Dear all,\n\nI approve.\n",
    "pdf": b"%PDF-1.7\n\x00\x01\n\nFrom: x@example.org\n",
    "html": b"<html><head><title>From: x@example.org</title></head>\n\n<body>Approved</body></html>",
    "zeros": b"From: a@example.org\0\nDate: x\n\n",
    "outlook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "endless": b"From: a@example.org\nDate: x\nX: " + b"y" * HEADERS_WITHIN,
}


@pytest.mark.parametrize("name", NO_MAILS)
def test_what_is_no_mail_is_refused_in_words(name):
    with pytest.raises(NoMail, match="This is no e-mail|cannot be read"):
        read_mail(NO_MAILS[name])


def test_mutated_mails_are_read_or_refused_and_never_break():
    chance = random.Random(47)
    pieces = [piece.encode("latin-1") for piece in ("=?utf-8?b?", "?=", "\r\n ", "\xff", *'<>"(:;@\\[,')]
    whole = mail(Subject="=?utf-8?q?a=C3=BC?= b", To='"A, B" <a@example.org>, c: d@example.org;')
    for _ in range(1500):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            place = chance.randrange(len(data))
            data[place : place + chance.randrange(3)] = chance.choice(pieces)
        try:
            found = read_mail(bytes(data))
        except NoMail:
            continue
        assert found.address and "\n" not in "".join(found[:6])
