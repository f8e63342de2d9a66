"""
What the tables ask of a site of a hundred thousand posts, by the plans that either engine makes of it.

Nothing reads a large table from end to end (DESIGN §7), and nothing sorts what it then cuts off.
"""

import inspect
import json
import re
import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from indie.config import Settings
from indie.mf2.authorship import Author
from indie.mf2.item import Item
from indie.posts.post import Post
from indie.responses.citation import Citation
from indie.responses.policy import Rule
from indie.responses.response import Alias, Response
from indie.store import Store, schema
from indie.store.database import Database
from indie.store.finding import DELETED, Filter
from indie.store.following import Following
from indie.store.media import HERE, Medium, Rendition
from indie.store.mentions import ORDERS, Wanted
from indie.store.owner import Owner
from indie.store.pages import Page
from indie.store.passkeys import Passkey
from indie.store.posts import TAG
from indie.store.replays import Replay
from indie.store.requests import Request
from indie.store.sqlite import SQLite
from indie.store.subscribers import Asked
from indie.store.topics import Version
from indie.store.webmentions import Body
from tests.store import large

NOW = datetime(2026, 7, 23, 12, tzinfo=UTC)
SOON = NOW + timedelta(hours=1)
PLACE, LATER = ("2012-11-12T12:00:00.000000Z", 7), ("2015-11-12T12:00:00.000000Z", 7)
SOURCE = "https://7.example/7"
RESPONSE = Response(
    SOURCE, SOURCE, "reply", Author("Ann", "https://ann.example/", None), None, None, "<p>Yes.</p>", "Yes.", None, NOW, None, None,
    ("http://site.example/7",), (Alias("a.example/7", claimed=False),),
)  # fmt: skip
NEW = Post(
    "/new",
    Item(("h-entry",), {"content": ["New #tag1"], "published": ["2026-07-23T12:00:00Z"], "photo": ["https://a.example/x.jpg"]}),
    "photo",
    channels=("walks",),
)
MEDIUM = f"{'0123456789012345678901234567890123456'}100004.jpg"

FOLLOWING = Following(0, "https://new.example/", "https://new.example/", "", "new", "secret", "polled", NOW, SOON)

PAGES = {
    "first page": {},
    "older": {"older": PLACE},
    "newer": {"newer": PLACE},
    "between": {"older": LATER, "newer": PLACE},
    "offset": {"offset": 40},
}
FILTERS = {
    "every": Filter(),
    "seen": Filter(unseen=False),
    "drafts": Filter(statuses=("draft",)),
    "deleted": Filter(statuses=(DELETED,)),
    "private": Filter(visibilities=("private",)),
    "kind": Filter(kinds=("note",)),
    "rare kind": Filter(kinds=("card",), unseen=False),
    "kinds": Filter(kinds=("card", "like"), statuses=("published", "scheduled"), visibilities=("public",)),
    "home": Filter(not_kinds=("like", "reply", "card"), visibilities=("public",), unseen=False),
    "month": Filter(not_kinds=("like",), visibilities=("public",), between=("2012-11", "2012-12"), unseen=False),
    "month of a kind": Filter(kinds=("photo",), visibilities=("public",), between=("2012-11", "2012-12"), unseen=False),
    "deleted of a month": Filter(statuses=(DELETED,), visibilities=("public",), between=("2012-11", "2012-12")),
    "exists": Filter(exists=("location",), unseen=False),
    "not exists": Filter(exists=("photo",), not_exists=("location",)),
    "word": Filter(text="post 77"),
    **{
        f"search: {words}": Filter(terms=tuple(words.split()), visibilities=("public",), unseen=False)
        for words in ("post", "post* day*", "tag7", "post 77", "7*", "early", "post nowhere")
    },
    "channel": Filter(channels=("walks",)),
    "tag": Filter(values=((TAG, "tag7"),), visibilities=("public",), unseen=False),
    "value": Filter(values=(("like-of", "https://b.example/20"),)),
    "values": Filter(values=(("category", "tag7"), ("like-of", "https://b.example/20")), exists=("photo",), text="post"),
}
"""What pages, feeds and Micropub queries are made of."""

