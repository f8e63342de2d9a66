import pytest

from indie.mf2.links import absolute, srcset
from indie.mf2.plain import links_in_json, links_in_text

T = "https://me.example/post"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a.jpg", ["a.jpg"]),
        ("a.jpg 1x, b.jpg 2x", ["a.jpg", "b.jpg"]),
        ("a.jpg,b.jpg 2x", ["a.jpg,b.jpg"]),
        ("a.jpg, b.jpg", ["a.jpg", "b.jpg"]),
        (" ,, a.jpg 100w ,b.jpg ", ["a.jpg", "b.jpg"]),
        ("", []),
        (", ,", []),
    ],
)
def test_srcset(value, expected):
    assert expected == srcset(value)


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("", "https://a.example/x/"),
        ("y", "https://a.example/x/y"),
        ("//b.example", "https://b.example"),
        (" /y\n", "https://a.example/y"),
        ("my photo.jpg", "https://a.example/x/my%20photo.jpg"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("http://[x", None),
        ("x" * 3000, None),
    ],
)
def test_absolute(href, expected):
    assert expected == absolute("https://a.example/x/", href)


class TestJson:
    @pytest.mark.parametrize("body", [f'"{T}"', f'{{"a": [1, {{"b": "{T}"}}]}}', f'["{T}", "{T}"]', f'\ufeff["{T}"]'])
    def test_a_value_that_is_the_url(self, body):
        assert (T,) == links_in_json(body.encode())

    @pytest.mark.parametrize(
        "body", [f'{{"{T}": 1}}', f'"see {T}"', f'"<a href={T}>"', "1", "", "{", "[" * 100_000, '"javascript:x"']
    )
    def test_no_link(self, body):
        assert () == links_in_json(body.encode())

    def test_in_document_order(self):
        assert (f"{T}1", f"{T}2", f"{T}3") == links_in_json(f'{{"a": ["{T}1", {{"b": "{T}2"}}], "c": "{T}3"}}'.encode())


class TestText:
    @pytest.mark.parametrize(
        "body",
        [T, f"see {T}.", f"<{T}>", f"({T})", f"[x]({T})", f'[x]({T} "title")', f"[x]: {T}", f"**{T}**", f"“{T}”, he said", f"{T}\n{T}", f"[x]({T}), then", f"[x]({T}).Then"],
    )
    def test_a_token(self, body):
        assert (T,) == links_in_text(body.encode())

    @pytest.mark.parametrize("body", [f"{T}er", f"{T}/2", f"https://t.example/?u={T}", f"x{T}", "me.example/post", ""])
    def test_another_token(self, body):
        assert T not in links_in_text(body.encode())

    def test_a_bracket_that_the_url_opened_is_its_own(self):
        assert (f"{T}_(x)",) == links_in_text(f"({T}_(x))".encode())
