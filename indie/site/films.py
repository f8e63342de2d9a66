"""Films and sounds as pages show them: with a still, their size, and what is said in them."""

from collections.abc import Mapping

from indie import files, urls
from indie.media import types
from indie.mf2.item import Item
from indie.site.views import Film, Photo, Sound, Track
from indie.store.media import Medium

CAPTIONS, TRANSCRIPT = "captions", "transcript"
"""
Properties of ours, since mf2 has no words for either (decision 7).

captions: WebVTT files here, as URLs or as `{"value": URL, "lang": language}`. transcript: pages or files, one a sound.
"""

PROPERTIES = ("video", "audio", CAPTIONS)
"""Those whose files here are shown; of other sites they are links, for our page asks nobody else's host."""


def names(item: Item, me: str) -> list[str]:
    """The names among our media of what can be played in a post."""
    return [name for prop in PROPERTIES for url in item.urls(prop) if (name := files.name_at(me, url))]


def films(item: Item, me: str, media: Mapping[str, Medium], still: Photo | None, lang: str) -> tuple[Film, ...]:
    """
    The films that lie here.

    still: what stands for the first one until it runs. lang: of its captions, where they do not say.
    Limit: all captions are those of the first film.
    """
    found = []
    for number, url in enumerate(_own(item, "video", me)):
        medium = media.get(files.name_at(me, url) or "")
        first = number == 0
        found.append(
            Film(
                src=url,
                type=_type(medium),
                poster=still.src if first and still and not still.missing else None,
                width=medium.width if medium else 0,
                height=medium.height if medium else 0,
                captions=tuple(_captions(item, me, lang)) if first else (),
            )
        )
    return tuple(found)


def sounds(item: Item, me: str, media: Mapping[str, Medium]) -> tuple[Sound, ...]:
    """The sounds that lie here."""
    read = dict(enumerate(item.urls(TRANSCRIPT)))
    return tuple(
        Sound(url, _type(media.get(files.name_at(me, url) or "")), read.get(number))
        for number, url in enumerate(_own(item, "audio", me))
    )


def has_place(item: Item, me: str, name: str, value: object) -> bool:
    """Whether this value of a property stands beside what is played."""
    url = Item(item.type, {name: [value]}).url(name)
    if name == TRANSCRIPT:
        return url is not None and item.urls(name).index(url) < len(_own(item, "audio", me))
    if name == CAPTIONS and not _own(item, "video", me):
        return False
    return urls.same_site(url or "", me)


def _captions(item: Item, me: str, lang: str) -> list[Track]:
    values = item.properties.get(CAPTIONS, [])
    alone = [(Item(item.type, {CAPTIONS: [value]}).url(CAPTIONS), value) for value in values]
    return [
        Track(url, said if isinstance(value, dict) and isinstance(said := value.get("lang"), str) else lang)
        for url, value in alone
        if url and urls.same_site(url, me)
    ]


def _own(item: Item, name: str, me: str) -> list[str]:
    return [url for url in item.urls(name) if urls.same_site(url, me)]


def _type(medium: Medium | None) -> str:
    """Why none for QuickTime: browsers pass over it by that name, and play most of what is in it."""
    return medium.type if medium and medium.type != types.MOV.name else ""
