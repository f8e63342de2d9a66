"""Consents, their codes, and the tokens that are their family, as rows."""

from datetime import datetime, timedelta

import pytest

from indie.store.grants import Client, Grant

NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")
SOON = NOW + timedelta(minutes=5)
APP = "https://app.example/"
DAY = timedelta(days=1)


@pytest.fixture
def allow(store):
    """`allow()` is the id of a consent."""

    def made(client_id=APP, scope=("create",), days=365, now=NOW, **more):
        return store.grants.add(client_id, scope, days, now, **({"refreshable": False} | more))

    return made


class TestGrants:
    @pytest.mark.parametrize("scope", [(), ("create",), ("update", "create")])
    @pytest.mark.parametrize("refreshable", [True, False])
    def test_what_is_kept_comes_back(self, store, allow, scope, refreshable):
        id_ = allow(scope=scope, days=30, refreshable=refreshable)

        assert Grant(id_, APP, scope, 30, refreshable, NOW) == store.grants.get(id_)

    def test_there_is_none_of_another_number(self, store, allow):
        assert None is store.grants.get(allow() + 1)

    def test_the_latest_of_an_app(self, store, allow):
        allow()
        newest = allow(scope=("update",), now=NOW - DAY)
        allow(client_id="https://other.example/")

        assert newest == store.grants.latest(APP).id

    @pytest.mark.parametrize("other", ["", "https://app.example", "https://APP.example/", "https://app.example/%"])
    def test_an_app_that_was_never_allowed_anything_has_none(self, store, allow, other):
        allow()

        assert None is store.grants.latest(other)

    def test_an_app_is_what_it_claimed_last_since_when_it_was_first_allowed(self, store, allow):
        allow(name="Old", logo="https://app.example/old.png", now=NOW - DAY)
        allow(name="New")

        assert {APP: Client("New", "", NOW - DAY)} == store.grants.clients()


class TestCodes:
    @pytest.fixture
    def code(self, store, allow):
        """A code with the digest `digest`."""
        store.codes.add("digest", allow(), "https://app.example/back", "challenge", NOW, SOON)

    def test_what_is_kept_comes_back(self, store, code):
        found = store.codes.consume("digest", NOW)

        assert ("https://app.example/back", "challenge", SOON, APP) == (
            found.redirect_uri, found.challenge, found.expires, found.grant.client_id,
        )  # fmt: skip

    def test_it_is_used_up_once(self, store, code):
        assert [True, False] == [store.codes.consume("digest", NOW) is not None for _ in range(2)]

    def test_used_up_it_is_still_known(self, store, code):
        """So that a second use is known for one."""
        store.codes.consume("digest", NOW)

        assert APP == store.codes.get("digest").grant.client_id

    def test_an_old_one_is_used_up_too(self, store, code):
        store.codes.consume("digest", NOW + DAY)

        assert None is store.codes.consume("digest", NOW)

    @pytest.mark.parametrize("digest", ["", "diges", "DIGEST", "%"])
    def test_another_digest_finds_nothing(self, store, code, digest):
        assert (None, None) == (store.codes.consume(digest, NOW), store.codes.get(digest))


class TestFamily:
    """Tokens of one consent (`store.tokens`)."""

    @pytest.fixture
    def add(self, store):
        def made(digest, grant=0, client_id=APP, **more):
            store.tokens.add(digest, client_id, ("create", "update"), NOW, None, grant=grant, **more)

        return made

    def living(self, store):
        return sorted(row["hash"] for row in store.database.query("SELECT hash FROM tokens WHERE revoked = ''"))

    def test_a_grant_is_revoked_with_all_of_it(self, store, add):
        for digest, grant in (("a", 1), ("b", 1), ("c", 2), ("d", 0)):
            add(digest, grant)
        store.tokens.revoke_grant(1, NOW)

        assert ["c", "d"] == self.living(store)

    def test_tokens_made_by_hand_are_no_family(self, store, add):
        for digest in ("a", "b"):
            add(digest)
        store.tokens.revoke_grant(0, NOW)

        assert ["a", "b"] == self.living(store)

    def test_an_app_is_revoked_with_all_of_it(self, store, add):
        add("a", 1)
        add("b", 2)
        add("c", 3, "https://other.example/")
        store.tokens.revoke_client(APP, NOW)

        assert ["c"] == self.living(store)

    def test_everything_is_revoked_keys_included(self, store, add):
        add("a", 1)
        add("b", kind="key")
        store.tokens.revoke_all(NOW)

        assert [] == self.living(store)

    def test_when_it_was_revoked_first_counts(self, store, add):
        add("a", 1)
        store.tokens.revoke_grant(1, NOW)
        store.tokens.revoke_all(SOON)

        assert ["2026-07-23T12:00:00.000000Z"] == [row["revoked"] for row in store.database.query("SELECT revoked FROM tokens")]

    def test_fewer_scopes_are_for_the_family(self, store, add):
        for digest, grant in (("a", 1), ("b", 1), ("c", 2)):
            add(digest, grant)
        store.tokens.narrow(store.tokens.find("a", NOW).id, ("create",))

        assert [("create",), ("create",), ("create", "update")] == [store.tokens.find(digest, NOW).scope for digest in "abc"]

    def test_fewer_scopes_of_one_made_by_hand_are_its_own(self, store, add):
        for digest in ("a", "b"):
            add(digest)
        store.tokens.narrow(store.tokens.find("a", NOW).id, ("create",))

        assert [("create",), ("create", "update")] == [store.tokens.find(digest, NOW).scope for digest in "ab"]

    @pytest.mark.parametrize(("kind", "other"), [("access", "refresh"), ("refresh", "key"), ("key", "access")])
    def test_one_kind_is_not_found_as_another(self, store, add, kind, other):
        add("a", kind=kind)

        assert (True, False) == (store.tokens.find("a", NOW, kind) is not None, store.tokens.find("a", NOW, other) is not None)

    def test_an_exchanged_one_is_still_known_and_not_listed(self, store, add):
        add("a", 1, kind="refresh")
        store.tokens.rotate(store.tokens.find("a", NOW, "refresh"), NOW)

        assert (NOW, []) == (store.tokens.find("a", SOON, "refresh").rotated, store.tokens.all(SOON))

    def test_when_it_was_exchanged_first_counts(self, store, add):
        add("a", 1, kind="refresh")
        for moment in (NOW, SOON):
            store.tokens.rotate(store.tokens.find("a", NOW, "refresh"), moment)

        assert NOW == store.tokens.find("a", SOON, "refresh").rotated

    def test_use_puts_its_death_off(self, store, add):
        add("a", idle_days=60)
        store.tokens.touch(store.tokens.find("a", NOW), NOW + 59 * DAY, "192.0.2.1", "Quill")
        found = store.tokens.find("a", NOW + 118 * DAY)

        assert (NOW + 119 * DAY, "192.0.2.1", "Quill") == (found.lapses, found.address, found.agent)

    @pytest.mark.parametrize(("after", "alive"), [(60 * DAY - timedelta(microseconds=1), True), (60 * DAY, False)])
    def test_without_use_it_dies(self, store, add, after, alive):
        add("a", idle_days=60)

        assert (alive, alive) == (store.tokens.find("a", NOW + after) is not None, bool(store.tokens.all(NOW + after)))
