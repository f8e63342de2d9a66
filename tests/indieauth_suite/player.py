"""The one who plays: finds the server, is its owner's browser, and any app that asks it."""

import secrets
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

from tests.indieauth_suite import asking, links
from tests.indieauth_suite.asking import App, Attempt, Callback, Granted, pkce
from tests.indieauth_suite.browser import Browser, Owner, Visit, origin
from tests.indieauth_suite.checking import CannotTell, Fails, expect
from tests.indieauth_suite.sites import Site
from tests.indieauth_suite.wire import Wire

LOOPBACK = ("localhost", "127.0.0.1", "::1")
PATIENCE = 300
"""Seconds in which an owner without a password allows what he is asked for."""

JSON = {"Accept": "application/json"}
FORM = "application/x-www-form-urlencoded"


class Player:
    """
    Plays against the server whose site is at `url`.

    key: one with which introspection may be asked. client_host: the address by which the server reaches this
    machine; listen: the port on which that ends. tell: shows the owner what to do, where he has to do it himself;
    None where nobody is there.
    """

    def __init__(
        self, url, *, seconds=10.0, password="", user="", cookie="", key="", client_host="", listen=0, tell=None
    ):
        self.url, self.key, self.tell = url, key, tell
        self.wire = Wire(seconds)
        self.wire.keep_secret(key)
        self.owner = Owner(self.wire, password, user, cookie)
        self.run = secrets.token_hex(4)
        self.near = Site("127.0.0.1")
        self.far = self._far(client_host, listen)
        self._reaches = None

    def begin(self):
        """A check begins; returns how many answers there were before."""
        return self.wire.begin()

    def close(self):
        """Take every token back; returns (how many there were, how many were taken back)."""
        done = 0
        for token in dict.fromkeys(self.wire.tokens):
            self.begin()
            try:
                done += self.revoke(token).status == 200
            except (Fails, CannotTell):
                continue
        for site in filter(None, (self.near, self.far)):
            site.close()
        return len(dict.fromkeys(self.wire.tokens)), done

    # The server

    @cached_property
    def home(self):
        """The page at the URL, after redirects."""
        answer = self.wire.send("GET", self.url)
        for _ in range(5):
            if not answer.location:
                break
            answer = self.wire.send("GET", answer.location)
        return answer

    @cached_property
    def metadata_url(self):
        """Where the metadata is. Raises Fails."""
        found = links.first(self.home, "indieauth-metadata")
        expect(found, f"{self.home.url} names no rel=indieauth-metadata, in its headers or in its markup")
        return found

    @cached_property
    def metadata(self):
        """What the server says of itself. Raises Fails."""
        return self.wire.send("GET", self.metadata_url, headers=JSON).json

    def endpoint(self, name):
        """An endpoint by its name in the metadata, else by its rel. Raises CannotTell where the server names none."""
        found = self.metadata.get(name) if links.first(self.home, "indieauth-metadata") else None
        found = found or links.first(self.home, name.removesuffix("_endpoint")) or links.first(self.home, name)
        if not isinstance(found, str):
            raise CannotTell(f"the server names no {name}")
        return urljoin(self.home.url, found)

    @property
    def ours(self):
        """The origins of the server."""
        return {origin(self.home.url), origin(self.endpoint("authorization_endpoint"))}

    @property
    def is_near(self):
        """Whether the server runs on this machine, as far as its address tells."""
        return (urlsplit(self.url).hostname or "") in LOOPBACK or self.url.startswith("http://127.")

    def post(self, name, pairs, headers=None):
        """Send a form to an endpoint, as a program does."""
        pairs = pairs.items() if isinstance(pairs, dict) else pairs
        return self.wire.send(
            "POST", self.endpoint(name), data=[pair for pair in pairs if pair[1] is not None], headers=headers or JSON
        )

    def get(self, name, token="", headers=None):
        """Ask an endpoint with a token in the header."""
        said = {**JSON, **(headers or {}), **({"Authorization": f"Bearer {token}"} if token else {})}
        return self.wire.send("GET", self.endpoint(name), headers=said)

    # Apps

    def app(self, name="app", site=None, redirect="callback"):
        """An app on this machine, of whom the server can know only what it asks."""
        path = f"{self.run}/{name}-{secrets.token_hex(3)}/"
        site = site or self.far_if_named or self.near
        site.put(path, f'<!doctype html><div class="h-app"><a class="u-url p-name" href="{site.url(path)}">Suite</a></div>')
        return App(site.url(path), site.url(path) + redirect, path)

    def described(self, name, description, kind="", status=200, redirect="callback", **headers):
        """
        An app that says this of itself: JSON (dict), HTML (text), or a function of the handler.

        In HTML and in the values of JSON, `{id}` stands for the client_id.
        Raises CannotTell where the server does not reach it.
        """
        self.require_far()
        path = f"{self.run}/{name}-{secrets.token_hex(3)}/"
        url = self.far.url(path)
        if callable(description):
            self.far.pages[path] = description
        elif isinstance(description, dict):
            self.far.put_json(path, _filled(description, url), status=status, **headers)
        else:
            self.far.put(path, description.replace("{id}", url), kind or "text/html; charset=utf-8", status, **headers)
        return App(url, urljoin(url, redirect), path)

    @property
    def far_if_named(self):
        """The site that other machines reach, where one was named."""
        return None if self.is_near else self.far

    def require_far(self):
        """Raise CannotTell unless the server has been seen to fetch what an app says of itself."""
        if self.far is None:
            raise CannotTell("the server cannot reach the suite's own apps: give --client-host NAME:PORT")
        if self._reaches is None:
            app = self.app("probe", self.far)
            self.visit(self.attempt(app))
            self._reaches = bool(self.far.requests(app.path))
            self.begin()
        if not self._reaches:
            raise CannotTell(f"the server did not fetch {self.far.home}…, where the suite's apps say who they are")

    def attempt(self, app=None, scope="create", *, with_pkce=True, **changes):
        """A request of an app, by the specification unless changed; None takes a parameter away."""
        app = app or self.app()
        verifier = secrets.token_urlsafe(48)
        self.wire.keep_secret(verifier)
        asked: dict[str, Any] = {
            "response_type": "code",
            "client_id": app.client_id,
            "redirect_uri": app.redirect_uri,
            "state": secrets.token_urlsafe(12),
            "scope": scope or None,
        }
        asked |= {"code_challenge": pkce(verifier), "code_challenge_method": "S256"} if with_pkce else {}
        asked |= changes
        return Attempt(app, tuple(pair for pair in asked.items() if pair[1] is not None), verifier if with_pkce else "")

    # The owner's browser

    def browser(self, *, fresh=False):
        """A browser in which the owner is signed in, if he is anywhere."""
        return self.owner.browser(self.ours, fresh=fresh)

    def stranger(self):
        """A browser in which nobody is signed in."""
        return Browser(self.wire, self.ours)

    def url_of(self, attempt):
        """Where the app sends the browser."""
        endpoint = self.endpoint("authorization_endpoint")
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{attempt.query}"

    def visit(self, attempt, browser=None):
        """Follow the app's link, and sign in where that is asked for and can be done."""
        browser = browser or self.browser()
        visit = Visit(browser, browser.open(self.url_of(attempt)))
        if visit.sign_in and self.owner.password:
            visit = self.owner.sign_in(visit)
        return visit

    def consent(self, attempt, browser=None):
        """The consent page. Raises Fails where there is none, CannotTell where nobody can sign in."""
        if not self.owner.can_click:
            raise CannotTell("the consent page is for the owner: give --password-stdin or --cookie")
        visit = self.visit(attempt, browser)
        if visit.sign_in:
            raise CannotTell("the owner is not signed in: give --password-stdin, or a --cookie that is still good")
        expect(visit.consent, f"no consent page: {self.seen(visit)}")
        return visit

    def approve(self, attempt, scope=None):
        """
        What the app gets when the owner allows.

        scope: what he ticks; None leaves the boxes as they are, "all" ticks everything that was asked.
        """
        if not self.owner.can_click:
            return self._approve_by_hand(attempt, scope)
        scope = attempt.get("scope").split() if scope == "all" else scope
        visit = self.visit(attempt)
        if not visit.is_away:
            visit = self.consent(attempt, visit.browser)
            visit = Visit(visit.browser, visit.allow(scope, password=self.owner.password))
        return self.callback(visit, attempt)

    def callback(self, visit, attempt):
        """What the app gets, from the redirect that leads to it. Raises Fails where none does."""
        answer = visit.answer if isinstance(visit, Visit) else visit
        expect(answer.location, f"the app is sent nothing: {self.seen(answer)}")
        return self._parsed(answer.location, attempt)

    def refused(self, attempt, why, browser=None):
        """
        Hold that the app is refused on a page, and never by a redirect (RFC 6749 §4.1.2.1).

        Raises CannotTell where the server asks for the password before it looks.
        """
        visit = self.visit(attempt, browser)
        expect(not visit.is_away, f"{why}: the browser is sent to {visit.answer.location}")
        if visit.sign_in:
            raise CannotTell("the server asks to sign in before it looks at the request: give --password-stdin")
        expect(not visit.consent, f"{why}: the owner is asked to allow it")
        expect(400 <= visit.answer.status < 500, f"{why}: {visit.answer.said}, not 400")
        return visit.answer

    def error(self, attempt, *codes):
        """Hold that the app is told of its error by redirect, with `state` and `iss`."""
        visit = self.visit(attempt)
        if visit.sign_in:
            raise CannotTell("the server asks to sign in before it looks at the request: give --password-stdin")
        callback = self.callback(visit, attempt)
        expect(not callback.get("code"), "it gets a code")
        expect(callback.get("error") in codes, f"error is {callback.get('error') or 'missing'}, not {' or '.join(codes)}")
        expect(callback.get("state") == attempt.get("state"), "state is not returned with the error")
        return callback

    def seen(self, visit):
        """Where one is, in a few words."""
        answer = visit.answer if isinstance(visit, Visit) else visit
        title = answer.text.partition("<title>")[2].partition("</title>")[0].strip()
        onwards = f", sends to {answer.location}" if answer.location else ""
        return f"{answer.said}{f' “{title}”' if title else ''}{onwards}"

    # Codes and tokens

    def redeem(self, attempt, callback, at="token_endpoint", *, headers=None, **changes):
        """Exchange a code; None takes a parameter away."""
        code = callback.get("code") if isinstance(callback, Callback) else callback
        self.wire.keep_secret(code)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": attempt.get("client_id"),
            "redirect_uri": attempt.get("redirect_uri"),
            "code_verifier": attempt.verifier or None,
        }
        return self.post(at, {**form, **changes}, headers)

    def granted(self, scope="create", app=None, *, ticked="all", **changes):
        """Play it to the end: an app with its token. Raises Fails where any step does."""
        attempt = self.attempt(app, scope, **changes)
        callback = self.approve(attempt, ticked)
        expect(callback.get("code"), f"no code: {callback.get('error')} {callback.get('error_description')}".rstrip())
        answer = self.redeem(attempt, callback)
        expect(answer.status == 200, f"the code cannot be exchanged: {answer.said} {answer.text[:200]}")
        said = answer.json
        expect(isinstance(said.get("access_token"), str), "the answer has no access_token")
        return Granted(attempt, callback, said)

    def revoke(self, token):
        """Take a token back, by the endpoint for it, or as it was done before there was one."""
        try:
            return self.post("revocation_endpoint", {"token": token})
        except CannotTell:
            return self.post("token_endpoint", {"action": "revoke", "token": token})

    def introspect(self, token, authorization=None):
        """Ask what a token is worth; with the key, if there is one, else with the token itself."""
        presented = authorization if authorization is not None else self.key or token
        said = {**JSON, **({"Authorization": f"Bearer {presented}"} if presented else {})}
        return self.post("introspection_endpoint", {"token": token}, said)

    def is_alive(self, token):
        """Whether a token opens anything. Raises CannotTell where the server does not say."""
        verified = self.get("token_endpoint", token)
        if verified.status in (200, 401, 403):
            return verified.status == 200
        asked = self.introspect(token)
        if asked.status == 200:
            return asked.json.get("active") is True
        raise CannotTell("the server does not tell whether a token is good: give --key-stdin, for introspection")

    def _approve_by_hand(self, attempt, scope):
        redirect = attempt.get("redirect_uri")
        site = next((site for site in (self.near, self.far) if site and redirect.startswith(site.home)), None)
        if self.tell is None or site is None:
            raise CannotTell("the owner must allow it: give --password-stdin or --cookie")
        ticked = attempt.get("scope").split() if scope == "all" else scope
        asked = "as it stands" if ticked is None else f"with {' '.join(ticked)}" if ticked else "with nothing ticked"
        self.tell(f"Open this, and allow it {asked}:\n  {self.url_of(attempt)}")
        path = urlsplit(redirect).path.removeprefix(urlsplit(site.home).path)
        seen = site.await_request(path, PATIENCE, len(site.seen))
        self.begin()
        if seen is None:
            raise CannotTell(f"nobody allowed it within {PATIENCE} s")
        return self._parsed(urljoin(site.home, seen.path), attempt)

    def _parsed(self, url, attempt):
        wanted = attempt.get("redirect_uri")
        expect(url.startswith(wanted), f"the browser is sent to {url.partition('?')[0]}, not to {wanted}")
        callback = asking.callback(url)
        self.wire.keep_secret(callback.get("code"))
        return callback

    def _far(self, client_host, listen):
        """The site that the server can reach; None where there is none."""
        if client_host:
            home = client_host if "://" in client_host else f"http://{client_host}"
            port = listen or urlsplit(home).port or 80
            return Site("", port, f"{home.rstrip('/')}/")
        if not self.is_near:
            return None
        try:
            # Why not 127.0.0.1: apps there are never asked who they are (IndieAuth §4.2).
            return Site("127.0.0.2")
        except OSError:
            return None


def _filled(value, url):
    if isinstance(value, dict):
        return {name: _filled(part, url) for name, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, url) for part in value]
    return value.replace("{id}", url) if isinstance(value, str) else value
