"""
Views for looking at the theme: the picture of DESIGN §1, one post of each kind, hostile and foreign names.

All people and words here are made up. Pictures are drawn by `indie.example` itself (`PICTURES`).
"""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

from indie.site.feed_views import (
    AboutPage,
    AccessibilityPage,
    ArchivePage,
    Counted,
    FeedPage,
    Followed,
    Hit,
    OwnPage,
    PrivacyPage,
    SearchPage,
    SubscribePage,
    TagsPage,
)
from indie.site.views import (
    Card,
    Cited,
    Comment,
    CommentPage,
    Context,
    Conversation,
    Entry,
    ErrorPage,
    Face,
    Faces,
    Fact,
    Film,
    GonePage,
    Link,
    ListPage,
    Mention,
    Nested,
    Photo,
    PostPage,
    SetupPage,
    Site,
    Sound,
    StatusPage,
    Track,
    WebmentionPage,
)

HOME = "https://mira.example/"
ZONE = timezone(timedelta(hours=2))
LONG_WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 4
ARABIC = "مرحبا بكم في موقعي الصغير على الشبكة"
HINDI = "जैसा देश वैसा भेष"
JAPANESE = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。"
SCRIPT = "<script>alert('x')</script>\" onload=\"alert(1)"


def at(day, hour=17, minute=0, month=7):
    """A moment of July 2026, on the owner's clock."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def tags(*labels):
    """Categories, each with its page."""
    return tuple(Link(f"{HOME}tags/{quote(label, safe='')}/", label) for label in labels)


def drawing(letter, colour):
    """A face of our own drawing."""
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 80 80'><rect width='80' height='80' fill='{colour}'/>"
        f"<circle cx='40' cy='31' r='13' fill='#fff' opacity='.85'/><path d='M14 80a26 26 0 0 1 52 0z' fill='#fff' "
        f"opacity='.85'/><text x='40' y='36' font-size='14' text-anchor='middle' fill='{colour}'>{letter}</text></svg>"
    )


RIDGE = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 800 520'><defs><linearGradient id='g' x1='0' y1='0' x2='0' "
    "y2='1'><stop offset='0' stop-color='#f3b486'/><stop offset='.55' stop-color='#c9746b'/><stop offset='1' "
    "stop-color='#3d3a5c'/></linearGradient></defs><rect width='800' height='520' fill='url(#g)'/><circle cx='560' "
    "cy='250' r='54' fill='#fbe6c8'/><path d='M0 400 180 300 320 380 480 280 660 390 800 330V520H0Z' "
    "fill='#262442'/></svg>"
)
PICTURES = {
    "mira": drawing("M", "#0b6156"),
    "jon": drawing("J", "#33658a"),
    "nora": drawing("N", "#4f772d"),
    "kai": drawing("K", "#8a4f7d"),
    "ridge": RIDGE,
    "harbour": RIDGE.replace("#f3b486", "#a9d6e5").replace("#c9746b", "#6fa8bd").replace("#262442", "#14323f"),
}
"""What stands at `https://mira.example/media/NAME.svg`."""


def media(name):
    """The address of a picture of ours."""
    return f"{HOME}media/{name}.svg"


MIRA = Card("Mira Example", HOME, media("mira"), "mira", "M")
JON = Card("Jon", "https://jon.example/", media("jon"), None, "J")
NUMERIC = Card("Numeric Neighbour", "https://nn.example/", media("nora"), None, "N")
GRETA = Card("Greta Feld", "https://greta.example/", None, None, "G")
SITE = Site(
    HOME,
    MIRA,
    "Writes about tools, fences and walking. Mends bicycles when the weather allows.",
    ("https://mas.example/@mira", "https://code.example/mira"),
    (
        ("micropub", HOME + "micropub"),
        ("micropub_media", HOME + "media"),
        ("indieauth-metadata", HOME + ".well-known/oauth-authorization-server"),
        ("authorization_endpoint", HOME + "auth"),
        ("token_endpoint", HOME + "token"),
    ),
)
UNOWNED = Site(HOME, Card("mira.example", HOME, None, None, "M"), endpoints=SITE.endpoints)

LETTER_URL = HOME + "2026/07/23/a-letter"
LETTER = Entry(
    url=LETTER_URL,
    kind="article",
    headline="A letter, as a picture of a letter",
    name="A letter, as a picture of a letter",
    published=at(23),
    updated=at(24, 9),
    author=MIRA,
    lang="en",
    categories=tags("open web", "writing"),
    syndication=(Link("https://mas.example/@mira/1", "mas.example"),),
    content=(
        "<p>Somebody with a very large platform announced a very open thing yesterday, and did it "
        '<a href="https://platform.example/p/1">in four screenshots of text</a>. You cannot quote a screenshot, '
        "search it, translate it or read it aloud. So I typed it out:</p>"
        "<blockquote><p>What shaped us was building on ground that belonged to others, and asking each time "
        "whether the fence had moved in the night.</p></blockquote>"
        "<p>I have my doubts about the messenger. But the sentence is right, and it is right about more than "
        "telephones. A page at an address of your own is the one thing in this trade that nobody can move the "
        "fence around.</p>"
        f'<p><a href="{media("ridge")}"><img class="c-c9746b" src="{media("ridge")}" alt="Evening sun over a dark ridge" '
        'width="800" height="520"></a></p>'
        "<p>What would it look like if the tools that we use every day took that seriously? We don’t know yet. "
        "I wonder about it.</p>"
    ),
)
EXCERPT = "Somebody with a very large platform announced a very open thing yesterday, and did it in four screenshots."


def said(number, author, text, hour, minute, **more):
    """One reply; its own page is at the author's."""
    url = f"{author.url or 'https://silo.example/'}r/{number}"
    return Comment(f"c-{number}", author, url, at(23, hour, minute), text, **more)


