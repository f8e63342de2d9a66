"""A post that takes no more responses (pages §2.8)."""

from datetime import timedelta

import mf2py
import pytest

from indie import publishing, times
from indie.errors import TargetNotSupported
from indie.preferences import Preferences
from indie.webmention import admission
from indie.webmention.request import Request
from tests.webmention.conftest import ME


@pytest.fixture
def close(store):
    """`close(post)` is what a client's update does."""

    def closed(post, word="closed"):
        item = post.item
        changed = type(item)(item.type, {**item.properties, "comment-status": [word]})
        return publishing.update(store, ME, times.now(), post, lambda _: changed, {})

    return closed


@pytest.fixture
def send(store, settings):
    """Somebody sends a webmention for the post; from Ann's page unless another is named."""

    def sent(post, source="http://ann.example/1"):
        asked = Request(source, post.url(ME), store.posts.by_id(post.id))
        return admission.admit(store, settings, asked, "192.0.2.7", times.now())

    return sent


class TestPage:
    @pytest.fixture(autouse=True)
    def closed(self, look, receive, answer, close, post):
        look(receive(answer()))
        close(post)

    def test_the_thread_stays(self, client, post):
        (entry,) = mf2py.parse(doc=client.get(post.path).text, url=post.url(ME), html_parser="lxml")["items"]
        assert ["I think so too."] == [one["properties"]["content"][0]["value"] for one in entry["properties"]["comment"]]

    def test_a_sentence_takes_the_place_of_the_form(self, client, post):
        page = client.get(post.path).text
        assert "This post takes no more responses." in page
        assert "<form" not in page

    def test_no_endpoint_is_told(self, client, post):
        answer = client.get(post.path)
        assert "webmention" not in "".join(answer.headers.getlist("Link"))
        assert 'rel="webmention"' not in answer.text

    def test_it_is_nothing_that_the_post_says(self, client, post):
        assert "comment-status" not in client.get(post.path).text

    def test_a_comment_leads_to_its_place(self, client, post):
        assert f"{post.url(ME)}#c-1" == client.get("/c/1").headers["Location"]


class TestDoor:
    def test_what_is_new_is_refused(self, send, close, post):
        close(post)
        with pytest.raises(TargetNotSupported, match="takes no more responses"):
            send(post)

    def test_by_http_with_400(self, client, close, post):
        close(post)
        answer = client.post("/webmention", data={"source": "http://ann.example/1", "target": post.url(ME)})
        assert 400 == answer.status_code

    def test_what_is_here_can_be_changed(self, look, receive, answer, send, close, post):
        """Its author corrects it, or takes it back."""
        look(receive(answer()))
        close(post)
        assert "queued" == send(post).state

    def test_the_owner_goes_on(self, client, publish, close, post, target):
        close(post)
        publish(content="Mine.", in_reply_to=target)
        assert "Mine." in client.get(post.path).text

    def test_it_can_be_opened_again(self, send, close, post):
        close(close(post), "open")
        assert send(post).id


class TestAge:
    @pytest.mark.parametrize(
        ("days", "status", "open_"),
        [(0, None, True), (31, None, True), (30, None, False), (30, "open", True), (0, "closed", False), (30, "Closed", False)],
    )
    def test_a_post_thirty_days_old(self, post, days, status, open_):
        properties = post.item.properties | ({"comment-status": [status]} if status else {})
        aged = type(post)(post.path, type(post.item)(post.item.type, properties), post.kind)
        assert open_ == aged.takes_responses(Preferences(close_after=days), aged.published + timedelta(days=30))

    def test_the_door_asks_what_the_owner_prefers(self, store, settings, post):
        store.preferences.put("close_after", "30")
        asked = Request("http://ann.example/1", post.url(ME), post)
        with pytest.raises(TargetNotSupported):
            admission.admit(store, settings, asked, "192.0.2.7", times.now() + timedelta(days=30))

    def test_a_draft_is_never_open(self, publish):
        assert not publish(content="x", post_status="draft").takes_responses(Preferences(), times.now())
