from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indie import urls
from indie.mf2.authorship import Author
from indie.responses.response import Alias, Response, aliases
from indie.responses.said import FACES
from indie.responses.thread import Missing, Said, build

ROOT = "https://me.example/2024/07/llama-3-1"
KEYS = {urls.key(ROOT)}
START = datetime(2024, 7, 23, 17, tzinfo=UTC)
OWNER = Author("Manton Reece", "https://me.example/", None, "manton")


def said(anchor, answers=(ROOT,), text="Well.", *, minute=0, **given):
    """Response `c-3` of https://c-3.example/, or own post `p-3`, received `minute` minutes after the first."""
    own = anchor.startswith("p")
    home = "https://me.example/" if own else f"https://{anchor}.example/"
    source = given.pop("source", home + anchor)
    url = given.pop("url", source)
    author = given.pop("author", OWNER if own else Author(f"Author {anchor}", home, None))
    names = [url, *given.pop("names", ())]
    place = {name: given.pop(name) for name in ("under", "keys", "quoted", "deleted") if name in given}
    response = Response(
        source=source,
        url=url,
        kind=given.pop("kind", "reply"),
        author=author,
        via=given.pop("via", None),
        name=None,
        html=text,
        text=text,
        lang=None,
        published=given.pop("published", None),
        updated=None,
        rsvp=given.pop("rsvp", None),
        in_reply_to=(answers,) if isinstance(answers, str) else tuple(answers),
        aliases=aliases(source, names, (ROOT,)),
        profiles=given.pop("profiles", ()),
    )
    assert not given
    return Said(anchor, response, START + timedelta(minutes=minute), is_author=own, **place)


def shape(thread):
    """The tree as nested tuples of anchors: `("c-1", ("c-2",))` is c-2 under c-1."""

    def one(reply):
        below = tuple(one(child) for child in reply.replies)
        return (reply.said.anchor, *below) if below else reply.said.anchor

    return [one(reply) for reply in thread.replies]


def anchors(some):
    return [one.anchor for one in some]


def everything(thread):
    waiting, found = list(thread.replies), []
    while waiting:
        reply = waiting.pop()
        found += [reply.said.anchor, *anchors(reply.reactions)]
        waiting.extend(reply.replies)
    for part in (*thread.faces.values(), *(group.said for group in thread.reacji), thread.mentions):
        found.extend(anchors(part))
    return found


class TestSeed:
    """Design §1, pages spec §1: five replies by four people, the owner twice, somebody's reply never came."""

    def thread(self):
        def person(name, host):
            return Author(name, f"https://{host}/", None)

        nc = person("Numeric Citizen", "nc.example")
        return build(
            KEYS,
            [
                said("c-1", text="@pratik I read the post in “reader mode” 🤓", minute=1, author=person("John Philpin", "jp.example")),
                said("p-1", ROOT, "@pratik “…” is a Hindi saying", minute=2),
                said("c-2", text="The best part is the second one.", minute=3, author=nc),
                said("p-2", "https://c-2.example/c-2", "@numericcitizen Thanks.", minute=4),
                said("c-3", text="@pratik What about the licence?", minute=5, author=person("Jim Morris", "jm.example")),
            ],
            OWNER,
        )

    def test_five_replies_oldest_first(self):
        thread = self.thread()
        assert (5, ["c-1", "p-1", ("c-2", "p-2"), "c-3"]) == (thread.count, shape(thread))

    def test_who_addresses_somebody_who_is_not_here_is_labelled(self):
        thread = self.thread()
        assert [Missing("", "@pratik")] * 2 + [None] + [Missing("", "@pratik")] == [
            reply.orphan_of for reply in thread.replies
        ]

    def test_owner_is_marked_twice(self):
        thread = self.thread()
        assert ["p-1", "p-2"] == [a for a in sorted(everything(thread)) if a.startswith("p")]
        assert thread.replies[1].said.is_author
        assert thread.replies[2].replies[0].said.is_author

    def test_nested_reply_knows_its_parent(self):
        (nested,) = self.thread().replies[2].replies
        assert ("c-2", None, 1) == (nested.parent.anchor, nested.orphan_of, nested.depth)


