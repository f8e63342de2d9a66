"""
What programs ask of the IndieAuth server: its metadata, tokens for codes, what a token is worth, who the owner is.

IndieAuth §4.1.1 (metadata), §5.3 (codes), §5.5 (refresh), §6 (introspection), §7 (revocation), §9 (userinfo).
The page that the owner sees is in `site.consent`.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, make_response, request

from indie import cors, files, times
from indie.context import Context, current
from indie.errors import (
    IndieError,
    InsufficientScope,
    InvalidRequest,
    InvalidToken,
    Unauthorized,
    UnsupportedGrantType,
)
from indie.indieauth import bearer, client_id, grants, scopes, tokens
from indie.indieauth.grants import Issued
from indie.store.tokens import Token

blueprint = Blueprint("indieauth", __name__)

METADATA = ".well-known/oauth-authorization-server"
RESOURCE = ".well-known/oauth-protected-resource"
FORM = "application/x-www-form-urlencoded"

DOCUMENTS = (f"/{METADATA}", f"/{RESOURCE}")
ENDPOINTS = ("/token", "/introspect", "/revoke", "/userinfo")
"""With the documents, what scripts of any page may use (IA-T10): not the authorization endpoint."""


def rels(me: str) -> tuple[tuple[str, str], ...]:
    """What every page names, so that apps find their way: (rel, absolute URL), each rel once (IA-D1 to D5)."""
    return (
        ("indieauth-metadata", f"{me}{METADATA}"),
        ("authorization_endpoint", f"{me}auth"),
        ("token_endpoint", f"{me}token"),
    )


def is_for_programs() -> bool:
    """Whether a program asks, whatever the method: the profile exchange shares its address with a page."""
    return request.path in (*DOCUMENTS, *ENDPOINTS) or (request.path == "/auth" and request.method == "POST")


def preflight() -> Response | None:
    """Answer the question that a browser asks before it sends a request, for which nobody needs a token."""
    if request.method != "OPTIONS" or request.path not in (*DOCUMENTS, *ENDPOINTS):
        return None
    return cors.preflight("GET, HEAD, POST, OPTIONS", "Authorization, Content-Type")


def share(answer: Response) -> Response:
    """Let any page's script read the answer, and no cache keep what is no document."""
    if request.path in (*DOCUMENTS, *ENDPOINTS):
        cors.share(answer, "WWW-Authenticate, ETag")
    if is_for_programs() and request.path not in DOCUMENTS:
        answer.headers.update({"Cache-Control": "no-store", "Pragma": "no-cache"})
    return answer


def refuse(error: IndieError) -> Response:
    """JSON with the spec's code (RFC 6749 §5.2, RFC 6750 §3.1), never a page."""
    status = 403 if isinstance(error, InsufficientScope) else error.status
    code = "invalid_token" if isinstance(error, InvalidToken) else error.code
    body = {"error": code, "error_description": str(error)}
    if isinstance(error, Unauthorized) and not isinstance(error, InvalidToken):
        # Why: who sent no token made no mistake, and learns only that one is needed (RFC 6750 §3.1).
        body.pop("error")
    answer = make_response(jsonify(body), status)
    if status in (401, 403):
        where = f'resource_metadata="{current().settings.me}{RESOURCE}"'
        challenge = bearer.challenge(error)
        answer.headers["WWW-Authenticate"] = f"{challenge}{',' if '=' in challenge else ''} {where}"
    return answer


@blueprint.get(f"/{METADATA}")
def metadata() -> Response:
    """What this server is and can (IndieAuth §4.1.1, RFC 8414 §3.2)."""
    me = current().settings.me
    return _cached(
        {
            "issuer": me,
            "authorization_endpoint": f"{me}auth",
            "token_endpoint": f"{me}token",
            "introspection_endpoint": f"{me}introspect",
            "introspection_endpoint_auth_methods_supported": ["Bearer"],
            "revocation_endpoint": f"{me}revoke",
            "revocation_endpoint_auth_methods_supported": ["none"],
            "userinfo_endpoint": f"{me}userinfo",
            "scopes_supported": list(scopes.SENTENCES),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "service_documentation": "https://indieauth.spec.indieweb.org/",
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "token_endpoint_auth_methods_supported": ["none"],
            "client_id_metadata_document_supported": True,
            # Why: micropublish looks for it here, others may (IA-D7).
            "micropub": f"{me}micropub",
            "micropub_endpoint": f"{me}micropub",
        }
    )