MENTIONS = {
    "every": Wanted(),
    "kind": Wanted(kinds=("like",)),
    "rare kind": Wanted(kinds=("rsvp",)),
    "since": Wanted(since=NOW - timedelta(days=5000)),
    "since an id": Wanted(since_id=49_000),
    "post": Wanted(post_ids=(large.TALKED_ABOUT,)),
    "posts": Wanted(post_ids=tuple(range(1, 51)), kinds=("like", "reply"), since=NOW - timedelta(days=5000)),
}
"""What the mentions API asks."""


def token(store):
    return store.tokens.by_id(19_999)


def job(store):
    return store.jobs.claim("there:1:b", NOW)


def change(store, **properties):
    """A new version of a post."""
    before = store.posts.by_id(7)
    after = replace(before, path="/moved", item=replace(before.item, properties={**before.item.properties, **properties}))
    store.posts.change(before, after, "update", "", NOW)


CASES = {
    **{
        f"finding.posts: {name}, {page}": partial(lambda store, wanted, place: store.finding.posts(wanted, 20, **place), wanted=wanted, place=place)
        for name, wanted in FILTERS.items()
        for page, place in PAGES.items()
    },
    "finding.holding": lambda store: store.finding.holding([MEDIUM, "r1.webp"]),
    "finding.parts": lambda store: store.finding.parts(),
    "finding.part": lambda store: store.finding.part(3),
    "finding.categories: every": lambda store: store.finding.categories(unseen=True),
    "finding.categories: seen": lambda store: store.finding.categories(unseen=False),
    "tallies.tags": lambda store: store.tallies.tags(),
    "tallies.months": lambda store: store.tallies.months(("like",)),
    "pages.get": lambda store: store.pages.get("now"),
    "pages.all": lambda store: store.pages.all(),
    "pages.menu": lambda store: store.pages.menu(),
    "pages.put": lambda store: store.pages.put(Page("now", "Now", "I mend fences."), NOW),
    "pages.remove": lambda store: store.pages.remove("now"),
    "posts.add": lambda store: store.posts.add(NEW, NOW),
    "posts.change": lambda store: change(store, content=["Other words"]),
    "posts.at": lambda store: store.posts.at("/7"),
    "posts.by_id": lambda store: store.posts.by_id(7),
    "posts.place": lambda store: store.posts.place("/7"),
    "posts.taken": lambda store: store.posts.taken("/7"),
    "posts.paths": lambda store: store.posts.paths(7),
    "posts.all_paths": lambda store: store.posts.all_paths(range(1, 300)),
    "posts.answering: one": lambda store: store.posts.answering(["a.example/10"]),
    "posts.answering: many": lambda store: store.posts.answering(f"a.example/{number}" for number in range(300)),
    "posts.syndicated": lambda store: store.posts.syndicated(["https://c.example/20"]),
    "posts.empty": lambda store: store.posts.empty(),
    "changes.since": lambda store: store.changes.since(99_990),
    "changes.last": lambda store: store.changes.last(),
    "revisions.of": lambda store: store.revisions.of(5),
    "revisions.number": lambda store: store.revisions.number(5),
    "revisions.published": lambda store: store.revisions.published(5),
    "media.put": lambda store: store.media.put(Medium("n", HERE, "photo", file="f"), NOW),
    "media.put_renditions": lambda store: store.media.put_renditions(MEDIUM, "#123456", [Rendition(320, 240, "f")]),
    "media.get": lambda store: store.media.get(MEDIUM),
    "media.named": lambda store: store.media.named([MEDIUM, *map(str, range(300))]),
    "media.uploaded: every": lambda store: store.media.uploaded(20),
    "media.uploaded: later": lambda store: store.media.uploaded(20, 40),
    "media.uploaded: kind": lambda store: store.media.uploaded(20, kind="image"),
    "media.uploaded: rare kind": lambda store: store.media.uploaded(20, kind="image/png"),
    "media.has_rendition": lambda store: store.media.has_rendition("r7.webp"),
    "media.delete": lambda store: store.media.delete(MEDIUM),
    **{
        f"mentions.find: {name}, by {by}, {'up' if upwards else 'down'}": partial(
            lambda store, wanted, by, upwards: store.mentions.find(wanted, 20, by=by, upwards=upwards),
            wanted=wanted, by=by, upwards=upwards,
        )
        for name, wanted in MENTIONS.items()
        for by in ORDERS
        for upwards in (False, True)
    },
    "mentions.find: many": lambda store: store.mentions.find(Wanted(), 1000, 3000),
    "mentions.count: post": lambda store: store.mentions.count(MENTIONS["post"]),
    "mentions.count: posts": lambda store: store.mentions.count(MENTIONS["posts"]),
    "mentions.known": lambda store: store.mentions.known([(SOURCE, 22), *((f"https://a.example/{number}", 7) for number in range(300))]),
    "webmentions.queue": lambda store: store.webmentions.queue(SOURCE, "http://site.example/7", 7, NOW),
    "webmentions.get": lambda store: store.webmentions.get(7),
    "webmentions.by_token": lambda store: store.webmentions.by_token("token7"),
    "webmentions.targets": lambda store: store.webmentions.targets(7),
    "webmentions.conclude": lambda store: store.webmentions.conclude(7, "verified", "", NOW),
    "webmentions.keep_body": lambda store: store.webmentions.keep_body(7, Body(b"x", SOURCE, "text/html")),
    "webmentions.body": lambda store: store.webmentions.body(7),
    "webmentions.all: state": lambda store: store.webmentions.all("queued"),
    "webmentions.find: post": lambda store: store.webmentions.find(SOURCE, 22),
    "webmentions.find: home": lambda store: store.webmentions.find(SOURCE, None),
    "webmentions.new_from": lambda store: store.webmentions.new_from("bridge.example", NOW - timedelta(days=1)),
    "webmentions.approved: host": lambda store: store.webmentions.approved(["7.example", "www.7.example"]),
    "webmentions.approved: bridge": lambda store: store.webmentions.approved(["bridge.example", "www.bridge.example"]),
    "webmentions.decide": lambda store: store.webmentions.decide(SOURCE, "approved"),
    "webmentions.settle": lambda store: store.webmentions.settle(7, "rejected", "why"),
    "webmentions.forget_approval": lambda store: store.webmentions.forget_approval(11),
    "webmentions.body_urls": lambda store: store.webmentions.body_urls(range(1, 300)),
    "webmentions.reindex": lambda store: store.webmentions.reindex(),
    "responses.put": lambda store: store.responses.put(7, 7, RESPONSE, NOW, 1),
    "responses.remove": lambda store: store.responses.remove(7),
    "responses.of": lambda store: store.responses.of(7),
    "responses.get": lambda store: store.responses.get(7),
    "responses.count: post": lambda store: store.responses.count(large.TALKED_ABOUT),
    "responses.count: home": lambda store: store.responses.count(None),
    "responses.older": lambda store: store.responses.older(2, 50),
    "responses.older: none": lambda store: store.responses.older(1, 50),
    "responses.is_read": lambda store: store.responses.is_read(7, 2),
    "responses.publish": lambda store: store.responses.publish(7, public=False),
    "responses.shown: one": lambda store: store.responses.shown([7]),
    "responses.shown: many": lambda store: store.responses.shown(range(1, 300)),
    "responses.shown: gone too": lambda store: store.responses.shown([large.TALKED_ABOUT], gone=True),
    "responses.kinds: one": lambda store: store.responses.kinds([large.TALKED_ABOUT]),
    "responses.kinds: many": lambda store: store.responses.kinds(range(1, 300)),
    "responses.answered: one": lambda store: store.responses.answered(["7.example/7"]),
    "responses.answered: many": lambda store: store.responses.answered(f"{number}.example/{number}" for number in range(300)),
    "responses.authors": lambda store: store.responses.authors(500),
    "quoted.put": lambda store: store.quoted.put(7, "q.example/7", "quoted", RESPONSE, NOW),
    "quoted.get": lambda store: store.quoted.get(7),
    "quoted.of": lambda store: store.quoted.of(7),
    "quoted.remove": lambda store: store.quoted.remove(7),
    "quoted.forget": lambda store: store.quoted.forget(7),
    "quoted.shown: one": lambda store: store.quoted.shown([large.TALKED_ABOUT]),
    "quoted.shown: many": lambda store: store.quoted.shown(range(1, 300)),
    "moderation.all": lambda store: store.moderation.all(),
    "moderation.put": lambda store: store.moderation.put(Rule("host", "7.example", "block"), NOW),
    "moderation.remove": lambda store: store.moderation.remove("host", "7.example"),
    "deliveries.add": lambda store: store.deliveries.add(7, "https://a.example/7", NOW),
    "deliveries.get": lambda store: store.deliveries.get(7),
    "deliveries.of": lambda store: store.deliveries.of(7),
    "deliveries.waiting": lambda store: store.deliveries.waiting("webmention.send", NOW - timedelta(days=30), 100),
    "deliveries.trying": lambda store: store.deliveries.trying(8, "webmention.send"),
    "deliveries.record": lambda store: store.deliveries.record(7, "sent", "", NOW),
    "deliveries.polled": lambda store: store.deliveries.polled(store.deliveries.get(7), "verified"),
    "deliveries.hear": lambda store: store.deliveries.hear(7, "digest"),
    "deliveries.concern": lambda store: store.deliveries.concern(large.TALKED_ABOUT),
    "citations.want": lambda store: store.citations.want("a.example/7", "https://a.example/7"),
    "citations.put": lambda store: store.citations.put("a.example/7", Citation(None, "Title", ""), NOW),
    "citations.miss": lambda store: store.citations.miss("a.example/7"),
    "citations.get": lambda store: store.citations.get("a.example/7"),
    "citations.of: one": lambda store: store.citations.of(["a.example/7"]),
    "citations.of: many": lambda store: store.citations.of([f"a.example/{number}" for number in range(300)]),
    "jobs.add": lambda store: store.jobs.add("webmention.send", {}, NOW, dedupe="webmention.send 7"),
    "jobs.cancel": lambda store: store.jobs.cancel("webmention.send 7"),
    "jobs.claim": job,
    "jobs.claim_some": lambda store: store.jobs.claim_some("there:1:b", NOW, 24),
    "jobs.renew": lambda store: store.jobs.renew("here:1:a", [1, 2], NOW),
    "jobs.done": lambda store: store.jobs.done(job(store)),
    "jobs.again": lambda store: store.jobs.again(job(store), SOON, "why"),
    "jobs.give_back": lambda store: store.jobs.give_back("here:1:a"),
    "jobs.next_due": lambda store: store.jobs.next_due(),
    "jobs.enlist": lambda store: store.jobs.enlist("here:1:a", 9, NOW),
    "jobs.discharge": lambda store: store.jobs.discharge("here:1:a"),
    "jobs.workers": lambda store: store.jobs.workers(),
    "tokens.add": lambda store: store.tokens.add("digest", "https://app.example/", ("create",), NOW, None),
    "tokens.find": lambda store: store.tokens.find("hash19999", NOW),
    "tokens.by_id": token,
    "tokens.all": lambda store: store.tokens.all(NOW),
    "tokens.touch": lambda store: store.tokens.touch(token(store), NOW),
    "tokens.rotate": lambda store: store.tokens.rotate(token(store), NOW),
    "tokens.narrow": lambda store: store.tokens.narrow(7, ("create",)),
    "tokens.revoke": lambda store: store.tokens.revoke(7, NOW),
    "tokens.revoke_grant": lambda store: store.tokens.revoke_grant(7, NOW),
    "tokens.revoke_client": lambda store: store.tokens.revoke_client("https://app7.example/", NOW),
    "replays.put": lambda store: store.replays.put(Replay("key", timedelta(hours=1)), 7, NOW),
    "replays.made": lambda store: store.replays.made(Replay("key7", timedelta(days=1)), NOW),
    "limits.take": lambda store: store.limits.take("wm 7", SOON, 99, timedelta(minutes=1)),
    "limits.forget": lambda store: store.limits.forget("wm 7"),
    "owner.get": lambda store: store.owner.get(),
    "owner.put": lambda store: store.owner.put(Owner("Olaf"), NOW),
    "preferences.get": lambda store: store.preferences.get(),
    "preferences.texts": lambda store: store.preferences.texts(),
    "preferences.put": lambda store: store.preferences.put("email", "olaf@site.example"),
    "requests.record": lambda store: store.requests.record(Request("", "POST", "/micropub", "", "", (), 200, "", NOW)),
    "requests.last": lambda store: store.requests.last(20),
    "grants.add": lambda store: store.grants.add("https://app.example/", ("create",), 0, NOW, refreshable=False),
    "grants.get": lambda store: store.grants.get(1),
    "grants.latest": lambda store: store.grants.latest("https://app.example/"),
    "grants.clients": lambda store: store.grants.clients(),
    "codes.add": lambda store: store.codes.add("digest", store.grants.add("a", (), 0, NOW, refreshable=False), "", "", NOW, SOON),
    "codes.consume": lambda store: store.codes.consume("digest", NOW),
    "codes.get": lambda store: store.codes.get("digest"),
    "sessions.add": lambda store: store.sessions.add("digest", "password", NOW, "", ""),
    "sessions.find": lambda store: store.sessions.find("digest", NOW),
    "sessions.all": lambda store: store.sessions.all(NOW),
    "sessions.touch": lambda store: (store.sessions.add("d", "password", NOW, "", ""), store.sessions.touch(store.sessions.find("d", NOW), NOW, "", "")),
    "sessions.end": lambda store: store.sessions.end(1),
    "sessions.end_all": lambda store: store.sessions.end_all(),
    "authorization_requests.add": lambda store: (
        store.sessions.add("d", "password", NOW, "", ""),
        store.authorization_requests.add("digest", store.sessions.find("d", NOW).id, "{}", NOW),
    ),
    "authorization_requests.take": lambda store: store.authorization_requests.take("digest", 1, NOW),
    "authorization_requests.sweep": lambda store: store.authorization_requests.sweep(NOW),
    "passkeys.add": lambda store: store.passkeys.add(Passkey("id", b"", 0, (), "Laptop", NOW)),
    "passkeys.all": lambda store: store.passkeys.all(),
    "passkeys.find": lambda store: store.passkeys.find("id"),
    "passkeys.use": lambda store: store.passkeys.use(1, 1, NOW),
    "passkeys.remove": lambda store: store.passkeys.remove(1),
    "challenges.add": lambda store: store.challenges.add("digest", "sign-in", 0, NOW, SOON),
    "challenges.take": lambda store: store.challenges.take("digest", "sign-in", 0, NOW),
    "clients.get": lambda store: store.clients.get("https://app.example/", NOW),
    "subscribers.any": lambda store: store.subscribers.any(),
    "subscribers.matter": lambda store: store.subscribers.matter(),
    "subscribers.get": lambda store: store.subscribers.get(7),
    "subscribers.find": lambda store: store.subscribers.find("http://site.example/", "https://8.example/callback/8"),
    "subscribers.ask": lambda store: store.subscribers.ask("http://site.example/", "https://8.example/callback/8", "8.example", Asked("subscribe", 1, "", ""), NOW),
    "subscribers.confirm": lambda store: store.subscribers.confirm(7, "", SOON),
    "subscribers.has": lambda store: store.subscribers.has(7, "digest"),
    "subscribers.refuse": lambda store: store.subscribers.refuse(7),
    "subscribers.remove": lambda store: store.subscribers.remove([7, 8]),
    "subscribers.topics": lambda store: store.subscribers.topics(),
    "subscribers.of: first": lambda store: store.subscribers.of("http://site.example/", 200),
    "subscribers.of: after": lambda store: store.subscribers.of("http://site.example/", 200, "https://8.example/callback/8"),
    "subscribers.mark": lambda store: store.subscribers.mark([7, 8]),
    "subscribers.took": lambda store: store.subscribers.took(7, "digest", 204, NOW, due=False),
    "subscribers.failed": lambda store: store.subscribers.failed(7, 0, "why"),
    "subscribers.unverified": lambda store: store.subscribers.unverified(500),
    "subscribers.of_host": lambda store: store.subscribers.of_host("8.example", 500),
    "subscribers.all": lambda store: store.subscribers.all(20_000),
    "subscribers.expired": lambda store: store.subscribers.expired(NOW, NOW, 400),
    "subscribers.next_expiry": lambda store: store.subscribers.next_expiry(),
    "topics.get": lambda store: store.topics.get("http://site.example/"),
    "topics.digest": lambda store: store.topics.digest("http://site.example/"),
    "topics.put": lambda store: store.topics.put("http://site.example/", Version("digest", "text/html", b""), NOW),
    "topics.names": lambda store: store.topics.names(),
    "topics.forget": lambda store: store.topics.forget("http://site.example/"),
    "following.add": lambda store: store.following.add(FOLLOWING),
    "following.put": lambda store: store.following.put(replace(FOLLOWING, id=7)),
    "following.get": lambda store: store.following.get(7),
    "following.by_token": lambda store: store.following.by_token("token7"),
    "following.by_url": lambda store: store.following.by_url("https://7.example/"),
    "following.remove": lambda store: store.following.remove(7),
    "followed_items.put": lambda store: store.followed_items.put(7, [{"uid": "a"}, {"uid": "b", "published": "2026-07-23"}], "push", NOW),
    "followed_items.of": lambda store: store.followed_items.of(7),
    "followed_items.newest": lambda store: store.followed_items.newest(7),
    "followed_items.trim": lambda store: store.followed_items.trim(7, 10),
    "followed_items.forget": lambda store: store.followed_items.forget(7),
    "clients.put": lambda store: store.clients.put("https://app.example/", "{}", NOW, SOON),
}
"""Every public method of every table, with what it is asked; several ways of one stand behind a colon."""

