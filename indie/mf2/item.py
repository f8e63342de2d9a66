"""One mf2 item: its JSON as it came, and typed readings of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from indie.mf2 import links
from indie.mf2.sanitize import to_text

DEEPEST = 100
"""How many lists and objects of JSON may lie in one another; mf2 needs four a level."""

_KNOWN = frozenset({"type", "properties", "children", "id"})


@dataclass(frozen=True)
class Content:
    """What an item says. html is None where it was plain text; it is never cleaned here."""

    text: str
    html: str | None = None
    lang: str | None = None


@dataclass(frozen=True)
class Image:
    """A picture. alt: None if nobody wrote one, "" if the picture only decorates."""

    url: str
    alt: str | None = None


@dataclass(frozen=True)
class Item:
    """
    One mf2 item.

    `properties` is the mf2 JSON as it came (every value a list; nested items
    stay dicts in there), so nothing is lost. The methods are typed readings.
    type: "h-entry" and its like, at least one.
    rest: what a parser says beside it of a nested item: "value", "html", "lang".
    """

    type: tuple[str, ...]
    properties: dict[str, list[Any]]
    children: tuple["Item", ...] = ()
    id: str | None = None
    rest: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read an item; raises ValueError, with a sentence, for what is none."""
        if _too_deep(data):
            raise ValueError("the item is nested too deeply")
        return cls._read(data)

    @classmethod
    def _read(cls, data: object) -> Self:
        if not isinstance(data, Mapping):
            raise ValueError("an mf2 item is an object with “type” and “properties”")  # noqa: TRY004  # one kind
        kind = data.get("type")
        if not isinstance(kind, list) or not kind or not all(map(_is_root_name, kind)):
            raise ValueError("“type” must be a list of names such as “h-entry”")
        properties = data.get("properties")
        if not isinstance(properties, Mapping):
            raise ValueError("“properties” must be an object")  # noqa: TRY004
        for name, values in properties.items():
            if not isinstance(values, list):
                raise ValueError(f"the values of “{name[:40]}” must be a list")  # noqa: TRY004
        children = data.get("children", [])
        if not isinstance(children, list):
            raise ValueError("“children” must be a list of items")  # noqa: TRY004
        own_id = data.get("id")
        if own_id is not None and not isinstance(own_id, str):
            raise ValueError("“id” must be text")
        return cls(
            type=tuple(kind),
            properties={name: list(values) for name, values in properties.items()},
            children=tuple(cls._read(child) for child in children),
            id=own_id,
            rest={name: value for name, value in data.items() if name not in _KNOWN},
        )

    def to_json(self) -> dict[str, Any]:
        """The item as it came."""
        data: dict[str, Any] = {
            "type": list(self.type),
            "properties": {name: list(values) for name, values in self.properties.items()},
        }
        if self.children:
            data["children"] = [child.to_json() for child in self.children]
        if self.id is not None:
            data["id"] = self.id
        return data | self.rest

    def texts(self, name: str) -> list[str]:
        """The values of a property as words, stripped, without the empty ones; of a nested item its name."""
        return [text for text in map(_text, self.properties.get(name, [])) if text]

    def text(self, name: str) -> str | None:
        """The first of `texts`."""
        return next(iter(self.texts(name)), None)

    def urls(self, name: str) -> list[str]:
        """
        The http URLs of a property, in order, each once.

        A nested item gives its `url` property, else its value: where somebody
        wrote `p-in-reply-to h-cite` the value is the cited words.
        """
        found = (url for value in self.properties.get(name, []) for url in _urls(value))
        return list(dict.fromkeys(found))

    def url(self, name: str) -> str | None:
        """The first of `urls`."""
        return next(iter(self.urls(name)), None)

    def items(self, name: str) -> list["Item"]:
        """The nested items of a property."""
        return [item for item in map(nested, self.properties.get(name, [])) if item]

    def images(self, name: str = "photo") -> list[Image]:
        """The pictures of a property that have an http URL, each with the words that stand for it."""
        found: dict[str, Image] = {}
        for value in self.properties.get(name, []):
            alt = value.get("alt") if isinstance(value, Mapping) else None
            for url in _urls(value)[:1]:
                found.setdefault(url, Image(url, alt if isinstance(alt, str) else None))
        return list(found.values())

    def content(self, name: str = "content") -> Content | None:
        """The first value of a property that says something: markup, text or a nested item."""
        return next(filter(None, map(_content, self.properties.get(name, []))), None)

    def has(self, name: str) -> bool:
        """Whether the property is there with more than empty values."""
        return any(not _is_empty(value) for value in self.properties.get(name, []))


def nested(value: object) -> Item | None:
    """The item that a property value is; None for words, URLs, pictures and markup."""
    if not isinstance(value, Mapping) or "type" not in value:
        return None
    try:
        return Item.from_json(value)
    except ValueError:
        return None


def walk(items: tuple[Item, ...] | list[Item]) -> Iterator[Item]:
    """Every item, with those in its properties and its children, in the order they stand."""
    for item in items:
        yield item
        for name in item.properties:
            yield from walk(item.items(name))
        yield from walk(item.children)


def _is_root_name(name: object) -> bool:
    return isinstance(name, str) and name.startswith("h-") and len(name) > len("h-")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    item = nested(value)
    if item and (name := item.text("name")):
        return name
    if isinstance(value, Mapping):
        value = value.get("value")
    return value.strip() if isinstance(value, str) else ""


def _urls(value: object) -> list[str]:
    item = nested(value)
    if item and (found := item.urls("url")):
        return found
    if isinstance(value, Mapping):
        # Why the second: in JF2, which clients send too, a picture is `{"url": …, "alt": …}`.
        value = value.get("value") or value.get("url")
    url = links.absolute("", value) if isinstance(value, str) else None
    return [url] if url else []


def _content(value: object) -> Content | None:
    if not isinstance(value, Mapping):
        text = _text(value)
        return Content(text) if text else None
    html = value.get("html")
    html = html.strip() if isinstance(html, str) else ""
    words = next((value[key].strip() for key in ("value", "text") if isinstance(value.get(key), str)), "")
    if not html and (item := nested(value)):
        return item.content() or (Content(name) if (name := _text(value)) else None)
    text = words or to_text(html)
    lang = value.get("lang")
    if not text and not html:
        return None
    return Content(text, html or None, lang if isinstance(lang, str) else None)


def _is_empty(value: object) -> bool:
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, Mapping):
        return "type" not in value and all(_is_empty(part) for part in value.values())
    if isinstance(value, list):
        return all(map(_is_empty, value))
    return value is None


def _too_deep(data: object) -> bool:
    """Level by level, so that no input can exhaust the stack."""
    level = [data]
    for _ in range(DEEPEST):
        level = [
            part
            for value in level
            if isinstance(value, Mapping | list)
            for part in (value.values() if isinstance(value, Mapping) else value)
            if isinstance(part, Mapping | list)
        ]
        if not level:
            return False
    return True
