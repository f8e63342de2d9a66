"""URL words: what is taken, how two addresses are compared."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indie import urls

HOSTS = st.sampled_from(["a.example", "A.Example", "a.example.", "127.0.0.1", "[::1]", "grün.example", "a。example。", "ＷＩＤＥ.example"])
PORTS = st.sampled_from(["", ":80", ":443", ":8080", ":"])
PARTS = st.text(st.sampled_from("abzAZ09-._~%/:@!$&'()*+,;=[]?#é🤓 2fF\\\"<>^`{|}"), max_size=20)
ADDRESSES = st.builds("{}://{}{}/{}".format, st.sampled_from(["http", "https", "HTTP"]), HOSTS, PORTS, PARTS)


class TestParse:
    @pytest.mark.parametrize(
        "url",
        [
            "http://a.example",
            "https://a.example/ü?q=a b".replace(" ", "%20"),
            "HTTPS://A.example:8443/",
            "http://[::1]:5000/",
            "http://127.0.0.1/",
            "https://a.example/#f",
            "http://a.example/" + "x" * (2048 - 17),
            "https://xn--grn-ioa.example/",
            "https://grün.example/%F0%9F%A4%93",
        ],
    )
    def test_it_is_taken_as_it_was_sent(self, url):
        assert url == urls.parse_http(url)
        assert urls.is_http(url)

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "a.example",
            "//a.example/",
            "/path",
            "ftp://a.example/",
            "javascript:alert(1)",
            "mailto:a@a.example",
            "http:a.example",
            "http://",
            "http:///path",
            "http://.",
            "http://user@a.example/",
            "http://user:password@a.example/",
            "http://a.example@127.0.0.1/",
            "http://a.example:0/",
            "http://a.example:99999/",
            "http://a.example:x/",
            "http://[::1/",
            "http://[1.2.3.4.5]/",
            "http://a%2eexample/",
            "http://a.example\\@b.example/",
            "http://a.example/\n",
            " http://a.example/",
            "http://a.exa\tmple/",
            "http://a.example/a b",
            "http://a.example/\x00",
            "http://a.example/\ud800",
            "http://a.example/\u202egpj.exe",
            "http://a.example/\u200b",
            "http://a.example/<b>",
            'http://a.example/"x',
            "http://a.example/" + "x" * 2048,
        ],
    )
    def test_what_two_programs_could_read_differently_is_refused(self, url):
        """With the end of a sentence for the sender."""
        with pytest.raises(ValueError, match=r"^it [a-z]|^its port"):
            urls.parse_http(url)
        assert not urls.is_http(url)

    @pytest.mark.parametrize("thing", [None, 7, ["http://a.example/"], b"http://a.example/"])
    def test_what_is_no_text_is_no_url(self, thing):
        assert not urls.is_http(thing)

    @given(st.text())
    def test_whatever_is_sent_is_taken_or_refused(self, text):
        """Never another error, and what is taken can be worked with."""
        for url in (text, f"http://{text}", f"http://a.example/{text}"):
            if urls.is_http(url):
                assert urls.key(url)
                assert urls.host(url)
                assert urls.origin(url).startswith("http")


class TestNormalize:
    @pytest.mark.parametrize(
        ("url", "spelled"),
        [
            ("HTTP://A.Example", "http://a.example/"),
            ("http://a.example:80/", "http://a.example/"),
            ("https://a.example:443/", "https://a.example/"),
            ("https://a.example:80/", "https://a.example:80/"),
            ("http://a.example./x", "http://a.example/x"),
            ("http://a.example。/x", "http://a.example/x"),
            ("http://a.example/%7euser", "http://a.example/~user"),
            ("http://a.example/a%2fb%c3%bc", "http://a.example/a%2Fb%C3%BC"),
            ("http://a.example/ü", "http://a.example/%C3%BC"),
            ("http://a.example/?q=ü&r=%7E", "http://a.example/?q=%C3%BC&r=~"),
            ("https://grün.example/", "https://xn--grn-ioa.example/"),
            ("http://[::1]:80/", "http://[::1]/"),
            (" http://a.example/ ", "http://a.example/"),
            ("http://a.example/A/b/", "http://a.example/A/b/"),
            ("http://a.example/a#B", "http://a.example/a#B"),
            ("http://a.example/100%", "http://a.example/100%25"),
        ],
    )
    def test_the_one_spelling(self, url, spelled):
        """RFC 3986 §6.2.2–6.2.3: what makes no difference is spelled one way, the rest stays."""
        assert spelled == urls.normalize(url)

    @given(ADDRESSES)
    @example("http://a.example。/")
    @example("http://a.example/%25%41")
    @example("http://a.example/%%34%31")
    @example("http://a.example/%3%31")
    @example("http://a.example/a%2fb?%7e#%7e")
    def test_a_spelling_is_spelled_like_itself(self, url):
        """Twice is once."""
        try:
            once = urls.normalize(url)
        except ValueError:
            return
        assert once == urls.normalize(once)

    @pytest.mark.parametrize("url", ["", "a.example", "/path", "mailto:a@a.example", "http://", "http:////x", "http://[::1"])
    def test_what_has_no_host_has_no_spelling(self, url):
        with pytest.raises(ValueError, match=r"."):
            urls.normalize(url)


class TestKey:
    @pytest.mark.parametrize(
        "url",
        [
            "http://a.example/x",
            "https://a.example/x",
            "https://A.EXAMPLE/x/",
            "https://a.example:443/x",
            "http://a.example:80/x",
            "https://a.example/x#part",
            "https://a.example/x?utm_source=feed&utm_medium=rss",
            "https://a.example/x?fbclid=1",
            "https://a.example/%78",
            "https://a.example/x?",
        ],
    )
    def test_addresses_of_one_page_have_one(self, url):
        assert urls.key("https://a.example/x") == urls.key(url)
        assert urls.same_page("https://a.example/x", url)

    @pytest.mark.parametrize(
        "url",
        [
            "https://a.example/",
            "https://a.example/X",
            "https://a.example/xx",
            "https://b.example/x",
            "https://www.a.example/x",
            "https://a.example:8443/x",
            "https://a.example/x?p=1",
            "https://a.example/%2578",
        ],
    )
    def test_other_pages_have_another(self, url):
        assert not urls.same_page("https://a.example/x", url)

    @pytest.mark.parametrize("url", ["", "x", "/x", "ftp://a.example/x", "http://[::1", "http://a.example:x/"])
    def test_what_is_no_url_has_none_and_is_like_nothing(self, url):
        """Not even like itself."""
        assert "" == urls.key(url)
        assert not urls.same_page(url, url)

    def test_the_query_is_a_part_of_it(self):
        """Old blogs live at ?p=1."""
        assert not urls.same_page("https://a.example/?p=1", "https://a.example/?p=2")
        assert urls.same_page("https://a.example/?p=1&utm_id=7", "http://a.example?p=1")

    @given(ADDRESSES)
    def test_the_spelling_makes_no_difference(self, url):
        try:
            spelled = urls.normalize(url)
        except ValueError:
            return
        assert urls.key(url) == urls.key(spelled) == urls.key(f"{spelled.partition('#')[0]}#x")


class TestParts:
    @pytest.mark.parametrize(
        ("url", "host"), [("http://A.example:80/", "a.example"), ("http://[::1]/", "::1"), ("x", ""), ("http://[", "")]
    )
    def test_the_host(self, url, host):
        assert host == urls.host(url)

    @pytest.mark.parametrize(
        ("url", "origin"),
        [
            ("HTTPS://A.example:443/x?y#z", "https://a.example"),
            ("https://a.example:8443/x", "https://a.example:8443"),
            ("http://[::1]:5000/", "http://[::1]:5000"),
        ],
    )
    def test_the_origin(self, url, origin):
        assert origin == urls.origin(url)

    @pytest.mark.parametrize(
        ("href", "seen"),
        [
            ("", "http://a.example/b/c?d"),
            ("e", "http://a.example/b/e"),
            (" /e ", "http://a.example/e"),
            ("//b.example/", "http://b.example/"),
            ("#f", "http://a.example/b/c?d#f"),
            ("?g", "http://a.example/b/c?g"),
            ("../..", "http://a.example/"),
            ("mailto:x@y", "mailto:x@y"),
            ("http://[", None),
        ],
    )
    def test_a_reference_is_seen_from_its_page(self, href, seen):
        assert seen == urls.resolve("http://a.example/b/c?d", href)

    def test_without_its_fragment(self):
        assert ["http://a.example/?a", "x"] == [urls.without_fragment(url) for url in ("http://a.example/?a#b#c", "x")]
