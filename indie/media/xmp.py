"""XMP without the place: what is said of it becomes spaces, so that nothing else moves."""

import re
from mmap import mmap

_NAME = (
    rb"[A-Za-z][\w.-]{0,40}:(?:(?i:GPS)[\w-]{0,40}|(?:Absolute|Relative)?(?:Latitude|Longitude|Altitude)"
    rb"|lat|long|City|State|ProvinceState|Country(?:Code|Name)?|WorldRegion|Sub-?[Ll]ocation"
    rb"|(?:shot)?Location(?:Created|Shown|Name|Id)?)"
)
"""Properties that tell a place in the schemas exif, photoshop, Iptc4xmpCore and -Ext, xmpDM, geo, drone-dji."""

_ATTRIBUTE = re.compile(rb"\s" + _NAME + rb"""\s{0,9}=\s{0,9}(?:"[^"<]*"|'[^'<]*')""")
_ELEMENT = re.compile(rb"<(" + _NAME + rb")(?=[\s/>])[^<>]*>")
_LEFT = re.compile(rb"[\s<]" + _NAME + rb"(?=[\s=/>])")
_RDF = re.compile(rb"<rdf:RDF\b")
_END = b"</rdf:RDF>"
_EMPTY = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'


def without_location(packet: bytes) -> bytes:
    """
    A packet of XMP, or a part of one, that tells no place; the same length, and nothing else of it changed.

    Where a place is still seen afterwards, the packet is emptied.
    XMP 1 (ISO 16684-1) §7. Limit: UTF-8 is read, no UTF-16 (which nobody
    writes), and words of the author's own (captions, keywords) are not judged.
    """
    if not has_location(packet):
        return packet
    cleared = _without_elements(_ATTRIBUTE.sub(lambda match: b" " * len(match[0]), packet))
    if has_location(cleared):
        return (_EMPTY if len(packet) >= len(_EMPTY) else b"").ljust(len(packet))
    return cleared


def swept(body: bytes) -> bytes:
    """A file of any kind, all the packets in it without their places; the same length."""
    if _RDF.search(body) is None:
        return body
    cleared = bytearray(body)
    sweep(cleared)
    return bytes(cleared)


def sweep(body: bytearray | mmap) -> None:
    """Do what `swept` does to bytes where they lie."""
    done = 0
    while match := _RDF.search(body, done):
        end = body.find(_END, match.end())
        if end < 0:
            # Why: nobody reads half a packet, and what follows may be the pixels.
            return
        body[match.start() : end] = without_location(bytes(body[match.start() : end]))
        done = end


def has_location(packet: bytes) -> bool:
    """Whether a packet tells a place."""
    return _LEFT.search(packet) is not None


def _without_elements(packet: bytes) -> bytes:
    written, done = [], 0
    while match := _ELEMENT.search(packet, done):
        end = match.end()
        if not match[0].endswith(b"/>"):
            close = packet.find(b"</" + match[1] + b">", end)
            if close < 0:
                break
            end = close + len(match[1]) + 3
        written += [packet[done : match.start()], b" " * (end - match.start())]
        done = end
    written.append(packet[done:])
    return b"".join(written)
