"""The page of a tag, and what leads there: categories of posts, #tags of their texts."""

import mf2py
import pytest

from indie import publishing, times
from indie.mf2.item import Item
from indie.posts import tags

ME = "http://site.example/"


def parsed(page):
    return mf2py.parse(doc=page, url=ME, html_parser="lxml")


def feed(page):
    """The h-feed of a page of the list."""
    (found,) = [item for item in parsed(page)["items"] if item["type"] == ["h-feed"]]
    return found


def names(page):
    """The titles on it."""
    return [entry["properties"]["name"][0] for entry in feed(page)["children"]]


def older(page):
    """Where it goes on."""
    (url,) = parsed(page)["rels"]["next"]
    return url.removeprefix("http://site.example")


def day(number):
    return f"2024-01-{number:02}T12:00:00Z"


@pytest.fixture
def tagged(store, storage):
    """`tagged("a", "b", name="…")` makes a post with these categories and returns it."""

    def make(*categories, **properties):
        held = {name.replace("_", "-"): [value] for name, value in properties.items()}
        item = Item(("h-entry",), {"category": list(categories), "content": ["x"], **held})
        return publishing.create(store, storage, ME, times.now(), item, {})

    return make


@pytest.fixture
def way(client, tagged):
    """From a category to the path of its page, as the page of a post has it."""

    def follow(category):
        (url,) = parsed(client.get(tagged(category).path).text)["rels"]["tag"]
        return url.removeprefix("http://site.example")

    return follow


class TestList:
    def test_posts_with_the_category_and_with_the_tag_in_their_text(self, client, tagged):
        """Newest first; what is about something else is not there."""
        tagged("llamas", name="One", published=day(1))
        tagged("goats", name="Two", published=day(2))
        tagged(name="Three", content="More #llamas.", published=day(3))
        assert ["Three", "One"] == names(client.get("/tags/llamas/").text)

    def test_a_reply_stands_there_too(self, client, tagged):
        tagged("llamas", name="An answer", in_reply_to="http://them.example/")
        assert ["An answer"] == names(client.get("/tags/llamas/").text)

    def test_it_is_a_feed_with_the_tag_as_its_name(self, client, tagged):
        """An h-feed with name, url and author; pages §2.3."""
        tagged("llamas")
        found = feed(client.get("/tags/llamas/").text)["properties"]
        assert (["#llamas"], [f"{ME}tags/llamas/"]) == (found["name"], found["url"])
        assert [ME] == found["author"][0]["properties"]["url"]

    def test_no_representative_card(self, client, tagged):
        """Home alone has it."""
        tagged("llamas")
        assert [["h-feed"]] == [item["type"] for item in parsed(client.get("/tags/llamas/").text)["items"]]

    @pytest.mark.parametrize("spelling", ["IndieWeb", "indieweb", "INDIEWEB"])
    def test_case_makes_no_difference(self, client, tagged, spelling):
        """One page for all spellings, called as the newest post spells it, with one canonical address."""
        tagged("indieweb", name="One", published=day(1))
        tagged(name="Two", content="#IndieWeb", published=day(2))
        page = client.get(f"/tags/{spelling}/").text
        assert (["#IndieWeb"], ["Two", "One"]) == (feed(page)["properties"]["name"], names(page))
        assert [f"{ME}tags/indieweb/"] == parsed(page)["rels"]["canonical"]

    def test_twenty_on_a_page_and_the_rest_on_the_next(self, client, tagged):
        for number in range(1, 24):
            tagged("llamas", name=f"Post {number}", published=day(number))
            tagged("goats", name="Another", published=day(number))
        first = client.get("/tags/llamas/").text
        link = older(first)
        rest = client.get(link).text
        assert [f"Post {number}" for number in range(23, 3, -1)] == names(first)
        assert (["Post 3", "Post 2", "Post 1"], [ME + link[1:]]) == (names(rest), feed(rest)["properties"]["url"])
        assert "next" not in parsed(rest)["rels"]

    def test_a_page_stays_the_same_when_a_post_comes(self, client, tagged):
        for number in range(1, 22):
            tagged("llamas", name=f"Post {number}", published=day(number))
        link = older(client.get("/tags/llamas/").text)
        tagged("llamas", name="Post 22", published=day(22))
        assert ["Post 1"] == names(client.get(link).text)

    @pytest.mark.parametrize("cursor", ["x", "2024-01-01T00:00:00.000000Z", "2020-01-01T00:00:00.000000Z-1"])
    def test_404_for_a_cursor_that_is_none_or_at_the_end(self, client, tagged, cursor):
        tagged("llamas")
        assert 404 == client.get(f"/tags/llamas/before/{cursor}").status_code

    @pytest.mark.parametrize(
        "hidden", [{"visibility": "unlisted"}, {"visibility": "private"}, {"post_status": "draft"}]
    )
    def test_404_where_no_public_post_has_it(self, client, tagged, hidden):
        tagged("llamas", **hidden)
        assert [404, 404] == [client.get(f"/tags/{tag}/").status_code for tag in ("llamas", "goats")]

    def test_a_post_leaves_when_it_is_deleted(self, client, store, tagged):
        publishing.delete(store, tagged("llamas"), ME, times.now())
        assert 404 == client.get("/tags/llamas/").status_code

    def test_a_person_who_is_tagged_is_no_tag(self, client, tagged):
        tagged("http://ann.example/")
        assert 404 == client.get("/tags/ann.example/").status_code

    def test_it_is_there_without_its_final_slash_too(self, client, tagged):
        tagged("llamas")
        assert [f"{ME}tags/llamas/"] == parsed(client.get("/tags/llamas").text)["rels"]["canonical"]


