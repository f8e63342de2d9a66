"""The example conversation as other people's parsers and readers see it."""

import re
from datetime import datetime

import mf2py
import mf2util
import pytest
from bs4 import BeautifulSoup

from indie import demo, wiring
from indie.config import Settings
from indie.fetch.client import Fetcher
from indie.jobs.workshop import Workshop
from indie.mf2.sandbox import Parser
from indie.store import Store

ME = "http://mira.example/"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:?\d\d")


@pytest.fixture(scope="module")
def pages(tmp_path_factory, lend):
    """The HTML of the home page and of the letter, each with its address."""
    with lend() as url:
        settings = Settings(data=tmp_path_factory.mktemp("demo"), url=ME, database=url)
        store = Store.open(settings)
        with Parser(children=1) as parser:
            letter = demo.play(Workshop(settings, store, wiring.storage(settings), Fetcher(), parser, wiring.renderer(settings, store)))
        client = wiring.create_app(settings, store).test_client()
        yield {name: (page, client.get(page).text) for name, page in {"home": ME, "letter": letter}.items()}
        store.database.close()


def by_mf2py(url, html):
    """As mf2py reads it, which most readers and senders in Python use."""
    return mf2py.parse(BeautifulSoup(html, "lxml"), url=url)


@pytest.fixture(scope="module")
def parsed(pages, node):
    """(mf2py's, microformats-parser's) reading of each page."""
    return {name: (by_mf2py(url, html), node("mf2.mjs", html, url)) for name, (url, html) in pages.items()}


def leaves(items, path=""):
    """Every value of every property, in order, with its path; the white space of texts and markup made equal."""
    for number, item in enumerate(items):
        here = f"{path}/{number} {'+'.join(item['type'])}"
        yield here, item.get("id")
        for name, values in sorted(item["properties"].items()):
            for value in values:
                if isinstance(value, dict) and "type" in value:
                    yield from leaves([value], f"{here} {name}")
                else:
                    yield f"{here} {name}", _plain(value)
        yield from leaves(item.get("children", []), f"{here} children")


def _plain(value):
    if not isinstance(value, dict):
        # Why: mf2py writes +0200 where the page and microformats-parser have +02:00.
        return datetime.fromisoformat(value) if DATE.fullmatch(value) else " ".join(value.split())
    if value.get("alt") == "":
        # Deviation of microformats-parser: a picture whose alt is empty is its address alone.
        return value["value"]
    # Why not html: each writes the same elements with white space and void tags of its own.
    return {name: " ".join(text.split()) for name, text in value.items() if name not in ("html", "lang", "srcset")}


@pytest.mark.parametrize("name", ["home", "letter"])
def test_two_parsers_read_the_same_values(parsed, name):
    """Property by property: items, nested items, ids, texts, addresses, dates."""
    python, javascript = parsed[name]
    assert list(leaves(python["items"])) == list(leaves(javascript["items"]))


@pytest.mark.parametrize("name", ["home", "letter"])
def test_two_parsers_read_the_same_rels(parsed, name):
    python, javascript = parsed[name]
    assert {rel: sorted(urls) for rel, urls in python["rels"].items()} == {
        rel: sorted(urls) for rel, urls in javascript["rels"].items()
    }


@pytest.fixture(scope="module")
def letter(pages):
    """What mf2util, which IndieWeb sites in Python read others with, makes of the letter."""
    url, html = pages["letter"]
    return mf2util.interpret(by_mf2py(url, html), url, want_json=True)


class TestReader:
    """PyPI: mf2util 0.5.2."""

    def test_it_knows_whose_the_letter_is(self, letter):
        assert ("Mira Example", ME) == (letter["author"]["name"], letter["author"]["url"])

    def test_it_has_the_title_and_the_whole_text_and_nothing_of_the_talk(self, letter):
        text = letter["content-plain"]
        assert "A letter, as a picture of a letter" == letter["name"]
        assert (True, True) == (text.startswith("Somebody with a very large"), text.endswith("live in the answer."))

    def test_it_knows_the_moment_with_its_offset(self, letter):
        assert "2026-07-23T17:00:00+02:00" == datetime.fromisoformat(letter["published"]).isoformat()

    def test_it_sees_who_answered_whom(self, letter):
        """Three answers by others, two of them answered by the owner: (author, what he answers, answers to him)."""
        seen = [
            (one["author"]["name"], [below["author"]["name"] for below in one.get("comment", [])])
            for one in letter["comment"]
        ]
        assert [("Jon", ["Mira Example"]), ("Numeric Neighbour", ["Mira Example"]), ("Greta", [])] == seen

    def test_it_sees_what_an_answer_of_the_owner_answers(self, letter):
        answer = letter["comment"][0]["comment"][0]
        assert [{"url": letter["comment"][0]["url"]}] == answer["in-reply-to"]

    def test_it_counts_the_likes(self, letter):
        assert 5 == len(letter["like"])

    def test_home_is_a_feed_whose_every_entry_has_an_author(self, pages):
        url, html = pages["home"]
        feed = mf2util.interpret_feed(by_mf2py(url, html), url)
        assert (4, {"Mira Example"}) == (
            len(feed["entries"]),
            {entry["author"]["name"] for entry in feed["entries"]},
        )

    def test_home_has_one_card_that_speaks_for_it(self, pages):
        url, html = pages["home"]
        card = mf2util.representative_hcard(by_mf2py(url, html), url)
        assert ["Mira Example"] == card["properties"]["name"]
