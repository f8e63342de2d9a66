"""
The suite for IndieAuth servers, played against our own site as it runs: one test a check.

Here nothing may be left open: what the suite cannot tell is a failure too.
"""

import io
import json
import os
import re
import threading
from datetime import timedelta

import pytest
import requests

from indie import times
from indie.indieauth import tokens
from indie.indieauth.client_info import ClientInformation
from tests.indieauth_suite import __main__ as command
from tests.indieauth_suite import checks
from tests.indieauth_suite.browser import Visit
from tests.indieauth_suite.checking import BASES, CHECKS, HOLDS, run
from tests.indieauth_suite.checks import discovery
from tests.indieauth_suite.player import Player
from tests.indieauth_suite.wire import Answer
from tests.live.running import PATIENCE, people

pytestmark = pytest.mark.live

PASSWORD = "correct horse"
SHPUB = "http://cweiske.de/shpub.htm"
UNSEEN = {56: "what the database keeps", 57: "a changed password", 62: "the age of a code"}
"""Items of which nothing can be seen from outside; `tests/conformance/` has them."""


@pytest.fixture(scope="module")
def site(tmp_path_factory, hosting):
    """Our site, with an owner."""
    with hosting(tmp_path_factory.mktemp("suite") / "data") as made:
        made.owner()
        store = made.store()
        now = times.now()
        with store.write():
            # Why: this app has its real name, and nobody is to be asked for it outside of this machine.
            information = ClientInformation(SHPUB).to_json()
            store.clients.put(SHPUB, information, now, now + timedelta(hours=12))
        made.key = tokens.issue(store, (), "https://resource.example/", now, kind="key")
        store.database.close()
        yield made.start()


@pytest.fixture(scope="module")
def player(site):
    """Who plays; at the end every token is taken back."""
    made = Player(site.home, seconds=PATIENCE, password=PASSWORD, key=site.key)
    yield made
    given, revoked = made.close()
    assert given == revoked


@pytest.mark.parametrize("one", [one for one in CHECKS if not one.slow], ids=lambda one: one.name)
def test_check(player, one):
    """Each check of the suite holds on our own site."""
    result = run(one, player)

    assert (HOLDS, "") == (result.outcome, result.reason)


def test_every_item_that_can_be_seen_has_a_check():
    """Items 1 to 66 of the contract, but for those of which nothing shows outside."""
    numbers = {number for one in CHECKS for number in one.numbers}

    assert set(UNSEEN) == set(range(1, 67)) - numbers


def test_every_check_says_what_it_is_for():
    """A title, a basis, a rule in its docstring, a name of its own, and a section that can be asked for."""
    for one in CHECKS:
        assert one.title
        assert one.basis in BASES
        assert one.reason
        assert one.name.partition(".")[0] in checks.SECTIONS
    assert len(CHECKS) == len({one.name for one in CHECKS})


@pytest.mark.parametrize(
    "url",
    [
        "ftp://me.example/",
        "https://me.example",
        "https://me.example/a/../b",
        "https://me.example/#me",
        "https://user@me.example/",
        "https://me.example:8443/",
        "https://192.0.2.1/",
    ],
)
def test_a_profile_url_that_indieauth_forbids(url):
    """Our own live site is on loopback, where these rules do not hold."""
    assert discovery.is_profile_url(url)
    assert not discovery.is_profile_url("https://me.example/about?a=b")


WORDPRESS = """<form method="get" action="/"><input name="s"><button>Search</button></form>
<form method="post" action="/wp-login.php?action=indieauth"><input type="hidden" name="_wpnonce" value="0123456789">
<input type="checkbox" name="scope[]" value="create" checked><input type="checkbox" name="scope[]" value="update">
<button name="wp-submit" value="cancel">Cancel</button><button name="wp-submit" value="authorize">Approve</button></form>"""
ONE_PAGE = """<form method="POST"><input type="text" name="user" value=""><input type="password" name="password">
<label><input type="checkbox" name="scopes" value="create" checked> create</label><input type="submit" value="Continue"></form>"""
NO_BOXES = """<form method=post action=/no><button>Deny</button></form>
<form method=post action=/yes><input type=hidden name=code value=abc><button>Authorize</button></form>"""
SIGN_IN = """<form method="post"><input type="password" name="pwd"><input type="submit" name="go" value="Log in"></form>"""
CONSENTS = {
    WORDPRESS: [("_wpnonce", "0123456789"), ("scope[]", "create"), ("wp-submit", "authorize")],
    ONE_PAGE: [("user", ""), ("scopes", "create")],
    NO_BOXES: [("code", "abc")],
    SIGN_IN: None,
}