@blueprint.get(f"/{RESOURCE}")
def resource() -> Response:
    """Where whoever was refused finds the server that hands out tokens (RFC 9728 §2)."""
    me = current().settings.me
    return _cached(
        {
            "resource": me,
            "authorization_servers": [me],
            "scopes_supported": list(scopes.SENTENCES),
            "bearer_methods_supported": ["header", "body"],
        }
    )


@blueprint.post("/auth")
def authorize() -> Response:
    """The profile exchange: who the owner is, and no token, whatever was granted (IndieAuth §5.3.2)."""
    context, sent = current(), _sent()
    # Why: apps from before 2020 name no grant_type here (IA-T1).
    _require_grant_type(sent.get("grant_type", "authorization_code"), "authorization_code")
    grant = grants.redeem(context.store, times.now(), **_code(context, sent))
    return _answer({"me": context.settings.me} | _profile(context, grant.scope))


@blueprint.post("/token")
def token() -> Response:
    """Tokens for a code or for a refresh token (IndieAuth §5.3.3, §5.5); also the revocation of old apps."""
    context, sent = current(), _sent()
    if sent.get("action") == "revoke":
        tokens.revoke(context.store, sent.get("token", ""), times.now())
        return _answer({})
    if "grant_type" not in sent:
        raise InvalidRequest("The parameter grant_type is missing.")
    _require_grant_type(sent["grant_type"], "authorization_code", "refresh_token")
    if sent["grant_type"] == "refresh_token":
        _require(sent, "refresh_token", "client_id")
        issued = grants.refresh(
            context.store,
            times.now(),
            refresh_token=sent["refresh_token"],
            client_id=_client(context, sent),
            scope=sent.get("scope", ""),
        )
    else:
        issued = grants.exchange(context.store, times.now(), **_code(context, sent))
    return _answer(_issued(context, issued))


@blueprint.get("/token")
def verify() -> Response:
    """What a token is worth, asked by itself: how it was done before introspection (IA-F4)."""
    context = current()
    found = bearer.admit(context.store, request, times.now())
    return _answer(_worth(context, found) | _profile(context, found.scope))


@blueprint.post("/introspect")
def introspect() -> Response:
    """
    What a token is worth (IndieAuth §6, RFC 7662).

    Whoever asks has a key that the owner made, or shows the very token as his own: then he knows it already.
    """
    context, sent, now = current(), _sent(), times.now()
    presented = bearer.in_header(request)
    if presented is None:
        raise Unauthorized("Ask with a key in the header: “Authorization: Bearer …”; the owner makes one.")
    _require(sent, "token")
    key = tokens.introspect(context.store, presented, now, "key")
    if key is None and presented != sent["token"]:
        raise InvalidToken("This key is unknown or was taken back; the owner makes another one.")
    if key and context.store.tokens.is_stale(key, now):
        with context.store.write():
            context.store.tokens.touch(key, now)
    found = tokens.introspect(context.store, sent["token"], now)
    return _answer({"active": True} | _worth(context, found) if found else {"active": False})


@blueprint.post("/revoke")
def revoke() -> Response:
    """Take a token back; 200 also where there is none (IndieAuth §7, RFC 7009 §2.2)."""
    sent = _sent()
    _require(sent, "token")
    tokens.revoke(current().store, sent["token"], times.now())
    return _answer({})


@blueprint.get("/userinfo")
def userinfo() -> Response:
    """Who the owner is, for tokens with the scope `profile` (IndieAuth §9)."""
    context = current()
    found = bearer.admit(context.store, request, times.now())
    if "profile" not in found.scope:
        raise InsufficientScope("profile")
    return _answer(_who(context, found.scope))


