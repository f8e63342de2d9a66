"""
Three sites of ours: what is said at the end of a chain is shown at its beginning (Webmention spec §4.3).

C answers B, who answered A. C tells B alone; B tells A, who asks C.
"""

import pytest

from indie.store.quoted import VERIFIED
from tests.conformance.talk import changed, texts
from tests.live.running import until


@pytest.fixture(scope="module")
def chain(talk, tmp_path_factory, hosting):
    """(site, address of its post) of A, B and C, where C's words are shown at A."""
    with (
        hosting(tmp_path_factory.mktemp("b") / "data") as second,
        hosting(tmp_path_factory.mktemp("c") / "data") as third,
    ):
        for site, name in ((second, "Bea"), (third, "Cid")):
            site.settings["INDIE_RATE_LIMIT"] = "off"
            site.owner(name, name.lower())
            site.start()
        first = talk.post("Who answers?")
        answer = second.micropub({"content": ["I do."], "in-reply-to": [first]})
        until(lambda: ["I do."] == texts(talk.tree(first)))
        deeper = third.micropub({"content": ["And so do I."], "in-reply-to": [answer]})
        until(lambda: _quoted(talk.site) == [(VERIFIED, "And so do I.")])
        yield (talk.site, first), (second, answer), (third, deeper)


def _quoted(site):
    store = site.store()
    found = [(one.state, one.response.text) for one in store.quoted.all()]
    store.database.close()
    return found


def test_it_is_nested_where_it_belongs(talk, chain):
    (_, first), _, _ = chain
    assert [("I do.", [("And so do I.", [])])] == talk.tree(first)


def test_it_speaks_for_itself(talk, chain):
    """Its author is linked, as it is no hearsay: its own page was asked."""
    (_, first), _, (third, _) = chain
    comment = talk.entry(first)["properties"]["comment"][0]["properties"]["comment"][0]["properties"]
    assert [third.home] == comment["author"][0]["properties"]["url"]


def test_it_follows_what_its_author_says_now(talk, chain):
    (_, first), _, (third, deeper) = chain
    changed(third, deeper, replace={"content": ["I do not."]})
    until(lambda: [("I do.", [("I do not.", [])])] == talk.tree(first))


def test_it_goes_when_its_author_takes_it_back(talk, chain):
    (_, first), _, (third, deeper) = chain
    changed(third, deeper, "delete")
    until(lambda: [("I do.", [])] == talk.tree(first))
