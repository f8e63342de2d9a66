"""Clients, senders and receivers that we did not write, at a live site over real connections."""

import json

import micropub
import pytest
import ronkyuu
import webmentions
from bs4 import BeautifulSoup

from indie.demo import PAGES
from tests.live.running import people, until

PICTURE = PAGES / "mira.example" / "fence.webp"


@pytest.fixture(scope="module")
def site(tmp_path_factory, hosting):
    """Olaf's site, running."""
    with hosting(tmp_path_factory.mktemp("site") / "data") as made:
        made.owner("Olaf Owner", "olaf")
        yield made.start()


@pytest.fixture(scope="module")
def other():
    """Somebody else's site."""
    with people("127.0.0.2") as (one,):
        yield one


@pytest.fixture(scope="module")
def token(site):
    return site.http.headers["Authorization"].removeprefix("Bearer ")


def answering(target, name="Ada"):
    """The page of a reply, as most blogs have it."""
    return f"""<article class="h-entry"><p class="p-author h-card"><a class="u-url" href="/">{name}</a></p>
        <p>In reply to <a class="u-in-reply-to" href="{target}">this</a></p>
        <p class="e-content">An answer by {name}</p></article>"""


def shown(site, target):
    """Who answered, as the page of the post has it."""
    page = BeautifulSoup(site.page(target), "lxml")
    return [author.get_text(strip=True) for author in page.select(".comment .p-author .p-name")]


@pytest.fixture(scope="module", params=["micropub-helper", "micropub-helper-1"])
def library(request):
    """A version of micropub-helper, as package.json calls it: 2.1.1, 1.6.2."""
    return request.param


@pytest.fixture(scope="module")
def said(node, site, token, library):
    """What the commands of micropub-helper came to (micropub.mjs)."""
    given = {"library": library, "token": token, "picture": str(PICTURE)}
    return node("micropub.mjs", json.dumps(given), site.home)


class TestMicropubHelper:
    """npm: micropub-helper 2.1.1 and 1.6.2, what Micropub clients in the browser are made of."""

    def test_it_finds_the_endpoint_from_home(self, said, site):
        assert f"{site.home}micropub" == said["endpoint"]

    def test_it_learns_what_the_site_can_do(self, said):
        assert {"config", "source", "syndicate-to"} <= set(said["config"]["q"])
        assert "note" in [kind["type"] for kind in said["config"]["post-types"]]

    def test_it_gets_the_properties_that_it_asks_for(self, said, library):
        """Of what it posted as a form."""
        assert {"content": [f"A note by {library}"], "category": ["one", "two"]} == said["part"]["properties"]

    def test_what_it_posts_as_json_keeps_its_markup(self, said, site):
        assert "with <em>markup</em>" in site.page(said["json"])

    def test_a_picture_it_uploads_is_served(self, said, site):
        """As multipart; behind what the page shows stands the picture that was sent."""
        picture = BeautifulSoup(site.page(said["multipart"]), "lxml").select_one("a:has(> img.u-photo[src*='/media/'])")
        answer = site.http.get(picture["href"])
        assert (200, "image/webp") == (answer.status_code, answer.headers["Content-Type"])
        assert PICTURE.read_bytes() == answer.content

    def test_it_gets_back_what_it_sent(self, said, library):
        """And no property that nobody gave a value."""
        whole = said["whole"]
        assert ["h-entry"] == whole["type"]
        assert ([f"An article by {library}"], [{"html": "<p>with <em>markup</em></p>"}]) == (
            whole["properties"]["name"],
            whole["properties"]["content"],
        )
        assert [] not in whole["properties"].values()

    def test_it_replaces_a_property_and_no_other(self, said):
        assert {"content": ["Corrected"], "category": ["one", "two"]} == said["replaced"]

    def test_it_adds_a_value_to_those_that_are_there(self, said):
        assert ["one", "two", "three"] == said["added"]["category"]

    def test_it_deletes_one_value(self, said):
        assert ["two", "three"] == said["withoutValue"]["category"]

    def test_it_deletes_a_whole_property(self, said):
        assert {"content": ["Corrected"]} == said["withoutProperty"]

    def test_what_it_updated_is_on_the_page(self, said, site):
        """When it has been deleted and undeleted besides."""
        assert "Corrected" in site.page(said["form"])

    def test_it_deletes_and_undeletes(self, said):
        assert [200, 410, 200] == said["statuses"]

    def test_a_wrong_token_is_refused_as_it_expects(self, said):
        assert 401 == said["refused"]


class TestMicropubForPython:
    """PyPI: micropub 0.0.9."""

    def test_it_posts_and_reads_back(self, site, token):
        """It takes 201 for success and nothing else."""
        client = micropub.Client(f"{site.home}micropub", token)
        client.create_post({"content": ["From Python"], "mp-slug": ["from-python"]})
        (link,) = BeautifulSoup(site.page(site.home), "lxml").select("a.u-url[href$=from-python]")
        assert ["From Python"] == client.get_post(link["href"]).json()["properties"]["content"]

    def test_an_empty_post_is_refused(self, site, token):
        with pytest.raises(micropub.PostNotCreated):
            micropub.Client(f"{site.home}micropub", token).create_post({})


