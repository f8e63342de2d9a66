"""How an app's address is asked, and what never is: items 26 and 29 of the requirements."""

import dataclasses
import threading
from ipaddress import ip_network

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from indie import wiring
from indie.context import current
from indie.fetch.client import Fetcher
from tests.conformance.indieauth.conftest import APP, DOCUMENT, Flow

LINK = '<link rel="redirect_uri" href="https://other.example/back">'
OTHER = "https://other.example/back"


@pytest.fixture
def server():
    """An app's host, on a loopback address of its own."""
    with HTTPServer(host="127.0.0.2") as running:
        yield running


@pytest.fixture
def wire(site, settings, store):
    """A Flow of the same site, which goes out by the real fetcher, as far as 127.0.0.2."""
    allow = (ip_network("127.0.0.2/32"),)
    app = wiring.create_app(dataclasses.replace(settings, fetch_allow=allow), store)
    made = Flow(app)
    made.sign_in()
    yield made
    with app.app_context():
        current().parser.close()


class Test1cFetching:
    """26: how it is fetched."""

    def test_26_c1_json_is_asked_for_and_then_html(self, wire, server):
        server.expect_request("/").respond_with_json({"client_id": server.url_for("/")})
        wire.ask(client_id=server.url_for("/"), redirect_uri=server.url_for("/back"))
        ((request, _),) = server.log

        assert "application/json, text/html;q=0.9" == request.headers["Accept"]

    def test_26_c1_it_takes_no_more_than_five_seconds(self, wire, server):
        """An app's server that answers nothing keeps nobody waiting: the page is there, with the address alone."""
        given_up = threading.Event()

        def silent(_):
            given_up.wait(60)
            return Response("late")

        server.expect_request("/").respond_with_handler(silent)
        answers = []
        asked = {"client_id": server.url_for("/"), "redirect_uri": server.url_for("/back")}
        asking = threading.Thread(target=lambda: answers.append(wire.ask(**asked).status_code))
        asking.start()
        asking.join(15)
        given_up.set()
        asking.join(60)

        assert [200] == answers

    def test_26_c1_no_more_than_64_kilobytes_are_read(self, wire, server):
        long = {"client_id": server.url_for("/"), "client_name": "Long App", "x": "x" * 65536}
        server.expect_request("/").respond_with_json(long)
        page = wire.consent(client_id=server.url_for("/"), redirect_uri=server.url_for("/back"))

        assert "Long App" not in page.text

    def test_26_c1_three_redirects_are_followed_for_the_name_on_a_page(self, wire, server):
        address = redirected(server, 3, f'<div class="h-app"><a href="{server.url_for("/0")}" class="u-url p-name">Page App</a></div>')

        assert "Page App" in wire.consent(client_id=address, redirect_uri=server.url_for("/back")).text

    def test_26_c1_a_fourth_is_not(self, wire, server):
        address = redirected(server, 4, f'<div class="h-app"><a href="{server.url_for("/0")}" class="u-url p-name">Page App</a></div>')

        assert "Page App" not in wire.consent(client_id=address, redirect_uri=server.url_for("/back")).text

    def test_26_c1_behind_a_redirect_no_return_address_is_believed(self, flow, serve):
        serve("", APP, "Location: https://app.example/moved", kind="text/html", status="302 Found")
        serve(f"<!doctype html><title>App</title>{LINK}", "https://app.example/moved", kind="text/html")

        assert 400 == flow.ask(redirect_uri=OTHER).status_code

    def test_26_c1_behind_a_redirect_no_document_is_believed(self, consent, serve):
        serve("", DOCUMENT, "Location: https://json.example/moved", kind="text/html", status="302 Found")
        serve({"client_id": DOCUMENT, "client_name": "Json App"}, "https://json.example/moved")

        assert "Json App" not in consent().text

    @pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "application/client+json"])
    def test_26_c1_its_type_says_that_it_is_json(self, consent, serve, kind):
        serve({"client_id": DOCUMENT, "client_name": "Json App"}, kind=kind)

        assert "Json App" in consent().text

    @pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream", ""])
    def test_26_c1_and_where_that_says_nothing_its_first_byte(self, consent, serve, kind):
        serve({"client_id": DOCUMENT, "client_name": "Json App"}, kind=kind)

        assert "Json App" in consent().text

    def test_26_c1_a_type_that_says_otherwise_counts(self, consent, serve):
        """What is served as HTML is no document, whatever it begins with."""
        serve({"client_id": DOCUMENT, "client_name": "Json App"}, kind="text/html")

        assert "Json App" not in consent().text


def redirected(server, times, html):
    """The first address of so many redirects, at whose end there is a page."""
    for number in range(times):
        server.expect_request(f"/{number}").respond_with_data("", 302, {"Location": f"/{number + 1}"})
    server.expect_request(f"/{times}").respond_with_data(html, content_type="text/html")
    return server.url_for("/0")


class Test1cGuard:
    """29: what is never fetched."""

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "app.localhost"])
    def test_29_c4_loopback_is_never_fetched(self, flow, frozen_web, host):
        assert flow.consent(client_id=f"http://{host}:8000/", redirect_uri=f"http://{host}:8000/back").handle
        assert [] == frozen_web.requested

    def test_29_c4_also_where_the_operator_opened_it(self, site, settings, store):
        with HTTPServer(host="127.0.0.1") as server:
            app = wiring.create_app(dataclasses.replace(settings, fetch_allow=(ip_network("127.0.0.0/8"),)), store)
            flow = Flow(app)
            flow.sign_in()
            flow.consent(client_id=server.url_for("/"), redirect_uri=server.url_for("/back"))

            assert [] == server.log

    @pytest.mark.parametrize(
        "address", ["127.0.0.1", "10.0.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "fd00::1", "fe80::1", "::1", "::ffff:127.0.0.1"]
    )
    def test_29_c4_a_name_that_leads_inside_is_not_fetched(self, site, settings, store, address):
        """The one server on these addresses hears of nobody; a connection to any other fails the test."""
        with HTTPServer(host="127.0.0.1") as server:
            app = wiring.create_app(settings, store, web=Fetcher(resolve=lambda _: [address]))
            flow = Flow(app)
            flow.sign_in()
            home = f"http://app.example:{server.port}/"

            assert flow.consent(client_id=home, redirect_uri=home).handle
            assert [] == server.log

    def test_29_c4_a_redirect_inside_is_not_followed(self, wire, server):
        with HTTPServer(host="127.0.0.3") as inside:
            server.expect_request("/").respond_with_data("", 302, {"Location": inside.url_for("/")})
            wire.consent(client_id=server.url_for("/"), redirect_uri=server.url_for("/back"))

            assert [] == inside.log