WHOLE = {
    "subscribers.followings": "the owner looks at all of them",
    "posts.reindex": "after a migration every post is read",
    "media.wanted": "the demonstration asks, on a site of nothing else",
    "webmentions.all": "`mentions list` prints every one",
    "deliveries.all": "`outbox --all` prints every one",
    "responses.all": "whatever is here is judged anew after a rule was made",
    "quoted.all": "as responses.all",
    "mentions.ending": "an import asks, once for each post elsewhere that is found by nothing else; there is no index of endings",
    "following.all": "`following` prints every one",
    "followed_items.counts": "`following` tells how many there are of each",
    "jobs.waiting": "it counts them, for who waits until none is left",
    "tokens.revoke_all": "all are revoked",
    "tokens.is_stale": "it asks nothing",
    "sessions.is_stale": "it asks nothing",
}
"""Methods that are to read everything, or nothing, and why."""


def tables(store):
    """The tables of a store, by name."""
    return {field.name: found for field in fields(store) if hasattr(found := getattr(store, field.name), "database")}


class Spy:
    """A database that explains each statement before it hands it on. asked: (statement, plan) of each."""

    one = Database.one

    def __init__(self, database):
        self._database, self.asked = database, []
        self._engine = "sqlite" if isinstance(database, SQLite) else "postgresql"

    def __getattr__(self, name):
        return getattr(self._database, name)

    def query(self, sql, **values):
        self._explain(sql, values)
        with self._bounded(sql):
            return self._database.query(sql, **values)

    def execute(self, sql, **values):
        self._explain(sql, values)
        with self._bounded(sql):
            return self._database.execute(sql, **values)

    append = execute

    def faults(self):
        """What is wrong with the plans, each with its statement."""
        judge = {"sqlite": on_sqlite, "postgresql": on_postgresql}[self._engine]
        return [f"{fault}\n{sql}\n{plan}" for sql, plan in self.asked for fault in judge(sql, plan)]

    def _explain(self, sql, values):
        way = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN (FORMAT JSON)"}[self._engine]
        self.asked.append((sql, self._database.query(f"{way} {sql}", **values)))

    @contextmanager
    def _bounded(self, sql):
        """SQLite's plans say nothing of numbers: a statement fails that takes more than so many steps of its machine."""
        if self._engine != "sqlite":
            yield
            return
        connection = self._database._connection().conn
        steps = STEPS_OF_A_WALK if "LIMIT" in sql else STEPS
        connection.set_progress_handler(lambda: 1, steps)
        try:
            yield
        except sqlite3.OperationalError as error:
            pytest.fail(f"more than {steps} steps ({error}): {sql}")
        finally:
            connection.set_progress_handler(None, 0)


