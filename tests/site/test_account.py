"""The account: apps and keys, sessions, passkeys, password (§1f, items 56, 57, 66)."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from indie import times
from indie.indieauth import owner as owners
from indie.indieauth import tokens
from indie.site import render
from indie.store.passkeys import Passkey
from tests.conformance.indieauth.conftest import APP, DOCUMENT, NOW

LARGEST_SHEET, LARGEST_SCRIPT = 6 * 1024, 1024
"""In bytes."""

PAGES = ("/account", "/account/keys/new", "/account/sessions", "/account/passkeys", "/account/password", "/account/followers", "/account/theme")
CONFIRMED = ("/account/keys/new", "/account/passkeys", "/account/password")
"""What changes how one gets in."""

FORMS = (
    *("/account/keys/1/narrow", "/account/keys/1/revoke", "/account/apps/revoke", "/account/revoke"),
    *("/account/keys/new", "/account/sessions/1/end", "/account/sessions/end"),
    *("/account/passkeys/1/remove", "/account/password"),
)


@pytest.fixture
def get(flow):
    """`get("/account")`: the page, parsed."""

    def page(path="/account"):
        answer = flow.browser.get(path)
        assert 200 == answer.status_code
        return BeautifulSoup(answer.text, "lxml")

    return page


@pytest.fixture
def phone(flow, site):
    """Another browser in which the owner is signed in."""
    browser = site.test_client()
    browser.post("/signin", data={"password": "correct horse"}, headers={"User-Agent": "Mozilla/5.0 (Android) Firefox/130"})
    return browser


@pytest.fixture
def passkey(store):
    """A passkey of the owner's."""
    with store.write():
        return store.passkeys.add(Passkey("id", b"key", 0, (), "Laptop", NOW))


def words(element):
    return " ".join(element.get_text(" ").split())


def section(page, heading):
    """What stands under this heading."""
    return page.find("h2", string=heading).find_parent("section")


def press(flow, page, name, **changes):
    """Send the form whose button begins with these words, as it stands; where it leads, parsed."""
    button = next(button for button in page("button") if words(button).startswith(name))
    form = button.find_parent("form")
    data = {field["name"]: field["value"] for field in form.select('input[type="hidden"]')} | changes
    answer = flow.browser.post(form["action"], data=data)
    assert 303 == answer.status_code
    return BeautifulSoup(flow.browser.get(answer.location).text, "lxml")


class TestWho:
    @pytest.mark.parametrize("path", PAGES)
    def test_strangers_sign_in_first(self, stranger, path):
        answer = stranger.browser.get(path)

        assert (303, "no-store") == (answer.status_code, answer.headers["Cache-Control"])
        assert answer.location.startswith("/signin?next=%2Faccount")

    @pytest.mark.parametrize("path", FORMS)
    def test_a_strangers_form_changes_nothing(self, stranger, flow, store, path):
        token = flow.tokens()["access_token"]
        data = {"client_id": APP, "scope": "create", "password": "another horse", "keys": "revoke", "label": "x"}
        answer = stranger.browser.post(path, data=data)

        assert (303, True) == (answer.status_code, flow.opens(token))
        assert (1, 1) == (len(store.tokens.all(NOW)), len(store.sessions.all(NOW)))
        assert owners.is_password(store.owner.get(), "correct horse")

    @pytest.mark.parametrize("path", FORMS)
    def test_another_sites_form_is_403(self, flow, path):
        assert 403 == flow.browser.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code

    @pytest.mark.parametrize("path", CONFIRMED)
    def test_what_changes_how_one_gets_in_asks_again_after_a_quarter_of_an_hour(self, flow, clock, path):
        """For the page, and for its form."""
        clock.shift(15 * 60)
        form = "/account/passkeys/1/remove" if path == "/account/passkeys" else path

        answers = [flow.browser.get(path), flow.browser.post(form)]
        assert ["/signin", "/signin"] == [f"{answer.location}".partition("?")[0] for answer in answers]
        assert 200 == flow.browser.get("/account").status_code

    @pytest.mark.parametrize("path", PAGES)
    def test_it_is_kept_nowhere_and_in_nobodys_frame(self, flow, path):
        headers = flow.browser.get(path).headers

        assert ("no-store", "DENY", "same-origin") == tuple(
            headers[name] for name in ("Cache-Control", "X-Frame-Options", "Referrer-Policy")
        )

    @pytest.mark.parametrize("path", PAGES)
    def test_each_page_leads_to_the_others_and_out(self, get, path):
        page = get(path)
        tabs = [(link["href"], link.get("aria-current")) for link in page.select("nav.desk a")]

        assert ["/account", "/account/sessions", "/account/passkeys", "/account/password", "/account/followers", "/account/theme"] == [href for href, _ in tabs]
        assert [href for href, now in tabs if now] == ([path] if "keys/new" not in path else [])
        assert "/signout" == page.select_one("nav.desk form")["action"]


