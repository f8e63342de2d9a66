"""Which lists and feeds show a post and what answers it: what a hub elsewhere is told of when one of them changes."""

from urllib.parse import quote

from indie.languages import N_
from indie.posts import tags
from indie.posts.post import Post

TITLE = "list"
"""The gettext context of the titles of lists."""

KINDS = {
    "notes": ("note", N_("Notes", TITLE)),
    "articles": ("article", N_("Articles", TITLE)),
    "photos": ("photo", N_("Photos", TITLE)),
    "videos": ("video", N_("Videos", TITLE)),
    "audio": ("audio", N_("Audio", TITLE)),
    "replies": ("reply", N_("Replies", TITLE)),
    "likes": ("like", N_("Likes", TITLE)),
    "reposts": ("repost", N_("Reposts", TITLE)),
    "bookmarks": ("bookmark", N_("Bookmarks", TITLE)),
    "rsvps": ("rsvp", N_("RSVPs", TITLE)),
    "events": ("event", N_("Events", TITLE)),
    "checkins": ("checkin", N_("Check-ins", TITLE)),
    "reviews": ("review", N_("Reviews", TITLE)),
    "recipes": ("recipe", N_("Recipes", TITLE)),
    "reads": ("read", N_("Reading", TITLE)),
    "listens": ("listen", N_("Listening", TITLE)),
    "watches": ("watch", N_("Watching", TITLE)),
    "jams": ("jam", N_("Jams", TITLE)),
    "food": ("food", N_("Food", TITLE)),
    "drinks": ("drink", N_("Drinks", TITLE)),
    "follows": ("follow", N_("Follows", TITLE)),
    "cards": ("card", N_("Cards", TITLE)),
}
"""The folder of each kind of post, the kind, and the title of its list."""

TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
NAMES = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}
FORMS = ("rss", "atom", "json")
"""The feeds of each list. Why RSS first: bridges to elsewhere take the first that a page names (`feeds` §4b)."""

RESPONSES = ("responses.atom", "responses.json")
"""The feeds of what others answered: behind the site's address, and behind that of each post."""


def of(post: Post) -> tuple[str, ...]:
    """
    The lists that a post may stand on, and their feeds, each by its path behind the site's address.

    None for what no list may name. Limit: not those of its year, month and day, which nobody follows.
    """
    if not post.listed:
        return ()
    folders = [folder for folder, (kind, _) in KINDS.items() if kind == post.kind]
    tagged = (tags.url("", tag) for tag in tags.of(post.item, post.syntax))
    lists = ["", "all/", *(f"{folder}/" for folder in folders), *map(channel, post.channels), *tagged]
    return tuple(topic for path in lists for topic in (path, *(feed(path, form) for form in FORMS)))


def channel(uid: str) -> str:
    """The path of a list of the owner's own."""
    return f"channels/{quote(tags.key(uid), safe='')}/"


def feed(path: str, form: str) -> str:
    """The feed of a list at this path: `feed.rss` of home, `notes.rss` of `notes/`."""
    return f"{path.removesuffix('/') or 'feed'}.{form}"


def of_responses(post: Post | None) -> tuple[str, ...]:
    """The lists that show, or count, what answers a post; None: the home page."""
    own = tuple(f"{post.path.lstrip('/')}/{name}" for name in RESPONSES) if post and post.visible else ()
    return ("", *RESPONSES, *own)
