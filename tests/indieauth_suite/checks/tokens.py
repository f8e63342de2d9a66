"""
Tokens (49–55).

Refreshed, looked at, taken back, and used.
"""

import time
from urllib.parse import urljoin

from tests.indieauth_suite import links
from tests.indieauth_suite.checking import ADVICE, CLIENTS, CannotTell, Fails, check, expect
from tests.indieauth_suite.checks.exchange import no_grant
from tests.indieauth_suite.player import JSON

TOKEN = "token_endpoint"
MONTH = 30 * 24 * 60 * 60


def refreshable(player, scope="create update"):
    """An app that exchanges refresh tokens, with its first. Raises CannotTell where it gets none."""
    app = None
    if player.far:
        grant_types = ["authorization_code", "refresh_token"]
        app = player.described("refreshing", {"client_id": "{id}", "client_uri": "{id}", "grant_types": grant_types})
    granted = player.granted(scope, app)
    if not granted.said.get("refresh_token"):
        raise CannotTell("no refresh token is handed out, also to an app that says it uses them")
    return granted


def refresh(player, granted, token, **changes):
    """Exchange a refresh token."""
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": granted.attempt.get("client_id")}
    return player.post(TOKEN, {**form, **changes})


@check(49, "IA-F1", "A refresh token gives the next tokens, for the same scope")
def refreshing(player):
    """IndieAuth §5.5.1, RFC 6749 §6."""
    granted = refreshable(player)
    answer = refresh(player, granted, granted.said["refresh_token"])
    expect(answer.status == 200, f"{answer.said} {answer.text[:200]}")
    said = answer.json
    expect(said.get("access_token") not in (None, granted.token), "no new access_token")
    expect({*said.get("scope", "").split()} == {"create", "update"}, f"scope is {said.get('scope')}")
    expect(said.get("me") == granted.said["me"], f"me is {said.get('me')}")
    expect("no-store" in answer.headers.get("Cache-Control", ""), "no Cache-Control: no-store")
    expect(player.is_alive(said["access_token"]), "the new token is not good")


@check(49, "IA-F1", "A refresh may ask for less, and never for more")
def refreshing_for_less(player):
    """RFC 6749 §6: no scope that was not granted; the refresh token keeps what it had."""
    granted = refreshable(player)
    less = refresh(player, granted, granted.said["refresh_token"], scope="create").json
    expect(less.get("scope") == "create", f"asked for create, got {less.get('scope')}")
    token = less.get("refresh_token", granted.said["refresh_token"])
    whole = refresh(player, granted, token).json
    expect({*whole.get("scope", "").split()} == {*granted.scope}, f"the refresh token shrank to {whole.get('scope')}")
    token = whole.get("refresh_token", token)
    no_grant(refresh(player, granted, token, scope="create delete"), "more than granted", "invalid_scope")


@check(49, "IA-F1", "A refresh token is of use to its own app alone")
def refreshing_as_another(player):
    """RFC 6749 §6: bound to the client to which it was issued."""
    granted = refreshable(player)
    token = granted.said["refresh_token"]
    other = refresh(player, granted, token, client_id="https://elsewhere.example/")
    no_grant(other, "another client_id", "invalid_grant", "unauthorized_client")
    no_grant(refresh(player, granted, token, client_id=None), "no client_id", "invalid_request", "invalid_grant")
    no_grant(refresh(player, granted, "no-such-token"), "a token that is none")
    no_grant(refresh(player, granted, granted.token), "an access token")


@check(49, "IA-F1", "A refresh token is another each time, and one that comes back late revokes them all", slow=True)
def refresh_token_reused(player):
    """RFC 9700 §4.14.2: rotation with reuse detection; half a minute's grace for answers that were lost."""
    granted = refreshable(player)
    first = granted.said["refresh_token"]
    second = refresh(player, granted, first).json
    expect(second.get("refresh_token") not in (None, first), "the refresh token is not exchanged")
    time.sleep(32)
    player.begin()
    no_grant(refresh(player, granted, first), "a refresh token that was exchanged before")
    no_grant(refresh(player, granted, second["refresh_token"]), "the next of the same family")
    expect(not player.is_alive(second["access_token"]), "the access token of the same family is still good")


@check(50, "IA-F2", "An app that does not refresh gets a token that lasts", CLIENTS)
def lasting_tokens(player):
    """No client in use refreshes: IndiePass users were locked out of WordPress every fortnight."""
    granted = player.granted("create")
    if granted.said.get("refresh_token"):
        raise CannotTell("every app gets a refresh token; whether it uses it nobody knows")
    seconds = granted.said.get("expires_in")
    expect(seconds is None or seconds >= MONTH, f"it expires in {seconds} s, and there is no refresh token")


@check(51, "IA-F3", "Introspection without authorization is 401")
def introspection_is_closed(player):
    """IndieAuth §6.1: MUST require some form of authorization."""
    granted = player.granted("create")
    answer = player.introspect(granted.token, "")
    expect(answer.status == 401, answer.said)
    expect("active" not in answer.text, "it tells all the same")


