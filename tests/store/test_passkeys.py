"""Passkeys and their challenges, as rows."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from indie.store.passkeys import Passkey

NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")
SOON = NOW + timedelta(minutes=5)
PASSKEY = Passkey("a-Z_9", bytes(range(256)), 0, ("internal", "hybrid"), "Laptop", NOW)


@pytest.fixture
def kept(store):
    return store.passkeys.add(PASSKEY)


class TestPasskeys:
    def test_what_is_kept_comes_back(self, store, kept):
        """Byte for byte; its id is its own."""
        assert replace(PASSKEY, id=kept.id) == kept
        assert ([kept], kept) == (store.passkeys.all(), store.passkeys.find("a-Z_9"))

    def test_one_without_transports(self, store):
        assert () == store.passkeys.add(replace(PASSKEY, transports=())).transports

    def test_a_credential_id_is_kept_once(self, store, kept):
        """What was known of it stays."""
        assert None is store.passkeys.add(replace(PASSKEY, name="Thief", public_key=b""))
        assert [kept] == store.passkeys.all()

    @pytest.mark.parametrize("other", ["", "a-z_9", "a-Z_9 ", "%"])
    def test_another_credential_id_finds_nothing(self, store, kept, other):
        assert None is store.passkeys.find(other)

    def test_they_stand_in_the_order_in_which_they_came(self, store):
        for name in ("c", "a", "b"):
            store.passkeys.add(replace(PASSKEY, credential_id=name))

        assert ["c", "a", "b"] == [one.credential_id for one in store.passkeys.all()]

    @pytest.mark.parametrize(
        ("before", "after", "good"), [(0, 0, True), (0, 1, True), (1, 9, True), (1, 1, False), (2, 1, False), (1, 0, False)]
    )
    def test_a_counter_moves_on_or_stays_at_zero(self, store, before, after, good):
        kept = store.passkeys.add(replace(PASSKEY, sign_count=before))

        assert good is store.passkeys.use(kept.id, after, SOON)
        assert [replace(kept, sign_count=after, used=SOON) if good else kept] == store.passkeys.all()

    def test_the_use_of_one_is_noted_on_no_other(self, store, kept):
        other = store.passkeys.add(replace(PASSKEY, credential_id="other"))
        store.passkeys.use(other.id, 1, SOON)

        assert [None, SOON] == [one.used for one in store.passkeys.all()]

    def test_one_is_removed_once_and_no_other_is(self, store, kept):
        other = store.passkeys.add(replace(PASSKEY, credential_id="other"))

        assert [True, False] == [store.passkeys.remove(kept.id), store.passkeys.remove(kept.id)]
        assert [other] == store.passkeys.all()


class TestChallenges:
    @pytest.fixture(autouse=True)
    def _asked(self, store):
        store.challenges.add("digest", "register", 7, NOW, SOON)

    def test_one_is_taken_once(self, store):
        assert [True, False] == [store.challenges.take("digest", "register", 7, NOW) for _ in range(2)]

    @pytest.mark.parametrize(
        ("digest", "purpose", "session"), [("other", "register", 7), ("digest", "sign-in", 7), ("digest", "register", 0)]
    )
    def test_it_is_for_one_purpose_in_one_session(self, store, digest, purpose, session):
        """Another try does not use it up."""
        assert not store.challenges.take(digest, purpose, session, NOW)
        assert store.challenges.take("digest", "register", 7, NOW)

    def test_it_is_good_until_it_expires(self, store):
        assert not store.challenges.take("digest", "register", 7, SOON)
        assert store.challenges.take("digest", "register", 7, SOON - timedelta(microseconds=1))

    def test_those_that_have_expired_go_when_one_is_made(self, store):
        """And no sooner."""
        for minutes, kept in [(4, 2), (5, 2), (60, 1)]:
            now = NOW + timedelta(minutes=minutes)
            store.challenges.add(f"{minutes}", "sign-in", 0, now, now + timedelta(minutes=5))

            assert kept == store.database.one("SELECT count(*) AS kept FROM challenges")["kept"]
