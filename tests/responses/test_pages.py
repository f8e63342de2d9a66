"""A long conversation in pages (DESIGN §2): at most 250 responses on one, nothing lost, threads whole where they fit."""

import pytest

from indie.responses.pages import BELOW, BESIDE, FIRST, ROOM, cut, walk, whole
from indie.responses.thread import build
from tests.responses.test_thread import KEYS, ROOT, said


def flat(number, start=0):
    """Replies to the post."""
    return [said(f"c-{n}", minute=n) for n in range(start, start + number)]


def thread(number, start=0):
    """A reply to the post, and `number` - 1 replies to that."""
    first = f"https://c-{start}.example/c-{start}"
    return [said(f"c-{start}", minute=start), *(said(f"c-{n}", first, minute=n) for n in range(start + 1, start + number))]


def chain(number, start=0):
    """Everybody answers the one before."""
    above = [ROOT, *(f"https://c-{n}.example/c-{n}" for n in range(start, start + number))]
    return [said(f"c-{n}", above[n - start], minute=n) for n in range(start, start + number)]


def likes(number, kind="like", start=0):
    return [said(f"c-{n}", (), kind=kind, minute=n) for n in range(start, start + number)]


def pages(responses):
    return cut(build(KEYS, responses))


def sizes(responses):
    """How many responses stand on each page."""
    return [len(list(page.anchors)) for page in pages(responses)]


def replies(page):
    return [reply.said.anchor for reply in walk(page.replies)]


class TestRoom:
    @pytest.mark.parametrize(
        ("responses", "found"),
        [
            ([], [0]),
            (flat(ROOM), [ROOM]),
            (flat(ROOM + 1), [ROOM, 1]),
            (flat(1000), [ROOM] * 4),
            (likes(ROOM), [ROOM]),
            (likes(200) + flat(50, 200), [ROOM]),
            (likes(600), [ROOM, ROOM, 100]),
            (likes(10_000), [ROOM] * 40),
            (chain(600), [ROOM, 200, 150]),
            (likes(700, "mention"), [ROOM, ROOM, 200]),
        ],
        ids=["none", "250", "251", "1000", "likes", "both", "more likes", "10,000 likes", "chain", "mentions"],
    )
    def test_two_hundred_and_fifty_on_a_page(self, responses, found):
        assert found == sizes(responses)

    @pytest.mark.parametrize(
        "responses",
        [
            *(flat(700), chain(700), thread(700), likes(700) + flat(700, 700), likes(700) + chain(300, 1000) + flat(300, 2000)),
            [one for start in range(0, 1300, 130) for one in thread(130, start)],
            [one for start in range(0, 1400, 7) for one in thread(7, start)],
        ],
    )
    def test_everything_stands_on_one_page_and_one_alone(self, responses):
        found = [anchor for page in pages(responses) for anchor in page.anchors]
        assert sorted({one.anchor for one in responses}) == sorted(found)

    def test_replies_stand_beside_however_many_likes(self):
        """10,000 likes do not put the tenth reply on the fortieth page."""
        first, second, *_ = pages(likes(10_000) + flat(200, 10_000))
        assert (ROOM - BESIDE, 200 - (ROOM - BESIDE)) == (len(replies(first)), len(replies(second)))

    def test_an_empty_conversation_is_a_page(self):
        (page,) = pages([])
        assert ((), ()) == (page.replies, page.groups)

    def test_a_reply_that_ten_thousand_like_is_no_page_of_its_own(self):
        """Some of the faces stand in it; the rest is a number."""
        liked = [said(f"c-{n}", "https://c-0.example/c-0", kind="like", minute=n) for n in range(1, 10_000)]
        (page,) = pages([*flat(1), *liked])
        assert (9_999, 1 + BELOW) == (len(page.replies[0].reactions), len(list(page.anchors)))


class TestOrder:
    def test_the_oldest_stand_first(self):
        first, *_, last = pages(flat(1000))
        assert ("c-0", "c-999") == (replies(first)[0], replies(last)[-1])

    def test_what_comes_later_leaves_the_pages_before_as_they_are(self):
        before, after = pages(flat(700)), pages(flat(900))
        assert [replies(page) for page in before[:2]] == [replies(page) for page in after[:2]]

    def test_some_of_each_group_are_on_the_first_page(self):
        """However many like it, who reposts it is seen."""
        first, *_ = pages(likes(1000) + likes(20, "repost", 1000) + flat(500, 2000))
        assert {"like": BESIDE - FIRST, "repost": FIRST} == {group.kind: len(group.said) for group in first.groups}

    def test_a_group_says_how_many_it_has_on_all_pages(self):
        assert [[1000], [1000], [1000], [1000]] == [[group.number for group in page.groups] for page in pages(likes(1000))]

    def test_answers_to_an_invitation_are_groups(self):
        (page,) = pages([said(f"c-{n}", kind="rsvp", rsvp=word, minute=n) for n, word in enumerate(["yes", "no", "yes"])])
        assert [("rsvp", ["c-0", "c-2"]), ("rsvp", ["c-1"])] == [
            (group.kind, [one.anchor for one in group.said]) for group in page.groups
        ]

    def test_an_answer_to_an_invitation_that_is_liked_is_a_reply(self):
        """Nothing is lost: its like has a place."""
        answer = said("c-0", kind="rsvp", rsvp="yes")
        (page,) = pages([answer, said("c-1", "https://c-0.example/c-0", kind="like", minute=1)])
        assert ["c-0", "c-1"] == list(page.anchors)


class TestThreads:
    def test_a_thread_stays_whole(self):
        """The second begins a page, though its first hundred had room on the one before."""
        first, second = pages([*thread(140), *thread(140, 140)])
        assert (140, 140) == (len(replies(first)), len(replies(second)))

    def test_what_is_on_an_earlier_page_is_named(self):
        """A thread of its own for 400 goes on; what stands there says whom it answers."""
        first, second = pages(thread(400))
        assert ("c-0", 1) == (replies(first)[0], len(first.replies))
        assert {"c-0"} == {reply.parent.anchor for reply in second.replies}

    def test_a_long_thread_is_torn_between_its_branches(self):
        """Two branches of 140 each, under one reply: each is whole."""
        top = "https://c-0.example/c-0"
        branches = [
            [said(f"c-{start}", top, minute=start)]
            + [said(f"c-{n}", f"https://c-{start}.example/c-{start}", minute=n) for n in range(start + 1, start + 140)]
            for start in (1, 141)
        ]
        first, second = pages([said("c-0"), *branches[0], *branches[1]])
        assert [1 + 140, 140] == [len(replies(first)), len(replies(second))]
        assert [1, 140] == [len(first.replies), 1 + len(second.replies[0].replies)]

    def test_a_chain_goes_on_from_page_to_page(self):
        """Its end stays whole."""
        _, second, third = pages(chain(600))
        assert ["c-249", "c-449"] == [page.replies[0].parent.anchor for page in (second, third)]
        assert (1, 1) == (len(second.replies), len(third.replies))

    def test_a_chain_of_ten_thousand(self):
        """Neither recursion nor a square of the number."""
        assert [ROOM] * 40 == sizes(chain(10_000))

    def test_all_at_once_is_the_thread_as_it_is(self):
        found = build(KEYS, chain(600))
        assert found.replies == whole(found).replies
