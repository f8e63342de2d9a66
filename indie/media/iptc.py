"""IPTC-IIM, and the resources of Photoshop that carry it, without the names of places."""

import struct

PLACES = (26, 27, 90, 92, 95, 100, 101)
"""Content location (code, name), city, sublocation, state, country (code, name). IPTC-IIM 4.2 §6, record 2."""

_IIM = 0x0404
_SIGNATURES = (b"8BIM", b"MeSa", b"PHUT", b"AgHg", b"DCSR")


def without_location(records: bytes) -> bytes:
    """
    IPTC-IIM records whose places are spaces; the same length.

    What follows on a malformed record is zeros.
    """
    cleared = bytearray(records)
    at = 0
    while at < len(records) and records[at] == 0x1C:
        size = int.from_bytes(records[at + 3 : at + 5])
        end = at + 5 + size
        if size & 0x8000 or end > len(records):
            break
        if records[at + 1] == 2 and records[at + 2] in PLACES:
            cleared[at + 5 : end] = b" " * size
        at = end
    # Why: after the last record stand zeros, if anything.
    cleared[at:] = bytes(len(records) - at)
    return bytes(cleared)


def resources_without_location(resources: bytes) -> bytes:
    """
    Photoshop's image resources (8BIM …) without the places in their IPTC; the same length.

    What follows on a malformed resource is zeros.
    """
    cleared = bytearray(resources)
    at = 0
    while resources[at : at + 4] in _SIGNATURES and at + 12 <= len(resources):
        # Its name: a byte that says how long it is, padded to an even length.
        start = at + 6 + (resources[at + 6] // 2 + 1) * 2
        if start + 4 > len(resources):
            break
        number, size = struct.unpack_from(">H", resources, at + 4)[0], struct.unpack_from(">I", resources, start)[0]
        start += 4
        if number == _IIM:
            cleared[start : start + size] = without_location(resources[start : start + size])
        at = start + size + size % 2
    cleared[at:] = bytes(max(0, len(resources) - at))
    return bytes(cleared)
