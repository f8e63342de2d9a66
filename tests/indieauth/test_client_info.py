"""What an app says of itself, and where it may be answered."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import ip_network

import hypothesis
import pytest
from hypothesis import strategies
from pytest_httpserver import HTTPServer

from indie.errors import Blocked, ParserGaveUp, TimedOut, TooLarge, Unreachable
from indie.fetch.client import Fetcher
from indie.indieauth import client_info
from indie.indieauth.client_info import ClientInformation
from indie.mf2.sandbox import Parser

NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")
DOCUMENT = "https://app.example/id.json"
PAGE = "https://page.example/"
CLIENT = "https://client.example/"


@pytest.fixture(scope="module")
def parser():
    with Parser(children=1) as parser:
        yield parser


@pytest.fixture
def look_up(store, frozen_web, parser):
    """`look_up(client_id)`, at noon or when it says."""

    def look_up(client_id=CLIENT, now=NOW):
        return client_info.look_up(store, frozen_web, parser, client_id, now)

    return look_up


@pytest.fixture
def serve(frozen_web):
    """Let the client's address answer: `serve(body, headers…)`."""

    def serve(body, *headers, kind="application/json", url=CLIENT, status="200 OK"):
        head = [f"HTTP/1.1 {status}", *([f"Content-Type: {kind}"] if kind else []), *headers]
        frozen_web.pages[url] = "\n".join(head).encode() + b"\n\n" + (body if isinstance(body, bytes) else body.encode())

    return serve


def document(**members):
    return json.dumps({"client_id": CLIENT, "client_name": "Client"} | members)


def redirect(to):
    return f"HTTP/1.1 302 Found\nLocation: {to}\n\n".encode()


H_APP = f'<div class="h-app"><a class="u-url p-name" href="{CLIENT}">Client</a></div>'


