"""How often a password may be tried: by one address, and by the whole world (DESIGN §2)."""

from datetime import datetime, timedelta

import pytest

from indie.errors import TooManyRequests
from indie.indieauth import owner as owners

NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")
RIGHT = "correct horse"
HERE = "192.0.2.1"


@pytest.fixture
def attempt(store, owner):
    """`attempt("guess")`: whether it was right; TooManyRequests where it was not even looked at."""

    def once(password="wrong password", address=HERE, now=NOW, *, limited=True):
        return owners.try_password(store, password, address, now, limited=limited)

    return once


@pytest.fixture
def count(store):
    """`count(address)`: a try without the work of a hash."""
    return lambda address=HERE, now=NOW, **how: owners.take_a_try(store, address, now, **how)


def test_the_right_one_is_right(attempt):
    assert [True, False] == [attempt(RIGHT), attempt("Correct horse")]


def test_without_an_owner_none_is(store):
    assert not owners.try_password(store, "", HERE, NOW, limited=True)


def test_after_five_the_right_one_is_not_looked_at_either(attempt, count):
    for _ in range(5):
        count()
    with pytest.raises(TooManyRequests):
        attempt(RIGHT)


def test_it_says_when_to_come_back(attempt, count):
    for _ in range(5):
        count()
    with pytest.raises(TooManyRequests, match=r"60 seconds\.$") as refused:
        attempt()

    assert 60 == refused.value.retry_after


def test_then_one_more_is_looked_at(attempt, count):
    for _ in range(5):
        count()
    later = NOW + timedelta(minutes=1)

    assert not attempt(now=later)
    with pytest.raises(TooManyRequests):
        attempt(RIGHT, now=later)


def test_another_address_has_its_own(attempt, count):
    for _ in range(5):
        count()

    assert attempt(RIGHT, "192.0.2.2")


def test_the_right_one_makes_the_wrong_ones_forgotten(attempt, count):
    for _ in range(4):
        count()
    attempt(RIGHT)
    for _ in range(5):
        count()

    with pytest.raises(TooManyRequests):
        count()


def test_a_wrong_one_makes_nothing_forgotten(attempt, count):
    for _ in range(4):
        count()
    attempt()

    with pytest.raises(TooManyRequests):
        count()


@pytest.mark.parametrize("neighbour", ["2001:db8::2", "2001:db8:0:0:ffff::", "2001:db8::ffff:ffff:ffff:ffff"])
def test_an_ipv6_network_is_one_address(count, neighbour):
    """Whoever has one has all 2^64 of the /64."""
    for _ in range(5):
        count("2001:db8::1")
    with pytest.raises(TooManyRequests):
        count(neighbour)


def test_the_next_network_is_another(count):
    for _ in range(5):
        count("2001:db8::1")

    assert None is count("2001:db8:0:1::1")


def test_an_ipv4_address_in_ipv6_is_that_address(count):
    for _ in range(5):
        count(f"::ffff:{HERE}")
    with pytest.raises(TooManyRequests):
        count(HERE)


@pytest.mark.parametrize("address", ["", "unix:", "nonsense"])
def test_who_has_no_address_is_counted_all_the_same(count, address):
    for _ in range(5):
        count(address)
    with pytest.raises(TooManyRequests):
        count(address)


def test_the_whole_world_has_twenty(count):
    for number in range(20):
        count(f"192.0.2.{number}")
    with pytest.raises(TooManyRequests):
        count("198.51.100.1")


def test_a_passkey_is_none_of_them(count):
    """Nobody guesses one."""
    for number in range(20):
        count(f"192.0.2.{number}")

    assert None is count("198.51.100.1", by_password=False)


def test_where_the_owner_is_signed_in_strangers_do_not_lock_him_out(attempt, count, store):
    store.sessions.add("digest", "password", NOW, "198.51.100.1", "")
    for number in range(20):
        count(f"192.0.2.{number}")

    assert attempt(RIGHT, "198.51.100.1")


def test_there_too_five_are_the_most(count, store):
    store.sessions.add("digest", "password", NOW, HERE, "")
    for _ in range(5):
        count()
    with pytest.raises(TooManyRequests):
        count()


def test_unlimited_means_that_nobody_is_refused(attempt, count):
    for _ in range(5):
        count()

    assert attempt(RIGHT, limited=False)


class TestSignIn:
    """Over HTTP."""

    @pytest.fixture
    def tired(self, client, owner, store):
        """A client that has tried five times."""
        for _ in range(5):
            owners.take_a_try(store, "127.0.0.1", datetime.now(NOW.tzinfo))
        return client

    @pytest.mark.parametrize("password", [RIGHT, "wrong"])
    def test_it_is_429_with_retry_after(self, tired, password):
        answer = tired.post("/signin", data={"password": password})

        assert (429, True) == (answer.status_code, 0 < int(answer.headers["Retry-After"]) <= 60)

    def test_the_form_is_there_again(self, tired):
        assert 'name="password"' in tired.post("/signin", data={"password": "wrong"}).text

    def test_nobody_is_signed_in(self, tired, store):
        tired.post("/signin", data={"password": RIGHT})

        assert [] == store.sessions.all(NOW)

    def test_a_wrong_one_is_403_and_the_form_again(self, client, owner):
        answer = client.post("/signin", data={"password": "wrong"})

        assert (403, True) == (answer.status_code, 'name="password"' in answer.text)

    def test_what_was_typed_does_not_come_back(self, client, owner):
        assert "pa55word!" not in client.post("/signin", data={"password": "pa55word!"}).text


class TestChange:
    @pytest.fixture
    def change(self, store, owner):
        def changed(password="battery staple", keep=0, *, revoke=False):
            owners.change_password(store, password, NOW, keep_session=keep, revoke_tokens=revoke)

        return changed

    def test_the_new_one_opens_and_the_old_one_does_not(self, change, attempt):
        change()

        assert [True, False] == [attempt("battery staple"), attempt(RIGHT)]

    @pytest.mark.parametrize("password", ["", "7 chars", "not text \udcff"])
    def test_what_is_none_changes_nothing(self, change, attempt, password):
        with pytest.raises(owners.Wrong):
            change(password)

        assert attempt(RIGHT)

    def test_what_else_is_known_of_the_owner_stays(self, change, store, owner):
        change()
        now = store.owner.get()

        assert (owner.name, owner.nickname, owner.note, owner.photo) == (now.name, now.nickname, now.note, now.photo)