class TestParents:
    """Webmention spec §4.2, scenarios of §4.5."""

    def test_1_reply_to_the_root_is_at_the_top(self):
        (reply,) = build(KEYS, [said("c-1")]).replies
        assert ("c-1", None, None, 0) == (reply.said.anchor, reply.parent, reply.orphan_of, reply.depth)

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    @pytest.mark.parametrize("minutes", [(1, 2), (2, 1)])
    def test_4_parent_and_root_both_named_nest_under_the_parent(self, order, minutes):
        """Bridgy names both, sorted, in whatever order they come."""
        parent = said("c-1", minute=minutes[0], source="https://brid.gy/comment/m/me/1/5", url="https://silo.example/5")
        child = said("c-2", sorted(["https://silo.example/5", ROOT]), minute=minutes[1])
        given_in_order = [[parent, child][place] for place in order]
        assert [("c-1", "c-2")] == shape(build(KEYS, given_in_order))

    def test_5_child_before_its_parent_is_an_orphan_at_the_top(self):
        child = said("c-2", ["https://c-1.example/c-1", ROOT], minute=1)
        (reply,) = build(KEYS, [child]).replies
        assert Missing("https://c-1.example/c-1", "a post on c-1.example") == reply.orphan_of

    def test_5_it_moves_when_the_parent_arrives(self):
        child = said("c-2", ["https://c-1.example/c-1", ROOT], minute=1)
        assert [("c-1", "c-2")] == shape(build(KEYS, [child, said("c-1", minute=9)]))

    def test_deepest_parent_wins(self):
        chain = [said("c-1"), said("c-2", "https://c-1.example/c-1", minute=1)]
        both = said("c-3", ["https://c-1.example/c-1", "https://c-2.example/c-2", ROOT], minute=2)
        for order in permutations([*chain, both]):
            assert [("c-1", ("c-2", "c-3"))] == shape(build(KEYS, order))

    @pytest.mark.parametrize("form", [f"{ROOT}#c-1", f"{ROOT}/#c-1", "https://me.example/c/1", f"{ROOT}?replytocom=1"])
    def test_3_our_own_permalink_of_a_comment_is_that_comment(self, form):
        keys = (Alias(urls.key("https://me.example/c/1"), claimed=False), Alias(urls.key(f"{ROOT}?replytocom=1"), claimed=False))
        thread = build(KEYS, [said("c-1", keys=keys), said("c-2", form, minute=1)])
        assert [("c-1", "c-2")] == shape(thread)

    def test_unknown_fragment_of_the_root_is_the_root(self):
        (reply,) = build(KEYS, [said("c-2", f"{ROOT}#c-99")]).replies
        assert None is reply.orphan_of

    def test_fragment_elsewhere_is_no_anchor_of_ours(self):
        (_, reply) = build(KEYS, [said("c-1"), said("c-2", "https://else.example/x#c-1", minute=1)]).replies
        assert Missing("https://else.example/x#c-1", "a post on else.example") == reply.orphan_of

    def test_unknown_fragment_of_a_response_is_the_response(self):
        thread = build(KEYS, [said("c-1"), said("c-2", "https://c-1.example/c-1#text", minute=1)])
        assert [("c-1", "c-2")] == shape(thread)

    def test_responses_on_one_page_are_told_apart_by_fragment(self):
        page = "https://bob.example/notes"
        notes = [said(f"c-{n}", source=f"{page}#n{n}", minute=n) for n in (1, 2)]
        assert ["c-1", ("c-2", "c-3")] == shape(build(KEYS, [*notes, said("c-3", f"{page}#n2", minute=3)]))

    def test_6_own_reply_is_under_whom_it_answers(self):
        thread = build(KEYS, [said("c-1"), said("p-1", "https://c-1.example/c-1", minute=1)])
        assert [("c-1", "p-1")] == shape(thread)

    @pytest.mark.parametrize("name", ["url", "names"])
    def test_7_copy_of_an_own_reply_that_comes_back_is_dropped(self, name):
        """Bridgy brings the silo's copy of our reply; what answers the copy answers our reply."""
        silo = "https://silo.example/@me/7"
        own = said("p-1", "https://c-1.example/c-1", minute=1, names=[silo])
        copy = said("c-2", minute=2, source="https://brid.gy/comment/m/me/1/7", **{name: silo if name == "url" else [silo]})
        answer = said("c-3", ["https://brid.gy/comment/m/me/1/7", ROOT], minute=3)
        assert [("c-1", ("p-1", "c-3"))] == shape(build(KEYS, [said("c-1"), own, copy, answer]))

    @pytest.mark.parametrize("fragment", ["#favorited-by-5", ""])
    def test_like_named_after_the_own_copy_is_no_copy(self, fragment):
        """Bridgy names a like by our copy's URL and a fragment; others may leave that out."""
        own = said("p-1", minute=1, names=["https://silo.example/@me/7"])
        like = said("c-2", (), kind="like", url=f"https://silo.example/@me/7{fragment}", source="https://brid.gy/like/m/me/7/5")
        answer = said("c-3", ["https://silo.example/@me/7", ROOT], minute=3)
        thread = build(KEYS, [own, like, answer])
        assert (["c-2"], [("p-1", "c-3")]) == (anchors(thread.faces["like"]), shape(thread))

    def test_8_reply_to_our_reply_is_under_it(self):
        stranger = said("c-2", "https://me.example/p-1", minute=2, under="p-1")
        thread = build(KEYS, [said("c-1"), said("p-1", "https://c-1.example/c-1", minute=1), stranger])
        assert [("c-1", ("p-1", "c-2"))] == shape(thread)

    def test_8_also_where_it_names_an_address_that_we_do_not_know(self):
        stranger = said("c-2", "https://short.example/x", minute=2, under="p-1")
        assert [("p-1", "c-2")] == shape(build(KEYS, [said("p-1"), stranger]))

    def test_8_also_where_it_names_but_itself(self):
        stranger = said("c-2", "https://c-2.example/c-2", minute=2, under="p-1")
        assert [("p-1", "c-2")] == shape(build(KEYS, [said("p-1"), stranger]))

    def test_8_but_rather_under_the_comment_there_that_it_answers(self):
        first = said("c-2", "https://me.example/p-1", minute=2, under="p-1")
        second = said("c-3", ["https://me.example/p-1#c-2"], minute=3, under="p-1")
        assert [("p-1", ("c-2", "c-3"))] == shape(build(KEYS, [said("p-1"), first, second]))

    def test_one_source_sent_to_the_root_and_to_our_reply_stands_once(self):
        both = ["https://me.example/p-1", ROOT]
        there = said("c-2", both, minute=1, source="https://b.example/r", under="p-1")
        here = said("c-3", both, minute=2, source="https://b.example/r")
        assert [("p-1", "c-3")] == shape(build(KEYS, [said("p-1"), there, here]))

    def test_of_such_two_the_reply_stays_and_not_the_mention(self):
        """It links to the root and answers our reply."""
        link = said("c-2", "https://x.example/", kind="mention", minute=1, source="https://b.example/r")
        reply = said("c-3", "https://me.example/p-1", minute=2, source="https://b.example/r", under="p-1")
        thread = build(KEYS, [said("p-1"), link, reply])
        assert ([("p-1", "c-3")], ()) == (shape(thread), thread.mentions)

    def test_like_of_our_reply_is_none_of_the_root(self):
        thread = build(KEYS, [said("p-1"), said("c-2", (), kind="like", under="p-1")])
        assert ({}, ["c-2"]) == (thread.faces, anchors(thread.replies[0].reactions))

    def test_like_of_a_comment_is_none_of_the_root(self):
        """Sent to the comment's permalink here."""
        thread = build(KEYS, [said("c-1"), said("c-2", (), kind="like", under="c-1")])
        assert ({}, ["c-2"]) == (thread.faces, anchors(thread.replies[0].reactions))

    def test_like_that_names_a_comment_is_none_of_the_root(self):
        """By any of the comment's names."""
        thread = build(KEYS, [said("c-1"), said("c-2", "https://c-1.example/c-1", kind="like")])
        assert ({}, ["c-2"]) == (thread.faces, anchors(thread.replies[0].reactions))

    def test_9_changed_words_leave_the_children(self):
        child = said("c-2", "https://c-1.example/c-1", minute=1)
        assert [("c-1", "c-2")] == shape(build(KEYS, [said("c-1", text="Changed."), child]))

    def test_16_claimed_url_of_somebody_else_takes_nothing(self):
        """The victim stays as it is and keeps its children, also when the claim was there first."""
        thief = said("c-1", names=["https://c-2.example/c-2"])
        victim = said("c-2", minute=1)
        child = said("c-3", "https://c-2.example/c-2", minute=2)
        thread = build(KEYS, [thief, victim, child])
        assert ["c-1", ("c-2", "c-3")] == shape(thread)
        assert victim == thread.replies[1].said

    def test_bridgys_word_wins_over_a_claim(self):
        thief = said("c-1", names=["https://silo.example/5"])
        real = said("c-2", minute=1, source="https://brid.gy/comment/m/me/1/5", url="https://silo.example/5")
        child = said("c-3", "https://silo.example/5", minute=2)
        assert ["c-1", ("c-2", "c-3")] == shape(build(KEYS, [thief, real, child]))

    def test_root_cannot_be_taken(self):
        """Who claims an address of the root's gets none of its replies."""
        silo = "https://silo.example/root"
        thief = said("c-1", names=[silo])
        thread = build({*KEYS, urls.key(silo)}, [thief, said("c-2", silo, minute=1)])
        assert ["c-1", "c-2"] == shape(thread)

    def test_own_post_wins_over_a_claim(self):
        thief = said("c-1", "https://x.example/", names=["https://silo.example/9"], kind="like")
        own = said("p-1", minute=1, names=["https://silo.example/9"])
        assert [("p-1", "c-3")] == shape(build(KEYS, [thief, own, said("c-3", "https://silo.example/9", minute=2)]))

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    def test_17_circle_is_cut_at_the_oldest(self, order):
        circle = [said("c-1", "https://c-2.example/c-2"), said("c-2", "https://c-1.example/c-1", minute=1)]
        assert [("c-1", "c-2")] == shape(build(KEYS, [circle[place] for place in order]))

    def test_17_who_answers_itself_is_at_the_top(self):
        (reply,) = build(KEYS, [said("c-1", "https://c-1.example/c-1")]).replies
        assert (None, None) == (reply.parent, reply.orphan_of)

    @pytest.mark.parametrize("length", [200, 5000])
    def test_17_long_chain_has_no_end(self, length):
        """No recursion: 5,000 deep is as good as two."""
        chain = [said(f"c-{n}", f"https://c-{n - 1}.example/c-{n - 1}" if n else ROOT, minute=n) for n in range(length)]
        thread = build(KEYS, reversed(chain))
        reply, depth = thread.replies[0], 0
        while reply.replies:
            (reply,), depth = reply.replies, depth + 1
        assert (length, length - 1, depth) == (thread.count, reply.depth, depth)

    def test_mention_that_answers_somebody_here_is_a_reply_there(self):
        thread = build(KEYS, [said("c-1"), said("c-2", "https://c-1.example/c-1", kind="mention")])
        assert ([("c-1", "c-2")], (), 2) == (shape(thread), thread.mentions, thread.count)

    def test_mention_that_answers_nobody_here_is_a_mention(self):
        thread = build(KEYS, [said("c-2", "https://else.example/", kind="mention")])
        assert ([], ["c-2"], 0) == (shape(thread), anchors(thread.mentions), thread.count)

    def test_who_answers_a_mention_is_at_the_top_with_its_address(self):
        thread = build(KEYS, [said("c-1", (), kind="mention"), said("p-1", "https://c-1.example/c-1", minute=1)])
        (reply,) = thread.replies
        assert Missing("https://c-1.example/c-1", "Author c-1") == reply.orphan_of
        assert ["c-1"] == anchors(thread.mentions)


