"""The site as it runs, and a server that examines senders."""

import pytest

from tests.conformance.sending.rocks import Rocks
from tests.live.running import PATIENCE, until


class Sender:
    """site: the running site, whose owner writes to test `rocks`."""

    def __init__(self, site, rocks):
        self.site, self.rocks = site, rocks

    def html(self, *paths):
        """What a post says that links to these."""
        links = "".join(f'<p><a href="{self.rocks.home}{path}">{path}</a></p>' for path in paths)
        return {"html": f"<p>Sending.</p>{links}"}

    def publish(self, *paths):
        """A post that links to these; returns its address."""
        return self.site.micropub({"content": [self.html(*paths)]})

    def update(self, post, *paths):
        """The post links to these instead."""
        self.micropub(action="update", url=post, replace={"content": [self.html(*paths)]})

    def micropub(self, **command):
        answer = self.site.http.post(f"{self.site.home}micropub", json=command, timeout=PATIENCE)
        assert answer.ok, answer.text

    def settled(self):
        """Wait until everybody has been told; the outbox then, by target: (state, status, reason, endpoint)."""

        def outbox():
            store = self.site.store()
            rows = store.database.query("SELECT target, state, status, reason, endpoint FROM deliveries")
            store.database.close()
            return {} if any(row["state"] == "due" for row in rows) else {row["target"]: row for row in rows}

        return until(outbox)

    def posts(self, path):
        """The POSTs of one test: (path, status, code)."""
        return [(one.path, one.status, one.code) for one in self.rocks.of(path) if one.method == "POST"]

    def gets(self, path):
        """The GETs of one test."""
        return [one.path for one in self.rocks.of(path) if one.method != "POST"]


@pytest.fixture(scope="module")
def sender(tmp_path_factory, hosting):
    """A running site with its owner, and the server that examines it."""
    with hosting(tmp_path_factory.mktemp("sender") / "data") as site:
        rocks = Rocks()
        site.settings |= {"INDIE_RATE_LIMIT": "off"}
        site.owner()
        site.start()
        until(site.worker)
        yield Sender(site, rocks)
        rocks.close()
