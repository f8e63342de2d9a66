"""A scheduled post, on a site that runs and on one that was down when its time came."""

import time
from datetime import timedelta

from indie import times
from tests.live.running import until


def test_it_is_published_at_its_time_also_after_a_crash(tmp_path, hosting):
    """The worker is woken by its own clock; what fell into a downtime is published at the next start."""
    with hosting(tmp_path / "data") as site:
        site.start()
        site.owner()
        first, second = times.now() + timedelta(seconds=3), times.now() + timedelta(seconds=8)
        posts = [site.micropub({"content": [name], "published": [when.isoformat()]}) for name, when in (("a", first), ("b", second))]
        assert [404, 404] == [site.http.get(url).status_code for url in posts]

        until(lambda: site.http.get(posts[0]).status_code == 200)
        assert times.now() >= first
        site.kill()
        time.sleep(max(0, (second - times.now()).total_seconds()))
        site.start()
        until(lambda: site.http.get(posts[1]).status_code == 200)
