"""Every address of ours that can be answered, and what it leads to (Webmention §4.2, §7.2)."""

import pytest

from indie import publishing, times
from indie.webmention import addresses
from indie.webmention.addresses import Target
from tests.webmention.conftest import ME


@pytest.fixture
def comment(receive, answer, look):
    """The id of a reply under the note."""
    return look(receive(answer()))[1].id


@pytest.fixture
def names(post, target, comment):
    """Every address of the reply, by its kind."""
    return {"fragment": f"{target}#c-{comment}", "page": f"{ME}c/{comment}", "query": f"{target}?replytocom={comment}"}


FORMS = ("fragment", "page", "query")


class TestPost:
    @pytest.mark.parametrize(
        "spelling",
        ["{}", "{}/", "{}#section", "{}?utm_source=x&utm_medium=y", "{}?x=1", "{}#c-99", "{}?replytocom=99", "{}#c-x",
         "{}?replytocom=99999999999999999999"],
    )  # fmt: skip
    def test_it_is_found_whatever_is_hung_on_it(self, store, post, target, spelling):
        assert Target(post) == addresses.find(store, ME, spelling.format(target))

    @pytest.mark.parametrize("site", ["https://site.example/", "HTTP://SITE.example/", "http://site.example:80/",
                                      "http://site.example./"])  # fmt: skip
    def test_it_is_found_by_any_spelling_of_the_site(self, store, post, site):
        assert Target(post) == addresses.find(store, ME, post.url(site))

    def test_it_is_found_with_any_letter_escaped(self, store, post):
        escaped = "".join(f"%{ord(letter):02x}" if letter.isalnum() else letter for letter in post.path)
        assert Target(post) == addresses.find(store, ME, ME + escaped.lstrip("/"))

    def test_it_is_found_at_an_address_that_it_had(self, store, post):
        renamed = publishing.update(store, ME, times.now(), post, lambda post: post.item, {"mp-slug": ["fences"]})
        assert Target(renamed) == addresses.find(store, ME, post.url(ME))

    @pytest.mark.parametrize(
        "spelling",
        ["{}x", "{}/x", "{}%00", "{}%0d%0a", "{}%2fx", "{}/..", "{}/%2e%2e", "{}%ed%a0%80", "{}%252f", "{}//x",
         "http://site.example:81{path}", "http://evil.example{path}", "http://site.example.evil.example{path}"],
    )  # fmt: skip
    def test_nothing_is_found_by_what_is_none_of_its_addresses(self, store, post, target, spelling):
        assert addresses.find(store, ME, spelling.format(target, path=post.path)) is None


class TestHome:
    @pytest.mark.parametrize("url", ["", "#me", "?utm_source=x", "/"])
    def test_it_is_no_post(self, store, url):
        assert Target(None) == addresses.find(store, ME, ME + url)

    def test_nor_without_its_slash(self, store):
        assert Target(None) == addresses.find(store, ME, ME.rstrip("/"))

    @pytest.mark.parametrize("path", ["webmention", "micropub", "account", "tags/x/", "static/theme.css"])
    def test_other_pages_take_none(self, store, path):
        assert addresses.find(store, ME, ME + path) is None


class TestComment:
    @pytest.mark.parametrize("form", FORMS)
    def test_each_of_its_addresses_names_it(self, store, post, comment, names, form):
        assert Target(post, comment) == addresses.find(store, ME, names[form])

    def test_its_page_with_a_slash_and_a_fragment(self, store, post, comment, names):
        assert Target(post, comment) == addresses.find(store, ME, names["page"] + "/?utm_source=x#top")

    @pytest.mark.parametrize("form", FORMS)
    def test_one_that_nobody_sees_is_none(self, store, post, names, form):
        """The page that its address is on takes webmentions still."""
        store.responses.publish(1, public=False)
        assert (None if form == "page" else Target(post)) == addresses.find(store, ME, names[form])

    def test_it_goes_with_its_post(self, store, post, names):
        publishing.delete(store, post, ME, times.now())
        assert {None} == {addresses.find(store, ME, name) for name in names.values()}

    @pytest.mark.parametrize("number", ["0", "-1", "01", "1x", "", "٣", "99999999999999999999", "1/2", "1%00"])
    def test_what_is_no_number_is_none(self, store, comment, number):
        assert addresses.find(store, ME, f"{ME}c/{number}") is None

    def test_one_of_the_home_page_has_no_page(self, store, receive, look, answer):
        """It is shown nowhere."""
        _, stored = look(receive(answer(to=ME), to=ME, about=None))
        assert addresses.find(store, ME, f"{ME}c/{stored.id}") is None


class TestAnswered:
    """A response whose target is an address of a comment."""

    @pytest.mark.parametrize("form", FORMS)
    def test_it_answers_the_comment(self, names, receive, answer, look, form):
        webmention, stored = look(receive(answer("Below.", to=names[form]), "http://ben.example/1", names[form]))
        assert ("verified", "reply") == (webmention.state, stored.response.kind)
        assert names["fragment"] == stored.response.in_reply_to[-1]

    @pytest.mark.parametrize("linked", FORMS)
    @pytest.mark.parametrize("sent", FORMS)
    def test_it_may_link_to_any_of_its_addresses(self, names, receive, answer, look, linked, sent):
        webmention, _ = look(receive(answer("Below.", to=names[linked]), "http://ben.example/1", names[sent]))
        assert "verified" == webmention.state

    def test_it_is_where_it_was_sent_though_it_names_the_post(self, names, target, receive, answer, look):
        """Who answers on the page of a comment, with a program that knows pages alone."""
        _, stored = look(receive(answer("Below.", to=target), "http://ben.example/1", names["fragment"]))
        assert (target, names["fragment"]) == stored.response.in_reply_to

    def test_what_it_says_counts_more_than_where_it_was_sent(self, store, names, comment, target, receive, answer, look):
        _, other = look(receive(answer("Beside."), "http://cleo.example/1"))
        says = f"{target}#c-{other.id}"
        _, stored = look(receive(answer("Below.", to=says), "http://ben.example/1", names["fragment"]))
        assert (says,) == stored.response.in_reply_to

    def test_no_mention_answers_it(self, names, receive, answer, look):
        _, stored = look(receive(answer("", "x", names["page"]), "http://ben.example/1", names["page"]))
        assert () == stored.response.in_reply_to

    def test_a_like_of_it_is_its_own(self, names, receive, answer, look):
        _, stored = look(receive(answer("", "u-like-of", names["page"]), "http://ben.example/1", names["page"]))
        assert ("like", (names["fragment"],)) == (stored.response.kind, stored.response.in_reply_to)

    def test_a_like_that_was_sent_to_the_post_too_is_the_posts(self, names, target, receive, answer, look):
        receive(answer("", "u-like-of", target), "http://ben.example/1")
        _, stored = look(receive(answer("", "u-like-of", names["page"]), "http://ben.example/1", names["page"]))
        assert () == stored.response.in_reply_to

    def test_it_stands_below_it(self, client, names, post, receive, answer, look):
        look(receive(answer("Below.", to=names["page"]), "http://ben.example/1", names["page"]))
        page = client.get(post.path).text
        assert page.index('class="comment-replies"') < page.index("Below.")
