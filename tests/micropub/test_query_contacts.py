"""`q=contact`: whom the owner may want to name."""

from datetime import timedelta

import pytest

from indie import mirror
from indie.mf2.authorship import Author
from indie.responses.response import Response
from indie.store.media import HERE, MISSING, Medium
from tests.micropub.conftest import FIRST

MORRIS = "https://morris.example/"


@pytest.fixture
def heard(store, put):
    """`heard(Author(…))` stores a response to a post of ours."""
    post = put("/talk")
    count = []

    def answer(author, *, hidden=False):
        count.append(author)
        source = f"https://any.example/{len(count)}"
        queued = store.webmentions.queue(source, post.url("http://site.example/"), post.id, FIRST)
        response = Response(
            source=source, url=source, kind="reply", author=author, via=None, name=None, html="x", text="x", lang=None,
            published=None, updated=None, rsvp=None, in_reply_to=(), aliases=(),
        )  # fmt: skip
        store.responses.put(queued.id, post.id, response, FIRST + timedelta(minutes=len(count)), 1, public=not hidden)

    return answer


def names(answer):
    return [contact["name"] for contact in answer["contacts"]]


class TestHeard:
    def test_an_author_is_a_contact(self, ask, heard):
        """What is not known is left out: no client trips over null."""
        heard(Author("Morris", MORRIS, None, "mor"))
        heard(Author("Nobody", None, None))

        assert {"contacts": [{"name": "Nobody"}, {"name": "Morris", "nickname": "mor", "url": MORRIS}]} == ask(
            "contact"
        )

    def test_everybody_once_the_last_heard_first(self, ask, heard):
        for name, url in (("Old name", MORRIS), ("Ada", "https://ada.example/"), ("Morris", "http://morris.example")):
            heard(Author(name, url, None))

        assert ["Morris", "Ada"] == names(ask("contact"))

    def test_what_one_response_leaves_out_another_tells(self, ask, heard):
        heard(Author("Morris", MORRIS, None, "mor"))
        heard(Author("Morris", MORRIS, None))

        assert ["mor"] == [contact["nickname"] for contact in ask("contact")["contacts"]]

    def test_who_is_hidden_is_none(self, ask, heard):
        heard(Author("Spam", "https://spam.example/", None), hidden=True)

        assert [] == names(ask("contact"))

    def test_the_picture_is_our_copy(self, ask, heard, store):
        """Never the address with the others: the client would ask a stranger for it."""
        for name, state in (("a", HERE), ("b", MISSING), ("c", None)):
            photo = f"https://{name}.example/p.jpg"
            heard(Author(name, f"https://{name}.example/", photo))
            if state:
                store.media.put(Medium(mirror.name(store.secret, "avatar", photo), state, "avatar"), FIRST)
        copy = mirror.name(store.secret, "avatar", "https://a.example/p.jpg")

        assert [None, None, f"http://site.example/media/{copy}"] == [
            contact.get("photo") for contact in ask("contact")["contacts"]
        ]


class TestCards:
    def test_an_h_card_of_ours_is_a_contact(self, ask, put):
        """Indigenous changes and deletes it by `_internal_url`."""
        put("/m", "h-card", name=["Morris"], nickname=["mor"], url=[MORRIS], photo=["http://site.example/media/p.jpg"])

        assert [
            {
                "name": "Morris",
                "nickname": "mor",
                "url": MORRIS,
                "photo": "http://site.example/media/p.jpg",
                "_internal_url": "http://site.example/m",
            }
        ] == ask("contact")["contacts"]

    def test_it_comes_before_who_was_only_heard_and_joins_with_what_was(self, ask, put, heard):
        heard(Author("Ada", "https://ada.example/", None))
        heard(Author("M. Heard", MORRIS, None, "mor"))
        put("/m", "h-card", name=["Morris"], url=[MORRIS])
        morris, ada = ask("contact")["contacts"]

        assert ("Morris", "mor", "http://site.example/m") == (
            morris["name"],
            morris["nickname"],
            morris["_internal_url"],
        )
        assert {"name": "Ada", "url": "https://ada.example/"} == ada

    def test_one_without_a_name_is_called_by_nickname_or_host(self, ask, put):
        put("/a", "h-card", url=[MORRIS])
        put("/b", "h-card", nickname=["ada"])
        put("/c", "h-card")

        assert ["ada", "morris.example"] == names(ask("contact"))

    def test_a_private_one_is_for_who_may_see_it(self, ask, put):
        put("/m", "h-card", name=["Morris"], visibility="private")

        assert ["Morris"] == names(ask("contact"))
        assert [] == names(ask("contact", scope="create"))

    def test_a_deleted_one_is_none(self, ask, put):
        put("/m", "h-card", name=["Morris"], deleted=FIRST)

        assert [] == names(ask("contact"))


class TestFilter:
    @pytest.fixture(autouse=True)
    def _people(self, heard):
        for name, nickname in (("Zoë", None), ("Ada Byron", "countess"), ("Morris", None)):
            heard(Author(name, f"https://{name[:3].lower().replace('ë', 'e')}.example/", None, nickname))

    @pytest.mark.parametrize(
        ("part", "found"),
        [("ZOË", ["Zoë"]), ("count", ["Ada Byron"]), ("mor.exa", ["Morris"]), ("o", ["Morris", "Ada Byron", "Zoë"]), ("q", [])],
    )  # fmt: skip
    def test_it_finds_by_a_part_of_name_nickname_or_url(self, ask, part, found):
        assert found == names(ask("contact", filter=part))

    def test_limit_and_offset(self, ask):
        assert ["Ada Byron"] == names(ask("contact", limit=1, offset=1))
