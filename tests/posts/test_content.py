"""What a post says: as HTML, as plain text, and where it points to."""

import re
import time
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indie.mf2.item import Content, Item
from indie.posts import content

BASE = "https://me.example/2026/07/23/llama-3-1"


def html(text):
    """Plain text as it stands on the page."""
    return content.to_html(Content(text), BASE)


def links(**properties):
    """Where a post with these properties points to; underscores stand for hyphens."""
    named = {name.replace("_", "-"): values for name, values in properties.items()}
    return content.links(Item(("h-entry",), named), BASE)


class TestCited:
    """What a post is about, which we look at."""

    def test_it_is_what_it_answers_likes_reposts_or_bookmarks(self):
        item = Item(("h-entry",), {name: [f"https://a.example/{name}"] for name in content.CONTEXTS})
        assert {f"https://a.example/{name}" for name in content.CONTEXTS} == set(content.cited(item))

    @pytest.mark.parametrize("name", ["category", "invitee", "syndication", "photo", "url"])
    def test_it_is_nothing_else_that_it_points_to(self, name):
        assert () == content.cited(Item(("h-entry",), {name: ["https://a.example/1"]}))

    def test_an_item_counts_by_its_address(self):
        nested = {"type": ["h-cite"], "properties": {"url": ["https://a.example/1"], "name": ["T"]}}
        assert ("https://a.example/1",) == content.cited(Item(("h-entry",), {"in-reply-to": [nested, "https://a.example/1"]}))

    def test_twenty_are_enough(self):
        assert 20 == len(content.cited(Item(("h-entry",), {"like-of": [f"https://a.example/{n}" for n in range(99)]})))


class TestPlainText:
    """DESIGN §2: plain text is text."""

    def test_markup_is_text(self):
        """Tags and entities in plain text are shown, not obeyed."""
        assert "<p>&lt;b onclick=x&gt;1 &amp;lt; 2&lt;/b&gt;</p>" == html("<b onclick=x>1 &lt; 2</b>")

    def test_markdown_is_text(self):
        """Plain text that looks like Markdown stays what was written."""
        assert "<p># *not* a heading<br>&gt; `nor` a quotation</p>" == html("# *not* a heading\n> `nor` a quotation")

    @pytest.mark.parametrize("text", ["It’s “smart” — 3.1 …", "🤓 👩🏽‍💻", "कर्म ही पूजा है", "“a” \"b\" 'c'", "a  b   c", "e\u0301 é"])
    def test_characters_are_kept(self, text):
        """Punctuation, emoji, other scripts, spaces and compositions go through byte by byte."""
        assert f"<p>{text}</p>" == html(text)

    def test_line_breaks_are_kept(self):
        """One line break in the text is one on the page."""
        assert "<p>one<br>two</p>" == html("one\ntwo")

    @pytest.mark.parametrize("newline", ["\r\n", "\r"])
    def test_line_breaks_of_other_systems_are_kept(self, newline):
        """Forms send CRLF, old Macs CR; both are one line break."""
        assert "<p>one<br>two</p>" == html(f"one{newline}two")

    @pytest.mark.parametrize("gap", ["\n\n", "\r\n\r\n", "\n \t\n", "\n\n\n\n"])
    def test_blank_lines_make_paragraphs(self, gap):
        """Any number of lines with nothing to see part two paragraphs."""
        assert "<p>one</p>\n<p>two</p>" == html(f"one{gap}two")

    def test_blank_lines_around_the_text_are_nothing(self):
        """There is no empty paragraph before or after the text."""
        assert "<p>one</p>" == html("\n \n\none\n\n")

    def test_indented_lines_stay_indented(self):
        """Spaces before the first word of a paragraph are part of what was written."""
        assert "<p>  one</p>\n<p>  two</p>" == html("  one\n\n  two")

    @pytest.mark.parametrize("text", ["", " ", "\n\n"])
    def test_nothing_is_nothing(self, text):
        """Nothing written makes nothing on the page."""
        assert not html(text)


