"""The theme's contract: what other people's software finds on our pages (pages §2, §5)."""

import re
from dataclasses import fields, replace
from itertools import pairwise

import mf2py
import pytest
from bs4 import BeautifulSoup
from jinja2 import UndefinedError

from indie.site import colours, feed_views, owner_views, render, views
from indie.site.views import Card, Context, Conversation, Link, Mention, PostPage
from tests.site import samples
from tests.site.samples import HOME, KINDS, LETTER_URL, PAGES


def soup(view):
    return BeautifulSoup(render.page(view), "lxml")


def mf2(view):
    return mf2py.parse(doc=render.page(view), url=HOME, html_parser="lxml")


def post(view):
    """The one h-entry of a permalink."""
    (item,) = mf2(view)["items"]
    assert [view.entry.root if hasattr(view, "entry") else "h-entry"] == item["type"]
    return item["properties"]


def kind(name):
    return post(PAGES[f"kind-{name}"])


def plain(prop):
    return prop["value"] if isinstance(prop, dict) else prop


@pytest.fixture(params=PAGES)
def every(request):
    """Each sample in its turn."""
    return PAGES[request.param]


class TestHead:  # pages §2.2
    def test_canonical_of_a_post_is_its_own_url(self):
        assert [LETTER_URL] == mf2(samples.PERMALINK)["rels"]["canonical"]

    def test_og_url_equals_canonical(self):
        assert LETTER_URL == soup(samples.PERMALINK).find("meta", property="og:url")["content"]

    def test_every_endpoint_has_a_link_of_its_own(self, every):
        """One rel a link, absolute, on every page."""
        links = {(link["rel"][0], link["href"]) for link in soup(every)("link") if len(link["rel"]) == 1}
        assert set(every.site.endpoints) <= links

    def test_webmention_where_the_post_takes_responses(self):
        assert [HOME + "webmention"] == mf2(samples.PERMALINK)["rels"]["webmention"]

    @pytest.mark.parametrize("name", ["home", "comment"])
    def test_webmention_where_a_page_takes_them(self, name):
        assert [HOME + "webmention"] == mf2(PAGES[name])["rels"]["webmention"]

    @pytest.mark.parametrize("name", ["older", "gone", "error", "status", "setup", "closed"])
    def test_no_webmention_elsewhere(self, name):
        assert "webmention" not in mf2(PAGES[name])["rels"]

    def test_me_on_home(self):
        """rel=me for the profiles and for home itself, on links that are seen and in the head."""
        assert {HOME, *samples.SITE.profiles} == set(mf2(samples.FRONT)["rels"]["me"])

    def test_title_is_divided_by_a_dash(self):
        """Reader modes do not divide at “·”."""
        assert "A letter, as a picture of a letter – Mira Example" == soup(samples.PERMALINK).title.string

    def test_og_title_is_the_title_alone(self):
        assert samples.LETTER.name == soup(samples.PERMALINK).find("meta", property="og:title")["content"]

    def test_og_image_is_the_featured_picture(self):
        head = soup(PAGES["kind-featured"]).head
        assert samples.HARBOUR.src == head.find("meta", property="og:image")["content"]
        assert samples.HARBOUR.alt == head.find("meta", property="og:image:alt")["content"]

    def test_no_og_image_for_a_picture_that_is_missing(self):
        assert soup(PAGES["kind-photo-missing"]).find("meta", property="og:image") is None

    def test_published_time_carries_its_offset(self):
        meta = soup(samples.PERMALINK).find("meta", property="article:published_time")
        assert "2026-07-23T17:00:00+02:00" == meta["content"]

    @pytest.mark.parametrize("name", ["kind-unlisted", "comment", "gone", "error", "status", "setup"])
    def test_noindex(self, name):
        assert "noindex" == soup(PAGES[name]).find("meta", attrs={"name": "robots"})["content"]

    def test_a_public_post_may_be_indexed(self):
        assert soup(samples.PERMALINK).find("meta", attrs={"name": "robots"}) is None

    def test_the_author_is_named_for_reader_modes(self, every):
        assert every.site.owner.name == soup(every).find("meta", attrs={"name": "author"})["content"]

    def test_the_set_up_link_is_told_to_no_other_site(self):
        """With `no-referrer` browsers would say that its form comes from nowhere, and it would be refused."""
        assert "same-origin" == soup(PAGES["setup"]).find("meta", attrs={"name": "referrer"})["content"]

    def test_the_status_page_looks_again_while_it_is_not_final(self):
        assert "5" == soup(PAGES["status"]).find("meta", attrs={"http-equiv": "refresh"})["content"]
        assert soup(PAGES["shown"]).find("meta", attrs={"http-equiv": "refresh"}) is None