class TestKeys:
    def test_without_any_it_says_so(self, get):
        assert "No app holds a key yet." in words(get())

    def test_by_app_with_its_claimed_name_and_its_address(self, flow, document, get):
        """The name as it was when the owner agreed; nobody is asked for it now."""
        document()
        flow.tokens(client_id=DOCUMENT, redirect_uri="https://json.example/back")
        said = words(section(get(), "Json App"))

        assert f"Json App {DOCUMENT} Allowed for the first time on 23 July 2026 ." in said

    def test_an_app_without_a_name_is_called_by_its_address(self, flow, get):
        flow.tokens()

        assert APP in words(section(get(), "app.example"))

    def test_made_used_by_whom_and_when_it_dies(self, flow, clock, get):
        """Item 56."""
        token = flow.tokens()["access_token"]
        clock.shift(2 * 24 * 60 * 60)
        bearer = {"Authorization": f"Bearer {token}", "User-Agent": "Quill/1.0"}
        flow.app.get("/micropub?q=config", headers=bearer, environ_base={"REMOTE_ADDR": "192.0.2.7"})
        said = words(get().select_one(".key"))

        assert "Made 23 July 2026 . Last used 25 July 2026 from 192.0.2.7 by Quill/1.0." in said
        assert "Ends 23 July 2027 . Dies 23 September 2026 unless it is used before." in said

    def test_the_dates_are_those_of_the_owners_place(self, flow, store, get):
        flow.tokens()
        with store.write():
            store.preferences.put("time_zone", "Pacific/Kiritimati")

        assert "2026-07-24T02:00:00+14:00" == get().select_one(".key time")["datetime"]

    def test_what_is_refreshed_is_one_key(self, flow, refreshable, clock, get):
        """However often its app exchanged it; made when the owner agreed, used when any of its tokens was."""
        clock.shift(24 * 60 * 60)
        flow.opens(flow.refresh(refreshable["refresh_token"]).json["access_token"])
        (key,) = get().select(".key")

        assert "Made 23 July 2026 . Last used 24 July 2026 from 127.0.0.1" in words(key)
        assert "Renewed every hour until 23 July 2027 ." in words(key)

    def test_the_one_that_renews_the_others_speaks_for_them(self, refreshable, store, clock, get):
        """Also where another is newer."""
        clock.shift(60)
        tokens.issue(store, ("create",), DOCUMENT, times.now(), 1 / 24, grant=store.grants.latest(DOCUMENT).id)

        assert "Renewed every hour" in words(get().select_one(".key"))

    def test_what_is_over_is_not_listed(self, flow, clock, get):
        flow.tokens(form={"lifetime": "1"})
        clock.shift(25 * 60 * 60)
        flow.sign_in()

        assert "No app holds a key yet." in words(get())

    def test_no_digest_and_no_key_is_on_the_page(self, flow, get):
        token = flow.tokens()["access_token"]

        assert not any(secret in f"{get()}" for secret in (token, tokens.digest(token)))

    def test_every_button_tells_what_it_is_for(self, flow, clock, get):
        """By ear too: two keys of one app differ by their date."""
        flow.tokens()
        clock.shift(60)
        flow.tokens()
        names = [words(button) for button in get()("button") if words(button) != "Save"]

        assert sorted(set(names)) == sorted(names)


