"""Work to be done: who gets which job, and when nobody else may."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from indie.store.jobs import LANE_WIDTH, LEASE

NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")
SECOND = timedelta(seconds=1)


@pytest.fixture
def jobs(store):
    """The table of jobs."""
    return store.jobs


@pytest.fixture
def claim(store):
    """Claim as a worker does; what it got, or None."""
    return lambda worker="w", now=NOW: store.jobs.claim(worker, now)


def names(found):
    return [job and job.name for job in found]


class TestClaim:
    def test_what_was_asked_for_is_what_is_claimed(self, jobs, claim):
        """Name and arguments arrive as they were given."""
        jobs.add("a", {"id": 7, "url": "https://a.example/ü"}, NOW)
        job = claim()

        assert ("a", {"id": 7, "url": "https://a.example/ü"}, 0, 1) == (job.name, job.arguments, job.attempts, job.claims)

    def test_the_oldest_comes_first(self, jobs, claim):
        """Due first, then asked for first."""
        jobs.add("late", {}, NOW, NOW - SECOND)
        jobs.add("early", {}, NOW, NOW - 2 * SECOND)
        jobs.add("later", {}, NOW, NOW - SECOND)

        assert ["early", "late", "later", None] == names(claim() for _ in range(4))

    def test_nothing_is_claimed_before_it_is_due(self, jobs, claim):
        jobs.add("a", {}, NOW, NOW + SECOND)

        assert None is claim()
        assert "a" == claim(now=NOW + SECOND).name

    def test_what_is_cancelled_is_not_claimed(self, jobs, claim):
        """What runs already goes on, and other keys are others' own."""
        jobs.add("a", {}, NOW, dedupe="k")
        running = claim()
        jobs.add("b", {}, NOW, dedupe="k")
        jobs.add("c", {}, NOW, dedupe="other")
        jobs.cancel("k")
        assert ("c", None) == (claim().name, claim())
        jobs.done(running)
        assert 1 == jobs.waiting()

    def test_nobody_claims_what_another_holds(self, jobs, claim):
        jobs.add("a", {}, NOW)

        assert ["a", None] == names([claim("one"), claim("two")])

    def test_many_at_once_get_each_job_once(self, store, jobs, claim):
        """Eight workers, forty jobs."""
        for number in range(40):
            jobs.add(str(number), {}, NOW)

        def all_that_it_gets(worker):
            found = []
            while job := claim(worker):
                found.append(job.name)
            store.database.release()
            return found

        with ThreadPoolExecutor(8) as pool:
            found = [name for some in pool.map(all_that_it_gets, "abcdefgh") for name in some]

        assert sorted(map(str, range(40))) == sorted(found)


class TestClaimSome:
    def test_as_many_as_are_asked_for(self, jobs):
        """The oldest first, each once."""
        for number in range(5):
            jobs.add(str(number), {}, NOW, NOW - SECOND * (5 - number))

        assert [["0", "1", "2"], ["3", "4"], []] == [names(jobs.claim_some("w", NOW, 3)) for _ in range(3)]

    def test_no_more_of_a_lane_than_may_run(self, jobs):
        """Those that are claimed at once count as those that run."""
        for number in range(4):
            jobs.add(str(number), {}, NOW, lane="slow.example")
        jobs.add("other", {}, NOW, lane="quick.example")

        assert ["0", "1", "other"] == names(jobs.claim_some("w", NOW, 9))

    def test_no_two_of_a_kind(self, jobs, claim):
        """What came after the first began is a job of its own, and waits for its end."""
        jobs.add("a", {}, NOW, dedupe="k")
        first = claim()
        jobs.add("b", {}, NOW, dedupe="k")
        assert [] == jobs.claim_some("w", NOW, 9)
        jobs.done(first)

        assert ["b"] == names(jobs.claim_some("w", NOW, 9))


