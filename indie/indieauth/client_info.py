"""
What an app says of itself at its client_id, in JSON or as an h-app (IndieAuth §4.2, IA-C1–C6).

Name, logo and the rest are claims. What is believed is where the app may be
answered, and that from the client_id itself alone, reached without a detour.
"""

import json
import re
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import urlsplit

from indie import i_json, text, urls
from indie.errors import Blocked, FetchFailed, InvalidRequest
from indie.fetch import guard
from indie.fetch.client import Fetcher
from indie.fetch.fetched import Fetched
from indie.fetch.limits import CLIENT
from indie.indieauth import client_id as client_ids
from indie.mf2.item import walk
from indie.mf2.page import Page
from indie.mf2.rels import parse_link_header
from indie.mf2.sandbox import Parser
from indie.store import Store

ACCEPT = "application/json, text/html;q=0.9"
SHORTEST, LONGEST = 5 * 60, 24 * 60 * 60
"""For how many seconds information is kept, whatever its Cache-Control says."""

AT_ONCE = 4
"""How many apps are looked up at once by one process."""

_SLOTS = threading.BoundedSemaphore(AT_ONCE)
_PATIENCE = 1.0
_MOST_URIS = 100
_MOST_GRANT_TYPES = 20
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_GRANT_TYPE = re.compile(r"[!-~]{1,100}")
_MAX_AGE = re.compile(r'max-age="?([0-9]{1,18})"?')
_LOOPBACK_PORT = re.compile(r"(http://(?:localhost|127\.0\.0\.1|\[::1\])):[0-9]+")
_HTML = ("text/html", "application/xhtml+xml")
_UNTOLD = ("", "text/plain", "application/octet-stream")


