"""Streams of a PDF that end at a limit, whatever they inflate to."""

import struct
import zlib
from io import BytesIO

from pdfminer.lzw import LZWDecoder
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import (
    LITERALS_CCITTFAX_DECODE,
    LITERALS_DCT_DECODE,
    LITERALS_FLATE_DECODE,
    LITERALS_JBIG2_DECODE,
    LITERALS_JPX_DECODE,
    LITERALS_LZW_DECODE,
    LITERALS_RUNLENGTH_DECODE,
    PDFStream,
)
from pdfminer.psexceptions import PSException

STREAM_BYTES = 16_000_000
PICTURES = (*LITERALS_CCITTFAX_DECODE, *LITERALS_DCT_DECODE, *LITERALS_JBIG2_DECODE, *LITERALS_JPX_DECODE)

# pdfminer.six checks little of what it reads: where an object is not of the kind it expects, the error of
# the failing line comes through as it is. These are the errors that a damaged file can cause.
DAMAGE = (
    PSException,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


class TooComplex(Exception):
    """A page asks for more work than any paper needs."""


class BoundedStream(PDFStream):
    """A stream that decodes to at most ``STREAM_BYTES`` and does not keep the result."""

    def get_data(self) -> bytes:
        """The decoded bytes; empty for pictures, which are never decoded. Raises TooComplex."""
        data = self.rawdata
        if self.decipher:
            data = self.decipher(self.objid, self.genno, data, self.attrs)
        for name, parameters in self.get_filters():
            if name in PICTURES:
                return b""
            data = self._through(name, parameters, data)
            if len(data) > STREAM_BYTES:
                raise TooComplex("a part of it unpacks to more than 16 MB")
        return data

    def _through(self, name, parameters, data: bytes) -> bytes:
        if name in LITERALS_FLATE_DECODE:
            data = inflate(data)
        elif name in LITERALS_LZW_DECODE:
            data = _joined(LZWDecoder(BytesIO(data)).run())
        elif name in LITERALS_RUNLENGTH_DECODE:
            data = _joined(_runs(data))
        else:
            return PDFStream({"Filter": name, "DecodeParms": parameters}, data).get_data()
        if parameters and parameters.get("Predictor", 1) != 1:
            # pdfminer.six applies predictors only behind a filter: any that changes nothing will do.
            plain = PDFStream({"Filter": LITERALS_DCT_DECODE[0], "DecodeParms": parameters}, data)
            return plain.get_data()
        return data


class BoundedParser(PDFParser):
    """A parser that makes bounded streams."""

    def do_keyword(self, pos, token) -> None:
        super().do_keyword(pos, token)
        if token is self.KEYWORD_STREAM and self.curstack and isinstance(self.curstack[-1][1], PDFStream):
            position, stream = self.curstack[-1]
            self.curstack[-1] = (position, BoundedStream(stream.attrs, stream.rawdata, stream.decipher))


def inflate(data: bytes) -> bytes:
    """``data`` unpacked up to the limit and one byte more; of damaged data what comes before the damage."""
    try:
        return zlib.decompressobj().decompress(data, STREAM_BYTES + 1)
    except zlib.error:
        return _inflate_before_damage(data)


def _inflate_before_damage(data: bytes) -> bytes:
    unpacker, unpacked = zlib.decompressobj(), bytearray()
    try:
        for start in range(0, len(data), 64):
            unpacked += unpacker.decompress(data[start : start + 64], STREAM_BYTES + 1)
            if len(unpacked) > STREAM_BYTES:
                break
    except zlib.error:
        return bytes(unpacked)
    return bytes(unpacked)


def _joined(pieces) -> bytes:
    joined = bytearray()
    for piece in pieces:
        joined += piece
        if len(joined) > STREAM_BYTES:
            break
    return bytes(joined)


def _runs(data: bytes):
    """The pieces of run-length encoded data: ISO 32000-1, 7.4.5."""
    position = 0
    while position < len(data) and data[position] != 128:
        length = data[position]
        if length < 128:
            yield data[position + 1 : position + 2 + length]
            position += length + 2
        else:
            yield data[position + 1 : position + 2] * (257 - length)
            position += 2
