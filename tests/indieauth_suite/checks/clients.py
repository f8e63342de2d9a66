"""
Nine clients, as they really ask.

Each from finding the server to using its token, with the habits that were seen in its code.
"""

import base64
import hashlib
import json
import re
import secrets
from urllib.parse import parse_qs, quote, urlencode, urljoin

from tests.indieauth_suite import links
from tests.indieauth_suite.checking import CLIENTS, CannotTell, check, expect
from tests.indieauth_suite.player import FORM, JSON, App, Attempt, pkce

PHP_ACCEPT = {"Accept": f"application/json, {FORM};q=0.8", "User-Agent": "indieauth-client/1.1.5"}


def php_discovers(player, rel):
    """indieauth-client-php: the Link header of HEAD, then that of GET, then the page."""
    head = player.wire.send("HEAD", player.url, headers={"User-Agent": "indieauth-client/1.1.5"})
    found = links.first(head, rel) if not head.location else None
    return found or links.first(player.home, rel)


def an_app(player, name, page="", redirect="callback", client=""):
    """The client's own site, on ours: its page as it is, its redirect beside it."""
    if player.far and page:
        return player.described(name, page, redirect=redirect)
    return player.app(f"{name}{client}", redirect=redirect)


def h_app(name, more=""):
    """The page of a client, as most of them have it."""
    return (
        f'<!doctype html><title>{name}</title>{more}'
        f'<div class="h-app"><a class="u-url p-name" href="{{id}}">{name}</a></div>'
    )


def php_asks(player, app, scope, **more):
    """What indieauth-client-php 1.1 asks: PKCE with 64 hexadecimal digits, me, and everything encoded."""
    verifier = secrets.token_hex(32)
    player.wire.keep_secret(verifier)
    asked = {
        "me": player.home.url,
        "redirect_uri": app.redirect_uri,
        "client_id": app.client_id,
        "state": secrets.token_hex(8),
        "code_challenge": pkce(verifier),
        "code_challenge_method": "S256",
        **({"scope": scope} if scope else {}),
        "response_type": "code",
        **more,
    }
    return Attempt(app, tuple(asked.items()), verifier)


def comes_back(player, attempt, scope="all"):
    """The owner allows it, and the app looks at state and iss."""
    callback = player.approve(attempt, scope)
    expect(callback.get("code"), f"no code: {callback.get('error')} {callback.get('error_description')}".strip())
    expect(callback.get("state") == attempt.get("state"), f"state is {callback.get('state')}")
    return callback


def has_three(said):
    """What Quill and micropublish cannot do without."""
    missing = [name for name in ("access_token", "scope", "me") if not said.get(name)]
    expect(not missing, f"the answer lacks {' '.join(missing)}")


def uses(player, token, query="q=config"):
    """Ask the Micropub endpoint, if there is one."""
    if endpoint := links.first(player.home, "micropub"):
        header = {**JSON, "Authorization": f"Bearer {token}"}
        answer = player.wire.send("GET", f"{urljoin(player.home.url, endpoint)}?{query}", headers=header)
        expect(answer.status == 200, f"Micropub with the token: {answer.said}")


def confirms(player, me):
    """The app looks again at the `me` that it was told, if that is not what was typed."""
    if me != player.url:
        page = player.wire.send("GET", me)
        expect(page.status == 200, f"me is {me}: {page.said}")
        endpoint = links.first(page, "authorization_endpoint")
        expect(endpoint == links.first(player.home, "authorization_endpoint"), f"{me} names {endpoint}")


@check(39, "Quill", "Quill signs in, posts, asks again for its old scopes, and signs out", CLIENTS)
def quill(player):
    """HEAD first, legacy rels, PKCE of 64 hexadecimal digits, `me`, `action=revoke`."""
    endpoint = php_discovers(player, "token_endpoint")
    expect(endpoint and php_discovers(player, "authorization_endpoint"), "it does not find the endpoints")
    app = an_app(player, "quill", h_app("Quill", '<link rel="redirect_uri" href="auth/callback">'), "auth/callback")
    for scope in ("create update media profile", "create update media profile"):
        attempt = php_asks(player, app, scope)
        callback = comes_back(player, attempt)
        answer = player.redeem(attempt, callback, headers=PHP_ACCEPT)
        expect(answer.status == 200, f"{answer.said} {answer.text[:100]}")
        has_three(answer.json)
        confirms(player, answer.json["me"])
        uses(player, answer.json["access_token"])
    token = answer.json["access_token"]
    signed_out = player.wire.send("POST", endpoint, data={"action": "revoke", "token": token}, headers=PHP_ACCEPT)
    expect(signed_out.status == 200, f"signing out: {signed_out.said}")
    expect(not player.is_alive(token), "after signing out the token is still good")


