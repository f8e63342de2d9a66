"""
What a post of ours is about: a page of somebody else's in a few words, kept as it was (pages spec §2.5).

It is read like a response: the same entry is chosen, the same author is believed as little.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Self

from indie import urls
from indie.mf2.authorship import Author
from indie.mf2.item import Item
from indie.mf2.page import Page
from indie.responses import classify
from indie.responses.response import Response, site
from indie.text import one_line

LONGEST = 280
"""How much of the text is kept, in characters."""


@dataclass(frozen=True)
class Citation:
    """
    author: who the page says wrote it, None where it does not say; a claim.
    via: the host that vouches for the author, where that is not the author's own.
    name: the title, one line. text: how it begins, one line of plain text of at most LONGEST; "" if it has none.
    lang: the language of the text. published: with an offset.
    """

    author: Author | None
    name: str | None
    text: str
    via: str | None = None
    lang: str | None = None
    published: datetime | None = None

    @classmethod
    def of(cls, response: Response) -> Self | None:
        """What a page says as a response, in short; None where that is nothing."""
        # Why: where nobody is named, the author of a response is the host's name, with nobody who vouches for it.
        author = response.author if response.author.url or response.via else None
        text = one_line(response.text, LONGEST)
        if not (text or response.name):
            return None
        return cls(author, response.name, text, response.via if author else None, response.lang, response.published)

    def says_less(self, than: "Citation") -> bool:
        """Whether author or text, which were there, are gone: so it is when a log-in page takes the place of a post."""
        return (than.author is not None and self.author is None) or (than.text != "" and self.text == "")

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON values; `from_json` reads it back unchanged."""
        return {
            "author": asdict(self.author) if self.author else None,
            "name": self.name,
            "text": self.text,
            "via": self.via,
            "lang": self.lang,
            "published": self.published.isoformat() if self.published else None,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        return cls(
            author=Author(**data["author"]) if data["author"] else None,
            name=data["name"],
            text=data["text"],
            via=data["via"],
            lang=data["lang"],
            published=datetime.fromisoformat(data["published"]) if data["published"] else None,
        )


def read(page: Page, url: str, me: str, fetched: datetime) -> tuple[Response, str | None]:
    """
    What a page says of itself, and the author page that is worth one more request, as `classify.classify` has them.

    url: as our post has it; page.url is where it led. me: our site, whose owner nobody else can be.
    A page that is no entry, or only lists one, has its title and no author.
    """
    item = classify.entry(page, url, ())
    if item is None or _is_elsewhere(item, page, url):
        return classify.classify(replace(page, items=()), url, (), fetched)
    return classify.read(item, page, url, (me,), fetched, "mention", ())


def _is_elsewhere(item: Item, page: Page, url: str) -> bool:
    """Whether the only entry of a page has an address of its own on the site: a home page on its first day."""
    own = {_plain(address) for address in (url, page.url, page.canonical or "")}
    named = [_plain(address) for address in item.urls("url") if site(address) == site(page.url)]
    return bool(named) and own.isdisjoint(named)


def _plain(url: str) -> str:
    return urls.key(url).removeprefix("www.")
