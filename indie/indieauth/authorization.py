"""
What an app asks of the owner, and where the answer goes (IndieAuth §5.2, RFC 6749 §4.1.1, RFC 9207).

Who asks and where to are read first: while one of them is wrong nobody is sent
anywhere. Everything else that is wrong is told to the app.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple, Self
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlencode

from indie import text
from indie.config import Network
from indie.errors import IndieError, InvalidRequest, UnsupportedResponseType
from indie.indieauth import client_id as client_ids
from indie.indieauth import pkce, scopes

UNRESERVED = "-._~"
READ = ("response_type", "code_challenge", "code_challenge_method", "scope")
"""Parameters that must be text; `state` need not be."""


@dataclass(frozen=True)
class AuthorizationRequest:
    """
    What an app asks.

    state: percent-encoded, so that it goes back byte for byte, whatever its encoding.
    challenge: of PKCE, by S256; "" for none.
    me: a hint, and never more (IA-R10).
    """

    client_id: str
    redirect_uri: str
    state: str
    scope: tuple[str, ...]
    challenge: str
    me: str

    def to_json(self) -> str:
        """As it is kept while the owner makes up his mind."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, kept: str) -> Self:
        """The same request again."""
        values = json.loads(kept)
        return cls(**{**values, "scope": tuple(values["scope"])})

    @property
    def expects_me(self) -> bool:
        """Whether the answer names the owner: to apps from before PKCE, which look for it there (IA-A5, shpub)."""
        return bool(self.me) and not self.challenge


class Asked(NamedTuple):
    """
    A request whose sender and destination are well-formed.

    refusal: what else is wrong with it; told to the app once its redirect_uri is known to be its own.
    """

    request: AuthorizationRequest
    refusal: IndieError | None


def parse(query: bytes, allow: Sequence[Network] = ()) -> Asked:
    """
    Read the query of an authorization request.

    allow: networks by whose addresses an app may be called (`client_id.parse`).
    Raises InvalidRequest where the app must not be sent anything: client_id or redirect_uri are missing or
    malformed (RFC 6749 §4.1.2.1), or a parameter is there twice, so that two readers could see two requests.
    """
    raw: dict[str, bytes] = {}
    for name, value in _parameters(query):
        if name in raw:
            raise InvalidRequest(f"The request has the parameter {text.one_line(name)} twice; go back to the app.")
        raw[name] = value
    client_id = client_ids.parse(_needed(raw, "client_id"), allow)
    redirect_uri = client_ids.parse_redirect_uri(_needed(raw, "redirect_uri"))
    refusal: IndieError | None = None
    try:
        scope = _check(raw)
    except InvalidRequest as error:
        scope, refusal = (), error
    return Asked(
        AuthorizationRequest(
            client_id=client_id,
            redirect_uri=redirect_uri,
            state=quote_from_bytes(raw.get("state", b""), safe=UNRESERVED),
            scope=scope,
            challenge=pkce.one_spelling(raw.get("code_challenge", b"").decode(errors="replace")),
            me=text.one_line(raw.get("me", b"").decode(errors="replace"), 500),
        ),
        refusal,
    )


def answer(request: AuthorizationRequest, issuer: str, **parameters: str) -> str:
    """
    Where the browser goes: redirect_uri with its own query kept, then the parameters, `state`, `iss`.

    parameters: `code`, or `error` and `error_description`.
    """
    whole, hash_, fragment = request.redirect_uri.partition("#")
    joint = "" if whole.endswith(("?", "&")) else "&" if "?" in whole else "?"
    said = urlencode(parameters, safe=UNRESERVED)
    state = f"&state={request.state}" if request.state else ""
    return f"{whole}{joint}{said}{state}&{urlencode({'iss': issuer})}{hash_}{fragment}"


def _check(raw: Mapping[str, bytes]) -> tuple[str, ...]:
    """The scopes of a request in which all is right. Raises InvalidRequest for the first thing that is not."""
    values = {name: _utf8(name, raw[name]) for name in READ if name in raw}
    response_type = values.get("response_type") or "id"
    # Why `id`, or none at all: so apps before 2020 ask who somebody is, and for no token (IA-R9).
    if response_type not in ("code", "id"):
        raise UnsupportedResponseType("Ask for response_type=code; there is no other (IndieAuth §5.2).")
    if not raw.get("state"):
        raise InvalidRequest("The parameter state is missing (IndieAuth §5.2).")
    challenge, method = values.get("code_challenge", ""), values.get("code_challenge_method", "")
    if (challenge or method) and method != "S256":
        raise InvalidRequest("code_challenge_method must be S256 (IndieAuth §5.2).")
    if method and not pkce.is_challenge(pkce.one_spelling(challenge)):
        raise InvalidRequest("code_challenge is no SHA-256 in base64url: 43 characters, no padding (RFC 7636 §4.2).")
    return scopes.requested(values.get("scope", "")) if response_type == "code" else ()


def _parameters(query: bytes) -> list[tuple[str, bytes]]:
    """The names and bytes of a query, in order; names that are no text are nobody's parameters."""
    pairs = [part.partition(b"=") for part in query.replace(b"+", b" ").split(b"&") if part]
    return [(unquote_to_bytes(name).decode(errors="replace"), unquote_to_bytes(value)) for name, _, value in pairs]


def _needed(raw: Mapping[str, bytes], name: str) -> str:
    """The parameter that decides who is answered. Raises InvalidRequest where it is missing or empty."""
    value = _utf8(name, raw.get(name, b""))
    if not value:
        raise InvalidRequest(f"The request names no {name}; go back to the app and try again.")
    return value


def _utf8(name: str, value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise InvalidRequest(f"The parameter {name} is not in UTF-8.") from None
