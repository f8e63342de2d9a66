"""Where tokens are shown, how they are kept, what takes them back: items 55 to 57 of the requirements."""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from indie import times
from indie.indieauth import passkeys, tokens
from indie.store.passkeys import Passkey
from tests.conformance.indieauth.conftest import APP, DOCUMENT, NOW, PASSWORD, Flow, as_header

NOTE = {"h": "entry", "content": "Hello"}
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def token(flow):
    """`token("create")`: an access token of this scope."""
    return lambda scope="create": flow.tokens(scope=scope)["access_token"]


def rows(store):
    return store.database.query("SELECT * FROM tokens ORDER BY id")


class Test1fResource:
    """55: the token at Micropub."""

    def test_55_f7_in_the_header(self, flow, token):
        assert 201 == flow.app.post("/micropub", data=NOTE, headers=as_header(token())).status_code

    def test_55_f7_in_the_form(self, flow, token):
        assert 201 == flow.app.post("/micropub", data=NOTE | {"access_token": token()}).status_code

    def test_55_f7_never_in_both(self, flow, token):
        held = token()

        assert 400 == flow.app.post("/micropub", data=NOTE | {"access_token": held}, headers=as_header(held)).status_code

    def test_55_f7_not_in_the_query(self, flow, token):
        held = token()
        seen = [flow.app.post(f"/micropub?access_token={held}", data=NOTE), flow.app.get(f"/micropub?q=config&access_token={held}")]

        assert [401, 401] == [answer.status_code for answer in seen]

    @pytest.mark.parametrize("kind", ["Bearer", "bearer", "BEARER"])
    def test_55_f7_the_name_of_the_scheme_has_no_case(self, flow, token, kind):
        assert 201 == flow.app.post("/micropub", data=NOTE, headers={"Authorization": f"{kind} {token()}"}).status_code

    @pytest.mark.parametrize("scope", ["recreate", "created", "create:all", "CREATE", "update"])
    def test_55_f7_scopes_are_whole_words(self, flow, store, scope):
        held = tokens.issue(store, [scope], APP, NOW)

        assert 401 == flow.app.post("/micropub", data=NOTE, headers=as_header(held)).status_code

    def test_55_f7_draft_alone_makes_drafts(self, flow, token):
        """Which the public does not see."""
        made = flow.app.post("/micropub", data=NOTE, headers=as_header(token("draft")))

        assert (201, 404) == (made.status_code, flow.app.get(made.location).status_code)

    def test_55_f7_create_is_enough_for_media(self, flow, token):
        """Quill's old tokens have no `media`."""
        answer = flow.app.get("/micropub/media?q=last", headers=as_header(token("create")))

        assert 200 == answer.status_code

    @pytest.mark.parametrize("scope", ["update", "delete", "undelete", "media", "profile"])
    def test_55_f7_no_other_scope_creates(self, flow, token, scope):
        assert 401 == flow.app.post("/micropub", data=NOTE, headers=as_header(token(scope))).status_code

    @pytest.mark.parametrize("kind", ["code", "refresh token", "key", "session"])
    def test_55_f7_nothing_but_an_access_token_opens_it(self, flow, refreshable, key, kind):
        secret = {
            "code": flow.code(),
            "refresh token": refreshable["refresh_token"],
            "key": key,
            "session": flow.browser.get_cookie("indie").value,
        }[kind]

        assert 401 == flow.app.post("/micropub", data=NOTE, headers=as_header(secret)).status_code

    def test_55_f7_the_owners_cookie_does_not_either(self, flow):
        assert 401 == flow.browser.post("/micropub", data=NOTE).status_code