class TestLease:
    def test_it_runs_out(self, jobs, claim):
        """A worker that is killed loses nothing."""
        jobs.add("a", {}, NOW)
        claim("dead")

        assert None is claim("other", NOW + LEASE)
        assert "a" == claim("other", NOW + LEASE + SECOND).name

    def test_one_that_ran_out_is_no_failed_try(self, jobs, claim):
        """But it is counted: a job over which worker after worker dies is not run for ever."""
        jobs.add("a", {}, NOW)
        claim("dead")
        again = claim("other", NOW + 2 * LEASE)

        assert (0, 2) == (again.attempts, again.claims)

    def test_it_is_renewed(self, jobs, claim):
        jobs.add("a", {}, NOW)
        held = claim("w")
        jobs.renew("w", [held.id], NOW + LEASE / 2)

        assert None is claim("other", NOW + LEASE + SECOND)

    def test_only_what_runs_is_renewed(self, jobs, claim):
        """A job whose end could not be noted is not held for ever."""
        jobs.add("ended", {}, NOW)
        jobs.add("runs", {}, NOW)
        _, runs = claim("w"), claim("w")
        jobs.renew("w", [runs.id], NOW + LEASE / 2)

        assert ["ended", None] == names(claim("other", NOW + LEASE + SECOND) for _ in range(2))

    def test_only_its_holder_renews_it(self, jobs, claim):
        jobs.add("a", {}, NOW)
        held = claim("w")
        jobs.renew("other", [held.id], NOW + LEASE / 2)

        assert "a" == claim("other", NOW + LEASE + SECOND).name

    def test_one_that_ran_out_is_not_revived(self, jobs, claim):
        """It may be another's by now."""
        jobs.add("a", {}, NOW)
        held = claim("w")
        jobs.renew("w", [held.id], NOW + LEASE + SECOND)

        assert "a" == claim("other", NOW + LEASE + SECOND).name

    def test_what_is_given_back_is_free_at_once(self, jobs, claim):
        jobs.add("a", {}, NOW)
        claim("w")
        jobs.give_back("w")

        assert "a" == claim("other").name

    def test_what_others_hold_is_not_given_back(self, jobs, claim):
        jobs.add("a", {}, NOW)
        claim("w")
        jobs.give_back("other")

        assert None is claim("other")


class TestEnd:
    def test_done_is_gone(self, jobs, claim):
        jobs.add("a", {}, NOW)
        jobs.done(claim())

        assert 0 == jobs.waiting()
        assert None is claim(now=NOW + 2 * LEASE)

    def test_again_is_later(self, jobs, claim):
        jobs.add("a", {}, NOW)
        jobs.again(claim(), NOW + 60 * SECOND, "it was busy")

        assert None is claim(now=NOW + 59 * SECOND)
        assert 1 == claim(now=NOW + 60 * SECOND).attempts

    def test_given_up_stays_for_the_owner_to_see(self, store, jobs, claim):
        jobs.add("a", {}, NOW)
        jobs.again(claim(), None, "no such host")

        assert None is claim(now=NOW + timedelta(days=365_000))
        assert (0, None) == (jobs.waiting(), jobs.next_due())
        assert "no such host" == store.database.one("SELECT error FROM jobs")["error"]

    @pytest.mark.parametrize("end", ["done", "again"])
    def test_who_comes_late_does_not_end_what_another_runs(self, jobs, claim, end):
        """A worker that slept through its lease must not free, delete or fail the second run."""
        jobs.add("a", {}, NOW)
        late = claim("sleeper")
        claim("other", NOW + 2 * LEASE)
        if end == "done":
            jobs.done(late)
        else:
            jobs.again(late, NOW, "failed")

        assert 1 == jobs.waiting()
        assert None is claim("third", NOW + 2 * LEASE)

    def test_who_comes_late_does_not_end_what_a_newer_request_waits_for(self, jobs, claim):
        """The job was given back, a new request joined it: what the first run read is too old to serve both."""
        jobs.add("a", {}, NOW, dedupe="k")
        late = claim("w")
        jobs.give_back("w")
        jobs.add("a", {}, NOW, dedupe="k")
        jobs.done(late)

        assert 1 == jobs.waiting()


class TestLanes:
    def test_a_lane_has_room_for_so_many(self, jobs, claim):
        """No host is asked by more than LANE_WIDTH of us at a time."""
        for number in range(LANE_WIDTH + 1):
            jobs.add(str(number), {}, NOW, lane="slow.example")

        assert ["0", "1", None] == names(claim() for _ in range(LANE_WIDTH + 1))

    def test_a_full_lane_holds_up_nobody_else(self, jobs, claim):
        """The oldest jobs are all for one slow host; the youngest, for another, runs now."""
        for _ in range(10):
            jobs.add("slow", {}, NOW, lane="slow.example")
        jobs.add("quick", {}, NOW, lane="quick.example")
        jobs.add("own", {}, NOW)

        assert ["slow", "slow", "quick", "own", None] == names(claim() for _ in range(5))

    def test_work_without_a_host_is_not_limited(self, jobs, claim):
        for _ in range(5):
            jobs.add("own", {}, NOW)

        assert ["own"] * 5 == names(claim() for _ in range(5))

    @pytest.mark.parametrize("end", ["done", "failed", "lease"])
    def test_who_ends_makes_room(self, jobs, claim, end):
        for _ in range(LANE_WIDTH + 1):
            jobs.add("a", {}, NOW, lane="slow.example")
        first, _ = claim("one"), claim("two")
        if end == "done":
            jobs.done(first)
        if end == "failed":
            jobs.again(first, NOW + LEASE, "failed")

        assert None is not claim(now=NOW + (LEASE + SECOND if end == "lease" else 0 * SECOND))


