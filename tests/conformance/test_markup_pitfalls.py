"""The twenty pitfalls of pages §2.1, one each, on our own pages as mf2py reads them."""

import mf2py
import pytest
from bs4 import BeautifulSoup

from indie import publishing, times
from indie.mf2 import post_type
from indie.mf2.item import Item
from tests.conformance.test_types import MP4, picture
from tests.webmention.conftest import answer, look, publish, receive  # noqa: F401  # fixtures

ME = "http://site.example/"
BOB = {
    "type": ["h-cite"],
    "properties": {
        "name": ["A post by Bob"],
        "url": ["https://bob.example/1"],
        "content": ["Bob's own words."],
        "author": [{"type": ["h-card"], "properties": {"name": ["Bob"], "url": ["https://bob.example/"]}}],
    },
}
RELATIONS = ("in-reply-to", "like-of", "repost-of", "bookmark-of")


@pytest.fixture
def post(store, storage, owner):
    """The note that others answer."""
    item = Item(("h-entry",), {"content": ["A fence is a promise."], "category": ["fences"]})
    return publishing.create(store, storage, ME, times.now(), item, {})


@pytest.fixture
def target(post):
    return post.url(ME)


@pytest.fixture
def show(store, storage, client, owner):
    """`show(content=["x"])` publishes a post; its address, the tree of its page, and the one item there."""

    def make(**properties):
        item = Item(("h-entry",), {name.replace("_", "-"): values for name, values in properties.items()})
        post = publishing.create(store, storage, ME, times.now(), item, {})
        soup = BeautifulSoup(client.get(post.path).text, "lxml")
        (found,) = mf2py.parse(doc=soup, url=post.url(ME))["items"]
        return post.url(ME), soup, found["properties"]

    return make


@pytest.fixture
def talk(receive, answer, look, post, client):  # noqa: F811
    """The page of the note once somebody has answered it: its tree, and its properties."""
    look(receive(answer("I think so too.")))
    html = client.get(post.path).text
    (found,) = mf2py.parse(BeautifulSoup(html, "lxml"), url=post.url(ME))["items"]
    assert found["properties"]["comment"]
    return html, found


@pytest.fixture
def upload(client, bearer):
    """Puts a file on the site; its address."""
    from io import BytesIO  # noqa: PLC0415

    return lambda name, data: client.post(
        "/micropub/media", data={"file": (BytesIO(data), name)}, headers=bearer("media")
    ).location


def test_1_the_author_keeps_the_url(show, client):
    """A card with a photo that were itself the link would have none: the link is inside."""
    _, soup, properties = show(content=["x"])
    (author,) = properties["author"]
    assert ([ME], ["Olaf Owner"]) == (author["properties"]["url"], author["properties"]["name"])
    assert not soup.select("a.h-card")


def test_2_a_cards_address_is_no_address_of_the_post(show):
    """u-url on a root belongs to what is around it."""
    url, soup, properties = show(content=["x"], category=[{"type": ["h-card"], "properties": {"name": ["Ann"], "url": ["https://ann.example/"]}}])
    assert [url] == properties["url"]
    assert not soup.select("[class*='h-'].u-url")


def test_3_the_author_is_in_the_entry(show):
    _, soup, properties = show(content=["x"])
    assert 1 == len(properties["author"])
    assert soup.select_one(".h-entry .p-author.h-card")


@pytest.mark.parametrize("relation", RELATIONS)
def test_4_no_name_is_implied(show, relation):
    """A post without words has a p-summary, else its name were all its text."""
    _, _, properties = show(**{relation: ["https://bob.example/1"]})
    assert "name" not in properties
    assert properties["summary"][0].endswith("a post on bob.example")


def test_5_no_url_is_implied(show):
    """Also where a title is the one link of a heading, and leads to another site."""
    url, soup, properties = show(bookmark_of=["https://bob.example/1"], name=["A field guide"])
    assert "https://bob.example/1" == soup.select_one("h1.p-name > a:only-child")["href"]
    assert ([url], [url]) == (properties["url"], properties["uid"])


def test_6_an_untitled_post_has_no_name(show):
    """p-name and e-content are never one element."""
    _, soup, properties = show(content=["An untitled note."])
    assert "name" not in properties
    assert not soup.select(".p-name.e-content")


@pytest.mark.parametrize("relation", [*RELATIONS, "quotation-of"])
def test_7_their_words_are_not_ours(show, relation):
    """Contexts are siblings before e-content."""
    _, soup, properties = show(content=["Mine."], **{relation: [BOB]})
    assert ["Mine."] == [content["value"] for content in properties["content"]]
    assert "Bob" not in soup.select_one(".e-content.prose").get_text()


