"""
Where the answer goes (17–19).

A redirect_uri is the app's own, or is listed by the app, or the owner sees it.
"""

from urllib.parse import urlsplit

from tests.indieauth_suite.checking import ADVICE, CLIENTS, CannotTell, check, expect
from tests.indieauth_suite.player import App


def blocked_or_shown(player, attempt, why):
    """Hold that a redirect is refused, or at least shown in full: IndieAuth §5.2.1 leaves the choice."""
    visit = player.visit(attempt)
    redirect = attempt.get("redirect_uri")
    expect(not visit.is_away, f"{why}: the browser is sent to {visit.answer.location}")
    if visit.sign_in:
        raise CannotTell("the server asks to sign in before it looks at the redirect_uri: give --password-stdin")
    shown = redirect in visit.answer.text or redirect.replace("&", "&amp;") in visit.answer.text
    expect(not visit.consent or shown, f"{why}: the owner is asked to allow it, and {redirect} is not shown")


@check(17, "IA-R5", "A redirect_uri of another origin that the app does not list is blocked, or shown in full")
def foreign_redirect(player):
    """IndieAuth §5.2.1: SHOULD block, MUST verify or display."""
    app = player.app()
    parts = urlsplit(app.client_id)
    for what, redirect in {
        "another host": "https://elsewhere.example/callback",
        "another scheme": app.redirect_uri.replace("http:", "https:", 1),
        "a subdomain": f"{parts.scheme}://app.{parts.netloc}/callback",
        "a host that begins alike": f"{parts.scheme}://{parts.hostname}.elsewhere.example/callback",
    }.items():
        blocked_or_shown(player, player.attempt(app, redirect_uri=redirect), what)


@check(17, "IA-R5", "A redirect_uri of another origin works where the app lists it, to the letter")
def listed_redirect(player):
    """IndieAuth §5.2.1: exact match; relative ones are resolved against the client_id."""
    document = {"client_id": "{id}", "client_uri": "{id}", "redirect_uris": ["https://elsewhere.example/cb?a=1", "cb"]}
    app = player.described("listed", document)
    for redirect in ("https://elsewhere.example/cb?a=1", f"{app.client_id}cb"):
        attempt = player.attempt(app, redirect_uri=redirect)
        callback = player.approve(attempt)
        expect(callback.get("code"), f"no code for {redirect}")
    for redirect in (
        "https://elsewhere.example/cb",
        "https://elsewhere.example/cb?a=1&b=2",
        "https://elsewhere.example/CB?a=1",
        "https://elsewhere.example/cb/../evil?a=1",
        "https://elsewhere.example/cb?a=1%20",
        "http://elsewhere.example/cb?a=1",
    ):
        player.refused(player.attempt(app, redirect_uri=redirect), f"{redirect}, which is not the one listed")


@check(17, "IA-R5", "rel=redirect_uri is honoured, in the Link header and in HTML")
def linked_redirect(player):
    """IndieAuth §5.2.1 before JSON: Quill, micropublish and others list theirs so."""
    page = '<!doctype html><link rel="redirect_uri" href="https://elsewhere.example/in-html"><div class="h-app"></div>'
    link = '<https://elsewhere.example/in-header>; rel="redirect_uri"'
    app = player.described("linked", page, Link=link)
    for redirect in ("https://elsewhere.example/in-html", "https://elsewhere.example/in-header"):
        callback = player.approve(player.attempt(app, redirect_uri=redirect))
        expect(callback.get("code"), f"no code for {redirect}")


@check(17, "IA-R5", "On loopback the port of a listed redirect_uri does not count", ADVICE)
def loopback_port(player):
    """RFC 8252 §7.3: a native app gets its port from the system, anew each time."""
    document = {"client_id": "{id}", "client_uri": "{id}", "redirect_uris": ["http://127.0.0.1/callback"]}
    app = player.described("native", document)
    callback = player.approve(player.attempt(app, redirect_uri="http://127.0.0.1:53124/callback"))
    expect(callback.get("code"), "no code")
    player.refused(player.attempt(app, redirect_uri="http://127.0.0.1:53124/other"), "another path on loopback")


@check(18, "IA-R6", "Where a JSON document lists redirect_uris, no other will do", ADVICE)
def same_origin_but_unlisted(player):
    """The list is the app's word on where it is answered; elsewhere on its origin there may be an open redirect."""
    app = player.described("strict", {"client_id": "{id}", "client_uri": "{id}", "redirect_uris": ["{id}cb"]})
    player.refused(player.attempt(app, redirect_uri=f"{app.client_id}other"), "a redirect_uri beside the listed one")


@check(18, "IA-R6", "Where a JSON document lists none, its own origin is enough", CLIENTS)
def nothing_listed(player):
    """Indiekit's own `/id` lists none."""
    app = player.described("plain", {"client_id": "{id}", "client_uri": "{id}", "client_name": "Plain"})
    expect(player.approve(player.attempt(app)).get("code"), "no code")


@check(18, "IA-R6", "A redirect_uri with a fragment, of a script or of data is refused, also where it is listed")
def dangerous_redirects(player):
    """RFC 6749 §3.1.2 forbids fragments; a browser would run the rest."""
    app = player.app()
    dangerous = ("javascript:alert(document.cookie)", "data:text/html,<script>alert(1)</script>", "file:///etc/passwd")
    for redirect in (f"{app.redirect_uri}#fragment", *dangerous, "JaVaScRiPt:alert(1)", "//elsewhere.example/cb"):
        player.refused(player.attempt(app, redirect_uri=redirect), redirect)
    if player.far:
        listing = player.described("scripts", {"client_id": "{id}", "client_uri": "{id}", "redirect_uris": [*dangerous]})
        for redirect in dangerous:
            player.refused(player.attempt(listing, redirect_uri=redirect), f"{redirect}, listed")


@check(18, "IA-R6", "The scheme of a phone's app is answered only where the app lists it")
def custom_scheme(player):
    """RFC 8252 §7.1: `com.example.app:/callback`; otherwise any app on the phone could collect codes."""
    redirect = "com.example.suite:/callback"
    blocked_or_shown(player, player.attempt(redirect_uri=redirect), "a scheme that the app does not list")
    app = player.described("phone", {"client_id": "{id}", "client_uri": "{id}", "redirect_uris": [redirect]})
    expect(player.approve(player.attempt(app, redirect_uri=redirect)).get("code"), "no code where it is listed")


@check(19, "IA-R7", "shpub's redirect, which it lists nowhere, is never followed without a word of the owner's")
def shpub_is_shown(player):
    """IndieAuth §5.2.1: MUST verify or display; the override must not be on already."""
    app = App("http://cweiske.de/shpub.htm", "http://127.0.0.1:12345/callback")
    attempt = player.attempt(app, with_pkce=False, state="1732345678", me=player.home.url)
    blocked_or_shown(player, attempt, "shpub")
    visit = player.visit(attempt)
    if visit.consent and len(visit.consent[0].boxes) > len(visit.scopes):
        answer = visit.allow(password=player.owner.password)
        expect(not answer.location, "a code is sent, although the box that vouches for the app was not ticked")