FIVE = (
    said(
        1,
        JON,
        "<p>Funny: I read this in reader mode, and for a moment I thought that you had ended on a proverb 🤓</p>",
        17,
        41,
        orphan_of=Link("", "@pratik"),
        replies=(
            said(
                2,
                MIRA,
                "<p>I like that. I’ll leave it in.</p>",
                17,
                58,
                is_author=True,
                in_reply_to=Link("https://jon.example/r/1", "Jon"),
            ),
        ),
    ),
    said(
        3,
        NUMERIC,
        "<p>The messenger runs the highest fence of all. I find the remark a bit much from there.</p>",
        18,
        3,
        lang="en",
        replies=(
            said(
                4,
                MIRA,
                "<p>I can’t really argue with that. Although, as fenced as it is, at least you can publish to the "
                "web without it.</p>",
                18,
                20,
                is_author=True,
                in_reply_to=Link("https://nn.example/r/3", "Numeric Neighbour"),
            ),
        ),
    ),
    said(
        5,
        GRETA,
        "<p>“Open” has a licence attached this time. Read the licence.</p>",
        20,
        12,
        via="brid.gy",
        rest="https://greta.example/r/5",
    ),
)

PEOPLE = tuple(
    Card(name, f"https://{name.lower()}.example/", media(photo) if photo else None, None, name[0])
    for name, photo in (
        ("Ann", None), ("Kai", "kai"), ("Tariq", None), ("Sana", "nora"), ("Jon", "jon"), ("Ola", None),
        ("Piotr", None), ("Wen", "kai"), ("Ruth", None), ("Ibrahim", None), ("Lucía", None), ("Zoë", "nora"),
    )
)  # fmt: skip


def faces(verb, people, emoji=None):
    """Those who liked or reposted."""
    some = (Face(person, f"{person.url or 'https://silo.example/'}{verb}/1", f"{verb}-{number}") for number, person in enumerate(people, start=1))
    return Faces(verb, tuple(some), emoji)


