"""
Codes exchanged (39–48).

For a profile at the authorization endpoint, for a token at the token endpoint.
"""

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlencode

from tests.indieauth_suite.checking import ADVICE, CLIENTS, CannotTell, check, expect
from tests.indieauth_suite.player import FORM, JSON

AUTH, TOKEN = "authorization_endpoint", "token_endpoint"
ALL = ("authorization_endpoint", "token_endpoint", "revocation_endpoint", "introspection_endpoint", "userinfo_endpoint")


def asked(player, scope="create", **changes):
    """A request that the owner has allowed: (attempt, callback)."""
    attempt = player.attempt(scope=scope, **changes)
    callback = player.approve(attempt, "all" if scope else None)
    expect(callback.get("code"), f"no code, {callback.get('error')}")
    return attempt, callback


def no_grant(answer, why, *codes):
    """Hold that a code (or token) was refused: 400, JSON, one of these errors, and no token."""
    expect("access_token" not in answer.text, f"{why}: a token is issued")
    expect(answer.status == 400, f"{why}: {answer.said}, not 400")
    error = answer.json.get("error")
    expect(error in (codes or ("invalid_grant",)), f"{why}: error is {error}, not {' or '.join(codes or ('invalid_grant',))}")


def burnt(player, attempt, callback, why):
    """Hold that a code is good for nothing any more, at either endpoint."""
    for at in (TOKEN, AUTH):
        answer = player.redeem(attempt, callback, at)
        expect(answer.status == 400, f"{why}: the code can still be redeemed at the {at}")


@check(39, "IA-T1", "Extra parameters do not hurt", CLIENTS)
def extra_parameters(player):
    """Indigenous and shpub send `me` and `state` too."""
    attempt, callback = asked(player)
    extra = {"me": player.home.url, "state": attempt.get("state"), "scope": "create delete", "foo": "bar"}
    answer = player.redeem(attempt, callback, **extra)
    expect(answer.status == 200, f"{answer.said} {answer.text[:200]}")
    expect(answer.json.get("scope") == "create", f"the exchange changes the scope to {answer.json.get('scope')}")


@check(39, "IA-T1", "The parameters of a POST may stand in its query", CLIENTS)
def parameters_in_the_query(player):
    """Indiekit's client sends its code so, and an empty body."""
    attempt, callback = asked(player)
    form = {
        "grant_type": "authorization_code",
        "code": callback.get("code"),
        "client_id": attempt.get("client_id"),
        "redirect_uri": attempt.get("redirect_uri"),
        "code_verifier": attempt.verifier,
    }
    answer = player.wire.send("POST", f"{player.endpoint(TOKEN)}?{urlencode(form)}", headers=JSON)
    expect(answer.status == 200, f"{answer.said} {answer.text[:200]}")
    expect(answer.json.get("access_token"), "no access_token")


@check(39, "IA-T1", "grant_type may be missing at the authorization endpoint, and only there", CLIENTS)
def missing_grant_type(player):
    """Apps from before 2020 have none; at the token endpoint it says what is exchanged."""
    attempt, callback = asked(player, None)
    answer = player.redeem(attempt, callback, AUTH, grant_type=None)
    expect(answer.status == 200, f"at the authorization endpoint: {answer.said} {answer.text[:200]}")
    attempt, callback = asked(player)
    no_grant(player.redeem(attempt, callback, grant_type=None), "at the token endpoint", "invalid_request")


@check(40, "IA-T2", "At the authorization endpoint there is me, and no token whatever the scope")
def profile_exchange(player):
    """IndieAuth §5.3.2."""
    for scope in (None, "create update", "profile"):
        attempt, callback = asked(player, scope)
        answer = player.redeem(attempt, callback, AUTH)
        expect(answer.status == 200, f"scope {scope}: {answer.said} {answer.text[:200]}")
        expect(answer.json.get("me"), f"scope {scope}: no me")
        tokens = {"access_token", "refresh_token"} & {*answer.json}
        expect(not tokens, f"scope {scope}: {' '.join(tokens)}")


@check(40, "IA-T2", "At the token endpoint a code without scope is refused")
def no_token_without_scope(player):
    """IndieAuth §5.3.3: MUST NOT issue a token."""
    attempt, callback = asked(player, None)
    no_grant(player.redeem(attempt, callback), "no scope", "invalid_grant", "invalid_scope", "invalid_request")