class TestHome:  # pages §2.3
    @pytest.mark.parametrize("name", ["home", "empty"])
    def test_one_top_level_card(self, name):
        assert [["h-card"], ["h-feed"]] == [item["type"] for item in mf2(PAGES[name])["items"]]

    @pytest.mark.parametrize("name", ["home", "empty"])
    def test_the_card_is_representative(self, name):
        card = mf2(PAGES[name])["items"][0]["properties"]
        assert (HOME, [HOME]) == (card["url"][0], card["uid"])

    def test_the_card_tells_who(self):
        card = mf2(samples.FRONT)["items"][0]["properties"]
        assert (["Mira Example"], ["mira"], [samples.SITE.note]) == (card["name"], card["nickname"], card["note"])
        assert [samples.MIRA.photo] == [plain(photo) for photo in card["photo"]]

    def test_older_pages_have_no_card_of_their_own(self):
        """Home alone is where the owner is."""
        assert [["h-feed"]] == [item["type"] for item in mf2(PAGES["older"])["items"]]

    def test_the_feed_has_name_url_and_author(self):
        feed = mf2(samples.FRONT)["items"][1]["properties"]
        assert (["Posts"], [HOME]) == (feed["name"], feed["url"])
        assert [HOME] == feed["author"][0]["properties"]["url"]

    def test_entries_in_their_order(self):
        entries = mf2(samples.FRONT)["items"][1]["children"]
        assert [entry.url for entry in samples.LIST] == [entry["properties"]["url"][0] for entry in entries]

    def test_each_entry_has_what_readers_need(self):
        """Own author with URL and photo, uid, a date with offset, the whole content or a summary."""
        for entry in mf2(samples.FRONT)["items"][1]["children"]:
            properties = entry["properties"]
            author = properties["author"][0]["properties"]
            assert ([HOME], ["Mira Example"], [samples.MIRA.photo]) == (author["url"], author["name"], author["photo"])
            assert properties["uid"] == properties["url"]
            assert properties["published"][0].endswith(("+02:00", "+0200"))
            assert "content" in properties or "summary" in properties

    def test_an_untitled_entry_has_no_name(self):
        assert "name" not in mf2(samples.FRONT)["items"][1]["children"][0]["properties"]

    def test_replies_are_counted_and_linked(self):
        link = soup(samples.FRONT).find("a", href=f"{LETTER_URL}#comments")
        assert "5 replies" == link.string

    def test_no_conversation_on_lists(self):
        assert not soup(samples.FRONT).select(".comments, .u-comment")

    def test_older_posts_are_next(self):
        assert [samples.FRONT.older] == mf2(samples.FRONT)["rels"]["next"]

    def test_empty_says_so(self):
        assert "Nothing here yet." in soup(PAGES["empty"]).main.get_text()


class TestPermalink:  # pages §2.4
    def test_exactly_these_properties(self):
        """No property of somebody else's slips into ours."""
        expected = "name url uid published updated content author category syndication like repost mention comment"
        assert set(expected.split()) == set(post(samples.PERMALINK))

    def test_values(self):
        properties = post(samples.PERMALINK)
        assert [samples.LETTER.name] == properties["name"]
        assert [LETTER_URL] == properties["url"] == properties["uid"]
        assert ["open web", "writing"] == properties["category"]
        assert ["https://mas.example/@mira/1"] == properties["syndication"]

    def test_author_has_url_name_photo_nickname(self):
        """§2.1: a card that is itself the link would lose its URL."""
        author = post(samples.PERMALINK)["author"][0]["properties"]
        assert ([HOME], ["Mira Example"], ["mira"]) == (author["url"], author["name"], author["nickname"])
        assert [samples.MIRA.photo] == [plain(photo) for photo in author["photo"]]

    def test_dates_keep_their_offset(self):
        times = [time["datetime"] for time in soup(samples.PERMALINK).select(".entry-date time")]
        assert ["2026-07-23T17:00:00+02:00", "2026-07-24T09:00:00+02:00"] == times

    def test_an_article_with_pictures_has_no_photo(self):
        """Else it would be taken for a photo post."""
        assert "photo" not in post(samples.PERMALINK)

    def test_content_is_whole_and_alone(self):
        content = post(samples.PERMALINK)["content"][0]
        assert content["html"].startswith("<p>Somebody")
        assert content["html"].endswith("I wonder about it.</p>")
        assert "Conversation" not in content["value"]

    def test_language_of_the_post(self):
        assert "ar" == soup(PAGES["kind-arabic"]).select_one(".e-content")["lang"]

    @pytest.mark.parametrize("name", ["kind-note", "kind-hostile"])
    def test_an_unknown_language_is_not_claimed(self, name):
        """Nor one whose tag is none: the page's own would be inherited."""
        assert "" == soup(PAGES[name]).select_one(".e-content")["lang"]

    def test_a_card_without_photo_shows_the_initial(self):
        page = replace(samples.PERMALINK, entry=replace(samples.LETTER, author=replace(samples.MIRA, photo=None)))
        assert "photo" not in post(page)["author"][0]["properties"]
        assert "M" == soup(page).select_one(".p-author [aria-hidden=true]").string


