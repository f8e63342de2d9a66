"""
Where we connect to, and where never.

An address is vetted twice: as a literal in what somebody sends us (at once,
without the network), and as what a name resolved to (just before we connect to
that very address). Webmention §4.3; the attacks are in tests/fetch/test_guard.py.
"""

import re
import socket
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

import requests

from indie import urls
from indie.errors import Blocked

Network = IPv4Network | IPv6Network

PORTS = frozenset({80, 443, 8080, 8443})
"""Ports on the public internet; every other is somebody's database or control panel."""

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")

# Why: `is_global` says yes to some of these, and which ones changes with the version of Python.
# Tunnels (6to4, Teredo) are refused whole and not unwrapped: nobody publishes from there any more.
_SPECIAL = [
    ip_network(special)
    for special in (
        "100.64.0.0/10",  # carrier-grade NAT
        "168.63.129.16/32",  # the control plane of a cloud, public by number only
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # 6to4 relays
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
]
_LOOPBACK = ("127.0.0.1", "::1")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


def vet_address(address: str, port: int, allow: Sequence[Network]) -> None:
    """
    Raise Blocked unless we may connect to this address and port.

    address: an IP address as the resolver writes it, with `%zone` where it has one.
    allow: networks that the operator opened; there every port is fine.
    Public is what is global unicast by itself and by what it carries (an IPv4
    address mapped into IPv6, or behind NAT64).
    """
    bare, scoped, _ = address.partition("%")
    try:
        ip = ip_address(bare)
    except ValueError:
        raise Blocked("This is no address that can be connected to.") from None
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    if any((mapped or ip) in network or ip in network for network in allow):
        return
    if scoped or not _is_public(ip):
        raise Blocked("This address is not on the public internet; it is never connected to.")
    if port not in PORTS:
        raise Blocked("Only the ports 80, 443, 8080 and 8443 are connected to.")


def vet_literal(url: str, allow: Sequence[Network]) -> None:
    """
    Raise Blocked where the URL itself says that we may not connect; asks no name server.

    Refused are addresses in any spelling, names of this machine (RFC 6761
    §6.3), other ports, and what is no http URL at all. What the operator
    opened (`allow`) passes; a name at another port does too once anything is
    open, as only its address can tell.
    """
    name, port = place(url)
    address = literal(name)
    if address:
        vet_address(str(address), port, allow)
    elif _NUMBER.fullmatch(name.rpartition(".")[2]):
        raise Blocked("This is neither a name nor an address.")
    elif name == "localhost" or name.endswith(".localhost"):
        if not any(ip_address(own) in network for own in _LOOPBACK for network in allow):
            raise Blocked("This name means the machine itself; it is never connected to.")
    elif port not in PORTS and not allow:
        raise Blocked("Only the ports 80, 443, 8080 and 8443 are connected to.")


def place(url: str) -> tuple[str, int]:
    r"""
    The host and the port of a URL, as the connection will have them; no final dot, no brackets.

    Why: read from the *prepared* URL. Parsers disagree about `http://a\@b/` and
    about digits beyond ASCII, and only the one that connects is right.
    Raises Blocked where `urls.parse_http` or `requests` refuses the URL.
    """
    parts = urlsplit(prepared(url))
    return (parts.hostname or "").rstrip("."), parts.port or (443 if parts.scheme == "https" else 80)


def prepared(url: str) -> str:
    """
    The URL as it will be requested: host in ASCII and lower case, path and query escaped.

    Raises Blocked where `urls.parse_http` or `requests` refuses the URL.
    """
    try:
        return _prepared(urls.parse_http(url))
    except ValueError as error:  # also requests.InvalidURL, UnicodeError
        raise Blocked("This is no http or https address that can be requested.") from error


# Why remembered: each step of an exchange asks for it anew.
@lru_cache(maxsize=256)
def _prepared(url: str) -> str:
    request = requests.PreparedRequest()
    request.prepare_url(url, None)
    return request.url or ""


def literal(name: str) -> IPv4Address | IPv6Address | None:
    """
    The address that a host is, in any spelling; None if it is a name.

    `127.1`, `2130706433`, `0x7f.1` and `0177.0.0.1` are spellings that
    `getaddrinfo` takes for 127.0.0.1.
    """
    try:
        return IPv6Address(name) if ":" in name else IPv4Address(socket.inet_aton(name))
    except (OSError, ValueError):
        return None


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if isinstance(ip, IPv6Address):
        carried = ip.ipv4_mapped or (IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        if carried:
            return _is_public(carried)
        if ip not in _GLOBAL_UNICAST:
            return False
    special = ip.is_multicast or ip.is_reserved or any(ip in network for network in _SPECIAL)
    return ip.is_global and not special
