"""
From a view to HTML: the template of its type, and the few words that templates need.

Templates see one thing, `page` (a dataclass of `views.py` or `owner_views.py`), and these filters;
nothing here knows a request.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from email.utils import format_datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from zlib import crc32

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from indie import times, urls
from indie.site import colours, feed_views, owner_views, views
from indie.site.views import Comment, Context

STATIC = Path(__file__).parent / "static"
"""What `/static/` serves."""

TEMPLATES = Path(__file__).parent / "templates"

DEEPEST = 9
"""
How deep replies nest in the HTML.

Limit: browsers cut the tree at 512 elements, parsers recurse, and our own takes 12 items in one another
(`mf2.guard`): a longer chain goes on as siblings, each with a link to what it answers.
"""

TONES = 6
"""How many colours the theme has for initials in place of a photo."""

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WAITING = re.compile(r'(<img(?: [a-z-]+="[^"]*")*?) loading="lazy"')
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")

View = (
    views.ListPage
    | views.PostPage
    | views.CommentPage
    | views.ResponsesFeed
    | views.GonePage
    | views.ErrorPage
    | views.FaultPage
    | views.StatusPage
    | views.WebmentionPage
    | views.SetupPage
    | feed_views.AtomFeed
    | feed_views.RssFeed
    | feed_views.Outlines
    | feed_views.FeedPage
    | feed_views.SubscribePage
    | feed_views.ArchivePage
    | feed_views.TagsPage
    | feed_views.SearchPage
    | feed_views.OpenSearch
    | feed_views.AboutPage
    | feed_views.OwnPage
    | owner_views.SignInPage
    | owner_views.ConsentPage
    | owner_views.AuthHelpPage
    | owner_views.AccountPage
    | owner_views.NewKeyPage
    | owner_views.SessionsPage
    | owner_views.PasskeysPage
    | owner_views.PasswordPage
    | owner_views.FollowersPage
)

_TEMPLATE: dict[type, str] = {
    views.ListPage: "list.html",
    views.PostPage: "post.html",
    views.CommentPage: "comment.html",
    views.ResponsesFeed: "responses.atom.xml",
    views.GonePage: "gone.html",
    views.ErrorPage: "error.html",
    views.FaultPage: "fault.html",
    views.StatusPage: "status.html",
    views.WebmentionPage: "webmention.html",
    views.SetupPage: "setup.html",
    feed_views.AtomFeed: "feed.atom.xml",
    feed_views.RssFeed: "feed.rss.xml",
    feed_views.Outlines: "feeds.opml.xml",
    feed_views.FeedPage: "feed.html",
    feed_views.SubscribePage: "subscribe.html",
    feed_views.ArchivePage: "archive.html",
    feed_views.TagsPage: "tags.html",
    feed_views.SearchPage: "search.html",
    feed_views.OpenSearch: "opensearch.xml",
    feed_views.AboutPage: "about.html",
    feed_views.OwnPage: "page.html",
    feed_views.PrivacyPage: "privacy.html",
    feed_views.AccessibilityPage: "accessibility.html",
    owner_views.SignInPage: "signin.html",
    owner_views.ConsentPage: "consent.html",
    owner_views.AuthHelpPage: "auth_help.html",
    owner_views.AccountPage: "account.html",
    owner_views.NewKeyPage: "account_key.html",
    owner_views.SessionsPage: "account_sessions.html",
    owner_views.PasskeysPage: "account_passkeys.html",
    owner_views.PasswordPage: "account_password.html",
    owner_views.FollowersPage: "account_followers.html",
}


def page(view: View) -> str:
    """
    The whole HTML document of a view; a missing value is an error, never an empty spot.

    Why the style at last: pictures stand in posts, in their text and among the replies.
    """
    html = environment().get_template(_TEMPLATE[type(view)]).render(page=view)
    style = colours.style(html)
    return html.replace("</head>", f"<style>{style}</style>\n</head>", 1) if style else html


@cache
def environment() -> Environment:
    """The templates with their filters, made once; everything is escaped unless it comes as clean HTML."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        rfc3339=times.rfc3339,
        rfc822=format_datetime,
        human=times.human,
        day=times.day,
        host=urls.host,
        address=address,
        xml=xml,
        language=language,
        tone=tone,
        bounded=bounded,
        colour_class=colours.class_of,
        eager=eager,
    )
    made.globals["static_url"] = static_url
    made.tests["named"] = is_named
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # the extension's
    return made


@cache
def static_url(name: str) -> str:
    """`/static/theme.css?v=3f8a…`: changes with the bytes, so that it may be cached for ever."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def address(url: str) -> str:
    """A URL as people write it: `mas.example/@mira`."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/") or url


def eager(html: str) -> str:
    """The same clean HTML with its first picture asked for at once: it is what is seen first (pages §5)."""
    return _WAITING.sub(r'\1 fetchpriority="high"', html, count=1)


def xml(text: str) -> str:
    """The text without the characters that XML 1.0 knows no way to write (§2.2); what is left is escaped as ever."""
    return _NOT_XML.sub("", text)


def language(tag: str | None) -> str:
    """A language tag as it came, if it is well-formed (BCP 47, roughly); "" says that it is unknown."""
    return tag if tag and _LANGUAGE.fullmatch(tag) else ""


def tone(name: str) -> int:
    """The colour of somebody's initial, the same on every page: 0 to `TONES` - 1."""
    return crc32(name.encode("utf-8", "replace")) % TONES


def is_named(context: Context) -> bool:
    """Whether we know what it is called; if not it gets a plain link, as a made-up name would travel."""
    host = urls.host(context.url)
    return context.label not in (context.url, host, f"a post on {host}")


def bounded(comments: Iterable[Comment], room: int = DEEPEST) -> list[Comment]:
    """The same replies in the same order, nested at most `room` levels; deeper ones become siblings."""
    if room > 1:
        return [replace(comment, replies=tuple(bounded(comment.replies, room - 1))) for comment in comments]
    flat, waiting = [], list(comments)[::-1]
    while waiting:
        comment = waiting.pop()
        flat.append(replace(comment, replies=()))
        waiting.extend(reversed(comment.replies))
    return flat
