"""A post as an item of a feed: its words with all that belongs to them, its files, its title (`feeds` §4c)."""

import re
from collections.abc import Iterator, Mapping

from indie import files, text
from indie.languages import Language
from indie.mf2.sanitize import to_text
from indie.preferences import Titles
from indie.site import render
from indie.site.feed_views import Enclosure, FeedItem
from indie.site.views import Entry, Site
from indie.store.media import HERE, Medium

TITLE = 60
"""Characters of a title that is made of the words."""

_MEDIA = ("audio", "video", "image")
_TAKEN = ("image/jpeg", "image/png", "image/gif")
"""Pictures that every reader takes; beside others lies a JPEG (`files.PLAIN`)."""

_IMG = re.compile(r'<img(?:[^>"]|"[^"]*")*>')


def item(entry: Entry, titles: Titles, media: Mapping[str, Medium], site: Site) -> FeedItem:
    """
    The item of a post.

    titles: what it is called where it has no title; no more `auto`.
    media: what is known of `names_of` it, by name.
    """
    html = _html(entry, site.language)
    bookmarks = [context for context in entry.contexts if context.property == "bookmark-of" and context.url]
    name = entry.name or next((one.label for one in bookmarks if render.is_named(site.language, one)), "")
    return FeedItem(
        entry=entry,
        title=text.one_line(name, 300) or _made(titles, entry, html, site.language),
        html=html,
        text=to_text(html),
        updated=entry.updated or entry.published,
        enclosures=tuple(_enclosures(entry, media, site.url)),
        image=_image(entry, media, site.url),
        related=bookmarks[0].url if bookmarks else None,
        answers=tuple(one.url for one in entry.contexts if one.property == "in-reply-to" and one.url),
    )


def names_of(entry: Entry, me: str) -> list[str]:
    """The names among our media of what it has to be heard and seen, and of its pictures for every reader."""
    pictures = [entry.featured.href] if entry.featured else []
    names = [name for url in (*_files(entry), *pictures) if (name := files.name_at(me, url))]
    return [*names, *(name + files.PLAIN for name in names)]


def _files(entry: Entry) -> list[str]:
    """The addresses of its files, those to be heard and seen before pictures."""
    sounds, films = (sound.src for sound in entry.audios), (film.src for film in entry.videos)
    return [*sounds, *films, *(photo.href for photo in entry.photos if not photo.missing)]


def _image(entry: Entry, media: Mapping[str, Medium], me: str) -> str | None:
    """The picture that stands for it, in a format that every reader takes."""
    shown = next((photo for photo in (*entry.photos, entry.featured) if photo and not photo.missing), None)
    medium = _taken(files.name_at(me, shown.href), media) if shown else None
    return files.address(me, medium.name) if medium else shown.href if shown else None


def _taken(name: str | None, media: Mapping[str, Medium]) -> Medium | None:
    """A file of ours; of a picture that not every reader takes, its JPEG once that is there."""
    medium = media.get(name or "")
    if medium and medium.type.startswith("image/") and medium.type not in _TAKEN:
        return media.get(medium.name + files.PLAIN, medium)
    return medium


def _html(entry: Entry, language: Language) -> str:
    templates = render.environment(language)
    made = templates.get_template("parts/feed_item.html").render(entry=entry).strip()
    return made or f"<p>{templates.from_string('{{ words }}').render(words=entry.headline)}</p>"


def _made(titles: Titles, entry: Entry, html: str, language: Language) -> str:
    """
    A title for a post that has none.

    Why three dots, and the first line alone: readers know by them, and not by “…”, that it repeats the text, and
    leave it out if the text begins with just these characters; words beside pictures are none of it for them.
    """
    if titles == "none":
        return ""
    lines = to_text(_IMG.sub("", html)).splitlines()
    if titles == "date" or not lines:
        return language.day(entry.published)
    return f"{text.excerpt(lines[0], TITLE).removesuffix('…')}..."


def _enclosures(entry: Entry, media: Mapping[str, Medium], me: str) -> Iterator[Enclosure]:
    """The files that lie here; of others nobody knows the length."""
    alts = {photo.href: photo.alt for photo in entry.photos}
    for url in _files(entry):
        medium = _taken(files.name_at(me, url), media)
        kind = medium.type.partition("/")[0] if medium else ""
        if medium and medium.state == HERE and kind in _MEDIA:
            yield Enclosure(
                url=files.address(me, medium.name),
                type=medium.type,
                size=medium.size,
                medium=kind,
                title=alts.get(url, ""),
                width=medium.width,
                height=medium.height,
            )
