"""Browsers: they keep cookies, follow redirects on the server, submit forms, and say which site a request comes from."""

import contextlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from tests.indieauth_suite import forms
from tests.indieauth_suite.checking import CannotTell, Fails
from tests.indieauth_suite.wire import Answer, new_session

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
MOST_REDIRECTS = 10


def origin(url):
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()


def referrer_policy(page):
    """The policy of a page: what its markup says, else its header (HTML §4.2.5.3)."""
    meta = BeautifulSoup(page.text, "html.parser").find_all("meta", attrs={"name": "referrer"})
    said = str(meta[-1].get("content", "")) if meta else page.headers.get("Referrer-Policy", "")
    return said.rpartition(",")[2].strip().lower()


class Browser:
    """
    One browser.

    ours: the origins of the server; a redirect to any other is not followed.
    """

    def __init__(self, wire, ours, cookies=None):
        self.wire, self.ours = wire, ours
        self.session = new_session()
        self.session.headers.update({"User-Agent": AGENT, "Accept": HTML, "Accept-Language": "en"})
        self.session.cookies.update(cookies or {})

    def open(self, url, headers=None):
        """Follow a link of an app; the last answer, which is a redirect where it leads away from the server."""
        fetched = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
        answer = self.wire.send("GET", url, headers={**fetched, **(headers or {})}, session=self.session)
        return self._follow(answer)

    def submit(self, form, page, pairs, headers=None):
        """Send a form of a page as a browser does."""
        self.wire.keep_secret(*form.hidden)
        # Why null: that is what browsers send from a page whose policy is no-referrer (Fetch §3.1).
        told = referrer_policy(page) != "no-referrer"
        said = {"Origin": origin(page.url) if told else "null", "Sec-Fetch-Site": "same-origin"}
        said |= {"Referer": page.url} if told else {}
        said |= {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", **(headers or {})}
        said = {name: value for name, value in said.items() if value is not None}
        answer = self.wire.send(form.method, form.action, data=pairs, headers=said, session=self.session)
        return self._follow(answer)

    def _follow(self, answer):
        for _ in range(MOST_REDIRECTS):
            if not answer.location or origin(answer.location) not in self.ours:
                return answer
            answer = self.wire.send("GET", answer.location, session=self.session)
        raise Fails(f"{answer.url.partition('?')[0]} redirects in a circle")


@dataclass(frozen=True)
class Visit:
    """Where a browser is."""

    browser: Browser
    answer: Answer

    @property
    def is_away(self):
        """Whether the server sends it elsewhere."""
        return bool(self.answer.location)

    @property
    def forms(self):
        """The forms of the page."""
        return forms.read(self.answer.text, self.answer.url) if "html" in self.answer.media_type else []

    @property
    def sign_in(self):
        """The form that asks for the password; None where there is none."""
        return next((form for form in self.forms if forms.signs_in(form)), None)

    @property
    def consent(self):
        """The form by which the owner allows, as (form, button); None where the page is none of consent."""
        if self.is_away or self.answer.status >= 300:
            return None
        fits = [(form, button) for form in self.forms if (button := forms.allows(form))]
        return next((pair for pair in fits if pair[0].scopes), fits[0] if fits else None)

    @property
    def scopes(self):
        """The checkboxes of scopes."""
        return self.consent[0].scopes

    def allow(self, scope=None, extra=(), headers=None, browser=None, password=""):
        """
        Press the button that allows; the answer.

        scope: what is ticked; None leaves that alone. extra: further pairs. browser: another one's.
        """
        form, button = self.consent
        given = [(form.password, password)] if form.password else []
        pairs = form.sent(scope, [*given, *extra], button)
        return (browser or self.browser).submit(form, self.answer, pairs, headers)

    def deny(self):
        """Press the button that says no; the answer. Raises CannotTell where there is none."""
        for form in self.forms:
            if form.method == "POST" and (button := forms.denies(form)):
                return self.browser.submit(form, self.answer, form.sent(button=button))
        raise CannotTell("no button that says no was found on the consent page")


class Owner:
    """
    The owner of the site, who signs in with a password, or by a cookie of a browser in which he is signed in.

    can_click: whether the suite may act for him.
    """

    def __init__(self, wire, password="", user="", cookie=""):
        self.wire, self.password, self.user, self.refusal = wire, password, user, ""
        self.can_click = bool(password or cookie)
        pairs = [part.strip().partition("=") for part in cookie.split(";") if "=" in part]
        self.cookies = {name: value for name, _, value in pairs}
        wire.keep_secret(password, *self.cookies.values())

    def browser(self, ours, *, fresh=False):
        """A browser of the owner's; fresh: one in which nobody is signed in yet."""
        return Browser(self.wire, ours, {} if fresh else self.cookies)

    def sign_in(self, visit):
        """Where a visit leads after signing in. Raises CannotTell where that cannot be done."""
        form = visit.sign_in
        if self.refusal or not self.password:
            raise CannotTell(self.refusal or "the owner must sign in: give --password-stdin or --cookie")
        named = [(form.user, self.user)] if self.user and form.user else []
        rest = [pair for pair in form.fields if not named or pair[0] != form.user]
        button = form.buttons[0] if form.buttons else None
        pressed = [button[:2]] if button and button[0] else []
        answer = visit.browser.submit(form, visit.answer, [*rest, *named, (form.password, self.password), *pressed])
        after = Visit(visit.browser, answer)
        if after.sign_in:
            # Why never again: too many tries would lock the owner out of his own site.
            self.refusal = f"the server does not take the password ({answer.said})"
            raise CannotTell(self.refusal)
        with contextlib.suppress(AttributeError):
            self.cookies = visit.browser.session.cookies.copy()
        return after
