"""Bodies that are compressed, on their way in and on their way out."""

import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from starlette.datastructures import Headers

from app.admission.room import need
from app.api.answer.parts import PartsResponse
from app.api.request.accept import by_quality
from app.problems import Invalid, Listed, TooLarge, Unreadable, UnsupportedMedia
from app.settings import MIB, Limits

_IDENTITY = ("", "identity")
# What zlib calls the form of the bytes: gzip's, and its own, which HTTP calls deflate.
_FORMS = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
CODINGS = tuple(_FORMS)
_PIECE, _SMALL = MIB, 4 * MIB
_FAST = 1
# Of an answer that is compressed where a page wants it so: a larger one would hold up others.
_MOST_NAMED = 4 * MIB
# Nanoseconds to compress a byte.
COMPRESSING = 25


class Coding(NamedTuple):
    """How an answer is compressed."""

    name: str

    def pieces(self, parts: Sequence[bytes | memoryview]) -> Iterator[bytes]:
        """Return the compressed bytes of these parts."""
        packer = zlib.compressobj(_FAST, wbits=_FORMS[self.name])
        for part in parts:
            view = memoryview(part).cast("B")
            for start in range(0, len(view), _PIECE):
                yield packer.compress(view[start : start + _PIECE])
        yield packer.flush()


def is_coded(headers: Headers) -> bool:
    """Tell whether a body is compressed."""
    return headers.get("content-encoding") is not None and _coding_of(headers) not in _IDENTITY


def check_plain(headers: Headers) -> None:
    """Refuse a body that is compressed.

    Raises:
        UnsupportedMedia: it is.
    """
    if is_coded(headers):
        raise UnsupportedMedia(
            "a compressed body is not read here; send it without Content-Encoding"
        )


def _coding_of(headers: Headers) -> str:
    said = ",".join(headers.getlist("content-encoding")).lower().split(",")
    return ",".join(name for part in said if (name := part.strip()) not in _IDENTITY)


def decoded(body: bytes, headers: Headers, limits: Limits) -> bytes:
    """Return the body as it was before it was compressed, if it was.

    Raises:
        UnsupportedMedia: it was compressed in a way that is not read here.
        Unreadable: it is not what it says it is.
        TooLarge: more comes out of it than a body may have.
    """
    coding = _coding_of(headers)
    if coding in _IDENTITY:
        return body
    if coding not in _FORMS:
        raise UnsupportedMedia(
            "the body is compressed as '{coding}'; gzip and deflate are read here",
            coding=coding[:80],
        )
    total, pieces, most = 0, [], limits.body_bytes
    for piece in _unpacked(body, _FORMS[coding]):
        total += len(piece)
        if total > most:
            raise TooLarge("the body has more than {most} bytes when it is unpacked", most=most)
        # How much will come nobody knows: room for a little at first, then for all that may come.
        need(2 * min(_SMALL if total <= _SMALL else most, most))
        pieces.append(piece)
    need(2 * total, total)
    return b"".join(pieces)


def _unpacked(body: bytes, form: int) -> Iterator[bytes]:
    """Return what comes out, in pieces that are never large, however little goes in."""
    unpacker, view = zlib.decompressobj(wbits=form), memoryview(body)
    try:
        for start in range(0, len(view), _PIECE):
            left: bytes | memoryview = view[start : start + _PIECE]
            piece = b""
            while not unpacker.eof and (left or len(piece) == _PIECE):
                piece = unpacker.decompress(left, _PIECE)
                left = unpacker.unconsumed_tail
                yield piece
            if unpacker.eof and (unpacker.unused_data or start + _PIECE < len(view)):
                raise Unreadable("more follows the end of the compressed body")
    except zlib.error:
        raise Unreadable("the body is not compressed as it says it is") from None
    if not unpacker.eof:
        raise Unreadable("the compressed body ended too soon")


def coding_for(headers: Headers) -> Coding | None:
    """Return how the answer is to be compressed: only where one way is asked for by its name.

    HTTP libraries say by themselves that they take several. Numbers hardly become fewer bytes, and
    it costs many times what sending them does.
    """
    named = []
    for item in headers.get("accept-encoding", "")[:1000].split(","):
        name, _, option = item.partition(";")
        quality = option.strip().lower().removeprefix("q=") or "1"
        if name.strip().lower() not in (*_IDENTITY, "*") and quality.strip("0.") != "":
            named.append(name.strip().lower())
    return Coding(named[0]) if len(named) == 1 and named[0] in _FORMS else None


def coding_named(name: object, headers: Headers) -> Coding | None:
    """Return how an answer is to be compressed of which `coding` says so, where that is taken.

    A page has no say in what its browser names; it knows, though, which of its tensors are
    pictures, and these do become fewer bytes.

    Args:
        name: None where nothing is said.
        headers: of the request.

    Raises:
        Invalid: no way that is known here.
    """
    if name is None:
        return None
    if not isinstance(name, str) or name not in _FORMS:
        raise Invalid("coding must be one of {codings}", loc=("coding",), codings=Listed(_FORMS))
    return Coding(name) if name in by_quality(headers.get("accept-encoding", "")) else None


def compress(answer: PartsResponse, coding: Coding | None) -> PartsResponse:
    """Return an answer compressed, unless it is so large that others would wait for that."""
    if coding is not None and answer.size <= _MOST_NAMED:
        need(answer.size)
        answer.recode(list(coding.pieces(answer.parts)), coding.name)
    return answer
