"""
Hostile ones.

Apps, pages and people that want a code, a token or a redirect that is not theirs.
"""

from urllib.parse import quote, urlsplit

from tests.indieauth_suite.checking import ADVICE, CannotTell, check, expect
from tests.indieauth_suite.checks.exchange import AUTH, TOKEN, asked, no_grant
from tests.indieauth_suite.checks.tokens import refresh, refreshable
from tests.indieauth_suite.player import App


def tricks(app):
    """Redirects that look like the app's own, by what they play on."""
    parts = urlsplit(app.client_id)
    base, host = f"{parts.scheme}://{parts.netloc}", parts.netloc
    return {
        "the app as user name": f"{parts.scheme}://{host}@elsewhere.example/callback",
        "the app as user name and password": f"{parts.scheme}://{parts.hostname}:x@elsewhere.example/callback",
        "a backslash": f"{parts.scheme}://elsewhere.example\\@{host}/callback",
        "another backslash": f"{base}\\@elsewhere.example/callback",
        "an escaped at": f"{parts.scheme}://{host}%40elsewhere.example/callback",
        "an escaped slash in the host": f"{parts.scheme}://elsewhere.example%2f{host}/callback",
        "the app in the query": f"https://elsewhere.example/?{base}/callback",
        "the app in the path": f"https://elsewhere.example/{base}/callback",
        "a subdomain": f"{parts.scheme}://evil.{host}/callback",
        "a longer host": f"{parts.scheme}://{parts.hostname}.elsewhere.example/callback",
        "another port": f"{parts.scheme}://{parts.hostname}:1/callback",
        "no port": f"{parts.scheme}://{parts.hostname}/callback",
        "a tab in the scheme": f"java\tscript://{host}/%0aalert(1)",
        "a line's end": f"{base}/callback\r\nX-Injected: yes",
        "a space in the host": f"{parts.scheme}://elsewhere.example {host}/callback",
        "a null": f"{base}/callback\0.elsewhere.example",
        "two slashes more": f"{parts.scheme}:////elsewhere.example/callback",
        "one slash": f"{parts.scheme}:/{host}/callback",
        "full-width letters": f"{parts.scheme}://{host}\uff0felsewhere.example/callback",
    }


@check((16, 17), "redirects", "No trick with redirect_uri leads elsewhere")
def redirect_tricks(player):
    """RFC 9700 §4.1: parsers disagree about user names, backslashes and escapes; the browser's word counts."""
    app = player.app()
    for what, redirect in tricks(app).items():
        attempt = player.attempt(app, redirect_uri=redirect)
        visit = player.visit(attempt)
        expect(not visit.is_away, f"{what}: the browser is sent to {visit.answer.location}")
        expect(visit.answer.status < 500, f"{what}: {visit.answer.said}")
        if visit.sign_in:
            raise CannotTell("the server asks to sign in before it looks: give --password-stdin")
        expect("X-Injected" not in visit.answer.headers, f"{what}: a header is injected")
        expect(not visit.consent, f"{what}: the owner is asked to allow {redirect!r}")


@check((17, 18), "redirects", "A path that climbs out of a listed one is refused", ADVICE)
def path_traversal(player):
    """An exact match has no such question; a prefix match has."""
    document = {"client_id": "{id}", "client_uri": "{id}", "redirect_uris": ["{id}cb/"]}
    app = player.described("climbing", document)
    for path in ("cb/../open-redirect", "cb/%2e%2e/x", "cb/..%2fx", "cb/./", "cb//", "cb/?x", "cb", "CB/", "cb/%00"):
        player.refused(player.attempt(app, redirect_uri=app.client_id + path), path)


