"""What a form at the hub says (WebSub §5.1), and what is refused at once (WH-1, WH-2)."""

from datetime import timedelta
from ipaddress import ip_network

import pytest

from indie.config import Settings
from indie.errors import InvalidRequest
from indie.websub import request
from tests.websub.conftest import CALLBACK, ME

FORM = {"hub.mode": "subscribe", "hub.topic": ME, "hub.callback": CALLBACK}


def parse(*more, allow=(), **changes):
    changed = FORM | {f"hub.{name}": value for name, value in changes.items()}
    fields = [(name, value) for name, value in changed.items() if value is not None]
    return request.parse(Settings(url=ME, fetch_allow=allow), [*fields, *more])


class TestWanted:
    def test_what_is_asked_for(self):
        assert request.Wanted("subscribe", ME, CALLBACK, timedelta(days=10), "") == parse()

    def test_what_is_not_known_is_passed_over(self):
        assert parse() == parse(("foo", "bar"), ("hub.foo", "hub.bar"), ("hub.verify", "sync"))

    @pytest.mark.parametrize("callback", ["http://reader.example/?a=%2F&b=%zz", "http://READER.example:8080/x%7Ey?"])
    def test_the_callback_stays_as_it_was_sent(self, callback):
        assert callback == parse(callback=callback).callback

    @pytest.mark.parametrize(
        ("seconds", "lease"),
        [
            (None, timedelta(days=10)),
            ("", timedelta(days=10)),
            ("7200", timedelta(hours=2)),
            ("1", timedelta(hours=1)),
            ("99999999", timedelta(days=30)),
            ("9" * 5000, timedelta(days=30)),
        ],
    )
    def test_the_lease_is_from_an_hour_to_thirty_days(self, seconds, lease):
        assert lease == parse(lease_seconds=seconds).lease

    def test_a_secret_of_199_bytes(self):
        assert "ä" * 99 + "a" == parse(secret="ä" * 99 + "a").secret


class TestRefused:
    @pytest.mark.parametrize("name", ["mode", "topic", "callback"])
    @pytest.mark.parametrize("value", [None, ""])
    def test_what_is_missing(self, name, value):
        with pytest.raises(InvalidRequest, match=rf"hub\.{name}"):
            parse(**{name: value})

    def test_what_comes_twice(self):
        """A second parser could take the other one."""
        with pytest.raises(InvalidRequest, match=r"hub\.callback"):
            parse(("hub.callback", "http://other.example/"))

    def test_an_unknown_mode(self):
        with pytest.raises(InvalidRequest, match=r"hub\.mode"):
            parse(mode="follow")

    @pytest.mark.parametrize("seconds", ["0", "-5", "1.5", "1e3", "ten", " 7200", "٧٢٠٠", "00"])
    def test_a_lease_that_is_no_positive_whole_number(self, seconds):
        with pytest.raises(InvalidRequest, match=r"hub\.lease_seconds"):
            parse(lease_seconds=seconds)

    def test_a_secret_of_200_bytes(self):
        with pytest.raises(InvalidRequest, match=r"hub\.secret"):
            parse(secret="ä" * 100)

    @pytest.mark.parametrize("topic", ["http://other.example/", "https://site.example/", "http://site.example.evil.example/", "/"])
    def test_what_is_not_of_this_site(self, topic):
        with pytest.raises(InvalidRequest, match="alone"):
            parse(topic=topic)

    @pytest.mark.parametrize(
        "callback",
        ["ftp://reader.example/", "//reader.example/", "http://a b/", "http://me:secret@reader.example/", "http://x\\@y/", "http://[::1"],
    )
    def test_a_callback_that_is_no_url_of_the_web(self, callback):
        with pytest.raises(InvalidRequest, match=r"hub\.callback cannot be used"):
            parse(callback=callback)

    @pytest.mark.parametrize(
        "callback",
        [
            "http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://localhost/", "http://[::1]/", "http://[::ffff:10.0.0.1]/",
            "http://169.254.169.254/latest/", "http://10.0.0.1/", "http://reader.example:22/",
        ],
    )  # fmt: skip
    def test_a_callback_inside_our_own_network(self, callback):
        with pytest.raises(InvalidRequest, match=r"hub\.callback cannot be reached"):
            parse(callback=callback)

    def test_not_one_that_the_operator_opened(self):
        assert parse(callback="http://127.0.0.2:9/", allow=(ip_network("127.0.0.2/32"),))

    def test_a_fragment(self):
        with pytest.raises(InvalidRequest, match="fragment"):
            parse(callback=f"{CALLBACK}#x")

    def test_a_key_that_is_too_long_to_be_kept(self):
        with pytest.raises(InvalidRequest, match="2500"):
            parse(topic=f"{ME}{'a' * 1000}", callback=f"{CALLBACK}?{'a' * 1500}")


class TestPing:
    """WH-9: every way in which publishers write it."""

    @pytest.mark.parametrize(
        "fields",
        [
            [("hub.topic", ME)],
            [("hub.url", ME)],
            [("hub.url[]", ME)],
            [("hub.topic", ME), ("hub.url", ME), ("hub.callback", "")],
        ],
    )
    def test_one(self, fields):
        found = request.parse(Settings(url=ME), [("hub.mode", "publish"), *fields])
        assert {ME} == set(found)

    @pytest.mark.parametrize(
        "fields",
        [
            [("hub.url", ME), ("hub.url", f"{ME}a,b")],
            [("hub.url[]", ME), ("hub.url[]", f"{ME}a,b")],
            [("hub.url", f"{ME},{ME}a,b")],
        ],
    )
    def test_several(self, fields):
        assert (ME, f"{ME}a,b") == request.parse(Settings(url=ME), [("hub.mode", "publish"), *fields])

    def test_none(self):
        with pytest.raises(InvalidRequest, match=r"hub\.topic or hub\.url"):
            request.parse(Settings(url=ME), [("hub.mode", "publish")])
