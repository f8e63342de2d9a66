"""
What hostile targets try with whoever tells them of a link (webmention.md §7.4), on real sockets.

The canary on 127.0.0.1 must meet nobody: the fetcher may go to 127.0.0.2 alone.
"""

import html
from dataclasses import replace
from ipaddress import ip_network

import pytest

from indie import publishing, times
from indie.fetch.client import Fetcher
from indie.jobs.worker import Worker
from indie.mf2.item import Item
from indie.webmention import polling, process
from tests.fetch.rawserver import SITE, answering, page
from tests.fetch.test_attacks import INSIDE
from tests.fetch.test_size import endless
from tests.live.running import people
from tests.webmention.conftest import ME

LINK = {"Link": "</webmention>; rel=webmention"}


def _endpoint(mallory, number, url):
    mallory.pages[f"/{number}"] = f'<link rel="webmention" href="{html.escape(url)}">'


def _endpoint_in_header(mallory, number, url):
    mallory.pages[f"/{number}"] = (200, {"Link": f"<{url}>; rel=webmention"}, "")


def _redirected_target(mallory, number, url):
    mallory.pages[f"/{number}"] = (302, {"Location": f"/{number}/again"}, "")
    mallory.pages[f"/{number}/again"] = (307, {"Location": url}, "")


def _redirected_post(mallory, number, url):
    mallory.pages[f"/{number}"] = (200, {"Link": f"</{number}/wm>; rel=webmention"}, "")
    mallory.pages[f"/{number}/wm"] = (307, {"Location": f"/{number}/again"}, "")
    mallory.pages[f"/{number}/again"] = (308, {"Location": url}, "")


def _status(mallory, number, url):
    mallory.pages[f"/{number}"] = (200, {"Link": f"</{number}/wm>; rel=webmention"}, "")
    mallory.pages[f"/{number}/wm"] = (201, {"Location": url}, "")


def _redirected_status(mallory, number, url):
    _status(mallory, number, f"/{number}/status")
    mallory.pages[f"/{number}/status"] = (302, {"Location": url}, "")