class TestKinds:  # pages §2.5
    def test_an_untitled_note_has_no_name(self):
        assert "name" not in kind("note")

    def test_an_untitled_note_has_a_heading_for_the_ear(self):
        heading = soup(PAGES["kind-note"]).h1
        assert (KINDS["note"].headline, ["unseen"]) == (heading.string, heading["class"])

    def test_photos_with_their_alt(self):
        photos = [(photo["value"], photo["alt"]) for photo in kind("photo")["photo"]]
        assert [(photo.src, photo.alt) for photo in (samples.SUNSET, samples.HARBOUR)] == photos

    def test_photos_stand_after_the_content_and_link_to_the_whole(self):
        content = soup(PAGES["kind-photo"]).select_one(".e-content")
        image = content.find_next("img", class_="u-photo")
        assert samples.SUNSET.href == image.parent["href"]
        assert not content.select(".u-photo")

    def test_pictures_keep_their_room(self):
        image = soup(PAGES["kind-photo"]).select_one(".u-photo")
        assert ("800", "520") == (image["width"], image["height"])

    def test_a_photo_alone_has_no_implied_name(self):
        properties = kind("photo-alone")
        assert "name" not in properties
        assert [KINDS["photo-alone"].headline] == properties["summary"]

    def test_a_missing_photo_is_a_link(self):
        assert ["https://elsewhere.example/heron.jpg"] == kind("photo-missing")["photo"]
        assert not soup(PAGES["kind-photo-missing"]).select("figure img")

    def test_video_is_the_film_and_audio_the_sound(self):
        properties = kind("video")
        assert [HOME + "media/gulls.mp4"] == properties["video"]
        assert [HOME + "media/gulls.mp3"] == properties["audio"]

    def test_featured(self):
        properties = kind("featured")
        assert [{"value": samples.HARBOUR.src, "alt": samples.HARBOUR.alt}] == properties["featured"]
        assert "photo" not in properties

    def test_a_written_summary(self):
        assert ["What a gate is."] == kind("featured")["summary"]

    @pytest.mark.parametrize(
        ("name", "of"), [("like", "like-of"), ("reply", "in-reply-to"), ("rsvp", "in-reply-to")]
    )
    def test_what_it_answers_is_cited_with_url_and_name(self, name, of):
        (cited,) = kind(name)[of]
        context = KINDS[name].contexts[0]
        assert (["h-cite"], context.url) == (cited["type"], cited["value"])
        assert ([context.url], [context.label]) == (cited["properties"]["url"], cited["properties"]["name"])

    def test_what_has_no_known_name_gets_none(self):
        """“a post on jon.example” is our word for it, not its name."""
        assert ["https://jon.example/how-many-feeds"] == kind("repost")["repost-of"]

    @pytest.mark.parametrize(
        ("name", "sentence"),
        [
            ("like", "Liked How many feeds is too many?"),
            ("repost", "Reposted a post on jon.example"),
            ("rsvp", "Going to Homebrew Website Club"),
        ],
    )
    def test_a_post_of_one_sentence_has_it_as_summary(self, name, sentence):
        properties = kind(name)
        assert [sentence] == properties["summary"]
        assert "name" not in properties

    def test_a_reply_is_not_its_context(self):
        assert "All of them. I keep forty and read nine." == kind("reply")["content"][0]["value"]
        assert "summary" not in kind("reply")

    def test_bookmark(self):
        properties = kind("bookmark")
        assert ["https://stiles.example/guide"] == properties["bookmark-of"]
        assert ["A field guide to stiles"] == properties["name"]

    @pytest.mark.parametrize("answer", ["yes", "no", "maybe", "interested"])
    def test_rsvp(self, answer):
        entry = replace(KINDS["rsvp"], rsvp=answer)
        assert [answer] == post(samples.alone(entry))["rsvp"]

    def test_two_contexts_make_one_summary(self):
        contexts = (Context("like-of", HOME + "1", "One"), Context("like-of", HOME + "2", "Two"))
        properties = post(samples.alone(replace(KINDS["like"], contexts=contexts)))
        assert (["Liked One"], 2) == (properties["summary"], len(properties["like-of"]))

    def test_unknown_properties_are_listed(self):
        found = soup(PAGES["kind-others"]).select_one("dl.others")
        assert ["distance", "energy"] == [name.string for name in found("dt")]
        assert ["7.2 km", "510 kcal"] == [value.string for value in found("dd")]


