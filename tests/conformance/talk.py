"""A running site among its neighbours: what they write, how they say so, and what our pages make of it."""

import contextlib
import itertools
import re
from datetime import UTC, datetime, timedelta

import mf2py
import requests
from bs4 import BeautifulSoup

from indie import times
from tests.live.running import PATIENCE, people, until

ENTRY = """<!doctype html><html lang="en"><title>{title}</title><article class="h-entry">
<p class="p-author h-card">{author}</p>
{links}
<div class="{content}">{says}</div>
<a class="u-url" href="{url}"><time class="dt-published" datetime="{at}">then</time></a>
{more}</article>"""

_MORNING = datetime(2026, 7, 1, 8, tzinfo=UTC)


class Talk:
    """
    site: the running site. ann, ben, cleo, dora: other people's sites, and all of them: neighbours.

    Whatever is written is a minute younger than what was written before it.
    """

    def __init__(self, site, neighbours):
        self.site, self.neighbours = site, list(neighbours)
        self.ann, self.ben, self.cleo, self.dora = neighbours
        self._numbers = itertools.count(1)

    def post(self, content="", **properties):
        """A post of the owner's, unlike every other unless told what it says; returns its address."""
        named = {name.replace("_", "-"): value if isinstance(value, list) else [value] for name, value in properties.items()}
        return self.site.micropub({"content": [content or f"Answer this ({next(self._numbers)})."], **named})

    def change(self, url, **how):
        """Update a post of the owner's: `change(url, replace={"content": ["New."]})`."""
        changed(self.site, url, **how)

    def write(self, person, says, *to, relation="in-reply-to", path="", more="", author="", url="", content="e-content"):
        """
        Put a page on somebody's site that says this about these; returns its address.

        path: where, to write a page anew. more: markup within the entry. author: the inside of the h-card.
        url: what the page calls itself, where that is not its address.
        """
        number = next(self._numbers)
        path = path or f"{number}"
        person.pages[f"/{path}"] = ENTRY.format(
            title=f"Page {number}",
            author=author or f'<a class="p-name u-url" href="{person.home}">{self.name(person)}</a>',
            links="".join(f'<a class="u-{relation}" href="{target}">about this</a>' for target in to),
            content=content,
            says=says,
            url=url or person.home + path,
            at=(_MORNING + timedelta(minutes=number)).isoformat(),
            more=more,
        )
        return person.home + path

    def name(self, person):
        """What somebody is called."""
        names = {self.ann: "Ann Alder", self.ben: "Ben Birch", self.cleo: "Cleo Cedar", self.dora: "Dora Dogwood"}
        return names.get(person, "Some Stranger")

    def tell(self, source, target):
        """Send a webmention and wait until the source has been looked at; what its status URL says then."""
        return self.site.told(self.site.mention(source, target))

    def shown(self, source, target):
        """As `tell`, for one that is verified."""
        said = self.tell(source, target)
        assert "verified" == said["status"], said
        return source

    def says(self, person, says, target, *to, **how):
        """Somebody writes something about these (else about the target), and says so; the page's address."""
        return self.shown(self.write(person, says, *(to or [target]), **how), target)

    def takes_down(self, source, status=410):
        """The page at this address is no page any more."""
        self._page(source, (status, {}, "Nothing is here."))

    def _page(self, source, page):
        (person,) = [one for one in self.neighbours if source.startswith(one.home)]
        person.pages["/" + source.removeprefix(person.home)] = page

    serves = _page
    """Put a page, as `People.pages` has it, at this address."""

    def soup(self, url):
        """A page of ours, parsed as a browser would."""
        return BeautifulSoup(self.site.page(url), "html.parser")

    def entry(self, url):
        """The one entry of a page of ours, as mf2py reads it."""
        (found,) = [
            item
            for item in mf2py.parse(doc=self.site.page(url), url=url, html_parser="lxml")["items"]
            if {"h-entry", "h-event"} & set(item["type"])
        ]
        return found

    def tree(self, url):
        """The replies of a page as mf2py reads them: (text, [those below it])."""
        return [_node(comment) for comment in _property(self.entry(url), "comment")]

    def count(self, url, name):
        """How many likes, reposts, … a page has, as mf2py reads them."""
        return len(_property(self.entry(url), name))

    def comment(self, url, says):
        """The element of the comment that says this."""
        (found,) = [
            one for one in self.soup(url).select("#comments .comment")
            if any(says == part.get_text(" ", strip=True) for part in one.find_all(class_="comment-text", recursive=False))
        ]  # fmt: skip
        return found

    def permalinks(self, url, says):
        """Each address of a comment of ours."""
        number = self.comment(url, says)["id"].removeprefix("c-")
        return {"fragment": f"{url}#c-{number}", "page": f"{self.site.home}c/{number}", "query": f"{url}?replytocom={number}"}

    def refused(self, source, target):
        """Send what is refused: (status, JSON)."""
        form = {"source": source, "target": target}
        answer = self.site.http.post(f"{self.site.home}webmention", data=form, timeout=PATIENCE)
        return answer.status_code, answer.json()

    def app(self, *arguments):
        """What `python app.py …` prints."""
        ran = self.site.command(*arguments, INDIE_URL=self.site.home, INDIE_FETCH_ALLOW="127.0.0.0/8")
        assert ran.returncode == 0, ran.stderr
        return ran.stdout


