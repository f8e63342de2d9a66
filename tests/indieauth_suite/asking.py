"""What passes between an app and the server: who it is, what it asks, what it is told, what it is given."""

import base64
import hashlib
from dataclasses import dataclass, field, replace
from urllib.parse import unquote_to_bytes, urlencode, urlsplit


@dataclass(frozen=True)
class App:
    """An app: what it is called by, and where it is answered. path: of its page on our site, if it is there."""

    client_id: str
    redirect_uri: str
    path: str = ""


def pkce(verifier):
    """The challenge of a verifier, by S256 (RFC 7636 §4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@dataclass(frozen=True)
class Attempt:
    """
    One authorization request of an app.

    parameters: pairs, the values text or bytes. raw: the query as it is sent, where that is not their usual form.
    """

    app: App
    parameters: tuple
    verifier: str
    raw: str = ""

    @property
    def query(self):
        """What stands behind the question mark."""
        return self.raw or urlencode(self.parameters)

    def get(self, name):
        """The value of a parameter; "" for none."""
        return dict(self.parameters).get(name, "")

    def but(self, *extra, **changes):
        """The same with parameters changed (None takes one away), and more of them behind."""
        kept = [pair for pair in self.parameters if pair[0] not in changes]
        new = [pair for pair in changes.items() if pair[1] is not None]
        return replace(self, parameters=(*kept, *new, *extra))


@dataclass(frozen=True)
class Callback:
    """What the app gets: the URL, and its parameters as (name, bytes)."""

    url: str
    parameters: tuple

    def get(self, name):
        """The value of a parameter; "" for none."""
        return self.raw(name).decode(errors="replace")

    def raw(self, name):
        """The bytes of a parameter; b"" for none."""
        return next((value for key, value in self.parameters if key == name), b"")

    def count(self, name):
        """How often it is there."""
        return sum(key == name for key, _ in self.parameters)


@dataclass(frozen=True)
class Granted:
    """An app that has its token: the request, the callback, the answer of the token endpoint."""

    attempt: Attempt
    callback: Callback
    said: dict = field(repr=False)

    @property
    def token(self):
        """The access token."""
        return self.said["access_token"]

    @property
    def scope(self):
        """What was granted: a list."""
        return str(self.said.get("scope", "")).split()


def callback(url):
    """Read the URL to which the browser is sent."""
    pairs = [part.partition("=") for part in urlsplit(url).query.split("&") if part]
    return Callback(url, tuple((_bytes(name).decode(errors="replace"), _bytes(value)) for name, _, value in pairs))


def _bytes(text):
    return unquote_to_bytes(text.replace("+", " "))