class Test1fRows:
    """56: how they are kept."""

    def test_56_f8_as_a_digest_alone(self, store, token):
        held = token()
        (row,) = rows(store)

        assert (tokens.digest(held), False) == (row["hash"], held in f"{row}")

    @pytest.mark.parametrize(
        ("column", "value"),
        [("client_id", APP), ("scope", "create"), ("created", times.sortable(NOW)), ("used", ""), ("kind", "access")],
    )
    def test_56_f8_with_app_scope_and_date(self, store, token, column, value):
        token()
        (row,) = rows(store)

        assert value == row[column]

    def test_56_f8_when_it_was_used_last_and_by_whom(self, flow, store, token, clock):
        held = token()
        clock.shift(timedelta(days=3))
        flow.app.get("/micropub?q=config", headers=as_header(held) | {"User-Agent": AGENT})
        (row,) = rows(store)

        assert (times.sortable(NOW + timedelta(days=3)), "127.0.0.1", AGENT) == (row["used"], row["address"], row["agent"])

    @pytest.mark.parametrize("path", ["/micropub?q=config", "/micropub?q=source", "/token", "/userinfo", "/micropub/media?q=last"])
    def test_56_f8_a_question_is_a_use_too(self, flow, store, token, path):
        flow.app.get(path, headers=as_header(token("create profile")))

        assert times.sortable(NOW) == rows(store)[0]["used"]

    def test_56_f8_scanners_for_leaked_secrets_know_them(self, flow, refreshable, key):
        held = [refreshable["access_token"], refreshable["refresh_token"], key, flow.code()]

        assert ["indie_", "indie_refresh_", "indie_key_", "indie_code_"] == [re.match(r"indie_(?:(?:refresh|key|code)_)?", one)[0] for one in held]

    def test_56_f8_the_owner_sees_them(self, flow, token):
        token("create")
        page = flow.browser.get("/account").text

        assert (True, True) == (APP in page, "<code>create</code>" in page)

    def test_56_f8_nobody_else_does(self, stranger):
        assert 303 == stranger.browser.get("/account").status_code

    def test_56_f8_he_takes_back_one(self, flow, store, token):
        one, other = token(), token()
        first = min(row["id"] for row in rows(store))
        flow.browser.post(f"/account/keys/{first}/revoke")

        assert (False, True) == (flow.opens(one), flow.opens(other))

    def test_56_f8_with_its_family(self, flow, store, refreshable):
        (page,) = BeautifulSoup(flow.browser.get("/account").text, "lxml").select('form[action$="/revoke"][action^="/account/keys/"]')
        flow.browser.post(page["action"])

        assert [False, "invalid_grant"] == [
            flow.opens(refreshable["access_token"]), flow.refresh(refreshable["refresh_token"]).json["error"]
        ]  # fmt: skip

    def test_56_f8_or_all_of_an_app(self, flow, token, refreshable):
        held = [token(), token()]
        flow.browser.post("/account/apps/revoke", data={"client_id": APP})

        assert [False, False, True] == [flow.opens(one) for one in (*held, refreshable["access_token"])]

    def test_56_f8_or_everything(self, flow, token, refreshable):
        held = [token(), refreshable["access_token"]]
        flow.browser.post("/account/revoke")

        assert [False, False] == [flow.opens(one) for one in held]

    @pytest.mark.parametrize(
        ("path", "form"),
        [
            ("/account/revoke", {}),
            ("/account/apps/revoke", {"client_id": APP}),
            ("/account/sessions/end", {"keys": "revoke"}),
            ("/account/password", {"keys": "revoke", "password": "battery staple"}),
        ],
    )
    def test_56_f8_what_is_taken_back_takes_codes_along(self, flow, path, form):
        """“Each app has to ask you again”: also one that has not yet fetched its token."""
        code = flow.code()
        flow.browser.post(path, data=form)

        assert 400 == flow.redeem(code).status_code

    def test_56_f8_he_lowers_scopes(self, flow, store, token):
        held = token("create update media")
        flow.browser.post(f"/account/keys/{rows(store)[0]['id']}/narrow", data={"scope": ["create", "delete"]})

        assert "create" == flow.app.get("/token", headers=as_header(held)).json["scope"]

    def test_56_f8_lower_ones_stay_low_when_it_is_refreshed(self, flow, store, refreshable):
        refresh = next(row["id"] for row in rows(store) if row["kind"] == "refresh")
        flow.browser.post(f"/account/keys/{refresh}/narrow", data={"scope": ["create"]})

        assert "create" == flow.refresh(refreshable["refresh_token"]).json["scope"]

    def test_56_f8_lower_ones_hold_at_once(self, flow, store, refreshable):
        refresh = next(row["id"] for row in rows(store) if row["kind"] == "refresh")
        flow.browser.post(f"/account/keys/{refresh}/narrow", data={"scope": ["media"]})
        answer = flow.app.post("/micropub", data=NOTE, headers=as_header(refreshable["access_token"]))

        assert 401 == answer.status_code

    def test_56_f8_he_makes_one_by_hand(self, flow):
        """It is shown this once."""
        held = made(flow, label="A script", scope=["create"], lifetime="30")

        assert (True, False) == (flow.opens(held), held in flow.browser.get("/account").text)

    def test_56_f8_with_an_expiry(self, flow, clock):
        held = made(flow, label="A script", scope=["create"], lifetime="30")
        clock.shift(timedelta(days=30))

        assert not flow.opens(held)

    def test_56_f8_or_a_resource_key(self, flow, token):
        held = made(flow, label="A server", kind="key")

        assert flow.app.post("/introspect", data={"token": token()}, headers=as_header(held)).json["active"]

    @pytest.mark.parametrize(
        "path", ["/account/revoke", "/account/keys/1/revoke", "/account/apps/revoke", "/account/keys/new", "/account/keys/1/narrow", "/account/sessions/end", "/account/password"]
    )
    def test_56_f8_no_other_site_can_press_his_buttons(self, flow, path):
        assert 403 == flow.browser.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code

    @pytest.mark.parametrize("path", ["/account/revoke", "/account/keys/1/revoke", "/account/apps/revoke", "/account/keys/1/narrow", "/account/sessions/end"])
    def test_56_f8_nor_can_a_stranger(self, flow, stranger, token, path):
        held = token()
        stranger.browser.post(path, data={"client_id": APP, "keys": "revoke"})

        assert flow.opens(held)

    def test_56_f8_to_make_one_he_proves_that_it_is_he(self, flow, store, clock):
        """A browser left open for a quarter of an hour mints nothing."""
        clock.shift(timedelta(minutes=15))
        answer = flow.browser.post("/account/keys/new", data={"label": "x", "scope": ["create"], "lifetime": "30"})

        assert (303, []) == (answer.status_code, rows(store))


