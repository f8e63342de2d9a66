"""
What the owner has a say in, and what is on no page: the scenarios 25, 26, 29 and 30 of Webmention §4.5.

The owner speaks by the command line: `python app.py mentions …`, beside the running site.
"""

import itertools

import pytest

from tests.conformance.talk import talking, texts
from tests.live.running import PATIENCE, people, until

NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def strict(tmp_path_factory, hosting):
    """A site on which replies of strangers are held; those of who was approved before are shown."""
    with talking(hosting, tmp_path_factory.mktemp("strict") / "data") as talk:
        talk.app("prefer", "approve_replies", "known")
        yield talk


@pytest.fixture
def stranger(strict):
    """A site that nobody has heard of, at an address of its own."""
    with people(f"127.0.1.{next(NUMBERS)}") as (one,):
        strict.neighbours.append(one)
        yield one


class TestHeld:
    """25: what a stranger says waits for the owner; what an approved one changes does too, and the old stays."""

    def test_25_a_strangers_reply_is_on_no_page(self, strict, stranger):
        post = strict.post()
        said = strict.tell(strict.write(stranger, "May I?", post), post)
        assert ("pending", []) == (said["status"], strict.tree(post))

    def test_25_it_is_listed_for_the_owner(self, strict, stranger):
        post = strict.post()
        source = strict.write(stranger, "May I be listed?", post)
        strict.tell(source, post)
        assert source in strict.app("mentions", "list")

    def test_25_approved_it_is_shown(self, strict, stranger):
        post = strict.post()
        source = strict.write(stranger, "May I, please?", post)
        strict.tell(source, post)
        strict.app("mentions", "approve", source)
        assert [("May I, please?", [])] == strict.tree(post)

    @pytest.fixture(scope="module")
    @staticmethod
    def switched(strict):
        """A reply that was approved and then became spam: post, source, and its status."""
        post = strict.post()
        source = strict.write(strict.ben, "A kind word.", post, path="bait")
        strict.tell(source, post)
        strict.app("mentions", "approve", source)
        strict.write(strict.ben, "Buy pills.", post, path="bait")
        return post, source, strict.tell(source, post)

    def test_25_what_was_approved_stays(self, strict, switched):
        assert [("A kind word.", [])] == strict.tree(switched[0])
        assert "Buy pills." not in strict.site.page(switched[0])

    def test_25_the_new_one_waits(self, switched):
        assert "pending" == switched[2]["status"]

    def test_25_approved_the_new_one_takes_its_place(self, strict, stranger):
        post = strict.post()
        source = strict.write(stranger, "The old one.", post, path="bait-2")
        strict.tell(source, post)
        strict.app("mentions", "approve", source)
        strict.write(stranger, "The new one.", post, path="bait-2")
        strict.tell(source, post)
        strict.app("mentions", "approve", source)
        assert [("The new one.", [])] == strict.tree(post)

    def test_25_a_host_that_is_always_allowed_waits_no_more(self, strict, stranger):
        post = strict.post()
        source = strict.write(stranger, "The first.", post)
        strict.tell(source, post)
        strict.app("mentions", "approve", source, "--always")
        said = strict.tell(strict.write(stranger, "The second.", post), post)
        assert "verified" == said["status"]
        assert ["The first.", "The second."] == texts(strict.tree(post))

    def test_25_sent_again_unchanged_it_stays_shown(self, strict, stranger):
        """Nobody hides an approved reply by sending it again."""
        post = strict.post()
        source = strict.write(stranger, "Once more.", post)
        strict.tell(source, post)
        strict.app("mentions", "approve", source)
        strict.site.mention(source, post)
        during = strict.tree(post)
        strict.tell(source, post)
        assert [("Once more.", [])] == during == strict.tree(post)

    def test_25_a_claimed_author_is_not_known(self, strict, stranger):
        """That is approved by the host of the source, not by whom the page says it is of."""
        post = strict.post()
        source = strict.write(stranger, "By me.", post)
        strict.tell(source, post)
        strict.app("mentions", "approve", source, "--always")
        author = f'<a class="p-name u-url" href="{stranger.home}">Some Stranger</a>'
        said = strict.tell(strict.write(strict.ann, "By somebody else.", post, author=author), post)
        assert "pending" == said["status"]

    def test_25_an_open_redirect_of_an_allowed_host_opens_nothing(self, strict, stranger):
        """Whoever is allowed vouches for his own pages, not for where they lead (§7.2)."""
        post = strict.post()
        source = strict.write(stranger, "I am allowed.", post)
        strict.tell(source, post)
        strict.app("mentions", "approve", source, "--always")
        door = f"{stranger.home}open?to=elsewhere"
        strict.serves(door, (302, {"Location": strict.write(strict.dora, "By an open door.", post)}, ""))
        said = strict.tell(door, post)
        assert ("pending", ["I am allowed."]) == (said["status"], texts(strict.tree(post)))


