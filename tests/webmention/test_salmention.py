"""What a known source shows below itself (Webmention spec §4.3)."""

import pytest

from indie import times
from indie.errors import Unreachable
from indie.responses.policy import Rule
from indie.site import conversation
from indie.site.entries import Shelf
from indie.store.quoted import GONE, QUOTED, VERIFIED
from indie.webmention import moderation, quoting
from tests.webmention.conftest import html

SOURCE = "http://ann.example/1"
CAT = "http://cat.example/c"


def cite(says="Cat says.", url=CAT, name="u-comment"):
    return (
        f'<div class="{name} h-cite"><a class="u-url" href="{url}">x</a><a class="p-author h-card" href="http://cat.example/">Cat</a>'
        f'<p class="p-content">{says}</p></div>'
    )


@pytest.fixture
def show(receive, look, answer, work):
    """Ann's page, sent again, shows this below itself: `show(cite())`."""

    def run(*below, asked=True):
        found = look(receive(answer("Ann says.", more="".join(below))))
        if asked:
            work()
        return found

    return run


@pytest.fixture
def quoted(store, post):
    """(state, text) of all that is shown of it."""
    return lambda: [(one.state, one.response.text) for one in store.quoted.shown([post.id])]


@pytest.fixture
def known(show):
    """Ann's response is here."""
    return show()[1]


class TestNew:
    def test_a_source_that_is_new_is_taken_at_nothing(self, show, frozen_web, quoted):
        """Nobody makes us fetch fifty pages by sending one."""
        show(cite(), asked=False)
        assert ([], 0) == (quoted(), frozen_web.requested.count(CAT))

    def test_what_cannot_be_asked_is_quoted(self, known, show, quoted, frozen_web):
        frozen_web.pages[CAT] = html("no", "403 Forbidden")
        show(cite())
        assert [(QUOTED, "Cat says.")] == quoted()

    def test_what_says_so_itself_is_verified_and_speaks_for_itself(self, known, show, quoted, frozen_web):
        frozen_web.pages[CAT] = html(f'<div class="h-entry"><a class="u-in-reply-to" href="{SOURCE}">x</a><p class="e-content">My own words.</p></div>')
        show(cite())
        assert [(VERIFIED, "My own words.")] == quoted()

    def test_a_page_that_links_to_neither_stays_quoted(self, known, show, quoted, frozen_web):
        frozen_web.pages[CAT] = html('<div class="h-entry"><p class="e-content">Unrelated.</p></div>')
        show(cite())
        assert [(QUOTED, "Cat says.")] == quoted()

    def test_a_link_to_our_post_is_enough(self, known, show, quoted, frozen_web, target):
        frozen_web.pages[CAT] = html(f'<div class="h-entry"><a class="u-in-reply-to" href="{target}">x</a><p class="e-content">To you.</p></div>')
        show(cite())
        assert [(VERIFIED, "To you.")] == quoted()

    def test_each_is_asked_once(self, known, show, frozen_web):
        frozen_web.pages[CAT] = html("no", "403 Forbidden")
        show(cite())
        show(cite())
        assert 1 == frozen_web.requested.count(CAT)

    def test_a_page_that_is_gone_is_not_shown(self, known, show, quoted, store, frozen_web):
        frozen_web.pages[CAT] = b"HTTP/1.1 410 Gone\n\n"
        show(cite())
        assert ([], [GONE]) == (quoted(), [one.state for one in store.quoted.of(known.id)])

    def test_a_site_that_is_down_is_quoted(self, known, show, quoted, frozen_web):
        frozen_web.pages[CAT] = Unreachable("down")
        show(cite())
        assert [(QUOTED, "Cat says.")] == quoted()


class TestChanged:
    @pytest.fixture(autouse=True)
    def silo(self, frozen_web, known):
        frozen_web.pages[CAT] = html("no", "403 Forbidden")

    def test_new_words_take_the_place_of_the_old(self, show, quoted):
        show(cite())
        show(cite("Cat says more."))
        assert [(QUOTED, "Cat says more.")] == quoted()

    def test_what_is_not_shown_there_any_more_vanishes(self, show, quoted):
        show(cite())
        show()
        assert [] == quoted()

    def test_what_was_verified_stays(self, show, quoted, frozen_web):
        frozen_web.pages[CAT] = html(f'<a href="{SOURCE}">x</a><div class="h-entry"><p class="e-content">Mine.</p></div>')
        show(cite())
        show()
        assert [VERIFIED] == [state for state, _ in quoted()]

    def test_it_goes_with_the_source_that_shows_it(self, show, quoted, receive, look):
        show(cite())
        look(receive(b"HTTP/1.1 410 Gone\n\n"))
        assert [] == quoted()


class TestWhatSpokeForItself:
    """Its page is asked again when the source shows other words of it, or none: it may have told that source alone."""

    OWN = f'<div class="h-entry"><a class="u-in-reply-to" href="{SOURCE}">x</a><p class="e-content">{{}}</p></div>'

    @pytest.fixture(autouse=True)
    def verified(self, known, show, frozen_web):
        frozen_web.pages[CAT] = html(self.OWN.format("Miau."))
        show(cite("Miau."))

    def test_it_is_not_asked_while_the_source_shows_the_same(self, show, frozen_web):
        show(cite("Miau."))
        assert 1 == frozen_web.requested.count(CAT)

    def test_other_words_there_are_its_own_when_its_page_has_them(self, show, quoted, frozen_web):
        frozen_web.pages[CAT] = html(self.OWN.format("Mew."))
        show(cite("Mew."))
        assert [(VERIFIED, "Mew.")] == quoted()

    def test_other_words_there_are_nothing_while_its_page_has_the_old(self, show, quoted):
        show(cite("Cat is a fool."))
        assert [(VERIFIED, "Miau.")] == quoted()

    def test_it_goes_when_its_page_is_gone_and_the_source_shows_it_no_more(self, show, quoted, frozen_web):
        frozen_web.pages[CAT] = b"HTTP/1.1 410 Gone\n\n"
        show()
        assert [] == quoted()

    def test_it_goes_when_its_page_links_to_nobody_any_more(self, show, quoted, frozen_web):
        frozen_web.pages[CAT] = html('<div class="h-entry"><p class="e-content">Unrelated.</p></div>')
        show()
        assert [] == quoted()

    def test_it_stays_while_its_page_cannot_be_asked(self, show, quoted, frozen_web):
        frozen_web.pages[CAT] = Unreachable("down")
        show()
        assert [(VERIFIED, "Miau.")] == quoted()


