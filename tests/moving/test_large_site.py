"""`move` of a site that has been lived in for years: to PostgreSQL and S3, and back, and every page is what it was."""

import hashlib
import re
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from PIL import Image

from indie import files, mirror, publishing, times, wiring
from indie.config import Settings
from indie.indieauth import owner as owners
from indie.mf2.authorship import Author
from indie.mf2.item import Item
from indie.moving import site
from indie.posts import tags
from indie.publishing import Upload
from indie.responses.response import Alias, Response
from indie.store import Store, transfer
from indie.store.webmentions import Body
from indie.webmention import moderation
from tests.moving.conftest import ME, PIXEL, place, quiet

pytestmark = [pytest.mark.postgresql("it goes there and comes back"), pytest.mark.timeout(600)]

POSTS, RESPONSES, PICTURES, PEOPLE = 5000, 3000, 36, 12
BEGAN = datetime(2016, 1, 1, tzinfo=UTC)
TAGS = ("walking", "Ärger", "open web", "C++", "~", "日本", "fences", "Fences")


def picture(number):
    """A small one of its own colour; the first few are large enough to have smaller copies."""
    file = BytesIO()
    size = (700, 500) if number < 6 else (40 + number, 30)
    Image.new("RGB", size, (number * 7, 255 - number * 5, number)).save(file, "JPEG" if number % 2 else "PNG")
    return file.getvalue()


def kind(number):
    """The properties of a post: each of fifteen kinds in its turn."""
    there = f"https://{number % 40}.example/{number}"
    text = f"Nr {number}: what I saw by the river, & what <nobody> did — ☃. #{TAGS[number % 5].replace(' ', '')}"
    return (
        {"content": [text]},
        {"name": [f"Essay {number}"], "content": [{"html": f"<p>First, {number}.</p><h2>Then</h2><ul><li><em>Last</em></li></ul>"}]},
        {"content": [text], "category": [TAGS[number % 8], TAGS[number % 3]]},
        {"in-reply-to": [there], "content": [text]},
        {"like-of": [there]},
        {"repost-of": [{"type": ["h-cite"], "properties": {"url": [there], "name": [f"Theirs {number}"], "content": ["Said."]}}]},
        {"bookmark-of": [there], "name": [f"To read {number}"], "category": ["~"]},
        {"in-reply-to": [there], "rsvp": [("yes", "no", "maybe")[number % 3]]},
        {"checkin": [{"type": ["h-card"], "properties": {"name": ["Harbour"], "latitude": ["59.9"], "longitude": [10.7]}}]},
        {"content": [text], "location": ["geo:59.9,10.7;u=35"], "syndication": [f"https://copies.example/{number}"]},
        {"name": [f"Meeting {number}"], "start": ["2026-05-01T10:00:00+02:00"], "end": ["2026-05-01T12:00:00+02:00"], "content": [text]},
        {"content": [text], "x-unknown": [{"a": [1, 2.50, None, True]}], "video": [f"https://films.example/{number}.mp4"]},
        {"read-of": [f"A book {number}"], "read-status": ["finished"], "summary": ["Long."]},
        {"content": [{"html": f'<p>Words <a href="{there}">there</a></p><blockquote>{number}</blockquote>'}], "featured": ["https://people.example/face3.png"]},
        {"quotation-of": [there], "content": ["> Quoted\n\nand answered."]},
    )[number % 15]


def write(store, storage):
    """Posts of every kind, a part of them with pictures, not for everybody, changed, moved, deleted or put back."""
    posts, pictures = [], [picture(number) for number in range(PICTURES)]
    for number in range(POSTS):
        at = BEGAN + timedelta(hours=18 * number, minutes=number % 50)
        properties = kind(number) | {"published": [times.rfc3339(at)]}
        if number % 41 == 1:
            properties["post-status"] = ["draft"]
        elif number % 37 == 1:
            properties["visibility"] = [("private", "unlisted")[number % 2]]
        uploads = [Upload("photo", pictures[number % PICTURES])] if number % 9 == 0 else []
        uploads += [Upload("photo", pictures[number % 7])] if number % 27 == 0 else []
        type_ = "h-event" if "start" in properties else "h-entry"
        post = publishing.create(store, storage, ME, at, Item((type_,), properties), {}, uploads, client_id="https://app.example/")
        posts.append(live(store, post, number, at + timedelta(hours=1)))
    return posts


def live(store, post, number, now):
    """What becomes of a post; returns it as it is then."""
    if number % 10 == 3:
        for word in ("second", "third")[: 1 + number % 2]:
            item = replace(post.item, properties={**post.item.properties, "content": [f"The {word} wording of {number}."]})
            commands = {"mp-slug": [f"moved-{number}"]} if number % 30 == 3 else {}
            post = publishing.update(store, ME, now, post, lambda _, item=item: item, commands, client_id="")
    if number % 50 == 7:
        publishing.delete(store, post, ME, now)
    if number % 100 == 7:
        publishing.undelete(store, store.posts.by_id(post.id), ME, now)
    return store.posts.by_id(post.id)


