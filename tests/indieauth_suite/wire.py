"""HTTP as the suite speaks it: every answer bounded in time and size, and remembered."""

import contextlib
import json
import time
from dataclasses import dataclass
from urllib.parse import quote, quote_plus, urljoin

import requests

from tests.indieauth_suite.checking import Fails

LARGEST = 4 * 1024 * 1024
SHOWN = 600
MASK = "‹secret›"


@dataclass(frozen=True)
class Answer:
    """
    A request and what came back.

    url: as it was asked. headers: a mapping whose names have no case. links: each Link header by itself.
    """

    method: str
    url: str
    sent: dict
    sent_body: str
    status: int
    headers: requests.structures.CaseInsensitiveDict
    links: tuple
    cookies: tuple
    body: bytes

    @property
    def text(self):
        """The body as text; what is no UTF-8 is replaced."""
        return self.body.decode(errors="replace")

    @property
    def media_type(self):
        """Of the Content-Type, without parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def location(self):
        """Where it redirects to, absolute; "" where it does not."""
        onwards = self.headers.get("Location", "")
        return urljoin(self.url, onwards) if onwards and self.status in (301, 302, 303, 307, 308) else ""

    @property
    def json(self):
        """The JSON object that it is. Raises Fails."""
        try:
            data = json.loads(self.body)
        except ValueError:
            data = None
        if not isinstance(data, dict):
            raise Fails(f"{self.said} with {self.media_type or 'no type'}, which is no JSON object")
        return data

    @property
    def said(self):
        """What was asked and with which status it was answered, for people."""
        return f"{self.method} {self.url.partition('?')[0]} answered {self.status}"


class Wire:
    """
    What carries requests.

    seconds: how long a check may take in all. answers: everything that was said so far.
    secrets: words that are shown to nobody. tokens: what was handed out, to be taken back at the end.
    """

    def __init__(self, seconds):
        self.seconds, self.answers, self.secrets, self.tokens = seconds, [], set(), []
        self._end = 0.0
        self.begin()

    def begin(self):
        """The time of a check begins; returns how many answers there were before."""
        self._end = time.monotonic() + self.seconds
        return len(self.answers)

    def send(self, method, url, *, data=None, headers=None, session=None):
        """
        Send one request; redirects are not followed.

        data: a form (dict or pairs), or a body as it is. session: with the cookies of a browser; none otherwise.
        Raises Fails where there is no answer in time.
        """
        with contextlib.nullcontext(session) if session else new_session() as http:
            request = http.prepare_request(requests.Request(method, url, data=data, headers=headers or {}))
            try:
                answer = self._read(http, request)
            except requests.Timeout:
                raise self._too_late(method, url) from None
            except requests.RequestException as error:
                raise Fails(f"{method} {url.partition('?')[0]} got no answer: {_cause(error)}") from None
        self.answers.append(answer)
        self._learn(answer)
        return answer

    def masked(self, text):
        """The same text without anything that opens something."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            for spelling in {secret, quote(secret, safe=""), quote_plus(secret)}:
                text = text.replace(spelling, MASK)
        return text

    def keep_secret(self, *words):
        """Words that are shown to nobody; what is too short to be a secret is none."""
        self.secrets |= {word for word in words if word and len(word) >= 8}

    def _read(self, http, request):
        with http.send(request, allow_redirects=False, stream=True, timeout=self._left(request)) as got:
            body = b""
            for piece in got.iter_content(65_536):
                body += piece
                self._left(request)
                if len(body) > LARGEST:
                    raise Fails(f"{request.method} {request.url} answered with more than {LARGEST} bytes")
            sent = request.body or ""
            return Answer(
                request.method,
                request.url,
                dict(request.headers),
                sent.decode(errors="replace") if isinstance(sent, bytes) else sent,
                got.status_code,
                got.headers,
                tuple(got.raw.headers.getlist("Link")),
                tuple(got.raw.headers.getlist("Set-Cookie")),
                body,
            )

    def _left(self, request):
        left = self._end - time.monotonic()
        if left <= 0:
            raise self._too_late(request.method, request.url)
        return left

    def _too_late(self, method, url):
        return Fails(f"no answer to {method} {url.partition('?')[0]} within the {self.seconds:g} s of this check")

    def _learn(self, answer):
        """Note what must be shown to nobody, and what must be taken back."""
        self.keep_secret(*(cookie.partition(";")[0].partition("=")[2] for cookie in answer.cookies))
        if answer.media_type == "application/json" and b"_token" in answer.body:
            try:
                said = answer.json
            except Fails:
                return
            found = [said[name] for name in ("refresh_token", "access_token") if isinstance(said.get(name), str)]
            self.keep_secret(*found)
            self.tokens += found


def show(answer, wire):
    """One exchange for people, secrets masked, long bodies cut: a list of lines."""
    hidden = ("authorization", "cookie", "set-cookie")
    lines = [f"> {answer.method} {answer.url}"]
    lines += [f"> {name}: {MASK if name.lower() in hidden else value}" for name, value in answer.sent.items()]
    lines += [f"> {answer.sent_body[:SHOWN]}"] if answer.sent_body else []
    lines += [f"< {answer.status}"]
    lines += [f"< {name}: {MASK if name.lower() in hidden else value}" for name, value in answer.headers.items()]
    body = " ".join(wire.masked(answer.text).split())
    lines += [f"< {body[:SHOWN]}{' …' if len(body) > SHOWN else ''}"] if body else []
    return [wire.masked(line) for line in lines]


def new_session():
    """Cookies of their own, and nothing from the environment."""
    session = requests.Session()
    # Why: a .netrc would put an Authorization header of its own on what is sent.
    session.trust_env = False
    return session


def _cause(error):
    words = str(error).rpartition(": ")[2] if "Caused by" in str(error) else str(error)
    return " ".join(words.split())[:200].strip("()'\"") or type(error).__name__
