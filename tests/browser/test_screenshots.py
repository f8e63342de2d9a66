"""The pictures of the README and the guide are made by a script, and are small."""

from pathlib import Path

import pytest
from PIL import Image

from tests.browser import screenshots

SHOWN = Path(__file__).parent.parent.parent / "indie" / "docs" / "pictures"


@pytest.fixture(scope="module")
def made(chromium, tmp_path_factory):
    """What the script writes."""
    out = tmp_path_factory.mktemp("pictures")
    screenshots.main(out)
    return {path.stem: path for path in out.iterdir()}


def test_the_script_makes_them_all(made):
    assert set(screenshots.SHOTS) == set(made)
    assert [] == [name for name, path in made.items() if Image.open(path).width != screenshots.SHOTS[name].width]


def test_together_they_are_less_than_1_mb(made):
    assert 1_000_000 > sum(path.stat().st_size for path in made.values())


def test_those_that_are_shown_are_those_that_it_makes():
    assert set(screenshots.SHOTS) == {path.stem for path in SHOWN.iterdir()}


@pytest.mark.parametrize("page", ["README.md", "indie/docs/themes.md"])
def test_a_page_shows_only_what_is_there(page):
    path = SHOWN.parent.parent.parent / page
    named = [line.split("](")[1].split(")")[0] for line in path.read_text().splitlines() if line.startswith("![")]
    assert named
    assert [] == [name for name in named if not (path.parent / name).is_file()]
