"""Nothing that opens anything is kept in clear: not in the data folder, not in a log."""

import logging

import pytest
from bs4 import BeautifulSoup

from indie.indieauth import owner as owners
from indie.store import schema
from tests.conformance.indieauth.conftest import DOCUMENT, PASSWORD, Flow, as_header

JSON_APP = {"client_id": DOCUMENT, "redirect_uri": "https://json.example/back"}
NEW_PASSWORD = "battery staple"


@pytest.fixture
def secrets(site, document, store, settings, caplog):
    """Every secret of a whole walk, by its name, each of them used, and misused as clients do."""
    caplog.set_level(logging.DEBUG)
    document(grant_types=["refresh_token"])
    flow = Flow(site)
    flow.sign_in()
    page = flow.consent(**JSON_APP)
    code = flow.code(**JSON_APP)
    issued = flow.redeem(code, **JSON_APP).json
    following = flow.refresh(issued["refresh_token"]).json
    made = flow.browser.post("/account/keys/new", data={"kind": "key", "label": "A server"})
    key = BeautifulSoup(made.text, "lxml").select_one(".secret").get_text(strip=True)
    cookie = flow.browser.get_cookie("indie").value
    flow.app.post("/introspect", data={"token": following["access_token"]}, headers=as_header(key))
    handed = {
        "code": code,
        "a code that was not redeemed": flow.code(**JSON_APP),
        "access token": issued["access_token"],
        "refresh token": issued["refresh_token"],
        "next access token": following["access_token"],
        "next refresh token": following["refresh_token"],
        "resource key": key,
        "session cookie": cookie,
        "consent handle": page.handle,
        "password": PASSWORD,
        "new password": NEW_PASSWORD,
        "set-up key": owners.setup_key(store.secret),
    }
    for secret in (code, issued["access_token"], issued["refresh_token"], key):
        misuse(flow, secret)
    flow.sign_in("wrong")
    flow.browser.post("/account/password", data={"password": NEW_PASSWORD})
    flow.app.post("/revoke", data={"token": following["refresh_token"]})
    return handed


def misuse(flow, secret):
    """Put a secret wherever a client has ever put one. Closed, as servers do: then requests are logged."""
    note = {"h": "entry", "content": "x"}
    answers = [
        flow.app.post("/micropub", data=note, headers=as_header(secret)),
        flow.app.post("/micropub", data=note | {"access_token": secret}),
        flow.app.post("/micropub", data=note | {"code": secret}),
        flow.app.get(f"/micropub?q=config&access_token={secret}"),
        flow.app.get(f"/micropub?q=source&code={secret}"),
        flow.app.get("/token", headers=as_header(secret)),
        flow.app.get(f"/auth?code={secret}"),
        flow.app.post(f"/token?refresh_token={secret}&grant_type=refresh_token&client_id=x"),
        flow.app.get(f"/{secret}"),
    ]
    for answer in answers:
        answer.close()


def clear(secret):
    """What of a secret must stand nowhere: its random part, which is there in whatever form it is quoted."""
    return secret.rpartition("indie_")[2].removeprefix("code_").removeprefix("refresh_").removeprefix("key_").encode()


def test_the_walk_handed_out_what_it_says(secrets):
    assert [] == [name for name, secret in secrets.items() if len(clear(secret)) < 13]


@pytest.mark.sqlite("its file, and what lies beside it")
def test_no_file_of_the_data_folder_holds_one(secrets, settings, store):
    """The write-ahead log included, and whatever was deleted but not yet overwritten."""
    files = [file for file in settings.data.rglob("*") if file.is_file()]
    found = [(name, file.name) for name, secret in secrets.items() for file in files if clear(secret) in file.read_bytes()]

    assert 0 < store.database.one("SELECT count(*) AS kept FROM requests")["kept"]
    assert any(file.name == "indie.db-wal" for file in files)
    assert [] == found


def test_no_row_holds_one(secrets, store):
    """Of whatever table, on either engine."""
    kept = {table: f"{store.database.query(f'SELECT * FROM {table}')}" for table in schema.tables()}
    found = [(name, table) for name, secret in secrets.items() for table, rows in kept.items() if clear(secret).decode() in rows]

    assert "requests" in kept
    assert [] == found


def test_no_log_holds_one(secrets, caplog):
    said = caplog.text.encode()

    assert [] == [name for name, secret in secrets.items() if clear(secret) in said]


def test_nothing_that_is_printed_holds_one(capfd, request):
    secrets = request.getfixturevalue("secrets")
    said = "".join(capfd.readouterr()).encode()

    assert [] == [name for name, secret in secrets.items() if clear(secret) in said]


def test_no_page_shows_one_again(secrets, site):
    """What the owner sees of his keys afterwards opens nothing."""
    flow = Flow(site)
    flow.sign_in(NEW_PASSWORD)
    shown = "".join(flow.browser.get(path).text for path in ("/account", "/account/sessions", "/account/passkeys")).encode()

    assert [] == [name for name, secret in secrets.items() if clear(secret) in shown]
