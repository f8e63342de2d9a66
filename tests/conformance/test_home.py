"""
The README's first command, and what other people's parsers read on the home page afterwards.

Three posts by Micropub: one h-feed with three entries, one representative h-card,
read alike by mf2py and by the parser for Node, and each value what `q=source` gives.
"""

import io
import re

import mf2py
import pytest
from PIL import Image

from tests.live.running import APP, PATIENCE

README = (APP.parent / "README.md").read_text("utf-8")
BODY = '<p>On its own page, in its owner’s words, with <em>emphasis</em> and a <a href="https://a.example/">link</a>.</p>'


def picture():
    made = io.BytesIO()
    Image.new("RGB", (64, 48), "olive").save(made, "PNG")
    return made.getvalue()


@pytest.fixture(scope="module")
def home(tmp_path_factory, hosting):
    """The site with a note, an article and a photo: `site`, `urls` by kind, `mf2` of both parsers is made from it."""
    with hosting(tmp_path_factory.mktemp("home") / "data") as site:
        site.start()
        site.owner()
        urls = {
            "note": site.micropub(data={"content": "The first frost & a harp 🎼"}),
            "article": site.micropub({"name": ["On fences"], "content": [{"html": BODY}], "category": ["fences"]}),
            "photo": site.micropub(
                data={"content": "Evening", "mp-photo-alt": "A ridge"},
                files={"photo": ("ridge.png", picture(), "image/png")},
            ),
        }
        yield site, urls


def test_the_readmes_first_command_starts_the_site():
    """Its first block of shell is one line that ends by starting what these tests start."""
    (line,) = re.search(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)[1].splitlines()
    assert line.endswith("python app.py")
    assert [] == [word for word in ("git clone", "cd ", "$ ") if word in line]


@pytest.fixture(scope="module", params=["mf2py", "microformats-parser"])
def read(request, home, node):
    """What a parser reads on the home page: (items, feed, entries by url)."""
    site, _ = home
    page = site.page(site.home)
    if request.param == "mf2py":
        items = mf2py.parse(doc=page, url=site.home, html_parser="lxml")["items"]
    else:
        items = node("mf2.mjs", page, site.home)["items"]
    (feed,) = [item for item in items if item["type"] == ["h-feed"]]
    return items, feed, {entry["properties"]["url"][0]: entry for entry in feed["children"]}


def test_one_feed_with_three_entries(home, read):
    """Newest first, and nothing else in it."""
    _, feed, entries = read
    assert list(reversed(home[1].values())) == list(entries)
    assert [["h-entry"]] * 3 == [entry["type"] for entry in feed["children"]]


def test_one_representative_card(home, read):
    """One h-card at the top, whose url and uid are the page itself."""
    site, _ = home
    (card,) = [item for item in read[0] if item["type"] == ["h-card"]]
    assert (["Manton Reece"], [site.home], [site.home]) == (
        card["properties"]["name"], card["properties"]["url"], card["properties"]["uid"]
    )  # fmt: skip


def test_each_entry_has_its_author(home, read):
    """Some readers look nowhere else (DESIGN §7)."""
    authors = {entry["properties"]["author"][0]["properties"]["name"][0] for entry in read[2].values()}
    assert {"Manton Reece"} == authors


@pytest.mark.parametrize("kind", ["note", "article", "photo"])
def test_each_value_is_what_source_gives(home, read, kind):
    """Name, content, date, categories and photo with its alt: as they were sent, through the page."""
    site, urls = home
    shown = read[2][urls[kind]]["properties"]
    asked = site.http.get(f"{site.home}micropub", params={"q": "source", "url": urls[kind]}, timeout=PATIENCE).json()
    sent = asked["properties"]
    assert sent.get("name", []) == shown.get("name", [])
    assert sent.get("category", []) == shown.get("category", [])
    assert sent["published"][0].replace("+00:00", "") == re.sub(r"(Z|[+-]00:?00)$", "", shown["published"][0])
    assert [{"value": photo["value"], "alt": photo["alt"]} for photo in sent.get("photo", [])] == [
        {"value": photo["value"], "alt": photo["alt"]} for photo in shown.get("photo", [])
    ]
    (content,) = sent["content"]
    if isinstance(content, dict):
        assert content["html"] == shown["content"][0]["html"].strip()
    else:
        assert content == shown["content"][0]["value"].strip()


def test_the_photo_is_served(home, read):
    site, urls = home
    (photo,) = read[2][urls["photo"]]["properties"]["photo"]
    answer = site.http.get(photo["value"], timeout=PATIENCE)
    assert (200, picture()) == (answer.status_code, answer.content)


def test_home_before_there_is_an_owner(tmp_path, hosting):
    """Home answers 200 before there is an owner: an empty feed and a card with the host's name (DESIGN §2)."""
    with hosting(tmp_path / "data") as site:
        site.start("serve", "--no-worker")
        card, feed = mf2py.parse(doc=site.page(site.home), url=site.home, html_parser="lxml")["items"]
    assert (["127.0.0.1"], []) == (card["properties"]["name"], feed.get("children", []))
