"""What a client may ask: the door of all queries (Micropub §3.7 and its extensions, `micropub.md` §3)."""

from collections.abc import Sequence
from typing import Any

from indie import publishing
from indie.errors import InvalidRequest
from indie.indieauth import scopes
from indie.micropub import config, contacts, places, postlist, source
from indie.micropub.question import Question
from indie.posts import words
from indie.posts.post import Post
from indie.store import Store
from indie.store.tokens import Token


def answer(store: Store, me: str, token: Token, arguments: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """
    Answer a query.

    me: the site's address.
    arguments: (name, value) of the query string, in order.
    Raises InvalidRequest for a question that nobody asks, and for a post that is not there;
    InsufficientScope for what this token may not see.
    """
    question = Question.read(arguments)
    unseen = scopes.opens("query unseen", token.scope)
    match question.one("q"):
        case "config":
            return config.config(me, store.preferences.get())
        case "source":
            url, properties = question.one("url"), question.all("properties")
            if url:
                return source.one(store, me, token.scope, url, properties)
            return postlist.answer(store, me, token.scope, question)
        case "syndicate-to":
            return config.syndicate_to(store.preferences.get())
        case "channel":
            return config.channels(store.preferences.get())
        case "post-types":
            return config.post_types()
        case "category":
            return _categories(store, question, unseen=unseen)
        case "contact":
            return contacts.answer(store, me, question, unseen=unseen)
        case "geo":
            return places.answer(store, question, unseen=unseen)
        case _:
            raise InvalidRequest(f"Ask one of q={', q='.join(config.QUERIES)}.")


def tag(store: Store, me: str, arguments: Sequence[tuple[str, str]]) -> str | None:
    """The version of the one post that is asked for (`version`); None for every other question."""
    question = Question.read(arguments)
    url = question.one("url") if question.one("q") == "source" else ""
    post = publishing.find(store, me, url)
    return version(store, post) if post else None


def version(store: Store, post: Post) -> str:
    """What a client sends back in If-Match: another one after every change of the post (RFC 9110 §8.8.3, strong)."""
    return f"{post.id}-{store.revisions.number(post.id)}"


def _categories(store: Store, question: Question, *, unseen: bool) -> dict[str, Any]:
    """Every category in use; `filter` finds by a part of it."""
    wanted = words.fold(question.one("filter"))
    found = [name for name in store.finding.categories(unseen=unseen) if wanted in words.fold(name)]
    return {"categories": question.page(found)}
