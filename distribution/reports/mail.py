"""An e-mail as a file (.eml, RFC 5322): its headers in words. Its body and attachments are never parsed.

Anybody may have written such a file: what it says of itself is shown as text, and proves nothing by itself.
"""

import re
import unicodedata
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email import policy
from email.errors import MessageError
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import NamedTuple

HEADERS_WITHIN = 128 * 1024  # bytes: what has no end of its headers there is no e-mail
LONGEST_DECODED = 2000  # characters: the parser's time grows with the square of a header's length
LONGEST = 1000  # characters of a header that are kept
END_OF_HEADERS = re.compile(rb"\r?\n\r?\n|\r\r")
SPACES = "\t\r\n"
NEVER_SHOWN = ("C", "Zl", "Zp")  # controls, marks that turn the text, halves of characters, line separators
# What the parser raises on headers that nobody's mail program writes (bpo-30681 and its kin).
UNREADABLE = (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError)
NEEDED = ("From", "Date")
ONCE = ("From", "Date", "Subject", "Message-ID")
CLOCKS_DIFFER = timedelta(hours=6)  # clocks that are wrong, and zones that a mail program left out


class NoMail(Exception):
    """The file is no e-mail that could approve anything; the text says why and what to do."""


class Mail(NamedTuple):
    """The headers of an e-mail, decoded, in one line each. ``address`` is whom it came from."""

    sender: str
    address: str
    to: str
    date: str
    subject: str
    message_id: str
    data: bytes

    def names(self, sha256: str) -> bool:
        """Tell whether the file holds ``sha256`` in plain text."""
        return sha256.encode() in self.data.lower()


def read_mail(data: bytes) -> Mail:
    """Return the headers of the e-mail in ``data``. Raises NoMail."""
    message = headers_of(data)
    missing = [name for name in NEEDED if not text_of(message, name)]
    if missing:
        raise NoMail(f"This is no e-mail that can be kept: it has no {' and no '.join(missing)}. Save it as .eml.")
    if twice := [name for name in ONCE if len(as_written(message, name)) > 1]:
        raise NoMail(f"This e-mail says {twice[0]} twice: nobody can tell which is meant. Ask for it again.")
    said = {name: text_of(message, name) for name in ("Date", "Subject", "Message-ID", "To")}
    sender, address = text_of(message, "From"), address_of(message)
    return Mail(sender, address, said["To"], said["Date"], said["Subject"], said["Message-ID"], data)


def headers_of(data: bytes) -> EmailMessage:
    """Return the headers at the beginning of ``data``."""
    end = END_OF_HEADERS.search(data, 0, HEADERS_WITHIN)
    head = data[: end.start()] if end else data[: HEADERS_WITHIN + 1]
    if b"\0" in head or (end is None and len(data) > HEADERS_WITHIN):
        raise NoMail("This is no e-mail: it does not begin with headers. Save the e-mail as .eml and send that file.")
    try:
        return BytesHeaderParser(policy=policy.default).parsebytes(head.removeprefix(b"\xef\xbb\xbf"))
    except UNREADABLE as error:
        raise NoMail(
            f"The headers of this e-mail cannot be read ({type(error).__name__}). Ask for it again."
        ) from error


def as_written(message: EmailMessage, name: str) -> list[str]:
    """Return what the file says under ``name``, each time, undecoded."""
    return [str(text) for written, text in message.raw_items() if written.casefold() == name.casefold()]


def text_of(message: EmailMessage, name: str) -> str:
    """Return a header as people read it: decoded, in one line, without what nobody sees; "" where there is none."""
    text = ", ".join(as_written(message, name))
    if len(text) <= LONGEST_DECODED:
        with suppress(*UNREADABLE):  # such as a Message-ID that is none: it is shown as it is written
            text = ", ".join(str(value) for value in message.get_all(name, []))
    shown = "".join(" " if sign in SPACES else sign for sign in text if sign in SPACES or not hidden(sign))
    line = " ".join(shown.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def address_of(message: EmailMessage) -> str:
    """Return the one address that the e-mail came from, in small letters."""
    if len(as_written(message, "From")[0]) > LONGEST_DECODED:
        raise NoMail("The header From of this e-mail is longer than any person's. Ask for it again.")
    try:
        header = message["From"]
        found = [one.addr_spec for one in header.addresses] if isinstance(header, AddressHeader) else []
    except UNREADABLE as error:
        raise NoMail("The header From of this e-mail cannot be read. Ask for it again.") from error
    known = {address.casefold() for address in found if "@" in address.strip("@") and not any(map(hidden, address))}
    if len(known) != 1 or len(found) != 1:
        count = len(found) if found else "no"
        raise NoMail(f"From names {count} address, where one person approves: {text_of(message, 'From')}")
    address = known.pop()
    if len(address) > 254:
        raise NoMail("The address in From is longer than addresses are.")
    return address


def date_trouble(date: str, made_at: datetime, now: datetime) -> str:
    """Return why an e-mail of ``date`` approves no file that was made at ``made_at``, "" where it may."""
    try:
        sent = parsedate_to_datetime(date)
        sent = sent.replace(tzinfo=UTC) if sent.tzinfo is None else sent.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return f"its Date, “{date}”, is none that can be read, so nobody can tell whether it is about this file"
    if sent < made_at - CLOCKS_DIFFER:
        made = f"{made_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        return f"its Date, “{date}”, is before the report was made ({made}): it cannot be about this file"
    if sent > now + CLOCKS_DIFFER:
        return f"its Date, “{date}”, is in the future: nobody has sent it yet"
    return ""


def hidden(sign: str) -> bool:
    """Tell whether nobody sees the character, or it turns what stands beside it."""
    return unicodedata.category(sign).startswith(NEVER_SHOWN)
