"""
Every type of pages §2.5 on its page, as two parsers read it.

    tests/pairs/pages/NAME.json        a post as a client sends it; {picture}, {other}, {video}, {audio} are files of ours
    tests/pairs/pages/NAME.mf2.json    what is read from its page, but for what every page has (`EVERYWHERE`)

A new case is two files and no code.
"""

import json
import re
from datetime import datetime
from io import BytesIO
from pathlib import Path

import mf2py
import pytest
from bs4 import BeautifulSoup
from PIL import Image

ME = "http://site.example/"
PAIRS = Path(__file__).parent.parent / "pairs" / "pages"
NAMES = sorted(path.stem for path in PAIRS.glob("*.json") if not path.name.endswith(".mf2.json"))
EVERYWHERE = {
    "url": ["{post}"],
    "uid": ["{post}"],
    "published": ["2026-07-23T17:00:00+02:00"],
    "author": [{"type": ["h-card"], "properties": {"name": ["Olaf Owner"], "url": [ME], "nickname": ["olaf"]}}],
}
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(64)
MP3 = b"ID3\x03\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x00" + bytes(413)


def picture(colour):
    file = BytesIO()
    Image.new("RGB", (8, 6), colour).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def page(client, bearer, owner, request):
    """The address of the post of a case, the HTML there, and the files that it shows, each by what it is called."""
    sent = (PAIRS / f"{request.param}.json").read_text()
    kinds = {"picture": ("png", picture("red")), "other": ("png", picture("blue")), "video": ("mp4", MP4), "audio": ("mp3", MP3)}
    files = {}
    for name, (ending, data) in kinds.items():
        if f"{{{name}}}" in sent:
            form = {"file": (BytesIO(data), f"{name}.{ending}")}
            files[name] = client.post("/micropub/media", data=form, headers=bearer("media")).location
            sent = sent.replace(f"{{{name}}}", files[name])
    url = client.post("/micropub", data=sent, content_type="application/json", headers=bearer("create")).location
    return url, client.get(url).text, files


def plain(value, names):
    """A value without what each parser adds to it in its own way: names stand for our addresses, dates mean moments."""
    if isinstance(value, dict) and "properties" in value:
        found = {name: [plain(one, names) for one in values] for name, values in sorted(value["properties"].items())}
        return {"type": value["type"], "properties": found}
    if isinstance(value, dict) and "html" in value:
        return squeezed(value)
    if isinstance(value, dict):
        return {name: plain(value[name], names) for name in ("value", "alt") if name in value}
    for url, name in names.items():
        value = value.replace(url, name)
    if re.match(r"\d{4}-\d\d-\d\d[T ]", value):
        return datetime.fromisoformat(value).isoformat()
    return " ".join(value.split())


def squeezed(content):
    """Words without white space: each parser divides blocks in a way of its own."""
    return {"value": "".join(content["value"].split())}


def read(item, url, files):
    """The item of the page."""
    names = {address: f"{{{name}}}" for name, address in files.items()} | {url: "{post}"}
    return {"type": item["type"], "properties": plain(item, names)["properties"], "children": item.get("children", [])}


def expected(name):
    said = json.loads((PAIRS / f"{name}.mf2.json").read_text())
    properties = {**EVERYWHERE, **said["properties"]}
    if "content" in properties:
        properties["content"] = list(map(squeezed, properties["content"]))
    return {"type": said["type"], "properties": dict(sorted(properties.items())), "children": []}


def by_mf2py(html, url):
    return mf2py.parse(BeautifulSoup(html, "lxml"), url=url)["items"]


@pytest.mark.parametrize(("page", "name"), [(name, name) for name in NAMES], indirect=["page"], ids=NAMES)
def test_mf2py_reads_what_stands_beside_it(page, name):
    url, html, files = page
    (item,) = by_mf2py(html, url)
    assert expected(name) == read(item, url, files)


@pytest.mark.parametrize(("page", "name"), [(name, name) for name in NAMES], indirect=["page"], ids=NAMES)
def test_microformats_parser_reads_the_same(page, name, node):
    """npm: microformats-parser."""
    url, html, files = page
    (item,) = node("mf2.mjs", html, url)["items"]
    assert expected(name) == read(item, url, files)