TALK = Conversation(
    HOME + "webmention",
    LETTER_URL,
    FIVE,
    (faces("like", PEOPLE), faces("repost", PEOPLE[2:5])),
    mentions=(Mention("https://weekly.example/31", "This week, in fences", "weekly.example", "m-1", at(26, 8)),),
)
PERMALINK = PostPage(SITE, LETTER, TALK, EXCERPT)


def alone(entry, **more):
    """A post on its own page, with nothing answered yet."""
    return PostPage(SITE, entry, Conversation(HOME + "webmention", entry.url, **more), entry.headline)


def entry(slug, kind, day, **more):
    """A post of July 2026."""
    headline = more.get("name") or more.pop("headline", "A post of July")
    return Entry(f"{HOME}2026/07/{day:02}/{slug}", kind, headline, at(day), MIRA, **more)


HARBOUR = Photo(media("harbour"), "The harbour from above", media("harbour"), 800, 520, color="#6fa8bd")
SUNSET = Photo(media("ridge"), "Evening sun over a dark ridge", media("ridge"), 800, 520, color="#c9746b")
ELSEWHERE = "https://jon.example/how-many-feeds"
NAMED = "How many feeds is too many?"
CITED = Cited(JON, NAMED, "I counted mine yesterday, and stopped at sixty.", at(19), at(16), "en")

CAFE = Nested(
    "h-card", "Café Kotti", "https://kotti.example/",
    (
        Fact("p-street-address", "Adalbertstraße 96", before=", "), Fact("p-locality", "Berlin", before=", "),
        Fact("p-latitude", value="52.4989"), Fact("p-longitude", value="13.4184"),
        Fact("u-photo", value="https://kotti.example/front.jpg"),
    ),
)  # fmt: skip
BAND = Fact("p-author", item=Nested("h-card", "The Stiles", "https://stiles.example/"), before=" by ")
STARTS = Fact("dt-start", "1 August 2026, 19:00", "2026-08-01T19:00:00+02:00")
WEIGHT = Nested("h-measure", facts=(Fact("p-num", "70.5"), Fact("p-unit", "kg", before=" ")))

