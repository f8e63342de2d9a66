"""While a picture loads, its place is filled with its dominant colour; the policy of the page takes just that style."""

import re
from base64 import b64encode
from hashlib import sha256
from io import BytesIO

import mf2py
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from indie import files, times
from indie.site import colours, headers
from tests.site.test_templates import contrast

ME = "http://site.example/"
TEAL, RED = "008080", "ff0000"


def png(color, size=(300, 200), mode="RGB"):
    file = BytesIO()
    Image.new(mode, size, color).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def keep(store, storage, work):
    """`keep("teal")` takes a picture of this colour in, finds its colour, and returns its address."""

    def take(color, **more):
        file = files.read(png(color, **more))
        files.lay(storage, file)
        with store.write():
            files.add(store, storage, file, times.now())
        work()
        return files.address(ME, file.medium.name)

    return take


@pytest.fixture
def shown(client):
    """The page of a post, parsed."""
    return lambda post: BeautifulSoup(client.get(post.path).text, "lxml")


def ours(page):
    """The classes of colours on the pictures of a page, in their order."""
    return [name for picture in page("img") for name in picture.get("class", []) if name.startswith("c-")]


def rules(page):
    """What the page says of each class."""
    return dict(re.findall(r"\.(c-[0-9a-f]{6})\{background:(#[0-9a-f]{6});", page.head.style.string))


def hashed(page):
    """How a policy names the style of this page (CSP 3 §2.3.1)."""
    return f"'sha256-{b64encode(sha256(page.head.style.string.encode()).digest()).decode()}'"


def usual(answer):
    """The policy of a page, without what it says of the script that pages with pictures have (`test_headers`)."""
    return answer.headers["Content-Security-Policy"].removesuffix("; script-src 'self'")


class TestPage:
    def test_a_photo_has_its_colour(self, keep, publish, shown):
        page = shown(publish(photo=keep("teal"), content="x"))

        assert ([f"c-{TEAL}"], {f"c-{TEAL}": f"#{TEAL}"}) == (ours(page), rules(page))

    def test_so_has_the_lead_picture(self, keep, publish, shown):
        page = shown(publish(name="A", content="x", featured=keep("teal")))

        assert [f"c-{TEAL}"] == ours(page)

    def test_so_has_a_picture_in_the_text(self, keep, publish, shown):
        page = shown(publish(name="A", content={"html": f'<p>x <img src="{keep("teal")}" alt="y"></p>'}))

        assert ([f"c-{TEAL}"], {f"c-{TEAL}": f"#{TEAL}"}) == (ours(page), rules(page))

    def test_so_has_a_picture_in_the_owners_own_answer(self, keep, publish, post, shown):
        """It stands among the replies."""
        publish(in_reply_to=post.url(ME), content={"html": f'x <img src="{keep("teal")}" alt="y">'})
        page = shown(post)

        assert ([f"c-{TEAL}"], {f"c-{TEAL}": f"#{TEAL}"}) == (ours(page), rules(page))

    def test_each_colour_is_explained_once(self, keep, publish, client):
        for photo in (keep("teal"), keep("teal", size=(30, 20)), keep("red")):
            publish(photo=photo, content="x")
        page = BeautifulSoup(client.get("/").text, "lxml")

        assert 2 == page.head.style.string.count("{")
        assert {f"c-{TEAL}": f"#{TEAL}", f"c-{RED}": f"#{RED}"} == rules(page)

    def test_a_preview_has_it_too(self, keep, client, bearer):
        sent = {"type": ["h-entry"], "properties": {"photo": [keep("teal")], "post-status": ["draft"]}}
        made = client.post("/micropub", json=sent, headers=bearer("create"))
        answer = client.get(made.json["preview"])
        page = BeautifulSoup(answer.text, "lxml")

        assert [f"c-{TEAL}"] == ours(page)
        assert hashed(page) in answer.headers["Content-Security-Policy"]

    @pytest.mark.parametrize("color", [(0, 0, 0, 0), (255, 0, 0, 128)])
    def test_nothing_lies_behind_what_is_see_through(self, keep, publish, shown, color):
        """It would be seen there for good."""
        page = shown(publish(photo=keep(color, mode="RGBA"), content="x"))

        assert ([], None) == (ours(page), page.head.style)

    def test_parsers_see_what_they_saw(self, keep, publish, client):
        """The class is no name of microformats: the photo is a photo, and nothing else came with it."""
        url = keep("teal")
        (entry,) = mf2py.parse(doc=client.get(publish(photo=url, content="x").path).text, url=ME)["items"]

        assert [{"value": url, "alt": ""}] == entry["properties"]["photo"]
        assert {"name", "content", "published", "url", "uid", "author", "photo"} >= entry["properties"].keys()

    @pytest.mark.parametrize("known", ["#fff", "#FFFFFF", "red", "#ffffff}*{display:none", "#ffffff\n"])
    def test_what_is_no_colour_is_no_style(self, keep, publish, store, shown, known):
        """Whatever stands in the table: only the shape that the job writes becomes CSS."""
        url = keep("teal")
        with store.write():
            store.media.put_renditions(files.name_at(ME, url), known, [])
        page = shown(publish(photo=url, content={"html": f'<img src="{url}">'}))

        assert (["u-photo"], None) == (page.select_one("figure img")["class"], page.head.style)
        assert "class" not in page.select_one(".e-content img").attrs


