"""
What other servers got wrong (58–65).

Each was seen in one that people used.
"""

from tests.indieauth_suite.checking import CannotTell, check, expect
from tests.indieauth_suite.checks.exchange import AUTH, TOKEN, asked, burnt, no_grant
from tests.indieauth_suite.checks.tokens import micropub, refresh, refreshable
from tests.indieauth_suite.player import JSON


@check(58, "IA-58", "A code replayed by its own app, everything right, is refused at either endpoint")
def replay(player):
    """Signed codes without a record of their use stay good until they expire (Indiekit, indieweb-utils)."""
    attempt, callback = asked(player)
    expect(player.redeem(attempt, callback).status == 200, "the first exchange fails")
    for _ in range(2):
        burnt(player, attempt, callback, "replayed")


@check(59, "IA-59", "A code is no token, a token no code")
def codes_are_not_tokens(player):
    """One signer for both and no word on what is what: introspection called a code active (Indiekit)."""
    attempt, callback = asked(player, "create profile")
    code = callback.get("code")
    for name in (TOKEN, "userinfo_endpoint"):
        answer = player.get(name, code)
        expect(answer.status == 401, f"the code as a token at the {name}: {answer.said}")
    answer = player.introspect(code)
    told = answer.status == 200 and answer.json.get("active") is not False
    expect(not told, "introspection calls the code active")
    granted = player.granted("create")
    no_grant(player.redeem(granted.attempt, granted.token), "an access token as a code")
    redeemed = player.redeem(attempt, callback)
    expect(redeemed.status == 200, f"and asking about a code used it up: {redeemed.said}")


@check(59, "IA-59", "A refresh token is no access token, and an access token is no refresh token")
def refresh_tokens_are_not_access_tokens(player):
    """RFC 6749 §1.5: refresh tokens go to the authorization server alone."""
    granted = refreshable(player, "create profile")
    token = granted.said["refresh_token"]
    for name in (TOKEN, "userinfo_endpoint"):
        answer = player.get(name, token)
        expect(answer.status == 401, f"the refresh token at the {name}: {answer.said}")
    no_grant(refresh(player, granted, granted.token), "an access token as a refresh token")
    no_grant(player.redeem(granted.attempt, token), "a refresh token as a code")


@check(59, "IA-59", "A code opens nothing at the Micropub endpoint")
def codes_do_not_post(player):
    """The same, where it would cost something."""
    endpoint = micropub(player)
    _, callback = asked(player)
    header = {**JSON, "Authorization": f"Bearer {callback.get('code')}"}
    answer = player.wire.send("GET", f"{endpoint}?q=config", headers=header)
    expect(answer.status == 401, answer.said)


@check(60, "IA-60", "Two requests at once do not change each other")
def interleaved(player):
    """A variable of the process held the client, and whether PKCE was used (Indiekit)."""
    browser = player.browser()
    with_pkce = player.attempt(scope="create")
    page = player.consent(with_pkce, browser)
    without = player.attempt(scope="media", with_pkce=False)
    other = player.visit(without, browser)
    first = player.callback(page.allow(["create"], password=player.owner.password), with_pkce)
    no_grant(player.redeem(with_pkce, first, code_verifier=None), "no verifier", "invalid_grant", "invalid_request")
    if other.is_away or not other.consent:
        return  # the server takes no request without PKCE
    second = player.callback(other.allow(["media"], password=player.owner.password), without)
    answer = player.redeem(without, second)
    expect(answer.status == 200, f"the app without PKCE: {answer.said} {answer.text[:100]}")
    expect(answer.json.get("scope") == "media", f"it got {answer.json.get('scope')}")


@check(60, "IA-60", "A code of one app is refused to another, in the middle of its own flow")
def codes_crossed(player):
    """Both flows are good; only the codes change hands."""
    one, code_of_one = asked(player)
    other, code_of_other = asked(player)
    no_grant(player.redeem(one, code_of_other), "the other's code")
    no_grant(player.redeem(other, code_of_one), "the other's code")


@check(61, "IA-61", "A stolen code is of no use without the verifier, also as a profile exchange")
def pkce_downgrade(player):
    """PKCE was skipped where the verifier was absent (indieweb-utils, WordPress before 4.4.0)."""
    for at in (TOKEN, AUTH):
        for extra in ({}, {"code_challenge_method": "plain"}, {"code_challenge": ""}):
            attempt, callback = asked(player)
            answer = player.redeem(attempt, callback, at, code_verifier=None, **extra)
            no_grant(answer, f"{at}, {extra or 'nothing more'}", "invalid_grant", "invalid_request")


@check(63, "IA-63", "The profile exchange uses the code up, and looks at redirect_uri")
def profile_exchange_counts(player):
    """It did neither, so a code lasted and anybody could use it (django-indieweb)."""
    attempt, callback = asked(player, None)
    answer = player.redeem(attempt, callback, AUTH, redirect_uri="https://elsewhere.example/callback")
    no_grant(answer, "another redirect_uri")
    attempt, callback = asked(player, None)
    expect(player.redeem(attempt, callback, AUTH).status == 200, "the first exchange fails")
    no_grant(player.redeem(attempt, callback, AUTH), "the second exchange")


@check(64, "IA-64", "The token is answered with 200 in JSON, and expires when expires_in says")
def plain_token_answer(player):
    """It was 201, a form, and `expires_in=10` whatever was meant (django-indieweb)."""
    attempt, callback = asked(player)
    answer = player.redeem(attempt, callback)
    expect((answer.status, answer.media_type) == (200, "application/json"), f"{answer.said} as {answer.media_type}")
    seconds = answer.json.get("expires_in")
    expect(seconds is None or seconds > 60, f"expires_in is {seconds}")
    told = player.introspect(answer.json["access_token"])
    if seconds and told.status == 200 and told.json.get("exp") and told.json.get("iat"):
        lasts = told.json["exp"] - told.json["iat"]
        expect(lasts <= seconds + 60, f"expires_in is {seconds}, introspection says {lasts}")


@check(65, "IA-65", "redirect_uris of a JSON document are honoured")
def json_redirect_uris(player):
    """Only rel=redirect_uri was (Indiekit, beta.29)."""
    redirect = "https://elsewhere.example/callback"
    document = {"client_id": "{id}", "client_uri": "{id}", "client_name": "Suite", "redirect_uris": [redirect]}
    app = player.described("json", document)
    callback = player.approve(player.attempt(app, redirect_uri=redirect))
    if callback.get("error") == "access_denied":
        raise CannotTell("the owner said no")
    expect(callback.get("code"), f"no code: {callback.get('error')}")