KINDS = {
    "event": entry(
        "mending", "event", 22, name="Fence mending", content="<p>Bring a hammer.</p>", root="h-event", start=STARTS,
        end=Fact("dt-end", "22:00", "2026-08-01T22:00:00+02:00"), location=(Fact("p-location", item=CAFE),),
    ),
    "review": entry(
        "hammer", "review", 21, name="A good hammer", content="<p>It hits.</p>", root="h-review", rating="4", best="5",
        reviewed=(Fact("p-item", item=Nested("h-product", "Hammer", "https://tools.example/hammer")),),
    ),
    "review-bare": entry("nail", "review", 21, headline="Review: Nail", root="h-review", rating="2",
                         reviewed=(Fact("p-item", "Nail"),)),
    "checkin": entry("kotti", "checkin", 21, headline="Checkin: Café Kotti", checkin=(Fact("u-checkin", item=CAFE),)),
    "located": entry(
        "here", "note", 20, headline="Here", content="<p>Here.</p>", location=(Fact("p-location", item=CAFE),),
        people=(Fact("u-category", item=Nested("h-card", "Ann", "https://ann.example/")),
                Fact("u-category", "jon.example", "https://jon.example/")), categories=tags("walks"),
    ),
    "read": entry(
        "book", "read", 20, headline="Read: A book of gates", read_status="finished",
        contexts=(Context("read-of", "", "A book of gates", Nested("h-cite", "A book of gates", facts=(
            BAND, Fact("u-uid", value="isbn:9780441478125")))),),
    ),
    "jam": entry(
        "song", "jam", 20, headline="Jam: A song", contexts=(
            Context("jam-of", "https://stiles.example/song", "A song", Nested("h-cite", "A song", "https://stiles.example/song", (BAND,))),
            Context("jam-of", "", "A song without an address"),
        ),
    ),
    "weight": entry(
        "weight", "note", 19, headline="Less", content="<p>Less.</p>",
        others=(("weight", Fact("p-weight", item=WEIGHT)), ("mood", "fine")),
    ),
    "note": entry(
        "harp", "note", 22, headline="The first frost, and the old bicycle sounds…",
        content="<p>The first frost, and the old bicycle sounds like a harp.</p>", categories=tags("autumn"),
        reply_count=2,
    ),
    "photo": entry(
        "dusk", "photo", 19, headline="Two minutes apart", content="<p>Two minutes apart.</p>",
        photos=(SUNSET, HARBOUR),
    ),
    "photo-alone": entry("still", "photo", 18, headline="A photo of 18 July", photos=(SUNSET,)),
    "photo-missing": entry(
        "lost", "photo", 18, headline="Lost", content="<p>Lost.</p>",
        photos=(Photo("", "A heron", "https://elsewhere.example/heron.jpg", missing=True),),
    ),
    "reply": entry(
        "forty", "reply", 18, headline="All of them", content="<p>All of them. I keep forty and read nine.</p>",
        contexts=(Context("in-reply-to", ELSEWHERE, NAMED),),
    ),
    "like": entry(
        "l", "like", 17, headline="Liked How many feeds is too many?",
        contexts=(Context("like-of", ELSEWHERE, NAMED),),
    ),
    "repost": entry(
        "rp", "repost", 16, headline="Reposted a post on jon.example",
        contexts=(Context("repost-of", ELSEWHERE, "a post on jon.example"),),
    ),
    "reply-cited": entry(
        "sixty", "reply", 18, headline="Sixty", content="<p>Sixty.</p>",
        contexts=(Context("in-reply-to", ELSEWHERE, NAMED, cited=CITED),),
    ),
    "like-cited": entry(
        "lc", "like", 17, headline="Liked How many feeds is too many?",
        contexts=(Context("like-of", ELSEWHERE, NAMED, cited=CITED),
                  Context("like-of", ELSEWHERE + "/2", "a post on jon.example", cited=replace(CITED, name=None, lang=None, published=None))),
    ),
    "hostile-cited": entry(
        "hc", "repost", 16, headline="Reposted", contexts=(Context("repost-of", ELSEWHERE, SCRIPT, cited=Cited(
            Card(SCRIPT, None, None, SCRIPT, "S"), SCRIPT, LONG_WORD, at(16), via=SCRIPT, lang='en" onclick="x')),),
    ),
    "bookmark": entry(
        "bm", "bookmark", 15, name="A field guide to stiles", content="<p>For the next long walk.</p>",
        contexts=(Context("bookmark-of", "https://stiles.example/guide", "A field guide to stiles"),),
    ),
    "rsvp": entry(
        "going", "rsvp", 14, headline="Going to Homebrew Website Club", rsvp="yes",
        contexts=(Context("in-reply-to", "https://club.example/42", "Homebrew Website Club"),),
    ),
    "video": entry(
        "film", "video", 13, headline="Gulls", content="<p>Gulls.</p>",
        videos=(Film(HOME + "media/gulls.mp4", "video/mp4", media("harbour"), 720, 1280, (Track(HOME + "media/gulls.vtt", "en"),)),),
        audios=(Sound(HOME + "media/gulls.mp3", "audio/mpeg", HOME + "media/gulls.vtt"),),
    ),
    "featured": entry(
        "lead", "article", 12, name="On gates", content="<p>A gate is a fence that has changed its mind.</p>",
        summary="What a gate is.", featured=HARBOUR,
    ),
    "unlisted": entry("aside", "note", 11, headline="Psst", content="<p>Psst.</p>", unlisted=True),
    "others": entry(
        "run", "note", 10, headline="A run", content="<p>A run.</p>",
        others=(("distance", "7.2 km"), ("energy", "510 kcal")),
    ),
    "arabic": entry("ar", "article", 9, name=ARABIC, lang="ar", content=f"<p>{ARABIC}</p><blockquote><p>{ARABIC}</p></blockquote>"),
    "japanese": entry("ja", "note", 8, headline=JAPANESE, lang="ja", content=f"<p>{JAPANESE * 3}</p>"),
    "hindi": entry("hi", "note", 7, headline=HINDI, lang="hi", content=f"<p>{HINDI}</p>"),
    "long-word": entry("long", "article", 6, name=LONG_WORD, content=f"<p>{LONG_WORD}</p><pre><code>{LONG_WORD}</code></pre>"),
    "hostile": entry("xss", "note", 5, name=SCRIPT, lang='en" onclick="x', categories=tags(SCRIPT), others=((SCRIPT, SCRIPT),), content="<p>Clean.</p>"),
}  # fmt: skip
"""A post of every kind, by name."""