class TestNicknames:
    """Pages spec S10, S13."""

    @pytest.mark.parametrize(
        "author",
        [
            Author("X", "https://x.example/", None, "Bob"),
            Author("X", "https://silo.example/@bob", None),
            Author("X", "https://silo.example/users/bob/", None),
            Author("B ob", "https://x.example/", None),
        ],
    )
    def test_nickname_names_the_latest_earlier_reply_of_its_person(self, author):
        first = said("c-1", author=author, minute=1)
        second = said("c-2", author=author, minute=2)
        later = said("c-4", author=author, minute=4)
        thread = build(KEYS, [first, second, later, said("c-3", text="@bob: right", minute=3)])
        assert ["c-1", ("c-2", "c-3"), "c-4"] == shape(thread)

    @pytest.mark.parametrize("text", ["@bob.example: yes", "@bob.example. Yes", "@bob@silo.example yes"])
    def test_host_and_full_handle(self, text):
        person = Author("X", "https://silo.example/@bob" if "silo" in text else "https://bob.example/about", None)
        assert [("c-1", "c-2")] == shape(build(KEYS, [said("c-1", author=person), said("c-2", text=text, minute=1)]))

    def test_full_handle_of_another_place_is_somebody_else(self):
        person = Author("X", "https://silo.example/@bob", None)
        thread = build(KEYS, [said("c-1", author=person), said("c-2", text="@bob@other.example no", minute=1)])
        assert Missing("", "@bob@other.example") == thread.replies[1].orphan_of

    def test_url_wins_over_nickname(self):
        thread = build(
            KEYS,
            [
                said("c-1", author=Author("Bob", "https://bob.example/", None)),
                said("c-2", minute=1),
                said("c-3", ["https://c-2.example/c-2", ROOT], "@bob hm", minute=2),
            ],
        )
        assert ["c-1", ("c-2", "c-3")] == shape(thread)

    def test_unknown_url_with_nickname_is_labelled_by_it(self):
        (reply,) = build(KEYS, [said("c-1", ["https://silo.example/9", ROOT], "@pratik yes")]).replies
        assert Missing("https://silo.example/9", "@pratik") == reply.orphan_of

    def test_unknown_url_wins_over_a_nickname_that_is_here(self):
        """It answers something else of Bob's, which may still come."""
        bob = said("c-1", author=Author("Bob", "https://bob.example/", None))
        thread = build(KEYS, [bob, said("c-2", ["https://silo.example/9", ROOT], "@bob yes", minute=1)])
        assert ["c-1", "c-2"] == shape(thread)

    def test_nickname_in_the_middle_addresses_nobody(self):
        (reply,) = build(KEYS, [said("c-1", text="I agree with @pratik")]).replies
        assert None is reply.orphan_of

    @pytest.mark.parametrize("owner", [OWNER, None])
    def test_who_addresses_the_owner_answers_the_root(self, owner):
        """Micro.blog begins every reply with the owner's nickname."""
        talk = [said("c-1"), said("p-1", "https://c-1.example/c-1", minute=1)]
        thread = build(KEYS, [*talk, said("c-3", text="@manton Nice.", minute=2)], owner)
        assert [("c-1", "p-1"), "c-3"] == shape(thread)
        assert None is thread.replies[1].orphan_of

    def test_who_addresses_the_owner_after_an_answer_goes_on_from_it(self):
        ann = Author("Ann", "https://ann.example/", None)
        talk = [said("c-1", author=ann), said("p-1", "https://c-1.example/c-1", minute=1)]
        thread = build(KEYS, [*talk, said("c-3", text="@manton Thanks!", minute=2, author=ann)], OWNER)
        assert [("c-1", ("p-1", "c-3"))] == shape(thread)

    def test_silos_own_copy_of_the_root_is_nobody_missing(self):
        """Bridgy's address tells what the silo calls the root; naming that is naming the root."""
        source = "https://brid.gy/comment/mastodon/@me@silo.example/110/112"
        (reply,) = build(KEYS, [said("c-1", ["https://silo.example/@me/110", ROOT], source=source)]).replies
        assert None is reply.orphan_of