class TestConversation:  # pages §2.6
    def test_five_replies_by_four_people_nested_under_what_they_answer(self):
        comments = post(samples.PERMALINK)["comment"]
        shape = [
            (author(one), [author(below) for below in one["properties"].get("comment", [])]) for one in comments
        ]
        assert [("Jon", ["Mira Example"]), ("Numeric Neighbour", ["Mira Example"]), ("Greta Feld", [])] == shape

    def test_a_reply_has_author_url_date_and_text(self):
        properties = post(samples.PERMALINK)["comment"][1]["properties"]
        assert ["https://nn.example/r/3"] == properties["url"]
        assert ["https://nn.example/"] == properties["author"][0]["properties"]["url"]
        assert properties["published"][0].startswith("2026-07-23T18:03:00")
        assert properties["content"][0]["value"].startswith("The messenger runs")

    def test_a_reply_to_a_reply_names_its_parent(self):
        (below,) = post(samples.PERMALINK)["comment"][0]["properties"]["comment"]
        assert ["https://jon.example/r/1"] == below["properties"]["in-reply-to"]

    def test_the_owner_is_marked_in_words(self):
        marked = soup(samples.PERMALINK).select(".comment.is-author")
        assert ["c-2", "c-4"] == [one["id"] for one in marked]
        assert ["Author", "Author"] == [one.select_one(".badge").string for one in marked]

    def test_nobody_else_is_marked(self):
        page = soup(samples.PERMALINK)
        assert 2 == len(page.select(".badge"))

    def test_an_orphan_says_whom_it_answers(self):
        label = soup(samples.PERMALINK).select_one("#c-1 > .orphan")
        assert "in reply to @pratik, which is not here" == " ".join(label.get_text().split())
        assert not label("a")

    def test_an_orphan_with_an_address_links_to_it(self):
        comments = post(PAGES["hostile-talk"])["comment"]
        assert ["https://silo.example/pratik/9"] == comments[2]["properties"]["in-reply-to"]

    def test_every_heading_of_a_reply_has_name_and_time(self):
        """So that the list of headings can be read alone; h3 at every depth."""
        headings = soup(samples.PERMALINK).select(".comment-by")
        assert [("h3", 1, 1)] * 5 == [(h.name, len(h.select(".p-name")), len(h("time"))) for h in headings]

    def test_likes_and_reposts_tell_who(self):
        properties = post(samples.PERMALINK)
        assert [person.name for person in samples.PEOPLE] == [author(like) for like in properties["like"]]
        assert ["Tariq", "Sana", "Jon"] == [author(repost) for repost in properties["repost"]]

    def test_a_like_has_its_own_url_and_its_authors(self):
        """The author's address is the card's, the like's is the like's."""
        like = post(samples.PERMALINK)["like"][1]["properties"]
        assert ["https://kai.example/like/1"] == like["url"]
        assert ["https://kai.example/"] == like["author"][0]["properties"]["url"]

    def test_bookmarks(self):
        talk = Conversation(None, LETTER_URL, faces=(samples.faces("bookmark", samples.PEOPLE[:1]),))
        page = replace(samples.PERMALINK, conversation=talk)
        assert ["Ann"] == [author(one) for one in post(page)["bookmark"]]
        assert "1 bookmark" == soup(page).aside.h3.string

    @pytest.mark.parametrize(("people", "folded"), [(8, 0), (9, 1), (12, 4)])
    def test_faces_fold_after_eight(self, people, folded):
        talk = Conversation(None, LETTER_URL, faces=(samples.faces("like", samples.PEOPLE[:people]),))
        page = soup(replace(samples.PERMALINK, conversation=talk))
        assert folded == len(page.select("details .u-like"))
        assert [f"and {folded} more"] * bool(folded) == [summary.string for summary in page("summary")]

    def test_an_emoji_is_a_group_of_comments(self):
        talk = Conversation(None, LETTER_URL, faces=(samples.faces("reacji", samples.PEOPLE[:2], "👍🏽"),))
        page = replace(samples.PERMALINK, conversation=talk)
        assert ["👍🏽", "👍🏽"] == [one["properties"]["content"][0] for one in post(page)["comment"]]
        assert "👍🏽 2" == soup(page).aside.h3.string

    @pytest.mark.parametrize(
        ("kind", "title"),
        [("follow", "1 follower"), ("read", "1 reader"), ("listen", "1 listener"), ("watch", "1 viewer"), ("invite", "1 invited")],
    )
    def test_every_kind_of_face_has_its_word(self, kind, title):
        talk = Conversation(None, LETTER_URL, faces=(samples.faces(kind, samples.PEOPLE[:1]),))
        page = replace(samples.PERMALINK, conversation=talk)
        assert (title, ["Ann"]) == (soup(page).aside.h3.string, [author(one) for one in post(page)[kind]])

    def test_answers_to_an_invitation_stand_in_groups(self):
        """Pages §2.6: each is a comment with its p-rsvp."""
        rsvps = [
            Mention(f"https://ann.example/{n}", "I am", "ann.example", f"c-{n}", None, word, samples.PEOPLE[0])
            for n, word in enumerate(["no", "yes", "yes"])
        ]
        page = replace(samples.PERMALINK, conversation=Conversation(None, LETTER_URL, rsvps=tuple(rsvps)))
        assert ["yes", "yes", "no"] == [one["properties"]["rsvp"][0] for one in post(page)["comment"]]
        assert ["Going", "Not going"] == [heading.string for heading in soup(page).aside("h3")[:2]]

    def test_a_quotation_shows_who_and_what(self):
        quotation = Mention(
            "https://ann.example/q", "On fences", "ann.example", "c-1", None, "quotation", samples.PEOPLE[0], "A fence is …"
        )
        page = replace(samples.PERMALINK, conversation=Conversation(None, LETTER_URL, mentions=(quotation,)))
        (found,) = post(page)["quotation"]
        assert ("Ann", ["A fence is …"]) == (author(found), found["properties"]["summary"])

    def test_what_another_site_quotes_says_so(self):
        """Webmention spec §4.3: its author is a claim, and no link."""
        quoted = replace(samples.FIVE[2], quoted=True, via="ann.example", author=Card("Zoe", initial="Z"), reactions=())
        page = soup(replace(samples.PERMALINK, conversation=Conversation(None, LETTER_URL, (quoted,))))
        assert "as quoted by ann.example" == page.select_one(".via").string
        assert [] == page.select(".comment .h-card a")

    def test_likes_of_a_reply_stand_in_it(self):
        liked = replace(samples.FIVE[2], reactions=(samples.faces("like", samples.PEOPLE[:1]),))
        (found,) = post(replace(samples.PERMALINK, conversation=Conversation(None, LETTER_URL, (liked,))))["comment"]
        assert ["Ann"] == [author(one) for one in found["properties"]["like"]]

    def test_a_deleted_reply_keeps_the_place_and_nothing_else(self):
        """§4.5, scenario 10: what stands below it stays there."""
        gone = replace(samples.FIVE[2], deleted=True, author=Card(""), content="", replies=samples.FIVE[:1])
        (found,) = post(replace(samples.PERMALINK, conversation=Conversation(None, LETTER_URL, (gone,))))["comment"]
        assert ["[deleted]"] == found["properties"]["name"]
        assert {"name", "comment"} == found["properties"].keys()

    def test_an_edited_reply_says_when(self):
        edited = replace(samples.FIVE[2], updated=samples.at(27, 9), via=None)
        page = replace(samples.PERMALINK, conversation=Conversation(None, LETTER_URL, (edited,)))
        assert "edited" in soup(page).select_one(".via").text
        assert ["2026-07-27T09:00:00+0200"] == post(page)["comment"][0]["properties"]["updated"]

    def test_further_authors_and_pictures(self):
        """Webmention spec §3.3-3.4: pictures are links, as everything from elsewhere."""
        reply = replace(samples.FIVE[2], coauthors=samples.PEOPLE[1:2], photos=(Link("https://ann.example/l.jpg", "A llama"),))
        (found,) = post(replace(samples.PERMALINK, conversation=Conversation(None, LETTER_URL, (reply,))))["comment"]
        assert (2, ["https://ann.example/l.jpg"]) == (len(found["properties"]["author"]), found["properties"]["photo"])

    def test_mentions_are_a_plain_list(self):
        (mention,) = post(samples.PERMALINK)["mention"]
        assert "https://weekly.example/31" == mention["value"]
        assert ["This week, in fences"] == mention["properties"]["name"]

    def test_via_and_the_rest(self):
        reply = soup(samples.PERMALINK).select_one("#c-5")
        assert "via brid.gy" == reply.select_one(".via").string
        assert "Read the rest at greta.example" == reply.select_one(".rest a").string

    @pytest.mark.parametrize(("anchor", "lang"), [("c-1", ""), ("c-2", "ar"), ("c-3", "")])
    def test_the_language_of_a_reply_where_it_is_known(self, anchor, lang):
        """A tag that is none says nothing; the page's own language is not claimed either."""
        assert lang == soup(PAGES["hostile-talk"]).select_one(f"#{anchor} > .e-content")["lang"]

    def test_an_answer_to_an_invitation(self):
        comment = replace(samples.FIVE[2], rsvp="interested")
        talk = Conversation(None, LETTER_URL, (comment,))
        (found,) = post(replace(samples.PERMALINK, conversation=talk))["comment"]
        assert ["interested"] == found["properties"]["rsvp"]

    def test_the_form_sends_source_and_target_to_the_endpoint(self):
        form = soup(samples.PERMALINK).select_one("aside form")
        assert (HOME + "webmention", "post") == (form["action"], form["method"])
        assert ("url", LETTER_URL) == (form.find(id="source")["type"], form.find(attrs={"name": "target"})["value"])

    def test_a_closed_post_keeps_its_thread_and_loses_its_form(self):
        page = soup(PAGES["closed"])
        assert (5, 0) == (len(page.select(".u-comment")), len(page("form")))
        assert page.find(string="This post takes no more responses.")

    def test_neither_form_nor_answers_is_no_conversation(self):
        view = PostPage(samples.SITE, samples.LETTER, Conversation(None, LETTER_URL), "")
        assert soup(view).find(id="comments") is None

    def test_links_of_others_are_not_followed_by_crawlers(self):
        page = soup(PAGES["hostile-talk"]).select("aside .comment a")
        assert {("nofollow", "ugc")} == {tuple(link["rel"]) for link in page}

    def test_a_reply_cut_after_forty_goes_on_beside(self):
        """Browsers cut a tree at 512 elements and parsers recurse; nobody is lost."""
        view = PostPage(samples.SITE, samples.LETTER, samples.chain(250), "")
        page = BeautifulSoup(render.page(view), "html.parser")
        found = page.select(".u-comment")
        assert [f"c-{number}" for number in range(1, 251)] == [one["id"] for one in found]
        assert render.DEEPEST == max(len(one.find_parents("li")) for one in found) + 1

    def test_all_faces_have_a_name(self):
        for link in soup(samples.PERMALINK).select(".facepile a:not([hidden])"):
            assert link.get_text() or link.img["alt"]