@check((41, 58), "IA-T3", "A code is good for one exchange, and a second takes the token of the first back")
def second_use(player):
    """RFC 6749 §4.1.2: MUST NOT be used more than once; SHOULD revoke what was issued."""
    attempt, callback = asked(player)
    first = player.redeem(attempt, callback).json
    no_grant(player.redeem(attempt, callback), "the second time")
    expect(not player.is_alive(first["access_token"]), "the token of the first exchange is still good")


@check(41, "IA-T3", "A code is good for one exchange, also across the two endpoints")
def second_use_elsewhere(player):
    """RFC 6749 §4.1.2: one use, wherever."""
    for first, second in ((AUTH, TOKEN), (TOKEN, AUTH), (AUTH, AUTH)):
        attempt, callback = asked(player)
        expect(player.redeem(attempt, callback, first).status == 200, f"cannot be exchanged at the {first}")
        answer = player.redeem(attempt, callback, second)
        expect(answer.status == 400, f"exchanged at the {first}, and then again at the {second}")


@check(41, "IA-T3", "Of eight exchanges of one code at once, one succeeds")
def eight_at_once(player):
    """RFC 6749 §4.1.2: the code is taken in one step, or two threads both find it unused."""
    for at in (TOKEN, AUTH):
        attempt, callback = asked(player)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: player.redeem(attempt, callback, at), range(8)))  # noqa: B023  # joined
        statuses = sorted(answer.status for answer in answers)
        expect(statuses == [200] + [400] * 7, f"at the {at}: {' '.join(map(str, statuses))}")


@check(41, "IA-T3", "A wrong verifier, client_id or redirect_uri uses the code up", ADVICE)
def failures_burn(player):
    """Who tries a code without knowing what belongs to it has stolen it: he gets no second guess."""
    for what, changes in {
        "a wrong code_verifier": {"code_verifier": "x" * 43},
        "no code_verifier": {"code_verifier": None},
        "another redirect_uri": {"redirect_uri": "https://elsewhere.example/callback"},
        "another client_id": {"client_id": "https://elsewhere.example/"},
    }.items():
        attempt, callback = asked(player)
        expect(player.redeem(attempt, callback, **changes).status == 400, f"{what} is taken")
        burnt(player, attempt, callback, f"after {what}")


@check(42, "IA-T4", "client_id and redirect_uri must be those of the request")
def other_client_or_redirect(player):
    """IndieAuth §5.3.1: the server verifies that they match."""
    for at in (TOKEN, AUTH):
        for name, value in {
            "client_id": "https://elsewhere.example/",
            "redirect_uri": "https://elsewhere.example/callback",
        }.items():
            attempt, callback = asked(player)
            no_grant(player.redeem(attempt, callback, at, **{name: value}), f"{at}, another {name}")
        attempt, callback = asked(player)
        near = f"{attempt.get('redirect_uri')}?"
        no_grant(player.redeem(attempt, callback, at, redirect_uri=near), f"{at}, a redirect_uri that begins alike")


@check(42, "IA-T4", "A missing client_id, redirect_uri or code is invalid_request")
def missing_parameters(player):
    """RFC 6749 §5.2: the request is missing a required parameter."""
    for at in (TOKEN, AUTH):
        for name in ("client_id", "redirect_uri", "code"):
            attempt, callback = asked(player)
            answer = player.redeem(attempt, callback, at, **{name: None})
            no_grant(answer, f"{at}, no {name}", "invalid_request")


@check(42, "IA-T4", "A parameter that is there twice is refused")
def duplicates_in_the_exchange(player):
    """RFC 6749 §3.2: request parameters MUST NOT be included more than once."""
    attempt, callback = asked(player)
    pairs = [
        ("grant_type", "authorization_code"),
        ("code", callback.get("code")),
        ("client_id", attempt.get("client_id")),
        ("redirect_uri", attempt.get("redirect_uri")),
        ("redirect_uri", "https://elsewhere.example/callback"),
        ("code_verifier", attempt.verifier),
    ]
    no_grant(player.post(TOKEN, pairs), "redirect_uri twice", "invalid_request")


