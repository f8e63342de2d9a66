"""The path of a post: decided once, changed on demand alone, and for ever (never given to another post)."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count, islice

from indie import urls
from indie.mf2.item import Item
from indie.posts import content
from indie.preferences import Syntax

LONGEST = 80
"""The longest slug, in characters."""

_WORDS = 6
_RESPONSES = {
    "repost-of": "repost-of",
    "like-of": "like-of",
    "in-reply-to": "reply-to",
    "bookmark-of": "bookmark-of",
    "follow-of": "follow-of",
}
"""In the order of post type discovery: a like that is also a reply is a like."""

_LETTERS = str.maketrans("øđðłħŧı", "oddlhti") | {
    ord(letter): letters for letter, letters in {"æ": "ae", "œ": "oe", "þ": "th", "ŋ": "ng"}.items()
}
"""Latin letters that are no letter with an accent, so that Unicode does not take them apart."""

_APOSTROPHES = re.compile(r"(?<=\w)['’](?=\w)")


def choose(
    item: Item, mp_slug: str | None, published: datetime, taken: Callable[[str], bool], syntax: Syntax = "text"
) -> str:
    """
    A free path for a new post, such as `/2026/07/23/llama-3-1`.

    The slug is, in this order, what the client asked for, the name, what the
    post answers, its first words, the time; the first of these that leaves
    anything of a-z, 0-9 and hyphens. The date is that of the post's own offset.
    mp_slug: as the client sent it, or None.
    taken: whether a path was ever given to a post; asked until it says no
        (`-2`, `-3` … are put behind the slug).
    syntax: what the content is written in.
    """
    folder = f"/{published.year:04}/{published.month:02}/{published.day:02}/"
    slug = next(filter(None, map(_slug, _candidates(item, mp_slug, published, syntax))))
    return _free(folder, slug, taken)


def change(path: str, mp_slug: str, taken: Callable[[str], bool]) -> str:
    """
    The path that a post gets when its slug is changed; the folder of its date stays.

    mp_slug: as the client sent it; where nothing of it can stand in a path, the path stays.
    taken: whether a path was ever given to another post.
    """
    slug = _slug(mp_slug)
    return _free(path.rpartition("/")[0] + "/", slug, taken) if slug else path


def _free(folder: str, slug: str, taken: Callable[[str], bool]) -> str:
    path = folder + slug
    for number in count(2):
        if not taken(path):
            break
        suffix = f"-{number}"
        path = folder + slug[: LONGEST - len(suffix)].rstrip("-") + suffix
    return path


def _candidates(item: Item, mp_slug: str | None, published: datetime, syntax: Syntax) -> Iterator[str]:
    """Words that a slug may be made of, the best ones first; the last always makes one."""
    yield mp_slug or ""
    yield item.text("name") or ""
    for name, answer in _RESPONSES.items():
        if url := item.url(name):
            yield f"{answer}-{urls.host(url).removeprefix('www.')}"
    if said := item.content():
        words = (word for word in content.to_text(said, syntax).split() if "://" not in word and _slug(word))
        yield " ".join(islice(words, _WORDS))
    yield f"{published:%H%M%S}"


def _slug(text: str) -> str:
    """
    The text in a-z, 0-9 and single hyphens between them; "" where nothing is left.

    Accents are taken off Latin letters; other scripts are left out, because a
    path that is half escapes is broken by some clients.
    """
    letters = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).casefold().translate(_LETTERS)
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) <= LONGEST:
        return slug
    return (slug[: LONGEST + 1].rpartition("-")[0] or slug[:LONGEST]).rstrip("-")
