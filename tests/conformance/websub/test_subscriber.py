"""
websub.rocks's tests of subscribers, 100 to 302, played by a server of our own that behaves as theirs.

It verifies inside the request that asks it, so a site whose processes could answer but one at a time,
or that asked before it had stored what it asks for, would not get through.
"""

import hashlib
import hmac
import secrets
from urllib.parse import parse_qs, urlencode

import pytest
import requests

from tests.live.running import people, until

NOTE = "<div class=h-entry><p class=e-content>{0}</p><a class=u-url href='/{0}'></a></div>"
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{links}
<entry><id>tag:1</id><title>x</title><content>One</content></entry></feed>"""
RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>T</title>{links}
<item><guid>1</guid><description>One</description></item></channel></rss>"""


class Rocks:
    """A publisher and its hub. asked: the form of each request to the hub; answers: what the callback said to each."""

    def __init__(self, site):
        self.site, self.home, self.asked, self.answers = site, site.home, [], []
        self.topic_of_verification = None
        self.hub, self.topic = f"{self.home}hub", f"{self.home}topic"
        site.pages["/hub"] = self.take

    def publish(self, body, headers=None, path="/topic"):
        self.site.pages[path] = (200, headers or {}, body)

    def links(self, topic=None):
        """The header that names hub and topic."""
        return {"Link": f'<{self.hub}>; rel="hub", <{topic or self.topic}>; rel="self"'}

    def take(self, handler):
        """A request to the hub: it is verified before it is answered."""
        form = {name: values[0] for name, values in parse_qs(self.site.posted[-1][1]).items()}
        self.asked.append(form)
        challenge = secrets.token_urlsafe(12)
        query = {
            "hub.mode": form["hub.mode"],
            "hub.topic": self.topic_of_verification or form["hub.topic"],
            "hub.challenge": challenge,
            "hub.lease_seconds": form.get("hub.lease_seconds", ""),
        }
        answer = requests.get(f"{form['hub.callback']}?{urlencode(query)}", timeout=20)
        self.answers.append((answer.status_code, answer.text == challenge))
        handler.send_response(202)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def deliver(self, body, signature=""):
        """Push to the callback that was asked for last; returns the status."""
        headers = {"Content-Type": "text/html; charset=utf-8", **({"X-Hub-Signature": signature} if signature else {})}
        return requests.post(self.asked[-1]["hub.callback"], body, headers=headers, timeout=20).status_code

    def signed(self, body, algorithm="sha256"):
        digest = hmac.new(self.asked[-1]["hub.secret"].encode(), body, algorithm).hexdigest()
        return f"{algorithm}={digest}"


@pytest.fixture(scope="module")
def ours(tmp_path_factory, hosting):
    """Our site, running."""
    with hosting(tmp_path_factory.mktemp("follower") / "data") as site:
        site.start()
        site.owner()
        yield site


@pytest.fixture
def rocks():
    with people("127.0.0.2") as (site,):
        yield Rocks(site)


@pytest.fixture
def follow(ours, rocks):
    """Follow an address as the owner does, and wait until it is in this state."""

    def follow_it(url=None, state="active"):
        url = url or rocks.topic
        ran = ours.command("follow", url, INDIE_URL=ours.home, INDIE_FETCH_ALLOW="127.0.0.0/8")
        assert ran.returncode == 0, ran.stderr

        store = ours.store()
        try:
            until(lambda: store.following.by_url(url).state == state)
        finally:
            store.database.close()

    return follow_it


def is_subscribed(rocks):
    return rocks.answers == [(200, True)]


class TestDiscovery:
    def test_100_hub_and_self_in_http_headers(self, follow, rocks):
        rocks.publish(NOTE.format("1"), rocks.links())
        follow()
        assert is_subscribed(rocks)
        assert rocks.topic == rocks.asked[0]["hub.topic"]

    def test_101_in_html(self, follow, rocks):
        rocks.publish(f'<link rel="hub" href="{rocks.hub}"><link rel="self" href="{rocks.topic}">' + NOTE.format("1"))
        follow()
        assert is_subscribed(rocks)

    def test_102_in_atom(self, follow, rocks):
        """GET says text/xml."""
        links = f'<link rel="hub" href="{rocks.hub}"/><link rel="self" href="{rocks.topic}"/>'
        rocks.publish(ATOM.format(links=links), {"Content-Type": "text/xml"})
        follow()
        assert is_subscribed(rocks)

    def test_103_in_rss(self, follow, rocks):
        links = f'<atom:link rel="hub" href="{rocks.hub}"/><atom:link rel="self" href="{rocks.topic}"/>'
        rocks.publish(RSS.format(links=links), {"Content-Type": "text/xml"})
        follow()
        assert is_subscribed(rocks)

    def test_104_the_header_before_the_body(self, follow, rocks):
        """The hub in the body is a wrong one."""
        rocks.site.pages["/wrong"] = (400, {}, "")
        rocks.publish(f'<link rel="hub" href="{rocks.home}wrong">' + NOTE.format("1"), rocks.links())
        follow()
        assert is_subscribed(rocks)
        assert {"/hub"} == {path for path, _ in rocks.site.posted}


