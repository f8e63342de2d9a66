"""What an app may be called by, and where it may ask to be answered (IndieAuth §3.3, §5.2; RFC 8252)."""

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from indie import urls
from indie.config import Network
from indie.errors import Blocked, InvalidRequest
from indie.fetch import guard

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
# Why a letter first in the last label: what ends in a number is an address in one of its spellings.
_DOMAIN = re.compile(rf"(?=.{{1,253}}$)(?:{_LABEL}\.)*(?=[a-z]){_LABEL}")
_CUSTOM = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):[!$-;=?-\[\]_a-z~]+")
_NEVER = ("about", "blob", "data", "file", "filesystem", "javascript", "vbscript", "view-source")


def parse(text: str, allow: Sequence[Network]) -> str:
    """
    The one spelling of a client_id (`canonical`), by which it is compared from then on.

    allow: networks by whose addresses an app may be called; the operator opened
        them. Of all others only 127.0.0.1 and [::1] may be (IndieAuth §3.3).
    Raises InvalidRequest.
    """
    client_id = canonical(text)
    address = guard.literal(urls.host(client_id))
    if address and str(address) not in _LOOPBACK and not any(address in network for network in allow):
        raise InvalidRequest("This client_id cannot be used: its host is an address; give the app a domain name.")
    return client_id


def canonical(text: str) -> str:
    """
    A URL with scheme and host in lower case, the host as the network spells it, and a path; else as it came.

    Raises InvalidRequest for what is no client_id whatever its address (IndieAuth §3.3, IA-R3).
    """
    try:
        host, _ = guard.place(urls.parse_http(text))
    except ValueError as error:
        raise InvalidRequest(f"This client_id cannot be used: {error}.") from None
    except Blocked:
        raise InvalidRequest("This client_id cannot be used: its host cannot be understood.") from None
    if "#" in text:
        raise InvalidRequest("This client_id cannot be used: it has a fragment, which begins at the #.")
    parts = urlsplit(text)
    if not {".", ".."}.isdisjoint(unquote(parts.path).split("/")):
        raise InvalidRequest("This client_id cannot be used: its path has a segment of dots.")
    address = guard.literal(host)
    if str(address) != host if address else not _DOMAIN.fullmatch(host):
        raise InvalidRequest("This client_id cannot be used: its host is neither a domain name nor a plain address.")
    port = f":{parts.port}" if parts.port is not None else ""
    rest = text.partition("://")[2].removeprefix(parts.netloc)
    slash = "" if rest.startswith("/") else "/"
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}{slash}{rest}"


def is_loopback(client_id: str) -> bool:
    """Whether an app runs on its user's own machine: localhost (RFC 6761 §6.3), 127.0.0.1 or [::1]. Never fetched."""
    host = urls.host(client_id)
    return host in _LOOPBACK or host.endswith(".localhost")


def parse_redirect_uri(text: str) -> str:
    """
    Take an absolute URL to answer to, exactly as it was sent: it is compared letter for letter.

    Schemes of apps (`com.example.app:/callback`, RFC 8252 §7.1) are taken; whether
    the app named this one is for `client_info.allows`.
    Raises InvalidRequest for a fragment, for what a browser would run or open on
    the user's own disk, and for what two readers could read in two ways.
    """
    if "#" in text:
        raise InvalidRequest("This redirect_uri cannot be used: it has a fragment, which begins at the #.")
    if text.partition(":")[0].lower() in ("http", "https"):
        try:
            return urls.parse_http(text)
        except ValueError as error:
            raise InvalidRequest(f"This redirect_uri cannot be used: {error}.") from None
    match = _CUSTOM.fullmatch(text)
    if not match or len(text) > urls.LONGEST:
        raise InvalidRequest("This redirect_uri cannot be used: it is not a well-formed, absolute URL.")
    if match[1].lower() in _NEVER:
        raise InvalidRequest(f"This redirect_uri cannot be used: nobody is sent to {match[1].lower()}: addresses.")
    return text