@check((43, 61), "IA-T5", "With a challenge, no verifier is 400, and so is a wrong one")
def verifier_is_needed(player):
    """IndieAuth §5.3.1, RFC 7636 §4.6; some servers skip PKCE where the verifier is simply left out."""
    for at in (TOKEN, AUTH):
        for what, verifier in {"no": None, "an empty": "", "a wrong": "w" * 64, "the challenge as": "challenge"}.items():
            attempt, callback = asked(player)
            sent = attempt.get("code_challenge") if verifier == "challenge" else verifier
            answer = player.redeem(attempt, callback, at, code_verifier=sent)
            no_grant(answer, f"{at}, {what} code_verifier", "invalid_grant", "invalid_request")


@check(43, "IA-T5", "A verifier where there was no challenge is 400")
def verifier_without_challenge(player):
    """IndieAuth §5.3.1: the request was not the app's (PKCE downgrade, RFC 9700 §4.8.2)."""
    attempt = player.attempt(with_pkce=False)
    if player.visit(attempt).is_away:
        raise CannotTell("the server takes no request without PKCE")
    for at in (TOKEN, AUTH):
        attempt = player.attempt(with_pkce=False)
        callback = player.approve(attempt, "all")
        answer = player.redeem(attempt, callback, at, code_verifier="v" * 64)
        no_grant(answer, at, "invalid_grant", "invalid_request")


@check(43, "IA-T5", "A verifier has 43 to 128 unreserved characters", ADVICE)
def malformed_verifier(player):
    """RFC 7636 §4.1: a short one can be guessed."""
    for verifier in ("short", "v" * 42, "v" * 129, "v" * 50 + "ü", "v" * 50 + " "):
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        attempt, callback = asked(player, code_challenge=challenge)
        answer = player.redeem(attempt, callback, code_verifier=verifier)
        no_grant(answer, f"{len(verifier)} characters", "invalid_grant", "invalid_request")


@check(44, "IA-T6", "The answer has access_token, token_type, scope and me, and is kept by no cache")
def token_answer(player):
    """IndieAuth §5.3.3, RFC 6749 §5.1; micropublish and Quill fail without scope or me."""
    attempt, callback = asked(player, "create update")
    answer = player.redeem(attempt, callback)
    said = answer.json
    expect(answer.status == 200, f"{answer.said}")
    expect(answer.media_type == "application/json", f"Content-Type is {answer.media_type}")
    expect(isinstance(said.get("access_token"), str) and said["access_token"], "no access_token")
    expect(str(said.get("token_type", "")).lower() == "bearer", f"token_type is {said.get('token_type')}")
    expect({*str(said.get("scope")).split()} == {"create", "update"}, f"scope is {said.get('scope')}")
    expect(isinstance(said.get("me"), str), f"me is {said.get('me')}")
    expect(isinstance(said.get("expires_in", 1), int), f"expires_in is {said.get('expires_in')!r}, no number")
    expect("no-store" in answer.headers.get("Cache-Control", ""), "no Cache-Control: no-store")


@check(45, "IA-T7", "Without Accept, or with */*, the answer is JSON", CLIENTS)
def json_by_default(player):
    """Micropublish and shpub send no Accept; shpub takes no other type than the exact `application/json`."""
    for headers in ({"Accept": None}, {"Accept": "*/*"}, {"Accept": f"application/json, {FORM};q=0.8"}):
        attempt, callback = asked(player)
        answer = player.redeem(attempt, callback, headers=headers)
        expect(answer.media_type == "application/json", f"{headers}: {answer.media_type}")
        expect(answer.json.get("access_token"), f"{headers}: no access_token")


@check(45, "IA-T7", "A form is the answer where Accept ranks it above JSON", CLIENTS)
def form_on_demand(player):
    """PHP clients of old read nothing else."""
    attempt, callback = asked(player)
    answer = player.redeem(attempt, callback, headers={"Accept": FORM})
    if answer.media_type == "application/json":
        expect(answer.json.get("access_token"), "no access_token")
        raise CannotTell("the server answers JSON to everybody, which IndieAuth §5.3.3 asks for")
    expect(answer.media_type == FORM, f"Content-Type is {answer.media_type}")
    said = {name: values[0] for name, values in parse_qs(answer.text).items()}
    player.wire.tokens.append(said.get("access_token", ""))
    player.wire.keep_secret(said.get("access_token"))
    expect({"access_token", "scope", "me"} <= {*said}, f"it has {' '.join(said)}")


