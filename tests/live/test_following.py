"""Two sites of ours: one follows the other, and whoever is killed meanwhile misses nothing."""

import pytest

from indie import times
from tests.live.running import until

SECONDS = 2.0
"""Until a new post is at the follower: the issue's word."""

TRIES = 5
"""So many posts; the quickest of them tells, as the machine that runs this may be busy."""

RETRIES = 200.0
"""Seconds that the hub gets: its second try comes after a minute."""


class Pair:
    """`ann` publishes, `bob` follows her home page."""

    def __init__(self, ann, bob):
        self.ann, self.bob = ann, bob
        for site, name in ((ann, "ann"), (bob, "bob")):
            site.start()
            site.owner(name.title(), name)
        self.store = bob.store()

    def follow(self):
        ran = self.bob.command("follow", self.ann.home, INDIE_URL=self.bob.home, INDIE_FETCH_ALLOW="127.0.0.0/8")
        assert ran.returncode == 0, ran.stderr
        until(lambda: self.store.following.by_url(self.ann.home).state == "active")

    def rows(self):
        """What came to the follower: when, and how, by content."""
        rows = self.store.database.query("SELECT jf2, received, way FROM followed_items")
        return {row["jf2"]: (times.from_sortable(row["received"]), row["way"]) for row in rows}

    def arrived(self, word):
        return next((found for jf2, found in self.rows().items() if word in jf2), None)


@pytest.fixture(scope="module")
def pair(tmp_path_factory, hosting):
    """Both sites, running, and one follows."""
    folder = tmp_path_factory.mktemp("pair")
    with hosting(folder / "ann") as ann, hosting(folder / "bob") as bob:
        made = Pair(ann, bob)
        ann.micropub({"content": ["The first"]})
        made.follow()
        yield made
        made.store.database.close()


def test_a_new_post_is_pushed_in_less_than_two_seconds(pair):
    """Signed, verified, read and kept."""
    took = []
    for number in range(TRIES):
        posted = times.now()
        pair.ann.micropub({"content": [f"Pushed {number}"]})
        received, way = until(lambda number=number: pair.arrived(f"Pushed {number}"))
        assert "push" == way
        took.append((received - posted).total_seconds())
    assert min(took) < SECONDS


def test_an_edit_arrives(pair):
    """At the item that is there."""
    url = pair.ann.micropub({"content": ["Beofre"]})
    until(lambda: pair.arrived("Beofre"))
    change = {"action": "update", "url": url, "replace": {"content": ["Mended"]}}
    assert pair.ann.http.post(f"{pair.ann.home}micropub", json=change, timeout=60).status_code in (200, 204)
    until(lambda: pair.arrived("Mended"))
    assert pair.arrived("Beofre") is None


def test_a_publisher_that_is_killed_forgets_nothing(pair):
    """What it has to push is a row; it goes out when it is there again."""
    pair.ann.micropub({"content": ["Before the end"]})
    pair.ann.restart()
    until(pair.ann.answers)
    until(lambda: pair.arrived("Before the end"), RETRIES)


@pytest.mark.timeout(600)
def test_a_follower_that_is_killed_misses_nothing(pair):
    """The hub tries again."""
    pair.bob.kill()
    pair.ann.micropub({"content": ["While away"]})
    pair.bob.run(*pair.bob.arguments)
    until(pair.bob.answers)
    until(lambda: pair.arrived("While away"), RETRIES)