def _property(item, name):
    return [value for value in item["properties"].get(name, []) if isinstance(value, dict)]


def _node(comment):
    content = comment["properties"].get("content", [{"value": comment.get("value", "")}])
    text = content[0]["value"] if isinstance(content[0], dict) else content[0]
    return " ".join(text.split()), [_node(below) for below in _property(comment, "comment")]


def texts(tree):
    """Every text of a tree, as `Talk.tree` has it, from the top to the bottom."""
    return [text for says, below in tree for text in [says, *texts(below)]]


def own_words(element):
    """What a comment says itself: not what stands below it."""
    copy = BeautifulSoup(str(element), "html.parser")
    for below in copy.select(".comment .comment"):
        below.decompose()
    return re.sub(r"\s+", " ", copy.get_text(" ", strip=True))


def changed(site, url, action="update", **how):
    """A post of a site of ours is updated, deleted or undeleted by Micropub."""
    answer = site.http.post(f"{site.home}micropub", json={"action": action, "url": url, **how}, timeout=PATIENCE)
    assert answer.status_code in (200, 201, 204), answer.text


@contextlib.contextmanager
def behind_a_door(site, host):
    """
    A site that is not started yet is at home on this address, behind a proxy that counts.

    Yields other people's site that hands everything on (`People.posted`).
    """
    with people(host) as (door,), requests.Session() as within:
        within.trust_env = False
        inside, site.home = site.home, door.home
        site.settings["INDIE_URL"] = door.home

        def hand_on(handler):
            headers = {name: value for name, value in handler.headers.items() if name != "Content-Length"}
            answer = within.request(
                handler.command, inside + handler.path[1:], headers=headers, data=handler.body,
                allow_redirects=False, timeout=PATIENCE,
            )  # fmt: skip
            handler.send_response(answer.status_code)
            for name in ("Content-Type", "Location", "Link"):
                if name in answer.headers:
                    handler.send_header(name, answer.headers[name])
            handler.send_header("Content-Length", str(len(answer.content)))
            handler.end_headers()
            handler.wfile.write(answer.content)

        door.otherwise = hand_on
        yield door


def resting(site):
    """Whether a site has nothing to do within the next minute."""
    store = site.store()
    due = store.jobs.next_due()
    store.database.close()
    return due is None or due > times.now() + timedelta(minutes=1)


@contextlib.contextmanager
def talking(hosting, folder, **settings):
    """A site with its owner and four neighbours; nothing is limited, as all of them live on one machine."""
    with hosting(folder) as site, people("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5") as neighbours:
        site.settings |= {"INDIE_RATE_LIMIT": "off", **settings}
        site.owner()
        site.start()
        until(site.worker)
        yield Talk(site, neighbours)
