"""What a page says: its items, its rels, its links."""

from dataclasses import dataclass

from indie.mf2.item import Item


@dataclass(frozen=True)
class Link:
    """
    One link that says what it is for.

    rel: its tokens, in lower case, in the order of the page.
    href: absolute, of any scheme: check it before you follow or show it.
    tag: the element: "link", "a", "area"; "header" for the `Link` header.
    """

    rel: tuple[str, ...]
    href: str
    tag: str


@dataclass(frozen=True)
class Page:
    """
    An HTML page as we read it.

    url: the address it was fetched from, after redirects.
    items: its top-level microformats, in document order.
    rels: elements with `rel` and `href`, in document order; `href=""` is the page itself.
    links: each http URL that it links to (`links.LINK_ATTRIBUTES`), absolute, once.
    title: the text of `<title>`; "" if there is none.
    gone: `<meta http-equiv=Status content="410 …">`.
    refused: why it was not searched for microformats, for a person; `items` is then ().
    """

    url: str
    items: tuple[Item, ...]
    rels: tuple[Link, ...]
    links: tuple[str, ...]
    title: str = ""
    lang: str | None = None
    gone: bool = False
    canonical: str | None = None
    refused: str | None = None

    def rel(self, name: str) -> list[str]:
        """Where the links with this rel lead, in document order, each once."""
        return list(dict.fromkeys(link.href for link in self.rels if name in link.rel))