def author(cite):
    """The name of who wrote it."""
    return cite["properties"]["author"][0]["properties"]["name"][0]


class TestReader:  # pages §2.7; its matrix is in interop/test_reader_mode.py
    def test_the_conversation_is_an_aside_inside_the_entry(self):
        aside = soup(samples.PERMALINK).select_one("article.h-entry > aside")
        assert ("comments", ["comments"], "comments-h") == (aside["id"], aside["class"], aside["aria-labelledby"])

    def test_no_reply_is_an_article(self):
        assert 1 == len(soup(samples.PERMALINK)("article"))

    def test_author_and_tags_are_in_the_footer(self):
        footer = soup(samples.PERMALINK).select_one("article > footer")
        assert (1, 2) == (len(footer.select(".p-author")), len(footer.select(".p-category")))


class TestOtherParser:
    """What the parser for Node finds is what mf2py finds."""

    @pytest.mark.parametrize("name", ["home", "permalink", "kind-like", "kind-photo", "kind-rsvp", "kind-event", "kind-review", "kind-checkin", "gone", "kind-reply-cited", "kind-like-cited"])
    def test_same_types_names_and_urls(self, node, name):
        html = render.page(PAGES[name])
        assert outline(mf2(PAGES[name])["items"]) == outline(node("mf2.mjs", html, HOME)["items"])


