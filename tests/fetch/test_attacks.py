"""Ways into our own network, on real sockets; the canary on 127.0.0.1 must meet nobody. Webmention §4.3."""

import pytest

from indie.errors import Blocked, Unreachable
from tests.fetch.rawserver import SITE, answering, page, redirect

INSIDE = [
    "http://127.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f.1:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://0:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://LOCALHOST:{port}/",
    "http://localhost.:{port}/",
    "http://www.localhost:{port}/",
    "http://①②⑦.0.0.1:{port}/",
    "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://169.254.169.254:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1:{port}/",
    "http://[fd00::1]:{port}/",
    "http://[fe80::1%25eth0]:{port}/",
    "http://inside.example:{port}/",
    "http://INSIDE.example.:{port}/",
    "http://127.0.0.1.nip.io:{port}/",
    "http://mapped.example:{port}/",
    "http://scoped.example:{port}/",
    "http://127.0.0.1:{port}\\@site.example/",
    "http://site.example:{port}\\@127.0.0.1:{port}/",
    "http://site.example@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}@site.example/",
    "http://127.0.0.1%00.site.example:{port}/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/_SHUTDOWN",
    "ftp://127.0.0.1:{port}/",
    "javascript:alert(1)",
    "data:text/html,hello",
]
PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"]


@pytest.fixture(autouse=True)
def _names(resolver):
    resolver.book |= {
        "inside.example": ["127.0.0.1"],
        "127.0.0.1.nip.io": ["127.0.0.1"],
        "mapped.example": ["::ffff:127.0.0.1"],
        "scoped.example": ["fe80::1%lo"],
        "mixed.example": [SITE, "127.0.0.1"],
        "xedmi.example": ["127.0.0.1", SITE],
        "localhost": ["127.0.0.1"],
        "www.localhost": ["127.0.0.1"],
    }


@pytest.mark.parametrize("url", INSIDE)
def test_inside_is_not_reached(fetcher, canary, url):
    """No spelling of an inner address, no name of one and no other scheme is fetched."""
    with pytest.raises(Blocked):
        fetcher.get(url.format(port=canary.port))


@pytest.mark.parametrize("url", INSIDE)
def test_inside_is_not_reached_by_redirect(fetcher, canary, beside, url):
    """Each hop is vetted as the first one was."""
    site = beside(answering(redirect(url.format(port=canary.port))))

    with pytest.raises(Blocked):
        fetcher.get(site.url())
    assert 1 == site.met


@pytest.mark.parametrize("url", INSIDE)
def test_inside_is_not_reached_by_post(fetcher, canary, beside, url):
    """An endpoint that redirects a POST into our network gets no further."""
    site = beside(answering(redirect(url.format(port=canary.port), status=307)))

    with pytest.raises(Blocked):
        fetcher.post(site.url(), {"source": "a", "target": "b"})


@pytest.mark.parametrize("name", ["mixed.example", "xedmi.example"])
def test_one_inner_address_refuses_the_name(fetcher, beside, name):
    """A name with one good and one bad record is refused, in either order."""
    site = beside(answering(page()))

    with pytest.raises(Blocked):
        fetcher.get(site.url(host=name))
    assert 0 == site.met


class TestRebinding:
    """A name that is public when it is vetted and private when it is connected to."""

    @pytest.fixture
    def rebinding(self, resolver):
        """The first question is answered with 127.0.0.2, each later one with 127.0.0.1."""

        class Rebinding(dict):
            def __getitem__(self, name):
                return [SITE] if 1 == resolver.asked.count(name) else ["127.0.0.1"]

        resolver.book = Rebinding({"rebind.example": []})

    def test_the_vetted_address_is_the_one_connected_to(self, fetcher, resolver, rebinding, beside):
        """The name is resolved once a hop; nobody asks again between the look and the leap."""
        site = beside(answering(page(b"outside")))

        assert b"outside" == fetcher.get(site.url(host="rebind.example")).body
        assert ["rebind.example"] == resolver.asked

    def test_the_next_hop_is_vetted_anew(self, fetcher, rebinding, beside):
        """A redirect to the same name resolves it again, and finds it turned."""
        site = beside(answering(redirect("/again")))

        with pytest.raises(Blocked):
            fetcher.get(site.url(host="rebind.example"))
        assert 1 == site.met