class TestDedupe:
    """Identical requests are one job, but only while it waits."""

    def test_a_second_one_joins_the_first(self, jobs):
        jobs.add("a", {}, NOW, dedupe="k")
        jobs.add("a", {}, NOW, dedupe="k")

        assert 1 == jobs.waiting()

    def test_other_keys_and_no_key_are_other_jobs(self, jobs):
        for key in ("k", "l", "", ""):
            jobs.add("a", {}, NOW, dedupe=key)

        assert 4 == jobs.waiting()

    def test_one_that_comes_after_the_work_began_is_another_job(self, jobs, claim):
        """What the running one has read may be old already: a quick correction is never lost."""
        jobs.add("a", {}, NOW, dedupe="k")
        claim()
        jobs.add("a", {}, NOW, dedupe="k")

        assert 2 == jobs.waiting()

    def test_its_like_does_not_run_beside_it(self, jobs, claim):
        """Or the older body could be saved after the newer one."""
        jobs.add("a", {}, NOW, dedupe="k")
        first = claim()
        jobs.add("a", {}, NOW, dedupe="k")

        assert None is claim()
        jobs.done(first)
        assert None is not claim()

    def test_one_that_waits_for_its_next_try_is_hastened(self, jobs, claim):
        """Whoever sends again wants to be looked at now, with all tries before him."""
        jobs.add("a", {}, NOW, dedupe="k")
        jobs.again(claim(), NOW + timedelta(hours=2), "busy")
        jobs.add("a", {}, NOW + SECOND, dedupe="k")
        job = claim(now=NOW + SECOND)

        assert (0, 1) == (job.attempts, job.claims)

    def test_one_that_is_due_before_is_not_delayed(self, jobs, claim):
        jobs.add("a", {}, NOW, dedupe="k")
        jobs.add("a", {}, NOW, NOW + timedelta(hours=1), dedupe="k")

        assert "a" == claim().name

    def test_one_that_was_given_up_is_not_joined(self, jobs, claim):
        jobs.add("a", {}, NOW, dedupe="k")
        jobs.again(claim(), None, "gone")
        jobs.add("a", {}, NOW, dedupe="k")

        assert "a" == claim().name


class TestNextDue:
    """When it is worth looking again."""

    def test_nothing_to_do(self, jobs):
        assert None is jobs.next_due()

    def test_the_earliest(self, jobs):
        jobs.add("a", {}, NOW, NOW + 2 * SECOND)
        jobs.add("b", {}, NOW, NOW + SECOND)

        assert NOW + SECOND == jobs.next_due()

    def test_the_end_of_a_lease(self, jobs, claim):
        jobs.add("a", {}, NOW)
        claim()

        assert NOW + LEASE == jobs.next_due()


class TestWorkers:
    def test_one_that_waits_is_known_by_its_port(self, store, jobs):
        jobs.enlist("w", 4711, NOW)
        jobs.enlist("w", 4712, NOW)

        assert [{"name": "w", "port": 4712}] == store.database.query("SELECT name, port FROM workers")

    def test_when_it_was_last_known_to_live_is_noted(self, jobs):
        jobs.enlist("w", 4711, NOW)
        jobs.enlist("w", 4711, NOW + SECOND)

        assert {"w": NOW + SECOND} == jobs.workers()

    def test_one_that_leaves_takes_nothing_along(self, jobs, claim):
        jobs.enlist("w", 4711, NOW)
        jobs.add("a", {}, NOW)
        claim("w")
        jobs.discharge("w")

        assert {} == jobs.workers()
        assert "a" == claim("other").name


def test_a_job_is_saved_with_what_causes_it(store):
    """Law: what is taken back causes no work."""

    def broken():
        with store.write():
            store.later("a", {}, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert 0 == store.jobs.waiting()


def test_a_dead_workers_port_harms_nobody(store):
    """A datagram that nobody takes is no error."""
    store.jobs.enlist("dead", 9, NOW)

    store.later("a", {}, NOW)
    assert 1 == store.jobs.waiting()