class TestFaces:
    """Webmention spec §4.2, scenarios 19 and 20."""

    ANN = Author("Ann", "https://ann.example/", None)
    SILO = Author("Ann", "https://silo.example/@ann", None)

    @pytest.mark.parametrize("kind", ["like", "repost", "bookmark"])
    @pytest.mark.parametrize("minutes", [(1, 2), (2, 1)])
    def test_19_own_site_and_silo_are_one_face_the_own_sites(self, kind, minutes):
        proxied = said(
            "c-1", (), kind=kind, minute=minutes[0], author=self.SILO, via="brid.gy", source="https://brid.gy/like/m/me/1/2",
            profiles=("https://silo.example/@ann", "https://ann.example/"),
        )  # fmt: skip
        own = said("c-2", (), kind=kind, minute=minutes[1], author=self.ANN)
        assert ["c-2"] == anchors(build(KEYS, [proxied, own]).faces[kind])

    def test_19_the_face_has_the_other_ways_too(self):
        proxied = said("c-1", (), kind="like", author=self.ANN, via="silo.example", url="https://silo.example/likes/1")
        own = said("c-2", (), kind="like", minute=1, author=self.ANN)
        (face,) = build(KEYS, [proxied, own]).faces["like"]
        assert ("https://c-2.example/c-2", ("https://silo.example/likes/1",)) == (face.response.url, face.also)

    def test_19_same_address_by_two_routes_is_one_face(self):
        two = [said(f"c-{n}", (), kind="like", minute=n, author=self.ANN, via="x.example") for n in (1, 2)]
        assert ["c-1"] == anchors(build(KEYS, two).faces["like"])

    def test_faces_are_in_order_of_time(self):
        """Also where the own site's, which came last, stands for both."""
        proxied = said("c-1", (), kind="like", minute=1, author=self.ANN, via="brid.gy")
        thread = build(KEYS, [proxied, said("c-2", (), kind="like", minute=2), said("c-3", (), kind="like", minute=3, author=self.ANN)])
        assert ["c-2", "c-3"] == anchors(thread.faces["like"])

    def test_claimed_profile_hides_nobody_but_the_claimant(self):
        ann = said("c-2", (), kind="like", minute=2, author=self.ANN)
        thief = said("c-1", (), kind="like", minute=1, profiles=("https://ann.example/",))
        assert ["c-1", "c-2"] == anchors(build(KEYS, [thief, ann]).faces["like"])

    def test_no_address_is_told_apart_by_name_and_host(self):
        def like(anchor, name, host):
            return said(anchor, (), kind="like", author=Author(name, None, None), source=f"https://{host}/{anchor}")

        thread = build(KEYS, [like("c-1", "Ann", "a.example"), like("c-2", "ann", "a.example"), like("c-3", "Ann", "b.example")])
        assert ["c-1", "c-3"] == anchors(thread.faces["like"])

    def test_20_newest_rsvp_of_an_author_counts(self):
        answers = [
            said(f"c-{n}", kind="rsvp", rsvp=word, minute=n, author=self.ANN, source=f"https://ann.example/{n}")
            for n, word in enumerate(["yes", "maybe", "no"])
        ]
        thread = build(KEYS, answers)
        assert ["no"] == [reply.said.response.rsvp for reply in thread.replies]

    def test_20_what_answers_an_older_rsvp_answers_the_newest(self):
        old, new = (
            said(f"c-{n}", kind="rsvp", rsvp="yes", minute=n, author=self.ANN, source=f"https://ann.example/{n}") for n in (1, 2)
        )
        assert [("c-2", "c-3")] == shape(build(KEYS, [old, new, said("c-3", "https://ann.example/1", minute=3)]))

    def test_20_what_stands_for_something_else_may_itself_have_been_replaced(self):
        """One source sent to two posts of ours, then a newer answer of the same author."""
        there = said("c-1", kind="rsvp", rsvp="yes", minute=1, author=self.ANN, source="https://ann.example/1", under="p-1")
        here = said("c-2", kind="rsvp", rsvp="yes", minute=2, author=self.ANN, source="https://ann.example/1")
        newer = said("c-3", kind="rsvp", rsvp="no", minute=3, author=self.ANN, source="https://ann.example/2")
        answer = said("c-4", "https://ann.example/1", minute=4)
        assert ["p-1", ("c-3", "c-4")] == shape(build(KEYS, [said("p-1"), there, here, newer, answer]))

    def test_20_claim_of_another_site_does_not_undo_the_own_sites_word(self):
        own = said("c-1", kind="rsvp", rsvp="yes", author=self.ANN)
        claim = said("c-2", kind="rsvp", rsvp="no", minute=1, author=self.ANN, via="c-2.example")
        assert ["c-1"] == shape(build(KEYS, [own, claim]))

    def test_22_two_posts_are_two_threads(self):
        """Two responses of one source: a like of one post, a reply to the other."""
        like, reply = said("c-1", (), kind="like"), said("c-2", "https://me.example/other")
        assert ([], 1) == (shape(build(KEYS, [like])), build({urls.key("https://me.example/other")}, [reply]).count)

    def test_21_like_that_became_a_reply_counts_as_one(self):
        before, after = build(KEYS, [said("c-1", kind="like")]), build(KEYS, [said("c-1")])
        assert (["like"], 0, [], 1) == ([*before.faces], before.count, [*after.faces], after.count)