class TestDocument:
    """Items 27 and 65: a JSON client metadata document."""

    def test_27_what_it_says(self, look_up):
        """The name in one line without unseen characters, addresses absolute, nothing that could be run."""
        assert ClientInformation(
            DOCUMENT,
            name="An App",
            logo="https://app.example/logo.png",
            client_uri="https://app.example/",
            policy_uri="https://app.example/privacy",
            redirect_uris=("https://app.example/callback", "com.example.app:/callback", "http://127.0.0.1/done"),
            grant_types=("authorization_code", "refresh_token"),
            is_json=True,
        ) == look_up(DOCUMENT)

    @pytest.mark.parametrize("named", ["https://other.example/", CLIENT + "x", CLIENT + "#", "", None, 1, [CLIENT]])
    def test_27_one_with_another_client_id_is_not_believed(self, look_up, serve, named):
        """Nothing of it is."""
        serve(document(client_id=named, redirect_uris=["https://evil.example/cb"]))
        information = look_up()

        assert ClientInformation(CLIENT) == replace(information, warnings=())
        assert 1 == len(information.warnings)

    def test_27_one_without_a_client_id_is_not_believed(self, look_up, serve):
        serve('{"client_name": "Client"}')

        assert None is look_up().name

    def test_27_case_and_an_empty_path_make_no_other_client_id(self, look_up, serve):
        serve(document(client_id="HTTPS://Client.example"))

        assert "Client" == look_up().name

    @pytest.mark.parametrize(
        ("client_uri", "kept"),
        [
            (CLIENT, CLIENT),
            ("https://client.example", CLIENT),
            ("https://CLIENT.example:443/", CLIENT),
            ("/", CLIENT),
            ("https://other.example/", None),
            ("https://client.example.evil.example/", None),
            ("http://client.example/", None),
            ("https://client.example/app", None),
            ("https://client", None),
        ],
    )
    def test_27_its_home_is_where_its_client_id_lies_under(self, look_up, serve, client_uri, kept):
        """Or else it is left out, and the owner told."""
        serve(document(client_uri=client_uri))
        information = look_up()

        assert (kept, kept is None) == (information.client_uri, bool(information.warnings))
        assert "Client" == information.name

    @pytest.mark.parametrize(
        "members",
        [{"client_secret": "x"}, {"client_secret_expires_at": 0}, {"token_endpoint_auth_method": []}]
        + [{"token_endpoint_auth_method": f"client_secret_{way}"} for way in ("basic", "post", "jwt")],
    )
    def test_27_one_with_a_secret_is_not_believed(self, look_up, serve, members):
        """There is nobody whom it could be shared with."""
        serve(document(**members))

        assert (None, 1) == (look_up().name, len(look_up().warnings))

    def test_65_its_redirect_uris_count(self, look_up, serve):
        """Not only `rel=redirect_uri`."""
        serve(document(redirect_uris=["https://elsewhere.example/cb"]), 'Link: <https://x.example/>; rel="redirect_uri"')

        assert ("https://elsewhere.example/cb",) == look_up().redirect_uris

    @pytest.mark.parametrize(
        "body",
        [
            *("", "{", "[]", "null", '"x"', "NaN", b"\xff\xfe", b"\x80", "[" * 60_000, '{"a":' * 10_000),
            document()[:-1] + ', "x": NaN}',
            '{"client_id": "https://evil.example/", ' + document()[1:],
            document()[:-1] + ', "x": ' + "9" * 5000 + "}",
            document(client_name="\ud800"),
        ],
    )
    def test_what_is_no_document_is_not_believed(self, look_up, serve, body):
        """Nor is one that two readers would read differently: a name twice, a number that is none."""
        serve(body)
        information = look_up()

        assert (None, False, 1) == (information.name, information.is_json, len(information.warnings))

    @pytest.mark.parametrize("hostile", [1, 1.5, True, None, [], {}, [1], [[CLIENT]], {"a": {}}, "", "x" * 60_000])
    def test_members_of_other_types_are_passed_over(self, look_up, serve, hostile):
        """Whatever stands there, the rest is read."""
        names = ("client_name", "client_uri", "logo_uri", "policy_uri", "redirect_uris", "grant_types")
        serve(document(**dict.fromkeys(names, hostile)))
        information = look_up()

        assert (True, (), ()) == (information.is_json, information.redirect_uris, information.grant_types)
        assert len(information.name or "") <= 100

    @pytest.mark.parametrize("uri", ["javascript:alert(1)", "data:image/png,x", "http://。/", "http://…/", "http://[/", "ftp://a.example/"])
    def test_addresses_are_http_or_nothing(self, look_up, serve, uri):
        serve(document(client_uri=uri, logo_uri=uri, policy_uri=uri, redirect_uris=["https://client.example/#", "http://[", "data:x"]))
        information = look_up()

        assert (None, None, None) == (information.client_uri, information.logo, information.policy_uri)
        assert () == information.redirect_uris

    def test_redirect_uris_keep_their_spelling(self, look_up, serve):
        """They are compared letter for letter."""
        uris = ("https://Client.example:443/a/../b?", "com.Example.app:/Callback", "http://localhost/?a=%7e")
        serve(document(redirect_uris=[*uris, uris[0]]))

        assert uris == look_up().redirect_uris

    def test_grant_types_are_words(self, look_up, serve):
        serve(document(grant_types=["refresh_token", "ü", "x" * 101, "a b", 1]))

        assert ("refresh_token",) == look_up().grant_types

    def test_only_so_many_redirect_uris_are_kept(self, look_up, serve):
        serve(document(redirect_uris=[f"/{number}" for number in range(1000)]))

        assert 100 == len(look_up().redirect_uris)

    @hypothesis.settings(suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture], max_examples=60)
    @hypothesis.given(
        strategies.dictionaries(
            strategies.sampled_from(["client_name", "client_uri", "logo_uri", "redirect_uris", "grant_types", "policy_uri"]),
            strategies.recursive(
                strategies.none() | strategies.integers() | strategies.text(alphabet="htps:/.#[]@\\。\ud800\x00a%-1?", max_size=20),
                lambda inner: strategies.lists(inner, max_size=3) | strategies.dictionaries(strategies.text(max_size=2), inner),
                max_leaves=6,
            ),
        )
    )
    def test_no_document_raises(self, members):
        """And what is read of it survives the table."""
        data = json.loads(document(**members))
        information = client_info._from_document(data, CLIENT)

        assert information == ClientInformation.from_json(information.to_json())


