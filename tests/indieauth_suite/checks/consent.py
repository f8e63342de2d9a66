"""
Consent and response (32–38).

What the owner sees and decides, and what the app is told.
"""

from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from tests.indieauth_suite.browser import Visit, origin, referrer_policy
from tests.indieauth_suite.checking import ADVICE, CLIENTS, CannotTell, check, expect

BITS = 128
"""How hard a code must be to guess."""


@check(32, "IA-A1", "The page shows the client_id, where the answer goes, and each scope as a box")
def page_tells_who_asks(player):
    """IndieAuth §5.2: who asks, for what, and as whom; the owner may choose among the scopes."""
    attempt = player.attempt(scope="create update media")
    visit = player.consent(attempt)
    text = visit.answer.text
    expect(attempt.app.client_id in text, "the client_id is not shown")
    expect(urlsplit(attempt.app.redirect_uri).netloc in text, "the host of redirect_uri is not shown")
    values = {box.value for box in visit.scopes}
    expect({"create", "update", "media"} <= values, f"the boxes are {' '.join(sorted(values)) or 'missing'}")


def words(visit):
    """What a person reads."""
    return " ".join(BeautifulSoup(visit.answer.text, "html.parser").get_text(" ").split())


@check(32, "IA-A1", "The page says whose site it is, and whether the app came before", ADVICE)
def page_tells_the_rest(player):
    """The owner's site is named; and who was never here before does not look like who was."""
    app = player.app()
    first = words(player.consent(player.attempt(app)))
    me = player.granted("create", app).said.get("me", "")
    second = words(player.consent(player.attempt(app)))
    host = urlsplit(me).netloc
    expect(host in first, f"{host}, whose owner is asked, is not shown")
    expect(first != second, "nothing tells the first time from the second")


@check(33, "IA-A2", "What is unticked is not granted")
def unticked_is_not_granted(player):
    """IndieAuth §5.2: the owner may grant less than was asked for; the answer says what (§5.3.3)."""
    granted = player.granted("create update media", ticked=["create"])
    expect(granted.scope == ["create"], f"granted: {' '.join(granted.scope)}")


@check(33, "IA-A2", "With nothing ticked there is no token")
def nothing_ticked(player):
    """IndieAuth §5.3.3: no scope, no token; the app may still learn who it is."""
    attempt = player.attempt(scope="create update")
    callback = player.approve(attempt, [])
    if callback.get("error") == "access_denied":
        return
    answer = player.redeem(attempt, callback)
    expect("access_token" not in answer.text, f"a token is issued: {answer.json.get('scope')}")


@check(33, "IA-A2", "A form that ticks more than was asked gets no more")
def escalation_by_the_form(player):
    """What is granted is worked out from the request that is kept, never from the form."""
    attempt = player.attempt(scope="create")
    visit = player.consent(attempt)
    name = visit.scopes[0].name if visit.scopes else "scope"
    form = visit.consent[0]
    extra = [(name, "delete"), (name, "update"), ("scope", "create delete"), ("scope[]", "delete")]
    answer = visit.browser.submit(form, visit.answer, form.sent(["create"], extra, visit.consent[1]))
    if not answer.location:
        return
    redeemed = player.redeem(attempt, player.callback(answer, attempt))
    scope = redeemed.json.get("scope", "").split() if redeemed.status == 200 else []
    expect({*scope} <= {"create"}, f"granted: {' '.join(scope)}")


@check(33, "IA-A2", "A form that names another client, redirect or challenge changes nothing")
def request_is_not_the_forms(player):
    """The request is kept by the server (or signed): whoever can write into the form must not be the app."""
    attempt = player.attempt(scope="create")
    evil = "https://elsewhere.example/callback"
    changed = {"client_id": "https://elsewhere.example/", "redirect_uri": evil, "state": "evil"}
    visit = player.consent(attempt)
    form, button = visit.consent
    pairs = [(name, changed.get(name, value)) for name, value in form.sent(["create"], (), button)]
    added = [pair for pair in changed.items() if pair[0] not in dict(pairs)]
    answer = visit.browser.submit(form, visit.answer, [*pairs, *added])
    expect(not answer.location.startswith("https://elsewhere.example"), f"the browser is sent to {answer.location}")


@check(34, "IA-A3", "Without a session the form of consent gives no code")
def form_without_session(player):
    """CSRF: the form is of use to the browser alone in which the owner is signed in."""
    visit = player.consent(player.attempt())
    answer = visit.allow("create", browser=player.stranger())
    expect("code=" not in answer.location, "a browser without a session gets a code")