class TestSenders:
    """Each finds the endpoint of a post by itself; what it announces stands under the post."""

    def test_send_webmention(self, node, site, other):
        """npm: send-webmention 2.0.0."""
        target = site.micropub({"content": ["Answer this from Node"]})
        other.pages["/node"] = answering(target, "Nora")
        answer = node("webmention.mjs", f"{other.home}node", target)
        assert (True, 201) == (answer["success"], answer["status"])
        assert "verified" == site.verified(answer["location"])["status"]
        assert ["Nora"] == shown(site, target)

    def test_remy_webmention(self, node, site, other):
        """npm: @remy/webmention 1.5.0, behind webmention.app: it reads the source itself and takes any 2xx."""
        target = site.micropub({"content": ["Answer this by way of an app"]})
        other.pages["/remy"] = f"<!doctype html><title>Remy</title><main>{answering(target, 'Remy')}</main>"
        (sent,) = [one for one in node("remy-webmention.mjs", "", f"{other.home}remy") if one["target"] == target]
        assert (f"{site.home}webmention", 201) == (sent["endpoint"], sent["status"])
        assert ["Remy"] == until(lambda: shown(site, target))

    def test_ronkyuu(self, site, other):
        """PyPI: ronkyuu 0.9, with its own check of the URLs, and its own discovery of the endpoint."""
        target = site.micropub({"content": ["Answer this from Python"]})
        other.pages["/ronkyuu"] = answering(target, "Rosa")
        assert {target} == ronkyuu.findMentions(f"{other.home}ronkyuu")["refs"] & {target}
        assert (200, f"{site.home}webmention") == ronkyuu.discoverEndpoint(target)[:2]
        answer = ronkyuu.sendWebmention(f"{other.home}ronkyuu", target)
        assert 201 == answer.status_code
        assert "verified" == site.verified(answer.headers["Location"])["status"]
        assert ["Rosa"] == shown(site, target)

    def test_webmentions(self, site, other):
        """PyPI: webmentions 0.2.0, which reads its own page and tells everybody that it links to."""
        target = site.micropub({"content": ["Answer this, whoever you are"]})
        other.pages["/webmentions"] = answering(target, "Wim")
        desk = Desk()
        desk.handler(other.home).process_outgoing_webmentions(f"{other.home}webmentions")
        assert [target] == [sent.target for sent in desk.kept if sent.target == target]
        assert ["Wim"] == until(lambda: shown(site, target))


class Desk(webmentions.WebmentionsStorage):
    """What the library `webmentions` keeps its mentions in. kept: all of them, in order."""

    def __init__(self):
        self.kept = []

    def handler(self, home):
        """The library's receiver and sender of the site at `home`; on loopback, so without its guard."""
        return webmentions.WebmentionsHandler(self, base_url=home, ssrf_protection=False)

    def store_webmention(self, mention):
        self.kept.append(mention)

    def delete_webmention(self, source, target, direction):
        self.kept = [kept for kept in self.kept if (kept.source, kept.target) != (source, target)]

    def retrieve_webmentions(self, resource, direction):
        return [kept for kept in self.kept if resource in (kept.source, kept.target)]


RECEIVED = {
    "in-reply-to": ({"content": ["My answer"]}, "reply"),
    "like-of": ({}, "like"),
    "repost-of": ({}, "repost"),
    "bookmark-of": ({"name": ["Worth reading"]}, "bookmark"),
}


class TestReceiver:
    """PyPI: webmentions 0.2.0 as the receiver of what our site says: it is told, it reads our page."""

    @pytest.mark.parametrize("name", RECEIVED)
    def test_it_knows_what_our_post_is_and_whose(self, site, other, name):
        properties, kind = RECEIVED[name]
        target = f"{other.home}post-{name}"
        source = site.micropub({name: [target], **properties})
        desk = Desk()
        desk.handler(other.home).process_incoming_webmention(source, target)
        (received,) = desk.kept
        assert (kind, "Olaf Owner", site.home) == (
            received.mention_type.value,
            received.author_name,
            received.author_url,
        )

    def test_a_deleted_reply_is_taken_away(self, site, other):
        target = f"{other.home}post"
        source = site.micropub({"in-reply-to": [target], "content": ["I take it back"]})
        desk = Desk()
        receive = desk.handler(other.home).process_incoming_webmention
        receive(source, target)
        assert 1 == len(desk.kept)
        site.http.post(f"{site.home}micropub", data={"action": "delete", "url": source}).raise_for_status()
        receive(source, target)
        assert [] == desk.kept