def outline(items):
    """Types, property names and plain values, all the way down."""
    made = []
    for item in items:
        if isinstance(item, dict) and "properties" in item:
            inner = {name: outline(values) for name, values in sorted(item["properties"].items())}
            made.append((item["type"], inner, outline(item.get("children", []))))
        elif isinstance(item, dict):
            made.append("".join(item["value"].split()))  # each divides blocks in a way of its own
        elif re.match(r"\d{4}-\d\d-\d\d", item):
            made.append(item[:10])  # each prints times in a way of its own
        else:
            made.append(" ".join(item.split()))
    return made


class TestGone:  # pages §2.8
    def test_a_tombstone_is_an_entry_called_deleted(self):
        properties = post(PAGES["gone"])
        assert (["Deleted"], [HOME + "2026/07/01/gone"]) == (properties["name"], properties["url"])
        assert properties["deleted"][0].startswith("2026-07-02T17:00:00")
        assert {"name", "url", "deleted"} == set(properties)


class TestForms:
    def test_set_up_asks_for_four_things(self):
        asked = {field["name"]: field.get("autocomplete") for field in soup(PAGES["setup"]).form(["input", "textarea"])}
        assert {"name": "name", "nickname": "nickname", "note": "off", "password": "new-password"} == asked

    def test_errors_come_first_and_lead_to_their_field(self):
        page = soup(PAGES["setup-error"])
        summary = page.select_one("[role=alert]")
        assert ["#name", "#password"] == [link["href"] for link in summary("a")]
        assert page.form in summary.find_all_next("form")

    def test_a_wrong_field_says_so_and_why(self):
        field = soup(PAGES["setup-error"]).find(id="password")
        assert ("true", "password-hint password-error") == (field["aria-invalid"], field["aria-describedby"])

    def test_what_was_typed_is_still_there_but_the_password(self):
        page = soup(PAGES["setup-error"])
        assert ("mira", "Mends bicycles.") == (page.find(id="nickname")["value"], page.find(id="note").string)
        assert not page.find(id="password").has_attr("value")

    def test_an_error_stands_in_the_title(self):
        assert soup(PAGES["setup-error"]).title.string.startswith("Error: ")

    def test_done_says_how_to_post(self):
        """By the address that an app wants, and the page where keys are made for those that cannot sign in."""
        page = soup(PAGES["setup-done"])
        assert HOME in [code.string for code in page("code")]
        assert page.find("a", href="/account")

    def test_the_endpoint_in_a_browser_keeps_what_was_sent(self):
        page = soup(PAGES["webmention-error"])
        assert ("ftp://jon.example/r/1", LETTER_URL) == (page.find(id="source")["value"], page.find(id="target")["value"])

    def test_a_shown_response_is_linked(self):
        assert soup(PAGES["shown"]).main.find("a", href=f"{LETTER_URL}#c-1")