@check(34, "IA-A3", "The form of one session gives no code in another", ADVICE)
def form_of_another_session(player):
    """A form's handle belongs to the session to which it was shown."""
    if not player.owner.password:
        raise CannotTell("a second session needs the password: give --password-stdin")
    attempt = player.attempt()
    visit = player.consent(attempt)
    other = player.browser(fresh=True)
    expect(player.consent(player.attempt(), other).consent, "no second session")
    answer = visit.allow("create", browser=other)
    expect("code=" not in answer.location, "the form of one session is taken in another")


@check(34, "IA-A3", "Another site cannot press the button")
def form_from_another_site(player):
    """CSRF: browsers tell by Origin, Sec-Fetch-Site or the cookie's SameSite; the server must look, or use a token."""
    for headers in (
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Referer": "https://evil.example/"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": None, "Referer": None},
    ):
        visit = player.consent(player.attempt())
        form, button = visit.consent
        guessed = [pair for pair in form.sent(["create"], (), button) if pair[1] not in form.hidden]
        answer = visit.browser.submit(form, visit.answer, guessed, headers)
        expect("code=" not in answer.location, "a post of another site, without what the page hides, gets a code")


@check(34, "IA-A3", "A post that says it comes from another site is refused", ADVICE)
def cross_site_post(player):
    """Sec-Fetch-Site and Origin cannot be forged by a page: also a form that knows everything else is refused."""
    for headers in (
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Referer": "https://evil.example/"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": None, "Referer": None},
    ):
        visit = player.consent(player.attempt())
        answer = visit.allow("create", headers=headers)
        expect("code=" not in answer.location, f"with {headers} a code is given")


@check(34, "IA-A3", "Two tabs do not mix")
def two_tabs(player):
    """The request is kept for each page, not for each session."""
    browser = player.browser()
    first, second = player.attempt(scope="create"), player.attempt(scope="update")
    page_1 = player.consent(first, browser)
    page_2 = player.consent(second, browser)
    for attempt, page, scope in ((second, page_2, "update"), (first, page_1, "create")):
        callback = player.callback(page.allow([scope], password=player.owner.password), attempt)
        expect(callback.get("state") == attempt.get("state"), "one tab got the other's state")
        said = player.redeem(attempt, callback).json
        expect(said.get("scope") == scope, f"the tab that asked for {scope} got {said.get('scope')}")


@check(34, "IA-A3", "A page that was answered is of no more use", ADVICE)
def page_is_answered_once(player):
    """Back and Allow once more would hand out a second code."""
    attempt = player.attempt()
    visit = player.consent(attempt)
    player.callback(visit.allow(["create"], password=player.owner.password), attempt)
    answer = visit.allow(["create"], password=player.owner.password)
    expect("code=" not in answer.location, "the same form gives a second code")


def owners_pages(player):
    """The consent page, and the one that asks for the password, if there is one: (name, answer)."""
    attempt = player.attempt()
    pages = [("the consent page", player.consent(attempt).answer)]
    browser = player.stranger()
    signing = Visit(browser, browser.open(player.url_of(attempt)))
    return [*pages, *([("the sign-in page", signing.answer)] if signing.sign_in else [])]


@check(35, "IA-A4", "No other page can put the consent page into a frame")
def no_frames(player):
    """RFC 6749 §10.13: clickjacking, by which the owner presses Allow without seeing it."""
    for name, page in owners_pages(player):
        policy = page.headers.get("Content-Security-Policy", "")
        framed = page.headers.get("X-Frame-Options", "").upper() in ("DENY", "SAMEORIGIN")
        expect(framed or "frame-ancestors" in policy, f"{name} may be put into a frame")


@check(35, "IA-A4", "The owner's pages are kept by no cache, and told to no other site", ADVICE)
def private_pages(player):
    """X-Frame-Options: DENY with frame-ancestors 'none', Cache-Control: no-store, Referrer-Policy: no-referrer."""
    for name, page in owners_pages(player):
        expect(page.headers.get("X-Frame-Options", "").upper() == "DENY", f"{name}: X-Frame-Options is not DENY")
        policy = page.headers.get("Content-Security-Policy", "")
        expect("frame-ancestors 'none'" in policy, f"{name}: no frame-ancestors 'none'")
        expect("no-store" in page.headers.get("Cache-Control", ""), f"{name}: no Cache-Control: no-store")
        referrer = page.headers.get("Referrer-Policy", "")
        expect(referrer in ("no-referrer", "same-origin"), f"{name}: Referrer-Policy is {referrer or 'missing'}")