@check(46, "IA-T8", "The profile is told with the scope profile, and not without")
def profile_needs_its_scope(player):
    """IndieAuth §5.3.4: name, url, photo; email only with the scope email as well."""
    for at in (TOKEN, AUTH):
        attempt, callback = asked(player, "create")
        expect("profile" not in player.redeem(attempt, callback, at).json, f"{at}: told without the scope")
        attempt, callback = asked(player, "profile create")
        profile = player.redeem(attempt, callback, at).json.get("profile")
        expect(isinstance(profile, dict), f"{at}: profile is {profile}")
        expect("email" not in profile, f"{at}: the e-mail address is told without the scope email")
        wrong = [name for name in ("name", "url", "photo") if not isinstance(profile.get(name, ""), str)]
        expect(not wrong, f"{at}: {' '.join(wrong)} is no text")


@check(46, "IA-T8", "What is not granted is not told: profile unticked")
def profile_unticked(player):
    """IndieAuth §5.3.4: by the scopes that were granted, not by those that were asked for."""
    attempt = player.attempt(scope="profile email create")
    said = player.redeem(attempt, player.approve(attempt, ["create"])).json
    expect("profile" not in said, f"told: {said.get('profile')}")


@check(47, "IA-T9", "Errors are JSON with the codes of OAuth and status 400")
def errors_are_json(player):
    """RFC 6749 §5.2; never a page, never 404."""
    attempt = player.attempt()
    good = {"client_id": attempt.get("client_id"), "redirect_uri": attempt.get("redirect_uri")}
    for error, form in {
        "unsupported_grant_type": {**good, "grant_type": "password", "code": "x"},
        "invalid_request": {},
        "invalid_grant": {**good, "grant_type": "authorization_code", "code": "no-such-code", "code_verifier": "v" * 43},
    }.items():
        answer = player.post(TOKEN, form, {"Accept": "text/html,*/*"})
        expect(answer.status == 400, f"{error}: {answer.said}")
        expect(answer.json.get("error") == error, f"error is {answer.json.get('error')}, not {error}")
        expect("no-store" in answer.headers.get("Cache-Control", ""), f"{error}: no Cache-Control: no-store")
    answer = player.post(AUTH, {**good, "code": "no-such-code", "grant_type": "authorization_code"})
    expect((answer.status, answer.json.get("error")) == (400, "invalid_grant"), f"{answer.said} {answer.text[:100]}")


@check(47, "IA-T9", "What is no form is refused in JSON", ADVICE)
def no_form(player):
    """A body of another type, broken text, a code with control characters: 400 or 415, no server error."""
    for kind, body in {
        "application/json": b'{"grant_type": "authorization_code"}',
        "text/plain": b"hello",
        FORM: b"grant_type=authorization_code&code=%ff%00%0a&client_id=%ff&redirect_uri=%00",
        "multipart/form-data": b"no boundary",
    }.items():
        headers = {"Content-Type": kind, **JSON}
        answer = player.wire.send("POST", player.endpoint(TOKEN), data=body, headers=headers)
        expect(400 <= answer.status < 500 and answer.status != 404, f"{kind}: {answer.said}")
        expect(isinstance(answer.json.get("error"), str), f"{kind}: no error")


@check(48, "IA-T10", "Scripts of other sites may use the endpoints, and not the authorization page", CLIENTS)
def cors(player):
    """Apps that run in a browser alone ask with OPTIONS first; nobody else may look at the consent page."""
    asks = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    for name in ALL[1:]:
        url = player.endpoint(name)
        answer = player.wire.send("OPTIONS", url, headers=asks)
        expect(answer.status in (200, 204), f"{name}: {answer.said}")
        expect(answer.headers.get("Access-Control-Allow-Origin") in ("*", asks["Origin"]), f"{name}: OPTIONS without it")
        allowed = answer.headers.get("Access-Control-Allow-Headers", "").lower()
        expect("authorization" in allowed or allowed == "*", f"{name}: the header Authorization is not allowed")
        method = "GET" if name == "userinfo_endpoint" else "POST"
        answer = player.wire.send(method, url, headers={"Origin": asks["Origin"]})
        expect(answer.headers.get("Access-Control-Allow-Origin") in ("*", asks["Origin"]), f"{name}: {method} without it")
    page = player.browser().open(player.url_of(player.attempt()), {"Origin": asks["Origin"]})
    expect("Access-Control-Allow-Origin" not in page.headers, "the authorization page is open to scripts")
