"""The example conversation, played into an empty site (DESIGN §2)."""

import mf2py
import pytest

from indie import demo, wiring
from indie.config import Settings
from indie.errors import Misconfigured
from indie.jobs.workshop import Workshop
from indie.mf2.sandbox import Parser
from indie.store import Store
from indie.store.finding import Filter

ME = "http://site.example/"


@pytest.fixture(scope="module")
def played(tmp_path_factory, lend):
    """The site with the example: (shop, page of the conversation, home page)."""
    with lend() as url:
        settings = Settings(data=tmp_path_factory.mktemp("demo"), url=ME, database=url)
        store = Store.open(settings)
        with Parser(children=1) as parser:
            shop = Workshop(settings, store, wiring.storage(settings), demo.FrozenWeb(), parser, wiring.renderer(settings, store))
            letter = demo.play(shop)
            client = wiring.create_app(settings, store).test_client()
            yield shop, client, letter, client.get(letter).text
        store.database.close()


def entry(played):
    _, _, url, page = played
    (found,) = mf2py.parse(doc=page, url=url, html_parser="lxml")["items"]
    return found["properties"]


def test_five_replies_nested_and_the_owners_marked(played):
    """Three people answer; two of them are answered by the owner."""
    tree = [
        [said["properties"]["author"][0]["properties"]["name"][0],
         [below["properties"]["author"][0]["properties"]["name"][0] for below in said["properties"].get("comment", [])]]
        for said in entry(played)["comment"]
    ]  # fmt: skip
    owner = demo.OWNER.name
    assert [1, 1, 0] == [len(below) for _, below in tree]
    assert {owner} == {name for _, below in tree for name in below}
    assert 2 == played[3].count('<span class="badge">Author</span>')


def test_one_answers_somebody_who_is_not_here(played):
    """A reply addresses somebody whose own reply never arrived, and says so."""
    assert 1 == played[3].count("which is not here")


def test_likes_and_a_mention(played):
    assert (5, 1) == (len(entry(played)["like"]), len(entry(played)["mention"]))


def test_a_quotation_and_a_link(played):
    html = entry(played)["content"][0]["html"]
    assert "<blockquote>" in html
    assert 'href="https://platform.example/@chief/4711"' in html


def test_every_picture_is_our_own(played):
    """Faces and photos lie here; no page asks anybody else for anything."""
    shop, client, _, page = played
    pages = page + client.get("/").text
    pictures = {part.partition('"')[0] for part in pages.split(' src="')[1:]}
    assert pictures
    assert set() == {picture for picture in pictures if not picture.startswith((f"{ME}media/", "/static/"))}
    for picture in pictures:
        with client.get(picture) as answer:
            assert 200 == answer.status_code
    assert [] == shop.store.media.wanted()


def test_home_shows_the_posts_and_not_the_replies(played):
    feed = mf2py.parse(doc=played[1].get("/").text, url=ME, html_parser="lxml")["items"][1]
    assert 4 == len(feed["children"])


def test_a_second_time_it_refuses(played):
    """It goes into an empty site alone."""
    with pytest.raises(Misconfigured, match="empty"):
        demo.play(played[0])


def test_who_lives_there_stays_the_owner(settings, store, storage, owner):
    with Parser(children=1) as parser:
        demo.play(Workshop(settings, store, storage, demo.FrozenWeb(), parser, wiring.renderer(settings, store)))
    assert "Olaf Owner" == store.owner.get().name


def test_nothing_is_told_to_anybody(played):
    """What the posts link to is noted as due and would be sent: to hosts that do not exist."""
    hosts = {urls_host for post in played[0].store.finding.posts(Filter(), 50) for urls_host in _targets(played[0].store, post)}
    assert set() == {host for host in hosts if not host.endswith(".example")}


def _targets(store, post):
    return [delivery.target.split("/")[2] for delivery in store.deliveries.of(post.id)]


def test_nothing_is_left_for_a_worker_to_ask_the_web_about(shop):
    """The hosts of the example are made up; whoever serves it must not look them up."""
    demo.play(shop)

    assert 0 == shop.store.jobs.waiting()
    assert {"verified"} == {webmention.state for webmention in shop.store.webmentions.all()}