class TestReacji:
    """Webmention spec §3.2, §4.5 scenario 27; pages §2.6."""

    def reacji(self, n, emoji, answers=(ROOT,), **given):
        return said(f"c-{n}", answers, emoji, kind="reacji", minute=n, **given)

    def groups(self, *some):
        return [(group.emoji, anchors(group.said)) for group in build(KEYS, some).reacji]

    def test_those_who_sent_the_same_emoji_stand_together(self):
        some = [self.reacji(1, "👍"), self.reacji(2, "🎉"), self.reacji(3, "👍")]
        assert [("👍", ["c-1", "c-3"]), ("🎉", ["c-2"])] == self.groups(*some)

    def test_another_skin_tone_is_another_emoji(self):
        assert ["👍", "👍🏽"] == [emoji for emoji, _ in self.groups(self.reacji(1, "👍"), self.reacji(2, "👍🏽"))]

    def test_with_and_without_vs16_is_one(self):
        assert [("❤\ufe0f", ["c-1", "c-2"])] == self.groups(self.reacji(1, "❤"), self.reacji(2, "❤\ufe0f"))

    def test_a_person_counts_once_for_each_emoji(self):
        ann = Author("Ann", "https://ann.example/", None)
        some = [self.reacji(n, emoji, author=ann) for n, emoji in ((1, "👍"), (2, "👍"), (3, "🎉"))]
        assert [("👍", ["c-1"]), ("🎉", ["c-3"])] == self.groups(*some)

    def test_an_emoji_for_a_reply_stands_under_that_reply(self):
        one = said("c-1")
        assert [("c-1", "c-2")] == shape(build(KEYS, [one, self.reacji(2, "👍", [ROOT, one.response.url])]))

    def test_an_emoji_for_an_own_answer_stands_under_it(self):
        own, one = said("p-1"), self.reacji(2, "👍", ["https://me.example/p-1"], under="p-1")
        assert [("p-1", "c-2")] == shape(build(KEYS, [own, one]))

    def test_it_is_no_reply(self):
        assert (0, 1) == ((thread := build(KEYS, [self.reacji(1, "👍")])).count, thread.reactions)