@pytest.mark.parametrize(("page", "sent"), CONSENTS.items(), ids=["WordPress", "one page", "no boxes", "sign-in"])
def test_the_form_of_consent_is_found_on_pages_of_other_servers(page, sent):
    """By its boxes, else by what stands on its button; what a browser would send is sent."""
    headers = requests.structures.CaseInsensitiveDict({"Content-Type": "text/html"})
    answer = Answer("GET", "https://me.example/auth", {}, "", 200, headers, (), (), page.encode())
    consent = Visit(None, answer).consent

    assert sent == (consent and consent[0].sent(button=consent[1]))


@pytest.fixture
def play(site, monkeypatch, capsys):
    """Run the command; returns its exit code and what it printed."""

    def call(*arguments, password="", url=None):
        for name in [name for name in os.environ if name.startswith("INDIEAUTH_SUITE_")]:
            monkeypatch.delenv(name)
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        given = ["--password-stdin"] if password else []
        code = command.main([url or site.home, "--seconds", str(PATIENCE), *given, *arguments])
        return code, capsys.readouterr().out

    return call


def test_exit_0_when_what_can_be_judged_holds(play):
    """Also where some of it cannot: without the owner nobody consents."""
    code, out = play("--anonymous", "--only", "1,8,36")

    assert 0 == code
    assert "0 fail" in out
    assert "? " in out


def test_exit_1_when_something_fails(play):
    """A site that has no IndieAuth keeps no rule of it."""
    with people("127.0.0.2") as (other,):
        other.pages["/"] = "<!doctype html><title>No IndieAuth here</title>"
        code, out = play("--anonymous", "--only", "1", url=other.home)

    assert 1 == code
    assert "FAILS" in out


def test_exit_2_when_nothing_is_there(play):
    """Nobody answers."""
    with people("127.0.0.2") as (other,):
        pass

    assert 2 == play("--anonymous", url=other.home)[0]


def test_exit_2_when_nothing_could_be_judged(play):
    """A run that saw nothing is no good news."""
    assert 2 == play("--anonymous", "--only", "consent.denied")[0]


def test_a_wrong_password_is_tried_once(play):
    """Further tries would lock the owner out; the checks that need him say why they cannot tell."""
    code, out = play("--only", "36", password="wrong horse")

    assert 2 == code
    assert out.count("does not take the password") == out.count("\n?")


def test_what_the_verbose_report_shows_opens_nothing(play, site, monkeypatch, tmp_path):
    """Password, cookie, codes, verifiers, tokens and the form's handle are masked, also in the JSON file."""
    monkeypatch.setattr("tests.indieauth_suite.report.FAILS", HOLDS)
    monkeypatch.setattr("tests.indieauth_suite.__main__.FAILS", HOLDS)
    file = tmp_path / "report.json"
    _, out = play("--only", "IA-T6,Quill,34", "--verbose", "--json", str(file), password=PASSWORD)

    assert "< 200" in out
    shown = out + file.read_text()
    for pattern in (r"indie_[A-Za-z0-9_-]{20}", r"correct.horse", r"[?&]code=(?!‹|%E2)", r"indie=(?!‹)"):
        assert not re.search(pattern, shown), pattern


def test_the_json_file_has_every_check(play, tmp_path):
    """Programs read numbers, outcome and reason."""
    file = tmp_path / "report.json"
    play("--anonymous", "--only", "discovery", "--json", str(file))
    told = json.loads(file.read_text())

    assert {"url", "summary", "checks"} == set(told)
    assert {"check", "numbers", "rule", "title", "section", "basis", "outcome", "reason", "seconds"} == set(
        told["checks"][0]
    )


def test_nothing_is_left_but_what_was_taken_back(play, site):
    """After a run no token of its own is good."""

    def living():
        store = site.store()
        try:
            return {token.id for token in store.tokens.all(times.now())}
        finally:
            store.database.close()

    before = living()
    _, out = play("--only", "Quill,44,49", password=PASSWORD)
    revoked, made = re.search(r"(\d+) of (\d+) tokens were taken back", out).groups()

    assert made == revoked
    assert int(made) > 4
    assert before == living()


def test_a_cookie_will_do_instead_of_the_password(play, player):
    """Of a browser in which the owner is signed in."""
    player.begin()
    player.consent(player.attempt())
    (cookie,) = player.owner.cookies
    code, out = play("--cookie", f"{cookie.name}={cookie.value}", "--only", "IA-T6,IA-A6")

    assert 0 == code, out
    assert "2 hold" in out


def test_the_owner_may_allow_by_hand(site, player):
    """Without password or cookie he is shown a link; what his browser then brings to the app's page is taken."""

    def owner(words):
        def click():
            url = re.search(r"http\S+", words)[0]
            browser = player.browser()
            visit = Visit(browser, browser.open(url))
            player.wire.send("GET", visit.allow(["create"]).location)

        threading.Thread(target=click).start()

    player.begin()
    player.consent(player.attempt())
    by_hand = Player(site.home, seconds=PATIENCE, tell=owner)
    try:
        assert ["create"] == by_hand.granted("create").scope
    finally:
        by_hand.close()