def _sent() -> Mapping[str, str]:
    """
    The parameters of a POST: of its form, else of its query, where Indiekit puts them (IA-T1).

    Raises InvalidRequest for one that is there twice (RFC 6749 §3.2).
    """
    if request.mimetype not in (FORM, "multipart/form-data", ""):
        raise InvalidRequest(f"Send a form ({FORM}), not {request.mimetype[:100]}.")
    sent: dict[str, str] = {}
    for place in (request.form, request.args):
        for name, values in place.lists():
            if len(values) > 1:
                raise InvalidRequest(f"The parameter {name[:100]} is there twice.")
            sent.setdefault(name, values[0])
    return sent


def _require(sent: Mapping[str, str], *names: str) -> None:
    missing = [name for name in names if not sent.get(name)]
    if missing:
        raise InvalidRequest(f"The parameter {' and '.join(missing)} is missing.")


def _require_grant_type(sent: str, *known: str) -> None:
    if sent not in known:
        raise UnsupportedGrantType(f"grant_type must be {' or '.join(known)} here.")


def _code(context: Context, sent: Mapping[str, str]) -> dict[str, str]:
    """What comes with a code. Raises InvalidRequest where a part is missing."""
    _require(sent, "code", "client_id", "redirect_uri")
    return {
        "code": sent["code"],
        "client_id": _client(context, sent),
        "redirect_uri": sent["redirect_uri"],
        "code_verifier": sent.get("code_verifier", ""),
    }


def _client(context: Context, sent: Mapping[str, str]) -> str:
    """The client_id in the one spelling; what is none at all is nobody's."""
    try:
        return client_id.parse(sent["client_id"], context.settings.fetch_allow)
    except InvalidRequest:
        return sent["client_id"]


def _issued(context: Context, issued: Issued) -> dict[str, object]:
    """The answer of IndieAuth §5.3.3; `scope` and `me` are always there, Quill and micropublish need them."""
    body: dict[str, object] = {
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "scope": " ".join(issued.scope),
        "me": context.settings.me,
    }
    if issued.expires_in is not None:
        body["expires_in"] = issued.expires_in
    if issued.refresh_token:
        body["refresh_token"] = issued.refresh_token
    return body | _profile(context, issued.scope)


def _worth(context: Context, token: Token) -> dict[str, object]:
    body: dict[str, object] = {
        "me": context.settings.me,
        "client_id": token.client_id,
        "scope": " ".join(token.scope),
        "iat": int(token.created.timestamp()),
    }
    ends = [moment for moment in (token.expires, token.lapses) if moment]
    return body | ({"exp": int(min(ends).timestamp())} if ends else {})


def _profile(context: Context, scope: tuple[str, ...]) -> dict[str, object]:
    return {"profile": _who(context, scope)} if "profile" in scope else {}


def _who(context: Context, scope: tuple[str, ...]) -> dict[str, str]:
    """The owner's profile (IndieAuth §5.3.4); his e-mail address only where he said which, and the scope says so."""
    me, owner = context.settings.me, context.store.owner.get()
    email = context.store.preferences.get().email if "email" in scope else ""
    known = {
        "name": owner.name if owner else "",
        "url": me,
        "photo": files.address(me, owner.photo) if owner and owner.photo else "",
        "email": email,
    }
    return {name: value for name, value in known.items() if value}


def _answer(body: Mapping[str, object]) -> Response:
    """JSON; a form only where the client says that it would rather have one (IA-T7)."""
    accepted = request.accept_mimetypes
    if accepted.quality(FORM) > accepted.quality("application/json"):
        flat = {name: value for name, value in body.items() if not isinstance(value, dict)}
        return Response(urlencode(flat), mimetype=FORM)
    return jsonify(body)


def _cached(body: Mapping[str, object]) -> Response:
    answer = jsonify(body)
    answer.headers["Cache-Control"] = "max-age=3600"
    answer.add_etag()
    answer.make_conditional(request)
    return answer
