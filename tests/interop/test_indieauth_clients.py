"""Apps that we did not write sign in at a live site, each with PKCE, and post with what they got."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session as Authlib
from bs4 import BeautifulSoup
from oauthlib.oauth2 import WebApplicationClient
from requests_oauthlib import OAuth2Session as Oauthlib

from tests.live.running import PATIENCE, people, running

SCOPE = "create profile"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Olaf's site, running."""
    with running(tmp_path_factory.mktemp("site") / "data") as made:
        made.owner("Olaf Owner", "olaf")
        yield made.start()


@pytest.fixture(scope="module")
def app():
    """The app's own page; it is answered at `back`."""
    page = '<div class="h-app"><a class="u-url p-name" href="/">Scribe</a></div>'
    with people("127.0.0.2") as (one,):
        one.pages["/"] = page
        yield one


@pytest.fixture(scope="module")
def metadata(site):
    """What the site says of its endpoints."""
    return site.http.get(f"{site.home}.well-known/oauth-authorization-server", timeout=PATIENCE).json()


@pytest.fixture
def browser():
    """The owner's browser."""
    session = requests.Session()
    session.trust_env = False
    return session


@pytest.fixture(autouse=True)
def _plain_http(monkeypatch):
    """Both libraries refuse http unless they are told that it is a test."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


def consent(browser, url):
    """The owner signs in, sees who asks, and allows what is ticked; where his browser is sent."""
    page = browser.get(url, timeout=PATIENCE)
    page = submit(browser, page, "/signin", [("password", "correct horse")])
    assert "Scribe" in page.text
    return submit(browser, page, "/auth/approve", [], allow_redirects=False).headers["Location"]


def submit(browser, page, action, typed, **options):
    form = BeautifulSoup(page.text, "lxml").find("form", action=action)
    sent = [
        (field["name"], field.get("value", ""))
        for field in form("input")
        if field.get("type") != "password" and (field.get("type") != "checkbox" or field.has_attr("checked"))
    ]
    return browser.post(requests.compat.urljoin(page.url, action), data=[*sent, *typed], timeout=PATIENCE, **options)


def posts(site, token):
    """Whether a token opens the Micropub endpoint."""
    answer = requests.post(
        f"{site.home}micropub",
        data={"h": "entry", "content": f"Written with {token[-6:]}"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=PATIENCE,
    )
    return answer.status_code == 201


def test_authlib(site, app, metadata, browser):
    """Authlib 1.9, with PKCE by S256."""
    client = Authlib(
        app.home,
        redirect_uri=f"{app.home}back",
        scope=SCOPE,
        code_challenge_method="S256",
        token_endpoint_auth_method="none",
    )
    verifier = "a" * 60
    url, state = client.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier)
    back = consent(browser, url)

    token = client.fetch_token(
        metadata["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier
    )

    assert (SCOPE, site.home, True) == (token["scope"], token["me"], posts(site, token["access_token"]))


def test_oauthlib(site, app, metadata, browser):
    """Oauthlib 4.0 by requests-oauthlib, with PKCE by S256."""
    client = Oauthlib(
        client=WebApplicationClient(app.home), redirect_uri=f"{app.home}back", scope=SCOPE.split(), pkce="S256"
    )
    url, _ = client.authorization_url(metadata["authorization_endpoint"])
    back = consent(browser, url)

    token = client.fetch_token(metadata["token_endpoint"], authorization_response=back, include_client_id=True)

    assert (SCOPE.split(), site.home, True) == (token["scope"], token["me"], posts(site, token["access_token"]))


@pytest.mark.parametrize("library", ["indieauth-helper", "micropub-helper"])
def test_libraries_from_npm(site, app, browser, node, library):
    """indieauth-helper 1.0.2 and micropub-helper 2.1.1 find the endpoints by themselves, and use PKCE."""
    given = {"library": library, "client": app.home, "redirect": f"{app.home}back", "state": "s t/ä"}
    asked = node("indieauth.mjs", json.dumps(given), site.home)
    answer = parse_qs(urlsplit(consent(browser, asked["url"])).query)

    got = node("indieauth.mjs", json.dumps({**given, "code": answer["code"][0], "kept": asked["kept"]}), site.home)

    assert ("code_challenge=" in asked["url"], ["s t/ä"], True) == (
        True,
        answer["state"],
        posts(site, got["token"]),
    )
