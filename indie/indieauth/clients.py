"""Apps that need something of their own, by observation. Each is named, and no other gets it."""

from urllib.parse import urlsplit

from indie import urls
from indie.fetch import guard
from indie.indieauth.authorization import AuthorizationRequest

RUN_BY_HAND = ("http://cweiske.de/shpub.htm",)
"""
Deviation: shpub lists nowhere where it is answered: on the machine on which its user starts it.

The owner says on the consent page that it was he, and sees the whole address (IA-R7).
"""


def may_run_by_hand(request: AuthorizationRequest) -> bool:
    """Whether the owner may vouch for an address that the app does not list: a machine by its number, over http."""
    host = urls.host(request.redirect_uri)
    by_number = urlsplit(request.redirect_uri).scheme == "http" and (guard.literal(host) or host == "localhost")
    return request.client_id in RUN_BY_HAND and bool(by_number)
