"""Other people's sites, as they answered once."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from indie import urls
from indie.errors import TooManyRedirects, Unreachable
from indie.fetch import limits
from indie.fetch.client import Fetcher
from indie.fetch.fetched import Fetched, Headers

WEB = Path(__file__).parent / "web"


class FrozenWeb(Fetcher):
    """
    Other people's sites, replayed from raw HTTP responses: the file of a URL is tests/web/<host>/<path>.

    A folder's own page is its file `index`; a query is part of the name. `pages` takes what a test wants
    instead, by URL: raw bytes, or an error to raise. An unknown host is Unreachable (or answers with
    `elsewhere`), an unknown page 404.
    requested: every URL that was asked for, in order. posted: (URL, form) of every POST.
    sent: (URL, headers) of every GET.
    """

    def __init__(self):
        # Why not `Fetcher.__init__`: it reads every authority's certificate, and nothing is fetched here.
        self.pages, self.requested, self.posted, self.elsewhere = {}, [], [], None
        self.sent = []

    def get(self, url, limit=limits.SOURCE, accept="", headers=None):
        self.sent.append((url, dict(headers or {})))
        for _ in range(limit.redirects + 1):
            answer = self._replay(url)
            onwards = answer.headers.get("Location")
            if answer.status not in (301, 302, 303, 307, 308) or not onwards:
                return answer
            url = urls.resolve(url, onwards)
        raise TooManyRedirects(f"{url} redirects too often")

    def post(self, url, form, limit=limits.ANSWER, never=""):
        self.posted.append((url, dict(form)))
        return self._replay(url)

    def post_bytes(self, url, body, headers, limit=limits.ANSWER):
        self.posted.append((url, body))
        return self._replay(url)

    def _replay(self, url):
        self.requested.append(url)
        page = self.pages.get(url)
        if isinstance(page, Exception):
            raise page
        head, body = re.split(rb"\r?\n\r?\n", self._file(url) if page is None else page, maxsplit=1)
        status, *lines = head.decode().splitlines()
        pairs = [re.split(r":\s*", line, maxsplit=1) for line in lines]
        return Fetched(url, int(status.split()[1]), Headers(pairs), body)

    def _file(self, url):
        parts = urlsplit(url)
        host = WEB / parts.hostname
        if not host.is_dir() and not any(urls.host(known) == parts.hostname for known in self.pages):
            if self.elsewhere is None:
                raise Unreachable(f"{parts.hostname} cannot be reached")
            return self.elsewhere
        file = host / (unquote(parts.path).strip("/") + (f"?{parts.query}" if parts.query else "") or "index")
        file = file / "index" if file.is_dir() else file
        return file.read_bytes() if file.is_file() else b"HTTP/1.1 404 Not Found\n\n"