class TestPage:
    """Item 28: an HTML page with an h-app."""

    def test_28_name_logo_and_redirect_uris(self, look_up):
        """The h-app whose url is the client_id; `<link>` and header alike, but no link in the text."""
        assert ClientInformation(
            PAGE,
            name="Page App",
            logo="https://page.example/logo.png",
            redirect_uris=("https://page.example/from/header", "https://page.example/from/html", "pageapp://signed-in"),
        ) == look_up(PAGE)

    @pytest.mark.parametrize("root", ["h-app", "h-x-app"])
    def test_28_either_name_of_the_root(self, look_up, serve, root):
        serve(H_APP.replace("h-app", root), kind="text/html")

        assert "Client" == look_up().name

    def test_28_a_nested_one(self, look_up, serve):
        serve(f'<div class="h-entry"><div class="h-card">{H_APP}</div></div>', kind="application/xhtml+xml")

        assert "Client" == look_up().name

    def test_28_its_url_may_be_spelled_otherwise(self, look_up, serve):
        serve(H_APP.replace(CLIENT, "HTTPS://Client.example:443"), kind="text/html")

        assert "Client" == look_up().name

    @pytest.mark.parametrize("url", ["https://other.example/", "http://client.example/", CLIENT + "x", "http://…/", ""])
    def test_28_one_of_another_app_says_nothing(self, look_up, serve, url):
        serve(f'<div class="h-app"><a class="u-url" href="{url or "mailto:a@b.example"}"></a><p class="p-name">Other</p></div>', kind="text/html")

        assert None is look_up().name

    def test_28_other_items_are_no_app(self, look_up, serve):
        """Such as the card of who made it."""
        serve(H_APP.replace("h-app", "h-card"), kind="text/html")

        assert None is look_up().name

    def test_28_a_photo_where_there_is_no_logo(self, look_up, serve):
        photo = '<img class="u-photo" src="/photo.png" alt="Us"></div>'
        serve(H_APP.replace("</div>", photo), kind="text/html")

        assert "https://client.example/photo.png" == look_up().logo

    def test_28_a_logo_is_http(self, look_up, serve):
        serve(H_APP.replace("</div>", '<img class="u-logo" src="data:image/png,x"></div>'), kind="text/html")

        assert None is look_up().logo

    def test_28_a_page_without_an_h_app_has_no_name(self, look_up, serve):
        """A title is not what the app calls itself."""
        serve('<title>Title</title><link rel="redirect_uri" href="https://elsewhere.example/cb">', kind="text/html")

        assert ClientInformation(CLIENT, redirect_uris=("https://elsewhere.example/cb",)) == look_up()

    def test_a_parser_that_gives_up_leaves_it_bare(self, store, frozen_web, serve):
        class GivesUp(Parser):
            def parse(self, body, url, charset=None):
                raise ParserGaveUp("too much")

        serve(H_APP, kind="text/html")

        assert ClientInformation(CLIENT) == client_info.look_up(store, frozen_web, GivesUp(), CLIENT, NOW)
        assert None is store.clients.get(CLIENT, NOW)


