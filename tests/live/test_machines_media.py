"""Two machines that share a PostgreSQL and a bucket, and nothing else but the site's secret."""

import contextlib
import shutil
from io import BytesIO

import pytest
from PIL import Image

from tests.live.running import PATIENCE, running, until

pytestmark = [pytest.mark.live, pytest.mark.postgresql("a file is on one machine")]

FRESH_SECONDS = 1.0


@pytest.fixture(scope="module")
def machines(tmp_path_factory, lend, s3):
    """The site on both, each with its folder, its web process and its worker; one address for the owner's posts."""
    folder, media = tmp_path_factory.mktemp("machines"), s3.bucket()
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(lend())
        first, second = (
            stack.enter_context(running(folder / name, INDIE_DATABASE=url, INDIE_MEDIA=media)) for name in "ab"
        )
        first.owner()
        second.data.mkdir()
        shutil.copy2(first.data / "secret", second.data / "secret")
        second.http.headers["Authorization"] = first.http.headers["Authorization"]
        for machine in (first, second):
            machine.settings["INDIE_URL"] = first.home
            machine.start()
        yield first, second


@pytest.fixture(scope="module")
def picture():
    file = BytesIO()
    Image.new("RGB", (1600, 1200), "teal").save(file, "JPEG")
    return file.getvalue()


@pytest.fixture(scope="module")
def address(machines, picture):
    """Of a picture that was uploaded through the first."""
    first, _ = machines
    answer = first.http.post(
        f"{first.home}micropub/media", files={"file": ("a.jpg", picture, "image/jpeg")}, timeout=PATIENCE
    )
    assert 201 == answer.status_code, answer.text
    return answer.headers["Location"]


def at(machine, machines, url):
    """The same address at one of the machines: what a load balancer does."""
    return url.replace(machines[0].home, machine.home)


def test_what_one_takes_the_other_serves(machines, address, picture):
    """And it keeps none of it in its folder."""
    _, second = machines
    got = second.http.get(at(second, machines, address), timeout=PATIENCE)

    assert (200, picture) == (got.status_code, got.content)
    assert [] == [path for machine in machines for path in machine.data.rglob("*.jpg")]


def test_a_part_of_it_too(machines, address, picture):
    _, second = machines
    got = second.http.get(at(second, machines, address), headers={"Range": "bytes=-5"}, timeout=PATIENCE)

    assert (206, picture[-5:]) == (got.status_code, got.content)


def test_smaller_copies_are_served_by_both(machines, address):
    """Whichever worker made them."""
    asked = f"{machines[0].home}micropub/media?q=source&url={address}"
    thumbnail = until(lambda: machines[0].http.get(asked, timeout=PATIENCE).json().get("thumbnail"))
    got = [machine.http.get(at(machine, machines, thumbnail), timeout=PATIENCE) for machine in machines]

    assert [(200, "image/webp")] * 2 == [(answer.status_code, answer.headers["Content-Type"]) for answer in got]
    assert got[0].content == got[1].content


@pytest.mark.parametrize("writer", [0, 1])
def test_a_change_on_one_is_on_the_other_within_a_second(machines, writer):
    """The page and the home page: no copy of either stays behind in the memory of the other machine."""
    here, there = machines[writer], machines[1 - writer]
    url = here.micropub({"content": [f"Before {writer}"]})
    page = at(there, machines, url)
    until(lambda: f"Before {writer}" in there.page(page), FRESH_SECONDS)
    until(lambda: f"Before {writer}" in there.page(there.home), FRESH_SECONDS)
    change = {"action": "update", "url": url, "replace": {"content": [f"After {writer}"]}}
    answer = here.http.post(f"{here.home}micropub", json=change, timeout=PATIENCE)
    assert answer.status_code in (200, 204), answer.text

    until(lambda: f"After {writer}" in there.page(page), FRESH_SECONDS)
    until(lambda: f"After {writer}" in there.page(there.home), FRESH_SECONDS)


def test_a_post_deleted_on_one_is_gone_on_the_other_within_a_second(machines):
    first, second = machines
    url = first.micropub({"content": ["Soon gone"]})
    there = at(second, machines, url)
    assert "Soon gone" in second.page(there)
    first.http.post(f"{first.home}micropub", json={"action": "delete", "url": url}, timeout=PATIENCE)

    until(lambda: 410 == second.http.get(there, timeout=PATIENCE).status_code, FRESH_SECONDS)
