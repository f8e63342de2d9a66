"""Which lists and feeds show a post and what answers it: what a hub elsewhere is told of when one of them changes."""

from indie.posts import tags
from indie.posts.post import Post

RESPONSES = ("responses.atom", "responses.json")
"""The feeds of what others answered: behind the site's address, and behind that of each post."""


def of(post: Post) -> tuple[str, ...]:
    """The lists on which a post stands, each by its path behind the site's address; none for what no list may name."""
    if not post.listed:
        return ()
    return ("", *(tags.url("", tag) for tag in tags.of(post.item, post.syntax)))


def of_responses(post: Post | None) -> tuple[str, ...]:
    """The lists that show, or count, what answers a post; None: the home page."""
    own = tuple(f"{post.path.lstrip('/')}/{name}" for name in RESPONSES) if post and post.visible else ()
    return ("", *RESPONSES, *own)
