import dataclasses
import json
from pathlib import Path

import pytest

from indie.mf2 import authorship, post_type
from indie.mf2.item import walk
from indie.mf2.parse import parse

PAIRS = sorted((Path(__file__).parent.parent / "pairs" / "mf2").glob("*.html"))


def reading(html, url):
    """Everything that a pair may speak of."""
    page = parse(html, url)
    found = {
        "items": len(page.items),
        "rels": [[list(link.rel), link.href, link.tag] for link in page.rels],
        "links": list(page.links),
        "title": page.title,
        "lang": page.lang,
        "gone": page.gone,
        "canonical": page.canonical,
    }
    post = next((item for item in walk(page.items) if {"h-entry", "h-event"} & set(item.type)), None)
    if post:
        author, author_page = authorship.find(post, page)
        content = post.content()
        found |= {
            "type": post_type.discover(post),
            "author": author and dataclasses.asdict(author),
            "author_page": author_page,
            "content": content and content.text,
            "answers": {name: post.urls(name) for name in ("in-reply-to", "like-of") if post.urls(name)},
        }
    return found


@pytest.mark.parametrize("html", PAIRS, ids=lambda path: path.stem)
def test_the_page_reads_as_the_json_beside_it_says(html):
    """Each name in the JSON (but `url`, where the page was found) has just this value in the reading."""
    expected = json.loads(html.with_suffix(".json").read_text())
    found = reading(html.read_bytes(), expected.pop("url"))

    assert expected
    assert expected == {name: found.get(name) for name in expected}
