"""The guard by itself: which addresses and URLs pass. Webmention §4.3."""

from ipaddress import ip_network

import pytest

from indie.errors import Blocked
from indie.fetch.guard import PORTS, vet_address, vet_literal

PRIVATE = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "64:ff9b:1::808:808",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700:4700::1111%eth0",
    "fec0::1",
    "ff02::1",
    "not an address",
    "",
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]

LOOPBACK = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f.1",
    "0x7f000001",
    "0X7F.0x0.0x0.0x1",
    "0177.0.0.1",
    "017700000001",
    "0",
    "0.0.0.0",
    "127.0.0.1.",
    "LOCALHOST",
    "localhost",
    "localhost.",
    "www.localhost",
    "①②⑦.0.0.1",
    "\uff11\uff12\uff17.0.0.1",
    "127。0。0。1",
    "127.0.0.\u00ad1",
    "ⓛocalhost",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1%25eth0]",
]
ODD = [
    "http://127.0.0.1\\@a.example/",
    "http://a.example\\@127.0.0.1/",
    "http://a.example@127.0.0.1/",
    "http://me:secret@a.example/",
    "http://127.0.0.1%00.a.example/",
    "http://127.0.0.1%2f.a.example/",
    "http://256.256.256.256/",
    "http://1.2.3.4.5/",
    "http://0x/",
    "http://a.example:0/",
    "http://a.example:99999/",
    "http:///path",
    "http://./",
    "http://*.example/",
    "http://[::1/",
    "http://a b.example/",
    "http://a.example/\r\nHost:b.example",
    "ht\ttp://a.example/",
    "http://a.exam\x00ple/",
    "http://127.0.0.1#@a.example/",
    "file:///etc/passwd",
    "gopher://a.example/",
    "ftp://a.example/",
    "javascript:alert(1)",
    "//a.example/",
    "a.example",
    "",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_address_that_is_not_public_is_blocked(address):
    """Private, special, tunnelled, scoped and malformed addresses are never connected to."""
    with pytest.raises(Blocked):
        vet_address(address, 80, ())


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.parametrize("port", sorted(PORTS))
def test_public_address_passes_at_each_web_port(address, port):
    """Global unicast passes, also as IPv4 mapped into IPv6 or behind the NAT64 of an IPv6-only network."""
    vet_address(address, port, ())


@pytest.mark.parametrize("port", [1, 22, 25, 3306, 5000, 6379, 8000, 8081, 9200, 65535])
def test_other_port_of_a_public_address_is_blocked(port):
    """Only 80, 443, 8080 and 8443."""
    with pytest.raises(Blocked):
        vet_address("8.8.8.8", port, ())


@pytest.mark.parametrize("address", ["10.1.2.3", "::ffff:10.1.2.3"])
def test_allowed_network_passes_at_any_port(address):
    """What INDIE_FETCH_ALLOW opens is open, however the address is written."""
    vet_address(address, 6379, [ip_network("10.0.0.0/8")])


def test_allowed_network_opens_no_other():
    """10.0.0.0/8 says nothing about 127.0.0.1."""
    with pytest.raises(Blocked):
        vet_address("127.0.0.1", 80, [ip_network("10.0.0.0/8"), ip_network("fd00::/8")])


def test_allowed_network_opens_no_tunnel_into_it():
    """NAT64 leads to somebody else's 10.1.2.3, not to ours."""
    with pytest.raises(Blocked):
        vet_address("64:ff9b::a01:203", 80, [ip_network("10.0.0.0/8")])


@pytest.mark.parametrize("host", LOOPBACK)
def test_loopback_in_any_spelling_is_blocked(host):
    """All spellings that getaddrinfo, IDNA or a dual stack take for this machine."""
    with pytest.raises(Blocked):
        vet_literal(f"http://{host}/", ())


@pytest.mark.parametrize("url", ODD)
def test_url_that_two_parsers_read_differently_is_blocked(url):
    """No backslash, user name, control character, odd number, other scheme."""
    with pytest.raises(Blocked):
        vet_literal(url, ())


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/",
        "https://a.example:8443/x?y#z",
        "HTTP://A.Example",
        "http://bücher.example/ä",
        "http://8.8.8.8/",
        "http://134744072/",
        "http://[2606:4700:4700::1111]/",
        "http://1.example/",
        "http://localhost.example/",
        "http://notlocalhost/",
    ],
)
def test_public_url_passes(url):
    """Names are not resolved here; public addresses pass."""
    vet_literal(url, ())


@pytest.mark.parametrize("url", ["http://a.example:22/", "https://8.8.8.8:6379/"])
def test_other_port_in_the_url_is_blocked(url):
    """The port is refused without asking a name server."""
    with pytest.raises(Blocked):
        vet_literal(url, ())


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "localhost", "www.localhost", "a.example"])
def test_allowed_loopback_passes_in_the_url(host):
    """With 127.0.0.0/8 open, its addresses and localhost pass at any port; a name is left to the look-up."""
    vet_literal(f"http://{host}:5000/", [ip_network("127.0.0.0/8")])


def test_allowed_elsewhere_leaves_localhost_blocked():
    """Another open network opens no localhost."""
    with pytest.raises(Blocked):
        vet_literal("http://localhost/", [ip_network("10.0.0.0/8")])


@pytest.mark.parametrize("address", ["127.0.0.1", "10.11.12.13", "fd00::1234"])
def test_message_names_no_address(address):
    """What a stranger reads tells nothing about our network."""
    with pytest.raises(Blocked) as caught:
        vet_address(address, 80, ())

    assert address not in str(caught.value)
