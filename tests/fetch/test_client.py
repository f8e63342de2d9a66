"""What a well-meaning server is asked, and what comes of its answers."""

from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from urllib.parse import parse_qs

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from indie.errors import Blocked, TooManyRedirects, Unreachable
from indie.fetch import limits
from indie.fetch.client import Fetcher, user_agent
from tests.fetch.rawserver import SITE, answering, page, redirect


@pytest.fixture(scope="module")
def plain():
    """A plain server on 127.0.0.2."""
    with HTTPServer(host=SITE, threaded=True) as server:
        yield server


@pytest.fixture(autouse=True)
def _fresh(plain):
    plain.clear()


class TestGet:
    def test_an_answer(self, fetcher, plain):
        """Status, headers, body and where they came from."""
        plain.expect_request("/x", query_string="y=1").respond_with_data(b"hello", content_type="text/plain; charset=latin-1")

        answer = fetcher.get(plain.url_for("/x?y=1"))

        assert (plain.url_for("/x?y=1"), 200, b"hello") == (answer.url, answer.status, answer.body)
        assert ("text/plain", "latin-1") == (answer.media_type, answer.charset)

    @pytest.mark.parametrize("status", [201, 400, 401, 404, 410, 429, 500, 503])
    def test_any_status_is_an_answer(self, fetcher, plain, status):
        """What it means is for the caller to say."""
        plain.expect_request("/").respond_with_data(b"body", status=status)

        answer = fetcher.get(plain.url_for("/"))

        assert (status, b"body", status < 300) == (answer.status, answer.body, answer.ok)

    @pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified", "205 Reset Content"])
    def test_status_without_a_body(self, fetcher, start, status):
        """204 and 304 have none, whatever their headers tell; the server need not close."""

        def behave(connection, server):
            length = b"Content-Length: 0\r\n" if status.startswith("205") else b"Content-Encoding: gzip\r\n"
            connection.sendall(f"HTTP/1.1 {status}\r\n".encode() + length + b"ETag: x\r\n\r\n")
            server.over.wait(20)

        answer = fetcher.get(start(behave).url())

        assert (int(status[:3]), b"", "x") == (answer.status, answer.body, answer.headers.get("etag"))

    @pytest.mark.parametrize("first", ["100 Continue", "102 Processing", "103 Early Hints"])
    def test_informational_answers_are_skipped(self, fetcher, start, first):
        """The answer is what comes after them (RFC 9110 §15.2)."""
        before = f"HTTP/1.1 {first}\r\nLink: </early>\r\n\r\n".encode()

        answer = fetcher.get(start(answering(before * 2 + page(b"late"))).url())

        assert (200, b"late", None) == (answer.status, answer.body, answer.headers.get("link"))

    def test_who_asks(self, plain):
        """The user agent has the word Webmention and our address (Webmention §4.1); Accept says what we read."""
        plain.expect_request("/").respond_with_data(b"")
        fetcher = Fetcher([ip_network("127.0.0.2")], user_agent("https://me.example/"))

        fetcher.get(plain.url_for("/"), accept="image/*", headers={"If-None-Match": '"1"'})

        sent = plain.log[0][0].headers
        assert "Indie (Webmention; +https://me.example/)" == sent["User-Agent"]
        assert ("image/*", '"1"') == (sent["Accept"], sent["If-None-Match"])

    def test_name_stays_in_host(self, fetcher, start):
        """The connection goes to the address, the request to the name, with its port."""
        site = start(answering(page()))

        fetcher.get(site.url(host="SITE.example"))

        assert f"Host: site.example:{site.port}\r\n" in site.heads[0]

    def test_next_address_is_tried(self, fetcher, start, resolver):
        """Where the first vetted address does not answer, the second does."""
        site = start(answering(page(b"second")))
        fetcher = Fetcher([ip_network("127.0.0.0/29")], resolve=lambda name: ["127.0.0.3", SITE])

        assert b"second" == fetcher.get(site.url(host="site.example")).body

    def test_header_lines_are_kept_apart(self, fetcher, start):
        """Several Link lines stay several; a folded one is one."""
        lines = ["Link: <a,b>; rel=x", "link: <c>; rel=y,", "LINK: <d>;\r\n   rel=z"]

        answer = fetcher.get(start(answering(page(b"", *lines))).url())

        assert ["<a,b>; rel=x", "<c>; rel=y,", "<d>; rel=z"] == answer.headers.get_all("Link")

    def test_prepared_url_is_where_we_are(self, fetcher, start):
        """A host in capitals, no path, letters beyond ASCII: the answer's URL is the one that was requested."""
        site = start(answering(page()))

        assert f"http://site.example:{site.port}/%C3%A4?%C3%B6#f" == fetcher.get(site.url("/ä?ö#f", host="Site.Example")).url
        assert site.heads[0].startswith("GET /%C3%A4?%C3%B6 HTTP/1.1\r\n")

    def test_international_name_is_asked_for_in_ascii(self, fetcher, start, resolver):
        """IDNA: bücher.example is xn--bcher-kva.example to the name server and in Host."""
        resolver.book["xn--bcher-kva.example"] = [SITE]
        site = start(answering(page()))

        fetcher.get(site.url(host="bücher.example"))

        assert f"Host: xn--bcher-kva.example:{site.port}\r\n" in site.heads[0]

    @pytest.mark.parametrize("answer", [b"", b"hello", b"<html>", b"SSH-2.0-OpenSSH_9\r\n", b"HTTP/1.1 0 x\r\n\r\n", b"HTTP/9"])
    def test_what_is_no_http_is_unreachable(self, fetcher, start, answer):
        """Nothing, a page without headers, another protocol."""
        with pytest.raises(Unreachable):
            fetcher.get(start(answering(answer)).url())

    def test_one_fetcher_serves_many_threads(self, fetcher, plain):
        """Each gets its own answer."""
        plain.expect_request("/n").respond_with_handler(lambda request: Response(request.query_string))

        with ThreadPoolExecutor(16) as pool:
            bodies = pool.map(lambda n: fetcher.get(plain.url_for(f"/n?{n}")).body, range(100))

        assert [str(n).encode() for n in range(100)] == list(bodies)


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_get_follows(self, fetcher, start, status):
        """All five kinds, and the answer says where it ended."""
        site = start(answering(redirect("/there", status), page(b"there")))

        answer = fetcher.get(site.url("/here"))

        assert (site.url("/there"), b"there") == (answer.url, answer.body)

    @pytest.mark.parametrize(
        ("location", "there"),
        [
            ("there", "/a/there"),
            ("/there", "/there"),
            ("?q", "/a/b?q"),
            ("../x/./y", "/x/y"),
            ("", None),
            ("/ä ö", "/%C3%A4%20%C3%B6"),
            ("/a|b{c}", "/a%7Cb%7Bc%7D"),
            ("  /trimmed  ", "/trimmed"),
        ],
    )
    def test_relative_location(self, fetcher, start, location, there):
        """Resolved against the page that redirects, escaped as browsers do; one to itself is a circle."""
        site = start(answering(redirect(location), page()))
        if there is None:
            with pytest.raises(TooManyRedirects):
                fetcher.get(site.url("/a/b"))
        else:
            assert site.url(there) == fetcher.get(site.url("/a/b")).url

    def test_scheme_relative_location(self, fetcher, start, resolver):
        """//host/path keeps the scheme."""
        resolver.book["other.example"] = [SITE]
        site = start(lambda connection, server: connection.sendall(
            page() if len(server.heads) > 1 else redirect(f"//other.example:{server.port}/x")
        ))  # fmt: skip

        assert site.url("/x", host="other.example") == fetcher.get(site.url()).url

    def test_five_are_followed(self, fetcher, start):
        """The sixth request is the last."""
        site = start(answering(*(redirect(f"/{n}") for n in range(5)), page(b"end")))

        assert b"end" == fetcher.get(site.url()).body

    def test_six_are_too_many(self, fetcher, start):
        """And the seventh is not sent."""
        site = start(answering(*(redirect(f"/{n}") for n in range(6)), page(b"end")))

        with pytest.raises(TooManyRedirects):
            fetcher.get(site.url())
        assert 6 == site.met

    def test_a_purpose_may_allow_fewer(self, fetcher, start):
        """Client information three: the fifth request is not sent (IA-C1)."""
        site = start(answering(*(redirect(f"/{n}") for n in range(4)), page(b"end")))

        with pytest.raises(TooManyRedirects, match="more than 3 times"):
            fetcher.get(site.url(), limits.CLIENT)
        assert 4 == site.met

    def test_a_circle_is_left_at_once(self, fetcher, start):
        """A page that was there already is not asked again, another fragment makes no difference."""
        site = start(answering(redirect("/b"), redirect("/#again")))

        with pytest.raises(TooManyRedirects, match="circles"):
            fetcher.get(site.url())
        assert 2 == site.met

    def test_no_location_is_no_redirect(self, fetcher, start):
        """A 302 that leads nowhere is an answer."""
        assert 302 == fetcher.get(start(answering(page(status="302 Found"))).url()).status

    @pytest.mark.parametrize("status", [300, 304, 305, 306])
    def test_other_3xx_are_answers(self, fetcher, start, status):
        """Also with a Location."""
        assert status == fetcher.get(start(answering(redirect("/x", status))).url()).status

    @pytest.mark.parametrize(("location", "fragment"), [("/b", "#mine"), ("/b#its", "#its")])
    def test_fragment_is_inherited(self, fetcher, start, location, fragment):
        """Ours stays unless the redirect has its own (RFC 9110 §10.2.2)."""
        site = start(answering(redirect(location), page()))

        assert site.url("/b" + fragment) == fetcher.get(site.url("/a#mine")).url

    @pytest.mark.parametrize("location", ["http://[::1", "http://\\evil.example/", "mailto:me@a.example"])
    def test_location_that_is_no_address_is_blocked(self, fetcher, start, location):
        """Another try would find the same."""
        with pytest.raises(Blocked) as caught:
            fetcher.get(start(answering(redirect(location))).url())
        assert not caught.value.again

    def test_authorization_stays_with_its_origin(self, fetcher, start):
        """A token is not carried to another host; other headers are."""
        other = start(answering(page()))
        site = start(answering(redirect("/same"), redirect(other.url())))

        fetcher.get(site.url(), headers={"Authorization": "Bearer secret", "If-None-Match": "x"})

        assert all("Bearer secret" in head for head in site.heads)
        assert ("secret" in other.heads[0], "If-None-Match: x" in other.heads[0]) == (False, True)