class TestEveryPage:  # pages §5
    def test_one_main_and_one_h1(self, every):
        page = soup(every)
        assert (1, 1) == (len(page("main")), len(page("h1")))

    def test_headings_skip_no_level(self, every):
        levels = [int(heading.name[1]) for heading in soup(every)(re.compile(r"^h[1-6]$"))]
        assert 1 == levels[0]
        assert all(after - before <= 1 for before, after in pairwise(levels))

    def test_every_field_has_a_label(self, every):
        page = soup(every)
        asked = [field["id"] for field in page(["input", "textarea"]) if field.get("type") != "hidden"]
        assert asked == [label["for"] for label in page("label")]

    def test_ids_are_given_once(self, every):
        ids = [element["id"] for element in soup(every).find_all(id=True)]
        assert sorted(set(ids)) == sorted(ids)

    def test_what_describes_a_field_is_there(self, every):
        page = soup(every)
        named = [id_ for element in page.find_all(attrs={"aria-describedby": True}) for id_ in element["aria-describedby"].split()]
        assert all(page.find(id=id_) for id_ in named)

    def test_the_skip_link_comes_first_and_leads_to_main(self, every):
        page = soup(every)
        assert "#main" == page.body.find("a")["href"]
        assert "main" == page.main["id"]

    def test_no_script_and_no_style_of_its_own(self, every):
        """The Content-Security-Policy has no unsafe-inline; of styles it knows the one of the pictures."""
        page = soup(every)
        assert colours.style(render.page(every)) == "".join(style.string for style in page.head("style"))
        for element in page.body.find_all(True):
            assert element.name not in ("script", "style", "noscript", "iframe")
            assert not [name for name in element.attrs if name == "style" or name.startswith("on")]

    def test_nothing_is_loaded_from_elsewhere(self, every):
        page = soup(every)
        loaded = [element["src"] for element in page.find_all(src=True)]
        loaded += [link["href"] for link in page("link") if set(link["rel"]) & {"stylesheet", "icon"}]
        assert [] == [url for url in loaded if not url.startswith(("/static/", HOME))]

    def test_every_picture_has_an_alt(self, every):
        assert all(image.has_attr("alt") for image in soup(every)("img"))

    def test_hostile_names_are_text(self, every):
        """The one script is ours, where there are pictures to look at."""
        ours = r'<script src="/static/lightbox\.js\?v=[0-9a-f]{12}" defer( data-[a-z]+="[\w ]+")+></script>'
        assert "<script" not in re.sub(ours, "", render.page(every), count=1)


