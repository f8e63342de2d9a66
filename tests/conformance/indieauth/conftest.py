"""
What the tests of IndieAuth share: an app, the owner's browser, and the way from sign-in over consent to a token.

The numbers in the names of the tests are those of the 66 requirements of this server (1a–1g); what follows the
number is the requirement's id: D discovery, R request, C client information, A answer, T tokens, F the rest.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup

from indie import wiring
from indie.context import current
from indie.indieauth import tokens

NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")
ME = "http://site.example/"
APP = "https://app.example/"
BACK = "https://app.example/back"
DOCUMENT = "https://json.example/id"
PASSWORD = "correct horse"
STATE = "st8"
VERIFIER = "3f1c" * 16
"""As Quill makes them: 64 hexadecimal digits."""


def s256(verifier):
    """The challenge of a verifier, worked out apart from the code under test (RFC 7636 §4.2)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


class Consent:
    """The consent page as a browser has it: its text, its boxes, what it would send."""

    def __init__(self, answer):
        assert 200 == answer.status_code, answer.text
        self.page = BeautifulSoup(answer.text, "lxml")
        self.text = " ".join(self.page.get_text(" ").split())
        self.handle = self.page.select_one('form.allow input[name="request"]')["value"]
        self.boxes = {box["value"]: box for box in self.page.select('input[name="scope"]')}

    @property
    def ticked(self):
        """The scopes that are sent unless the owner changes something."""
        return [scope for scope, box in self.boxes.items() if box.has_attr("checked") and not box.has_attr("disabled")]


class Flow:
    """
    An app that asks, and the owner who answers.

    browser: holds the owner's cookie. app: holds none. site: the WSGI application.
    """

    def __init__(self, site):
        self.site, self.browser, self.app = site, site.test_client(), site.test_client()

    def sign_in(self, password=PASSWORD, to="/account"):
        """The answer to the sign-in form."""
        return self.browser.post("/signin", data={"password": password, "next": to})

    def query(self, **changes):
        """What a good app asks; a change to None takes a parameter away."""
        usual = {
            "response_type": "code",
            "client_id": APP,
            "redirect_uri": BACK,
            "state": STATE,
            "code_challenge": s256(VERIFIER),
            "code_challenge_method": "S256",
            "scope": "create update media",
        }
        return {name: value for name, value in (usual | changes).items() if value is not None}

    def ask(self, **changes):
        """The answer to an authorization request."""
        return self.browser.get(f"/auth?{urlencode(self.query(**changes))}")

    def consent(self, **changes):
        """The consent page for it."""
        return Consent(self.ask(**changes))

    def decide(self, page, decision="approve", scope=None, **form):
        """Send one of the two forms; scope: what is ticked, if not what the page has."""
        ticked = page.ticked if scope is None else scope
        return self.browser.post(f"/auth/{decision}", data={"request": page.handle, "scope": ticked} | form)

    def allow(self, ticked=None, form=None, **changes):
        """The redirect after consent, as its parameters."""
        return returned(self.decide(self.consent(**changes), scope=ticked, **(form or {})))

    def code(self, ticked=None, form=None, **changes):
        """A code."""
        return self.allow(ticked, form, **changes)["code"]

    def exchange(self, code, **changes):
        """What a good app sends with a code; a change to None takes a parameter away."""
        usual = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": APP,
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
        }
        return {name: value for name, value in (usual | changes).items() if value is not None}

    def redeem(self, code, at="/token", headers=None, **changes):
        """The answer to it."""
        return self.app.post(at, data=self.exchange(code, **changes), headers=headers)

    def tokens(self, scope="create update media", form=None, **changes):
        """The JSON that a whole walk ends with."""
        who = {name: changes[name] for name in ("client_id", "redirect_uri") if name in changes}
        answer = self.redeem(self.code(form=form, scope=scope, **changes), **who)
        assert 200 == answer.status_code, answer.text
        return answer.json

    def refresh(self, refresh_token, **changes):
        """The answer to a refresh token, by the app of DOCUMENT."""
        usual = {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": DOCUMENT}
        return self.app.post("/token", data={name: value for name, value in (usual | changes).items() if value})

    def opens(self, token):
        """Whether the token opens Micropub."""
        return 200 == self.app.get("/micropub?q=config", headers=as_header(token)).status_code


def as_header(token):
    return {"Authorization": f"Bearer {token}"}


def returned(answer):
    """The parameters that a redirect to the app carries, each of them once."""
    assert answer.status_code in (302, 303), answer.text
    pairs = parse_qsl(urlsplit(answer.location).query, keep_blank_values=True)
    assert len(pairs) == len(dict(pairs))
    return dict(pairs)


def is_dead_end(answer):
    """Whether this is a page that tells what is wrong and leads nowhere (RFC 6749 §4.1.2.1)."""
    return (400, "text/html", None) == (answer.status_code, answer.mimetype, answer.location)


@pytest.fixture
def clock(time_machine):
    """The time stands at NOW until a test moves it: `clock.shift(seconds)`, `clock.move_to(moment, tick=False)`."""
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def site(clock, settings, store, owner, frozen_web):  # the fixture
    """The site with its owner, before other people's frozen web."""
    app = wiring.create_app(settings, store, web=frozen_web)
    app.testing = True
    yield app
    with app.app_context():
        current().parser.close()


@pytest.fixture
def flow(site):
    """A Flow whose browser is signed in."""
    made = Flow(site)
    assert 303 == made.sign_in().status_code
    return made


@pytest.fixture
def stranger(site):
    """A Flow whose browser is not."""
    return Flow(site)


@pytest.fixture
def serve(frozen_web):
    """`serve(body, url, *headers, kind=…)`: what an app's address answers; a dict is sent as JSON."""

    def page(body, url=DOCUMENT, *headers, kind="application/json", status="200 OK"):
        text = json.dumps(body) if isinstance(body, dict) else body
        head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", *headers]
        frozen_web.pages[url] = "\n".join(head).encode() + b"\n\n" + text.encode()

    return page


@pytest.fixture
def document(serve):
    """`document(redirect_uris=[…])`: the app at DOCUMENT describes itself with these members, and its client_id."""

    def describe(*headers, **members):
        serve({"client_id": DOCUMENT, "client_name": "Json App"} | members, DOCUMENT, *headers)

    return describe


@pytest.fixture
def refreshable(flow, document):
    """The tokens of an app that exchanges refresh tokens."""
    document(grant_types=["authorization_code", "refresh_token"])
    return flow.tokens(client_id=DOCUMENT, redirect_uri="https://json.example/back")


@pytest.fixture
def key(store, site):
    """A resource key, with which other servers ask what a token is worth."""
    return tokens.issue(store, (), "", NOW, kind="key", label="A server")


@pytest.fixture
def introspect(site, key):
    """`introspect(token)`: what the server says of it to whoever has the resource key."""
    return lambda token: site.test_client().post("/introspect", data={"token": token}, headers=as_header(key)).json


@pytest.fixture
def ask(flow):
    """`ask()` is the answer to the app of DOCUMENT."""
    return lambda redirect_uri="https://json.example/back": flow.ask(client_id=DOCUMENT, redirect_uri=redirect_uri)


@pytest.fixture
def consent(flow):
    """`consent()` is the page that the app of DOCUMENT gets; `consent(APP)` another's."""
    return lambda client_id=DOCUMENT: flow.consent(client_id=client_id, redirect_uri=f"{client_id.rpartition('/')[0]}/back")