@check(51, "IA-F3", "Introspection tells me, client_id and scope of a good token")
def introspection_of_a_good_token(player):
    """IndieAuth §6.2, RFC 7662 §2.2: real booleans and numbers."""
    granted = player.granted("create update")
    answer = player.introspect(granted.token)
    if answer.status in (401, 403):
        raise CannotTell("introspection wants a key of its own: give INDIEAUTH_SUITE_KEY")
    said = answer.json
    expect(answer.status == 200, answer.said)
    expect(said.get("active") is True, f"active is {said.get('active')!r}")
    expect(said.get("me") == granted.said["me"], f"me is {said.get('me')}")
    expect(said.get("client_id") == granted.attempt.get("client_id"), f"client_id is {said.get('client_id')}")
    expect({*said.get("scope", "").split()} == {"create", "update"}, f"scope is {said.get('scope')}")
    for name in ("exp", "iat"):
        whole = type(said.get(name, 0)) is int
        expect(whole, f"{name} is {said.get(name)!r}, no whole number")


@check(51, "IA-F3", "Introspection of anything else says active: false, and no more")
def introspection_of_a_bad_token(player):
    """IndieAuth §6.2, RFC 7662 §2.2: nothing is told about a token that is not good."""
    granted = player.granted("create")
    if player.introspect(granted.token).status in (401, 403):
        raise CannotTell("introspection wants a key of its own: give INDIEAUTH_SUITE_KEY")
    player.revoke(granted.token)
    for token in (granted.token, "no-such-token", "\u00fc" * 20, "a.b.c"):
        answer = player.introspect(token, player.key or (token if token.isascii() else "x"))
        if answer.status == 401 and not player.key:
            continue  # what shows itself as its own authorization is no good, and that is what the answer says
        expect(answer.status == 200, f"{answer.said}")
        expect(answer.json == {"active": False}, f"it says {answer.text[:100]}")


@check(51, "IA-F3", "One token does not open introspection of another", ADVICE)
def introspection_by_another_token(player):
    """A token of one app must not tell that app about the others."""
    one, other = player.granted("create"), player.granted("create")
    answer = player.introspect(other.token, one.token)
    expect(answer.status in (401, 403) or answer.json == {"active": False}, f"{answer.said} {answer.text[:100]}")


@check((52, 66), "IA-F4", "GET at the token endpoint tells what a token is worth", CLIENTS)
def legacy_verification(player):
    """Aperture and Indigenous ask so; where a good token gets 401, a proxy takes the Authorization header away."""
    granted = player.granted("create profile")
    answer = player.get(TOKEN, granted.token)
    expect(answer.status == 200, answer.said)
    said = answer.json
    expect(said.get("me") == granted.said["me"], f"me is {said.get('me')}")
    expect(said.get("client_id") == granted.attempt.get("client_id"), f"client_id is {said.get('client_id')}")
    expect({*said.get("scope", "").split()} == {"create", "profile"}, f"scope is {said.get('scope')}")


@check((52, 64), "IA-F4", "GET at the token endpoint with a token that is none is 401", CLIENTS)
def legacy_verification_refused(player):
    """Aperture takes 200 for yes; a server of old answered 404."""
    for token in ("", "no-such-token"):
        answer = player.get(TOKEN, token)
        expect(answer.status == 401, f"with {token or 'no token'}: {answer.said}")


@check(53, "IA-F5", "A token can be taken back, and is dead at once")
def revocation(player):
    """IndieAuth §7, RFC 7009 §2.2: 200, also for a token that is none."""
    granted = player.granted("create")
    expect(player.is_alive(granted.token), "the token is not good in the first place")
    answer = player.post("revocation_endpoint", {"token": granted.token})
    expect(answer.status == 200, answer.said)
    expect(not player.is_alive(granted.token), "the token is still good")
    for token in (granted.token, "no-such-token"):
        answer = player.post("revocation_endpoint", {"token": token, "token_type_hint": "access_token"})
        expect(answer.status == 200, f"for a token that is none: {answer.said}")


@check(53, "IA-F5", "With a refresh token goes its family")
def revocation_of_the_family(player):
    """RFC 7009 §2.1: SHOULD invalidate all access tokens of the same grant."""
    granted = refreshable(player)
    expect(player.post("revocation_endpoint", {"token": granted.said["refresh_token"]}).status == 200, "not 200")
    no_grant(refresh(player, granted, granted.said["refresh_token"]), "a refresh token that was taken back")
    expect(not player.is_alive(granted.token), "its access token is still good")


@check(53, "IA-F5", "action=revoke at the token endpoint takes a token back", CLIENTS)
def legacy_revocation(player):
    """Quill and Indigenous sign out so."""
    granted = player.granted("create")
    answer = player.post(TOKEN, {"action": "revoke", "token": granted.token})
    expect(answer.status == 200, f"{answer.said} {answer.text[:100]}")
    expect(not player.is_alive(granted.token), "the token is still good")
    expect(player.post(TOKEN, {"action": "revoke", "token": "no-such-token"}).status == 200, "not 200 for none")


