"""The hub's door (WebSub §5.1, §5.2): what it answers, and in which words."""

import pytest

from indie import wiring
from tests.websub.conftest import CALLBACK, ME


class TestAnswers:
    def test_202_before_anything_is_verified(self, ask, reader, jobs):
        """The callback is asked by a job."""
        assert 202 == ask().status_code
        assert ([], ["websub.verify"]) == (reader.questions, jobs())

    def test_204_for_a_ping(self, ask):
        assert (204, b"") == ((answer := ask(mode="publish")).status_code, answer.data)

    def test_202_for_an_unsubscription_of_nobody(self, ask, jobs):
        """Whether somebody follows is not told to whoever asks."""
        assert (202, []) == (ask(mode="unsubscribe").status_code, jobs())

    def test_a_form_alone_is_read(self, client):
        answer = client.post("/hub", json={"hub.mode": "subscribe"})
        assert (415, "text/plain; charset=utf-8") == (answer.status_code, answer.content_type)

    def test_400_with_a_sentence(self, ask):
        answer = ask(lease_seconds="no")
        assert (400, "text/plain; charset=utf-8") == (answer.status_code, answer.content_type)
        assert "hub.lease_seconds is a positive whole number.\n" == answer.text

    def test_a_browser_gets_the_same_sentence(self, client):
        answer = client.post("/hub", data={"hub.mode": "no"}, headers={"Accept": "text/html"})
        assert (400, "text/plain; charset=utf-8") == (answer.status_code, answer.content_type)

    def test_413_for_far_too_much(self, client):
        assert 413 == client.post("/hub", data={"hub.mode": "a" * 70_000}).status_code

    def test_400_for_no_utf8(self, client):
        answer = client.post("/hub", data=b"hub.mode=%ff", content_type="application/x-www-form-urlencoded")
        assert (400, True) == (answer.status_code, "UTF-8" in answer.text)

    def test_405_with_a_word_for_who_looks_at_it(self, client):
        answer = client.get("/hub")
        assert (405, "POST", True) == (answer.status_code, answer.headers["Allow"], "WebSub" in answer.text)


class TestTopics:
    """Own topics only, by the one name that each has (WH-1)."""

    def test_home(self, ask):
        assert 202 == ask(topic=ME).status_code

    def test_a_tag(self, ask, publish):
        publish(content="About #fences.")
        assert 202 == ask(topic=f"{ME}tags/fences/").status_code

    @pytest.mark.parametrize("name", ["responses.atom", "responses.json"])
    def test_feeds_of_responses(self, ask, target, name):
        assert (202, 202) == (ask(topic=ME + name).status_code, ask(topic=f"{target}/{name}").status_code)

    @pytest.mark.parametrize("path", ["nothing", "hub", "account", "micropub?q=config", "tags/none/", "static/theme.css"])
    def test_nothing_else(self, ask, path):
        answer = ask(topic=ME + path)
        assert (400, f"{ME}{path} is nothing that can be followed here.\n") == (answer.status_code, answer.text)

    def test_no_post(self, ask, target):
        assert 400 == ask(topic=target).status_code

    def test_no_older_page(self, ask, post):
        assert 400 == ask(topic=f"{ME}before/2099-01-01T00:00:00.000000Z-1").status_code

    @pytest.mark.parametrize("topic", [f"{ME}?utm_source=x", f"{ME}#top", f"{ME}tags/Fences/"])
    def test_not_by_another_name(self, ask, publish, topic):
        """Whoever follows compares what he gets with the name that he followed."""
        publish(content="About #fences.")
        answer = ask(topic=topic)
        assert (400, True) == (answer.status_code, "follow that" in answer.text or "nothing" in answer.text)

    def test_503_where_the_site_is_in_trouble(self, settings, store, ask, client):
        """It says nothing about the topic."""
        context = client.application.extensions["indie"]
        broken = wiring.create_app(settings, store)
        object.__setattr__(broken.extensions["indie"], "render", lambda url: _at_fault(context.render(url)))
        answer = broken.test_client().post("/hub", data={"hub.mode": "subscribe", "hub.topic": ME, "hub.callback": CALLBACK})
        assert (503, "5") == (answer.status_code, answer.headers["Retry-After"])


def _at_fault(answer):
    return type(answer)(answer.url, 500, answer.headers, b"")
