"""
The picture of DESIGN §1, made with real requests.

An article by Micropub; three other people's pages, on hosts of their own, that
answer by Webmention; the owner's two replies by Micropub.
"""

import io

import mf2py
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from tests.live.running import people, until

QUOTATION = "One of my formative experiences has been building our services constrained by what others let us build."
SAYS = f"""<p>Mark <a href="{{link}}">writes about Llama 3.1</a> in a Threads post, as images of text.</p>
<blockquote><p>{QUOTATION}</p></blockquote>
<p>I have my doubts about the messenger. The sentence is right all the same, and it is right about more than
telephones: a page at an address of your own is the one thing in this trade that nobody else can fence off.</p>
<p>What if the tools that we use every day took that seriously? I do not know yet, but I would like to live in
the answer, and I would like to read about it on somebody’s own page and not in four pictures of a letter.</p>"""

ENTRY = """<!doctype html><title>{title}</title><article class="h-entry">
<p class="p-author h-card"><a class="u-url p-name" href="{home}">{name}</a></p>
<div class="e-content"><p>{says}</p></div>
<a class="u-url" href="{url}"><time class="dt-published" datetime="{at}">then</time></a>
{answers}</article>"""


def entry(person, name, path, at, says, *answers):
    """A page of somebody's that answers; returns its address."""
    url = person.home + path
    links = "".join(f'<a class="u-in-reply-to" href="{answer}">this</a>' for answer in answers)
    person.pages[f"/{path}"] = ENTRY.format(
        title=name, home=person.home, name=name, says=says, url=url, at=at, answers=links
    )
    return url


def picture():
    made = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(made, "PNG")
    return made.getvalue()


@pytest.fixture(scope="module")
def talk(tmp_path_factory, hosting):
    """The site with the conversation on it: `site`, `post`, `morris`, `numeric`, `philpin`, `threads`."""
    with (
        hosting(tmp_path_factory.mktemp("talk") / "data") as site,
        people("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5") as (philpin, numeric, morris, threads),
    ):
        threads.pages["/@mark/1"] = "<!doctype html><title>Thread</title>"
        site.start()
        site.owner()
        post = site.micropub(
            data={
                "name": "Llama 3.1",
                "content[html]": SAYS.format(link=f"{threads.home}@mark/1"),
                "published": "2024-07-23T17:00:00-05:00",
                "mp-photo-alt": "A llama in the evening",
            },
            files={"photo": ("llama.png", picture(), "image/png")},
        )
        one = entry(
            philpin, "John Philpin", "one", "2024-07-23T17:44:00-05:00", "@pratik I read the post in reader mode 🤓",
            post, f"{threads.home}pratik/7",
        )  # fmt: skip
        three = entry(
            numeric, "Numeric Citizen", "r/3", "2024-07-23T18:03:00-05:00", "I don’t like ad-supported services.", post
        )
        five = entry(morris, "Sven Morris", "five", "2024-07-24T08:13:00-05:00", "The licence is not open.", post)
        for source in (five, three, one):
            assert site.verified(site.mention(source, post))["status"] == "verified"
        for at, says, to in (
            ("2024-07-23T17:58:00-05:00", "I’ll leave it in.", one),
            ("2024-07-23T18:20:00-05:00", "At least you can publish to the web without it.", three),
        ):
            site.micropub({"content": [says], "in-reply-to": [to], "published": [at]})
        yield dict(locals())


def comments(site, url):
    """The replies of a page, as mf2py sees them."""
    (found,) = mf2py.parse(doc=site.page(url), url=url, html_parser="lxml")["items"]
    return found["properties"].get("comment", [])


def author(comment):
    return comment["properties"]["author"][0]["properties"]["name"][0]


def says(comment):
    return comment["properties"]["content"][0]["value"]


FIVE = [
    "@pratik I read the post in reader mode 🤓",
    "I’ll leave it in.",
    "I don’t like ad-supported services.",
    "At least you can publish to the web without it.",
    "The licence is not open.",
]


