"""
Scopes: which of them open which action (Micropub §3.1), what they are called for people, what is granted of them.

Compared as whole words, always.
"""

from collections.abc import Collection, Sequence

from indie.errors import Forbidden, InsufficientScope, InvalidRequest, InvalidScope
from indie.languages import N_

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


SENTENCES: dict[str, str] = {
    "create": N_("Publish new posts"),
    "draft": N_("Write drafts, which it cannot publish"),
    "update": N_("Change your posts"),
    "delete": N_("Delete your posts"),
    "undelete": N_("Bring deleted posts back"),
    "media": N_("Upload pictures, films and sounds, and delete them again"),
    "profile": N_("See your name, your address and your picture"),
    "email": N_("See your e-mail address"),
    "read": N_("Read the feeds that you follow"),
    "follow": N_("Change whom you follow"),
    "mute": N_("Mute people"),
    "block": N_("Block people"),
    "channels": N_("Manage your channels"),
    "post": N_("Publish new posts and change them (the old name of create and update)"),
}
"""What each scope that we know lets an app do."""

IDENTITY = ("profile", "email")
"""They open nothing but what stands in the profile."""

NEED_PKCE = ("update", "delete", "undelete")
"""What is never granted to an app that does not use PKCE: a stolen code must not cost posts (IA-R8)."""


def granted(requested: Sequence[str], ticked: Collection[str], *, pkce: bool) -> tuple[str, ...]:
    """
    What an app gets of what it asked for: only what the owner ticked, and never more than it asked for.

    `post`, the old name, becomes `create` and `update` (IA-R12). `email` without `profile` is ignored (IndieAuth §5.2).
    """
    words = [word for word in requested if word in ticked]
    words = [new for word in words for new in (("create", "update") if word == "post" else (word,))]
    if "profile" not in words:
        words = [word for word in words if word != "email"]
    return tuple(dict.fromkeys(word for word in words if pkce or word not in NEED_PKCE))


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


def requested(scope: str) -> tuple[str, ...]:
    """The words of a scope parameter that need not be there. Raises InvalidScope (RFC 6749 §4.1.2.1, §5.2)."""
    try:
        return parse(scope) if scope.strip() else ()
    except InvalidRequest as error:
        raise InvalidScope(str(error)) from None