class TestEnvironment:
    """What a process inherits must not open a way out or give anything away."""

    def test_proxies_are_not_asked(self, fetcher, canary, beside, monkeypatch):
        """A proxy would resolve and connect where we cannot look."""
        for name in PROXIES:
            monkeypatch.setenv(name, canary.url())
        site = beside(answering(page(b"direct")))

        assert b"direct" == fetcher.get(site.url(host="site.example")).body

    def test_netrc_is_not_read(self, fetcher, beside, monkeypatch, tmp_path):
        """The password that the operator keeps for a host is not sent to it."""
        netrc = tmp_path / ".netrc"
        netrc.write_text("default login me password secret\nmachine site.example login me password secret\n")
        netrc.chmod(0o600)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("NETRC", str(netrc))
        site = beside(answering(page()))

        fetcher.get(site.url(host="site.example"))

        assert "authorization" not in site.heads[0].lower()


def test_cookies_are_not_kept(fetcher, start):
    """A cookie that one hop sets is not sent to the next, nor with the next fetch."""
    hop = redirect("/next").replace(b"\r\n\r\n", b"\r\nSet-Cookie: id=1; Path=/\r\n\r\n")
    site = start(answering(hop, page(b"", "Set-Cookie: id=2; Path=/")))

    fetcher.get(site.url())
    fetcher.get(site.url("/later"))

    assert 3 == len(site.heads)
    assert "cookie" not in "".join(site.heads).lower()


def test_header_lines_cannot_be_planted_by_a_redirect(fetcher, start):
    """A line feed in a Location, escaped or not, stays part of the address."""
    site = start(answering(redirect("/a%0d%0aX-Planted: yes"), page()))

    fetcher.get(site.url())

    assert site.heads[1].startswith("GET /a%0D%0AX-Planted:%20yes HTTP/1.1")


@pytest.mark.parametrize("text", ["http://site.exa\tmple/", "http://site.example/\r\nX: y", "http://site.example/\x00"])
def test_control_characters_are_refused(fetcher, resolver, text):
    """Python's urlsplit drops some of them in silence; nothing is even looked up."""
    with pytest.raises(Blocked):
        fetcher.get(text)
    assert [] == resolver.asked


@pytest.mark.parametrize("name", ["localhost", "www.localhost", "1.2.3.256"])
def test_name_of_this_machine_is_not_looked_up(fetcher, resolver, name):
    """Whatever the name server would say of it (RFC 6761 §6.3)."""
    with pytest.raises(Blocked):
        fetcher.get(f"http://{name}/")
    assert [] == resolver.asked


def test_port_of_a_public_address_is_refused_before_anything_is_sent(fetcher, resolver):
    """A public name at the port of a database is refused once its address is known."""
    resolver.book["public.example"] = ["8.8.8.8"]

    with pytest.raises(Blocked, match="ports 80, 443, 8080 and 8443"):
        fetcher.get("http://public.example:6379/")


def test_messages_name_no_inner_address(fetcher, resolver):
    """Whoever owns the name learns that it is refused, not what our resolver says of it."""
    resolver.book["inside.example"] = ["10.11.12.13"]

    with pytest.raises(Blocked) as caught:
        fetcher.get("http://inside.example/")
    assert "10.11.12.13" not in str(caught.value)


def test_refused_connection_names_no_address(fetcher, resolver, beside):
    """The same holds where the connection fails."""
    site = beside(answering(page()))
    site.close()

    with pytest.raises(Unreachable) as caught:
        fetcher.get(site.url(host="site.example"))
    assert SITE not in str(caught.value)
