"""What an app may be called by, and where it may ask to be answered."""

from ipaddress import ip_network

import hypothesis
import pytest
from hypothesis import strategies

from indie.errors import InvalidRequest
from indie.indieauth import client_id as client_ids


class TestParse:
    """Item 15, IA-R3."""

    @pytest.mark.parametrize(
        ("sent", "client_id"),
        [
            ("https://app.example/", "https://app.example/"),
            ("https://app.example", "https://app.example/"),
            ("https://app.example?a=b", "https://app.example/?a=b"),
            ("https://app.example/?", "https://app.example/?"),
            ("HTTPS://App.Example/Path?Query", "https://app.example/Path?Query"),
            ("https://app.example:8443/id", "https://app.example:8443/id"),
            ("https://app.example:443/", "https://app.example:443/"),
            ("https://app.example./", "https://app.example/"),
            ("https://app.example/a/.b/c../...", "https://app.example/a/.b/c../..."),
            ("https://app.example/?a=../b", "https://app.example/?a=../b"),
            ("https://app.example/%7Eme/%c3%bc", "https://app.example/%7Eme/%c3%bc"),
            ("https://app.example/?@", "https://app.example/?@"),
            ("https://bücher.example/ü", "https://xn--bcher-kva.example/ü"),
            ("https://faß.example/", "https://xn--fa-hia.example/"),
            ("https://my_app.example/", "https://my_app.example/"),
            ("http://localhost", "http://localhost/"),
            ("http://LOCALHOST:3000/app", "http://localhost:3000/app"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/"),
            ("http://[::1]:8080", "http://[::1]:8080/"),
        ],
    )
    def test_15_host_and_path_have_one_spelling(self, sent, client_id):
        """Scheme and host in lower case, no path is the path /; all else stays as it came."""
        assert client_id == client_ids.parse(sent, ())

    @pytest.mark.parametrize(
        "sent",
        [
            "",
            "app.example",
            "//app.example/",
            "/app",
            "ftp://app.example/",
            "javascript:alert(1)",
            "https:app.example/",
            "https:///path",
            "https://app.example/#",
            "https://app.example/#me",
            "https://me@app.example/",
            "https://me:secret@app.example/",
            "https://@app.example/",
            "https://app.example:0/",
            "https://app.example:65536/",
            "https://app.example:x/",
        ],
    )
    def test_15_what_is_no_plain_http_url_is_refused(self, sent):
        """No other scheme, no fragment, no user name, no odd port."""
        with pytest.raises(InvalidRequest, match=r"^This client_id cannot be used: .+\.$"):
            client_ids.parse(sent, ())

    @pytest.mark.parametrize(
        "path", ["/.", "/..", "/./", "/a/../b", "/a/..", "/%2e/", "/%2E%2e/b", "/.%2e", "/a%2f..%2fb", "/../?x"]
    )
    def test_15_segments_of_dots_are_refused(self, path):
        with pytest.raises(InvalidRequest, match="dots"):
            client_ids.parse(f"https://app.example{path}", ())

    @pytest.mark.parametrize(
        "text",
        [
            *(" https://app.example/", "https://app.example/ ", "https://app.example/a b", "https://app.example/\n"),
            *("https://app.exa\tmple/", "https://app.example\\@evil.example/", "https://app.example/\x00"),
            *("https://app.example/\u202e", "https://app.example/\ud800", f"https://app.example/{'a' * 2048}"),
        ],
    )
    def test_15_what_two_readers_could_read_differently_is_refused(self, text):
        with pytest.raises(InvalidRequest):
            client_ids.parse(text, ())

    @pytest.mark.parametrize(
        "host",
        [
            *("2130706433", "127.1", "0x7f.1", "0x7f000001", "0177.0.0.1", "127.0.0.01", "1.2.3.4.5", "0", "a.1", "a.0x7f"),
            *("[0:0:0:0:0:0:0:1]", "[::01]", "[::ffff:127.0.0.1]", "１２７.0.0.1", "127。1", "[::1%25lo]", "[v1.x]", "[]"),
            *("-a.example", "a-.example", "a..example", ".example", "a!b.example", "*.example", f"{'a' * 64}.example"),
            *("a.example%2eb", "a,b.example", "…"),
        ],
    )
    def test_15_a_host_is_a_name_or_a_plain_address(self, host):
        """No other spelling of an address, decimal, octal, hex or short; no name that is none."""
        with pytest.raises(InvalidRequest):
            client_ids.parse(f"http://{host}/", [ip_network("0.0.0.0/0"), ip_network("::/0")])

    @pytest.mark.parametrize("host", ["127.0.0.2", "192.168.0.1", "93.184.216.34", "[2001:db8::1]", "[::]", "0.0.0.0"])
    def test_15_other_addresses_are_refused(self, host):
        """Public ones too."""
        with pytest.raises(InvalidRequest, match="domain name"):
            client_ids.parse(f"https://{host}/", ())

    @pytest.mark.parametrize(("host", "network"), [("127.0.0.2", "127.0.0.0/8"), ("[2001:db8::1]", "2001:db8::/32")])
    def test_15_unless_the_operator_opened_their_network(self, host, network):
        other = ip_network("10.0.0.0/8")

        assert f"http://{host}/" == client_ids.parse(f"http://{host}/", [other, ip_network(network)])
        with pytest.raises(InvalidRequest):
            client_ids.parse(f"http://{host}/", [other])

    @hypothesis.given(strategies.text(alphabet="ahtps:/.?#@[]%2ex\\1: ü", max_size=12))
    def test_what_is_taken_is_taken_again_unchanged(self, end):
        """It is compared as a string, so one spelling has to stay."""
        try:
            client_id = client_ids.parse(f"https://a{end}", ())
        except InvalidRequest:
            return

        assert client_id == client_ids.parse(client_id, ())


class TestLoopback:
    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "localhost:3000", "app.localhost", "localhost."])
    def test_29_these_mean_the_users_own_machine(self, host):
        """RFC 6761 §6.3 counts every name under localhost."""
        assert client_ids.is_loopback(client_ids.parse(f"http://{host}/", ()))

    @pytest.mark.parametrize("host", ["app.example", "localhost.example", "127.0.0.2", "notlocalhost"])
    def test_29_others_do_not(self, host):
        assert not client_ids.is_loopback(client_ids.parse(f"http://{host}/", [ip_network("127.0.0.0/8")]))


