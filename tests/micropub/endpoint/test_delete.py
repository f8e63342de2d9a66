"""Deleting and undeleting over HTTP (Micropub §3.5, §3.6)."""

import pytest


@pytest.fixture
def act(post):
    """`act("delete", url)`, by form or by JSON."""

    def send(action, url, kind="form", scope="delete"):
        body = {"action": action, "url": url}
        return post(json=body, scope=scope) if kind == "json" else post(body, scope=scope)

    return send


@pytest.mark.parametrize("kind", ["form", "json"])
class TestDelete:
    def test_204_then_the_page_answers_410(self, client, create, act, kind):
        """And no list names it."""
        url = create(content=["x"])
        answer = act("delete", url, kind)

        assert (204, b"") == (answer.status_code, answer.data)
        assert 410 == client.get(url).status_code
        assert url not in client.get("/").text

    def test_204_for_a_second_time(self, client, create, act, kind):
        url = create(content=["x"])

        assert [204, 204] == [act("delete", url, kind).status_code for _ in range(2)]
        assert 410 == client.get(url).status_code

    def test_204_then_undelete_puts_it_back(self, client, create, act, kind):
        """The same page at the same address."""
        url = create(content=["Back again"])
        before = client.get(url).data
        act("delete", url, kind)

        assert 204 == act("undelete", url, kind).status_code
        assert before == client.get(url).data
        assert url in client.get("/").text

    def test_204_for_an_undelete_of_a_live_post(self, client, create, act, kind):
        url = create(content=["x"])

        assert 204 == act("undelete", url, kind).status_code
        assert 200 == client.get(url).status_code

    @pytest.mark.parametrize("action", ["delete", "undelete"])
    @pytest.mark.parametrize(
        "url",
        ["http://site.example/2026/01/01/none", "https://other.example/", "http://site.example/", "/", "nonsense", "http://["],
    )
    def test_400_for_what_is_no_post_of_ours(self, act, action, url, kind):
        """Its own example 25 has 400, not 404."""
        answer = act(action, url, kind)

        assert (400, "invalid_request") == (answer.status_code, answer.json["error"])
        assert "not found" in answer.json["error_description"]


@pytest.mark.parametrize("change", ["{}/", "{}#top", "{}?utm_source=x", "https{}", "HTTP{}", "http://SITE.example:80{}"])
def test_every_spelling_of_its_address_will_do(client, create, act, change):
    """Clients copy addresses from wherever they find them."""
    url = create(content=["Hello"])
    rest = {"https{}": url[4:], "HTTP{}": url[4:], "http://SITE.example:80{}": url[len("http://site.example") :]}
    assert 204 == act("delete", change.format(rest.get(change, url))).status_code
    assert 410 == client.get(url).status_code


def test_the_action_may_come_with_brackets_or_none(client, create, post):
    """As every field."""
    url = create(content=["x"])

    assert 204 == post({"action[]": "delete", "url[]": url}, scope="delete").status_code


def test_everybody_who_was_told_is_told_again(create, act, work, frozen_web):
    """So that what was shown elsewhere goes there too."""
    frozen_web.pages["https://a.example/1"] = b"HTTP/1.1 200 OK\r\nLink: </wm>; rel=webmention\r\n\r\n"
    frozen_web.pages["https://a.example/wm"] = b"HTTP/1.1 202 Accepted\r\n\r\n"
    url = create(in_reply_to=["https://a.example/1"])
    work()
    act("delete", url)
    work()

    told = ("https://a.example/wm", {"source": url, "target": "https://a.example/1"})
    assert [told, told] == frozen_web.posted