@check(39, "Monocle", "Monocle signs in, and reads its channels where there are any", CLIENTS)
def monocle(player):
    """Asks for scopes of Micropub and Microsub together."""
    app = an_app(player, "monocle", h_app("Monocle"), "login/callback")
    attempt = php_asks(player, app, "create update read follow channels profile")
    answer = player.redeem(attempt, comes_back(player, attempt), headers=PHP_ACCEPT)
    expect(answer.status == 200, f"{answer.said} {answer.text[:100]}")
    has_three(answer.json)
    if endpoint := links.first(player.home, "microsub"):
        header = {**JSON, "Authorization": f"Bearer {answer.json['access_token']}"}
        listed = player.wire.send("GET", f"{urljoin(player.home.url, endpoint)}?action=channels", headers=header)
        expect(listed.status == 200, f"its channels: {listed.said}")
        expect(isinstance(listed.json.get("channels"), list), "no channels")


@check(52, "Aperture", "Aperture signs in without a scope, and verifies tokens of others by GET", CLIENTS)
def aperture(player):
    """Login only; the code is redeemed at the authorization endpoint; then it is a resource server."""
    app = an_app(player, "aperture", h_app("Aperture"), "login/callback")
    attempt = php_asks(player, app, "")
    answer = player.redeem(attempt, comes_back(player, attempt, None), "authorization_endpoint", headers=PHP_ACCEPT)
    expect(answer.status == 200, f"{answer.said} {answer.text[:100]}")
    me = answer.json.get("me")
    expect(me, "no me")
    token = player.granted("read follow channels").token
    header = {"Accept": "application/json", "Authorization": f"Bearer {token}", "User-Agent": "Aperture"}
    verified = player.wire.send("GET", php_discovers(player, "token_endpoint"), headers=header)
    expect(verified.status == 200, verified.said)
    expect(verified.json.get("me", "").rstrip("/") == me.rstrip("/"), f"me is {verified.json.get('me')}")
    expect("read" in verified.json.get("scope", "").split(), f"scope is {verified.json.get('scope')}")


@check(45, "micropublish", "Micropublish signs in by the metadata, with no Accept header at all", CLIENTS)
def micropublish(player):
    """Compares `rel == "indieauth-metadata"`; a verifier of 100 letters and digits; needs access_token, scope, me."""
    exact = [link for link in links.of(player.home) if link.rel == "indieauth-metadata"]
    expect(exact, "no link whose rel is indieauth-metadata and nothing else")
    metadata = player.wire.send("GET", urljoin(player.home.url, exact[0].href), headers={"Accept": None}).json
    expect(metadata.get("authorization_endpoint") and metadata.get("token_endpoint"), "the metadata lack an endpoint")
    named = metadata.get("micropub") or next((link for link in links.of(player.home) if link.rel == "micropub"), None)
    if not named:
        raise CannotTell("the site names no Micropub endpoint, without which micropublish signs nobody in")
    verifier = "".join(secrets.choice("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") for _ in range(100))
    player.wire.keep_secret(verifier)
    app = an_app(player, "micropublish", h_app("Micropublish", '<link rel="redirect_uri" href="{id}auth/callback">'))
    app = App(app.client_id, f"{app.client_id}auth/callback", app.path)
    attempt = Attempt(
        app,
        (
            ("response_type", "code"),
            ("client_id", app.client_id),
            ("state", secrets.token_hex(12)),
            ("scope", "create update delete undelete"),
            ("redirect_uri", app.redirect_uri),
            ("me", player.home.url),
            ("code_challenge", pkce(verifier)),
            ("code_challenge_method", "S256"),
        ),
        verifier,
    )
    callback = comes_back(player, attempt)
    answer = player.redeem(attempt, callback, headers={"Accept": None, "User-Agent": "Ruby"})
    expect(answer.status == 200, f"{answer.said} {answer.text[:100]}")
    has_three(json.loads(answer.text))
    uses(player, answer.json["access_token"])