class TestTakeBack:
    def test_one(self, flow, clock, get):
        """The other of the same app still opens."""
        first = flow.tokens()["access_token"]
        clock.shift(60)
        second = flow.tokens()["access_token"]
        after = press(flow, get(), "Take back")

        assert [True, False] == [flow.opens(first), flow.opens(second)]
        assert "Taken back." in words(after.find(role="status"))

    def test_one_that_is_refreshed_goes_with_its_family(self, flow, refreshable, get):
        press(flow, get(), "Take back")

        assert not flow.opens(refreshable["access_token"])
        assert 400 == flow.refresh(refreshable["refresh_token"]).status_code

    def test_all_of_an_app(self, flow, document, get):
        held = [flow.tokens()["access_token"], flow.tokens()["access_token"]]
        document()
        other = flow.tokens(client_id=DOCUMENT, redirect_uri="https://json.example/back")["access_token"]
        press(flow, get(), "Take back all 2")

        assert [False, False, True] == [flow.opens(token) for token in (*held, other)]

    def test_without_an_address_is_400(self, flow, store):
        """The keys without one were made by hand, each for itself."""
        made = tokens.issue(store, ("create",), "", NOW)

        assert (400, True) == (flow.browser.post("/account/apps/revoke").status_code, flow.opens(made))

    def test_everything(self, flow, store, key, get):
        held = [flow.tokens()["access_token"], tokens.issue(store, ("create",), "", NOW)]
        after = press(flow, get(), "Take back everything")

        assert [False, False] == [flow.opens(token) for token in held]
        assert [] == store.tokens.all(NOW)
        assert "No app holds a key yet." in words(after)

    @pytest.mark.parametrize("path", ["/account/keys/99/revoke", "/account/keys/99/narrow"])
    def test_one_that_is_not_there_harms_nobody(self, flow, path):
        token = flow.tokens()["access_token"]

        assert (303, True) == (flow.browser.post(path).status_code, flow.opens(token))

    @pytest.fixture
    def key(self, store, site):
        return tokens.issue(store, (), "", NOW, kind="key", label="A server")


class TestNarrow:
    def test_the_boxes_stand_as_the_key_is(self, flow, get):
        """Ticked, also the one that nobody knows: it was granted."""
        flow.tokens(scope="create frobnicate", ticked=["create", "frobnicate"])
        boxes = get().select('.key input[name="scope"]')

        assert [("create", True), ("frobnicate", True)] == [(box["value"], box.has_attr("checked")) for box in boxes]

    @pytest.mark.parametrize(
        ("ticked", "left"), [(["create"], ("create",)), (["update", "create"], ("create", "update")), (["create", "delete"], ("create",))]
    )
    def test_it_keeps_what_stays_ticked_and_gets_nothing_new(self, flow, store, get, ticked, left):
        flow.tokens(scope="create update")
        after = press(flow, get(), "Save", scope=ticked)
        (token,) = store.tokens.all(NOW)

        assert left == token.scope
        assert "Saved." in words(after.find(role="status"))

    def test_with_no_box_left_it_is_taken_back(self, flow, get):
        token = flow.tokens()["access_token"]
        after = press(flow, get(), "Save")

        assert not flow.opens(token)
        assert "Taken back." in words(after.find(role="status"))

    def test_what_is_refreshed_later_is_no_wider(self, flow, refreshable, get):
        press(flow, get(), "Save", scope="create")

        assert "create" == flow.refresh(refreshable["refresh_token"]).json["scope"]


