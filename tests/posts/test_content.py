"""What a post says: as HTML, as plain text, and where it points to."""

import pytest

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