class TestCategory:  # pages §2.1
    @pytest.mark.parametrize("path", ["/", "{}"])
    def test_its_text_is_the_bare_tag(self, client, tagged, path):
        """`p-category` has no “#”; software reads the word."""
        page = client.get(path.format(tagged("Open Web", name="One").path)).text
        items = parsed(page)["items"]
        (entry,) = items if path != "/" else feed(page)["children"]
        assert ["Open Web"] == entry["properties"]["category"]

    @pytest.mark.parametrize("path", ["/", "{}"])
    def test_it_is_a_link_of_rel_tag(self, client, tagged, path):
        page = parsed(client.get(path.format(tagged("Open Web").path)).text)
        assert [f"{ME}tags/open%20web/"] == page["rels"]["tag"]

    @pytest.mark.parametrize(
        "category",
        [
            *("<b>", '"><script>alert(1)</script>', "{{ 7 * 7 }}", "a/b", "/a//b/", "before/x", ".", "..", "…", "C++"),
            *("50%", "%2e%2e", "a?b#c", "a&b=c", "a\\b", "אבג", "שלום \u202eעולם", "👩‍🌾", "#1", "1", "\0", "Straße"),
            *("x" * 300, "é" * 201, "a" * 199 + " b", "  spaced   out ", "ẞ\u0345"),
        ],
    )
    def test_whatever_it_is_its_link_leads_to_a_page_that_has_the_post(self, client, way, category):
        assert 1 == len(feed(client.get(way(category)).text)["children"])

    @pytest.mark.parametrize("category", ["<b>", '"><script>alert(1)</script>'])
    def test_markup_in_it_is_words(self, client, way, category):
        page = client.get(way(category)).text
        assert [f"#{category}"] == feed(page)["properties"]["name"]
        assert category not in page


class TestText:
    @pytest.mark.parametrize("syntax", ["text", "markdown"])
    @pytest.mark.parametrize(
        ("word", "path"),
        [
            ("llamas", "llamas"),
            ("IndieWeb", "indieweb"),
            ("שלום", "%D7%A9%D7%9C%D7%95%D7%9D"),
            ("हिन्दी", "%E0%A4%B9%E0%A4%BF%E0%A4%A8%E0%A5%8D%E0%A4%A6%E0%A5%80"),
        ],
    )
    def test_a_tag_is_a_link_to_its_page(self, client, store, publish, syntax, word, path):
        store.preferences.put("content", syntax)
        page = client.get(publish(content=f"Of #{word}, so.").path).text
        assert f'Of <a href="{ME}tags/{path}/">#{word}</a>, so.' in page
        assert 200 == client.get(f"/tags/{path}/").status_code

    @pytest.mark.parametrize("syntax", ["text", "markdown"])
    @pytest.mark.parametrize(
        "text", ["#<b>", "#1", "#👍", "http://a.example/#part", "a#part", "##part", "&#part;", "#", "# part"]
    )
    def test_what_is_none(self, client, store, publish, syntax, text):
        """Numbers, emoji, parts of words and of URLs."""
        store.preferences.put("content", syntax)
        page = client.get(publish(content=text).path).text
        assert "/tags/" not in page
        assert [] == store.finding.categories(unseen=True)

    @pytest.mark.parametrize("text", ["`#part`", "```\n#part\n```", "[#part](http://a.example/)", r"\#part"])
    def test_in_markdown_none_in_code_and_links(self, client, store, publish, text):
        store.preferences.put("content", "markdown")
        page = client.get(publish(content=text).path).text
        assert "/tags/" not in page
        assert [] == store.finding.categories(unseen=True)

    def test_html_has_none(self, client, store, publish):
        page = client.get(publish(content={"html": "<p>#part</p>"}).path).text
        assert "/tags/" not in page
        assert [] == store.finding.categories(unseen=True)

    def test_it_is_told_to_nobody(self, store, publish):
        """A link to a page of ours is no target of a webmention."""
        publish(content="#llamas")
        assert 0 == store.database.one("SELECT COUNT(*) AS number FROM deliveries")["number"]


class TestClients:
    @pytest.fixture
    def ask(self, client, bearer):
        def get(**query):
            return client.get("/micropub", query_string=query, headers=bearer("create update")).json

        return get

    def test_categories_come_with_the_tags_of_texts(self, ask, tagged):
        """Each post once by its own spelling: `#Goats` beside the category `goats` says nothing new."""
        tagged("goats", content="#Goats and #Llamas.")
        assert {"categories": ["goats", "Llamas"]} == ask(q="category")

    def test_the_list_of_posts_is_filtered_by_it(self, ask, tagged):
        post = tagged(content="#Llamas")
        tagged("goats")
        found = ask(q="source", **{"property-category": "Llamas"})["items"]
        assert [post.url(ME)] == [item["properties"]["url"][0] for item in found]

    def test_the_source_stays_as_it_was_sent(self, ask, publish):
        post = publish(content="#Llamas")
        assert "category" not in ask(q="source", url=post.url(ME))["properties"]


def test_the_tags_of_a_post_are_its_categories_and_then_those_of_its_text():
    """Each once, as it was first spelled."""
    item = Item(("h-entry",), {"category": ["B", "http://ann.example/", "a"], "content": ["#c #b #C"]})
    assert ("B", "a", "c") == tags.of(item)