class TestNothingIsOverwritten:
    def test_what_came_here_itself_counts(self, known, show, quoted, receive, look, answer, store, post):
        """Its own word stays, whatever another site says that it says."""
        look(receive(answer("Cat's own."), CAT))
        show(cite("Cat is a fool."))
        assert [] == quoted()
        assert "Cat's own." in [stored.response.text for stored in store.responses.shown([post.id])]

    def test_what_the_owner_rejected_does_not_come_back_this_way(self, known, show, quoted, receive, look, answer, store):
        look(receive(answer("Cat's own."), CAT))
        moderation.reject(store, CAT, times.now())
        show(cite())
        assert [] == quoted()


class TestModerated:
    def test_a_blocked_host_is_neither_asked_nor_shown(self, known, show, quoted, store, frozen_web):
        moderation.put_rule(store, Rule("host", "cat.example", "block"), known.received)
        show(cite())
        assert ([], 0) == (quoted(), frozen_web.requested.count(CAT))

    def test_what_is_blocked_later_vanishes(self, known, show, quoted, store, frozen_web):
        frozen_web.pages[CAT] = html("no", "403 Forbidden")
        show(cite())
        moderation.put_rule(store, Rule("host", "cat.example", "block"), known.received)
        assert [] == quoted()

    def test_what_a_rejected_source_shows_is_not_shown(self, known, show, quoted, store, frozen_web):
        frozen_web.pages[CAT] = html(f'<div class="h-entry"><a class="u-in-reply-to" href="{SOURCE}">x</a></div>')
        show(cite())
        moderation.reject(store, SOURCE, times.now())
        assert [] == quoted()

    def test_what_would_be_held_is_not_shown(self, known, show, quoted, store):
        """Unless the site that shows it is allowed whatever it says."""
        store.preferences.put("approve_replies", "none")
        show(cite())
        assert [] == quoted()


class TestOnThePage:
    def test_it_stands_under_the_reply_that_shows_it(self, known, show, client, target, frozen_web):
        frozen_web.pages[CAT] = html("no", "403 Forbidden")
        show(cite())
        page = client.get(target).text
        assert page.index("Ann says.") < page.index("Cat says.")

    def test_a_like_of_the_reply_is_none_of_the_post(self, known, show, store, post, settings, frozen_web):
        frozen_web.pages[CAT] = html(f'<div class="h-entry"><a class="u-like-of" href="{SOURCE}">x</a></div>')
        show(cite("", name="u-like"))
        assert [(VERIFIED, "like")] == [(one.state, one.response.kind) for one in store.quoted.shown([post.id])]
        shelf = Shelf(store, settings)
        thread = conversation.gather(shelf, post, shelf.site().owner)
        assert ({}, 1) == (thread.faces, len(thread.replies[0].reactions))


class TestBounds:
    def test_what_a_rejected_source_shows_stays_away_when_the_source_is_gone(
        self, known, show, quoted, store, frozen_web, receive, look
    ):
        frozen_web.pages[CAT] = html(f'<div class="h-entry"><a class="u-in-reply-to" href="{SOURCE}">x</a></div>')
        show(cite())
        moderation.reject(store, SOURCE, times.now())
        look(receive(b"HTTP/1.1 410 Gone\n\n"))
        assert [] == quoted()

    def test_what_a_gone_source_showed_goes_when_the_owner_rejects_that(
        self, known, show, quoted, store, frozen_web, receive, look
    ):
        frozen_web.pages[CAT] = html(f'<div class="h-entry"><a class="u-in-reply-to" href="{SOURCE}">x</a></div>')
        show(cite())
        look(receive(b"HTTP/1.1 410 Gone\n\n"))
        assert 1 == len(store.quoted.of(known.id))
        moderation.reject(store, SOURCE, times.now())
        assert [] == quoted()

    def test_a_source_that_shows_others_each_time_leaves_no_queue_behind(self, known, show, store):
        before = store.jobs.waiting()
        for number in range(5):
            show(cite(url=f"http://cat.example/{number}"), asked=False)
        assert before + 1 >= store.jobs.waiting()

    def test_one_source_brings_no_more_than_the_limit_however_often_it_is_sent(
        self, known, show, store, frozen_web, monkeypatch
    ):
        monkeypatch.setattr(quoting, "MOST", 2)
        for number in range(4):
            url = f"http://cat.example/{number}"
            frozen_web.pages[url] = html(f'<a href="{SOURCE}">x</a><div class="h-entry"><p class="e-content">Mine.</p></div>')
            show(cite(url=url))
        assert 2 == len(store.quoted.of(known.id))

    def test_an_address_longer_than_an_index_takes_is_no_name(self, known, show, quoted, frozen_web):
        """Its words would be lost with the whole response where PostgreSQL keeps them."""
        fragment = "".join(chr(0x400 + number * 7 % 256) for number in range(600))
        show(cite(url=f"{CAT}{'é' * 330}#{fragment}"))
        assert [] == quoted()
