"""What stands on a page, for who checks a theme: where it leads, what it loads, and what our policy would refuse."""

from collections.abc import Mapping
from urllib.parse import urldefrag, urljoin, urlsplit

from indie.mf2 import markup

_LOADS = {
    **dict.fromkeys(("img", "script", "iframe", "audio", "video", "source", "track", "embed", "input"), "src"),
    "object": "data",
}
_LOADING_RELS = {"stylesheet", "icon", "preload", "modulepreload", "manifest", "apple-touch-icon"}


class Page:
    """
    A page that was read.

    links: (address, fragment) of everything that it leads to. loads: addresses of what a browser fetches for it.
    sheets: those of them that are sheets. scripts: those that are scripts. ids: what can be led to. faults: what
    the policy refuses.
    """

    def __init__(self, html: str, url: str) -> None:
        self.url = url
        self.links: list[tuple[str, str]] = []
        self.loads: list[str] = []
        self.sheets: list[str] = []
        self.scripts: list[str] = []
        self.ids: set[str] = set()
        self.faults: list[str] = []
        self.landmarks: dict[str, int] = {"main": 0, "h1": 0, "title": 0}
        markup.read(html, self)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Of `markup.Reader`."""
        self.ids.update(filter(None, (attributes.get("id"),)))
        if tag in self.landmarks:
            self.landmarks[tag] += 1
        if "style" in attributes:
            self.faults.append(f"a style attribute on <{tag}>, which the policy refuses; make a class and a rule of it")
        for name in attributes:
            if name.startswith("on"):
                self.faults.append(f"{name}= on <{tag}>, which the policy refuses; a theme has no script")
        if tag in ("iframe", "object", "embed") or (tag == "script" and "src" not in attributes):
            self.faults.append(f"<{tag}> in the page, which the policy refuses; take it out")
        if tag == "img" and "alt" not in attributes:
            self.faults.append("a picture without alt; say what is on it, or an empty one where the words do")
        self._address(tag, attributes)

    def end(self, tag: str) -> None:
        """Of `markup.Reader`."""

    def data(self, text: str) -> None:
        """Of `markup.Reader`."""

    def _address(self, tag: str, attributes: Mapping[str, str]) -> None:
        href = attributes.get("href")
        if tag == "a" and href is not None:
            self.links.append(self._absolute(href))
        rels = set(attributes.get("rel", "").split())
        if tag == "link" and href and rels & _LOADING_RELS:
            self.loads.append(self._absolute(href)[0])
            if "stylesheet" in rels:
                self.sheets.append(self.loads[-1])
        elif tag == "link" and href and rels & {"next", "prev", "alternate", "canonical", "search"}:
            self.links.append(self._absolute(href))
        sources = [attributes[_LOADS[tag]]] if tag in _LOADS and attributes.get(_LOADS[tag]) else []
        sources += [one.split()[0] for one in attributes.get("srcset", "").split(",") if one.strip()]
        self.loads += [self._absolute(one)[0] for one in sources if not one.startswith("data:")]
        if tag == "script" and sources:
            self.scripts.append(self.loads[-1])

    def _absolute(self, href: str) -> tuple[str, str]:
        try:
            url, fragment = urldefrag(urljoin(self.url, href.strip()))
            urlsplit(url)
        except ValueError:
            return href, ""
        return url, fragment