class TestBareUrls:
    """An http or https URL in plain text is a link; nothing else is."""

    @pytest.mark.parametrize(
        "url",
        [
            "https://a.example",
            "http://a.example/",
            "https://a.example/x.html?a=1;b=2#part",
            "http://localhost:5000/x",
            "http://127.0.0.1:8080/2026/07/23/a-b_c~d",
            "https://a.example/wiki/Foo_(bar)",
            "https://例え.example/パス",
            "HTTPS://A.EXAMPLE/X",
        ],
    )
    def test_is_a_link_whole(self, url):
        """The whole URL is the link and its words."""
        assert f'<p>see <a href="{url}">{url}</a> there</p>' == html(f"see {url} there")

    def test_ampersands_are_escaped_once(self):
        """A query with two parameters is valid HTML in the attribute and in the text."""
        assert '<p><a href="https://a.example/?a=1&amp;b=2">https://a.example/?a=1&amp;b=2</a></p>' == html(
            "https://a.example/?a=1&b=2"
        )

    @pytest.mark.parametrize("after", [".", ",", "!", "?", ";", ":", "…", "...", "’", "”", "“", "—", "’s", ")", "]", '"', "**", "。", "、", "」"])
    def test_punctuation_behind_is_not_in_it(self, after):
        """What ends a sentence or closes a quotation belongs to the prose."""
        assert f'<p><a href="https://a.example/x">https://a.example/x</a>{after.replace("<", "&lt;")}</p>' == html(
            f"https://a.example/x{after}"
        )

    def test_an_address_without_scheme_swallows_none(self):
        """A name that is no link takes no link into itself."""
        assert '<p>a.com/(<a href="https://b.example/">https://b.example/</a>)</p>' == html("a.com/(https://b.example/)")

    def test_markup_beside_is_text(self):
        """What stands before and behind a link is escaped as everywhere."""
        assert '<p>&lt;i&gt; <a href="https://a.example/">https://a.example/</a> &lt;b&gt;</p>' == html(
            "<i> https://a.example/ <b>"
        )

    def test_parentheses_are_balanced(self):
        """A closing parenthesis belongs to the URL only if that opened it."""
        assert '<p>(<a href="https://a.example/a_(b)">https://a.example/a_(b)</a>)</p>' == html("(https://a.example/a_(b))")

    def test_two_with_a_dash_between_are_two(self):
        """A dash without spaces parts two links."""
        assert 2 == html("https://a.example/—https://b.example/").count("<a ")

    def test_a_quote_cannot_leave_the_attribute(self):
        """A URL with quotation marks in it makes no new attribute."""
        assert '<p><a href="https://a.example/%22onclick=%22x">https://a.example/"onclick="x</a></p>' == html(
            'https://a.example/"onclick="x'
        )

    @pytest.mark.parametrize(
        "text",
        [
            "seehttps://a.example/",
            "https://",
            "me@a.example",
            "mailto:me@a.example",
            "a.example www.a.example //a.example/x",
            "ftp://a.example/ javascript://a.example/%0aalert(1)",
            "https://me:secret@a.example/",
            "3.1",
        ],
    )
    def test_is_no_link(self, text):
        """Words, addresses, other schemes and URLs with a password are left as they are."""
        assert f"<p>{text}</p>" == html(text)


class TestHtml:
    """HTML is cleaned for the page and readable without it."""

    def test_harmless_markup_is_kept(self):
        """What an author marks up stays marked up, smart punctuation untouched."""
        said = Content("", "<p>It’s <em>so</em>.</p><blockquote>“One”</blockquote>")

        assert "<p>It’s <em>so</em>.</p><blockquote>“One”</blockquote>" == content.to_html(said, BASE)

    def test_scripts_are_gone(self):
        """Nothing in a post runs, not even of the owner's own apps."""
        said = Content("", "<p onclick='x()'>one<script>two()</script></p>")

        assert "<p>one</p>" == content.to_html(said, BASE)

    def test_bare_urls_in_html_stay_text(self):
        """Who writes HTML says himself what is a link."""
        assert "<a" not in content.to_html(Content("", "<p>https://a.example/</p>"), BASE)

    def test_html_is_readable_as_text(self):
        """Without its tags the text is whole, its paragraphs still apart."""
        assert ["one", "two & three"] == [
            line for line in content.to_text(Content("", "<p>one</p><p>two &amp; <b>three</b></p>")).splitlines() if line
        ]

    def test_text_is_text(self):
        """Plain text needs no reading: it is what was written."""
        assert "1 < 2\n\nthree" == content.to_text(Content("1 < 2\n\nthree"))


