"""What the templates of feeds are given, and of the pages that lead to them; see `views`."""

from dataclasses import dataclass
from datetime import datetime

from indie.site.views import Entry, Link, Site


@dataclass(frozen=True)
class Enclosure:
    """A file of a post, which lies here."""

    url: str
    type: str
    size: int
    """In bytes."""
    medium: str
    """`image`, `video`, `audio` (Media RSS)."""
    title: str = ""
    """What is to be seen on a picture."""
    width: int = 0
    height: int = 0
    """In pixels; 0 if unknown."""


@dataclass(frozen=True)
class FeedItem:
    """A post in a feed."""

    entry: Entry
    title: str
    """"" for none."""
    html: str
    """Clean HTML with all that the post says: what it is about, its words, its pictures."""
    text: str
    updated: datetime
    enclosures: tuple[Enclosure, ...] = ()
    image: str | None = None
    """The picture that stands for it."""
    related: str | None = None
    """The page that it bookmarks."""
    answers: tuple[str, ...] = ()
    """The pages that it replies to."""

    @property
    def published(self) -> datetime:
        """When it was published."""
        return self.entry.published


@dataclass(frozen=True)
class FeedLink:
    """A link of a feed to another one, or to its page."""

    rel: str
    type: str
    url: str


@dataclass(frozen=True)
class Feed:
    """A page of a list, as a feed."""

    site: Site
    id: str
    """The address of the newest page of the list, in this form."""
    url: str
    """Its own address."""
    home: str
    """The page of the same posts."""
    title: str
    description: str
    updated: datetime
    items: tuple[FeedItem, ...]
    links: tuple[FeedLink, ...] = ()
    """To other documents of the same feed (RFC 5005), and whatever else hangs on the whole of it."""
    archive: bool = False
    """Whether it is an archive document (RFC 5005 §4)."""
    complete: bool = False
    """Whether all posts of the list are here (RFC 5005 §2)."""
    gone: tuple[tuple[str, datetime], ...] = ()
    """Permalinks of posts that stood here and were deleted, each with the moment (RFC 6721)."""


@dataclass(frozen=True)
class AtomFeed(Feed):
    """`feed.atom.xml` (RFC 4287)."""


@dataclass(frozen=True)
class RssFeed(Feed):
    """`feed.rss.xml` (RSS 2.0)."""


@dataclass(frozen=True)
class FeedPage:
    """`feed.html`: a feed, for who opens it in a browser."""

    site: Site
    url: str
    """Of the feed."""
    home: str
    """The page that it is the feed of."""
    title: str
    type: str
    """The media type of the feed."""
    name: str
    """What that is called."""
    items: tuple[tuple[Link, datetime], ...]
    """The newest, each with its moment."""

    @property
    def alternates(self) -> tuple[tuple[str, str, str], ...]:
        """The feed itself, for software that looks for one."""
        return ((self.type, f"{self.title} ({self.name})", self.url),)


@dataclass(frozen=True)
class Followed:
    """A list that can be followed: its page, and the addresses of its feeds in the order of `posts.topics.FORMS`."""

    page: Link
    feeds: tuple[Link, ...]


@dataclass(frozen=True)
class Outlines:
    """`feeds.opml.xml`: every feed of the site (OPML 2.0)."""

    site: Site
    groups: tuple[tuple[str, tuple[Followed, ...]], ...]
    """The name of each group, and its lists."""


@dataclass(frozen=True)
class SubscribePage:
    """`subscribe.html`: how to follow, and every list that there is."""

    site: Site
    url: str
    groups: tuple[tuple[str, tuple[Followed, ...]], ...]
    opml: str


@dataclass(frozen=True)
class Counted:
    """A list, and how many posts are on it."""

    page: Link
    posts: int


@dataclass(frozen=True)
class ArchivePage:
    """`archive.html`: every year and month in which something was posted."""

    site: Site
    url: str
    years: tuple[tuple[Counted, tuple[Counted, ...]], ...]
    today: Link
    """The day of today in other years."""


@dataclass(frozen=True)
class TagsPage:
    """`tags.html`: every tag."""

    site: Site
    url: str
    tags: tuple[Counted, ...]


@dataclass(frozen=True)
class Hit:
    """A post that was found. name, snippet: texts in parts, each with whether it is what was looked for."""

    entry: Entry
    name: tuple[tuple[str, bool], ...]
    """Empty where it has no title."""
    snippet: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class SearchPage:
    """`search.html`: the form, and what was found, the newest first."""

    site: Site
    url: str
    query: str = ""
    """What was asked for; "" for the form alone."""
    hits: tuple[Hit, ...] = ()
    older: str | None = None
    newer: str | None = None
    alternates: tuple[tuple[str, str, str], ...] = ()

    @property
    def rels(self) -> tuple[tuple[str, str], ...]:
        """As of `ListPage`."""
        found = {"next": self.older, "prev": self.newer}
        return tuple((rel, url) for rel, url in found.items() if url)


@dataclass(frozen=True)
class OpenSearch:
    """`opensearch.xml`: how browsers search here (OpenSearch 1.1)."""

    site: Site


@dataclass(frozen=True)
class AboutPage:
    """`about.html`: who the owner is."""

    site: Site
    url: str
    content: str
    """Clean HTML."""
    alternates: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class OwnPage:
    """`page.html`: a page of the owner's that is no post."""

    site: Site
    url: str
    title: str
    content: str
    """Clean HTML; "" for what the template says."""


@dataclass(frozen=True)
class PrivacyPage(OwnPage):
    """`privacy.html`: what is kept of visitors and of those who answer."""


@dataclass(frozen=True)
class AccessibilityPage(OwnPage):
    """`accessibility.html`: what the site does for everybody to read it."""