LARGE = schema.tables() - large.SMALL.keys()
STEPS, STEPS_OF_A_WALK = 300_000, 4_000_000
"""Of SQLite's machine; to read a hundred thousand rows takes half a million, to ask each for a property three."""
MANY = 10_000
"""Rows that no statement needs, whatever it is asked."""


def on_sqlite(sql, plan):
    """
    A SCAN of a large table, unless it is a walk that ends at the LIMIT; and sorting for a LIMIT what was not looked up.

    What is looked up is found by an equality. What is only bounded, by `<` or `>`, may be nearly everything.
    """
    if sql.split()[0] == "INSERT":
        return  # of a few rows; what stands in the plan are foreign keys, which are looked at where one is unsettled
    known = {alias: table for table, alias in re.findall(r"(\w+) AS (\w+)", sql)}
    steps = [row["detail"] for row in plan]
    limited, sorted_ = "LIMIT" in sql, any("TEMP B-TREE FOR ORDER BY" in step for step in steps)
    for step in steps:
        verb, name = (*step.split(" "), "")[:2]
        if known.get(name, name) not in LARGE:
            continue
        if verb == "SCAN" and (sorted_ or not limited):
            yield step
        if verb == "SEARCH" and limited and sorted_ and "=?" not in step:
            yield f"{step}, and then a sort"