class TestQuoted:
    """What another site shows below what it says (Webmention spec §4.3)."""

    SOURCE = "https://c-1.example/c-1"
    ZOE = "https://zoe.example/1"

    def quote(self, anchor="q-1", answers=(SOURCE,), **given):
        return said(anchor, answers, source=self.ZOE, via="c-1.example", quoted=True, minute=5, **given)

    def test_it_stands_under_what_quotes_it_and_counts_for_nothing(self):
        thread = build(KEYS, [said("c-1"), self.quote()])
        assert ([("c-1", "q-1")], 1) == (shape(thread), thread.count)

    @pytest.mark.parametrize("kind", ["mention", "like"])
    def test_below_what_is_no_reply_it_is_no_part_of_this(self, kind):
        thread = build(KEYS, [said("c-1", kind=kind), self.quote()])
        assert [] == shape(thread)

    @pytest.mark.parametrize(
        "own",
        [
            {"source": ZOE},
            {"source": "https://zoe.example/old", "names": [ZOE]},
            {"source": "https://brid.gy/comment/x/y/1/2", "url": ZOE},
        ],
    )
    def test_14_what_comes_itself_stands_in_its_place(self, own):
        """By its source, by another name on its own host, by way of Bridgy; what answers the one answers the other."""
        itself = said("c-2", [ROOT, self.SOURCE], minute=9, **own)
        answer = said("c-3", self.ZOE, minute=10)
        assert [("c-1", ("c-2", "c-3"))] == shape(build(KEYS, [said("c-1"), self.quote(), itself, answer]))

    def test_a_mere_claim_to_its_name_silences_nobody(self):
        liar = said("c-2", minute=1, names=[self.ZOE])
        assert [("c-1", "q-1"), "c-2"] == shape(build(KEYS, [said("c-1"), self.quote(), liar]))

    def test_16_it_takes_no_name_from_anybody(self):
        """A quotation with the url of a reply that is here changes nothing; what answers that url goes there."""
        victim = said("c-2", source=self.ZOE, minute=6)
        assert ["c-1", "c-2"] == shape(build(KEYS, [said("c-1"), victim, self.quote()]))

    def test_its_likes_belong_to_what_is_liked(self):
        (reply,) = (thread := build(KEYS, [said("c-1"), self.quote(kind="like")])).replies
        assert (["q-1"], {}) == (anchors(reply.reactions), thread.faces)

    def test_two_sites_that_quote_the_same_are_one(self):
        other = said("q-2", "https://c-2.example/c-2", source=self.ZOE, quoted=True, minute=7)
        assert [("c-1", "q-1"), "c-2"] == shape(build(KEYS, [said("c-1"), said("c-2", minute=1), self.quote(), other]))