class TestMadeByHand:
    @pytest.fixture
    def make(self, flow):
        def post(**changes):
            usual = {"label": "Script", "client_id": "", "scope": ["create", "update"], "lifetime": "30", "kind": "access"}
            return flow.browser.post("/account/keys/new", data=usual | changes)

        return post

    def test_it_is_shown_this_once(self, flow, make, get):
        answer = make()
        token = BeautifulSoup(answer.text, "lxml").select_one(".secret").get_text(strip=True)

        assert "Script Made 23 July 2026 . Never used. Ends 22 August 2026 ." in words(section(get(), "Made by hand"))
        assert token not in f"{get()}"
        assert (200, "no-store", True) == (answer.status_code, answer.headers["Cache-Control"], flow.opens(token))

    def test_it_may_what_was_ticked(self, make, store):
        """Nothing that we do not know, whatever the form says."""
        make(scope=["create", "frobnicate"])
        (token,) = store.tokens.all(NOW)

        assert (("create",), "Script", "access") == (token.scope, token.label, token.kind)

    @pytest.mark.parametrize(("sent", "ends"), [("1", NOW + timedelta(days=1)), ("0", None)])
    def test_it_holds_as_long_as_was_chosen(self, make, store, sent, ends):
        make(lifetime=sent)

        assert ends == store.tokens.all(NOW)[0].expires

    def test_for_an_app_it_stands_among_the_apps(self, make, get):
        make(client_id="HTTPS://Writer.example")

        assert "https://writer.example/" in words(section(get(), "writer.example"))

    @pytest.mark.parametrize(
        ("field", "wrong"), [("label", {"label": " "}), ("client_id", {"client_id": "writer.example"}), ("scope", {"scope": []})]
    )
    def test_what_is_wrong_is_told_beside_its_field_and_what_was_typed_stays(self, make, store, field, wrong):
        answer = make(**{"label": "Skript", "scope": ["media"]} | wrong)
        page = BeautifulSoup(answer.text, "lxml")

        assert (400, []) == (answer.status_code, store.tokens.all(NOW))
        assert page.find(id=f"{field}-error").string
        assert f"#{field}" == page.select_one(".errors a")["href"]
        assert page.find(id=field)
        assert (" " if field == "label" else "Skript").strip() == page.find(id="label")["value"]
        assert field == "scope" or ["media"] == [box["value"] for box in page.select("input[name=scope][checked]")]

    def test_one_for_introspection_has_no_scope_and_no_app(self, make, store):
        """Whatever the form says."""
        make(kind="key", scope=["create"], client_id=APP)
        (key,) = store.tokens.all(NOW)

        assert ("key", (), "") == (key.kind, key.scope, key.client_id)

    def test_one_for_introspection_opens_that_alone(self, flow, make, get):
        answer = make(kind="key", scope=["create"], client_id=APP)
        key = BeautifulSoup(answer.text, "lxml").select_one(".secret").get_text(strip=True)
        token = flow.tokens()["access_token"]
        asked = flow.app.post("/introspect", data={"token": token}, headers={"Authorization": f"Bearer {key}"})

        assert (True, False) == (asked.json["active"], flow.opens(key))
        assert "Script Made 23 July 2026" in words(section(get(), "Keys for introspection"))
        assert None is get().find("h2", string="Made by hand")

    def test_its_form_has_no_scopes(self, get):
        page = get("/account/keys/new?kind=key")

        assert ([], "key") == (page.select("[name=scope], [name=client_id]"), page.find("input", attrs={"name": "kind"})["value"])

    def test_the_form_offers_what_opens_something(self, get):
        words_ = [box["value"] for box in get("/account/keys/new").select("input[name=scope]")]

        assert ["create", "draft", "update", "delete", "undelete", "media", "profile", "email"] == words_


class TestSessions:
    def test_this_one_is_marked_and_cannot_be_ended_by_itself(self, phone, get):
        phone_, here = sorted(get("/account/sessions").select(".key"), key=lambda key: "This one" in words(key))

        assert words(phone_).startswith("Firefox on Android Signed in 23 July 2026 by password")
        assert (None, True) == (here.form, phone_.form is not None)

    def test_one_is_signed_out(self, flow, phone, get):
        after = press(flow, get("/account/sessions"), "Sign out there")

        assert 303 == phone.get("/account").status_code
        assert (1, "Signed out there.") == (len(after.select(".key")), words(after.find(role="status")))

    @pytest.mark.parametrize(("form", "opens"), [({}, True), ({"keys": "revoke"}, False)])
    def test_everywhere_else_and_the_keys_if_he_says_so(self, flow, phone, get, form, opens):
        """Item 57."""
        token = flow.tokens()["access_token"]
        press(flow, get("/account/sessions"), "Log out everywhere", **form)

        assert ([303, 200], opens) == (
            [browser.get("/account").status_code for browser in (phone, flow.browser)], flow.opens(token)
        )  # fmt: skip


