"""
Authorization request (13–16, 20–25).

What an app may ask, and what is never answered by a redirect.
"""

import secrets
from urllib.parse import quote, quote_from_bytes, urlencode

from tests.indieauth_suite.checking import ADVICE, CLIENTS, check, expect
from tests.indieauth_suite.player import App, pkce

NAMES = (
    "response_type",
    "client_id",
    "redirect_uri",
    "state",
    "scope",
    "code_challenge",
    "code_challenge_method",
)


@check(13, "IA-R1", "Duplicate parameters are refused")
def duplicates(player):
    """RFC 6749 §3.1: parameters must not be there twice; a proxy might read the first, the server the second."""
    for name in NAMES:
        attempt = player.attempt()
        player.refused(attempt.but((name, attempt.get(name))), f"{name} twice")


@check((13, 16), "IA-R1", "A request without state is refused, by redirect")
def state_is_required(player):
    """IndieAuth §5.2: state is required."""
    callback = player.error(player.attempt(state=None), "invalid_request")
    expect(not callback.count("state"), "a state is returned that nobody sent")


@check(14, "IA-R2", "Without parameters there is a page for people", ADVICE)
def no_parameters(player):
    """Who opens the endpoint by hand gets words: 200 or 400, no stack trace, no blank page."""
    answer = player.browser().open(player.endpoint("authorization_endpoint"))
    expect(answer.status in (200, 400), answer.said)
    expect("html" in answer.media_type and len(answer.text) > 100, f"{answer.media_type}, {len(answer.body)} bytes")
    expect("Traceback" not in answer.text and "Stack trace" not in answer.text, "it is a stack trace")


WRONG_CLIENT_IDS = {
    "a fragment": "https://app.example/#me",
    "a user name": "https://user@app.example/",
    "a password": "https://user:pass@app.example/",
    "dots": "https://app.example/a/../b",
    "a dot": "https://app.example/./b",
    "escaped dots": "https://app.example/%2e%2e/b",
    "another scheme": "ftp://app.example/",
    "a script": "javascript:alert(1)",
    "no scheme": "app.example",
    "no host": "https:///path",
    "a public address": "http://192.0.2.1/",
    "a private address": "http://10.1.2.3/",
    "an IPv6 address": "http://[2001:db8::1]/",
    "an address in decimal": "http://3221225985/",
}


@check(15, "IA-R3", "A client_id that IndieAuth forbids is refused, without a redirect")
def wrong_client_ids(player):
    """IndieAuth §3.3: http(s), no fragment, user, dot segments; a domain name or loopback."""
    for what, client_id in WRONG_CLIENT_IDS.items():
        attempt = player.attempt(App(client_id, client_id))
        player.refused(attempt, f"a client_id with {what} ({client_id})")


@check(15, "IA-R3", "A client_id may have a query, a port and a host in capitals")
def unusual_client_ids(player):
    """IndieAuth §3.3, §3.4: these are allowed; the host is compared without its case."""
    app = player.app()
    other = App(f"{app.client_id}?a=b&c=d", app.redirect_uri, app.path)
    capitals = app.client_id.replace("http://", "HTTP://", 1) if app.client_id.startswith("http:") else app.client_id
    for each in (other, App(capitals, app.redirect_uri, app.path)):
        player.granted("create", each)


@check(15, "IA-R3", "A client_id without a path is the one with /")
def client_id_without_path(player):
    """IndieAuth §3.4: a missing path is `/`; the app may spell it either way at either end."""
    home = (player.far_if_named or player.near).home
    short = home.rstrip("/")
    for asked, redeemed in ((short, home), (home, short), (short, short)):
        attempt = player.attempt(App(asked, f"{home}callback"))
        answer = player.redeem(attempt, player.approve(attempt), client_id=redeemed)
        expect(answer.status == 200, f"asked as {asked}, redeemed as {redeemed}: {answer.text[:200]}")