@check(17, "redirects", "A page that lists another's redirect in a comment, or as a link in its text, lists nothing", ADVICE)
def redirect_in_the_text(player):
    """A visitor's comment must not become the app's word."""
    listed = "https://elsewhere.example/callback"
    for page in (
        f'<!doctype html><p><a rel="redirect_uri" href="{listed}">A nice page</a>',
        f'<!doctype html><!-- <link rel="redirect_uri" href="{listed}"> -->',
        f'<!doctype html><textarea><link rel="redirect_uri" href="{listed}"></textarea>',
    ):
        app = player.described("commented", page)
        player.refused(player.attempt(app, redirect_uri=listed), page[15:40])


@check(16, "injection", "What a request names is shown as text")
def markup_in_the_request(player):
    """Error pages and the consent page show what the app sent; it must not become their markup."""
    script = "<script>alert(1)</script>"
    app = player.app()
    attempts = (
        player.attempt(client_id=f"{app.client_id}?{script}", redirect_uri=app.redirect_uri),
        player.attempt(app, f"create {script}\"'"),
        player.attempt(app, me=f"https://x.example/{script}"),
        player.attempt(client_id=script),
        player.attempt(app, redirect_uri=f"javascript:{script}"),
        player.attempt(app).but((script, script), (script, script)),
    )
    for attempt in attempts:
        visit = player.visit(attempt)
        expect(script not in visit.answer.text, f"the page has {script} in its markup")
        expect(visit.answer.status < 500, visit.answer.said)


@check((25, 36), "injection", "A line's end in state or in scope becomes no header")
def header_injection(player):
    """Response splitting, on the way of success and on that of error."""
    bad = "x\r\nSet-Cookie: injected=1\r\nX-Injected: yes"
    for attempt in (player.attempt(state=bad, response_type="token"), player.attempt(state=bad)):
        visit = player.visit(attempt)
        if visit.sign_in:
            raise CannotTell("the owner must sign in: give --password-stdin or --cookie")
        answer = visit.allow(password=player.owner.password) if visit.consent else visit.answer
        expect("X-Injected" not in answer.headers, "a header is injected")
        expect(answer.status < 500, f"it is too much for the server: {answer.said}")
        expect(not any("injected=1" in cookie for cookie in answer.cookies), "a cookie is injected")


@check(25, "size", "A request that is far too long is refused, or works; the server does not fall over", ADVICE)
def huge_requests(player):
    """Kilobytes of state, scope and parameters: 4xx or an answer as usual."""
    for attempt in (
        player.attempt(state="s" * 30_000),
        player.attempt(scope=" ".join(f"scope{number}" for number in range(2000))),
        player.attempt().but(*((f"p{number}", "x") for number in range(1500))),
        player.attempt(App(f"{player.near.home}{'a' * 20_000}", f"{player.near.home}callback")),
    ):
        visit = player.visit(attempt)
        expect(visit.answer.status < 500, f"{visit.answer.said} for {len(attempt.query)} bytes")


@check((36, 60), "mix-up", "A code says who made it, also where two servers are asked at once")
def mix_up(player):
    """RFC 9207: the app finds out by `iss` that an answer is not of the server that it asked."""
    callbacks = [player.approve(player.attempt()) for _ in range(2)]
    denied = player.attempt(response_type="token")
    visit = player.visit(denied)
    issuers = {callback.get("iss") for callback in (*callbacks, player.callback(visit, denied))}
    expect(issuers == {player.metadata.get("issuer")}, f"iss is {issuers}")


@check((41, 59), "stolen", "A code that was seen on its way is of no use to another app")
def stolen_code(player):
    """The thief has the code and his own good client; or everything but the verifier."""
    thief = player.app("thief")
    for at in (TOKEN, AUTH):
        attempt, callback = asked(player)
        own = player.attempt(thief)
        no_grant(player.redeem(own, callback, at), f"{at}, as his own")
        no_grant(player.redeem(attempt, callback, at), f"{at}, by the app, after the thief's try")


@check(41, "stolen", "A code injected into another browser's flow of the same app is refused")
def code_injection(player):
    """RFC 9700 §4.5: the victim's app redeems the attacker's code; its own verifier does not fit."""
    app = player.app()
    attacker, victim = player.attempt(app), player.attempt(app)
    callback = player.approve(attacker)
    player.approve(victim)
    no_grant(player.redeem(victim, callback), "with the verifier of another flow")