class TestDeleted:
    """Webmention spec §4.5, scenarios 10 and 11."""

    def gone(self, n, answers=(ROOT,), **given):
        one = said(f"c-{n}", answers, minute=n, deleted=True, **given)
        return replace(one, response=one.response.without_words())

    def test_10_what_has_replies_stays_without_its_words(self):
        thread = build(KEYS, [self.gone(1), said("c-2", "https://c-1.example/c-1", minute=2)])
        assert [("c-1", "c-2")] == shape(thread)
        assert ("", "", 1) == (thread.replies[0].said.response.author.name, thread.replies[0].said.response.text, thread.count)

    def test_10_what_has_none_goes(self):
        assert [] == shape(build(KEYS, [self.gone(1)]))

    def test_10_so_does_a_branch_of_which_all_is_gone(self):
        assert [] == shape(build(KEYS, [self.gone(1), self.gone(2, "https://c-1.example/c-1")]))

    @pytest.mark.parametrize("kind", ["like", "mention", "reacji"])
    def test_no_face_and_no_link_stays(self, kind):
        thread = build(KEYS, [self.gone(1, kind=kind)])
        assert ({}, (), ()) == (thread.faces, thread.reacji, thread.mentions)

    def test_an_older_rsvp_counts_again(self):
        ann = Author("Ann", "https://c-1.example/", None)
        some = [said("c-1", kind="rsvp", rsvp="yes", author=ann), self.gone(2, kind="rsvp", author=ann)]
        assert ["c-1"] == shape(build(KEYS, some))