class TestLinks:
    """Webmention §3.1.1: who is told of a post."""

    @pytest.mark.parametrize(
        "name",
        [
            "in_reply_to", "like_of", "repost_of", "bookmark_of", "quotation_of", "follow_of", "tag_of", "listen_of",
            "watch_of", "read_of", "invitee", "category",
        ],
    )
    def test_properties_point(self, name):
        """Every property that names a page of somebody's is a target."""
        assert ("https://a.example/1",) == links(**{name: ["https://a.example/1"]})

    @pytest.mark.parametrize("name", ["photo", "video", "audio", "featured", "syndication", "url", "uid", "author", "location"])
    def test_other_properties_do_not(self, name):
        """Files, copies of the post and the post itself are no targets."""
        assert () == links(**{name: ["https://a.example/1"]})

    def test_cited_pages_are_targets(self):
        """A reply may say more of what it answers than its URL."""
        cited = {"type": ["h-cite"], "properties": {"url": ["https://a.example/1"], "name": ["One"]}}

        assert ("https://a.example/1",) == links(in_reply_to=[cited])

    def test_tagged_people_are_targets_and_words_are_not(self):
        """Among the categories the people are told."""
        card = {"type": ["h-card"], "properties": {"url": ["https://ann.example/"], "name": ["Ann"]}}

        assert ("https://ann.example/",) == links(category=["llama", card])

    def test_links_in_the_text_are_targets(self):
        """A bare URL in plain text is told, as it is a link on the page."""
        assert ("https://a.example/?a=1&b=2",) == links(content=["see https://a.example/?a=1&b=2."])

    def test_links_in_html_are_targets(self):
        """Links, and only links: pictures and quoted sources are not, nor is what is no web page."""
        markup = (
            '<p><a href="https://a.example/1?a=1&amp;b=2">1</a> <img src="https://a.example/2.jpg" alt="">'
            '<a href="mailto:ann@a.example">Ann</a> <a>3</a></p><!-- <a href="https://a.example/4">4</a> -->'
        )

        assert ("https://a.example/1?a=1&b=2",) == links(content=[{"html": markup}])

    def test_relative_links_are_seen_from_the_post(self):
        """A link to another page of the site is absolute."""
        assert ("https://me.example/about",) == links(content=[{"html": '<a href="/about">me</a>'}])

    @pytest.mark.parametrize("href", ["#note-1", BASE, BASE + "/"])
    def test_the_post_itself_is_no_target(self, href):
        """A footnote makes no post mention itself."""
        assert () == links(content=[{"html": f'<a href="{href}">1</a>'}])

    def test_properties_come_first(self):
        """What a post answers comes before what it mentions."""
        found = links(
            content=["https://c.example/ https://d.example/"],
            category=["https://b.example/"],
            in_reply_to=["https://a.example/"],
        )

        assert ("https://a.example/", "https://b.example/", "https://c.example/", "https://d.example/") == found

    def test_each_is_named_once(self):
        """A reply that links to what it answers tells it once."""
        assert ("https://a.example/1",) == links(
            in_reply_to=["https://a.example/1"],
            content=["https://a.example/1 and https://a.example/1"],
        )

    def test_there_are_at_most_200(self):
        """Webmention §4.3: a page of links pasted into a post starts no flood."""
        text = " ".join(f"https://a.example/{number}" for number in range(300))

        assert (200, "https://a.example/199") == (len(links(content=[text])), links(content=[text])[-1])

    def test_a_post_without_links_has_none(self):
        """Words alone are nobody's business."""
        assert () == links(content=["words"], name=["words"])