def made(flow, **form):
    """The key that the owner made by hand."""
    answer = flow.browser.post("/account/keys/new", data=form)
    return BeautifulSoup(answer.text, "lxml").select_one(".secret").get_text(strip=True)


class Test1fEvents:
    """57: what takes tokens and sessions back."""

    @pytest.fixture
    def other(self, site):
        """Another browser in which the owner is signed in."""
        made = Flow(site)
        made.sign_in()
        return made

    def is_signed_in(self, flow):
        return 200 == flow.browser.get("/account").status_code

    @pytest.mark.parametrize(("form", "left"), [({"keys": "revoke"}, False), ({}, True)])
    def test_57_f9_a_new_password_takes_tokens_back_if_he_says_so(self, flow, token, form, left):
        held = token()
        flow.browser.post("/account/password", data={"password": "battery staple"} | form)

        assert left is flow.opens(held)

    def test_57_f9_a_new_password_signs_out_everywhere_else(self, flow, other):
        flow.browser.post("/account/password", data={"password": "battery staple"})

        assert (True, False) == (self.is_signed_in(flow), self.is_signed_in(other))

    def test_57_f9_the_old_one_opens_nothing_any_more(self, flow, stranger):
        flow.browser.post("/account/password", data={"password": "battery staple"})

        assert [403, 303] == [stranger.sign_in(word).status_code for word in (PASSWORD, "battery staple")]

    def test_57_f9_a_page_that_lay_open_elsewhere_is_worth_nothing(self, flow, other):
        page = other.consent()
        flow.browser.post("/account/password", data={"password": "battery staple"})

        assert "code=" not in (other.decide(page).location or "")

    def test_57_f9_so_does_a_passkey_that_is_removed(self, store, flow, other):
        kept = store.passkeys.add(Passkey("a-Z_9", b"key", 0, (), "Laptop", NOW))
        flow.browser.post(f"/account/passkeys/{kept.id}/remove")

        assert (True, False, []) == (self.is_signed_in(flow), self.is_signed_in(other), store.passkeys.all())

    def test_57_f9_removing_one_that_is_not_there_signs_nobody_out(self, store, flow, other):
        passkeys.remove(store, 99, keep_session=0)

        assert (True, True) == (self.is_signed_in(flow), self.is_signed_in(other))

    @pytest.mark.parametrize(("form", "left"), [({"keys": "revoke"}, False), ({}, True)])
    def test_57_f9_log_out_everywhere_takes_tokens_back_if_he_says_so(self, flow, token, form, left):
        held = token()
        flow.browser.post("/account/sessions/end", data=form)

        assert left is flow.opens(held)

    def test_57_f9_log_out_everywhere_leaves_this_browser(self, flow, other):
        flow.browser.post("/account/sessions/end")

        assert (True, False) == (self.is_signed_in(flow), self.is_signed_in(other))

    def test_57_f9_signing_out_ends_this_one(self, flow, other):
        flow.browser.post("/signout")

        assert (False, True) == (self.is_signed_in(flow), self.is_signed_in(other))

    def test_57_f9_a_cookie_that_was_signed_out_opens_nothing(self, flow, site):
        """Also where somebody kept a copy."""
        cookie = flow.browser.get_cookie("indie").value
        flow.browser.post("/signout")
        thief = site.test_client()
        thief.set_cookie("indie", cookie)

        assert 303 == thief.get("/account").status_code

    def test_57_f9_a_family_that_was_taken_back_stays_so(self, flow, refreshable):
        flow.browser.post("/account/password", data={"password": "battery staple", "keys": "revoke"})

        assert "invalid_grant" == flow.refresh(refreshable["refresh_token"], client_id=DOCUMENT).json["error"]

    @pytest.mark.parametrize("path", ["/account/password", "/account/passkeys/1/remove"])
    def test_57_f9_for_that_he_proves_that_it_is_he(self, flow, clock, path):
        clock.shift(timedelta(minutes=15))
        answer = flow.browser.post(path, data={"password": "battery staple"})

        assert (303, True) == (answer.status_code, answer.location.startswith("/signin?next="))