class TestKind:
    """Item 26: by Content-Type, then by the first byte."""

    @pytest.mark.parametrize(
        ("kind", "read"),
        [
            *(("application/json", True), ("Application/JSON; charset=utf-8", True), ("application/ld+json", True)),
            *((None, True), ("text/plain", True), ("application/octet-stream", True)),
            *(("image/png", False), ("text/css", False), ("application/javascript", False)),
        ],
    )
    def test_26_json(self, look_up, serve, kind, read):
        serve("\ufeff\n " + document() if kind is None else document(), kind=kind)

        assert read is look_up().is_json

    @pytest.mark.parametrize(
        ("kind", "read"),
        [
            *(("text/html", True), ("TEXT/HTML; charset=x", True), ("application/xhtml+xml", True)),
            *((None, True), ("text/plain", True), ("image/svg+xml", False), ("application/json", False)),
        ],
    )
    def test_26_html(self, look_up, serve, kind, read):
        serve(H_APP, kind=kind)

        assert read is (look_up().name == "Client")

    def test_26_both_are_asked_for(self, store, parser):
        """JSON before HTML, in one request (127.0.0.2 is somebody else's)."""
        with HTTPServer(host="127.0.0.2") as server:
            server.expect_request("/").respond_with_json({})
            client_info.look_up(store, Fetcher([ip_network("127.0.0.2")]), parser, server.url_for("/"), NOW)

            assert ["application/json, text/html;q=0.9"] == [request.headers["Accept"] for request, _ in server.log]


class TestRedirects:
    """Item 26: three for what is shown, none for what is believed."""

    def test_26_json_behind_one_is_not_believed(self, look_up, serve, frozen_web):
        frozen_web.pages[CLIENT] = redirect("https://elsewhere.example/id")
        serve(document(redirect_uris=["https://evil.example/cb"]), url="https://elsewhere.example/id")
        information = look_up()

        assert (None, (), 1) == (information.name, information.redirect_uris, len(information.warnings))

    def test_26_html_behind_one_is_shown(self, look_up, serve, frozen_web):
        """But where it wants to be answered is not believed."""
        frozen_web.pages[CLIENT] = redirect("/app")
        serve(H_APP + '<link rel="redirect_uri" href="https://evil.example/cb">', kind="text/html", url=CLIENT + "app")
        information = look_up()

        assert ("Client", (), 1) == (information.name, information.redirect_uris, len(information.warnings))

    def test_26_html_behind_one_with_nothing_to_believe_is_no_cause_for_a_warning(self, look_up, serve, frozen_web):
        frozen_web.pages[CLIENT] = redirect("/app")
        serve(H_APP, kind="text/html", url=CLIENT + "app")

        assert ClientInformation(CLIENT, name="Client") == look_up()

    def test_26_an_address_that_is_escaped_on_its_way_is_no_redirect(self, store, parser):
        """`/ü` is asked for as `/%C3%BC` (127.0.0.2 is somebody else's)."""
        with HTTPServer(host="127.0.0.2") as server:
            client_id = server.url_for("/ü")
            server.expect_request("/ü").respond_with_json({"client_id": client_id, "client_name": "Client"})
            fetcher = Fetcher([ip_network("127.0.0.2")])

            assert "Client" == client_info.look_up(store, fetcher, parser, client_id, NOW).name

    @pytest.mark.parametrize(("hops", "name"), [(3, "Client"), (4, None)])
    def test_26_three_are_followed(self, look_up, serve, frozen_web, hops, name):
        frozen_web.pages |= {(CLIENT + str(hop) if hop else CLIENT): redirect(f"/{hop + 1}") for hop in range(hops)}
        serve(H_APP, kind="text/html", url=f"{CLIENT}{hops}")

        assert name == look_up().name


