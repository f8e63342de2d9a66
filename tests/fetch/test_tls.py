"""Certificates, with an authority of our own."""

import contextlib
import ssl
import threading
from ipaddress import ip_network

import pytest
import trustme

from indie.errors import Blocked, Unreachable
from indie.fetch.client import Fetcher
from tests.fetch.rawserver import SITE, answering, page, redirect


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def bundle(authority, tmp_path_factory):
    """The path of a file with our authority's certificate."""
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.fixture
def trusting(bundle, resolver):
    """A fetcher that trusts our authority alone."""
    return Fetcher([ip_network("127.0.0.2/32")], resolve=resolver, verify=bundle)


@pytest.fixture
def secure(authority, start):
    """A TLS server with a certificate for these names: `secure(b"…", "site.example")`; `.sni` is what was asked."""

    def make(answer, *names):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert(*names).configure_cert(context)
        met = []
        context.sni_callback = lambda _socket, name, _context: met.append(name)

        def behave(connection, server):
            with context.wrap_socket(connection, server_side=True) as tls:
                server._read_request(tls)
                answering(answer)(tls, server)
                with contextlib.suppress(OSError):
                    tls.unwrap()

        server = start(behave, listens_first=False)
        server.sni = met
        return server

    return make


def https(server, host=None):
    return server.url(host=host).replace("http:", "https:")


def test_right_name_is_accepted(trusting, secure):
    """The connection goes to the vetted address; SNI, Host and the certificate stay on the name."""
    site = secure(page(b"secure"), "site.example")

    assert b"secure" == trusting.get(https(site, "site.example")).body
    assert ["site.example"] == site.sni
    assert f"Host: site.example:{site.port}\r\n" in site.heads[0]


def test_wrong_name_is_refused(trusting, secure):
    """A certificate for another name, though from an authority that we trust."""
    site = secure(page(), "other.example")

    with pytest.raises(Unreachable, match="secure"):
        trusting.get(https(site, "site.example"))
    assert [] == site.heads


def test_certificate_for_the_address_does_not_do_for_the_name(trusting, secure):
    """What is checked is what was asked for, not where we connected to."""
    site = secure(page(), SITE)

    with pytest.raises(Unreachable, match="secure"):
        trusting.get(https(site, "site.example"))


def test_address_in_the_certificate_is_accepted(trusting, secure):
    """An https URL with an address needs a certificate for it."""
    assert b"x" == trusting.get(https(secure(page(b"x"), SITE))).body


def test_final_dot_is_no_part_of_the_certificate(trusting, secure):
    """site.example. is site.example."""
    assert b"x" == trusting.get(https(secure(page(b"x"), "site.example"), "site.example.")).body


def test_unknown_authority_is_refused(fetcher, secure):
    """By default the usual authorities are trusted and no other."""
    with pytest.raises(Unreachable, match="secure"):
        fetcher.get(https(secure(page(), "site.example"), "site.example"))


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_environment_adds_no_authority(resolver, bundle, secure, monkeypatch, name):
    """What an inherited variable names is not trusted."""
    monkeypatch.setenv(name, bundle)
    fetcher = Fetcher([ip_network("127.0.0.2/32")], resolve=resolver)

    with pytest.raises(Unreachable, match="secure"):
        fetcher.get(https(secure(page(), "site.example"), "site.example"))


def test_plain_http_at_a_tls_port_is_unreachable(trusting, start):
    """No TLS, no answer."""
    site = start(answering(page()), listens_first=False)

    with pytest.raises(Unreachable):
        trusting.get(https(site, "site.example"))


def test_post_is_not_downgraded(trusting, secure, start):
    """A form that was meant for https is not repeated in the clear."""
    clear = start(answering(page()))

    with pytest.raises(Blocked, match="https to http"):
        trusting.post(https(secure(redirect(clear.url(), 307), "site.example"), "site.example"), {"a": "b"})
    assert 0 == clear.met


def test_get_may_be_downgraded(trusting, secure, start):
    """A page may move to http; it is public either way."""
    clear = start(answering(page(b"clear")))

    assert b"clear" == trusting.get(https(secure(redirect(clear.url()), "site.example"), "site.example")).body


def test_threads_share_the_trust(trusting, secure):
    """One fetcher, many handshakes at once."""
    site = secure(page(b"x"), "site.example")
    bodies = []
    threads = [
        threading.Thread(target=lambda: bodies.append(trusting.get(https(site, "site.example")).body)) for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [b"x"] * 10 == bodies
