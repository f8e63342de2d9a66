"""Which scopes open which action (Micropub §3.1; compared as whole words)."""

from collections.abc import Collection

from indie.errors import Forbidden, InsufficientScope, InvalidRequest

OPENS: dict[str, tuple[str, ...]] = {
    "create": ("create", "post", "draft"),
    "update": ("update", "draft"),
    "update published": ("update",),
    "delete": ("delete",),
    "undelete": ("undelete", "delete"),
    "query": ("create", "post", "draft", "update", "delete", "undelete", "media"),
    "media": ("media", "create", "post", "draft"),
    "media delete": ("media",),
    "query unseen": ("update", "delete", "undelete", "draft"),
}
"""Any one of the scopes opens the action. `post` is the old name of `create`."""


def opens(action: str, scope: Collection[str]) -> bool:
    """Whether one of the scopes opens the action."""
    return any(word in scope for word in OPENS[action])


def require(action: str, scope: Collection[str]) -> None:
    """
    Raise InsufficientScope, naming the usual one, unless one of the scopes opens the action.

    Raises Forbidden for a query by a token that is for something else altogether, such as `profile`:
    there is no one scope that it lacks (`micropub.md` §2, auth and errors).
    """
    if opens(action, scope):
        return
    if action == "query":
        raise Forbidden("This token is not for Micropub; sign in again and allow the app to create posts.")
    raise InsufficientScope(OPENS[action][0])


def drafts_only(scope: Collection[str]) -> bool:
    """Whether what is created must stay a draft, and no draft may be published: `draft` without `create`."""
    return "draft" in scope and not {"create", "post"} & set(scope)


def parse(scope: str) -> tuple[str, ...]:
    """
    The words of a scope parameter, each once, in their order.

    Raises InvalidRequest where there is none, or one that no scope could be (RFC 6749 §3.3).
    """
    words = tuple(dict.fromkeys(scope.split()))
    if not words:
        raise InvalidRequest("Name at least one scope, such as create.")
    for word in words:
        if not all("!" <= character <= "~" and character not in '"\\' for character in word):
            raise InvalidRequest(f"“{word}” is no scope: use letters, digits and punctuation.")
    return words