def answer(store, posts):
    """Responses of every kind under one post in three, each reply under the one before it; a few hidden or rejected."""
    targets, before = [post for post in posts[::3] if post.visible], {}
    for number in range(RESPONSES):
        # Why two ways: a long conversation under one, a short one under each of the others.
        post = targets[0] if number % 10 == 0 else targets[number % len(targets)]
        source, now = f"https://{number % 60}.example/r/{number}", BEGAN + timedelta(days=3700, minutes=number)
        mention = store.webmentions.queue(source, post.url(ME), post.id, now)
        state = "rejected" if number % 33 == 5 else "verified"
        store.webmentions.conclude(mention.id, state, "It is so.", now)
        store.webmentions.keep_body(mention.id, Body(f"<p>{number} ☃".encode(), source, "text/html"))
        if state == "verified":
            said = voice(number, source, before.get(post.id, post.url(ME)), now)
            store.responses.put(mention.id, post.id, said, now, 1)
            before[post.id] = source if said.kind == "reply" else before.get(post.id, post.url(ME))
        if number % 70 == 6:
            moderation.reject(store, source, now)


def voice(number, source, parent, now):
    """One response."""
    what = ("reply", "like", "reply", "repost", "reply", "bookmark", "reply", "mention", "reply", "rsvp")[number % 10]
    person = f"https://people.example/{number % PEOPLE}"
    return Response(
        source=source,
        url=source,
        kind=what,
        author=Author(f"Pérson {number % PEOPLE}", person, f"https://people.example/face{number % PEOPLE}.png", f"p{number % PEOPLE}"),
        via=None,
        name=None,
        html=f"<p>Answer <b>{number}</b> &amp; no more.</p>",
        text=f"Answer {number} & no more.",
        lang="en" if number % 2 else None,
        published=now if number % 4 else None,
        updated=None,
        rsvp="yes" if what == "rsvp" else None,
        in_reply_to=(parent,),
        aliases=(Alias(source.partition("//")[2], claimed=False),),
    )


def draw(store, storage, web):
    """Smaller copies of pictures, and other people's faces: what jobs do."""
    now = times.now()
    for number in range(PEOPLE - 2):
        web.pages[f"https://people.example/face{number}.png"] = b"HTTP/1.1 200 OK\nContent-Type: image/png\n\n" + picture(number * 2)
    with store.write():
        for number in range(PEOPLE):
            mirror.want(store, "avatar", f"https://people.example/face{number}.png", now)
    for medium in store.media.wanted():
        mirror.fetch(store, storage, web, medium.name, now, last=True)
    for medium in store.media.uploaded(PICTURES):
        files.render(store, storage, medium.name)


@pytest.fixture
def grown(tmp_path, frozen_web):
    """The settings of the site, in a file and a folder."""
    settings = Settings(data=tmp_path / "here", url=ME)
    with closing(Store.open(settings).database) as database:
        store, storage = Store.open(settings), wiring.storage(settings)
        owners.set_up(store, storage, times.now(), name="Olaf", nickname="olaf", password="correct horse", photo=PIXEL)
        with store.write():
            answer(store, write(store, storage))
        draw(store, storage, frozen_web)
        assert database.one("SELECT count(*) AS posts FROM posts") == {"posts": POSTS}
    return settings


def whole(settings):
    """Everything that a visitor gets of a site, by path: status, type, where it leads, SHA-256 of the bytes."""
    store, seen = Store.open(settings), {}
    with closing(store.database):
        client = wiring.create_app(settings, store).test_client()

        def look(path):
            got = client.get(path, headers={"Cookie": ""})
            digest = hashlib.sha256(got.data).hexdigest()
            seen[path] = (got.status_code, got.mimetype, got.headers.get("Location"), got.headers.get("ETag"), digest)
            return got.text if got.mimetype == "text/html" else ""

        for start in ("/", *(urlsplit(tags.url(ME, tag)).path for tag in store.finding.categories(unseen=False))):
            path = start
            while path:
                older = re.search(r'rel="next" href="http://site\.example(/[^"]+)"', look(path))
                path = older and older[1]
        for table, column, folder in (("paths", "path", ""), ("media", "name", "/media/"), ("renditions", "file", "/media/"), ("webmentions", "token", "/webmention/")):
            for row in store.database.query(f"SELECT {column} AS name FROM {table}"):
                look(folder + row["name"])
    return seen


def test_there_and_back(grown, elsewhere, bucket):
    """Pages, pictures and rows of 5,000 posts are in PostgreSQL and S3 what they were, and again in a new folder."""
    before, there, back = whole(grown), elsewhere("there", media=bucket), elsewhere("back", file=True)
    here, away, home = place(grown), place(there), place(back)
    site.move(here, away, quiet, rows=True, media=True)
    moved = whole(there)
    site.move(away, home, quiet, rows=True, media=True)

    statuses = {status for status, *_ in before.values()}
    assert ({200, 301, 404, 410}, True) == (statuses, len(before) > POSTS + RESPONSES)
    assert before == moved
    assert before == whole(back)
    assert transfer.sums(here.database) == transfer.sums(home.database)
    for one in (here, away, home):
        one.database.close()
