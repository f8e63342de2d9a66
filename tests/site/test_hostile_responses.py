"""What others say may hold anything: on our page it does nothing (Webmention spec §7.3)."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import html5lib
import mf2py
import pytest

from indie.mf2.item import Item
from indie.mf2.page import Page
from indie.responses import thread
from indie.responses.classify import classify
from indie.responses.quoted import quoted
from indie.responses.thread import Said
from indie.site import conversation, pages, render
from indie.site.entries import Shelf
from tests.webmention.conftest import post, publish, target

__all__ = ["post", "publish", "target"]

NOW = datetime(2024, 8, 1, 12, tzinfo=UTC)
CORPUS = [
    *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "&#106;avascript:alert(1)", "\x01javascript:alert(1)"),
    *("data:text/html,<script>alert(1)</script>", "data:image/svg+xml,<svg onload=alert(1)>", "vbscript:msgbox", "blob:x"),
    *("//evil.example", 'https://x.example/"onmouseover="alert(1)', "https://x.example/' onfocus=alert(1) autofocus='"),
    *("</script><script>alert(1)</script>", "</title><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>"),
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    *("<<x>img src=x onerror=alert(1)>", "<img src=x onerror=alert(1) ", '<a href="https://x.example/" target=_blank onclick=alert(1)>x</a>'),
    '<form action="https://evil.example/"><input name=password></form>',
    '<base href="https://evil.example/"><meta http-equiv=refresh content="0;url=https://evil.example/">',
    "<link rel=stylesheet href=https://evil.example/x.css><style>@import 'https://evil.example/x.css'</style>",
    '<p style="position:fixed;inset:0">x</p>',
    '<div class="h-entry u-url"><a class="u-url u-in-reply-to u-syndication" rel="me webmention" href="https://evil.example/">x</a></div>',
    '<a id=config href="https://x.example/">x</a><b id="comments" name=source>y</b>',
    *("{{7*7}}", "{% for x in y %}", "${jndi:ldap://evil.example/}", "\u202etxt.exe", "A" * 100_000, "Z" + "\u0300" * 500),
    *("2024-07-23T15:00<script>alert(1)</script>", "</script>\u2028\u2029", "]]><script>alert(1)</script>", "</aside></li></ol>", "-->"),
    '<img src="https://x.example/a.png" srcset="javascript:alert(1) 2x" alt="&quot; onerror=alert(1) x=&quot;">',
]
FIELDS = (
    *("name", "author.name", "author.url", "author.photo", "url", "syndication", "photo", "content", "summary", "rsvp"),
    *("category", "location", "in-reply-to", "published", "comment.url", "comment.author", "comment.content"),
)
KINDS = ("like-of", "quotation-of", "mention")
ACTIVE = {"script", "style", "iframe", "object", "embed", "math", "base", "meta", "link", "img", "video", "audio", "template"}
OURS = {"comments", "comments-h", "source", "source-hint"}


def item(field, evil, kind, target):
    """An entry that is well-behaved but for one field."""
    holder, _, name = field.rpartition(".")
    card = {"name": ["Eve"], "url": ["https://evil.example/"]}
    comment = {"url": ["https://evil.example/c"], "content": ["Hm."], "author": ["Kid"]}
    properties = {"author": [{"type": ["h-card"], "properties": card}], "content": [{"html": "<p>Hello.</p>", "value": "Hello."}]}
    properties["comment"] = [{"type": ["h-cite"], "properties": comment}]
    value = {"html": evil, "value": evil} if name == "content" else evil
    {"": properties, "author": card, "comment": comment}[holder][name] = [value]
    properties[kind] = [*properties.get(kind, []), target]
    return Item(("h-entry",), properties)


def everything(field, target):
    """Each string of the corpus in this field, in a reply and one other response, and what they quote."""
    found = []
    pairs = [(evil, kind) for n, evil in enumerate(CORPUS) for kind in ("in-reply-to", KINDS[n % len(KINDS)])]
    for number, (evil, kind) in enumerate(pairs):
        source = f"https://evil.example/{number}"
        page = Page(source, (item(field, evil, kind, target),), (), (), title=evil)
        found.append(Said(f"c-{2 * number}", classify(page, source, [target], NOW)[0], NOW))
        if below := quoted(page, source, [target], NOW):
            found.append(Said(f"c-{2 * number + 1}", below[0].response, NOW, quoted=True))
    return found


@pytest.fixture
def shown(store, settings, post, target):
    """`shown(said)` is the post's page with this conversation, as a browser reads it."""
    shelf = Shelf(store, settings)
    view = pages.of_post(shelf, post, None)
    owner = view.site.owner

    def read(said):
        talk = conversation.shown(shelf, post, thread.build({target.removeprefix("http://")}, said), owner)
        text = render.page(replace(view, conversation=talk))
        return text, html5lib.parse(text, treebuilder="dom")

    return read


def aside(document):
    (found,) = document.getElementsByTagName("aside")
    return found


@pytest.mark.parametrize("field", FIELDS)
def test_nothing_in_a_response_is_executed_or_fetched(field, shown, target):
    """Every string of the corpus in this field; then an HTML5 parse of the page."""
    _, document = shown(everything(field, target))
    found = []
    for element in aside(document).getElementsByTagName("*"):
        attributes = dict(element.attributes.items())
        active = element.tagName in ACTIVE or (element.tagName == "svg" and attributes.get("class") != "icon")
        address = [attributes[name] for name in ("href", "src", "action") if name in attributes]
        foreign = attributes.get("id", "c-") not in OURS and not attributes.get("id", "c-").startswith("c-")
        if (
            active
            or any(name.startswith("on") or name in ("style", "srcdoc", "target", "srcset", "autofocus") for name in attributes)
            or any(urlsplit(url).scheme not in ("http", "https", "mailto") for url in address)
            or foreign
        ):
            found.append(element.toxml()[:200])

    assert [] == found
    assert len(CORPUS) <= len(aside(document).getElementsByTagName("li"))


@pytest.mark.parametrize("field", FIELDS)
def test_nothing_in_a_response_reaches_the_rest_of_the_page(field, shown, target):
    """Without its conversation the page is what it is when nobody said anything."""

    def rest(said):
        _, document = shown(said)
        aside(document).parentNode.removeChild(aside(document))
        for element in document.getElementsByTagName("style"):
            element.parentNode.removeChild(element)
        return document.toxml().split()

    assert rest([]) == rest(everything(field, target))


@pytest.mark.parametrize("field", FIELDS)
def test_no_foreign_microformats_are_ours(field, shown, target):
    """§3.4: the post has its one url, answers nobody, is nowhere else; no rel but ours leads elsewhere."""
    text, _ = shown(everything(field, target))
    found = mf2py.parse(doc=text, url=target, html_parser="lxml")
    (entry,) = found["items"]

    assert [target] == entry["properties"]["url"]
    assert entry["properties"].keys().isdisjoint({"in-reply-to", "syndication", "photo"})
    assert {"nofollow", "ugc", "noopener"} >= {rel for url, said in found["rel-urls"].items() if "evil" in url for rel in said["rels"]}


def test_a_name_is_never_longer_than_a_line(shown, target):
    """100,000 characters, or 500 accents on one letter."""
    _, document = shown(everything("author.name", target))
    names = [one.firstChild.data for one in aside(document).getElementsByTagName("a") if "p-name" in one.getAttribute("class")]

    assert max(map(len, names)) <= 100
