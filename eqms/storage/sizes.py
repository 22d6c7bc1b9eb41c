"""How large a file may be: one rule for the upload page, the commands and everything else that stores."""

import math
import os
from typing import BinaryIO

from .names import harmless
from .trouble import StorageTrouble

MB = 1024 * 1024
LARGEST_FILE = 100 * MB  # bytes: a file is held in memory once while it is stored, and no order is larger


class TooLarge(StorageTrouble):
    """The file is larger than any paper: it was not kept."""


def content_of(file: BinaryIO | bytes, filename: str) -> bytes:
    """Return all bytes of ``file``; TooLarge before more than the limit is in memory."""
    if isinstance(file, bytes):
        refuse_large(filename, len(file))
        return file
    if file.seekable():
        refuse_large(filename, file.seek(0, os.SEEK_END))
        file.seek(0)
    data = file.read(LARGEST_FILE + 1)
    refuse_large(filename, len(data))  # a pipe does not tell its size beforehand
    return data


def refuse_large(filename: str, size: int, largest: int | None = None) -> None:
    """Raise TooLarge where ``size`` bytes are more than ``largest``, or than any file may have (None)."""
    largest = LARGEST_FILE if largest is None else largest
    if size <= largest:
        return
    name = harmless(filename)
    shown = name if len(name) <= 60 else f"{name[:59]}…"
    has = math.ceil(size * 10 / MB) / 10
    words = f"{shown} has {has:,} MB, more than the {largest // MB} MB of one file. Split it and send the parts."
    raise TooLarge("too_large", words)