class TestRejected:
    """26: what the owner rejected or blocked stays so, however often it is sent."""

    def test_26_rejected_it_is_gone_and_stays_so(self, talk):
        post = talk.post()
        source = talk.says(talk.ann, "Never mind.", post, path="rejected")
        talk.app("mentions", "reject", source)
        before = talk.tree(post)
        talk.write(talk.ann, "Never mind, edited.", post, path="rejected")
        said = talk.tell(source, post)
        assert ([], "rejected", []) == (before, said["status"], talk.tree(post))

    @pytest.fixture(scope="module")
    @staticmethod
    def blocked(talk):
        """A reply of a host that was then blocked: post, what was asked of it before, and the answer to the next."""
        post = talk.post()
        source = talk.says(talk.dora, "Before the block.", post)
        talk.app("mentions", "block", "127.0.0.5")
        talk.dora.requested.clear()
        form = {"source": talk.write(talk.dora, "After the block.", post), "target": post}
        answer = talk.site.http.post(f"{talk.site.home}webmention", data=form, timeout=PATIENCE)
        again = talk.site.http.post(f"{talk.site.home}webmention", data={**form, "source": source}, timeout=PATIENCE)
        return post, (answer, again)

    def test_26_of_a_blocked_host_nothing_is_shown(self, talk, blocked):
        assert [] == talk.tree(blocked[0])

    def test_26_a_blocked_host_is_not_asked(self, talk, blocked):
        """Another's mention, sent later, has been verified meanwhile."""
        talk.says(talk.ben, "Meanwhile.", talk.post())
        assert [] == talk.dora.requested

    def test_26_the_sender_is_told(self, talk, blocked):
        """At once, or by the status URL."""
        for answer in blocked[1]:
            if answer.status_code == 201:
                assert "rejected" == talk.site.verified(answer.headers["Location"])["status"]
            else:
                assert answer.status_code in (400, 403)

    def test_26_who_redirects_to_a_blocked_host_is_blocked_too(self, talk, blocked):
        post = talk.post()
        target = talk.write(talk.dora, "By the back door.", post)
        door = f"{talk.ben.home}door"
        talk.serves(door, (302, {"Location": target}, ""))
        talk.tell(door, post)
        assert [] == talk.tree(post)


class TestHome:
    """29: the home page as the target: the owner is told, and no page shows it."""

    @pytest.mark.parametrize("what", ["mention", "tag", "follow"])
    def test_29_it_is_taken_and_listed(self, talk, what):
        home = talk.site.home
        says = {
            "mention": {"says": f'I know <a href="{home}">somebody</a>.', "relation": "mention"},
            "tag": {"says": "A walk.", "relation": "category", "more": f'<a class="u-category h-card" href="{home}">Manton</a>'},
            "follow": {"says": "", "relation": "follow-of"},
        }[what]
        source = talk.says(talk.cleo, says.pop("says"), home, path=f"home-{what}", **says)
        assert source in talk.app("mentions", "list")

    def test_29_no_page_shows_it(self, talk):
        post = talk.post()
        source = talk.says(talk.cleo, f'<a href="{talk.site.home}">Somebody</a> I like to read.', talk.site.home)
        assert [] == [url for url in (post, talk.site.home) if source in talk.site.page(url)]

    def test_29_a_page_that_does_not_link_there_is_no_mention(self, talk):
        source = talk.write(talk.cleo, "I know nobody.", "http://elsewhere.example/")
        assert "error" == talk.tell(source, talk.site.home)["status"]


class TestHidden:
    """30: posts that are not for everybody."""

    def test_30_draft_private_deleted_and_unknown_have_the_same_answer(self, talk):
        """Byte for byte, so that nobody learns what there is."""
        hidden = [
            talk.post(post_status="draft"),
            talk.post(visibility="private"),
            talk.post(published="2199-01-01T00:00:00Z"),
            _deleted(talk),
            f"{talk.site.home}unknown",
        ]
        source = talk.write(talk.ann, "What is there?", *hidden)
        answers = [talk.refused(source, target) for target in hidden]
        assert 400 == answers[0][0]
        assert [answers[-1]] * len(hidden) == answers

    def test_30_an_unlisted_post_takes_responses(self, talk):
        post = talk.post(visibility="unlisted")
        talk.says(talk.ann, "I was told of it.", post)
        assert [("I was told of it.", [])] == talk.tree(post)

    def test_30_a_post_that_became_private_takes_none(self, talk):
        """Not even from who had answered it."""
        post = talk.post()
        source = talk.says(talk.ann, "Still public.", post)
        _update(talk, post, {"replace": {"visibility": ["private"]}})
        until(lambda: talk.site.visitor().get(post, timeout=PATIENCE).status_code in (401, 403, 404, 410))
        assert 400 == talk.refused(source, post)[0]


def _deleted(talk):
    post = talk.post()
    _update(talk, post, {"action": "delete"})
    return post


def _update(talk, post, body):
    answer = talk.site.http.post(
        f"{talk.site.home}micropub", json={"action": "update", "url": post, **body}, timeout=PATIENCE
    )
    answer.raise_for_status()