class TestAuthor:
    """What the owner's HTML says of colours counts for nothing."""

    @pytest.mark.parametrize("name", ["c-ffffff", "h-card", "u-photo c-ffffff"])
    def test_a_class_is_taken_out(self, keep, publish, shown, name):
        page = shown(publish(content={"html": f'<img class="{name}" src="{keep((0, 0, 0, 0), mode="RGBA")}">'}))

        assert ("class" in page.select_one(".e-content img").attrs, page.head.style) == (False, None)

    def test_ours_takes_its_place(self, keep, publish, shown):
        page = shown(publish(content={"html": f'<img class="h-card c-ffffff" src="{keep("teal")}">'}))

        assert [f"c-{TEAL}"] == page.select_one(".e-content img")["class"]

    @pytest.mark.parametrize("name", ["p", "a", "figure", "blockquote"])
    def test_on_other_elements_too(self, publish, shown, name):
        page = shown(publish(content={"html": f'<{name} class="c-ffffff" href="/x">x</{name}>'}))

        assert "class" not in page.select_one(f".e-content {name}").attrs

    @pytest.mark.parametrize(
        "html",
        [
            '&lt;img class="c-ffffff"&gt;',
            '<p title=\'<img class="c-ffffff">\'>x</p>',
            '<img src="/media/x.png" alt=\'<img class="c-ffffff">\'>',
            '<img src="/media/x.png" alt=\'" class="c-ffffff\'>',
        ],
    )
    def test_words_that_look_like_ours_are_words(self, publish, client, html):
        answer = client.get(publish(content={"html": html}).path)

        assert ("<style" in answer.text, headers.POLICY) == (False, usual(answer))


class TestPolicy:
    def test_it_names_the_hash_of_the_style(self, keep, publish, client):
        """`style-src 'self'` and that one (CSP 3 §6.7.3.3)."""
        answer = client.get(publish(photo=keep("teal"), content="x").path)
        wanted = f"style-src 'self' {hashed(BeautifulSoup(answer.text, 'lxml'))};"

        assert headers.POLICY.replace("style-src 'self';", wanted) == usual(answer)

    @pytest.mark.parametrize("path", ["/", "{}", "/nothing"])
    def test_it_is_the_usual_one_where_there_is_no_picture(self, client, post, path):
        answer = client.get(path.format(post.path))

        assert ("<style" in answer.text, headers.POLICY) == (False, answer.headers["Content-Security-Policy"])

    def test_it_is_the_same_with_304(self, keep, publish, client):
        """The browser puts the headers of a 304 in the place of those it kept (RFC 9111 §4.3.4)."""
        path = publish(photo=keep("teal"), content="x").path
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        policies = [answer.headers.getlist("Content-Security-Policy") for answer in (first, again)]

        assert 304 == again.status_code
        assert policies[0] == policies[1]
        assert "sha256-" in policies[1][0]

    def test_another_colour_is_another_etag(self, keep, publish, client, store):
        """So that nobody keeps the page with one style and hears the hash of another."""
        url = keep("teal")
        path = publish(photo=url, content="x").path
        tag = client.get(path).headers["ETag"]
        with store.write():
            store.media.put_renditions(files.name_at(ME, url), f"#{RED}", [])

        assert 200 == client.get(path, headers={"If-None-Match": tag}).status_code

    def test_a_style_that_is_not_ours_stays_forbidden(self):
        """The hash is that of what we would write, not of what stands there."""
        assert headers.POLICY == headers.policy("<head><style>*{display:none}</style></head>")


@given(st.integers(0, 0xFFFFFF))
def test_the_words_of_a_picture_can_be_read_on_its_colour(number):
    """WCAG 1.4.3: they stand there while it loads, and where it cannot be had."""
    ground, ink = re.findall(r"(?:background|color):(#[0-9a-f]+)", colours.style(f'<img class="c-{number:06x}">'))

    assert contrast(ground, ink.replace("#000", "#000000").replace("#fff", "#ffffff")) >= 4.5


def test_a_class_is_made_of_a_colour_alone():
    """The name of no microformat begins so."""
    assert ["c-a1b2c3", "", "", ""] == [colours.class_of(one) for one in ("#a1b2c3", "", "#A1B2C3", "#a1b2c3 h-card")]