class TestPasskeys:
    def test_they_are_listed(self, passkey, get):
        assert "Laptop Made 23 July 2026 . Never used." in words(get("/account/passkeys").select_one(".key"))

    def test_one_is_removed_and_every_other_browser_signed_out(self, flow, phone, passkey, store, get):
        """Item 57: whoever had it may have signed in."""
        press(flow, get("/account/passkeys"), "Remove")

        assert ([], 303) == (store.passkeys.all(), phone.get("/account").status_code)
        assert 200 == flow.browser.get("/account").status_code

    def test_where_there_can_be_none_it_says_why(self, get):
        """Here for want of https."""
        page = get("/account/passkeys")

        assert "need https" in words(section(page, "Add a passkey"))
        assert [] == page.select("[data-passkey], script")


class TestPassword:
    @pytest.mark.parametrize(("form", "opens"), [({}, True), ({"keys": "revoke"}, False)])
    def test_the_new_one_holds_here_and_nowhere_else(self, flow, phone, store, get, form, opens):
        """Every other browser is signed out; the apps' keys go if he says so (item 57)."""
        token = flow.tokens()["access_token"]
        press(flow, get("/account/password"), "Change it", password="another horse", **form)

        assert [303, 200] == [browser.get("/account").status_code for browser in (phone, flow.browser)]
        assert ([403, 303], opens) == (
            [flow.sign_in(password).status_code for password in ("correct horse", "another horse")], flow.opens(token)
        )  # fmt: skip

    def test_one_too_short_is_told_and_changes_nothing(self, flow, store):
        answer = flow.browser.post("/account/password", data={"password": "short"})
        page = BeautifulSoup(answer.text, "lxml")

        assert (400, True) == (answer.status_code, owners.is_password(store.owner.get(), "correct horse"))
        assert "8 characters" in page.find(id="password-error").string
        assert page.title.string.startswith("Error: ")

    def test_a_password_manager_knows_that_it_is_new(self, get):
        page = get("/account/password")

        assert ("new-password", "username") == (page.find(id="password")["autocomplete"], page.find(id="username")["autocomplete"])


class TestSelfTest:
    """Item 66: whether the header Authorization arrives."""

    def test_the_page_has_a_script_for_it_and_a_command_for_who_runs_none(self, get):
        page = get()

        assert ["/userinfo"] == [place["data-authorization"] for place in page.select("[data-authorization]")]
        assert page.find("script")["src"].startswith("/static/account.js?v=")
        assert 'curl -i -H "Authorization: Bearer test" http://site.example/userinfo' == section(page, "Do keys arrive?").pre.string

    def test_the_answer_is_told_by_invalid_token(self, flow):
        """There where the header arrives, and nowhere else."""
        with_header, without = (
            flow.app.get("/userinfo", headers=headers) for headers in ({"Authorization": "Bearer test"}, {})
        )

        assert [True, False] == ["invalid_token" in answer.text for answer in (with_header, without)]


class TestBudget:
    @pytest.mark.parametrize(("name", "largest"), [("owner.css", LARGEST_SHEET), ("forms.css", 2 * 1024), ("account.js", LARGEST_SCRIPT)])
    def test_files_are_small(self, name, largest):
        assert len((render.STATIC / name).read_bytes()) <= largest

    def test_home_loads_none_of_them(self, flow):
        text = flow.browser.get("/").text

        assert not any(name in text for name in ("owner.css", "forms.css", "account.js"))


def test_what_was_done_is_one_of_our_sentences(get):
    """Whatever a link says."""
    assert None is get("/account?said=<b>you+were+hacked</b>").find(role="status", class_="done")
