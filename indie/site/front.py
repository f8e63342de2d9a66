"""
What stands in front of Flask: public pages, lists and feeds, answered from memory with the bytes of the last time.

An answer that may be kept says so (`headers.conditional`), and leaves three things to this layer: to keep it, to
compress it, and to say 304 to who has it (RFC 9110 §13.1.2, §15.4.5). Each encoding has a strong ETag of its own.
"""

import gzip
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from indie.indieauth.session import COOKIE
from indie.posts.topics import FORMS
from indie.site import feed_page
from indie.site.formats import FORMATS
from indie.site.headers import KEPT, PAGED, UNTIL
from indie.site.kept import Headers, Kept, Memory, Variant
from indie.store import Store

QUERIES = frozenset({"", *(f"format={name}" for name in FORMATS)})
"""Limit: what is asked for with any other query is made anew each time, so that nobody fills the memory with them."""

_PAGE = re.compile(r"page=[1-9]\d{0,3}", re.ASCII)
"""The only other query; kept where the answer says that there is such a page (`headers.PAGED`)."""

_FEEDS = tuple(f".{form}" for form in FORMS)
"""How the addresses end at which a browser gets something else than programs."""

LONGEST = 1000
"""Limit: characters of an address at which an answer is kept, and of a header that is looked at more than once."""

SHORT = 300
"""Bytes that are not worth compressing."""

_OF_THE_BODY = ("content-type", "content-length", "content-encoding", "content-language")
_OF_AN_ENCODING = ("content-length", "etag", "vary")


class Front:
    """The site as a WSGI application, with a memory."""

    def __init__(self, app: WSGIApplication, store: Store, memory: Memory | None = None) -> None:
        """app: what is asked where the memory has no answer. store: of the site whose answers they are."""
        self.app, self._database = app, store.database
        self.memory = Memory(store) if memory is None else memory

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer from memory, else ask the site."""
        address = _address(environ)
        if address is None:
            return self._ask(environ, start, None)
        kept = self.memory.get(address)
        return self._ask(environ, start, address) if kept is None else _answer(kept, environ, start)

    def _ask(self, environ: WSGIEnvironment, start: StartResponse, address: str | None) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.app(environ, start)
        moment = self.memory.moment() if address else None
        said = _Said(environ, start)
        with self._database.watched() as names:
            body = self.app(environ, said)
        if KEPT not in environ:
            return body
        try:
            whole = b"".join(body)
        finally:
            getattr(body, "close", lambda: None)()
        if environ["REQUEST_METHOD"] == "HEAD":
            return _answer(Kept(_variant(said.headers, whole, length=None), None, frozenset()), environ, start)
        known = PAGED in environ or environ.get("QUERY_STRING", "") in QUERIES
        keep = address is not None and moment is not None and known and environ[KEPT]
        kept = _kept(said.headers, whole, frozenset(names), both=keep)
        kept = replace(kept, until=environ.get(UNTIL, kept.until))
        if keep and address is not None and moment is not None:
            self.memory.put(address, kept, moment)
        return _answer(kept, environ, start)


class _Said:
    """Takes status and headers of an answer; those of one that is not for us are passed on."""

    def __init__(self, environ: WSGIEnvironment, start: StartResponse) -> None:
        self._environ, self._start = environ, start
        self.headers: Headers = []

    def __call__(self, status: str, headers: Headers, exc_info: object = None) -> Callable[[bytes], object]:
        if status.startswith("200") and KEPT in self._environ:
            self.headers = headers
            return _unused
        self._environ.pop(KEPT, None)
        return self._start(status, headers, exc_info)  # type: ignore[arg-type]


def _unused(_: bytes) -> None:
    raise NotImplementedError("Flask answers with an iterable (PEP 3333, `write` is for what is older)")


def _address(environ: WSGIEnvironment) -> str | None:
    """What the answer is kept by; None where it may be for one person, or for one moment."""
    query, path = environ.get("QUERY_STRING", ""), str(environ["PATH_INFO"])
    if (
        environ["REQUEST_METHOD"] not in ("GET", "HEAD")
        or "HTTP_AUTHORIZATION" in environ
        or "HTTP_RANGE" in environ
        or not (query in QUERIES or _PAGE.fullmatch(query))
        or len(path) > LONGEST
        or "?" in path  # that was escaped: it would be the address of something with a query
        or (path.endswith(_FEEDS) and feed_page.is_wanted(environ))
        or ("HTTP_COOKIE" in environ and COOKIE in environ["HTTP_COOKIE"])
    ):
        return None
    return f"{path}?{query}" if query else path


def _kept(headers: Headers, body: bytes, names: frozenset[str], *, both: bool) -> Kept:
    """An answer of Flask's, with what is told of each encoding. both: not only as it is."""
    plain = _variant(headers, body)
    # Why no time in it: the same page has the same bytes wherever it is made.
    small = gzip.compress(body, mtime=0) if both and len(body) > SHORT else body
    return Kept(plain, _variant(headers, small, encoding="gzip") if len(small) < len(body) else None, names)


def _variant(headers: Headers, body: bytes, *, encoding: str = "", length: bool | None = True) -> Variant:
    """One encoding of an answer. length: None where the headers say it, of a body that is not sent."""
    given = {name.lower(): value for name, value in headers}
    etag = given["etag"]
    own = [("ETag", etag), ("Vary", ", ".join(filter(None, (given.get("vary"), "Accept-Encoding"))))]
    if encoding:
        etag = f'{etag[:-1]}-{encoding}"'
        own = [("ETag", etag), own[1], ("Content-Encoding", encoding)]
    said = str(len(body)) if length else given["content-length"]
    rest = [header for header in headers if header[0].lower() not in _OF_AN_ENCODING]
    unchanged = [header for header in rest if header[0].lower() not in _OF_THE_BODY] + own[:2]
    return Variant(etag, [*rest, *own, ("Content-Length", said)], unchanged, body)


def _answer(kept: Kept, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """The answer in the encoding that is wanted, or 304 to who has it in any."""
    variant = kept.plain
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    if kept.zipped is not None and len(accepted) <= LONGEST and _takes_gzip(accepted):
        variant = kept.zipped
    if "HTTP_IF_NONE_MATCH" in environ:
        # Why as it stands: our own tags have their quotes around them, and compared weakly they may stand behind a W/.
        known = environ["HTTP_IF_NONE_MATCH"]
        for one in (variant, kept.plain, kept.zipped):
            if one is not None and (one.etag in known or known.strip() == "*"):
                start("304 NOT MODIFIED", one.unchanged)
                return []
    start("200 OK", variant.headers)
    return [variant.body] if environ["REQUEST_METHOD"] == "GET" else []


@lru_cache(maxsize=256)
def _takes_gzip(accepted: str) -> bool:
    """Whether `Accept-Encoding` lets us compress (RFC 9110 §12.5.3)."""
    weights: dict[str, str] = {}
    for word in accepted.lower().split(","):
        coding, _, weight = word.replace(" ", "").partition(";q=")
        weights[coding] = weight
    weight = weights.get("gzip", weights.get("*", "0"))
    return weight == "" or weight.strip("0.") != ""