@check(39, "Indigenous", "Indigenous signs in by the old rels, me bare in the query", CLIENTS)
def indigenous(player):
    """Counts hits in the Link header, glues "?…" to the endpoint, sends `me` in the exchange as well."""
    header = {link.rel: link.href for link in links.in_headers(player.home.links)}
    page = {link.rel: link.href for link in links.in_markup(player.home)}
    found = {rel: header.get(rel) or page.get(rel) for rel in ("authorization_endpoint", "token_endpoint")}
    expect(all(found.values()), f"it finds {found}")
    counted = [link.rel for link in links.in_headers(player.home.links) if link.rel in found]
    expect(len(counted) in (0, 2), f"it counts {len(counted)} endpoints in the Link headers, and wants two")
    app = an_app(player, "indigenous", h_app("Indigenous"), "indigenous-callback.php?indigenous=com.indieweb.indigenous")
    verifier, state = secrets.token_urlsafe(64), secrets.token_hex(5)
    player.wire.keep_secret(verifier)
    scope = "create+update+delete+media+read+follow+channels+mute+block"
    raw = (
        f"response_type=code&redirect_uri={quote(app.redirect_uri, safe='')}&client_id={quote(app.client_id, safe='')}"
        f"&me={player.home.url}&scope={scope}&state={state}"
        f"&code_challenge={pkce(verifier)}&code_challenge_method=S256"
    )
    parameters = (
        ("client_id", app.client_id),
        ("redirect_uri", app.redirect_uri),
        ("state", state),
        ("scope", scope.replace("+", " ")),
    )
    attempt = Attempt(app, parameters, verifier, raw)
    callback = comes_back(player, attempt)
    answer = player.redeem(attempt, callback, headers={"Accept": None}, me=player.home.url)
    expect(answer.status == 200, f"{answer.said} {answer.text[:100]}")
    has_three(answer.json)
    token = answer.json["access_token"]
    uses(player, token)
    synced = player.wire.send("GET", found["token_endpoint"], headers={"Authorization": f"Bearer {token}", **JSON})
    expect(synced.status == 200, f"“sync account”: {synced.said}")
    signed_out = player.wire.send("POST", found["token_endpoint"], data={"action": "revoke", "token": token})
    expect(signed_out.status == 200, f"signing out: {signed_out.said}")


@check((19, 36), "shpub", "shpub signs in without PKCE, answered on its own machine, and reads me from the answer", CLIENTS)
def shpub(player):
    """Its client_id lists no redirect; an integer state; the answer must name `me`; exact media type."""
    app = App("http://cweiske.de/shpub.htm", "http://127.0.0.1:12345/callback")
    attempt = player.attempt(app, "create media", with_pkce=False, state="1732345678", me=player.home.url)
    visit = player.consent(attempt)
    others = [(box.name, box.value) for box in visit.consent[0].boxes if box not in visit.scopes]
    answer = visit.allow(["create", "media"], others, password=player.owner.password)
    callback = player.callback(answer, attempt)
    expect(callback.get("code"), f"no code: {callback.get('error')}")
    expect(callback.get("state") == "1732345678", f"state is {callback.get('state')}")
    expect(callback.get("me"), "no me in the answer")
    extra = {"me": callback.get("me"), "state": "1732345678"}
    answer = player.redeem(attempt, callback, headers={"Accept": None, "User-Agent": "shpub"}, **extra)
    expect(answer.status == 200, f"{answer.said} {answer.text[:100]}")
    kind = answer.headers.get("Content-Type", "")
    expect(kind in ("application/json", FORM), f"Content-Type is {kind}, which it does not take")
    expect(answer.json.get("access_token"), "no access_token")
    uses(player, answer.json["access_token"])


