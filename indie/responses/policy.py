"""
Who may stand on our pages: rules, the owner's preference, and what happens to what he approved when it changes.

Law: the author of a response is a claim (Webmention spec §3.3), so nothing is allowed for its sake. What counts is
the place that the source lies at, and that to which it redirects.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

from indie import urls
from indie.preferences import Approval, Preferences
from indie.responses.response import KINDS, Response, address, host, is_proxy, site
from indie.responses.said import FACES

What = Literal["host", "path", "author", "kind", "words"]
Verdict = Literal["allow", "hold", "block"]
State = Literal["verified", "pending", "rejected"]

REACTIONS = (*FACES, "reacji")
"""What is shown without words."""

_BRIDGY = ("brid.gy", "brid-gy.appspot.com")
_MICRO_BLOG = "micro.blog"


@dataclass(frozen=True)
class Rule:
    """
    One decision of the owner's about many responses.

    what and value: `host` and its name, of which `www.` makes no difference (one that holds or blocks is of
    everything below that name too); `path` and the beginning of an address without its scheme; `author` and an
    address or a name; `kind` and one of `KINDS`; `words` that stand in what is said.
    """

    what: What
    value: str
    verdict: Verdict


@dataclass(frozen=True)
class Judgement:
    """
    Whether a response may be shown.

    always: a rule allows it, whatever it may say later. reason: for the owner.
    """

    verdict: Verdict
    reason: str
    always: bool = False


@dataclass(frozen=True)
class Settled:
    """
    What becomes of a response.

    response: the version that is shown, or would be. held: a newer one, which waits for the owner.
    """

    state: State
    response: Response
    public: bool
    held: Response | None = None


def about(text: str) -> tuple[What, str]:
    """What a rule is about that names a host or the beginning of a URL. Raises ValueError, with a sentence."""
    url = text if "://" in text else f"http://{text}"
    named = urlsplit(urls.normalize(urls.parse_http(url)))
    if named.path.strip("/") or named.query:
        return "path", _lies(url)
    if "://" not in text and "." not in host(url):
        raise ValueError("it is no host, and no URL")
    return "host", host(url)


def rule(what: What, text: str, verdict: Verdict) -> Rule:
    """A rule as the owner spells it. Raises ValueError, with a sentence."""
    value = " ".join(text.split())
    if what in ("host", "path"):
        return Rule(*about(value), verdict)
    if not value:
        raise ValueError("it is empty")
    if what == "kind" and value not in KINDS:
        raise ValueError(f"there is no such kind; there are {', '.join(KINDS)}")
    if verdict == "allow" and what in ("author", "words"):
        raise ValueError("anybody can claim to be somebody, and say anything; allow a host or the beginning of a URL")
    return Rule(what, value, verdict)


def always(source: str) -> Rule:
    """The rule that allows whatever comes from the place of this source."""
    where = place(source)
    return Rule("path" if "/" in where else "host", where, "allow")


def place(url: str) -> str:
    """
    Where one person can be taken to write: the host, on shared ones the account's path.

    What is approved once is known by it. On Bridgy's hosts it is the account under which a page stands;
    where a page there names none it is the page itself.
    """
    parts = [part for part in _lies(url).partition("?")[0].split("/")[1:] if part]
    above = parts[:-1]
    if host(url) in _BRIDGY:
        return "/".join([site(url), *above[:3]])
    if is_proxy(url):
        named = any(part.startswith(("@", "did:")) or part in ("users", "u") for part in above)
        return "/".join([site(url), *(above if named else parts)])
    if parts and (host(url) == _MICRO_BLOG or parts[0][0] in "@~"):
        return f"{site(url)}/{parts[0]}"
    return host(url)


def is_blocked(url: str, rules: Iterable[Rule]) -> bool:
    """Whether nothing from this address is wanted, whatever it says."""
    return any(one.verdict == "block" and _is_from(url, one) for one in rules)


def judge(  # all that counts
    response: Response,
    source: str,
    final_url: str,
    rules: Collection[Rule],
    preferences: Preferences,
    known: Collection[str],
) -> Judgement:
    """
    Whether a response may be shown at once.

    source: the URL that sent it; final_url: where that led. known: places (`place`) of which the owner
    approved something. What blocks goes first, then what allows, then what holds, then the preference.
    What is allowed for its place is so only if both addresses are: a redirector on a good host is no good.
    """
    both = (source, final_url)
    for one in rules:
        if one.verdict == "block" and (any(_is_from(url, one) for url in both) or _says(response, one)):
            return Judgement("block", _named(one))
    allowing = [one for one in rules if one.verdict == "allow"]
    kind = next((one for one in allowing if one.what == "kind" and one.value == response.kind), None)
    if kind or all(any(_is_from(url, one) for one in allowing) for url in both):
        return Judgement("allow", _named(kind) if kind else "its place is allowed", always=True)
    for one in rules:
        if one.verdict == "hold" and (any(_is_from(url, one) for url in both) or _says(response, one)):
            return Judgement("hold", _named(one))
    is_reaction = response.kind in REACTIONS
    approval: Approval = preferences.approve_reactions if is_reaction else preferences.approve_replies
    name = "approve_reactions" if is_reaction else "approve_replies"
    if approval == "all" or (approval == "known" and {place(url) for url in both} <= set(known)):
        return Judgement("allow", f"{name} is {approval}")
    return Judgement("hold", f"{name} is {approval}")


def settle(
    response: Response, judgement: Judgement, decision: str, earlier: Response | None, *, public: bool
) -> Settled:
    """
    What becomes of a response that was read anew.

    decision: the owner's (`store.webmentions.DECISIONS`). earlier: the version before, and whether it is public.
    What the owner approved, or would have to approve, stays as it is until he approves the change;
    what a rule or his preference allows changes at once.
    """
    if decision == "rejected" or judgement.verdict == "block":
        return Settled("rejected", response, public=False)
    approved = decision == "approved"
    waits = judgement.verdict == "hold" or (approved and not judgement.always)
    seen = is_same(earlier, response) if earlier else True
    if not waits or (seen and (public or approved)):
        return Settled("verified", response, public=True)
    if earlier and public:
        return Settled("pending", earlier, public=True, held=response)
    return Settled("pending", response, public=False)


def is_same(one: Response, other: Response) -> bool:
    """Whether two versions show the same: words, pictures, people and kind. Dates and names of the page may differ."""
    return _shown(one) == _shown(other)


def _shown(response: Response) -> Response:
    return replace(
        response, source="", via=None, lang=None, published=None, updated=None, in_reply_to=(), aliases=(), profiles=()
    )


def _lies(url: str) -> str:
    """Where a page lies, as rules spell it: Bridgy writes `https:/` and `https://` inside of its paths."""
    return re.sub("/+", "/", address(urls.without_fragment(url))).removeprefix("www.")


def _is_from(url: str, one: Rule) -> bool:
    if one.what == "host":
        name = host(url)
        return name == one.value or (one.verdict != "allow" and name.endswith(f".{one.value}"))
    if one.what == "path":
        lies = _lies(url)
        return lies.startswith(one.value) and lies[len(one.value) :][:1] in ("", "/", "?")
    return False


def _says(response: Response, one: Rule) -> bool:
    if one.what == "kind":
        return response.kind == one.value
    if one.what == "author":
        people = (response.author, *response.coauthors)
        named = {person.name.casefold() for person in people}
        lives = {urls.key(url) for url in [*(person.url or "" for person in people), *response.profiles]} - {""}
        return one.value.casefold() in named or urls.key(one.value) in lives
    if one.what == "words":
        said = f"{response.name or ''} {response.text}".casefold()
        return one.value.casefold() in " ".join(said.split())
    return False


def _named(one: Rule) -> str:
    return f"{one.verdict} {one.what} {one.value}"