@check(49, "stolen", "Refresh tokens, tokens and codes are told apart wherever they are sent")
def everything_everywhere(player):
    """Each kind of secret at each place where another belongs."""
    granted = refreshable(player)
    attempt, callback = asked(player)
    for secret in (callback.get("code"), granted.token):
        no_grant(refresh(player, granted, secret), "as a refresh token")
    no_grant(player.redeem(attempt, granted.said["refresh_token"]), "as a code")
    for secret in (callback.get("code"), granted.said["refresh_token"]):
        answer = player.introspect(secret)
        expect(answer.status == 401 or answer.json == {"active": False}, f"introspection: {answer.text[:100]}")


@check((34, 33), "forms", "Guessed, empty and doubled handles of the consent form give no code")
def guessed_handles(player):
    """What the page hides is unguessable, and is looked at."""
    for guess in ("", "0", "1", "null", "../1", "x" * 43, "é" * 10):
        visit = player.consent(player.attempt())
        form, button = visit.consent
        pairs = [(name, guess if value in form.hidden else value) for name, value in form.sent(["create"], (), button)]
        answer = visit.browser.submit(form, visit.answer, pairs)
        expect("code=" not in answer.location, f"the handle {guess!r} gives a code")
        expect(answer.status < 500, f"the handle {guess!r}: {answer.said}")


@check(34, "forms", "A link cannot allow: GET does nothing where the form posts")
def allow_by_get(player):
    """A picture on any page makes the owner's browser GET, with its Lax cookie at a navigation."""
    visit = player.consent(player.attempt())
    form, button = visit.consent
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in form.sent(["create"], (), button))
    browser = player.browser()
    answer = browser.open(f"{form.action}{'&' if '?' in form.action else '?'}{query}")
    expect("code=" not in answer.location, "a GET gives a code")


@check((29, 27), "names", "A name in the look of another app is a claim beside its address", ADVICE)
def look_alike(player):
    """Whoever calls himself after a well-known app is still shown by his own address."""
    name = "Quill\u202egro.k3p.lliuq\u2066"
    app = player.described("alike", {"client_id": "{id}", "client_uri": "{id}", "client_name": name})
    text = player.consent(player.attempt(app)).answer.text
    expect(app.client_id in text, "the client_id is not shown")
    expect("\u202e" not in text, "the name turns the writing around (U+202E)")


@check((47, 51), "programs", "Programs that send nonsense get JSON and 4xx", ADVICE)
def nonsense(player):
    """Each endpoint, without parameters, with broken ones, with a header that is none."""
    for name in (TOKEN, AUTH, "introspection_endpoint", "revocation_endpoint"):
        for headers in ({}, {"Authorization": "Bearer"}, {"Authorization": "Basic !!!"}, {"Authorization": "Bearer a b"}):
            answer = player.wire.send("POST", player.endpoint(name), data={"\x00": "\x00"}, headers=headers)
            expect(400 <= answer.status < 500, f"{name} with {headers}: {answer.said}")
            expect(isinstance(answer.json.get("error", ""), str), f"{name}: no JSON")


@check(15, "names", "An app cannot call itself by another spelling of an address", ADVICE)
def addresses_in_disguise(player):
    """Octal, hexadecimal, short and mapped addresses are addresses; so are names with a port that is none."""
    for client_id in (
        "http://0300.0250.1.1/",
        "http://0xc0a80101/",
        "http://192.168.257/",
        "http://[::ffff:192.168.1.1]/",
        "http://192.168.1.1./",
        "http://app.example:99999/",
        "http://app.example:x/",
        "http://.example/",
        "http://app..example/",
        "http://-/",
        "http://a b.example/",
    ):
        player.refused(player.attempt(App(client_id, client_id)), client_id)
