"""Large files at a live site: they pass, come back in parts, and never stand in memory as a whole."""

import re
from pathlib import Path

import pytest

from tests.live.running import PATIENCE

MEGABYTE = 1024 * 1024
CEILING = 300 * MEGABYTE
"""What a process of ours may take at most (DESIGN §9)."""


def film(size):
    """As many bytes, and as little in them: one box of zeros, between what makes it an MP4."""
    head = b"\0\0\0\x14ftypisom\0\0\2\0isom"
    return head + (size - len(head)).to_bytes(4) + b"mdat" + bytes(size - len(head) - 8)


@pytest.fixture(scope="module", params=["folder", "bucket"])
def site(request, tmp_path_factory, hosting):
    """One that keeps its files in its folder, and one that keeps them in a bucket."""
    with hosting(tmp_path_factory.mktemp("site") / "data") as made:
        made.owner()
        if request.param == "bucket":
            made.settings["INDIE_MEDIA"] = request.getfixturevalue("s3").bucket()
        yield made.start()


@pytest.fixture(scope="module")
def address(site):
    """A film of 64 MB, uploaded."""
    answer = site.http.post(
        f"{site.home}micropub/media", files={"file": ("film.mp4", film(64 * MEGABYTE), "video/mp4")}, timeout=PATIENCE
    )
    assert 201 == answer.status_code, answer.text
    return answer.headers["Location"]


def test_it_comes_back_whole(site, address):
    with site.http.get(address, stream=True, timeout=PATIENCE) as got:
        assert ("video/mp4", str(64 * MEGABYTE)) == (got.headers["Content-Type"], got.headers["Content-Length"])
        assert 64 * MEGABYTE == sum(map(len, got.iter_content(MEGABYTE)))


def test_206_for_its_last_bytes(site, address):
    """Phones ask for the end of a film first."""
    got = site.http.get(address, headers={"Range": "bytes=-5"}, timeout=PATIENCE)
    assert (206, b"\0" * 5) == (got.status_code, got.content)
    assert f"bytes {64 * MEGABYTE - 5}-{64 * MEGABYTE - 1}/{64 * MEGABYTE}" == got.headers["Content-Range"]


def test_no_process_held_it_several_times(site, address):
    """Of what was ever in memory, only that counts which is no page of a file."""
    for pid in site.processes():
        most = int(re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[1]) * 1024
        assert most < CEILING


def test_413_for_more_than_is_taken_in_json(site):
    """And the site goes on."""
    refused = site.http.post(
        f"{site.home}micropub/media", files={"file": ("film.mp4", film(101 * MEGABYTE), "video/mp4")}, timeout=PATIENCE
    )
    assert (413, "invalid_request") == (refused.status_code, refused.json()["error"])
    assert 200 == site.http.get(site.home, timeout=PATIENCE).status_code