LIST = (
    KINDS["note"], Entry(**{**LETTER.__dict__, "reply_count": 5, "reaction_count": 15}), KINDS["photo"], KINDS["reply"],
    KINDS["like"], KINDS["bookmark"], KINDS["rsvp"],
)  # fmt: skip
FRONT = ListPage(SITE, HOME, LIST, older=HOME + "before/2026-07-14/", card=True)

HOSTILE = Conversation(
    HOME + "webmention",
    KINDS["note"].url,
    (
        said(1, Card(SCRIPT, None, None, SCRIPT, "S"), f"<p>{LONG_WORD}</p>", 9, 0, via=SCRIPT, rsvp="maybe", lang='en" onclick="x'),
        said(2, Card(LONG_WORD, "https://long.example/"), f"<p>{ARABIC}</p>", 9, 1, lang="ar"),
        Comment("c-3", Card(ARABIC, "https://ar.example/", None, None, "م"), "https://ar.example/1", None, "<p>👍</p>",
                orphan_of=Link("https://silo.example/pratik/9", "@pratik")),
    ),
    (faces("like", (Card(SCRIPT, None, None, None, "S"), Card(LONG_WORD, "https://long.example/", media("kai")))),),
)  # fmt: skip


def chain(length):
    """A conversation in which everybody answers the one before."""
    comment = None
    for number in range(length, 0, -1):
        above = Link(f"https://jon.example/r/{number - 1}", "Jon") if number > 1 else None
        below = (comment,) if comment else ()
        comment = said(number, JON, f"<p>Reply {number}.</p>", 17, 0, in_reply_to=above, replies=below)
    return Conversation(HOME + "webmention", LETTER_URL, (comment,))


ALTERNATES = (("application/rss+xml", "Mira Example (RSS)", HOME + "feed.rss"), ("application/atom+xml", "Mira Example (Atom)", HOME + "feed.atom"))


def followed(label, path):
    """A list and its feeds."""
    feeds = tuple(Link(f"{HOME}{path or 'feed'}.{form}", name) for form, name in (("rss", "RSS"), ("atom", "Atom"), ("json", "JSON Feed")))
    return Followed(Link(f"{HOME}{path}/" if path else HOME, label), feeds)


LISTS = (
    ("Posts", (followed("Mira Example", ""), followed("Everything", "all"))),
    ("Tags", tuple(followed(f"#{tag}", f"tags/{number}") for number, tag in enumerate(("fences", ARABIC, LONG_WORD, SCRIPT)))),
)
MONTHS = tuple(Link(f"{HOME}2026/{number:02}/", f"{name} 2026") for number, name in ((7, "July"), (6, "June")))
COUNTED = tuple(Counted(month, number) for number, month in enumerate(MONTHS, 1))
HITS = tuple(
    Hit(one, ((one.name, False), (" llama", True)) if one.name else (), (("…seen a ", False), ("llama", True), (f", {SCRIPT}", False)))
    for one in LIST
)

