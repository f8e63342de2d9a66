"""
Client information (26–31).

What an app says of itself, and what a hostile one says.
"""

from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from tests.indieauth_suite.checking import ADVICE, CLIENTS, CannotTell, check, expect
from tests.indieauth_suite.player import App
from tests.indieauth_suite.sites import drip, flood

ELSEWHERE = "https://elsewhere.example/callback"
NAME = "Zebra Crossing Club"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><circle r="9"/></svg>'


def document(**more):
    """A good client metadata document."""
    return {"client_id": "{id}", "client_uri": "{id}", "client_name": NAME, **more}


def shown(player, app, **changes):
    """The text of the consent page of an app."""
    return player.consent(player.attempt(app, **changes)).answer.text


def is_let_in(player, app):
    """Hold that an app is let in whatever it says of itself: a page of consent, with its client_id."""
    text = shown(player, app)
    expect(app.client_id in text, "the consent page does not show the client_id")
    return text


@check(26, "IA-C1", "The server asks for JSON, and for HTML")
def accepts_json(player):
    """IndieAuth §4.2: client metadata documents are JSON; older apps have a page."""
    app = player.described("accept", document())
    player.visit(player.attempt(app))
    seen = player.far.requests(app.path)
    expect(seen, "nothing was fetched")
    accept = {name.lower(): value for name, value in seen[0].headers.items()}.get("accept", "")
    expect("application/json" in accept, f"Accept is {accept or 'missing'}")
    expect("text/html" in accept or "*/*" in accept, f"Accept is {accept}")


@check(26, "IA-C1", "A name from JSON is shown")
def name_of_json(player):
    """IndieAuth §4.2.1: client_name, client_uri, logo_uri help the owner to see who asks."""
    text = is_let_in(player, player.described("named", document()))
    expect(NAME in text, f"“{NAME}” is not shown")


@check(26, "IA-C1", "An app whose page never ends holds nobody up", ADVICE)
def endless_pages(player):
    """Time and size of what is fetched are bounded: the consent page comes all the same."""
    player.require_far()
    for what, serve in (("slow", drip), ("huge", flood)):
        player.begin()
        is_let_in(player, player.described(what, serve(player.far)))


@check(26, "IA-C1", "JSON that is reached by a redirect is not believed", ADVICE)
def redirected_json(player):
    """Who finds an open redirect on an app's site could be the app."""
    other = player.described("believed", {**document(), "redirect_uris": [ELSEWHERE]})
    app = player.described("redirecting", "", status=302, Location=other.client_id)
    named = player.far.url(app.path)
    player.far.put_json(other.path, {**document(), "client_id": named, "redirect_uris": [ELSEWHERE]})
    player.refused(player.attempt(app, redirect_uri=ELSEWHERE), "redirect_uris of a document behind a redirect")


@check(27, "IA-C2", "A document of another client_id is ignored")
def document_of_another(player):
    """IndieAuth §4.2.1: the client_id in the document MUST be the URL that was fetched."""
    for named in ("https://another.example/", "{id}more", None):
        told = {**document(redirect_uris=[ELSEWHERE]), "client_id": named}
        app = player.described("another", {name: value for name, value in told.items() if value is not None})
        player.refused(player.attempt(app, redirect_uri=ELSEWHERE), f"redirect_uris of a document of {named}")
        expect(NAME not in shown(player, app), f"the name in a document of {named} is shown")


@check(27, "IA-C2", "A document with a secret is not believed", ADVICE)
def document_with_secret(player):
    """Client ID metadata documents MUST NOT have client_secret, or a way to prove oneself by one."""
    for more in ({"client_secret": "hush"}, {"token_endpoint_auth_method": "client_secret_basic"}):
        app = player.described("secret", document(redirect_uris=[ELSEWHERE], **more))
        why = f"redirect_uris of a document with {next(iter(more))}"
        player.refused(player.attempt(app, redirect_uri=ELSEWHERE), why)


@check(27, "IA-C2", "A client_uri that is no prefix of the client_id is not shown as the app's home", ADVICE)
def foreign_client_uri(player):
    """IndieAuth §4.2.1: client_uri MUST be a prefix of client_id; at least a warning says that it is not."""
    text = is_let_in(player, player.described("uri", document(client_uri="https://well-known-bank.example/")))
    if "well-known-bank.example" in text:
        linked = 'href="https://well-known-bank.example' in text
        expect(not linked, "it is shown as a link")


@check(27, "IA-C2", "JSON that no app would send does no harm")
def hostile_json(player):
    """Wrong types, deep nesting, broken text: the app is nameless, and the page comes."""
    for what, body in {
        "deep": "[" * 30_000,
        "broken": '{"client_id": ',
        "a list": "[1, 2]",
        "a number": "1e999",
        "lone surrogates": '{"client_id": "\\ud800", "client_name": "\\udfff"}',
        "not UTF-8": b'{"client_name": "\xff\xfe"}',
    }.items():
        app = player.described("broken", "")
        player.far.put(app.path, body, "application/json")
        expect(shown(player, app), what)
    wrong = {"client_name": {"a": 1}, "logo_uri": 7, "redirect_uris": "https://x.example/", "grant_types": [None, 7]}
    is_let_in(player, player.described("types", document(**wrong)))
    long = shown(player, player.described("long", document(client_name="<b>" + "W" * 20_000 + "</b>")))
    expect("<b>W" not in long, "markup in the name is the page's")
    expect(len(long) < 100_000, "the name fills the page")