@check(16, "IA-R4", "Without a good client_id and redirect_uri nobody is redirected")
def no_open_redirect(player):
    """RFC 6749 §4.1.2.1: the owner is told, the browser is sent nowhere."""
    player.refused(player.attempt(client_id=None), "no client_id")
    player.refused(player.attempt(redirect_uri=None), "no redirect_uri")
    player.refused(player.attempt(client_id=""), "an empty client_id")
    player.refused(player.attempt(redirect_uri=""), "an empty redirect_uri")
    player.refused(player.attempt(redirect_uri="/callback"), "a relative redirect_uri")
    both = player.attempt(redirect_uri="https://elsewhere.example/cb", response_type="token")
    player.refused(both, "a redirect_uri of somebody else, in a request that is wrong in another way too")


@check(16, "IA-R4", "Every other error is told to the app, with error, state and iss")
def errors_are_redirected(player):
    """RFC 6749 §4.1.2.1 and RFC 9207 §2: errors carry the issuer too."""
    for code, changes in {
        "unsupported_response_type": {"response_type": "token"},
        "invalid_request": {"code_challenge_method": "S512"},
        "invalid_scope": {"scope": 'create "quoted\\"'},
    }.items():
        callback = player.error(player.attempt(**changes), code)
        expect(callback.get("iss") == player.metadata.get("issuer"), f"iss is {callback.get('iss') or 'missing'}")
        expect(callback.count("error") == 1, "error is there twice")