class TestSubscribing:
    def test_200_self_is_the_topic(self, follow, rocks):
        topic = f"{rocks.topic}?self=other"
        for path in ("/topic", "/topic?self=other"):
            rocks.publish(NOTE.format("1"), rocks.links(topic), path)
        follow()
        assert is_subscribed(rocks)
        assert topic == rocks.asked[0]["hub.topic"]

    @pytest.mark.parametrize("status", [pytest.param(302, id="201"), pytest.param(301, id="202")])
    def test_a_topic_that_redirects(self, follow, rocks, status):
        """The self of where it ends."""
        final = f"{rocks.topic}?redirect=complete"
        rocks.publish(NOTE.format("1"), rocks.links(final), "/topic?redirect=complete")
        rocks.site.pages["/topic"] = (status, {"Location": final}, "")
        follow()
        assert is_subscribed(rocks)
        assert final == rocks.asked[0]["hub.topic"]

    @pytest.mark.parametrize("status", [pytest.param(307, id="203"), pytest.param(308, id="204")])
    def test_a_hub_that_redirects(self, follow, rocks, status):
        """The same request goes to the other one."""
        rocks.publish(NOTE.format("1"), {"Link": f'<{rocks.home}old>; rel="hub", <{rocks.topic}>; rel="self"'})
        rocks.site.pages["/old"] = (status, {"Location": rocks.hub}, "")
        follow()
        assert is_subscribed(rocks)
        (old, sent), (new, again) = rocks.site.posted
        assert ("/old", "/hub") == (old, new)
        assert sent == again

    def test_205_a_verification_of_another_topic(self, follow, rocks):
        """It is answered with exactly 404."""
        rocks.publish(NOTE.format("1"), rocks.links())
        rocks.topic_of_verification = f"{rocks.topic}/other"
        follow(state="asked")
        until(lambda: rocks.answers)
        assert 404 == rocks.answers[0][0]


class TestDelivery:
    @pytest.fixture
    def subscribed(self, follow, rocks):
        rocks.publish(NOTE.format("1"), rocks.links())
        follow()
        return rocks

    @pytest.fixture
    def items(self, ours):
        """What is kept of the feed that was followed last."""

        def kept():
            store = ours.store()
            try:
                return [item["content"]["text"] for item in store.followed_items.of(store.following.all()[-1].id)]
            finally:
                store.database.close()

        return kept

    @pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
    def test_300_signed(self, subscribed, items, algorithm):
        body = NOTE.format("2").encode()
        assert 202 == subscribed.deliver(body, subscribed.signed(body, algorithm))
        until(lambda: items() == ["2", "1"])

    def test_301_signed_wrongly(self, subscribed, items):
        """It is refused; what comes after it, and is right, is all that is kept."""
        body, good = NOTE.format("2").encode(), NOTE.format("3").encode()
        assert 403 == subscribed.deliver(body, f"sha256={hashlib.sha256(body).hexdigest()}")
        assert 202 == subscribed.deliver(good, subscribed.signed(good))
        until(lambda: items() == ["3", "1"])

    def test_302_not_signed(self, subscribed, items):
        body, good = NOTE.format("2").encode(), NOTE.format("3").encode()
        assert 403 == subscribed.deliver(body)
        assert 202 == subscribed.deliver(good, subscribed.signed(good))
        until(lambda: items() == ["3", "1"])

    def test_unsubscribing(self, subscribed, ours):
        """Verified as subscribing is; then there is nobody any more."""
        assert 0 == ours.command("unfollow", subscribed.topic).returncode
        until(lambda: len(subscribed.answers) == 2)
        assert ("unsubscribe", (200, True)) == (subscribed.asked[1]["hub.mode"], subscribed.answers[1])
        assert 410 == subscribed.deliver(b"x")
