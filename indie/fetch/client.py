"""The one that fetches: redirects by hand, each hop vetted anew."""

import contextlib
import functools
import re
import ssl
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal
from urllib.parse import quote, urldefrag, urlencode, urlsplit

import requests
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from indie import urls
from indie.errors import Blocked, TooManyRedirects
from indie.fetch import encodings, guard, wire
from indie.fetch.deadline import Deadline
from indie.fetch.fetched import Fetched, Headers
from indie.fetch.limits import ANSWER, SOURCE, Limit
from indie.fetch.names import Names, Resolver, system_resolver

ACCEPT = "text/html, application/xhtml+xml;q=0.9, application/json;q=0.8, text/*;q=0.7, */*;q=0.1"

_NOTHING: Mapping[str, str] = MappingProxyType({})
_FOLLOWED = {"GET": {301, 302, 303, 307, 308}, "POST": {301, 302, 307, 308}}
_UNESCAPED = re.compile(r"""[ "<>{}|^`]""")


def user_agent(site: str) -> str:
    """How we introduce ourselves: the word that receivers look for (Webmention §4.1), and where we live."""
    return f"Indie (Webmention; +{site})"


class Fetcher:
    """
    Every request to other people's servers. One serves all threads; it remembers nothing.

    Any status is an answer. What raises is a leaf of FetchFailed: TimedOut,
    Unreachable, Blocked, TooLarge or TooManyRedirects, with a sentence that
    names no address. Nothing partial is ever returned, but where a limit says so (`Limit.cut`).
    """

    def __init__(
        self,
        allow: Sequence[guard.Network] = (),
        user_agent: str = "Indie (Webmention)",
        resolve: Resolver = system_resolver,
        *,
        verify: str | Literal[True] = True,
    ) -> None:
        """
        Take what the operator decided.

        allow: networks outside the public internet that may be reached, at any port.
        resolve: from a name to its addresses.
        verify: path of the certificate authorities to trust instead of the
            usual ones. Certificates are always verified.
        """
        self._allow = tuple(allow)
        self._user_agent = user_agent
        self._names = Names(resolve)
        self._trust = _trusting(DEFAULT_CA_BUNDLE_PATH if verify is True else verify)

    def get(
        self, url: str, limit: Limit = SOURCE, accept: str = ACCEPT, headers: Mapping[str, str] = _NOTHING
    ) -> Fetched:
        """GET, through at most `limit.redirects` redirects. An `Authorization` stays with the first origin."""
        return self._exchange("GET", url, None, {"Accept": accept, **headers}, limit)

    def post(self, url: str, form: Mapping[str, str], limit: Limit = ANSWER, never: str = "") -> Fetched:
        """
        POST a form, the URL's query kept as it is (Webmention §3.1.3).

        301, 302, 307 and 308 are followed by the same POST, never from https to
        http. A 303 is the answer itself: to follow it would be a GET, whose 200
        says nothing about our POST.
        never: a site (its address) that it is not sent to, wherever the endpoint is or leads; Blocked then.
        """
        body = urlencode(form).encode()
        headers = {"Accept": "*/*", "Content-Type": "application/x-www-form-urlencoded"}
        return self._exchange("POST", url, body, headers, limit, never)

    def post_bytes(
        self, url: str, body: bytes, headers: Mapping[str, str], limit: Limit = ANSWER
    ) -> Fetched:
        """POST any body with headers of its own (WebSub §7); else as `post`."""
        return self._exchange("POST", url, body, {"Accept": "*/*", **headers}, limit)

    def _exchange(
        self,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        limit: Limit,
        never: str = "",
    ) -> Fetched:
        """Hop by hop until an answer is no redirect, all on one clock."""
        been: set[str] = set()
        with Deadline(limit.seconds) as deadline:
            url = guard.prepared(url)
            first = url
            for _ in range(limit.redirects + 1):
                if urldefrag(url).url in been:
                    raise TooManyRedirects("The page redirects in circles.")
                been.add(urldefrag(url).url)
                if never and urls.same_site(url, never):
                    raise Blocked("This leads to this site itself, which is told nothing by way of others.")
                request = self._request(method, url, body, _carried(headers, first, url))
                addresses = self._vetted(request.url or url, deadline)
                with wire.opened(request, addresses, self._trust, limit, deadline) as response:
                    found = Headers(response.headers.iteritems())
                    onwards = _onwards(method, url, response.status, found)
                    if onwards is None:
                        encoding = ",".join(found.get_all("content-encoding"))
                        undo = encodings.begun if limit.cut else encodings.decoded
                        whole = undo(wire.body(response, limit), encoding, limit.decoded)
                        return Fetched(url, response.status, found, whole)
                    url = onwards
        raise TooManyRedirects(f"The page redirects more than {limit.redirects} times.")

    def _request(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> requests.PreparedRequest:
        """The request as it goes out: no session, hence no cookies, no netrc, no proxies."""
        own = {
            "Host": urlsplit(url).netloc,
            "User-Agent": self._user_agent,
            "Accept-Encoding": encodings.ACCEPTED,
            "Connection": "close",
        }
        try:
            return requests.Request(method, url, headers={**headers, **own}, data=body).prepare()
        except ValueError as error:  # requests' InvalidURL and InvalidHeader, UnicodeError
            raise Blocked("This request cannot be sent.") from error

    def _vetted(self, url: str, deadline: Deadline) -> list[str]:
        """The addresses of the URL's host, resolved once; Blocked unless every one of them is fine."""
        guard.vet_literal(url, self._allow)
        name, port = guard.place(url)
        address = guard.literal(name)
        addresses = [str(address)] if address else self._names.addresses(name, deadline)
        for each in addresses:
            guard.vet_address(each, port, self._allow)
        return addresses


@functools.cache
def _trusting(authorities: str) -> ssl.SSLContext:
    """Why kept: reading the usual authorities takes 40 ms."""
    return ssl.create_default_context(cafile=authorities)


def _onwards(method: str, url: str, status: int, headers: Headers) -> str | None:
    """Where an answer redirects to, prepared; None if it is no redirect that this method follows."""
    location = headers.get("location")
    if status not in _FOLLOWED[method] or location is None:
        return None
    target = urls.resolve(url, _escaped(location))
    if target is None:
        raise Blocked("The page redirects to something that is no address.")
    if "#" not in target and "#" in url:
        target += "#" + urldefrag(url).fragment
    target = guard.prepared(target)
    if method == "POST" and url.startswith("https:") and target.startswith("http:"):
        raise Blocked("The endpoint redirects from https to http; it is not sent there.")
    return target


def _escaped(location: str) -> str:
    """
    A Location as browsers read it: UTF-8 (http.client reads Latin-1), what should be escaped escaped.

    A backslash is left for `urls.parse_http` to refuse: to some it is a slash.
    """
    with contextlib.suppress(UnicodeError):  # it is Latin-1 indeed
        location = location.encode("latin-1").decode()
    return _UNESCAPED.sub(lambda match: quote(match[0]), location.strip())


def _carried(headers: Mapping[str, str], first: str, url: str) -> Mapping[str, str]:
    """What goes with us to this hop: no authorization away from the origin that it was meant for."""
    if urls.origin(first) == urls.origin(url):
        return headers
    return {name: value for name, value in headers.items() if name.lower() != "authorization"}
