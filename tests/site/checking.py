"""
Every HTML page that a test asks of our app is read back: the markup contract, and each post beside what is stored.

Flask tells of every answer by a signal, so nothing is patched, and no test need know of it.
"""

from contextlib import contextmanager

from flask import request, request_finished

from indie.context import current
from indie.site import contract

_READ = set()
"""Pages that were read before, by address: most tests show the same few."""


@contextmanager
def pages_are_read_back():
    """Gives a list to which the faults of every page are added, each with its address."""
    found = []

    def look(_app, response, **_):
        if response.mimetype == "text/html" and request.method == "GET":
            me, store = current().settings.me, current().store
            url, html = me.rstrip("/") + request.path, response.get_data(as_text=True)
            if html and (url, html) not in _READ:
                _READ.add((url, html))
                # Why: what we look up here is nothing that the page depends on (`site.front`).
                with store.database.watched():
                    faults = contract.faults(html, url, lambda url: store.posts.at("/" + url.removeprefix(me)))
                found.extend(f"{url}: {fault}" for fault in faults)

    with request_finished.connected_to(look):
        yield found