PEOPLE = {"ann": "https://ann.example/", "bob@m.example": "https://m.example/@bob", "eve": "javascript:alert(1)"}
ANN = '<a href="https://ann.example/">@ann</a>'


def signed(text, syntax="text"):
    """A text as it stands on a page whose owner knows PEOPLE and has pages for tags, without its paragraph."""
    made = content.to_html(Content(text), BASE, syntax=syntax, people=PEOPLE, tag=lambda word: f"/tags/{word.lower()}/")
    return made.removeprefix("<p>").removesuffix("</p>")


def tagged(word):
    """The link of a tag."""
    return f'<a href="https://me.example/tags/{word.lower()}/">#{word}</a>'


@pytest.mark.parametrize("syntax", ["text", "markdown"])
class TestSigns:
    """#tags and @mentions, in plain text and in Markdown alike."""

    @pytest.mark.parametrize(("before", "after"), [("", ""), ("(", ")"), ("“", "”"), ("so ", "."), ("", "’s"), ("", ","), ("。", "、")])
    def test_a_known_person_is_a_link(self, syntax, before, after):
        """Pages §1, S9: a nickname that is known leads to the person; punctuation around it stays outside."""
        assert before + ANN + after == signed(f"{before}@ann{after}", syntax)

    def test_case_does_not_matter(self, syntax):
        """A nickname at the beginning of a sentence is the same."""
        assert '<a href="https://ann.example/">@Ann</a> is' == signed("@Ann is", syntax)

    def test_an_address_of_the_fediverse_is_one_name(self, syntax):
        """@nick@host is looked up whole."""
        assert '<a href="https://m.example/@bob">@bob@m.example</a>' == signed("@bob@m.example", syntax)

    @pytest.mark.parametrize("text", ["@pratik", "@annie", "@bob", "@ann@m.example", "@eve", "@", "@@ann", "me@ann", "ann@ann.example", "/@ann", "é@ann", "e\u0301@ann"])
    def test_others_are_words(self, syntax, text):
        """Who is not known is not linked, nor is half a name, an address, a part of a word, or no web page."""
        assert text == signed(text, syntax)

    @pytest.mark.parametrize("word", ["indieweb", "IndieWeb", "2026er", "日本語", "हिन्दी", "snake_case", "e\u0301te\u0301", "x" * 100])
    def test_a_tag_is_a_link(self, syntax, word):
        """In every script the whole word."""
        assert f"so {tagged(word)}." == signed(f"so #{word}.", syntax)

    @pytest.mark.parametrize("text", ["so #1", "so # x", "C#x", "&amp#x", "##x", "a/#x", "#" + "x" * 101])
    def test_what_is_no_tag(self, syntax, text):
        """A number, a sign alone, a part of a word or of an address without scheme, and no word at all."""
        assert text.replace("&", "&amp;") == signed(text, syntax)

    @pytest.mark.parametrize("url", ["https://a.example/#x", "https://a.example/@ann", "https://a.example/?a=@ann"])
    def test_a_url_is_one_link(self, syntax, url):
        """Signs inside URLs mean something else."""
        assert f'<a href="{url}">{url}</a>' == signed(url, syntax)

    @pytest.mark.parametrize("url", ["ftp://a.example/,@ann", "https://me:secret@a.example/,@ann"])
    def test_a_url_that_is_no_link_holds_none(self, syntax, url):
        """What is left as text for its scheme or its password is left whole."""
        assert url == signed(url, syntax)

    def test_several_stand_in_order(self, syntax):
        """All that is between them is kept."""
        assert f"a {ANN}, {tagged('x')} &lt; <a href=\"https://b.example/\">https://b.example/</a> {ANN}" == signed(
            "a @ann, #x &lt; https://b.example/ @ann" if syntax == "markdown" else "a @ann, #x < https://b.example/ @ann", syntax
        )

    def test_without_people_and_tags_they_are_words(self, syntax):
        """Nobody is known and tags have no pages until somebody says so."""
        assert "<p>@ann #x</p>" == content.to_html(Content("@ann #x"), BASE, syntax=syntax)