class TestFetch:
    """Items 29 to 31."""

    @pytest.mark.parametrize("host", ["localhost:{}", "127.0.0.1:{}", "[::1]:{}", "app.localhost:{}"])
    def test_29_loopback_is_never_fetched(self, store, parser, host):
        """Whatever networks the operator opened."""
        with HTTPServer(host="127.0.0.1") as server:
            server.expect_request("/").respond_with_json({})
            client_id = f"http://{host.format(server.port)}/"
            fetcher = Fetcher([ip_network("127.0.0.0/8"), ip_network("::1")], resolve=lambda _: ["127.0.0.1"])

            assert ClientInformation(client_id) == client_info.look_up(store, fetcher, parser, client_id, NOW)
            assert [] == server.log

    def test_29_nor_is_a_name_that_means_it(self, store, parser):
        """The guard asks what the name resolves to."""
        with HTTPServer(host="127.0.0.1") as server:
            client_id = f"http://rebinding.example:{server.port}/"
            fetcher = Fetcher([ip_network("127.0.0.2")], resolve=lambda _: ["127.0.0.1"])

            assert ClientInformation(client_id) == client_info.look_up(store, fetcher, parser, client_id, NOW)
            assert [] == server.log

    @pytest.mark.parametrize("error", [TimedOut, Unreachable, Blocked, TooLarge])
    def test_31_a_failure_is_not_fatal(self, look_up, frozen_web, error):
        """The app is then known by its address alone."""
        frozen_web.pages[CLIENT] = error("no")

        assert ClientInformation(CLIENT) == look_up()

    @pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "500 Error", "304 Not Modified"])
    def test_31_nor_is_any_other_status(self, look_up, serve, status):
        """What an error page says is not the app's word."""
        serve(document(), status=status)

        assert ClientInformation(CLIENT) == look_up()

    def test_30_failures_are_not_kept(self, look_up, serve):
        """What could be had a second later is had."""
        serve(document(), status="503 Busy")
        look_up()
        serve("{")
        look_up()
        serve(document())

        assert "Client" == look_up().name

    def test_where_too_many_are_looked_up_it_stays_bare(self, look_up, serve, frozen_web):
        """A thread waits for a second, and the site goes on."""
        serve(document())
        for _ in range(client_info.AT_ONCE):
            client_info._SLOTS.acquire()
        try:
            assert (ClientInformation(CLIENT), []) == (look_up(), frozen_web.requested)
        finally:
            for _ in range(client_info.AT_ONCE):
                client_info._SLOTS.release()

        assert "Client" == look_up().name

    def test_a_failure_gives_its_place_back(self, look_up, frozen_web):
        for _ in range(client_info.AT_ONCE + 1):
            look_up()

        assert client_info.AT_ONCE + 1 == len(frozen_web.requested)


class TestCache:
    """Item 30: by Cache-Control, five minutes at least, a day at most."""

    @pytest.mark.parametrize(
        ("header", "seconds"),
        [
            (None, 300),
            ("max-age=0", 300),
            ("max-age=299", 300),
            ("max-age=301", 301),
            ("public, Max-Age=3600", 3600),
            ('max-age="600"', 600),
            ("max-age=9999999999999", 86400),
            ("max-age=86401", 86400),
            ("no-store", 300),
            ("no-cache, max-age=3600", 300),
            ("max-age=3600, no-store", 300),
            ("max-age=-1", 300),
            ("max-age=x", 300),
            ("s-maxage=3600", 300),
            ("max-age=٣٦٠٠", 300),
            ("max-age=" + "9" * 5000, 300),
        ],
    )
    def test_30_how_long(self, look_up, serve, frozen_web, header, seconds):
        serve(document(), *([f"Cache-Control: {header}"] if header else []))
        kept = look_up()

        assert kept == look_up(now=NOW + timedelta(seconds=seconds - 1))
        assert 1 == len(frozen_web.requested)
        look_up(now=NOW + timedelta(seconds=seconds))
        assert 2 == len(frozen_web.requested)

    @pytest.mark.parametrize("client_id", [DOCUMENT, PAGE])
    def test_30_what_is_kept_is_what_was_read(self, look_up, client_id):
        assert look_up(client_id) == look_up(client_id)

    def test_30_warnings_are_kept_too(self, look_up, serve):
        serve(document(client_uri="https://other.example/"))

        assert 1 == len(look_up().warnings)
        assert 1 == len(look_up().warnings)