@dataclass(frozen=True)
class ClientInformation:
    """
    What is known of an app; bare, with its client_id alone, where it tells nothing.

    name, logo, client_uri, policy_uri: claims. A name is one line, the others are absolute http URLs,
        client_uri one that the client_id lies under.
    redirect_uris: absolute, each as the app spells it.
    is_json: came as a JSON document: where that lists redirect_uris, no other will do.
    warnings: sentences for the owner.
    """

    client_id: str
    name: str | None = None
    logo: str | None = None
    client_uri: str | None = None
    policy_uri: str | None = None
    redirect_uris: tuple[str, ...] = ()
    grant_types: tuple[str, ...] = ()
    is_json: bool = False
    warnings: tuple[str, ...] = ()

    def to_json(self) -> str:
        """As it is kept; `from_json` reads it back unchanged."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, kept: str) -> Self:
        """Read what `to_json` wrote."""
        values = json.loads(kept)
        lists = {name: tuple(values[name]) for name in ("redirect_uris", "grant_types", "warnings")}
        return cls(**{**values, **lists})


class _NotBelieved(Exception):
    """A document that is passed over; the message says why, for the owner."""


def look_up(store: Store, fetcher: Fetcher, parser: Parser, client_id: str, now: datetime) -> ClientInformation:
    """
    What an app says of itself, from the cache or from its client_id, within 5 s for the network.

    client_id: as `client_id.parse` spells it. One on loopback is never fetched (IA-C4).
    Bare where nothing can be learnt: another try may learn more, so that is kept nowhere. Called outside
    of transactions, which nobody may hold up so long.
    """
    bare = ClientInformation(client_id)
    if client_ids.is_loopback(client_id):
        return bare
    kept = store.clients.get(client_id, now)
    if kept:
        return ClientInformation.from_json(kept)
    if not _SLOTS.acquire(timeout=_PATIENCE):
        return bare
    try:
        fetched = fetcher.get(client_id, CLIENT, ACCEPT)
        information = _read(fetched, client_id, parser)
    except FetchFailed:
        return bare
    except _NotBelieved as reason:
        return ClientInformation(client_id, warnings=(str(reason),))
    finally:
        _SLOTS.release()
    if information is None:
        return bare
    with store.write():
        store.clients.put(client_id, information.to_json(), now, now + _lifetime(fetched))
    return information


def allows(information: ClientInformation, redirect_uri: str) -> bool:
    """
    Whether an app may be answered at this address (IA-R5, IA-R6).

    It is if the app lists it, letter for letter, on loopback with any port (RFC 8252 §7.3). One on
    the app's own scheme, host and port need not be listed, unless a JSON document lists others.
    """
    if _any_port(redirect_uri) in map(_any_port, information.redirect_uris):
        return True
    if information.is_json and information.redirect_uris:
        return False
    own = _origin(information.client_id)
    return own is not None and own == _origin(redirect_uri)


def _read(fetched: Fetched, client_id: str, parser: Parser) -> ClientInformation | None:
    """
    What an answer says; None where it says nothing.

    Raises _NotBelieved, and ParserGaveUp.
    """
    direct = fetched.url == guard.prepared(client_id)
    kind = fetched.media_type
    first = fetched.body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] if kind in _UNTOLD else b""
    if not fetched.ok:
        return None
    if kind == "application/json" or kind.endswith("+json") or first == b"{":
        if not direct:
            # Why: who can make the app's server redirect could pass for the app.
            raise _NotBelieved("The app's description was reached by a redirect, so it is not believed.")
        return _from_document(_document(fetched.body), client_id)
    if kind in _HTML or first == b"<":
        page = parser.parse(fetched.body, fetched.url, fetched.charset)
        return _from_page(page, fetched, client_id, direct=direct)
    return None


def _document(body: bytes) -> dict[str, Any]:
    """The JSON object of a body. Raises _NotBelieved where there is none, or one that two readers read differently."""
    try:
        data = i_json.loads(body)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise _NotBelieved("The app's description is not well-formed, so it is not believed.")
    return data


def _from_document(data: dict[str, Any], client_id: str) -> ClientInformation:
    """A client metadata document (IndieAuth §4.2.1, RFC 7591 §2). Raises _NotBelieved."""
    named = data.get("client_id")
    if not isinstance(named, str) or not _is_spelling(named, client_id):
        raise _NotBelieved("The app's description is that of another app, so it is not believed.")
    method = data.get("token_endpoint_auth_method", "none")
    if not isinstance(method, str) or "client_secret" in method or any(map(_is_secret, data)):
        raise _NotBelieved("The app's description speaks of a secret that we do not share, so it is not believed.")
    client_uri = _normal(_http(client_id, data.get("client_uri")))
    warnings = []
    if client_uri and not urls.normalize(client_id).startswith(client_uri):
        home = text.one_line(client_uri)
        warnings.append(f"The app says that it belongs to {home}, but its own address does not lie there.")
        client_uri = None
    return ClientInformation(
        client_id,
        name=_name(data.get("client_name")),
        logo=_http(client_id, data.get("logo_uri")),
        client_uri=client_uri,
        policy_uri=_http(client_id, data.get("policy_uri")),
        redirect_uris=_redirect_uris(client_id, _strings(data.get("redirect_uris"))),
        grant_types=tuple(filter(_GRANT_TYPE.fullmatch, _strings(data.get("grant_types"))[:_MOST_GRANT_TYPES])),
        is_json=True,
        warnings=tuple(warnings),
    )


def _from_page(page: Page, fetched: Fetched, client_id: str, *, direct: bool) -> ClientInformation:
    """
    An HTML page (IndieAuth §4.2.2): its h-app, and its `rel=redirect_uri`.

    Why `<link>` alone: an `<a>` could be a visitor's, in a comment.
    """
    links = [*parse_link_header(fetched.headers.get_all("link"), fetched.url), *page.rels]
    listed = [link.href for link in links if "redirect_uri" in link.rel and link.tag in ("header", "link")]
    if listed and not direct:
        told = "The app's page was reached by a redirect, so the return addresses in it are not believed."
        information = ClientInformation(client_id, warnings=(told,))
    else:
        information = ClientInformation(client_id, redirect_uris=_redirect_uris(page.url, listed))
    for item in walk(page.items):
        is_app = "h-app" in item.type or "h-x-app" in item.type
        if is_app and _normal(client_id) in map(_normal, item.urls("url")):
            logo = _http(page.url, item.url("logo") or item.url("photo"))
            return replace(information, name=_name(item.text("name")), logo=logo)
    return information


def _is_spelling(named: str, client_id: str) -> bool:
    """Whether a document means this client_id: the same text, or the same but for case and path (`canonical`)."""
    try:
        return client_ids.canonical(named) == client_id
    except InvalidRequest:
        return False


def _is_secret(name: str) -> bool:
    return name.startswith("client_secret")


def _name(value: object) -> str | None:
    return (text.one_line(value) or None) if isinstance(value, str) else None


def _http(base: str, value: object) -> str | None:
    """The http URL that a value names, resolved; None for everything else, and for one that nobody could request."""
    url = urls.resolve(base, value) if isinstance(value, str) and value.strip() else None
    return url if url and _origin(url) else None


def _normal(url: str | None) -> str | None:
    """The one spelling of an http URL (`urls.normalize`); None where there is none."""
    try:
        return urls.normalize(url) if url else None
    except ValueError:
        return None


def _strings(value: object) -> list[str]:
    return [part for part in value if isinstance(part, str)] if isinstance(value, list) else []


def _redirect_uris(base: str, listed: Iterable[str]) -> tuple[str, ...]:
    """The addresses of a list that may be redirected to, relative ones resolved, each once."""
    found: dict[str, None] = {}
    for uri in list(listed)[:_MOST_URIS]:
        # Why not always resolved: that would respell an address that is compared letter for letter.
        whole = uri if _SCHEME.match(uri) else urls.resolve(base, uri)
        try:
            found[client_ids.parse_redirect_uri(whole or "")] = None
        except InvalidRequest:
            continue
    return tuple(found)


def _any_port(uri: str) -> str:
    """A loopback address without its port; every other as it is."""
    return _LOOPBACK_PORT.sub(r"\1", uri)


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port, as the connection will have them; None where it is no http URL."""
    try:
        host, port = guard.place(url)
    except Blocked:
        return None
    return urlsplit(url).scheme, host, port


def _lifetime(fetched: Fetched) -> timedelta:
    """For how long an answer may be kept (RFC 9111 §5.2.2): at least 5 minutes, at most a day."""
    words = [word.strip().lower() for word in ",".join(fetched.headers.get_all("cache-control")).split(",")]
    ages = [int(match[1]) for word in words if (match := _MAX_AGE.fullmatch(word))]
    if not ages or any(word.startswith(("no-store", "no-cache")) for word in words):
        return timedelta(seconds=SHORTEST)
    return timedelta(seconds=max(SHORTEST, min(*ages, LONGEST)))