@pytest.mark.parametrize("kind", FACES)
def test_faces_stand_by_their_kind(kind):
    assert {kind: ["c-1"]} == {name: anchors(some) for name, some in build(KEYS, [said("c-1", kind=kind)]).faces.items()}


@pytest.mark.parametrize("kind", ["quotation", "tag", "mention"])
def test_what_has_words_stands_among_the_mentions(kind):
    assert ["c-1"] == anchors(build(KEYS, [said("c-1", kind=kind)]).mentions)


class TestOrder:
    def test_time_of_publication_then_of_arrival_then_anchor(self):
        """Bridgy sends out of order; a reply without a date stands where it arrived."""
        some = [
            said("c-10", minute=5),
            said("c-9", minute=5),
            said("c-1", minute=9, published=START + timedelta(minutes=1)),
            said("c-2", minute=3),
        ]
        for order in permutations(some):
            assert ["c-1", "c-2", "c-9", "c-10"] == shape(build(KEYS, order))

    def test_every_level_is_in_order(self):
        children = [said(f"c-{n}", "https://c-1.example/c-1", minute=10 - n) for n in (2, 3, 4)]
        assert [("c-1", "c-4", "c-3", "c-2")] == shape(build(KEYS, [said("c-1"), *children]))

    def test_nothing_said_is_an_empty_thread(self):
        thread = build(KEYS, [])
        assert ((), (), 0) == (thread.replies, thread.mentions, thread.count)


@st.composite
def graphs(draw):
    """Any in-reply-to graph: circles, several parents, unknown ones, nicknames."""
    size = draw(st.integers(0, 8))
    made = []
    for n in range(size):
        anchor = draw(st.sampled_from("cp")) + f"-{n}"
        known = [f"https://c-{k}.example/c-{k}" for k in range(size)] + [f"https://me.example/p-{k}" for k in range(size)]
        answers = draw(st.lists(st.sampled_from([ROOT, "https://x.example/", *known]), max_size=3))
        kind = draw(st.sampled_from(["reply", "reply", "mention", "like", "repost", "bookmark", "rsvp", "reacji", "quotation", "follow"]))
        text = draw(st.sampled_from(["", "@manton hi", "@c-1 hi", "@c-2.example hi"]))
        # Each with an author of its own, so that nobody is shown once for two.
        author = Author(f"c-{n}", f"https://a{n}.example/", None)
        made.append(said(anchor, answers, text, kind=kind, minute=draw(st.integers(0, 3)), author=author))
    return made


@given(graphs(), st.randoms())
def test_nothing_is_lost_and_nothing_stands_twice(some, random):
    """Whatever answers whatever; and the order in which it is given changes nothing."""
    thread = build(KEYS, some)
    shuffled = list(some)
    random.shuffle(shuffled)

    assert sorted(anchors(some)) == sorted(everything(thread))
    assert thread == build(KEYS, shuffled)


@given(graphs())
def test_depth_and_parent_are_those_of_the_tree(some):
    waiting = [(reply, None, 0) for reply in build(KEYS, some).replies]
    while waiting:
        reply, parent, depth = waiting.pop()
        assert (parent, depth) == (reply.parent, reply.depth)
        assert depth == 0 or reply.orphan_of is None
        waiting.extend((child, reply.said, depth + 1) for child in reply.replies)


def test_thousands_are_no_matter():
    """10,000 responses: chains, fans and faces. The ceiling is generous, a square would take minutes."""
    some = [
        said(f"c-{n}", [f"https://c-{n // 3}.example/c-{n // 3}", ROOT], f"@c-{n // 2} hm", minute=n) for n in range(1, 8001)
    ] + [said(f"c-{n}", (), kind="like") for n in range(8001, 10001)]
    begun = datetime.now(UTC)
    thread = build(KEYS, some)
    assert 10_000 == thread.count + len(thread.faces["like"])
    assert datetime.now(UTC) - begun < timedelta(seconds=10)
