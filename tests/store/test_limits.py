"""Who comes too often: the generic cell rate algorithm, over all processes."""

import itertools
import threading
from datetime import datetime, timedelta

import hypothesis
import pytest
from hypothesis import strategies

NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")
MINUTE = timedelta(minutes=1)
_numbers = itertools.count()


@pytest.fixture
def take(store):
    """`take(moment)`: None, or how long to wait; five at once, then one a minute."""

    def once(now=NOW, key="key", burst=5, every=MINUTE):
        with store.write():
            return store.limits.take(key, now, burst, every)

    return once


class TestTake:
    def test_the_burst_is_free(self, take):
        assert [None] * 5 == [take() for _ in range(5)]

    def test_then_it_says_how_long_to_wait(self, take):
        for _ in range(5):
            take()

        assert MINUTE == take()

    def test_who_is_refused_takes_nothing(self, take):
        """Or he would wait for ever."""
        assert [None] * 5 + [MINUTE] * 3 == [take() for _ in range(8)]

    def test_after_the_wait_one_is_free(self, take):
        for _ in range(5):
            take()

        assert [None, MINUTE] == [take(NOW + MINUTE), take(NOW + MINUTE)]

    def test_a_moment_before_none_is(self, take):
        for _ in range(5):
            take()

        assert timedelta(microseconds=1) == take(NOW + MINUTE - timedelta(microseconds=1))

    def test_after_a_rest_all_are_free_again_and_no_more(self, take):
        for _ in range(5):
            take()
        later = NOW + timedelta(days=1)

        assert [*[None] * 5, MINUTE] == [take(later) for _ in range(6)]

    def test_keys_do_not_share(self, take):
        for _ in range(5):
            take()

        assert None is take(key="another")

    def test_a_clock_that_goes_back_locks_nobody_out_for_long(self, take):
        """Longer than the clock went back, that is."""
        take(NOW + timedelta(hours=1))

        assert timedelta(hours=1) >= (take(NOW) or timedelta())

    def test_forgetting_frees_all(self, take, store):
        for _ in range(5):
            take()
        with store.write():
            store.limits.forget("key")

        assert [None] * 5 == [take() for _ in range(5)]

    def test_rows_that_say_nothing_any_more_go(self, take, store):
        """However many addresses come by."""
        for number in range(20):
            take(NOW, key=f"address {number}")
        take(NOW + MINUTE + timedelta(seconds=1), key="last")

        assert [{"key": "last"}] == store.database.query("SELECT key FROM limits")

    def test_of_eight_at_the_same_moment_five_get_in(self, take, store):
        start, seen = threading.Barrier(8), []

        def come():
            start.wait()
            seen.append(take() is None)
            store.database.close()

        threads = [threading.Thread(target=come) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert 5 == sum(seen)


SECONDS = strategies.integers(0, 90)


@hypothesis.settings(suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture], max_examples=30)
@hypothesis.given(strategies.lists(SECONDS, max_size=20), strategies.integers(1, 4), strategies.integers(1, 60))
def test_in_no_span_more_than_its_burst_and_one_each_time(take, pauses, burst, every):
    """However they come: at most `burst` + span / `every` in any span of time."""
    key, moments, now = f"key {next(_numbers)}", [], 0
    for pause in pauses:
        now += pause
        if take(NOW + timedelta(seconds=now), key, burst, timedelta(seconds=every)) is None:
            moments.append(now)

    for first, last in itertools.combinations_with_replacement(range(len(moments)), 2):
        assert last - first + 1 <= burst + (moments[last] - moments[first]) / every


@hypothesis.settings(suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture], max_examples=30)
@hypothesis.given(strategies.lists(SECONDS, min_size=1, max_size=20), strategies.integers(1, 4), strategies.integers(1, 60))
def test_who_waits_as_long_as_he_is_told_gets_in(take, pauses, burst, every):
    key, now = f"key {next(_numbers)}", NOW
    for pause in pauses:
        now += timedelta(seconds=pause)
        wait = take(now, key, burst, timedelta(seconds=every))
        if wait is not None:
            now += wait

            assert None is take(now, key, burst, timedelta(seconds=every))