def on_postgresql(_, plan):
    """
    A Seq Scan of a large table; an index, or a great part of it, that is read to its end; sorting many rows.

    A scan below a LIMIT ends there, if nothing in between wants all rows first.
    """
    ((root,),) = (row["QUERY PLAN"] for row in plan)
    yield from _in_node(root["Plan"], ends=False)


def _in_node(node, *, ends):
    kind, name, rows = node["Node Type"], node.get("Relation Name"), node["Plan Rows"]
    if name in LARGE:
        if kind == "Seq Scan" and (not ends or "Filter" in node):
            yield f"Seq Scan of {name}"
        if "Index" in kind and not ends and ("Index Cond" not in node or rows > MANY):
            yield f"{kind} of {name}, {rows} rows"
    if kind == "Sort" and max(child["Plan Rows"] for child in node["Plans"]) > MANY:
        yield f"Sort of {rows} rows"
    for child in node.get("Plans", []):
        flows = child["Parent Relationship"] in ("Outer", "Member", "Subquery")
        stops = kind in ("Sort", "Aggregate", "Hash", "HashAggregate", "Bitmap Heap Scan")
        yield from _in_node(child, ends=kind == "Limit" or (ends and flows and not stops))


@pytest.fixture(scope="module")
def site(tmp_path_factory, lend):
    """The store of a site of a hundred thousand posts."""
    with lend() as url:
        store = Store.open(Settings(data=tmp_path_factory.mktemp("large"), url="http://site.example/", database=url))
        large.fill(store.database, json.dumps(RESPONSE.to_json()))
        if url:
            _vacuum(url)
        with closing(store.database):
            yield store