@pytest.mark.parametrize("relation", RELATIONS)
def test_8_a_cite_has_its_address_for_a_value(show, relation):
    """Without u-url inside it were `https://site/A post by Bob`."""
    _, _, properties = show(content=["x"], **{relation: [BOB]})
    assert "https://bob.example/1" == properties[relation][0]["value"]


@pytest.mark.parametrize("relation", RELATIONS)
def test_9_what_has_an_address_is_a_u(show, relation):
    """With p- its value were the cited words."""
    _, soup, _ = show(content=["x"], **{relation: ["https://bob.example/1"]})
    assert soup.select(f".u-{relation}")
    assert not soup.select(f".p-{relation}")


def test_9_so_are_those_who_answer(talk):
    html, _ = talk
    assert "u-comment" in html
    assert "p-comment" not in html


def test_10_the_alt_of_a_photo_is_kept(show, upload):
    """The class is on the picture, not on the link around it."""
    _, _, properties = show(photo=[{"value": upload("a.png", picture("red")), "alt": "Bridge at dusk"}])
    assert ["Bridge at dusk"] == [photo["alt"] for photo in properties["photo"]]


def test_11_a_video_is_not_its_poster(show, upload):
    film = upload("a.mp4", MP4)
    _, _, properties = show(content=["x"], video=[film])
    assert [film] == properties["video"]


def test_12_an_article_with_pictures_is_no_photo(show, upload):
    """Neither for post type discovery nor for XRay, which takes content pictures away where there is a photo."""
    image = upload("a.png", picture("red"))
    _, _, properties = show(name=["On bridges"], content=[{"html": f'<p>See:</p><p><img class="u-photo" src="{image}" alt=""></p>'}])
    assert "photo" not in properties
    assert "article" == post_type.discover(Item(("h-entry",), properties))


@pytest.mark.parametrize("relation", ["like-of", "repost-of", "bookmark-of"])
def test_13_a_reaction_is_no_reply_too(show, relation):
    _, _, properties = show(**{relation: ["https://bob.example/1"]})
    assert "in-reply-to" not in properties


def test_14_dates_carry_their_offset(show):
    _, soup, properties = show(content=["x"], published=["2024-07-23T17:00:00-05:00"])
    assert "2024-07-23T17:00:00-05:00" == soup.select_one("time.dt-published")["datetime"]
    assert "2024-07-23T17:00:00-0500" == properties["published"][0]


@pytest.mark.parametrize("path", ["/", "{post}"])
def test_15_addresses_are_absolute(show, upload, client, path):
    """Each that a parser or a reader takes: u-*, pictures, srcset."""
    url, *_ = show(content=["x"], photo=[{"value": upload("a.png", picture("red")), "alt": "x"}])
    soup = BeautifulSoup(client.get(path.format(post=url.removeprefix(ME.rstrip("/")))).text, "lxml")
    elements = soup.select("[class^='u-'], [class*=' u-'], img, source")
    found = [element[name] for element in elements for name in ("href", "src", "value") if element.has_attr(name)]
    found += [part.split()[0] for element in soup.select("[srcset]") for part in element["srcset"].split(",")]
    assert found
    assert all(one.startswith(("http://", "https://")) for one in found)


@pytest.mark.parametrize("hidden", ["<script>leak()</script>", "<noscript>leak()</noscript>", "<template>leak()</template>", "<style>leak()</style>"])
def test_16_nothing_unseen_is_in_the_content(show, hidden):
    _, soup, properties = show(content=[{"html": f"<p>Seen.</p>{hidden}"}])
    assert ["Seen."] == [content["value"] for content in properties["content"]]
    assert "leak" not in str(soup.select_one(".e-content"))


def test_17_other_posts_are_plain_links(show, client, owner):
    """An h-entry of another post inside this one would be its child."""
    show(content=["The one before."])
    url, *_ = show(content=["The one after."])
    (item,) = mf2py.parse(BeautifulSoup(client.get(url).text, "lxml"), url=url)["items"]
    assert "children" not in item


def test_18_a_tag_is_its_bare_word(show):
    _, soup, properties = show(content=["x"], category=["ai", "open web"])
    assert ["ai", "open web"] == properties["category"]
    assert {("tag",)} == {tuple(link["rel"]) for link in soup.select(".p-category")}


def test_19_a_post_does_not_answer_itself(talk):
    """Nor does its page say so of it when it answers nothing; what answers it names it, inside."""
    _, found = talk
    assert "in-reply-to" not in found["properties"]


def test_20_the_conversation_is_in_the_page(talk):
    """For parsers that run no script."""
    html, found = talk
    assert ["I think so too."] == [one["properties"]["content"][0]["value"] for one in found["properties"]["comment"]]
    assert "<script" not in html
