"""The words of a post by which it is found, and those of a search."""

import unicodedata

from indie.mf2.item import Item
from indie.posts import content
from indie.preferences import Syntax

SEARCHED = ("name", "summary", "category")
"""Properties whose words count beside those of the content."""


def of(item: Item, syntax: Syntax = "text") -> str:
    """What a post says, folded: its title, its summary, its content without markup, its categories; a line each."""
    texts = [text for name in SEARCHED for text in item.texts(name)]
    said = item.content()
    return "\n".join(map(fold, [*texts, content.to_text(said, syntax)] if said else texts))


def fold(text: str) -> str:
    """Text as it is compared: without case and width (`STRASSE` is `Straße`), one space between words."""
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())