class TestThePicture:
    def test_five_replies_in_order(self, talk):
        """Five replies of four people stand on the page in the order in which they were written."""
        soup = BeautifulSoup(talk["site"].page(talk["post"]), "lxml")
        assert FIVE == [said.get_text().strip() for said in soup.select("#comments .comment-text")]

    def test_each_is_nested_under_what_it_answers(self, talk):
        """mf2 has the owner's replies at comment[n].properties.comment[0]."""
        tree = comments(talk["site"], talk["post"])
        assert [FIVE[0], FIVE[2], FIVE[4]] == [says(top) for top in tree]
        assert [[FIVE[1]], [FIVE[3]], []] == [
            [says(below) for below in top["properties"].get("comment", [])] for top in tree
        ]

    def test_four_people_and_the_owner_is_marked(self, talk):
        """The owner's two replies, and no others, have the badge."""
        soup = BeautifulSoup(talk["site"].page(talk["post"]), "lxml")
        marked = {said.select_one(".p-name").get_text(): bool(said.select_one(":scope > .comment-by .badge"))
                  for said in soup.select("#comments .comment")}  # fmt: skip
        assert {"John Philpin": False, "Numeric Citizen": False, "Sven Morris": False, "Manton Reece": True} == marked

    def test_each_reply_leads_to_where_it_was_written(self, talk):
        """u-url of a reply is the page on its own site."""
        first, *_ = comments(talk["site"], talk["post"])
        assert [talk["one"]] == first["properties"]["url"]

    def test_what_never_came_is_named(self, talk):
        """The reply to Pratik, whose own never arrived, says so and leads there (pages S10)."""
        soup = BeautifulSoup(talk["site"].page(talk["post"]), "lxml")
        link = soup.select_one("#comments .comment .orphan a.u-in-reply-to")
        assert ("@pratik", f"{talk['threads'].home}pratik/7") == (link.get_text(), link["href"])

    def test_the_article_itself(self, talk):
        """Title, quotation, link to the source and photo with its alt are in the entry's own properties."""
        (found,) = mf2py.parse(doc=talk["site"].page(talk["post"]), url=talk["post"], html_parser="lxml")["items"]
        entry_ = found["properties"]
        html = entry_["content"][0]["html"]
        assert ["Llama 3.1"] == entry_["name"]
        assert f"<blockquote><p>{QUOTATION}</p></blockquote>" in html
        assert f'href="{talk["threads"].home}@mark/1"' in html
        assert "A llama in the evening" == entry_["photo"][0]["alt"]

    def test_the_link_to_the_source_was_tried(self, talk):
        """A page without an endpoint is asked for one, and nothing is posted to it (pages S3)."""
        until(lambda: "/@mark/1" in talk["threads"].requested)
        assert [] == talk["threads"].posted

    def test_the_authors_name_and_nickname_stand_at_the_foot(self, talk):
        """The article ends with a card: name, @nickname, home."""
        soup = BeautifulSoup(talk["site"].page(talk["post"]), "lxml")
        card = soup.select_one("article.h-entry > footer .p-author")
        assert ("Manton Reece", "manton") == (
            card.select_one(".p-name").get_text(), card.select_one(".p-nickname").get_text()
        )  # fmt: skip


class TestReaderMode:
    def test_of_an_article_the_article_and_no_reply(self, talk, node):
        """Firefox's reader mode extracts the article, whole, and nothing of the conversation."""
        article = node("readability.mjs", talk["site"].page(talk["post"]), talk["post"])
        assert QUOTATION in article["textContent"]
        assert "four pictures of a letter" in article["textContent"]
        assert [] == [reply for reply in FIVE if reply in article["textContent"]]

    def test_of_a_short_note_the_note_alone(self, talk, node):
        """29 characters with three replies: the note, and no reply in its place or after it."""
        site, note = talk["site"], "The first frost of this year."
        assert 29 == len(note)
        url = site.micropub({"content": [note]})
        for number, person in enumerate((talk["philpin"], talk["numeric"], talk["morris"])):
            source = entry(
                person, f"Reader {number}", f"frost-{number}", "2024-11-01T08:00:00Z", f"Here too, and {number} degrees.", url
            )
            assert "verified" == site.verified(site.mention(source, url))["status"]
        page = site.page(url)
        assert 3 == page.count("Here too")
        read = node("readability.mjs", page, url)["textContent"]
        assert note in read
        assert "Here too" not in read


def test_a_late_parent_takes_its_replies_along(talk):
    """A reply whose parent is not here is shown at the top level, and moves below the parent when that comes."""
    site, numeric, morris = talk["site"], talk["numeric"], talk["morris"]
    url = site.micropub({"content": ["Who comes first?"]})
    late = f"{morris.home}late"
    early = entry(numeric, "Numeric Citizen", "early", "2024-11-02T09:00:00Z", "I answer what is not here.", late, url)
    site.verified(site.mention(early, url))

    (alone,) = comments(site, url)
    assert "I answer what is not here." == says(alone)

    entry(morris, "Sven Morris", "late", "2024-11-02T08:00:00Z", "I come late.", url)
    site.verified(site.mention(late, url))
    (parent,) = comments(site, url)
    assert ["I come late.", ["I answer what is not here."]] == [
        says(parent), [says(below) for below in parent["properties"]["comment"]]
    ]  # fmt: skip
