"""Verification of intent (WebSub §5.3; WH-3 to WH-5), and the denial (WH-6)."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from indie import notices, publishing, times
from indie.errors import TimedOut, TooManyRedirects
from indie.websub import admission, distribution, intent
from tests.websub.conftest import CALLBACK, ME

NOW = times.parse("2026-07-23T12:00:00Z")


class TestQuestion:
    def test_it_has_everything(self, ask, verify, reader):
        ask(lease_seconds="7200")
        verify()
        (question,) = reader.questions
        challenge = question.pop("hub.challenge")
        assert {"hub.mode": "subscribe", "hub.topic": ME, "hub.lease_seconds": "7200"} == question
        assert 40 < len(challenge)

    def test_the_lease_is_the_one_that_is_granted(self, ask, verify, reader):
        ask(lease_seconds="1")
        verify()
        assert "3600" == reader.questions[0]["hub.lease_seconds"]

    def test_an_unsubscription_has_no_lease(self, follow, ask, verify, reader):
        follow()
        ask(mode="unsubscribe", lease_seconds="7200")
        verify()
        assert {"hub.mode", "hub.topic", "hub.challenge"} == set(reader.questions[-1])

    def test_each_challenge_is_another(self, ask, verify, reader):
        ask()
        verify()
        ask()
        verify()
        assert 2 == len({question["hub.challenge"] for question in reader.questions})

    @pytest.mark.parametrize(
        ("callback", "beginning"),
        [
            ("http://reader.example/cb", "http://reader.example/cb?hub.mode=denied"),
            ("http://reader.example/cb?a=%2f&hub.mode=x", "http://reader.example/cb?a=%2f&hub.mode=x&hub.mode=denied"),
            ("http://reader.example/cb?", "http://reader.example/cb?hub.mode=denied"),
            ("http://reader.example/cb?a&", "http://reader.example/cb?a&hub.mode=denied"),
        ],
    )
    def test_parameters_go_behind_those_that_there_are(self, callback, beginning):
        """Nothing of theirs is overwritten, in the same name either."""
        made = intent.extended(callback, {"hub.mode": "denied", "hub.topic": f"{ME}?a&b"})
        assert made.startswith(beginning)
        assert ("hub.topic", f"{ME}?a&b") == parse_qsl(urlsplit(made).query)[-1]


class TestAgreement:
    def test_it_follows_from_then_on(self, ask, verify):
        """The lease counts from the verification, not from the request."""
        ask(lease_seconds="7200", secret="s3cret")
        subscriber = verify(now=NOW)
        assert (NOW + timedelta(hours=2), "s3cret", None) == (subscriber.expires, subscriber.secret, subscriber.asked)

    def test_any_2xx_will_do(self, ask, verify, reader):
        reader.verified = 204
        ask()
        assert verify(now=NOW).follows(NOW)

    def test_what_there_was_before_is_not_told(self, ask, work, shop, reader, publish):
        publish(content="Before.")
        ask()
        work()
        assert [] == reader.deliveries

    def test_a_word_between_the_look_and_the_agreement_is_told(self, ask, verify, work, readers, reader, publish, store, shop):
        """Nothing falls in between, although it had been told to all others before this one followed."""
        ask()
        shown = readers.get

        def late(*arguments, **more):
            publish(content="In between.")
            store.jobs.cancel(notices.NOTIFY)
            distribution.distribute(store, shop.render, ME, times.now())
            return shown(*arguments, **more)

        readers.get = late
        verify()
        work()
        assert 1 == len(reader.deliveries)


REFUSALS = {
    "another word": {"says": b"no"},
    "nothing": {"says": b""},
    "the word and a line break": {"adds": b"\n"},
    "a redirect": {"verified": TooManyRedirects("It redirects.")},
    "404": {"verified": 404},
    "500": {"verified": 500},
    "302": {"verified": 302},
    "silence": {"verified": TimedOut("It took too long.")},
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
class TestRefusal:
    @pytest.fixture(autouse=True)
    def _refuse(self, reader, refusal, request):
        self.refuse = lambda: [setattr(reader, name, value) for name, value in refusal.items()]

    def test_nobody_follows(self, ask, verify, store):
        self.refuse()
        ask()
        assert verify() is None

    def test_who_follows_goes_on_as_before(self, follow, ask, verify, store):
        follow(secret="old", lease_seconds="7200")
        before = store.subscribers.find(ME, CALLBACK)
        self.refuse()
        ask(secret="new", lease_seconds="86400")
        assert before == verify()

    def test_nobody_is_unsubscribed(self, follow, ask, verify):
        follow()
        self.refuse()
        ask(mode="unsubscribe")
        assert verify().follows(times.now())


class TestAgain:
    def test_twice_is_one(self, follow, store):
        follow()
        follow(secret="new")
        assert ["new"] == [one.secret for one in store.subscribers.of(ME, 9)]

    def test_what_was_asked_last_counts(self, ask, verify, readers, store):
        """Who asks anew while he is asked whether he meant it is asked once more."""
        ask(secret="first")
        answered = readers.get

        def late(*arguments, **more):
            ask(secret="second")
            return answered(*arguments, **more)

        readers.get = late
        assert ("", "second") == ((pending := verify()).secret, pending.asked.secret)
        readers.get = answered
        assert "second" == verify().secret

    def test_a_job_that_runs_twice_asks_once(self, ask, verify, reader):
        ask()
        verify()
        verify()
        assert 1 == len(reader.questions)

    def test_an_agreement_makes_up_for_earlier_tries(self, ask, work, reader, store):
        reader.says = b"no"
        for _ in range(admission.CALLBACK[0]):
            ask()
            work()
        assert 429 == ask().status_code
        with store.write():
            store.limits.forget(intent.tries(CALLBACK))
        reader.says = None
        ask()
        work()
        with store.write():
            assert store.limits.take(intent.tries(CALLBACK), times.now(), *admission.CALLBACK) is None
            assert store.limits.take(intent.tries(CALLBACK), times.now(), *admission.CALLBACK) is None


class TestUnsubscription:
    def test_it_is_verified_too(self, follow, ask, store, work):
        follow()
        ask(mode="unsubscribe")
        assert store.subscribers.find(ME, CALLBACK).follows(times.now())
        work()
        assert store.subscribers.find(ME, CALLBACK) is None

    def test_nothing_is_told_any_more(self, follow, ask, publish, reader, work):
        follow()
        ask(mode="unsubscribe")
        work()
        publish(content="Too late.")
        work()
        assert [] == reader.deliveries


class TestDenial:
    def test_when_the_topic_goes(self, follow, work, publish, store, reader):
        """A tag that no post has any more, a post whose responses are followed that is deleted."""
        post = publish(content="About #fences.")
        follow(topic=f"{ME}tags/fences/")
        publishing.delete(store, post, ME, times.now())
        work()
        denied = {"hub.mode": "denied", "hub.topic": f"{ME}tags/fences/"}
        assert denied == {name: reader.questions[-1][name] for name in denied}
        assert reader.questions[-1]["hub.reason"]
        assert (False, []) == (store.subscribers.any(), store.topics.names())

    def test_when_it_went_before_it_was_verified(self, ask, work, publish, store, reader):
        post = publish(content="About #fences.")
        ask(topic=f"{ME}tags/fences/")
        publishing.delete(store, post, ME, times.now())
        work()
        assert ["denied"] == [question["hub.mode"] for question in reader.questions]
        assert not store.subscribers.any()

    def test_it_is_told_again_to_who_does_not_answer(self, shop, readers, reader):
        reader.verified = TimedOut("It took too long.")
        with pytest.raises(TimedOut):
            intent.deny(readers, ME, CALLBACK)