PAGES = {
    "photos": ListPage(
        SITE, HOME + "photos/", (KINDS["photo"], KINDS["photo-alone"], KINDS["photo-missing"]),
        "Photos", newer=HOME + "photos/", older=HOME + "photos/before/x", grid=True, alternates=ALTERNATES,
    ),
    "month": ListPage(SITE, HOME + "2026/07/", LIST, "July 2026", alternates=ALTERNATES, beside=(MONTHS[1], MONTHS[0])),
    "subscribe": SubscribePage(SITE, HOME + "subscribe", LISTS, HOME + "feeds.opml"),
    "archive": ArchivePage(SITE, HOME + "archive/", ((Counted(Link(HOME + "2026/", "2026"), 3), COUNTED),), Link(HOME + "on-this-day/07-23/", "On this day in other years")),
    "feed": FeedPage(
        SITE, HOME + "feed.atom", HOME, "Mira Example", "application/atom+xml", "Atom",
        tuple((Link(post.url, post.headline), post.published) for post in (LETTER, KINDS["long-word"], KINDS["arabic"], KINDS["hostile"])),
    ),
    "about": AboutPage(SITE, HOME + "about/", "<p>I mend fences.</p>", ALTERNATES),
    "tags": TagsPage(SITE, HOME + "tags/", (Counted(Link(HOME + "tags/fences/", "fences"), 2), Counted(Link(HOME + "tags/x/", SCRIPT), 1))),
    "search": SearchPage(SITE, HOME + "search", alternates=ALTERNATES),
    "found": SearchPage(SITE, HOME + "search?q=llama", "llama", HITS, HOME + "search?q=llama&before=x", HOME + "search?q=llama", ALTERNATES),
    "nothing-found": SearchPage(SITE, HOME + "search?q=zebra", SCRIPT, alternates=ALTERNATES),
    "own": OwnPage(SITE, HOME + "now/", SCRIPT, "<p>I mend fences.</p>"),
    "privacy": PrivacyPage(SITE, HOME + "privacy/", "Privacy", ""),
    "accessibility": AccessibilityPage(SITE, HOME + "accessibility/", "Accessibility", ""),
    "permalink": PERMALINK,
    "home": FRONT,
    "older": ListPage(SITE, HOME + "before/2026-07-14/", LIST[3:], newer=HOME),
    "empty": ListPage(UNOWNED, HOME, (), card=True),
    "comment": CommentPage(
        SITE, said(1, JON, "<p>A fence is a promise, too.</p>", 17, 0, via="silo.example"),
        Link(LETTER_URL + "#c-1", LETTER.headline), HOME + "webmention",
    ),
    "gone": GonePage(SITE, HOME + "2026/07/01/gone", at(2)),
    "error": ErrorPage(SITE, 404, "Not found", "There is nothing at this address. It may have moved, or never was."),
    "status": StatusPage(
        SITE, "https://jon.example/r/1", LETTER_URL, "queued", "It waits to be fetched.", at(23), again=True
    ),
    "shown": StatusPage(
        SITE, "https://jon.example/r/1", LETTER_URL, "verified", "Your page links here, and stands under the post.",
        at(23), at(23, 17, 1), anchor=LETTER_URL + "#c-1",
        steps=(("fetch", "200, text/html, 3 KB, https://jon.example/r/1"), ("link", "the entry names the target")),
    ),
    "webmention": WebmentionPage(SITE, HOME + "webmention"),
    "webmention-error": WebmentionPage(
        SITE, HOME + "webmention", "The source does not begin with http:// or https://; send the whole address.",
        "ftp://jon.example/r/1", LETTER_URL,
    ),
    "setup": SetupPage(UNOWNED, HOME + "setup/once"),
    "setup-error": SetupPage(
        UNOWNED, HOME + "setup/once",
        (("name", "Say what you are called."), ("password", "The password has 5 characters; it needs 8 or more.")),
        {"name": "", "nickname": "mira", "note": "Mends bicycles."},
    ),
    "setup-done": SetupPage(SITE, HOME + "setup/once", done=True),
    "hostile-talk": PostPage(SITE, KINDS["note"], HOSTILE, SCRIPT),
    "deep": PostPage(SITE, LETTER, chain(9), EXCERPT),
    "closed": PostPage(SITE, LETTER, Conversation(None, LETTER_URL, FIVE), EXCERPT),
    **{f"kind-{name}": alone(post) for name, post in KINDS.items()},
}  # fmt: skip
"""Every sample by name, for tests that look at all of them."""