def _drip(handler, over):
    """A byte every so often, for longer than anybody waits."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not over.wait(0.2):
        handler.wfile.write(b"x")


WAYS = {way.__name__.strip("_"): way for way in (_endpoint, _endpoint_in_header, _redirected_target, _redirected_post, _status, _redirected_status)}


class TestCanary:
    @pytest.fixture(autouse=True)
    @staticmethod
    def _names(resolver):
        resolver.book |= {name: ["127.0.0.1"] for name in ("inside.example", "127.0.0.1.nip.io", "localhost", "www.localhost")}
        resolver.book |= {"mapped.example": ["::ffff:127.0.0.1"], "mixed.example": [SITE, "127.0.0.1"]}

    def asked(self, store, shop, deliveries):
        """Ask every status page that was named, as often as it is ever asked."""
        for delivery in deliveries:
            for _ in polling.WAITS:
                polling.poll(store, shop.fetcher, delivery.id, times.now())

    @pytest.mark.parametrize("way", WAYS)
    def test_nothing_leads_inside(self, tell, store, shop, canary, mallory, way):
        spelled = [url.format(port=canary.port) for url in (*INSIDE, "http://mixed.example:{port}/")]
        spelled = [url for url in spelled if way == "endpoint" or url.isascii()]
        for number, url in enumerate(spelled):
            WAYS[way](mallory, number, url)
        told = tell(*(f"{mallory.home}{number}" for number in range(len(spelled))))
        self.asked(store, shop, told)

        assert len(spelled) == len(told)
        assert {one.state for one in told} <= ({"sent"} if "status" in way else {"failed", "due", "no endpoint"})

    @pytest.mark.parametrize("way", WAYS)
    def test_the_way_is_one(self, tell, store, shop, mallory, way):
        """What is outside is reached by it: the ways above are closed by the guard alone."""
        WAYS[way](mallory, 1, f"{mallory.home}reached")
        self.asked(store, shop, tell(f"{mallory.home}1"))
        assert "/reached" in mallory.requested

    def test_a_target_inside(self, tell, canary):
        """The owner may write such a link; nobody is asked for it."""
        told = tell(*(url.format(port=canary.port) for url in INSIDE if url.isascii()))
        assert {one.state for one in told} <= {"failed", "due"}

    def test_a_name_that_moves_inside(self, tell, canary, beside, shop):
        """It is looked up for the page, and again for the endpoint: what was fine may be so no more."""
        beside(answering(page(b"", "Link: </wm>; rel=webmention")))
        asked = []

        def resolve(name):
            asked.append(name)
            return [SITE] if len(asked) == 1 else ["127.0.0.1"]

        moving = replace(shop, fetcher=Fetcher([ip_network(f"{SITE}/32")], resolve=resolve))
        (told,) = tell(f"http://rebound.example:{canary.port}/", at=moving)
        assert ("failed", 2) == (told.state, len(asked))


class TestOwnSite:
    """Nobody has us post to ourselves: our pages take more from us than from strangers."""

    @pytest.fixture
    def ours(self):
        with people("127.0.0.2") as (one,):
            one.pages["/admin/delete?id=1"] = "Deleted."
            yield one

    @pytest.mark.parametrize("way", ["endpoint", "endpoint_in_header", "redirected_post"])
    def test_no_endpoint_is_ours(self, store, shop, publish, mallory, ours, way):
        WAYS[way](mallory, 1, f"{ours.home}admin/delete?id=1")
        (told,) = self.told(store, shop, publish, f"{mallory.home}1", ours)
        assert ("failed", []) == (told.state, ours.posted)

    def test_no_status_page_is_ours(self, store, shop, publish, mallory, ours):
        _status(mallory, 1, f"{ours.home}admin/delete?id=1")
        (told,) = self.told(store, shop, publish, f"{mallory.home}1", ours)
        assert ("sent", "") == (told.state, told.location)

    def told(self, store, shop, publish, target, ours):
        post = publish(content=target)
        Worker(replace(shop, settings=replace(shop.settings, url=ours.home))).run_until_idle()
        return store.deliveries.of(post.id)


class TestTooMuch:
    def test_a_page_of_ten_megabytes(self, tell, mallory):
        """Its header says where; without one, its first mebibyte says nothing."""
        mallory.pages |= {"/1": (200, LINK, "x" * 10_000_000), "/2": "<p>" * 3_500_000, "/webmention": ""}
        assert ["sent", "no endpoint"] == [one.state for one in tell(f"{mallory.home}1", f"{mallory.home}2")]

    def test_a_page_without_an_end(self, tell, start):
        server = start(endless(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"<p>more " * 8192))
        assert ["no endpoint"] == [one.state for one in tell(server.url())]

    def test_a_page_that_drips(self, tell, mallory):
        """It has ten seconds, and another try."""
        mallory.pages["/1"] = lambda handler: _drip(handler, mallory.over)
        (told,) = tell(f"{mallory.home}1")
        assert ("due", 1) == (told.state, told.attempts)

    def test_an_answer_without_an_end(self, tell, start):
        """It has been told; what it says is cut."""
        more = endless(b"HTTP/1.1 202 Accepted\r\nContent-Type: text/plain\r\n\r\n", b"x" * 65536)

        def behave(connection, server):
            page_ = page(b"", "Link: </wm>; rel=webmention")
            connection.sendall(page_) if len(server.heads) == 1 else more(connection, server)

        assert ["sent"] == [one.state for one in tell(start(behave).url())]

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    def test_an_endpoint_in_circles(self, tell, mallory, status):
        mallory.pages |= {"/1": (200, LINK, ""), "/webmention": (status, {"Location": "/other"}, "")}
        mallory.pages["/other"] = (status, {"Location": "/webmention"}, "")
        (told,) = tell(f"{mallory.home}1")
        assert ("failed", 2) == (told.state, len(mallory.posted))

    def test_an_endpoint_that_leads_on_and_on(self, tell, mallory):
        mallory.pages["/1"] = (200, LINK, "")
        mallory.pages |= {f"/{number}": (307, {"Location": f"/{number + 1}"}, "") for number in range(10, 99)}
        mallory.pages["/webmention"] = mallory.pages["/10"]
        (told,) = tell(f"{mallory.home}1")
        assert ("failed", 6) == (told.state, len(mallory.posted))

    def test_a_status_page_that_never_decides(self, tell, store, shop, mallory):
        """It is asked five times, each of them within its limits."""
        _status(mallory, 1, "/status")
        mallory.pages["/status"] = (201, {"Location": "/status"}, "x" * 10_000_000)
        (told,) = tell(f"{mallory.home}1")
        for _ in range(20):
            polling.poll(store, shop.fetcher, told.id, times.now())
        assert (5, "201") == (mallory.requested.count("/status"), store.deliveries.get(told.id).outcome)


class TestWhoIsTold:
    def test_ten_thousand_links_are_two_hundred(self, store, publish):
        post = publish(content=" ".join(f"http://{number}.example/" for number in range(10_000)))
        assert [f"http://{number}.example/" for number in range(200)] == [one.target for one in store.deliveries.of(post.id)]

    def test_what_is_no_page_is_passed_over(self, store, publish):
        hrefs = ("mailto:a@b.example", "data:text/html,x", "javascript:alert(1)", "tel:1", "#here", "/own", "ftp://a.example/", "http://them.example/")
        post = publish(content={"html": "".join(f'<a href="{href}">x</a>' for href in hrefs)})
        assert ["http://them.example/"] == [one.target for one in store.deliveries.of(post.id)]

    def test_who_is_shown_on_the_page_is_not_linked_to(self, store, publish, client, mallory, shop):
        """A comment has links of its own, to its author and in what it says: they are not the post's."""
        post = publish(content="See http://them.example/")
        mallory.pages["/reply"] = (
            f'<article class="h-entry"><a class="u-in-reply-to" href="{post.url(ME)}">x</a><p class="e-content">It says '
            f'<a href="http://said.example/">this</a>.</p><a class="p-author h-card" href="http://ann.example/">Ann</a></article>'
        )
        process.queue(store, f"{mallory.home}reply", post.url(ME), post, times.now())
        Worker(shop).run_until_idle()
        publishing.update(store, ME, times.now(), post, lambda before: Item(before.item.type, before.item.properties | {"content": ["See http://them.example/ now"]}), {})

        shown = client.get(post.path).text
        assert all(f'href="http://{name}.example/"' in shown for name in ("ann", "said"))
        assert ["http://them.example/"] == [one.target for one in store.deliveries.of(post.id)]