class TestMarkdown:
    """Micropub §2 Values: plain text is Markdown where the owner or the client says so."""

    def markdown(self, text, **options):
        """What a text in Markdown becomes."""
        return content.to_html(Content(text), BASE, syntax="markdown", **options)

    def test_marks_mark_up(self):
        """The usual signs do what they do everywhere."""
        assert "<h2>a</h2>\n<p><em>b</em> <strong>c</strong> <s>d</s> <code>e</code></p>" == self.markdown("## a\n\n*b* **c** ~~d~~ `e`")

    def test_a_quotation_is_a_blockquote(self):
        """Pages §1, S4."""
        assert "<blockquote>\n<p>One of my formative experiences…</p>\n</blockquote>" == self.markdown("> One of my formative experiences…")

    def test_a_table_is_a_table(self):
        """GitHub's tables, with their heads."""
        assert ("<th>a</th>" in self.markdown("|a|\n|-|\n|1|"), "<td>1</td>" in self.markdown("|a|\n|-|\n|1|")) == (True, True)

    def test_html_in_it_is_text(self):
        """Who wants HTML says so; a `<` in prose is one."""
        assert "<p>&lt;b onclick=x&gt;a&lt;/b&gt;</p>" == self.markdown("<b onclick=x>a</b>")

    @pytest.mark.parametrize("text", ["[a](javascript:alert(1))", "![a](data:text/html,x)", "[a](vbscript:x)"])
    def test_nothing_runs(self, text):
        """Schemes that run something lead nowhere."""
        assert "=" not in self.markdown(text)

    def test_relative_links_are_absolute(self):
        """As in HTML."""
        assert '<p><a href="https://me.example/about">a</a></p>' == self.markdown("[a](/about)")

    def test_pictures_are_ours(self):
        """The pictures in it are mirrored as those in HTML are."""
        assert '<p><img alt="a" src="https://me.example/media/1"></p>' == self.markdown(
            "![a](https://a.example/1.jpg)", picture=lambda _: {"src": "https://me.example/media/1"}
        )

    def test_tasks_have_boxes(self):
        """Done or not is said in words, which feeds show too."""
        assert "<ul>\n<li>☐ a</li>\n<li>☑ b</li>\n</ul>" == self.markdown("- [ ] a\n- [x] b")

    def test_footnotes_lead_there_and_back(self):
        """A reference leads to its note and the note to where it was first referred to."""
        made = self.markdown("a[^1] b[^1]\n\n[^1]: c")
        refers = made.index(f'id="fnref-{content.markdown.footnotes(BASE)}-1" href="{BASE}#fn-')
        note = made.index(f'id="fn-{content.markdown.footnotes(BASE)}-1" href="{BASE}#fnref-')

        assert (True, 2, 2, 1) == (refers < note, made.count(" id="), made.count(">[1]<"), made.count("↩"))

    def test_footnotes_of_two_posts_have_two_names(self):
        """On the home page they stand together."""
        assert content.markdown.footnotes(BASE) != content.markdown.footnotes(BASE + "-2")

    @pytest.mark.parametrize("text", ["`@ann #x`", "    @ann #x", "```\n@ann #x\n```", "[@ann #x](/y)", "![@ann #x](/y)", "\\@ann \\#x"])
    def test_code_links_and_escapes_have_no_signs(self, text):
        """Nothing in code becomes a link, none in a link, and a backslash takes the meaning away."""
        assert ("ann.example" in signed(text, "markdown"), "/tags/" in signed(text, "markdown")) == (False, False)

    @pytest.mark.parametrize("url", ["https://a.example/_x_/y", "https://a.example/*x*/y", "https://a.example/~~x~~/"])
    def test_a_url_is_not_marked_up(self, url):
        """Signs of Markdown in a bare URL are its own."""
        assert f'<p><a href="{url}">{url}</a></p>' == self.markdown(url)

    @pytest.mark.parametrize(("before", "after"), [("**", "**"), ("(", ")"), ("“", "”"), ("_", "_")])
    def test_marks_beside_a_url_are_not_in_it(self, before, after):
        """What stands around a link may be marked up with it."""
        assert '<a href="https://a.example/x">https://a.example/x</a>' in self.markdown(f"{before}https://a.example/x{after}")

    def test_names_without_scheme_are_no_links(self):
        """README.md is a file and no place in Moldova."""
        assert "<p>README.md www.a.example me@a.example</p>" == self.markdown("README.md www.a.example me@a.example")

    def test_html_is_html(self):
        """What came as HTML is no Markdown, whatever the setting says."""
        assert "<p>*a*</p>" == content.to_html(Content("", "<p>*a*</p>"), BASE, syntax="markdown")

    def test_as_text_it_has_no_marks(self):
        """Titles and excerpts show the words."""
        assert "a b c" == content.to_text(Content("*a* [b](/b) **c**"), "markdown").replace("\n", "")

    def test_as_text_only_where_it_is_markdown(self):
        """Stars in plain text are stars."""
        assert "*a*" == content.to_text(Content("*a*"))

    def test_its_links_are_told(self):
        """Links, and people who are mentioned, get a webmention."""
        item = Item(("h-entry",), {"content": ["[a](https://a.example/) @ann"]})

        assert ("https://a.example/", "https://ann.example/") == content.links(item, BASE, syntax="markdown", people=PEOPLE)

    def test_its_pictures_are_known(self):
        """So that they can be mirrored."""
        item = Item(("h-entry",), {"content": ["![a](https://a.example/1.jpg)"]})

        assert (("https://a.example/1.jpg",), ()) == (content.pictures(item, BASE, syntax="markdown"), content.pictures(item, BASE))