class TestRender:
    def test_every_view_has_a_template(self):
        rooms, ends = (views, owner_views, feed_views), ("Page", "Feed", "Outlines", "OpenSearch")
        pages = {getattr(room, name) for room in rooms for name in dir(room) if name.endswith(ends)} - {feed_views.Feed}
        assert pages == set(render._TEMPLATE)

    def test_what_is_missing_is_an_error(self):
        """An empty spot on the page would be found out by a visitor."""
        with pytest.raises(UndefinedError):
            render.environment().from_string("{{ page.nothing }}").render(page=samples.FRONT)

    def test_static_address_changes_with_the_bytes(self):
        assert re.fullmatch(r"/static/theme\.css\?v=[0-9a-f]{12}", render.static_url("theme.css"))

    def test_an_address_as_people_write_it(self):
        assert "mas.example/@mira" == render.address("https://www.mas.example/@mira/")

    @pytest.mark.parametrize("name", ["Ann", "Žofie", "\ud800", ""])
    def test_a_tone_for_every_name(self, name):
        assert 0 <= render.tone(name) < render.TONES

    def test_bounded_keeps_order_and_everybody(self):
        flat = render.bounded(samples.chain(6).comments, room=2)
        assert ["c-2", "c-3", "c-4", "c-5", "c-6"] == [reply.id for reply in flat[0].replies]

    def test_views_are_all_the_templates_see(self):
        """Each view carries its site; the environment carries no page."""
        assert all("site" in {field.name for field in fields(view)} for view in render._TEMPLATE)

    def test_a_person_without_address_is_text(self):
        (comment, *_rest) = samples.HOSTILE.comments
        assert comment.author.url is None
        name = soup(PAGES["hostile-talk"]).select_one("#c-1 .p-name")
        assert ("span", samples.SCRIPT) == (name.name, name.string)

    def test_a_parent_keeps_its_words(self):
        """A parent's name is text, whatever is in it."""
        reply = replace(samples.FIVE[0].replies[0], in_reply_to=Link("https://jon.example/r/1", samples.SCRIPT))
        view = PostPage(samples.SITE, samples.LETTER, Conversation(None, LETTER_URL, (reply,)), "")
        assert samples.SCRIPT == soup(view).select_one(".u-in-reply-to").string


class TestBudget:  # pages §5
    def test_the_page_of_the_picture_is_at_most_15_kb(self):
        assert len(render.page(samples.PERMALINK).encode()) <= 15_360

    def test_the_css_is_at_most_12_kb(self):
        assert len((render.STATIC / "theme.css").read_bytes()) <= 12_288


PAIRS = [("ink", "paper"), ("quiet", "paper"), ("accent", "paper"), ("accent", "soft"), ("ink", "soft"), ("quiet", "soft"),
         ("ink", "raised"), ("paper", "ink")]  # fmt: skip


class TestColours:  # WCAG 1.4.3, 1.4.11
    @pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
    @pytest.mark.parametrize(("text", "ground"), PAIRS)
    def test_text_stands_out(self, scheme, text, ground):
        assert contrast(colour(text, scheme), colour(ground, scheme)) >= 4.5

    @pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
    def test_fields_have_an_edge(self, scheme):
        assert contrast(colour("edge", scheme), colour("paper", scheme)) >= 3

    @pytest.mark.parametrize("tone", range(render.TONES))
    def test_initials_stand_out(self, tone):
        css = (render.STATIC / "theme.css").read_text()
        assert contrast("#ffffff", re.search(rf"\.tone-{tone} {{background: (#\w{{6}})", css)[1]) >= 4.5


def colour(name, scheme):
    """What the theme calls `--name`: 0 light, 1 dark."""
    return re.search(rf"--{name}: light-dark\((#\w{{6}}), (#\w{{6}})\)", (render.STATIC / "theme.css").read_text())[1 + scheme]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(hexadecimal):
    parts = [int(hexadecimal[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
