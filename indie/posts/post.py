"""A post: the mf2 item it came as, and what the site knows about it beside."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from indie import times
from indie.mf2.item import Item
from indie.preferences import Preferences, Syntax

STATUSES = ("published", "draft")
"""What a client may say in `post-status`."""
SCHEDULED = "scheduled"
"""The status of a published post whose date is still to come; to clients it is published."""
VISIBILITIES = ("public", "unlisted", "private")


@dataclass(frozen=True)
class Post:
    """
    path: begins with "/"; with the site's address it is the permalink.
    item: the truth, as it was sent, without commands.
    kind: its discovered post type, an index of the item.
    status: one of STATUSES, or SCHEDULED.
    syntax: what its content is written in, if that is no HTML; decided once, whatever is preferred later.
    channels, syndicate_to: the uids of the lists it is put on, and of the places it is to be copied to.
    id: 0 until it is stored.
    """

    path: str
    item: Item
    kind: str
    status: str = "published"
    visibility: str = "public"
    updated: datetime | None = None
    deleted: datetime | None = None
    client_id: str = ""
    syntax: Syntax = "text"
    channels: tuple[str, ...] = ()
    syndicate_to: tuple[str, ...] = ()
    id: int = 0

    @property
    def published(self) -> datetime:
        """When it was published, in the offset that it was sent with."""
        return times.parse(self.item.texts("published")[0])

    @property
    def post_status(self) -> str:
        """
        The status in the words of clients.

        Why published for what is scheduled: a client that reads any other word makes
        the post a draft when it saves it the next time (`micropub.md` §0.6); its date tells the rest.
        """
        return STATUSES[0] if self.status == SCHEDULED else self.status

    @property
    def visible(self) -> bool:
        """Whether its page is there for everybody."""
        return self.deleted is None and self.status == "published" and self.visibility != "private"

    @property
    def listed(self) -> bool:
        """Whether lists and feeds may name it."""
        return self.visible and self.visibility == "public"

    def takes_responses(self, preferences: Preferences, now: datetime) -> bool:
        """
        Whether it may be answered by somebody who has not yet.

        Closed is what has `comment-status: closed`, which clients can set, or is older than the owner prefers; a
        `comment-status: open` keeps an old post open.
        """
        closes = self.closes(preferences)
        return self.visible and self._comment_status != "closed" and (closes is None or now < closes)

    def closes(self, preferences: Preferences) -> datetime | None:
        """From when on it is too old to be answered; None where it never is."""
        after = preferences.close_after
        return self.published + timedelta(days=after) if after > 0 and self._comment_status != "open" else None

    @property
    def _comment_status(self) -> str:
        return (self.item.text("comment-status") or "").lower()

    def url(self, site: str) -> str:
        """The permalink. site: its address, with the final slash."""
        return site + self.path.lstrip("/")