class TestRedirectURI:
    """Item 18, IA-R6."""

    @pytest.mark.parametrize(
        "uri",
        [
            "https://app.example/callback",
            "https://App.Example:443/a/../b?x=%7e&",
            "https://app.example",
            "http://127.0.0.1:12345/callback",
            "http://[::1]:1/",
            "com.example.app:/callback",
            "indigenous://callback?x=1",
            "HTTPS://app.example/",
            "https://bücher.example/ü",
        ],
    )
    def test_18_it_stays_as_it_was_sent(self, uri):
        """It is compared letter for letter."""
        assert uri == client_ids.parse_redirect_uri(uri)

    @pytest.mark.parametrize(
        "uri",
        [
            *("", "/callback", "callback", "//app.example/", "?code", "app.example/cb", "myapp:", ":x"),
            *("https://app.example/#", "https://app.example/cb#x", "com.example.app:/cb#x"),
            *("javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x"),
            *("blob:https://app.example/1", "about:blank", "view-source:https://app.example/", "filesystem:http://a/b"),
            *("https://me@app.example/", "https:///cb", "https:app.example", "https://app.example:0/"),
            *(" https://app.example/", "https://app.example/\r\nX: y", "https://app.example\\@evil.example/"),
            *(" javascript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)", "com.app:/\r\nX: y", "com.app:/ä"),
            *("com.app:/a b", "com.app:/<script>", "com.app:/\\x", 'com.app:/"', "com.app:/" + "a" * 2048),
        ],
    )
    def test_18_what_nobody_may_be_sent_to_is_refused(self, uri):
        """No fragment, nothing that a browser would run or open, nothing that two readers could read differently."""
        with pytest.raises(InvalidRequest, match=r"^This redirect_uri cannot be used: .+\.$"):
            client_ids.parse_redirect_uri(uri)