@check(28, "IA-C3", "The name of an h-app is shown", CLIENTS)
def name_of_html(player):
    """Quill, micropublish, Monocle, IndiePass describe themselves so."""
    for kind in ("h-app", "h-x-app"):
        page = f'<!doctype html><div class="{kind}"><a class="u-url p-name" href="{{id}}">{NAME}</a></div>'
        expect(NAME in is_let_in(player, player.described("html", page)), f"the name of an {kind} is not shown")


@check(28, "IA-C3", "The name of an h-app of another URL is not shown", ADVICE)
def name_of_another_app(player):
    """A page may list other people's apps."""
    page = f'<!doctype html><div class="h-app"><a class="u-url p-name" href="https://another.example/">{NAME}</a></div>'
    expect(NAME not in is_let_in(player, player.described("other", page)), "the name is shown")


@check(28, "IA-C3", "HTML that no app would send does no harm")
def hostile_html(player):
    """Depth, breadth, and no markup at all: the page comes."""
    for what, page in {
        "deep": '<div class="h-app">' * 3000,
        "many": '<link rel="redirect_uri" href="/cb">' * 1500,
        "brackets": "<" * 60_000,
        "nothing": "",
        "a picture": "\x89PNG\r\n\x1a\n",
    }.items():
        player.begin()
        expect(is_let_in(player, player.described("strange", page)), what)


@check(29, "IA-C4", "Apps on loopback are never fetched")
def loopback_is_not_fetched(player):
    """IndieAuth §4.2: MUST NOT fetch a client_id on loopback; other spellings of it lead there as well."""
    if not player.is_near:
        raise CannotTell("loopback of the server is not this machine's")
    player.require_far()
    port = urlsplit(player.near.home).port
    hosts = ("127.0.0.1", "localhost", "[::1]", "127.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]", "0.0.0.0")
    for host in hosts:
        app = App(f"http://{host}:{port}/fetched/{host.strip('[]')}", f"http://{host}:{port}/cb")
        player.visit(player.attempt(app))
    fetched = [seen.path for seen in player.near.seen if seen.path.startswith("/fetched/")]
    expect(not fetched, f"it was asked for {', '.join(fetched)}")


@check(30, "IA-C5", "What could not be learnt is asked for again", ADVICE)
def failures_are_not_kept(player):
    """An app that was down for a moment must not be nameless for a day."""
    app = player.described("down", "nothing", status=503)
    expect(NAME not in shown(player, app), "the name is known before it is told")
    player.far.put_json(app.path, {"client_id": app.client_id, "client_uri": app.client_id, "client_name": NAME})
    expect(NAME in shown(player, app), "the app is well again, and its name is not shown")


@check(30, "IA-C5", "What was learnt is kept for a while", ADVICE)
def answers_are_kept(player):
    """Otherwise each visit of the consent page is a request at the app's pace."""
    app = player.described("kept", document(), Cache_Control="max-age=600")
    for _ in range(3):
        player.visit(player.attempt(app))
    times = len(player.far.requests(app.path))
    expect(times == 1, f"fetched {times} times in a few seconds, with max-age=600")


@check(30, "IA-C5", "The logo does not come from the app's own site, and SVG does not come at all", ADVICE)
def logo_is_not_hotlinked(player):
    """Otherwise the app learns who looks at the consent page, and an SVG brings its script."""
    app = player.described("logo", "")
    svg = player.far.put(f"{app.path}logo.svg", SVG, "image/svg+xml")
    told = {"client_id": app.client_id, "client_uri": app.client_id, "client_name": NAME, "logo_uri": svg}
    player.far.put_json(app.path, told)
    page = BeautifulSoup(shown(player, app), "html.parser")
    sources = [str(image.get("src", "")) for image in page.find_all(["img", "object", "embed", "iframe"])]
    foreign = [source for source in sources if source.startswith(player.far.home)]
    expect(not foreign, f"the page loads {foreign}")
    expect(not any(source.startswith("data:image/svg") for source in sources), "the page shows the SVG")


@check(31, "IA-C6", "An app that cannot be fetched is let in, and answered on its own origin alone")
def fetch_failure_is_not_fatal(player):
    """IndieAuth §4.2: the information is for the owner's eyes; without it the client_id is shown."""
    for what, app in {
        "404": player.described("gone", "nothing", status=404),
        "another type": player.described("pdf", "%PDF-1.7", kind="application/pdf"),
        "a redirect in a circle": player.described("circle", "", status=302, Location=""),
    }.items():
        expect(is_let_in(player, app), what)
        player.refused(player.attempt(app, redirect_uri=ELSEWHERE), f"{what}: a redirect_uri of another origin")
