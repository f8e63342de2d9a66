"""How apps find the server: items 1 to 12 of the requirements."""

import dataclasses
import json
import re
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

from indie import config, wiring
from indie.errors import Misconfigured
from indie.indieauth import tokens
from tests.conformance.indieauth.conftest import ME, NOW, as_header

METADATA = f"{ME}.well-known/oauth-authorization-server"
ENDPOINTS = {
    "indieauth-metadata": METADATA,
    "authorization_endpoint": f"{ME}auth",
    "token_endpoint": f"{ME}token",
    "micropub": f"{ME}micropub",
}
LINK = re.compile(r'<(https?://[^<>,;]+)>; rel="([^"]+)"')
"""The one shape that every client's parser reads (item 5)."""


@pytest.fixture
def app(site):
    return site.test_client()


@pytest.fixture
def metadata(app):
    return app.get(METADATA).json


def headers(answer):
    """The Link headers: (rel, URL) of each."""
    return [(link[2], link[1]) for link in map(LINK.fullmatch, answer.headers.getlist("Link")) if link]


def elements(answer):
    """The link elements in the head: (rel, URL) of each."""
    page = BeautifulSoup(answer.text, "lxml")
    return [(" ".join(link["rel"]), link["href"]) for link in page.head.select("link[rel]")]


@pytest.fixture(params=["the home page", "a post"])
def page(request, app, store):
    """The path of a page of the owner's."""
    if request.param == "the home page":
        return "/"
    token = tokens.issue(store, ["create"], "", NOW)
    made = app.post("/micropub", data={"h": "entry", "content": "Hello"}, headers=as_header(token))
    return urlsplit(made.location).path


