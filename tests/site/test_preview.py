"""The page behind the link to a draft, a scheduled or a private post (pages §2.8)."""

from datetime import timedelta

import mf2py
import pytest

from indie import publishing, times
from indie.posts import preview

ME = "http://site.example/"
FAR = "2199-05-01T09:30:00+02:00"

KINDS = {
    "Draft": {"post_status": "draft"},
    "Scheduled for 1 May 2199, 09:30": {"published": FAR},
    "Private": {"visibility": "private"},
}


@pytest.fixture
def link(store):
    """The path of a post's preview."""
    return lambda post: "/" + preview.url(ME, store.secret, post).removeprefix(ME)


@pytest.fixture(params=KINDS, ids=lambda words: words.split()[0])
def hidden(request, publish):
    """Each kind of post that has one, and the words above it."""
    return request.param, publish(content="Nobody knows.", **KINDS[request.param])


class TestPage:
    def test_it_is_the_page_of_the_post(self, client, link, hidden):
        """The same entry, at the address that it will have."""
        _, post = hidden
        answer = client.get(link(post))
        (entry,) = mf2py.parse(doc=answer.text, url=ME, html_parser="lxml")["items"]

        assert 200 == answer.status_code
        assert ("Nobody knows.", [post.url(ME)]) == (entry["properties"]["content"][0]["value"], entry["properties"]["url"])
        assert 404 == client.get(post.path).status_code

    def test_it_says_why_only_some_can_see_it(self, client, link, hidden):
        words, post = hidden
        assert f'<p class="state" role="status">{words}' in client.get(link(post)).text

    def test_it_is_for_no_search_engine_no_cache_and_no_other_site(self, client, link, hidden):
        """Whoever follows a link from it does not carry its address along."""
        answer = client.get(link(hidden[1]))

        assert ("noindex", "private, no-store", "no-referrer") == (
            answer.headers["X-Robots-Tag"], answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]
        )  # fmt: skip
        assert "ETag" not in answer.headers
        assert '<meta name="robots" content="noindex">' in answer.text
        assert '<meta name="referrer" content="no-referrer">' in answer.text

    def test_it_takes_no_webmentions(self, client, link, hidden):
        answer = client.get(link(hidden[1]))

        assert "webmention" not in mf2py.parse(doc=answer.text, url=ME, html_parser="lxml")["rels"]
        assert "webmention" not in " ".join(answer.headers.getlist("Link"))

    def test_a_public_page_has_no_such_words(self, client, post):
        page = client.get(post.path).text
        assert ("state" in page, "noindex" in page, "no-referrer" in page) == (False, False, False)


class TestEnd:
    @pytest.mark.parametrize("visibility", ["public", "unlisted"])
    def test_once_everybody_may_see_it_it_leads_to_its_page(self, client, publish, link, visibility):
        post = publish(content="x", visibility=visibility)
        answer = client.get(link(post))

        assert (302, post.url(ME)) == (answer.status_code, answer.headers["Location"])

    def test_a_scheduled_one_too(self, client, store, publish, link):
        soon = times.now() + timedelta(hours=1)
        post = publish(content="x", published=times.rfc3339(soon))
        assert 200 == client.get(link(post)).status_code
        publishing.publish(store, post, ME, soon)
        assert 302 == client.get(link(post)).status_code

    def test_404_when_it_was_deleted(self, client, store, publish, link):
        post = publish(content="x", post_status="draft")
        publishing.delete(store, post, ME, times.now())

        assert 404 == client.get(link(post)).status_code

    @pytest.mark.parametrize("key", ["x", "1-x", "1-", "-", "99-" + "A" * 43, "%00", "1-%ff"])
    def test_404_for_a_link_that_is_none(self, client, publish, key):
        publish(content="x", post_status="draft")
        assert 404 == client.get(f"/preview/{key}").status_code

    def test_the_link_of_one_opens_no_other(self, client, publish, link):
        one, two = publish(content="one", post_status="draft"), publish(content="two", post_status="draft")
        swapped = link(one).replace(f"/{one.id}-", f"/{two.id}-")

        assert 404 == client.get(swapped).status_code


class TestGone:
    @pytest.mark.parametrize("properties", KINDS.values(), ids=lambda kind: next(iter(kind)))
    def test_404_where_nobody_could_see_it(self, client, store, publish, properties):
        """A tombstone would tell that there was something."""
        post = publish(content="x", **properties)
        publishing.delete(store, post, ME, times.now())

        assert client.get("/nothing").data == client.get(post.path).data