def together_signs_in(player, **changes):
    """The library indieauth-helper: a state in base64, `me` in the exchange as well, either form of the answer."""
    app = an_app(player, "together", h_app("Together"), "auth")
    state = base64.b64encode(b"Salted__" + secrets.token_bytes(120)).decode()
    scope = "post create delete update read follow mute block channels"
    attempt = player.attempt(app, scope, state=state, me=player.home.url)
    attempt = attempt.but(**{name: make(attempt.verifier) for name, make in changes.items()})
    callback = comes_back(player, attempt)
    accept = {"Accept": "application/json, application/x-www-form-urlencoded", "User-Agent": "axios/0.19.2"}
    answer = player.redeem(attempt, callback, headers=accept, me=player.home.url)
    expect(answer.status == 200, f"{answer.said} {answer.text[:100]}")
    has_three(answer.json)
    expect("create" in answer.json["scope"].split(), f"scope is {answer.json['scope']}")


@check(24, "Together", "Together signs in with the npm library indieauth-helper, and asks for post", CLIENTS)
def together(player):
    """Scopes of Micropub and Microsub at once, the old `post` among them; a state with +, / and =."""
    together_signs_in(player)


@check(43, "indieauth-helper", "indieauth-helper 1.0.2 signs in, whose S256 challenge is in hexadecimal", CLIENTS)
def hexadecimal_challenge(player):
    """Not what RFC 7636 §4.2 says, and what the library sends; the same 256 bits can be read in either spelling."""
    together_signs_in(player, code_challenge=lambda verifier: hashlib.sha256(verifier.encode()).hexdigest())


@check((21, 39), "PHP 0.x", "An app with the PHP library of before 2020 signs in, and gets its token", CLIENTS)
def php_of_old(player):
    """`response_type=id` without scope, no PKCE, no grant_type at the authorization endpoint, `me` in both."""
    app = an_app(player, "old", h_app("Old"))
    attempt = player.attempt(app, None, with_pkce=False, response_type="id", me=player.home.url)
    callback = comes_back(player, attempt, None)
    old = {"grant_type": None, "state": attempt.get("state"), "me": player.home.url}
    answer = player.redeem(attempt, callback, "authorization_endpoint", headers={"Accept": PHP_ACCEPT["Accept"]}, **old)
    expect(answer.status == 200, f"signing in: {answer.said} {answer.text[:100]}")
    said = answer.json if "json" in answer.media_type else {k: v[0] for k, v in parse_qs(answer.text).items()}
    expect(said.get("me"), "no me")
    attempt = player.attempt(app, "create", with_pkce=False, me=player.home.url)
    callback = comes_back(player, attempt)
    answer = player.redeem(attempt, callback, me=player.home.url, state=attempt.get("state"))
    expect(answer.status == 200, f"its token: {answer.said} {answer.text[:100]}")
    has_three(answer.json)


@check((18, 39), "Indiekit", "Indiekit signs in: a JSON document without redirect_uris, the code in the query", CLIENTS)
def indiekit(player):
    """Its `/id` lists no redirect_uris; the token POST has its parameters in the query and an empty body."""
    document = {"client_id": "{id}", "client_uri": "{id}", "client_name": "Indiekit"}
    app = player.described("indiekit", document, redirect="session/auth") if player.far else player.app("indiekit")
    attempt = player.attempt(app, "create update delete media", me=player.home.url)
    callback = comes_back(player, attempt)
    form = {
        "client_id": attempt.get("client_id"),
        "code": callback.get("code"),
        "code_verifier": attempt.verifier,
        "grant_type": "authorization_code",
        "redirect_uri": attempt.get("redirect_uri"),
    }
    answer = player.wire.send("POST", f"{player.endpoint('token_endpoint')}?{urlencode(form)}", headers=JSON)
    expect(answer.status == 200, f"{answer.said} {answer.text[:100]}")
    has_three(answer.json)
    expect(re.fullmatch("bearer", answer.json.get("token_type", ""), re.IGNORECASE), "no token_type")
    asked = player.introspect(answer.json["access_token"], answer.json["access_token"])
    if asked.status == 200:
        expect(asked.json.get("active") is True, "introspection by the token itself says that it is not active")