HOSTILE = {
    **{sign: sign * (45_000 // len(sign)) for sign in ("[", "![", "[^", "[a](", "*a ", "**a", "`a", "<", "> ", "- ", "\\", "&", "https://", "@a ", "#a\n", "a\n\n", "[^1]", "|")},
    "a table filled up": "|a" * 60 + "\n" + "|-" * 60 + "\n" + "|\n" * 7000,
    "a wide table": "|a" * 1900 + "\n" + "|-" * 1900 + "\n" + "a\n" * 15000,
    "brackets, few enough": "a " * 18_000 + "[\n" * 7900,
    "references": "".join(f"[a{number}]: b\n" for number in range(3000)),
}


@pytest.mark.parametrize("syntax", ["text", "markdown"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_takes_long(text, syntax):
    """45 kB of whatever, built to be slow, are on the page within 5 s of work (seen: 0.5)."""
    begun = time.process_time()
    content.to_html(Content(text), BASE, syntax=syntax, people=PEOPLE, tag=str)

    assert 5 > time.process_time() - begun


def test_unreadable_markdown_stays_text():
    """What would take too long is shown as it was written."""
    assert "<p>" + "[" * 9000 + "</p>" == content.to_html(Content("[" * 9000), BASE, syntax="markdown")


@given(st.text("ab#@[]()*_`~>|-!&<:/.\\^\n 1é") | st.text())
def test_no_words_are_lost_in_plain_text(text):
    """Whatever is written, the words on the page are the ones that were written."""
    made = content.to_html(Content(text), BASE, people=PEOPLE, tag=lambda word: f"/tags/{word}/")

    assert "".join(text.split()) == "".join(unescape(re.sub("<[^>]*>", "", made)).split())


@given(st.text("ab#@[]()*_`~>|-!&<:/.\\^\n 1é") | st.text())
def test_markdown_never_fails(text):
    """Every text is Markdown."""
    assert "<script" not in content.to_html(Content(text + "<script>"), BASE, syntax="markdown", people=PEOPLE, tag=str)
