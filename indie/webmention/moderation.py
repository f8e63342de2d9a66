"""What the owner's rules and decisions mean for what came, and for what comes."""

from datetime import datetime

from indie import conversations
from indie.responses import policy
from indie.responses.policy import Judgement, Rule, Settled
from indie.responses.response import Response, host
from indie.store import Store
from indie.store.responses import Stored
from indie.store.webmentions import Webmention

REASONS = {
    "verified": "It is shown.",
    "pending": "It was verified, and waits for the owner to look at it.",
    "rejected": "It is not shown here.",
}
"""What each end is called to the sender, who is not told by which rule it came."""

HELD = "It was verified; what it says now waits for the owner, and what it said before is shown."


def blocked(store: Store, source: str) -> bool:
    """Whether nothing from this source is wanted, so that it is not even fetched."""
    return policy.is_blocked(source, store.moderation.all())


def judge(store: Store, response: Response, source: str, final_url: str) -> Judgement:
    """Whether a response may be shown at once; source, final_url: where it was asked for, and where that led."""
    approved = store.webmentions.approved({host(source), host(final_url)} | {_www(source), _www(final_url)})
    return policy.judge(
        response,
        source,
        final_url,
        store.moderation.all(),
        store.preferences.get(),
        {policy.place(url) for url in approved},
    )


def settle(store: Store, webmention: Webmention, stored: Stored | None, response: Response, final_url: str) -> Settled:
    """What becomes of what was read anew. stored: what there was before."""
    judgement = judge(store, response, webmention.source, final_url or webmention.source)
    earlier = stored.response if stored else None
    return policy.settle(response, judgement, webmention.decision, earlier, public=bool(stored and stored.public))


def reason(settled: Settled) -> str:
    """What the sender is told."""
    return HELD if settled.held else REASONS[settled.state]


def put_rule(store: Store, rule: Rule, now: datetime) -> None:
    """Make a rule, and let it have its effect on what is here."""
    store.moderation.put(rule, now)
    reconsider(store, now)


def reconsider(store: Store, now: datetime) -> None:
    """
    Judge everything anew that is here, after a rule was made or taken back. In a transaction.

    What is missing stays as it is, unless it is to be hidden: the next look at its source says more.
    """
    responses = store.responses.all()
    found = store.webmentions.body_urls([stored.webmention_id for stored in responses])
    for stored in responses:
        webmention = store.webmentions.get(stored.webmention_id)
        if webmention and webmention.state != "gone":
            settled = settle(store, webmention, stored, stored.newest, found.get(webmention.id, ""))
            if not (webmention.history.misses and settled.public):
                _put(store, webmention, stored, settled, now)
    for one in store.quoted.all():
        if judge(store, one.response, one.response.source, one.response.source).verdict == "block":
            store.quoted.remove(one.id)
            conversations.changed(store, one.post_id, now)
    for webmention in store.webmentions.all("queued"):
        if blocked(store, webmention.source):
            store.webmentions.settle(webmention.id, "rejected", REASONS["rejected"])


def approve(store: Store, source: str, now: datetime) -> list[Webmention]:
    """
    Show what came from this source (normalized), in its newest version. In a transaction.

    Returns what came from there; nothing if nothing did.
    """
    return _decide(store, source, "approved", now)


def reject(store: Store, source: str, now: datetime) -> list[Webmention]:
    """Hide what came from this source (normalized), also when it is sent again; else as `approve`."""
    return _decide(store, source, "rejected", now)


def _decide(store: Store, source: str, decision: str, now: datetime) -> list[Webmention]:
    decided = [store.webmentions.get(id_) for id_ in store.webmentions.decide(source, decision)]
    for webmention in filter(None, decided):
        stored = store.responses.of(webmention.id)
        if stored:
            newest = stored.newest
            shown = decision == "approved"
            settled = Settled("verified" if shown else "rejected", newest, public=shown)
            _put(store, webmention, stored, settled, now)
        elif decision == "rejected":
            store.quoted.forget(webmention.id, verified=True)
            conversations.changed(store, webmention.post_id, now)
    return [webmention for webmention in decided if webmention]


def _put(store: Store, webmention: Webmention, stored: Stored, settled: Settled, now: datetime) -> None:
    store.responses.put(
        webmention.id,
        webmention.post_id,
        settled.response,
        stored.received,
        stored.version,
        public=settled.public,
        held=settled.held,
    )
    store.webmentions.settle(webmention.id, settled.state, reason(settled))
    if (stored.public, stored.response) != (settled.public, settled.response):
        conversations.changed(store, webmention.post_id, now)


def _www(url: str) -> str:
    """Why: `policy.place` takes a host with `www.` and one without for the same."""
    return f"www.{host(url)}"
