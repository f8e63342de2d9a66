"""Content-Encoding undone, within a ceiling (RFC 9110 §8.4). Pure."""

import contextlib
import zlib

from indie.errors import TooLarge, Unreachable

ACCEPTED = "gzip, deflate"

_LAYERS = 2
_MEMBERS = 64
_GZIP_MAGIC = b"\x1f\x8b"
_NOT_ASKED_FOR = frozenset({"br", "zstd", "compress", "x-compress"})


def decoded(body: bytes, content_encoding: str, ceiling: int) -> bytes:
    """
    The body without its encodings.

    content_encoding: the header's value, several lines joined by commas. Words
        that are no encoding (servers write `utf-8` there) are passed over.
    ceiling: the most bytes that any layer may have; raises TooLarge past it, so
        a bomb costs what the ceiling costs. Raises Unreachable where the body
        is broken, cut short, or in an encoding that we did not ask for.
    """
    layers = _layers(content_encoding)
    if _NOT_ASKED_FOR.intersection(layers):
        raise Unreachable("The answer is in an encoding that was not asked for.")
    if len(layers) > _LAYERS:
        raise TooLarge("The answer is compressed over and over.")
    try:
        for word in reversed(layers):
            if body:
                body = _deflate(body, ceiling) if word == "deflate" else _gzip(body, ceiling)
    except zlib.error as error:
        raise Unreachable("The answer is not compressed as it says.") from error
    if len(body) > ceiling:
        raise TooLarge("The answer is larger than we take.")
    return body


def begun(body: bytes, content_encoding: str, ceiling: int) -> bytes:
    """
    The beginning of a body that may have been cut: as much as can be read without its encodings.

    At most `ceiling` bytes; none where it is broken or in an encoding that we did not ask for. Raises nothing.
    Limit: of several gzip members the first.
    """
    layers = _layers(content_encoding)
    if _NOT_ASKED_FOR.intersection(layers) or len(layers) > _LAYERS:
        return b""
    for word in reversed(layers):
        body = _beginning(body, word, ceiling)
    return body[:ceiling]


def _layers(content_encoding: str) -> list[str]:
    words = [word.strip().lower() for word in content_encoding.split(",")]
    return [word for word in words if word in _NOT_ASKED_FOR or word in ("gzip", "x-gzip", "deflate")]


def _beginning(body: bytes, word: str, ceiling: int) -> bytes:
    for wbits in (zlib.MAX_WBITS, -zlib.MAX_WBITS) if word == "deflate" else (16 + zlib.MAX_WBITS,):
        with contextlib.suppress(zlib.error):
            return zlib.decompressobj(wbits).decompress(body, ceiling)
    return b""


def _gzip(body: bytes, ceiling: int) -> bytes:
    """Limit: 64 members; each costs a copy of all that follows it, and a body of empty ones is an attack."""
    whole = b""
    for _ in range(_MEMBERS):
        part, body = _inflate(body, 16 + zlib.MAX_WBITS, ceiling - len(whole))
        whole += part
        if not body.startswith(_GZIP_MAGIC):  # nothing, or padding
            return whole
    raise TooLarge("The answer has too many compressed parts.")


def _deflate(body: bytes, ceiling: int) -> bytes:
    """Why two tries: half the servers leave out the zlib header that RFC 9110 §8.4.1.2 wants."""
    try:
        return _inflate(body, zlib.MAX_WBITS, ceiling)[0]
    except zlib.error:
        return _inflate(body, -zlib.MAX_WBITS, ceiling)[0]


def _inflate(body: bytes, wbits: int, ceiling: int) -> tuple[bytes, bytes]:
    """One stream, and the bytes after it."""
    engine = zlib.decompressobj(wbits)
    stream = engine.decompress(body, ceiling + 1)
    if len(stream) > ceiling:
        raise TooLarge("The answer is larger than we take.")
    if not engine.eof:
        raise Unreachable("The answer broke off.")
    return stream, engine.unused_data