FORM = {"source": "https://me.example/ä?a=1&b=2", "target": "https://you.example/"}


class TestPost:
    def test_form_and_query(self, fetcher, start):
        """The form is the body; the endpoint's query stays in its URL (Webmention §3.1.2)."""
        site = start(answering(page(status="202 Accepted")))

        answer = fetcher.post(site.url("/wm?key=1"), FORM)

        assert (202, True) == (answer.status, answer.ok)
        assert site.heads[0].startswith("POST /wm?key=1 HTTP/1.1\r\n")
        assert "Content-Type: application/x-www-form-urlencoded\r\n" in site.heads[0]
        assert FORM == {name: value for name, [value] in parse_qs(site.bodies[0].decode(), strict_parsing=True).items()}

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    def test_post_stays_post(self, fetcher, start, status):
        """A GET whose 200 says nothing about our POST would pass for success."""
        site = start(answering(redirect("/moved", status), page(status="201 Created")))

        answer = fetcher.post(site.url(), FORM)

        assert 201 == answer.status
        assert site.heads[1].startswith("POST /moved ")
        assert site.bodies[0] == site.bodies[1] != b""

    def test_303_is_the_answer(self, fetcher, start):
        """See Other is not followed; it is not 2xx either."""
        site = start(answering(redirect("/status", 303), page()))

        answer = fetcher.post(site.url(), FORM)

        assert (303, "/status", False) == (answer.status, answer.headers.get("location"), answer.ok)
        assert 1 == site.met

    def test_circles_end(self, fetcher, start):
        """An endpoint that answers 307 for ever."""
        with pytest.raises(TooManyRedirects):
            fetcher.post(start(answering(redirect("/", 307))).url(), FORM)

    @pytest.mark.parametrize("leads", [False, True])
    def test_never_to_the_site_that_is_named(self, fetcher, start, leads):
        """Not at once, and not by a redirect; https and http are one site."""
        ours = start(answering(page()))
        site = start(answering(redirect(ours.url("/admin?x"), 307))) if leads else ours
        with pytest.raises(Blocked):
            fetcher.post(site.url("/admin?x"), {"source": "a"}, never=ours.url().replace("http:", "https:"))

        assert 0 == ours.met

    def test_any_body(self, fetcher, start):
        """The hub sends a feed as it is, with its own headers (WebSub §7)."""
        site = start(answering(page()))

        fetcher.post_bytes(site.url(), b"<html>", {"Content-Type": "text/html", "X-Hub-Signature": "sha256=0"})

        assert b"<html>" == site.bodies[0]
        assert "X-Hub-Signature: sha256=0\r\n" in site.heads[0]

    def test_header_that_would_plant_another_is_refused(self, fetcher, start):
        """A line feed in a value is not sent."""
        site = start(answering(page()))

        with pytest.raises(Blocked):
            fetcher.post_bytes(site.url(), b"", {"X-A": "b\r\nX-Planted: yes"})
        assert 0 == site.met