def _vacuum(url):
    """What PostgreSQL does by itself in its first minute: it counts, and notes which rows everybody sees."""
    import psycopg  # noqa: PLC0415  # who tests with files alone needs none

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


@contextmanager
def watched(store):
    """The store with a spy in place of its database; what is written meanwhile is taken back."""
    spy = Spy(store.database)
    with suppress(RolledBackError), store.write():
        yield replace(store, **{name: replace(table, database=spy) for name, table in tables(store).items()}), spy
        raise RolledBackError


class RolledBackError(Exception):
    """Ends a transaction."""


@pytest.mark.parametrize("ask", CASES.values(), ids=CASES)
def test_no_large_table_is_read_to_its_end(site, ask):
    with watched(site) as (store, spy):
        ask(store)

        assert spy.asked
        assert [] == spy.faults()


def test_every_method_of_every_table_is_here(site):
    """Whoever adds one says how it is asked, or why it reads everything."""
    methods = {
        f"{name}.{method}"
        for name, table in tables(site).items()
        for method, _ in inspect.getmembers(type(table), inspect.isfunction)
        if not method.startswith("_")
    }

    assert methods == {case.partition(":")[0] for case in CASES} | WHOLE.keys()


def test_the_site_is_large(site):
    """In all tables but those that stay small."""
    counts = {name: site.database.one(f"SELECT count(*) AS rows FROM {name}")["rows"] for name in LARGE}

    assert {} == {name: count for name, count in counts.items() if count < 1000}
    assert counts["posts"] == large.POSTS
