import pytest

from indie.fetch.fetched import Fetched, Headers


def fetched(*lines, status=200):
    return Fetched("http://a.example/", status, Headers(lines), b"")


class TestHeaders:
    def test_name_in_any_case(self):
        """Header names have no case (RFC 9110 §5.1)."""
        assert "1" == Headers([("X-Name", "1")]).get("x-nAME")

    def test_get_is_the_first_line(self):
        """The first of several."""
        assert "1" == Headers([("a", "1"), ("A", "2")]).get("a")

    def test_get_all_keeps_lines_apart(self):
        """A comma inside a value stays where it is."""
        assert ["1, 2", "3"] == Headers([("a", "1, 2"), ("b", ""), ("A", "3")]).get_all("a")

    def test_missing(self):
        """None, the default, or an empty list."""
        headers = Headers()

        assert (None, "x", []) == (headers.get("a"), headers.get("a", "x"), headers.get_all("a"))

    def test_mapping_and_pairs_are_the_same(self):
        """Equal by their lines, usable in sets."""
        assert {Headers({"a": "1"})} == {Headers([("a", "1")])}


@pytest.mark.parametrize(
    ("value", "media_type", "charset"),
    [
        ("text/html", "text/html", None),
        ("Text/HTML; Charset=UTF-8", "text/html", "utf-8"),
        ('text/html;level=1;charset="iso-8859-1"', "text/html", "iso-8859-1"),
        ("text/html; charset='utf-8'; x", "text/html", "utf-8"),
        ("text/html;charset=", "text/html", None),
        ("text/html; xcharset=utf-8", "text/html", None),
        ("", "", None),
        ("; charset=utf-8", "", "utf-8"),
    ],
)
def test_content_type(value, media_type, charset):
    """The media type without parameters, the charset as it is named; both in lower case."""
    answer = fetched(("Content-Type", value))

    assert (media_type, charset) == (answer.media_type, answer.charset)


def test_no_content_type():
    """Nothing told, nothing guessed."""
    assert ("", None) == (fetched().media_type, fetched().charset)


@pytest.mark.parametrize(("status", "ok"), [(199, False), (200, True), (299, True), (300, False), (410, False)])
def test_ok_is_2xx(status, ok):
    """No other status is."""
    assert ok is fetched(status=status).ok
