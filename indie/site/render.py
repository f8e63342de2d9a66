"""
From a view to HTML: the template of its type, and the few words that templates need.

Templates see one thing, `page` (a dataclass of `views.py` or `owner_views.py`), and these filters;
nothing here knows a request.
"""

import logging
import re
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from email.utils import format_datetime
from functools import cache, lru_cache, partial
from hashlib import sha256
from pathlib import Path
from zlib import crc32

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from indie import times, urls
from indie.languages import ENGLISH, Language
from indie.site import colours, feed_views, look, owner_views, views
from indie.site.views import Comment, Context, Fact

LOG = logging.getLogger(__name__)

STATIC = look.STATIC
"""What `/static/` serves."""

_BUILT_IN: ContextVar[bool] = ContextVar("built_in", default=False)

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
    | owner_views.ThemePage
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
    owner_views.ThemePage: "account_theme.html",
}


def page(view: View) -> str:
    """
    The whole HTML document of a view; a missing value is an error, never an empty spot.

    Why the style at last: pictures stand in posts, in their text and among the replies.
    """
    html = _html(view)
    style = colours.style(html)
    return html.replace("</head>", f"<style>{style}</style>\n</head>", 1) if style else html


@contextmanager
def built_in() -> Iterator[None]:
    """Whatever is rendered meanwhile looks as it came: no theme, no templates of the owner's (`?theme=default`)."""
    token = _BUILT_IN.set(True)
    try:
        yield
    finally:
        _BUILT_IN.reset(token)


def _html(view: View) -> str:
    """
    The page by the template that the owner, his theme or we have for it.

    Why ours where another one fails: what a slip of the pen breaks is how a page looks, and not whether it is there.
    """
    name = _TEMPLATE[type(view)]
    if _BUILT_IN.get() or not _is_themed(view):
        view = replace(view, site=replace(view.site, look=views.Look()))
    worn = view.site.look
    if worn.layers:
        try:
            template = _layered(worn.layers, worn.stamp, view.site.language).get_template(name)
            LOG.debug("%s", template.filename)
            return template.render(page=view)
        except Exception as error:  # noqa: BLE001  # Why: a template is foreign code, and may raise whatever there is
            LOG.error("%s; the built-in template is shown instead", where(error, name))  # noqa: TRY400  # no trace of ours
    LOG.debug("%s", name)
    return environment(view.site.language).get_template(name).render(page=view)


def _is_themed(view: View) -> bool:
    """
    Whether a theme may have its way: with what visitors see, and with no feed.

    Why not with the owner's pages: a broken one would lock him out, and a theme of somebody else's could ask for
    his password in its own words.
    """
    ours = isinstance(view, views.SetupPage) or type(view).__module__ == owner_views.__name__
    return not ours and _TEMPLATE[type(view)].endswith(".html")


def faults(layers: tuple[str, ...]) -> list[str]:
    """What Jinja cannot read of the templates in these folders: file, line and why."""
    found, env = [], _layered(layers, "", ENGLISH)
    for folder in layers:
        for name in FileSystemLoader(folder).list_templates():
            try:
                if name.endswith(".html"):
                    env.parse(Path(folder, name).read_text(encoding="utf-8"), filename=str(Path(folder, name)))
            except (TemplateSyntaxError, UnicodeDecodeError) as error:
                found.append(where(error, name))
    return found


def where(error: Exception, name: str) -> str:
    """What is wrong with a template: file, line, and what Jinja says. name: of the one that was asked for."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".html")]
    file, line = (frames[-1].filename, frames[-1].lineno) if frames else (name, 1)
    if isinstance(error, TemplateSyntaxError):
        file, line = error.filename or error.name or name, error.lineno
    return f"{file}:{line}: {str(error) or type(error).__name__}"


class _Layer(FileSystemLoader):
    """Templates of one folder, and of no other one that a link in it leads to."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Of `BaseLoader`."""
        found = super().get_source(environment, template)
        if not look.lies_in(Path(found[1]), Path(self.searchpath[0])):
            raise TemplateNotFound(template)
        return found


@lru_cache(maxsize=4)
def _layered(layers: tuple[str, ...], _stamp: str, words: Language) -> Environment:
    """
    The same templates with others before them; a template finds the one that it stands before as `built-in/NAME`.

    Why a sandbox: a theme is often somebody else's, and a page is all that it may make.
    """
    ours = FileSystemLoader(TEMPLATES)
    loaders = [*map(_Layer, layers), ours, PrefixLoader({"built-in": ours})]
    trusted = all(Path(folder).is_relative_to(look.BUILT_IN) for folder in layers)
    return _made(ChoiceLoader(loaders), Environment if trusted else ImmutableSandboxedEnvironment, words)


@cache
def environment(words: Language = ENGLISH) -> Environment:
    """Our templates with their filters, made once. words: the language of what they say."""
    return _made(FileSystemLoader(TEMPLATES), Environment, words)


def _made(loader: BaseLoader, kind: type[Environment], words: Language) -> Environment:
    """Everything is escaped unless it comes as clean HTML; a missing value is an error."""
    made = kind(
        loader=loader,
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        rfc3339=times.rfc3339,
        rfc822=format_datetime,
        human=words.human,
        day=words.day,
        told=words.told,
        moment=partial(moment, words),
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
    made.tests["named"] = lambda context: is_named(words, context)
    made.install_gettext_callables(  # type: ignore[attr-defined]  # the extension's
        words.gettext, words.ngettext, newstyle=True, pgettext=words.pgettext
    )
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


def unnamed(words: Language, url: str) -> str:
    """What a page is called of which no name is known."""
    return words.gettext("a post on %(host)s") % {"host": urls.host(url)}


def is_named(words: Language, context: Context) -> bool:
    """Whether we know what it is called; if not it gets a plain link, as a made-up name would travel."""
    host = urls.host(context.url)
    return context.label not in (context.url, host, unnamed(words, context.url))


def moment(words: Language, fact: Fact) -> str:
    """The date of a fact, as the eye sees it."""
    if fact.when is None:
        return fact.text
    return {"": words.human, "day": words.day, "clock": words.clock}[fact.shows](fact.when)


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