class TestAllows:
    """Items 17 and 18."""

    bare = ClientInformation(CLIENT)

    @pytest.mark.parametrize("uri", ["https://client.example/cb", "HTTPS://Client.example:443/a?b", "https://client.example"])
    def test_17_the_apps_own_origin(self, uri):
        assert client_info.allows(self.bare, uri)

    @pytest.mark.parametrize(
        "uri",
        [
            *("http://client.example/cb", "http://client.example:443/cb", "https://client.example:8443/cb", "https://www.client.example/cb"),
            *("https://evil.example/", "https://client.example.evil.example/", "https://client.example@evil.example/"),
            *("https://client.example\\.evil.example/", "https://clıent.example/", "com.example.app:/cb", "http://[/", ""),
            *("http://127.0.0.1:12345/callback", "javascript:alert(1)"),
        ],
    )
    def test_17_no_other_that_is_not_listed(self, uri):
        """Scheme, host and port count; schemes of apps are nobody's own."""
        assert not client_info.allows(self.bare, uri)

    def test_17_names_are_read_as_browsers_read_them(self):
        """`faß` is its own name, not `fass` (IDNA 2008)."""
        assert not client_info.allows(ClientInformation("https://fass.example/"), "https://faß.example/cb")
        assert client_info.allows(ClientInformation("https://xn--fa-hia.example/"), "https://faß.example/cb")

    @pytest.mark.parametrize("uri", ["https://elsewhere.example/cb?x=1", "com.example.app:/cb", "http://client.example/cb"])
    def test_17_what_is_listed_is_compared_letter_for_letter(self, uri):
        listed = ClientInformation(CLIENT, redirect_uris=(uri,))

        assert client_info.allows(listed, uri)
        for other in (uri + "/", uri.upper(), uri.replace("cb", "%63b"), uri + "&"):
            assert not client_info.allows(listed, other)

    def test_17_a_page_that_lists_others_keeps_its_own_origin(self):
        listed = ClientInformation(CLIENT, redirect_uris=("https://elsewhere.example/cb",))

        assert client_info.allows(listed, "https://client.example/cb")

    def test_18_a_document_that_lists_others_does_not(self):
        listed = ClientInformation(CLIENT, redirect_uris=("https://client.example/cb",), is_json=True)

        assert client_info.allows(listed, "https://client.example/cb")
        assert not client_info.allows(listed, "https://client.example/other")

    def test_18_a_document_that_lists_none_does(self):
        """Indiekit's own lists none."""
        assert client_info.allows(ClientInformation(CLIENT, is_json=True), "https://client.example/cb")

    @pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
    @pytest.mark.parametrize("is_json", [True, False])
    def test_17_a_listed_loopback_address_may_have_any_port(self, host, is_json):
        """RFC 8252 §7.3: an app on the user's machine takes the port that is free. All else still counts."""
        listed = ClientInformation(CLIENT, redirect_uris=(f"http://{host}:1/cb",), is_json=is_json)

        assert client_info.allows(listed, f"http://{host}:49152/cb")
        assert client_info.allows(listed, f"http://{host}/cb")
        for other in ("http://127.0.0.2:1/cb", f"http://{host}:1/other", f"https://{host}:1/cb", f"http://{host}:1@evil.example/cb"):
            assert not client_info.allows(listed, other)

    @pytest.mark.parametrize("origin", ["http://127.0.0.1.evil.example", "https://localhost", "http://127.0.0.2"])
    def test_17_no_other_address_may(self, origin):
        """§7.3 speaks of http, and of the user's own machine."""
        listed = ClientInformation(CLIENT, redirect_uris=(f"{origin}:1/cb",))

        assert not client_info.allows(listed, f"{origin}:2/cb")

    def test_17_an_app_on_loopback_is_answered_at_its_own_port(self):
        """Its own origin is not listed, so the port counts."""
        app = ClientInformation("http://localhost:3000/")

        assert client_info.allows(app, "http://localhost:3000/cb")
        assert not client_info.allows(app, "http://localhost:3001/cb")
