"""The page of a comment, by which it can be answered (Webmention §4.2)."""

import mf2py
import pytest

from indie import publishing, times
from tests.webmention.conftest import ME


@pytest.fixture
def comment(receive, answer, look):
    """The path of the page of a reply under the note."""
    return f"/c/{look(receive(answer()))[1].id}"


class TestPage:
    def test_it_says_where_it_takes_webmentions(self, client, comment):
        answer = client.get(comment)
        assert f'<{ME}webmention>; rel="webmention"' in answer.headers.getlist("Link")
        assert f'<link rel="webmention" href="{ME}webmention">' in answer.text

    def test_it_is_a_citation_of_the_reply(self, client, comment, target):
        (item,) = mf2py.parse(doc=client.get(comment).text, url=ME, html_parser="lxml")["items"]
        properties = item["properties"]
        assert (["h-cite"], ["http://ann.example/1"], [f"{target}#c-1"], "I think so too.", "Ann") == (
            item["type"], properties["url"], properties["in-reply-to"], properties["content"][0]["value"],
            properties["author"][0]["properties"]["name"][0],
        )  # fmt: skip

    def test_it_leads_to_its_place(self, client, comment, target):
        """Search engines are sent there, and people."""
        answer = client.get(comment)
        assert "noindex" == answer.headers["X-Robots-Tag"]
        assert f'<link rel="canonical" href="{target}#c-1">' in answer.text
        assert f'<a href="{target}#c-1">' in answer.text

    def test_with_a_slash_it_is_the_same(self, client, comment):
        assert 200 == client.get(comment + "/").status_code

    def test_head_says_the_same(self, client, comment):
        assert client.get(comment).headers.getlist("Link") == client.head(comment).headers.getlist("Link")

    def test_one_below_another_has_one_too(self, client, comment, receive, answer, look):
        _, below = look(receive(answer("Below.", to=ME.rstrip("/") + comment), "http://ben.example/1", ME.rstrip("/") + comment))
        assert "Below." in client.get(f"/c/{below.id}").text

    def test_what_is_no_reply_is_at_its_place_alone(self, client, receive, answer, look, target):
        _, like = look(receive(answer("", "u-like-of")))
        answer = client.get(f"/c/{like.id}")
        assert (303, f"{target}#c-{like.id}") == (answer.status_code, answer.headers["Location"])


class TestNone:
    @pytest.mark.parametrize("path", ["/c/99", "/c/0", "/c/x", "/c/-1", "/c/99999999999999999999", "/c/", "/c"])
    def test_404_for_what_never_was(self, client, comment, path):
        assert 404 == client.get(path).status_code

    def test_404_for_what_nobody_sees(self, client, store, comment):
        store.responses.publish(1, public=False)
        assert 404 == client.get(comment).status_code

    def test_404_where_its_post_is_hidden(self, client, store, post, comment):
        publishing.delete(store, post, ME, times.now())
        assert 404 == client.get(comment).status_code

    def test_410_for_what_was_taken_back(self, client, store, comment):
        """Without a word of what it said."""
        store.responses.publish(1, public=False)
        store.webmentions.conclude(1, "gone", "", times.now())
        answer = client.get(comment)
        assert (410, False) == (answer.status_code, "I think so" in answer.text)
