"""URL words, each written once: what we accept, how two addresses are compared, how one is resolved."""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

LONGEST = 2048
"""
The longest URL taken from outside, and the longest key, in bytes.

Why: a longer one stands in no index of PostgreSQL.
"""

_PORTS = {"http": 80, "https": 443}
_FORBIDDEN = re.compile(
    r"[\x00-\x20\x7f\\<>\"{}|^`\u0080-\u00a0\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|ref_src", re.IGNORECASE)
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})?")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def parse_http(text: str) -> str:
    """
    Take one absolute http or https URL from outside, as it was sent.

    Raises ValueError, with a sentence for the sender, for everything that a
    second parser could read differently: control characters and spaces (which
    `urlsplit` drops in silence), backslashes, user names, odd ports, no host.
    """
    if _size(text) > LONGEST:
        raise ValueError(f"it is longer than {LONGEST} bytes")
    return _taken(text)


# Why remembered, here and below: a look at one source asks fifty times for the same few.
@lru_cache(maxsize=1024)
def _taken(text: str) -> str:
    if _FORBIDDEN.search(text):
        raise ValueError("it has a character that does not belong in a URL")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("it is not a well-formed URL") from None
    if parts.scheme.lower() not in _PORTS:
        raise ValueError("it does not begin with http:// or https://")
    if "@" in parts.netloc:
        raise ValueError("it has a user name in it")
    if not parts.hostname or "%" in parts.netloc or parts.hostname.strip(".") == "":
        raise ValueError("it has no host name")
    if port == 0:
        raise ValueError("its port is 0")
    return text


def is_http(text: object) -> bool:
    """Whether this is an absolute http or https URL that `parse_http` takes."""
    try:
        return isinstance(text, str) and bool(parse_http(text))
    except ValueError:
        return False


def host(url: str) -> str:
    """The host name of a URL, in lower case, without port; "" where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def origin(url: str) -> str:
    """Scheme, host and port (where it is not the scheme's own): `https://a.example:8443`."""
    parts = urlsplit(normalize(url))
    return f"{parts.scheme}://{parts.netloc}"


def resolve(base: str, href: str) -> str | None:
    """`href` seen from the page at `base`; None where the two make no URL."""
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return None


def normalize(url: str) -> str:
    """
    The one spelling of an http URL: host and escapes in one case, no default port, a path.

    Query and fragment stay, and so do dots in the path: a browser that followed
    the link has taken them out. Raises ValueError where it is no http URL at all.
    RFC 3986 §6.2.2.1–6.2.2.2, §6.2.3.
    """
    # Why not remembered where it is longer: nobody bounds that.
    return _normalized(url) if len(url) <= LONGEST else _normalized.__wrapped__(url)


@lru_cache(maxsize=1024)
def _normalized(url: str) -> str:
    parts = urlsplit(url.strip())
    scheme = parts.scheme.lower()
    # Why stripped last: IDNA makes dots of their ideographic like.
    name = _ascii(parts.hostname or "").rstrip(".")
    if scheme not in _PORTS or not name:
        raise ValueError("it is no http URL")
    netloc = f"[{name}]" if ":" in name else name
    if parts.port not in (None, _PORTS.get(scheme)):
        netloc += f":{parts.port}"
    path = quote(_one_escape(parts.path or "/"), safe="/%:@!$&'()*+,;=~-._")
    query = quote(_one_escape(parts.query), safe="/?%:@!$&'()*+,;=~-._[]")
    return urlunsplit((scheme, netloc, path, query, parts.fragment))


def without_fragment(url: str) -> str:
    """The URL up to its `#`."""
    return url.partition("#")[0]


def key(url: str) -> str:
    """
    What two addresses of one page have in common: the key of every look-up.

    http and https, a final slash, the fragment and tracking parameters make no
    difference. Never shown, never requested. "" where it is no http URL, and where it would be longer than LONGEST.
    """
    return _key(url) if len(url) <= LONGEST else _key.__wrapped__(url)


@lru_cache(maxsize=1024)
def _key(url: str) -> str:
    try:
        parts = urlsplit(normalize(url))
    except ValueError:
        return ""
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _TRACKING.fullmatch(name)]
    query = "?" + urlencode(kept) if kept else ""
    whole = parts.netloc + parts.path.rstrip("/") + query
    return whole if _size(whole) <= LONGEST else ""


def same_page(one: str, other: str) -> bool:
    """Whether two URLs are addresses of one page (`key`)."""
    return key(one) != "" and key(one) == key(other)


def same_site(one: str, other: str) -> bool:
    """Whether two URLs have one host and port, by http or https. False where one of them is no URL."""
    places = {key(url).partition("?")[0].partition("/")[0] for url in (one, other)}
    return len(places) == 1 and places != {""}


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _ascii(name: str) -> str:
    """The host name as the network spells it (IDNA); as it is where it cannot be."""
    try:
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def _one_escape(text: str) -> str:
    """Decode escapes of characters that need none, write the others in upper case, escape a percent sign alone."""

    def spelled(match: re.Match[str]) -> str:
        byte = int(match[1] or "25", 16)
        return chr(byte) if byte in _UNRESERVED else f"%{byte:02X}"

    return _ESCAPE.sub(spelled, text)