@check(54, "IA-F6", "userinfo tells the profile, to tokens with that scope")
def userinfo(player):
    """IndieAuth §9: the object that the profile exchange has."""
    granted = player.granted("profile")
    answer = player.get("userinfo_endpoint", granted.token)
    expect(answer.status == 200, answer.said)
    expect(answer.json == granted.said.get("profile"), f"{answer.json}, the exchange said {granted.said.get('profile')}")


@check(54, "IA-F6", "userinfo refuses with 401 and 403, and says why in WWW-Authenticate")
def userinfo_refused(player):
    """IndieAuth §9.1, RFC 6750 §3: no token, no error code; a bad one, invalid_token; no scope, insufficient_scope."""
    other = player.granted("create").token
    cases = ((401, "", ""), (401, "invalid_token", "no-such-token"), (403, "insufficient_scope", other))
    for status, error, token in cases:
        answer = player.get("userinfo_endpoint", token)
        what = error or "no token"
        expect(answer.status == status, f"{what}: {answer.said}, not {status}")
        challenge = answer.headers.get("WWW-Authenticate", "")
        expect(challenge.lower().startswith("bearer"), f"{what}: WWW-Authenticate is {challenge or 'missing'}")
        expect(f'error="{error}"' in challenge if error else "error=" not in challenge, f"{what}: it is {challenge}")


def micropub(player):
    """The Micropub endpoint. Raises CannotTell where there is none."""
    found = links.first(player.home, "micropub")
    if not found:
        raise CannotTell("the site names no Micropub endpoint")
    return urljoin(player.home.url, found)


@check(55, "IA-F7", "A token is taken from the header or the form, from both never, from the query never")
def places_of_a_token(player):
    """RFC 6750 §2, Micropub §3.1; what stands in a URL stands in logs."""
    endpoint, token = micropub(player), player.granted("create").token
    header = {**JSON, "Authorization": f"Bearer {token}"}
    answer = player.wire.send("GET", f"{endpoint}?q=config", headers=header)
    expect(answer.status == 200, f"in the header: {answer.said}")
    answer = player.wire.send("GET", f"{endpoint}?q=config&access_token={token}", headers=JSON)
    expect(answer.status in (400, 401), f"in the query: {answer.said}")
    # Why these: a server that takes the token finds that it may not delete, or knows no such action, and does nothing.
    delete = {"action": "delete", "url": urljoin(player.home.url, "/no-such-post-of-the-suite")}
    both = player.wire.send("POST", endpoint, data={**delete, "access_token": token}, headers=header)
    expect(both.status == 400, f"in header and form: {both.said}, not 400")
    unknown = {"action": "no-such-action", "url": player.home.url}
    body = player.wire.send("POST", endpoint, data={**unknown, "access_token": token}, headers=JSON)
    expect(body.status != 401, f"in the form alone: {body.said}")


@check((55, 64), "IA-F7", "Scopes are whole words: updates, preupdate and create do not open update")
def whole_words(player):
    """A server of old looked for "create" in "recreate"."""
    endpoint = micropub(player)
    change = {"action": "update", "url": urljoin(player.home.url, "/no-such-post-of-the-suite")}
    for scope in ("updates preupdate", "create"):
        try:
            granted = player.granted(scope)
        except Fails:
            if scope == "create":
                raise
            continue  # a server that grants no scope that it does not know is safe from its parts
        header = {"Authorization": f"Bearer {granted.token}", "Content-Type": "application/json"}
        body = f'{{"action": "update", "url": "{change["url"]}", "replace": {{"content": ["x"]}}}}'
        answer = player.wire.send("POST", endpoint, data=body.encode(), headers=header)
        expect(answer.status in (401, 403), f"{' '.join(granted.scope)} opens update: {answer.said}")


@check(55, "IA-F7", "A token for the profile opens nothing else")
def profile_opens_nothing(player):
    """IndieAuth §5.2: `profile` and `email` are no scopes of Micropub."""
    endpoint, token = micropub(player), player.granted("profile").token
    header = {**JSON, "Authorization": f"Bearer {token}"}
    body = f"action=delete&url={player.home.url}no-such-post-of-the-suite"
    answer = player.wire.send(
        "POST", endpoint, data=body, headers={**header, "Content-Type": "application/x-www-form-urlencoded"}
    )
    expect(answer.status in (401, 403), f"delete: {answer.said}")


@check(54, "IA-F6", "Whoever is refused learns where tokens come from", ADVICE)
def resource_metadata(player):
    """RFC 9728 §5.1: resource_metadata in WWW-Authenticate, and a document there that names the issuer."""
    challenge = player.get("userinfo_endpoint").headers.get("WWW-Authenticate", "")
    url = challenge.partition('resource_metadata="')[2].partition('"')[0]
    expect(url, f"WWW-Authenticate is {challenge or 'missing'}")
    said = player.wire.send("GET", url, headers=JSON).json
    issuer = player.metadata.get("issuer")
    expect(issuer in said.get("authorization_servers", []), f"authorization_servers is {said.get('authorization_servers')}")
