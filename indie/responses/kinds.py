"""What a page is to one target: one source may like the first of our posts and answer the second."""

from collections.abc import Collection, Iterable

from indie import urls
from indie.mf2.item import Item
from indie.mf2.page import Page
from indie.mf2.post_type import RSVPS
from indie.responses.entry import content_links, points_at
from indie.text import is_emoji

# In this order: the first that names the target wins. Why before replies: a like, a read and their like
# carry `in-reply-to` as well, for those who know nothing else (pages spec §2.1).
_BEFORE_REPLIES = {
    "repost": ("repost-of", "repost"),
    "like": ("like-of", "like", "favorite-of"),
    "bookmark": ("bookmark-of",),
    "follow": ("follow-of",),
    "read": ("read-of",),
    "listen": ("listen-of",),
    "watch": ("watch-of",),
}
_AFTER_REPLIES = {"quotation": ("quotation-of",), "invite": ("invitee",), "tag": ("tag-of", "category")}
_SHOWN = ("comment", "like", "repost")
"""What others say about the page, shown on it."""


def kind(item: Item, answered: Iterable[str], keys: Collection[str]) -> str:
    """
    The kind of the entry, one of `response.KINDS`, but for "reacji", which only its words tell.

    answered: what the entry answers. keys: `urls.key` of every address of the target.
    An RSVP is one only with one of the four words. Webmention spec §3.2.
    """
    is_answer = any(urls.key(url) in keys for url in answered)
    if is_answer and rsvp(item):
        return "rsvp"
    if is_answer and item.has("invitee"):
        return "invite"
    for name, properties in _BEFORE_REPLIES.items():
        if points_at(item, properties, keys):
            return name
    if is_answer:
        return "reply"
    return next((name for name, properties in _AFTER_REPLIES.items() if points_at(item, properties, keys)), "mention")


def rsvp(item: Item) -> str | None:
    """The answer to an invitation, in lower case; None where it is none of the four words."""
    return next((text.casefold() for text in item.texts("rsvp") if text.casefold() in RSVPS), None)


def is_reacji(title: str | None, text: str) -> bool:
    """Whether the words of a reply make it a reacji."""
    return title is None and is_emoji(text)


def only_shows(item: Item, page: Page, keys: Collection[str]) -> bool:
    """
    Whether the entry names the target only as a response of ours that it shows: that says nothing to us.

    So it is with a site that shows our comment below its post and tells us (salmention). §3.2.
    """
    shown = {urls.key(url) for name in _SHOWN for url in item.urls(name)}
    if shown.isdisjoint(keys) or kind(item, [*item.urls("in-reply-to"), *item.urls("reply-to")], keys) != "mention":
        return False
    return not any(urls.key(url) in keys for url in content_links(item, page))