@check(35, "IA-A4", "form-action, where there is one, lets the answer through", CLIENTS)
def form_action_lets_through(player):
    """Chromium applies it to the redirect after the form: with 'self' alone the owner is stuck."""
    attempt = player.attempt()
    policy = player.consent(attempt).answer.headers.get("Content-Security-Policy", "")
    rules = [rule.split() for rule in policy.split(";") if rule.split()[:1] == ["form-action"]]
    if rules:
        place = origin(attempt.app.redirect_uri)
        fits = {place, urlsplit(place).scheme + ":", "*"}
        expect(fits & {*rules[0][1:]}, f"{' '.join(rules[0])} keeps {place} out")


@check(35, "IA-A4", "A browser that knows no Sec-Fetch-Site can allow, too", CLIENTS)
def browsers_of_old(player):
    """Safari before 16.4: from a page whose policy is no-referrer it sends `Origin: null`, also with the form that is ours."""
    attempt = player.attempt()
    visit = player.consent(attempt)
    answer = visit.allow(["create"], headers={"Sec-Fetch-Site": None}, password=player.owner.password)
    policy = referrer_policy(visit.answer) or "missing"
    why = f"the page's Referrer-Policy is {policy}, so the form comes with Origin: {answer.sent.get('Origin')}"
    expect(answer.location, f"{answer.said}; {why}")


@check(35, "IA-A4", "The cookie is HttpOnly and SameSite=Lax, the redirect 302 or 303", ADVICE)
def cookie_and_redirect(player):
    """Strict would lose the session on the way from the app; 307 would send the form along, with what is in it."""
    if player.owner.password:
        browser = player.browser(fresh=True)
        before = len(player.wire.answers)
        player.consent(player.attempt(), browser)
        cookies = [cookie for answer in player.wire.answers[before:] for cookie in answer.cookies]
        kept = [cookie.lower() for cookie in cookies if "max-age=0" not in cookie.lower()]
        expect(kept, "signing in sets no cookie")
        for cookie in kept:
            name = cookie.partition("=")[0]
            expect("httponly" in cookie, f"the cookie {name} is not HttpOnly")
            expect("samesite=lax" in cookie, f"the cookie {name} is not SameSite=Lax")
            expect("secure" in cookie or player.url.startswith("http:"), f"the cookie {name} is not Secure")
    attempt = player.attempt()
    answer = player.consent(attempt).allow(["create"], password=player.owner.password)
    expect(answer.status in (302, 303), f"{answer.said}")


@check(36, "IA-A5", "The answer has code, state, and iss as the metadata say")
def answer_is_whole(player):
    """IndieAuth §5.2.1, RFC 9207 §2: the app compares iss with the issuer, letter for letter."""
    attempt = player.attempt()
    callback = player.approve(attempt)
    expect(callback.get("code"), "no code")
    expect(callback.get("state") == attempt.get("state"), f"state is {callback.get('state')}")
    issuer = player.metadata.get("issuer")
    expect(callback.get("iss") == issuer, f"iss is {callback.get('iss') or 'missing'}, the metadata say {issuer}")
    expect(not callback.get("access_token"), "a token is in the URL")


@check(36, "IA-A5", "me is in the answer only to apps that know no PKCE", ADVICE)
def me_in_the_answer(player):
    """The PHP client shpub looks for it there; whoever gets `me` in a URL must not believe it, so nobody else is told."""
    callback = player.approve(player.attempt(me=player.home.url))
    expect(not callback.count("me"), "me is told to an app that uses PKCE")
    callback = player.approve(player.attempt(with_pkce=False))
    expect(not callback.count("me"), "me is told to an app that did not send it")


@check(37, "IA-A6", "A no is told with access_denied, state and iss")
def denied(player):
    """RFC 6749 §4.1.2.1, RFC 9207 §2."""
    attempt = player.attempt()
    callback = player.callback(player.consent(attempt).deny(), attempt)
    expect(callback.get("error") == "access_denied", f"error is {callback.get('error') or 'missing'}")
    expect(callback.get("state") == attempt.get("state"), "state is not returned")
    expect(callback.get("iss") == player.metadata.get("issuer"), f"iss is {callback.get('iss') or 'missing'}")
    expect(not callback.count("code"), "there is a code")


@check(38, "IA-A7", "A code cannot be guessed")
def code_is_random(player):
    """RFC 6749 §10.10: at least 128 bits, each another."""
    codes = [player.approve(player.attempt()).get("code") for _ in range(3)]
    expect(len({*codes}) == 3, "the same code twice")
    # Why 5: letters of either case and digits have nearly 6 bits each; what all codes begin with has none.
    common = next((i for i, letters in enumerate(zip(*codes, strict=False)) if len({*letters}) > 1), 0)
    shortest = min(map(len, codes)) - common
    expect(shortest * 5 >= BITS, f"{shortest} characters after what all begin with")