class Test1aDiscovery:
    def test_01_d1_the_header_names_the_metadata(self, app, page):
        assert METADATA == dict(headers(app.get(page)))["indieauth-metadata"]

    def test_01_d1_the_head_names_the_metadata(self, app, page):
        assert METADATA == dict(elements(app.get(page)))["indieauth-metadata"]

    def test_01_d1_they_are_named_before_there_is_an_owner(self, client):
        assert METADATA == dict(headers(client.get("/")))["indieauth-metadata"]

    def test_02_d2_head_has_the_headers_of_get(self, app, page):
        """Quill, Monocle and Aperture ask by HEAD first."""
        assert app.get(page).headers.getlist("Link") == app.head(page).headers.getlist("Link")

    @pytest.mark.parametrize("rel", ["authorization_endpoint", "token_endpoint"])
    def test_03_d3_the_header_names_the_old_rels(self, app, page, rel):
        assert ENDPOINTS[rel] == dict(headers(app.get(page)))[rel]

    @pytest.mark.parametrize("rel", ["authorization_endpoint", "token_endpoint"])
    def test_03_d3_the_head_names_the_old_rels(self, app, page, rel):
        assert ENDPOINTS[rel] == dict(elements(app.get(page)))[rel]

    @pytest.mark.parametrize("read", [headers, elements])
    def test_04_d4_a_link_has_one_rel(self, app, page, read):
        """The whole attribute is compared by micropublish and Indigenous."""
        assert [] == [rel for rel, _ in read(app.get(page)) if " " in rel and not {*rel.split()}.isdisjoint(ENDPOINTS)]

    def test_05_d5_every_link_header_has_the_shape_that_all_read(self, app, page):
        """An absolute URL without comma and semicolon, `rel` as the first and only parameter."""
        assert [] == [link for link in app.get(page).headers.getlist("Link") if not LINK.fullmatch(link)]

    @pytest.mark.parametrize("read", [headers, elements])
    @pytest.mark.parametrize("rel", ENDPOINTS)
    def test_05_d5_each_endpoint_is_named_once(self, app, page, read, rel):
        """Indigenous counts them."""
        assert 1 == [name for name, _ in read(app.get(page))].count(rel)

    def test_06_d6_no_endpoint_has_a_query(self, metadata):
        """Indigenous adds `?…` without looking."""
        assert [] == [url for name, url in metadata.items() if name.endswith("_endpoint") and "?" in url]

    @pytest.mark.parametrize("read", [headers, elements])
    def test_07_d7_micropub_is_named(self, app, page, read):
        assert ENDPOINTS["micropub"] == dict(read(app.get(page)))["micropub"]

    @pytest.mark.parametrize("member", ["micropub", "micropub_endpoint"])
    def test_07_d7_micropub_stands_in_the_metadata(self, metadata, member):
        """There micropublish looks for it."""
        assert ENDPOINTS["micropub"] == metadata[member]

    def test_08_d8_the_metadata_are_json(self, app):
        answer = app.get(METADATA)

        assert (200, "application/json") == (answer.status_code, answer.mimetype)

    def test_08_d8_scripts_may_read_the_metadata(self, app):
        assert "*" == app.get(METADATA).headers["Access-Control-Allow-Origin"]

    def test_08_d8_the_metadata_have_an_etag_that_saves_the_body(self, app):
        tag = app.get(METADATA).headers["ETag"]

        assert 304 == app.get(METADATA, headers={"If-None-Match": tag}).status_code

    @pytest.mark.parametrize(
        ("member", "value"),
        [
            ("issuer", ME),
            ("authorization_endpoint", f"{ME}auth"),
            ("token_endpoint", f"{ME}token"),
            ("introspection_endpoint", f"{ME}introspect"),
            ("introspection_endpoint_auth_methods_supported", ["Bearer"]),
            ("revocation_endpoint", f"{ME}revoke"),
            ("revocation_endpoint_auth_methods_supported", ["none"]),
            ("userinfo_endpoint", f"{ME}userinfo"),
            ("code_challenge_methods_supported", ["S256"]),
            ("response_types_supported", ["code"]),
            ("grant_types_supported", ["authorization_code", "refresh_token"]),
            ("authorization_response_iss_parameter_supported", True),
            ("token_endpoint_auth_methods_supported", ["none"]),
            ("client_id_metadata_document_supported", True),
        ],
    )
    def test_08_d8_the_metadata_say(self, metadata, member, value):
        assert value == metadata[member]

    @pytest.mark.parametrize("scope", ["create", "draft", "update", "delete", "undelete", "media", "profile", "email"])
    def test_08_d8_the_metadata_name_the_scopes(self, metadata, scope):
        assert scope in metadata["scopes_supported"]

    def test_08_d8_the_documentation_has_an_address(self, metadata):
        assert "https" == urlsplit(metadata["service_documentation"]).scheme

    @pytest.mark.parametrize("name", ["introspection_endpoint", "revocation_endpoint", "token_endpoint"])
    def test_08_d8_an_endpoint_is_where_the_metadata_say(self, app, metadata, name):
        assert app.post(metadata[name]).status_code in (400, 401)

    def test_09_d9_the_issuer_is_a_prefix_of_the_metadatas_address(self, metadata):
        assert METADATA.startswith(metadata["issuer"])

    def test_09_d9_the_issuer_has_no_query_and_no_fragment(self, metadata):
        parts = urlsplit(metadata["issuer"])

        assert ("", "") == (parts.query, parts.fragment)

    def test_09_d9_the_issuer_of_a_site_with_tls_is_https(self, settings, store):
        app = wiring.create_app(dataclasses.replace(settings, url="https://site.example/"), store)

        assert "https://site.example/" == app.test_client().get("/.well-known/oauth-authorization-server").json["issuer"]

    def test_10_d10_there_is_no_openid_configuration(self, app):
        assert 404 == app.get("/.well-known/openid-configuration").status_code

    def test_11_d11_a_missing_final_slash_is_added_to_me(self):
        assert "https://me.example/" == config.load({"INDIE_URL": "https://Me.example"}).me

    @pytest.mark.parametrize(
        "url",
        [
            "https://me.example/path",
            "https://me.example/#me",
            "https://me.example/?me",
            "https://user@me.example/",
            "ftp://me.example/",
            "https:///",
        ],
    )
    def test_11_d11_what_is_no_profile_url_is_refused(self, url):
        with pytest.raises(Misconfigured):
            config.load({"INDIE_URL": url})

    def test_11_d11_me_is_the_same_string_everywhere(self, flow, introspect):
        """Verbatim, with its final slash: from both exchanges, introspection, verification, and as profile.url."""
        signed = flow.redeem(flow.code(scope="profile"), at="/auth").json
        token = flow.tokens(scope="profile create")
        access = as_header(token["access_token"])
        said = [signed, token, introspect(token["access_token"]), flow.app.get("/token", headers=access).json]
        told = [signed["profile"]["url"], token["profile"]["url"], flow.app.get("/userinfo", headers=access).json["url"]]

        assert {ME} == {answer["me"] for answer in said} | {*told}

    @pytest.mark.parametrize("rel", ["authorization_endpoint", "token_endpoint"])
    def test_12_d12_the_page_of_me_names_what_the_metadata_name(self, app, rel):
        """Clients that were told another `me` than was typed look again, and compare the strings."""
        home = app.get(urlsplit(ME).path)

        assert 1 == len({dict(headers(home))[rel], dict(elements(home))[rel], app.get(METADATA).json[rel]})

    def test_12_d12_me_is_the_address_that_the_page_itself_has(self, app):
        """Nothing redirects away from it."""
        assert 200 == app.get(urlsplit(ME).path).status_code


def test_08_d8_the_protected_resource_names_this_server(site):
    """RFC 9728: where whoever was refused finds the server."""
    told = json.loads(site.test_client().get("/.well-known/oauth-protected-resource").data)

    assert (ME, [ME]) == (told["resource"], told["authorization_servers"])