@check(20, "IA-R8", "Of PKCE only S256 is taken")
def plain_is_refused(player):
    """IndieAuth §5.2: S256 is what servers must support; `plain`, also by default (RFC 7636 §4.3), protects nothing."""
    verifier = secrets.token_urlsafe(48)
    for changes in (
        {"code_challenge": verifier, "code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"code_challenge_method": "s256"},
        {"code_challenge_method": "S512"},
    ):
        player.error(player.attempt(**changes), "invalid_request")


@check(20, "IA-R8", "A code_challenge that no SHA-256 could be is refused", ADVICE)
def malformed_challenge(player):
    """RFC 7636 §4.2: 43 characters of base64url. Anything else can never be redeemed."""
    good = pkce(secrets.token_urlsafe(48))
    for challenge in ("", "short", good + "=", good[:-1] + "+", good[:-1], good + "A"):
        player.error(player.attempt(code_challenge=challenge), "invalid_request")


@check(20, "IA-R8", "Without PKCE nobody may change or delete posts, if the app is let in at all", ADVICE)
def without_pkce(player):
    """IndieAuth §5.2: servers MAY take requests without PKCE; a stolen code then is as good as the app."""
    attempt = player.attempt(scope="create update delete", with_pkce=False)
    visit = player.visit(attempt)
    if visit.is_away:
        callback = player.callback(visit, attempt)
        expect(callback.get("error") == "invalid_request", f"error is {callback.get('error')}")
        return
    callback = player.approve(attempt, "all")
    scope = player.redeem(attempt, callback).json.get("scope", "")
    expect(not {"update", "delete"} & {*scope.split()}, f"granted without PKCE: {scope}")


@check(21, "IA-R9", "response_type=id, or none, signs in and gives no token", CLIENTS)
def response_type_id(player):
    """Apps from before 2020 call a sign-in so."""
    for response_type in ("id", None):
        attempt = player.attempt(scope=None, with_pkce=False, response_type=response_type)
        callback = player.approve(attempt)
        expect(callback.get("code"), f"response_type={response_type}: no code, {callback.get('error')}")
        refused = player.redeem(attempt, callback)
        expect("access_token" not in refused.text, f"response_type={response_type}: a token is issued")
        again = player.attempt(scope=None, with_pkce=False, response_type=response_type)
        answer = player.redeem(again, player.approve(again), "authorization_endpoint", grant_type=None)
        expect(answer.status == 200, f"response_type={response_type}: {answer.said} {answer.text[:200]}")
        expect(answer.json.get("me"), f"response_type={response_type}: no me")


@check(22, "IA-R10", "The me of the request is a hint: the answer names the owner")
def me_is_a_hint(player):
    """IndieAuth §5.2; a server that signs what the app claims lets anybody be anybody."""
    claimed = "https://somebody-else.example/"
    granted = player.granted("create", me=claimed)
    expect(granted.said.get("me") not in (claimed, None), f"me is {granted.said.get('me')}")
    attempt = player.attempt(scope=None, me=claimed)
    told = player.redeem(attempt, player.approve(attempt), "authorization_endpoint").json.get("me")
    expect(told == granted.said["me"], f"the profile exchange says {told}")


@check(23, "IA-R11", "Without a scope no token is issued")
def no_scope_no_token(player):
    """IndieAuth §5.3.3: MUST NOT issue an access token for an empty scope."""
    for scope in (None, ""):
        attempt = player.attempt(scope=None) if scope is None else player.attempt(scope="").but(scope="")
        answer = player.redeem(attempt, player.approve(attempt))
        expect("access_token" not in answer.text, "a token is issued")
        expect(answer.status == 400, answer.said)
        expect(answer.json.get("error") in ("invalid_grant", "invalid_scope", "invalid_request"), answer.text[:200])


@check(23, "IA-R11", "email without profile opens nothing")
def email_alone(player):
    """IndieAuth §5.2: `email` requires `profile`."""
    attempt = player.attempt(scope="email")
    answer = player.redeem(attempt, player.approve(attempt, "all"))
    profile = answer.json.get("profile") or {}
    expect("email" not in profile, "the address is told")


@check(24, "IA-R12", "The old scope post is understood as create", CLIENTS)
def post_means_create(player):
    """Quill and Together still offer it."""
    scope = player.granted("post").scope
    expect("create" in scope, f"granted: {' '.join(scope)}")


@check(24, "IA-R12", "A scope that the server does not know is not granted unasked", ADVICE)
def unknown_scope(player):
    """Who presses Allow at once grants nothing that nobody can explain; and it is no server error."""
    granted = player.granted("create frobnicate https://scopes.example/x:y", ticked=None)
    expect("frobnicate" not in granted.scope, f"granted: {' '.join(granted.scope)}")


STATES = {
    "long": "0123456789abcdef" * 250,
    "Unicode": "état ≠ 状態 🦙",
    "not UTF-8": b"\xff\xfe\x80state",
    "what URLs are made of": "a+b c%20d&e=f?g#h/i;j",
    "spaces": "  two  ",
    "a line's end": "one\r\nX-Injected: yes\r\n\r\n<script>",
    "markup": "\"'><script>alert(1)</script>",
    "an integer": "1732345678",
}


@check(25, "IA-R13", "state comes back byte for byte")
def state_is_exact(player):
    """IndieAuth §5.2.1: the state of the request; apps keep their session in it."""
    for what, state in STATES.items():
        raw = state if isinstance(state, bytes) else state.encode()
        callback = player.approve(player.attempt(state=state))
        expect(callback.raw("state") == raw, f"{what}: {raw[:60]!r} came back as {callback.raw('state')[:60]!r}")
        expect("\r" not in callback.url and "\n" not in callback.url, f"{what}: the Location has a line's end")


@check(25, "IA-R13", "The query of redirect_uri stays, and code, state and iss are there once")
def redirect_query_is_kept(player):
    """RFC 6749 §3.1.2: a query must be retained when parameters are added."""
    app = player.app()
    for query in ("a=1&b=%20%2F&empty=", "plain", f"next={quote('https://x.example/?a=b', safe='')}"):
        attempt = player.attempt(App(app.client_id, f"{app.client_id}callback?{query}", app.path))
        callback = player.approve(attempt)
        expect(callback.url.startswith(f"{app.client_id}callback?{query}&"), f"?{query} became {callback.url}")
        for name in ("code", "state", "iss"):
            expect(callback.count(name) == 1, f"{name} is there {callback.count(name)} times")


@check(25, "IA-R13", "Parameters may be spelt in any way that a query allows", CLIENTS)
def spelling_of_the_query(player):
    """Apps encode with + or %20, or leave : and / bare (Indigenous); parameters that nobody knows are ignored."""
    attempt = player.attempt(scope="create profile", me=player.home.url, prompt="consent", resource="x")
    spelt = "&".join(f"{name}={quote_from_bytes(str(value).encode(), safe='/:~')}" for name, value in attempt.parameters)
    for query in (spelt, urlencode(attempt.parameters), f"&{spelt}&"):
        callback = player.approve(type(attempt)(attempt.app, attempt.parameters, attempt.verifier, query))
        expect(callback.get("code"), f"no code for {query}")
